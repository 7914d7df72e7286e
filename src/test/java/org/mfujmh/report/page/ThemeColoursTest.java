package org.mfujmh.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.color.ColorSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mfujmh.report.section.Section;

/** A chart's colours mean one thing each. */
class ThemeColoursTest {
    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void noProductHasTheColourOfAnother(String theme) throws IOException {
        List<String> colours = new ArrayList<>();
        new ObjectMapper()
                .readTree(PageScripts.theme(theme))
                .at("/range/category")
                .forEach(colour -> colours.add(colour.asText()));

        Section flops = Pages.of(Path.of("results/nvidia-h200/2026-11-26T193751Z.json")).sections().stream()
                .filter(section -> section.id().equals("flops"))
                .findFirst()
                .orElseThrow();
        JsonNode products = flops.charts().get(0).spec().at("/encoding/color/scale/domain");
        assertThat(products.size()).isBetween(13, colours.size());
        for (String one : colours) {
            assertThat(colours.stream().filter(other -> !other.equals(one)))
                    .as(one)
                    .hasSize(colours.size() - 1)
                    .allSatisfy(
                            other -> assertThat(distance(one, other)).as(other).isGreaterThan(20));
        }
    }

    /** Of CIELAB, where about 2 can just be seen: CIE 1976. */
    private static double distance(String one, String other) {
        List<Double> a = lab(one);
        List<Double> b = lab(other);
        double squares = 0;
        for (int i = 0; i < 3; i++) {
            squares += Math.pow(a.get(i) - b.get(i), 2);
        }
        return Math.sqrt(squares);
    }

    /** By Java's own conversion to XYZ, whose white is D50: 0.9642, 1, 0.8249. */
    private static List<Double> lab(String colour) {
        int rgb = Integer.parseInt(colour.substring(1), 16);
        float[] parts = {(rgb >> 16) / 255f, ((rgb >> 8) & 255) / 255f, (rgb & 255) / 255f};
        float[] xyz = ColorSpace.getInstance(ColorSpace.CS_sRGB).toCIEXYZ(parts);
        double x = root(xyz[0] / 0.9642);
        double y = root(xyz[1]);
        double z = root(xyz[2] / 0.8249);
        return List.of(116 * y - 16, 500 * (x - y), 200 * (y - z));
    }

    private static double root(double share) {
        return share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16.0 / 116;
    }
}
