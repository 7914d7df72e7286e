package org.mfujmh.engine.installed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mfujmh.BadInput;

class TorchVersionTest {

    /** The file of pip's 2.14.1, word for word. */
    private static final String CUDA = """
            from typing import Optional

            __all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip', 'rocm', 'xpu']
            __version__ = '2.14.1+cu130'
            debug = False
            cuda: Optional[str] = '13.0'
            git_version = '5c4886908584029761b579af026dcfb627c84070'
            hip: Optional[str] = None
            rocm: Optional[str] = None
            xpu: Optional[str] = None
            """;

    @Test
    void aCudaBuildTellsItsCuda() {
        TorchVersion version = TorchVersion.parse(CUDA);

        assertThat(version.full()).isEqualTo("2.14.1+cu130");
        assertThat(version.release()).isEqualTo("2.14.1");
        assertThat(version.cuda()).contains("13.0");
        assertThat(version.hip()).isEmpty();
        assertThat(version.flavor()).isEqualTo("cu130");
    }

    @Test
    void aCpuBuildHasNoCuda() {
        TorchVersion version =
                TorchVersion.parse(CUDA.replace("2.14.1+cu130", "2.13.0+cpu").replace("'13.0'", "None"));

        assertThat(version.cuda()).isEmpty();
        assertThat(version.flavor()).isEqualTo("cpu");
    }

    @Test
    void aRocmBuildTellsItsHip() {
        TorchVersion version = TorchVersion.parse("""
                __version__ = "2.9.0+rocm6.4"
                cuda = None
                hip = "6.4.43482"
                """);

        assertThat(version.hip()).contains("6.4.43482");
        assertThat(version.flavor()).isEqualTo("cpu");
    }

    @Test
    void aBuildOfOnesOwnKeepsItsWholeName() {
        TorchVersion version = TorchVersion.parse("__version__ = '2.6.0a0+ecf3bae40a.nv25.01'\ncuda = '12.8'\n");

        assertThat(version.full()).isEqualTo("2.6.0a0+ecf3bae40a.nv25.01");
        assertThat(version.release()).isEqualTo("2.6.0");
    }

    @Test
    void whatIsTooOldIsRefusedByItsNumber() {
        assertThatThrownBy(() -> TorchVersion.parse("__version__ = '2.4.1+cu121'\n"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("PyTorch 2.4.1+cu121 is older than 2.5");
    }

    @Test
    void aFileWithoutAVersionIsRefused() {
        assertThatThrownBy(() -> TorchVersion.parse("debug = False\n"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("names no __version__");
    }
}
