package org.mfujmh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.flops.claims.Claims;
import org.mfujmh.verify.Check;

class VerifyCommandIT {
    private static final String HEAD = "claim,quantity,model,batch,seq,convention,against,weights,tokens_per_s,seconds,"
            + "devices,peak_tflops,published,tolerance,verdict,right_convention,right_peak_tflops,right,source,why\n";

    @TempDir
    Path folder;

    @Test
    void theClaimsAreOkAndJsonHasTheFieldsOfTheDesign() throws IOException {
        Ran ran = Ran.mfu("verify", "--claims", "--format", "json");
        assertThat(ran.exitCode()).isZero();
        JsonNode checks = new ObjectMapper().readTree(ran.out());
        assertThat(checks).hasSize(Claims.recompute().size());
        for (JsonNode check : checks) {
            List<String> fields = new ArrayList<>();
            check.fieldNames().forEachRemaining(fields::add);
            assertThat(fields).containsExactly("check", "expected", "actual", "tolerance", "ok", "source");
            assertThat(check.get("ok").booleanValue()).isTrue();
            double apart = Math.abs(
                    check.get("expected").doubleValue() - check.get("actual").doubleValue());
            assertThat(apart)
                    .as(check.get("check").textValue())
                    .isLessThanOrEqualTo(check.get("tolerance").doubleValue() * (1 + 1e-9));
        }
    }

    @Test
    void textSaysOfEachHowFarOffAndWhy() {
        String text = Ran.mfu("verify", "--claims").out();
        assertThat(text)
                .contains("0.8113", "0.2232", "x 3.634", "reproduced, but against a wrong peak")
                .contains("without tensor cores", "x 99.99", "does not hold", "All ");
    }

    @Test
    void aClaimThatIsNotAsRecordedFailsTheRun() throws IOException {
        Path file = folder.resolve("claims.csv");
        Files.writeString(
                file, HEAD + "mine,forward_flops,gpt-small,2,1024,exact,,,,,,,5.1e11,,holds,,,,here,wishful\n");
        Ran ran = Ran.mfu("verify", "--claims-from", file.toString());
        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).contains("NOT OK").contains("1 of 1 checks are NOT OK.");
    }

    @Test
    void aRightFigureThatIsNotFailsTheRun() throws IOException {
        Path file = folder.resolve("claims.csv");
        String row =
                "mine,forward_flops,gpt-small,2,1024,linear_only,,,,,,,5.1e11,,other_convention,exact,,%s,here,x\n";
        Files.writeString(file, HEAD + row.formatted("5.833e11"));
        assertThat(Ran.mfu("verify", "--claims-from", file.toString()).exitCode())
                .isZero();
        Files.writeString(file, HEAD + row.formatted("5.9e11"));
        assertThat(Ran.mfu("verify", "--claims-from", file.toString()).exitCode())
                .isEqualTo(1);
    }

    /** LTplus-AG/ifc-lite #3200: a check of nothing is not ok. */
    @ParameterizedTest
    @ValueSource(strings = {"empty.csv", "head.csv"})
    void noClaimsAreNotSuccess(String name) throws Exception {
        Ran ran = Ran.mfu("verify", "--claims-from", claims(name));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains(name);
        assertThat(ran.err().lines()).hasSize(1);
    }

    /** dflib/dflib #429. */
    @Test
    void aByteOrderMarkIsNoPartOfAColumnsName() throws Exception {
        Ran ran = Ran.mfu("verify", "--claims-from", claims("bom.csv"));
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(1);
        assertThat(ran.out())
                .contains("2 claims: 1 x \"holds\", 1 x \"does not hold\"", "1 of 2 checks are NOT OK.")
                .contains("\nnanochat d20 on 8 A100: MFU - holds.\n")
                .doesNotContain("holds: .");
    }

    @Test
    void tokensBeyondTheContextAreASentence() throws Exception {
        Ran ran = Ran.mfu("verify", "--claims-from", claims("more2.csv"));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("claim 3 (seq above context): A sequence of 2048 tokens is beyond the context");
    }

    private static String claims(String name) throws URISyntaxException {
        return Path.of(VerifyCommandIT.class.getResource("claims/" + name).toURI())
                .toString();
    }

    @Test
    void aMissingFileIsASentence() {
        Ran ran = Ran.mfu("verify", "--claims-from", folder.resolve("none.csv").toString());
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("does not exist").doesNotContain("\tat ");
    }

    @Test
    void nothingIsCloseToNaN() {
        assertThat(Check.near("numerics", 0, Double.NaN, 1, "here").ok()).isFalse();
        assertThat(Check.exactly("flops", 5L, 5L, "here").ok()).isTrue();
        assertThat(Check.exactly("flops", 5L, 6L, "here").ok()).isFalse();
    }
}
