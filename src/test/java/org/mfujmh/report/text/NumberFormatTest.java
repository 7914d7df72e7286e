package org.mfujmh.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumberFormatTest {
    @Test
    void noNumberIsShownAsNothingOrAsZerosAlone() {
        assertThat(NumberFormat.share(0.000_041, 1)).isEqualTo("0.0041 %");
        assertThat(NumberFormat.share(0.000_041, 2)).isEqualTo("0.0041 %");
        assertThat(NumberFormat.share(0.123_45, 1)).isEqualTo("12.3 %");
        assertThat(NumberFormat.share(0, 1)).isEqualTo("0.0 %");
        assertThat(NumberFormat.share(Double.NaN, 1)).isEqualTo("-");
        assertThat(NumberFormat.of(0.000_012, "share")).isEqualTo("0.0012 %");
        assertThat(NumberFormat.threeDigits(0.000_012_34)).isEqualTo("0.0000123");
        assertThat(NumberFormat.threeDigits(312.4)).isEqualTo("312");
        assertThat(NumberFormat.threeDigits(Double.NaN)).isEqualTo("-");
        assertThat(NumberFormat.of(0, "ops/s")).isEqualTo("0");
        assertThat(NumberFormat.percent(Double.NaN)).isEqualTo("-");
        assertThat(NumberFormat.ratio(Double.POSITIVE_INFINITY)).isEqualTo("inf");
    }
}
