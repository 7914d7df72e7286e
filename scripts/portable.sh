#!/usr/bin/env bash
# mfu: the command, in the archive of scripts/portable, which brings its own Java and uses the installed PyTorch.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

# There is no libtorch here: the installed one is used whatever the command line says.
export MFU_TORCH=${MFU_TORCH:-auto}
# DJL would believe these before it believes --torch; NVIDIA's containers set one.
unset PYTORCH_LIBRARY_PATH PYTORCH_VERSION PYTORCH_FLAVOR
# shellcheck disable=SC2086
exec "$here/jre/bin/java" "-Dmfu.command=$0" "-Dmfu.jni.include=$here/include" -Dai.djl.offline=true \
    --enable-native-access=ALL-UNNAMED ${MFU_JAVA_OPTS:-} -cp "$here/lib/*" org.mfujmh.cli.Mfu "$@"
