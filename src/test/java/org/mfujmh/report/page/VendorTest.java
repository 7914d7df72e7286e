package org.mfujmh.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class VendorTest {
    private static final Pattern LINE =
            Pattern.compile("(?m)^(\\S+\\.js) +(\\S+) +(\\S+) +BSD-3-Clause +([0-9a-f]{64})$");

    /** The checksums are of the packages as npm serves them. */
    @Test
    void whatThePageCarriesIsWhatTheNoticeSays() throws IOException, NoSuchAlgorithmException {
        List<MatchResult> lines = LINE.matcher(PageScripts.resource("vendor/NOTICE.txt"))
                .results()
                .toList();
        assertThat(lines).hasSize(3);
        for (MatchResult line : lines) {
            try (InputStream file =
                    PageScripts.class.getResourceAsStream("/org/mfujmh/report/vendor/" + line.group(1))) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(file.readAllBytes());
                assertThat(HexFormat.of().formatHex(digest)).as(line.group(1)).isEqualTo(line.group(4));
            }
            assertThat(PageScripts.resource("page.html")).contains(line.group(3));
        }
    }
}
