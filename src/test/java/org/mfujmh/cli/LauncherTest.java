package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script {@code mfu}, as people call it; where it says so with a java that prints its arguments. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir
    Path folder;

    private Path home;
    private Path java;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void unpackedArchive() throws IOException {
        home = Files.createDirectories(folder.resolve("a home/mfu-jmh"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("mfu"), home.resolve("mfu"), StandardCopyOption.COPY_ATTRIBUTES);
        java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        program(java, "for a in \"$@\"; do echo \"<$a>\"; done");
        release("17.0.2");
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
    }

    /** pmd/pmd #1272, structurizr/cli #77: a link in a folder of the PATH. */
    @Test
    void aLinkToItFindsItsOwnFolderThroughBlanksAndChainsAndInSpiteOfCdpath() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("second"), Path.of("../a home/mfu-jmh/mfu"));
        Files.createSymbolicLink(bin.resolve("mfu"), Path.of("second"));
        Files.createDirectories(folder.resolve("elsewhere/bin"));
        environment.put("CDPATH", folder.resolve("elsewhere").toString());

        Ran ran = run("bin/mfu", "peaks", "a b");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out().lines())
                .contains("<" + home.toRealPath() + "/lib/*>", "<peaks>", "<a b>", "<-Dmfu.command=bin/mfu>");
        assertThat(ran.err()).isEmpty();
    }

    /** As fleet-node starts it, among others. The oracle is a shell that has none of these variables. */
    @Test
    void theCommandThatResumesHasWhatWasSetForThisRun() throws Exception {
        Map<String, String> set = Map.of(
                "MFU_TORCH", "/opt/a b/torch",
                "MFU_JAVA_OPTS", "-Da='b  c' -Dd=$e",
                "OMP_NUM_THREADS", "2",
                "CUDA_VISIBLE_DEVICES", "GPU-5d5b",
                "MFU_MAVEN", "-Dgpu -Dx='y z'");
        String show = "for a in \"$@\"; do echo \"<$a>\"; done\nenv";
        program(java, show);
        environment.putAll(set);
        String command = commandOf(run("a home/mfu-jmh/mfu", "peaks"));
        set.keySet().forEach(environment::remove);

        List<String> again = run("bash", "-c", command + " peaks").out().lines().toList();

        set.forEach((name, value) -> assertThat(again).contains(name + "=" + value));
        assertThat(again).contains("<peaks>", "<-Dmfu.command=" + command + ">");
        assertThat(commandOf(run("a home/mfu-jmh/mfu"))).isEqualTo("a\\ home/mfu-jmh/mfu");
        assertThat(commandOf(run("bash", "-c", "CUDA_VISIBLE_DEVICES= OMP_NUM_THREADS= \"a home/mfu-jmh/mfu\"")))
                .as("no GPU")
                .isEqualTo("CUDA_VISIBLE_DEVICES=\'\' a\\ home/mfu-jmh/mfu");
    }

    private static String commandOf(Ran ran) {
        assertThat(ran.exitCode()).as(ran.err()).isZero();
        return ran.out()
                .lines()
                .filter(line -> line.startsWith("<-Dmfu.command="))
                .map(line -> line.substring("<-Dmfu.command=".length(), line.length() - 1))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void optionsMayHaveBlanksAndColons() throws Exception {
        environment.put("MFU_JAVA_OPTS", " -Da='b  c' \"-Dd=e f:g\"\t-Dh=i\\ j -Dk= '' -Xmx1g\n");
        assertThat(run("a home/mfu-jmh/mfu", "peaks").out().lines())
                .contains("<-Da=b  c>", "<-Dd=e f:g>", "<-Dh=i j>", "<-Dk=>", "<>", "<-Xmx1g>");
        environment.put("MFU_JAVA_OPTS", "-Da=$(touch x) *");
        assertThat(run("a home/mfu-jmh/mfu").out().lines()).contains("<-Da=$(touch>", "<x)>", "<*>");
        environment.put("MFU_JAVA_OPTS", "-Da='b");
        assertSentence(run("a home/mfu-jmh/mfu"), "MFU_JAVA_OPTS has an unterminated quote");
        environment.put("MFU_JAVA_OPTS", "  ");
        assertThat(run("a home/mfu-jmh/mfu").out().lines()).doesNotContain("<>");
    }

    /** On Debian and Ubuntu sh is dash. */
    @Test
    void itRunsWhenCalledBySh() throws Exception {
        Ran ran = run("sh", "a home/mfu-jmh/mfu", "peaks", "a b");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out().lines()).contains("<peaks>", "<a b>");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void aCopyWithoutTheRestIsASentence() throws Exception {
        Files.copy(home.resolve("mfu"), folder.resolve("mfu"), StandardCopyOption.COPY_ATTRIBUTES);

        assertSentence(run("./mfu", "peaks"), "has neither pom.xml nor lib. Link to the mfu of a checkout");
    }

    @Test
    void aColonInTheFoldersNameIsASentence() throws Exception {
        Files.move(home, folder.resolve("a:home"));
        assertSentence(run("a:home/mfu", "peaks"), "a:home has a colon in its name");
    }

    @ParameterizedTest
    @CsvSource({"11.0.22, 11", "1.8.0_392, 8", "16, 16", "9-internal, 9"})
    void aJavaThatIsTooOldIsASentence(String version, String said) throws Exception {
        release(version);
        assertSentence(run("a home/mfu-jmh/mfu", "peaks"), "is Java " + said + ". Install Java 17");
        Files.delete(folder.resolve("jdk/release"));
        program(java, "echo 'openjdk version \"" + version + "\" 2024-01-16' >&2");
        assertSentence(run("a home/mfu-jmh/mfu", "peaks"), "is Java " + said + ". Install Java 17");
    }

    @ParameterizedTest
    @CsvSource({"17.0.15", "21", "25-ea", "26.0.1"})
    void aJavaThatIsNewEnoughIsNotAsked(String version) throws Exception {
        release(version);
        assertThat(run("a home/mfu-jmh/mfu", "peaks").exitCode()).isZero();
    }

    @Test
    void aJavaThatIsNotThereOrDoesNotStartIsASentence() throws Exception {
        environment.put("JAVA_HOME", folder.resolve("none").toString());
        assertSentence(run("a home/mfu-jmh/mfu"), "there is no " + folder.resolve("none/bin/java"));
        environment.put("JAVA_HOME", folder.resolve("jdk").toString());
        Files.delete(folder.resolve("jdk/release"));
        program(java, "echo 'Unable to locate a Java Runtime.' >&2; exit 1");
        assertSentence(run("a home/mfu-jmh/mfu"), "does not start. Install Java 17");
    }

    @Test
    void withoutJavaHomeItIsThePathsThroughItsLinks() throws Exception {
        environment.put("JAVA_HOME", "");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), java);
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        assertThat(run("a home/mfu-jmh/mfu", "peaks").out().lines()).contains("<peaks>");
        release("11");
        assertSentence(run("a home/mfu-jmh/mfu", "peaks"), "is Java 11");
    }

    @Test
    void aBuildThatFailsIsASentenceAfterMavens() throws Exception {
        Files.createDirectories(home.resolve("src/main"));
        Files.createDirectories(home.resolve("src/jmh"));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        program(bin.resolve("mvn"), "echo '[ERROR] no'; exit 1");
        environment.put("PATH", bin + ":" + System.getenv("PATH"));

        Ran ran = run("a home/mfu-jmh/mfu", "peaks");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .contains("[ERROR] no")
                .contains("mfu: the build of")
                .contains("failed");
    }

    /** redhat-developer/vscode-java #4473: the POSIX locale has ASCII alone. This is the real thing, Java and all. */
    @ParameterizedTest
    @CsvSource({"LC_ALL, C", "LC_ALL, POSIX", "LANG, C", "LANG, xx_XX.UTF-8", "LC_CTYPE, ''"})
    void namesBeyondAsciiArriveInAnyLocale(String variable, String value) throws Exception {
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.createDirectories(home.resolve("src/main"));
        Files.createDirectories(home.resolve("src/jmh"));
        Files.createDirectories(home.resolve("target"));
        Files.writeString(home.resolve("target/classpath.txt"), System.getProperty("java.class.path"));
        Files.writeString(home.resolve("target/.mfu-built"), "");
        Files.setLastModifiedTime(
                home.resolve("target/.mfu-built"), FileTime.from(Instant.now().plusSeconds(600)));
        List<String> files = new ArrayList<>();
        for (String name : List.of("gc0_a.json", "gc0_b.json")) {
            Path file = folder.resolve(name.replace("gc0", "gr\u00fcn"));
            Files.copy(LauncherTest.class.getResourceAsStream("locale/" + name), file);
            files.add(file.getFileName().toString());
        }
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MFU_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        for (String one : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
            environment.put(one, "");
        }
        environment.put(variable, value);

        Ran ran = run(
                "a home/mfu-jmh/mfu", "compare", files.get(0), files.get(1), "--metric", "\u00b7gc.alloc.rate.norm");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("gc.alloc.rate.norm", "gr\u00fcn_b.json");
    }

    private void assertSentence(Ran ran, String says) {
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("mfu: ").contains(says);
        assertThat(ran.err().lines()).hasSize(1);
    }

    private void release(String version) throws IOException {
        Files.writeString(folder.resolve("jdk/release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/bash\n" + script + "\n");
        file.toFile().setExecutable(true);
    }

    /** By bash, so that bytes beyond ASCII get through whatever this JVM's locale is. */
    private Ran run(String... command) throws IOException, InterruptedException {
        Path script = folder.resolve("call.sh");
        StringBuilder line = new StringBuilder();
        for (String word : command) {
            line.append(" '").append(word.replace("'", "'\\''")).append("'");
        }
        environment.forEach((name, value) -> line.insert(
                0,
                value.isEmpty()
                        ? "unset " + name + "\n"
                        : "export " + name + "='" + value.replace("'", "'\\''") + "'\n"));
        Files.writeString(script, line + "\n", StandardCharsets.UTF_8);
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString())
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeAll(Set.of(
                        "JAVA_TOOL_OPTIONS",
                        "CUDA_VISIBLE_DEVICES",
                        "OMP_NUM_THREADS",
                        "MFU_JAVA_OPTS",
                        "MFU_TORCH",
                        "MFU_MAVEN"));
        int code = builder.start().waitFor();
        return new Ran(code, Files.readString(out), Files.readString(err));
    }
}
