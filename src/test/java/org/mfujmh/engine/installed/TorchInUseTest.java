package org.mfujmh.engine.installed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.BadInput;

@EnabledOnOs(OS.LINUX)
class TorchInUseTest {
    @TempDir
    private Path folder;

    /** The command as a process of its own, with a made-up compiler and a cache of its own. */
    private Process export(Path torch, Path compiler) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.mfujmh.cli.Mfu",
                        "export",
                        folder.resolve("out").toString(),
                        "--torch",
                        torch.toString())
                .redirectErrorStream(true);
        builder.environment().put("CXX", compiler.toString());
        builder.environment().put("MFU_CACHE", folder.resolve("cache").toString());
        List.of("PYTORCH_LIBRARY_PATH", "PYTORCH_VERSION", "PYTORCH_FLAVOR", "MFU_TORCH", "MFU_TORCH_JNI")
                .forEach(builder.environment()::remove);
        return builder.start();
    }

    @Test
    void ctrlCWhileCompilingEndsTheCompilerAndLeavesNothing() throws Exception {
        Path torch = MadeUpTorch.in(folder.resolve("venv"), "2.13.0+cpu", null);
        Path started = folder.resolve("started");
        Path compiler = MadeUpTorch.script(
                folder.resolve("bin/g++"),
                "[ \"$1\" = --version ] && { echo slow; exit 0; }; echo $$ > '%s'; exec sleep 100".formatted(started));

        Process process = export(torch, compiler);
        for (int i = 0; i < 300 && (!Files.exists(started) || Files.size(started) == 0); i++) {
            Thread.sleep(100);
        }
        long sleeping = Long.parseLong(Files.readString(started).strip());
        process.destroy();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ProcessHandle.of(sleeping).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
        try (Stream<Path> left = Files.list(folder.resolve("cache"))) {
            assertThat(left.filter(Files::isDirectory)).isEmpty();
        }
    }

    /** What is no library of this machine's is refused by the loader, in a sentence and not by a crash. */
    @Test
    void aLibraryThatCannotBeLoadedEndsTheCommandInWords() throws Exception {
        Path torch = MadeUpTorch.in(folder.resolve("venv"), "2.13.0+cpu", null);
        Path compiler = MadeUpTorch.script(folder.resolve("bin/g++"), """
                [ "$1" = --version ] && { echo 'g++ 14'; exit 0; }
                while [ "$1" != -o ]; do shift; done
                touch "$2"
                """);

        Process process = export(torch, compiler);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(2);
        assertThat(said).contains("libtorch cannot be loaded").doesNotContain("\tat ");
    }

    /** Children see MFU_TORCH, so they have to be told that it does not count. */
    @Test
    void childrenAreToldWhichLibtorchToLoadAndOnlyWhileItIsInUse() throws IOException {
        InstalledTorch torch = InstalledTorch.of(MadeUpTorch.in(folder.resolve("venv"), "2.13.0+cpu", null));
        JniLibrary library = new JniLibrary(folder.resolve("entry"), JniLibrary.JniOrigin.CACHED);
        TorchSettings before = TorchSettings.ofThisProcess();
        try {
            TorchSettings installed = TorchSettings.of(torch, library);
            TorchInUse.use(TorchSettings.bundled());
            assertThat(TorchInUse.jvmOptions()).containsExactly("-Dmfu.torch.path=bundled");

            List<String> told = TorchInUse.with(installed, TorchInUse::jvmOptions);
            assertThat(told)
                    .contains("-DPYTORCH_VERSION=2.13.0+cpu", "-DPYTORCH_LIBRARY_PATH=" + library.folder())
                    .noneMatch(option -> option.startsWith("-Dmfu.torch.path="));
            assertThat(TorchInUse.jvmOptions()).containsExactly("-Dmfu.torch.path=bundled");
            assertThatThrownBy(() -> TorchInUse.with(installed, () -> {
                        throw new BadInput("a fork that failed");
                    }))
                    .isInstanceOf(BadInput.class);
            assertThat(TorchInUse.isInstalled()).isFalse();
        } finally {
            before.set();
        }
    }

    @Test
    void twoNamesOfOneTorchAreRefused() throws IOException {
        Path torch = MadeUpTorch.in(folder.resolve("venv"), "2.13.0+cpu", null);
        Path other = MadeUpTorch.in(folder.resolve("other"), "2.13.0+cpu", null);
        NamedTorch byFolder = NamedTorch.find(torch.toString());

        assertThatThrownBy(() -> NamedTorch.requireTwo(
                        byFolder, NamedTorch.find(folder.resolve("venv").toString())))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("are the same PyTorch, " + torch.toRealPath());
        assertThatCode(() -> NamedTorch.requireTwo(byFolder, NamedTorch.find(other.toString())))
                .doesNotThrowAnyException();
        assertThatCode(() -> NamedTorch.requireTwo(NamedTorch.find("bundled"), byFolder))
                .doesNotThrowAnyException();
    }

    @Test
    void aTorchThatChangesUnderTheRunIsRefused() throws IOException {
        Path torch = MadeUpTorch.in(folder.resolve("venv"), "2.13.0+cpu", null);
        List<String> before = Arrays.asList(System.getProperty("mfu.torchPath"), System.getProperty("mfu.torchStamp"));
        try {
            System.setProperty("mfu.torchPath", torch.toString());
            System.setProperty("mfu.torchStamp", InstalledTorch.of(torch).stamp());
            assertThatCode(TorchInUse::requireUnchanged).doesNotThrowAnyException();

            Files.setLastModifiedTime(torch.resolve("lib/libtorch_cpu.so"), FileTime.fromMillis(1_000_000_000));
            assertThatThrownBy(TorchInUse::requireUnchanged)
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("PyTorch changed while it was measured");

            delete(torch);
            assertThatThrownBy(TorchInUse::requireUnchanged).isInstanceOf(BadInput.class);
        } finally {
            restore("mfu.torchPath", before.get(0));
            restore("mfu.torchStamp", before.get(1));
        }
    }

    private static void restore(String property, String value) {
        if (value == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, value);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
