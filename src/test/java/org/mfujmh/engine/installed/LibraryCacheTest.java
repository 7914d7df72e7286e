package org.mfujmh.engine.installed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.BadInput;

/** With a compiler that writes a line into a file each time it compiles, and an empty library. */
@EnabledOnOs(OS.LINUX)
class LibraryCacheTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private Path torch;
    private Path cache;
    private Path compiler;

    @BeforeEach
    void install() throws IOException {
        torch = MadeUpTorch.in(folder.resolve("venv"), "2.13.0+cpu", null);
        cache = folder.resolve("cache");
        compiler = compiler("g++ (Made up) 14.2.0");
    }

    private Path compiler(String version) throws IOException {
        return MadeUpTorch.script(folder.resolve("bin/g++"), """
                if [ "$1" = --version ]; then echo '%s'; exit 0; fi
                echo "$@" >> '%s'
                while [ "$1" != -o ]; do shift; done
                sleep 0.3
                touch "$2"
                """.formatted(version, folder.resolve("compiled.txt")));
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("CXX", compiler.toString());
        environment.put("MFU_CACHE", cache.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        return environment;
    }

    private JniLibrary get(Map<String, String> environment) {
        PrintStream progress = new PrintStream(told, true, StandardCharsets.UTF_8);
        return LibraryCache.of(environment, progress).get(InstalledTorch.of(torch));
    }

    private List<String> compilations() throws IOException {
        Path file = folder.resolve("compiled.txt");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private List<Path> unfinished() throws IOException {
        try (Stream<Path> all = Files.list(cache)) {
            return all.filter(path -> path.getFileName().toString().contains(".part-"))
                    .toList();
        }
    }

    @Test
    void compilesOnceAndThenKnows() throws IOException {
        JniLibrary first = get(environment());
        JniLibrary second = get(environment());

        assertThat(first.origin()).isEqualTo(JniLibrary.JniOrigin.COMPILED);
        assertThat(second.origin()).isEqualTo(JniLibrary.JniOrigin.CACHED);
        assertThat(second.folder()).isEqualTo(first.folder());
        assertThat(compilations()).hasSize(1);
        assertThat(compilations().get(0)).contains("-DNDEBUG", "-D_GLIBCXX_USE_CXX11_ABI=1", "-ltorch_cpu", "-z,now");
        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains("Compiling the JNI library for PyTorch 2.13.0+cpu by g++ (Made up) 14.2.0");
        assertThat(unfinished()).isEmpty();
    }

    /** What DJL loads is all that is in the folder: it would load torch/lib's test libraries too. */
    @Test
    void linksToPytorchsLibrariesAndItsCudaRuntime() throws IOException {
        torch = MadeUpTorch.in(folder.resolve("gpu"), "2.14.1+cu130", "13.0");
        for (String name : List.of("libc10_cuda.so", "libtorch_cuda.so", "libtorch_python.so")) {
            MadeUpTorch.library(torch.resolve("lib").resolve(name), MadeUpTorch.OWN, "");
        }
        Path runtime = torch.resolveSibling("nvidia/cu13/lib/libcudart.so.13");
        Files.createDirectories(runtime.getParent());
        MadeUpTorch.library(runtime, MadeUpTorch.OWN, "");

        JniLibrary library = get(environment());

        assertThat(library.folder().resolve("libtorch_cuda.so").toRealPath())
                .isEqualTo(torch.resolve("lib/libtorch_cuda.so").toRealPath());
        assertThat(library.jna().resolve("libcudart.so").toRealPath()).isEqualTo(runtime.toRealPath());
        assertThat(library.folder().resolve("libtorch_python.so")).doesNotExist();
    }

    @Test
    void compilesAnewForAnotherTorchAndForAnotherCompiler() throws IOException {
        Path first = get(environment()).folder();
        Files.setLastModifiedTime(torch.resolve("lib/libtorch_cpu.so"), FileTime.fromMillis(1_000_000_000));
        Path otherTorch = get(environment()).folder();
        compiler("g++ (Made up) 15.1.0");
        Path otherCompiler = get(environment()).folder();

        assertThat(List.of(first, otherTorch, otherCompiler)).doesNotHaveDuplicates();
        assertThat(compilations()).hasSize(3);
    }

    /** What purges scratch folders does it file by file; DJL would load its own libtorch in place of a missing one. */
    @ParameterizedTest
    @ValueSource(strings = {"libtorch.so", "libc10.so", JniLibrary.FILE_NAME})
    void anEntryThatLostAFileIsMadeAnew(String lost) throws IOException {
        Path entry = get(environment()).folder();
        Files.delete(entry.resolve(lost));
        Map<String, String> bare = environment();
        bare.remove("CXX");
        bare.put("PATH", "");
        assertThatThrownBy(() -> get(bare)).isInstanceOf(BadInput.class).hasMessageContaining("no C++ compiler");

        JniLibrary again = get(environment());

        assertThat(again).isEqualTo(new JniLibrary(entry, JniLibrary.JniOrigin.COMPILED));
        assertThat(entry.resolve(lost)).exists();
        assertThat(get(environment()).origin()).isEqualTo(JniLibrary.JniOrigin.CACHED);
    }

    /** DJL counts no GPU where the link leads nowhere. */
    @Test
    void anUpdateOfTheCudaRuntimeIsFollowed() throws IOException {
        torch = MadeUpTorch.in(folder.resolve("conda"), "2.14.1+cu129", "12.9");
        Path lib = folder.resolve("conda/lib");
        JniLibrary without = get(environment());
        assertThat(without.jna()).doesNotExist();

        Path first = lib.resolve("libcudart.so.12.8.90");
        MadeUpTorch.library(first, MadeUpTorch.OWN, "");
        Path link = Files.createSymbolicLink(lib.resolve("libcudart.so.12"), first.getFileName());
        Path cudart = get(environment()).jna().resolve("libcudart.so");
        assertThat(cudart.toRealPath()).isEqualTo(first.toRealPath());

        Path second = Files.move(first, lib.resolve("libcudart.so.12.9.79"));
        Files.delete(link);
        Files.createSymbolicLink(link, second.getFileName());
        assertThat(get(environment()).jna().resolve("libcudart.so")).isEqualTo(cudart);
        assertThat(cudart.toRealPath()).isEqualTo(second.toRealPath());
    }

    @Test
    void suitesThatStartAtOnceCompileOnce() throws Exception {
        ExecutorService four = Executors.newFixedThreadPool(4);
        try {
            List<Future<JniLibrary>> all = IntStream.range(0, 4)
                    .mapToObj(i -> four.submit(() -> get(environment())))
                    .toList();
            for (Future<JniLibrary> one : all) {
                assertThat(one.get().folder().resolve(JniLibrary.FILE_NAME)).exists();
            }
        } finally {
            four.shutdownNow();
        }
        assertThat(compilations()).hasSize(1);
    }

    @Test
    void whatAKilledCompilationLeftIsThrownAway() throws IOException {
        String name = get(environment()).folder().getFileName().toString();
        deleteEntry(name);
        Path left = Files.createDirectories(cache.resolve(name + ".part-1"));
        Files.writeString(left.resolve(JniLibrary.FILE_NAME), "half");

        assertThat(get(environment()).origin()).isEqualTo(JniLibrary.JniOrigin.COMPILED);
        assertThat(unfinished()).isEmpty();
    }

    private void deleteEntry(String name) throws IOException {
        try (Stream<Path> files = Files.walk(cache.resolve(name))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aCompilerThatFailsIsQuotedWithItsFirstErrorAndLeavesNothing() throws IOException {
        MadeUpTorch.script(compiler, """
                if [ "$1" = --version ]; then echo 'g++ 9.4'; exit 0; fi
                echo "In file included from /opt/errors/ATen.h:3,"
                echo "                 from djl_torch.cc:20:"
                echo "/opt/errors/ATen.h:7:10: fatal error: concepts: No such file or directory"
                echo "djl_torch.cc:99:1: error: and much more"
                exit 1
                """);

        assertThatThrownBy(() -> get(environment()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("by g++ 9.4: /opt/errors/ATen.h:7:10: fatal error: concepts")
                .hasMessageContaining("exit code 1");
        assertThat(unfinished()).isEmpty();
        try (Stream<Path> entries = Files.list(cache)) {
            assertThat(entries).noneMatch(Files::isDirectory);
        }
    }

    @Test
    void withoutACompilerItSaysSoUnlessTheLibraryIsThere() {
        Map<String, String> bare = environment();
        bare.remove("CXX");
        bare.put("PATH", "");

        assertThatThrownBy(() -> get(bare)).isInstanceOf(BadInput.class).hasMessageContaining("no C++ compiler");
        Path compiled = get(environment()).folder();
        assertThat(get(bare)).isEqualTo(new JniLibrary(compiled, JniLibrary.JniOrigin.CACHED));
    }

    @Test
    void withoutHeadersItSaysSo() throws IOException {
        Files.delete(torch.resolve("include/ATen/ATen.h"));

        assertThatThrownBy(() -> get(environment()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("has no headers")
                .hasMessageContaining("pip install torch==2.13.0");
    }

    @Test
    void headersOfAnotherVersionAreRefused() throws IOException {
        Path header = torch.resolve("include/torch/headeronly/version.h");
        Files.createDirectories(header.getParent());
        Files.writeString(
                header,
                "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 12\n#define TORCH_VERSION_PATCH 1\n");

        assertThatThrownBy(() -> get(environment()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("its headers are of 2.12.1 and its version.py of 2.13.0+cpu");
    }

    @Test
    void aTorchWithOldStringsIsCompiledWithThem() throws IOException {
        MadeUpTorch.library(torch.resolve("lib/libc10.so"), MadeUpTorch.OWN, MadeUpTorch.OLD_STRINGS);

        get(environment());

        assertThat(compilations().get(0)).contains("-D_GLIBCXX_USE_CXX11_ABI=0");
    }

    @Test
    void aTorchForAnotherMachineIsRefused() throws IOException {
        int other = MadeUpTorch.OWN == MadeUpTorch.X86_64 ? MadeUpTorch.AARCH64 : MadeUpTorch.X86_64;
        MadeUpTorch.library(torch.resolve("lib/libtorch_cpu.so"), other, "");

        assertThatThrownBy(() -> get(environment()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("and this Java for " + ElfFile.ownArchitecture());
    }

    @Test
    void aTorchWhoseLibraryWasCutOffIsRefused() throws IOException {
        Files.write(torch.resolve("lib/libtorch_cpu.so"), new byte[0]);

        assertThatThrownBy(() -> get(environment()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("lib/libtorch_cpu.so is not a shared library");
    }

    /** The line that has "error: " in it only says that the linker failed. */
    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Disk quota exceeded"})
    void aDiskThatIsFullIsSaidAndHowToUseAnother(String why) throws IOException {
        MadeUpTorch.script(compiler, """
                if [ "$1" = --version ]; then echo 'g++ 12'; exit 0; fi
                echo "/usr/bin/ld: final link failed: %s"
                echo "collect2: error: ld returned 1 exit status"
                exit 1
                """.formatted(why));

        assertThatThrownBy(() -> get(environment()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("final link failed: " + why + " (exit code 1)")
                .hasMessageContaining("MFU_CACHE=FOLDER");
    }

    @Test
    void aTorchWithoutItsLibraryIsRefused() throws IOException {
        Files.delete(torch.resolve("lib/libtorch_cpu.so"));

        assertThatThrownBy(() -> get(environment()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("no lib/libtorch_cpu.so");
    }

    @Test
    void aLibraryThatWasCompiledElsewhereIsTaken() throws IOException {
        Path given = folder.resolve("libdjl_torch-2.13.so");
        MadeUpTorch.library(given, MadeUpTorch.OWN, "");
        Map<String, String> environment = environment();
        environment.put("MFU_TORCH_JNI", given.toString());

        JniLibrary library = get(environment);

        assertThat(library.origin()).isEqualTo(JniLibrary.JniOrigin.GIVEN);
        assertThat(library.folder().resolve(JniLibrary.FILE_NAME).toRealPath()).isEqualTo(given.toRealPath());
        assertThat(compilations()).isEmpty();
        environment.put("MFU_TORCH_JNI", folder.resolve("nowhere.so").toString());
        assertThatThrownBy(() -> get(environment))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("nowhere.so cannot be read");
        environment.put("MFU_TORCH_JNI", Files.writeString(given, "text").toString());
        assertThatThrownBy(() -> get(environment))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is not a shared library");
    }
}
