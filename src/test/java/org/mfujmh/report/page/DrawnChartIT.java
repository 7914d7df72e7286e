package org.mfujmh.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.mfujmh.results.JmhJson;

/** Vega, interpreted by Java, takes ten seconds for its first chart. */
class DrawnChartIT {
    private static JmhJson sort(String size, double... forks) {
        return JmhJson.of("org.example.Sort.quick")
                .param("size", size)
                .mode("avgt", "us/op")
                .forks(forks);
    }

    @Test
    void aChartIsDrawnWithoutABrowserAndItsMarksStandRight() throws IOException {
        Report report = Pages.of(sort("1", 10, 10, 10), sort("2", 20, 20, 20), sort("3", 40, 40, 40));

        String svg = report.toSvg("throughput");

        assertThat(svg).startsWith("<svg").contains("<title>Score, us/op</title>", ">size=2<");
        List<Double> points = Pattern.compile(
                        "aria-label=\"\\d+\\.\\d+ us/op \\(99 %[^>]*transform=\"translate\\(([0-9.]+),")
                .matcher(svg)
                .results()
                .map((MatchResult match) -> Double.parseDouble(match.group(1)))
                .toList();
        assertThat(points).hasSize(3);
        assertThat(points.get(1)).isCloseTo(2 * points.get(0), within(1.5));
        assertThat(points.get(2)).isCloseTo(4 * points.get(0), within(1.5));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(report.toPng("throughput")));
        assertThat(image.getWidth()).isGreaterThan(1000);
        assertThat(Stream.iterate(0, x -> x + 1)
                        .limit(image.getWidth())
                        .flatMap(x -> Stream.iterate(0, y -> y + 1)
                                .limit(image.getHeight())
                                .map(y -> image.getRGB(x, y)))
                        .distinct()
                        .count())
                .as("colours")
                .isGreaterThan(20);
    }
}
