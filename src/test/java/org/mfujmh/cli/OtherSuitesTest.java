package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other suites and versions of JMH wrote is read like ours; where from, says SOURCES.md beside the files. */
class OtherSuitesTest {
    @TempDir
    private Path folder;

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
        "pulsar, 1076082912, EmptyAndEntryAndMetadataOptional",
        "jcasbin, 20.339, useCache=true",
    })
    void theirFilesAreComparedAndUndecidedWithoutForks(String name, String value, String parameter) throws IOException {
        String again =
                Files.copy(Path.of(suite(name)), folder.resolve("again.json")).toString();
        Ran compared = Ran.mfu("compare", suite(name), again);
        assertThat(compared.err()).isEmpty();
        assertThat(compared.exitCode()).isZero();
        assertThat(compared.out().replace(",", ""))
                .contains(value)
                .contains(parameter)
                .contains("1.000");
        Ran checked = Ran.mfu("check", "--baseline", suite(name), again);
        assertThat(checked.exitCode()).isZero();
        assertThat(Ran.mfu("check", "--strict", "--baseline", suite(name), again)
                        .exitCode())
                .isEqualTo(3);
        assertThat(checked.out())
                .contains("1 fork against 1, and a single measurement has no spread")
                .contains("INCONCLUSIVE: ")
                .contains("nothing was decided");
        assertThat(Ran.mfu("history", suite(name), again).exitCode()).isZero();
    }
}
