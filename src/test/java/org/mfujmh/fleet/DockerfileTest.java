package org.mfujmh.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The last step of {@code deploy/docker/Dockerfile}, which unpacks libtorch: as a shell runs it, without an engine. */
@EnabledOnOs(OS.LINUX)
class DockerfileTest {
    private static final Path DOCKERFILE = Path.of("deploy/docker/Dockerfile");

    @TempDir
    Path root;

    @Test
    void aCpuImageHasLibtorchUnpacked() throws Exception {
        Matcher cache = found("(?m)^ARG CACHE=(.*)$");
        assertThat(ran("mkdir -p \"$DJL_CACHE_DIR\"", cache.group(1))).isEqualTo(0);
        assertThat(root.resolve(cache.group(1).substring(1))).isDirectory();
    }

    @Test
    void aCpuImageIsNotBuiltIfLibtorchDoesNotRun() throws Exception {
        assertThat(ran("exit 1", found("(?m)^ARG CACHE=(.*)$").group(1))).isEqualTo(1);
    }

    /** Its libtorch cannot be loaded where an image is built, which has no GPU. It has to find room when it runs. */
    @Test
    void aCudaImageIsBuiltWithoutRunningIt() throws Exception {
        String cuda = found("(?s)#   CUDA(.*?)\n#\n").group(1);
        Matcher cache = Pattern.compile("--build-arg CACHE=(\\S+)").matcher(cuda);
        assertThat(cache.find()).isTrue();
        assertThat(ran("exit 1", cache.group(1))).isEqualTo(0);
        assertThat(cache.group(1)).startsWith("/tmp/");
        assertThat(cuda).contains("--read-only --tmpfs /tmp:exec,size=12g");
    }

    /** The step's exit code, with the image's folders below one of ours. */
    private int ran(String mfu, String cache) throws Exception {
        Path launcher = root.resolve("opt/mfu/mfu");
        Files.createDirectories(launcher.getParent());
        Files.writeString(launcher, "#!/bin/sh\n" + mfu + "\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        String step = found("(?s).*\nRUN (.*?[^\\\\])\n").group(1).replaceAll("/(opt/mfu|tmp)/", root + "/$1/");
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", step).redirectErrorStream(true);
        shell.environment().put("DJL_CACHE_DIR", root + cache);
        Process process = shell.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).isEmpty();
        return process.waitFor();
    }

    private static Matcher found(String pattern) throws Exception {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(DOCKERFILE));
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher;
    }
}
