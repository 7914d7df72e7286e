package org.mfujmh.report.text;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.FeedForward;

/** What an architecture is, in a few words. */
public final class ArchitectureText {
    private ArchitectureText() {}

    /** E.g. {@code 32 heads (8 for keys and values) of 64}. */
    static String heads(Architecture model) {
        Attention attention = model.blocks().get(0).attention();
        String shared = attention instanceof Attention.Grouped grouped && grouped.keyValueHeads() != grouped.heads()
                ? String.format(Locale.ROOT, " (%,d for keys and values)", grouped.keyValueHeads())
                : "";
        return String.format(Locale.ROOT, "%,d heads%s of %,d", attention.heads(), shared, attention.queryKeyWidth());
    }

    /** E.g. {@code ; 15 of 18 layers see 512 tokens}; empty if every layer sees all, as with a window of the context. */
    static String windows(Architecture model) {
        Map<Integer, Integer> layers = new TreeMap<>();
        model.blocks().forEach(block -> layers.merge(block.attention().window(), 1, Integer::sum));
        layers.keySet().removeIf(window -> window == 0 || window >= model.context());
        return layers.entrySet().stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "; %,d of %,d layers see %,d tokens",
                        entry.getValue(),
                        model.layers(),
                        entry.getKey()))
                .collect(Collectors.joining());
    }

    /** E.g. {@code 4 of 32 experts}; empty for a model without. */
    public static String experts(Architecture model) {
        return model.distinctBlocks().keySet().stream()
                .map(Block::feedForward)
                .flatMap(feedForward -> feedForward instanceof FeedForward.Experts experts
                        ? Stream.of(String.format(Locale.ROOT, "%,d of %,d experts", experts.used(), experts.count()))
                        : Stream.empty())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
