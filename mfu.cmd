@echo off
rem mfu: the command. Builds first where nothing is built yet; see mfu --help. Not tested on Windows.
setlocal
set "here=%~dp0"
if not exist "%here%target\classpath.txt" (
  echo Building first ^(mvn compile^) ... 1>&2
  pushd "%here%"
  call mvn -B -q -Dspotless.check.skip=true %MFU_MAVEN% compile 1>&2 || exit /b 2
  popd
)
set /p classpath=<"%here%target\classpath.txt"
java --enable-native-access=ALL-UNNAMED %MFU_JAVA_OPTS% -Dmfu.command=mfu -cp "%here%target\classes;%classpath%" org.mfujmh.cli.Mfu %*
