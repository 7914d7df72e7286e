package org.mfujmh.report.text;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mfujmh.compare.GateResult;
import org.mfujmh.compare.Measurement;

/**
 * The answer to "is this one faster than that one, here?", a line a measurement.
 *
 * @param before what the baseline ran on, e.g. {@code PyTorch 2.7.1}
 * @param after the same of the new run
 */
public record SpeedAnswer(GateResult result, String before, String after) {

    public String toText() {
        List<String> names = new GateReport(result).names();
        return IntStream.range(0, names.size())
                .mapToObj(i -> {
                    Measurement one = result.measurements().get(i);
                    return "  " + names.get(i) + ", " + one.metric() + ": " + answer(one);
                })
                .map(PrintedText::plain)
                .collect(Collectors.joining(
                        "\n", PrintedText.plain("Is " + after + " faster than " + before + ", here?") + "\n", "\n"));
    }

    private String answer(Measurement one) {
        return switch (one.verdict()) {
            case IMPROVED -> "yes, " + ratio(one);
            case REGRESSED -> "no, it is slower, " + ratio(one);
            case SAME ->
                "no, it is as fast within "
                        + NumberFormat.percent(result.policy().threshold()) + ", " + ratio(one);
            case INCONCLUSIVE -> "not decided, " + (one.isTested() ? ratio(one) + ": " : "") + one.reason();
            case FAILED, MISSING, NEW, INCOMPARABLE -> "not compared, " + one.reason();
        };
    }

    private static String ratio(Measurement one) {
        return NumberFormat.ratio(one.ratio().estimate()) + " x ("
                + NumberFormat.range(one.ratio().low(), one.ratio().high()) + ")";
    }
}
