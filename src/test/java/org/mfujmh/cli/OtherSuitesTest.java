package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other suites and versions of JMH wrote is read like ours; where from, says SOURCES.md beside the files. */
class OtherSuitesTest {

    private static String suite(String name) {
        try {
            return Path.of(OtherSuitesTest.class
                            .getResource("/org/mfujmh/results/suites/" + name + ".json")
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hollow, 46.903, maxStringLength=1000",
        "ojalgo, 103565, lib=EJML",
        "pulsar, 1.0761e+09, EmptyAndEntryAndMetadataOptional",
        "jcasbin, 20.339, useCache=true",
    })
    void theirFilesAreComparedAndNeverGreenWithoutForks(String name, String value, String parameter) {
        Ran compared = Ran.mfu("compare", suite(name), suite(name));
        assertThat(compared.err()).isEmpty();
        assertThat(compared.exitCode()).isZero();
        assertThat(compared.out().replace(",", ""))
                .contains(value)
                .contains(parameter)
                .contains("1.000");
        Ran checked = Ran.mfu("check", "--baseline", suite(name), suite(name));
        assertThat(checked.exitCode()).isEqualTo(2);
        assertThat(checked.out()).contains("1 fork against 1, a single measurement has no spread to judge by");
        assertThat(Ran.mfu("history", suite(name), suite(name)).exitCode()).isIn(0, 2);
    }
}
