package org.mfujmh.engine.installed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mfujmh.BadInput;

@EnabledOnOs(OS.LINUX)
class TorchFinderTest {
    @TempDir
    private Path folder;

    private Path environment;
    private Path torch;

    @BeforeEach
    void install() throws IOException {
        environment = folder.resolve("venv");
        torch = MadeUpTorch.in(environment, "2.13.0+cpu", null);
    }

    private static Path find(String asked, String... variables) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return new TorchFinder(environment).find(asked);
    }

    /** A Python that answers with the torch that it would import; null: with none. */
    private static Path python(Path where, Path itsTorch) throws IOException {
        return MadeUpTorch.script(
                where.resolve("bin/python3"), itsTorch == null ? "echo" : "echo " + itsTorch.resolve("__init__.py"));
    }

    @Test
    void aPathMayBeTheTorchItsPackagesItsEnvironmentOrItsPython() throws IOException {
        Path python = python(environment, torch);

        assertThat(find(torch.toString())).isEqualTo(torch);
        assertThat(find(torch.getParent().toString())).isEqualTo(torch);
        assertThat(find(environment.toString())).isEqualTo(torch);
        assertThat(find(python.toString())).isEqualTo(torch);
    }

    @Test
    void aHomeThatTheShellLeftAsItIsIsFound() {
        String home = System.getProperty("user.home");
        System.setProperty("user.home", folder.toString());
        try {
            assertThat(find("~/venv")).isEqualTo(torch);
        } finally {
            System.setProperty("user.home", home);
        }
    }

    @Test
    void autoTakesTheActiveEnvironmentThenCondasThenThePythonOnThePath() throws IOException {
        Path conda = folder.resolve("conda");
        Path condaTorch = MadeUpTorch.in(conda, "2.12.0+cpu", null);
        Path system = folder.resolve("usr");
        Path systemTorch = MadeUpTorch.in(system, "2.11.0+cpu", null);
        String path =
                folder.resolve("nothing") + ":" + python(system, systemTorch).getParent();

        assertThat(find("auto", "VIRTUAL_ENV", environment.toString(), "CONDA_PREFIX", conda.toString(), "PATH", path))
                .isEqualTo(torch);
        assertThat(find("auto", "CONDA_PREFIX", conda.toString(), "PATH", path)).isEqualTo(condaTorch);
        assertThat(find("auto", "PATH", path)).isEqualTo(systemTorch);
    }

    @Test
    void autoGoesOnWhereAnEnvironmentHasNone() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        String path = python(environment, torch).getParent().toString();

        assertThat(find("auto", "VIRTUAL_ENV", empty.toString(), "PATH", path)).isEqualTo(torch);
    }

    /** As pyenv's shims are: a script in a folder that says nothing of where the packages are. */
    @Test
    void aPythonThatLiesElsewhereIsAsked() throws IOException {
        Path shim = MadeUpTorch.script(folder.resolve("shims/python3"), "echo " + torch.resolve("__init__.py"));

        assertThat(find("auto", "PATH", shim.getParent().toString())).isEqualTo(torch);
    }

    /** One that PYTHONPATH or the user's own packages put before the environment's. */
    @Test
    void thePythonDecidesWhichTorchItIs() throws IOException {
        Path module = MadeUpTorch.in(folder.resolve("module"), "2.12.0+cpu", null);
        Path python = python(environment, module);

        assertThat(find(python.toString())).isEqualTo(module);
        assertThat(find("auto", "VIRTUAL_ENV", environment.toString())).isEqualTo(module);
        assertThat(find("auto", "PATH", python.getParent().toString())).isEqualTo(module);
        assertThat(find(environment.toString())).as("the folder that was named").isEqualTo(torch);
    }

    /** A real Python, with PYTHONPATH, and with a folder named torch where it is started. */
    @Test
    void aRealPythonIsAskedForWhatItWouldImport() throws Exception {
        Path module = MadeUpTorch.in(folder.resolve("module"), "2.12.0+cpu", null);
        Files.writeString(module.resolve("__init__.py"), "raise SystemExit('imported')");
        Path python = TorchFinder.onPath("python3", System.getenv()).orElse(null);
        Assumptions.assumeTrue(python != null, "there is no python3");
        Path started = MadeUpTorch.script(
                folder.resolve("python"),
                "cd '%s'; export PYTHONPATH='%s'; exec '%s' \"$@\""
                        .formatted(torch.getParent(), module.getParent(), python));

        assertThat(find(started.toString())).isEqualTo(module);
    }

    @Test
    void twoTorchesOfOnePrefixAreNotGuessedBetween() throws IOException {
        Path other = environment.resolve("lib/python3.9/site-packages/torch");
        Files.createDirectories(other.resolve("lib"));
        Files.writeString(other.resolve("version.py"), "");
        MadeUpTorch.script(environment.resolve("bin/python3"), "echo " + torch.resolve("__init__.py"));

        assertThat(find(environment.toString())).isEqualTo(torch);
    }

    @Test
    void autoSaysWhereItLooked() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Path python = python(folder.resolve("usr"), null);

        assertThatThrownBy(() -> find(
                        "auto",
                        "VIRTUAL_ENV",
                        empty.toString(),
                        "PATH",
                        python.getParent().toString()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("VIRTUAL_ENV (" + empty + ")")
                .hasMessageContaining("python3 (" + python + ")")
                .hasMessageContaining("pip install torch");
        assertThatThrownBy(() -> find("auto"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("no python3 on the PATH");
    }

    @Test
    void aPathThatIsNoTorchIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "x");

        assertThatThrownBy(() -> find(folder.resolve("nowhere").toString()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("there is no such file or folder");
        assertThatThrownBy(() -> find(file.toString()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("there is no PyTorch in it");
        assertThatThrownBy(() -> find("/tmp/\0")).isInstanceOf(BadInput.class);
    }
}
