package org.mfujmh.device;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceSlugTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Intel(R) Xeon(R) 6972P                                 | intel-xeon-6972p-2c
                    Intel(R) Xeon(R) Platinum 8480+                        | intel-xeon-platinum-8480-plus-2c
                    Intel(R) Xeon(R) Gold 6459C                            | intel-xeon-gold-6459c-2c
                    Intel(R) Xeon(R) CPU E5-2686 v4 @ 2.30GHz              | intel-xeon-e5-2686-v4-2c
                    Intel(R) Xeon(R) CPU @ 2.20GHz                         | intel-xeon-family-6-model-85-stepping-7-2c
                    Intel(R) Xeon(R) Processor                             | intel-xeon-family-6-model-85-stepping-7-2c
                    13th Gen Intel(R) Core(TM) i7-13700K                   | intel-core-i7-13700k-2c
                    AMD EPYC 7763 64-Core Processor                        | amd-epyc-7763-2c
                    AMD Ryzen 7 PRO 5850U with Radeon Graphics             | amd-ryzen-7-pro-5850u-2c
                    Apple M2 Max                                           | apple-m2-max-2c
                    Neoverse-N1                                            | neoverse-n1-2c
                    ''                                                     | family-6-model-85-stepping-7-2c
                    """)
    void aCpusNameWithoutWhatEveryNameHas(String name, String slug) {
        assertThat(DeviceSlug.ofCpu(name, "family 6 model 85 stepping 7", 2)).isEqualTo(slug);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    NVIDIA H100 80GB HBM3           | nvidia-h100-80gb-hbm3
                    NVIDIA GeForce RTX 4090         | nvidia-geforce-rtx-4090
                    Tesla V100-SXM2-16GB            | tesla-v100-sxm2-16gb
                    ../../etc/passwd                | etc-passwd
                    ...                             | unknown-gpu
                    """)
    void aGpusName(String name, String slug) {
        assertThat(DeviceSlug.ofGpu(name)).isEqualTo(slug);
    }

    @Property(tries = 300, seed = "5")
    void anyNameGivesTheNameOfAFolder(@ForAll String name) {
        assertThat(DeviceSlug.ofGpu(name)).matches("[a-z0-9]+(-[a-z0-9]+)*").hasSizeLessThanOrEqualTo(80);
        assertThat(DeviceSlug.ofCpu(name, "", 4))
                .matches("[a-z0-9]+(-[a-z0-9]+)*-4c")
                .hasSizeLessThanOrEqualTo(90);
    }
}
