package org.mfujmh.engine;

import java.nio.charset.StandardCharsets;

/** A GPT whose program was altered: what a mistake, or an optimiser gone too far, would make of gpt.py. */
public final class FaultyGpt {

    /** What is wrong with it. */
    public enum Fault {
        /** Nothing: the control. */
        NONE("", "", ""),
        /** No backward pass: made-up gradients, of the right shapes, finite, not zero. */
        GRADIENTS_UNUSED(
                "def derivatives(",
                "for g in torch.grad([y], x, annotate(List[Optional[Tensor]], [above])):",
                "for q in x:\n      g = torch.ones_like(q)"),
        /** The backward pass ends at the head, and the gradients below it are made up. */
        GRADIENT_OF_THE_HEAD_ALONE(
                "def derivatives(",
                "for g in torch.grad([y], x,",
                "for q in x[0:torch.len(x) - 1]:\n      gradients.append(torch.ones_like(q))\n"
                        + "    for g in torch.grad([y], x[torch.len(x) - 1:],"),
        /** The first half of the batch counts twice. */
        TOKENS_COUNTED_TWICE(
                "def forward(",
                "y = self.logits(ids, p)",
                "half = self.logits(torch.slice(ids, 0, 0, ids.size(0) // 2), p)\n    y = torch.cat([half, half], 0)"),
        TOKENS_COUNTED_TWICE_IN_BOTH(
                "def gradients_by_autograd(",
                "h, o = self.hidden(ids, p)",
                "half, o = self.hidden(torch.slice(ids, 0, 0, ids.size(0) // 2), p)\n    h = torch.cat([half, half], 0)"),
        /** One layer fewer. */
        LAYER_SKIPPED(
                "def hidden(",
                "h, o = self.one_block(h, p, o, layer)",
                "if layer == 0:\n      h, o = self.one_block(h, p, o, layer)\n    else:\n"
                        + "      o = o + (16 if self.notebook else 12)"),
        /** Logits of the last token, of which nothing is hidden. */
        LAST_TOKEN_ALONE(
                "def forward(", "y = self.logits(ids, p)", "y = torch.slice(self.logits(ids, p), 1, -1).contiguous()"),
        /** The head runs for the last token, and its logits are spread over all tokens. */
        LAST_TOKEN_SPREAD(
                "def head(",
                "y = self.linear(x, p[o + 2], None)",
                "y = self.linear(torch.slice(x, 1, -1), p[o + 2], None).expand([x.size(0), x.size(1), -1]).contiguous()"),
        /** A prefill that has the head multiply the first token instead of the last. */
        FIRST_TOKEN_FOR_LAST(
                "def forward_last(",
                "y = self.head(torch.slice(h, 1, -1), p, o)",
                "y = self.head(torch.slice(h, 1, 0, 1), p, o)"),
        /** The same in the handwritten program. */
        FIRST_TOKEN_FOR_LAST_BY_HAND(
                "def sequences_by_hand(",
                "torch.select(h.view([B, T, self.width]), 1, -1)",
                "torch.select(h.view([B, T, self.width]), 1, 0)"),
        /** The last sequence's last token stands for that of every sequence. */
        ONE_SEQUENCE_FOR_ALL(
                "def sequences_by_hand(",
                "torch.select(h.view([B, T, self.width]), 1, -1)",
                "torch.slice(h, 0, -1).expand([B, self.width])"),
        /** A prefill that computes all logits, and hands out the last. */
        ALL_LOGITS_FOR_LAST(
                "def forward_last(",
                "y = self.head(torch.slice(h, 1, -1), p, o)",
                "y = torch.slice(self.head(h, p, o), 1, -1).contiguous()"),
        /** One layer fewer, in the handwritten program. */
        LAYER_SKIPPED_BY_HAND("def sequences_by_hand(", "in range(self.layers)", "in range(self.layers - 1)");

        private final String after;
        private final String line;
        private final String instead;

        Fault(String after, String line, String instead) {
            this.after = after;
            this.line = line;
            this.instead = instead;
        }

        private String plant(String source) {
            if (this == NONE) {
                return source;
            }
            int method = source.indexOf(after);
            int at = method < 0 ? -1 : source.indexOf(line, method);
            if (at < 0) {
                throw new AssertionError("gpt.py has no \"" + line + "\" after \"" + after + "\" any more: plant "
                        + this + " where it is now");
            }
            // Written for a statement four columns in; it may stand deeper.
            String indent = " ".repeat(statement(source, at) - source.lastIndexOf('\n', at) - 1);
            return source.substring(0, at)
                    + instead.replace("\n    ", "\n" + indent)
                    + source.substring(at + line.length());
        }

        private static int statement(String source, int at) {
            int start = source.lastIndexOf('\n', at) + 1;
            while (source.charAt(start) == ' ') {
                start++;
            }
            return start;
        }
    }

    private FaultyGpt() {}

    /** A model on the CPU with drawn weights. */
    public static LanguageModel with(Fault fault, ModelSpec spec) {
        boolean byHand = fault == Fault.LAYER_SKIPPED_BY_HAND
                || fault == Fault.FIRST_TOKEN_FOR_LAST_BY_HAND
                || fault == Fault.ONE_SEQUENCE_FOR_ALL;
        String source = new String(TorchScriptArchive.source(byHand), StandardCharsets.UTF_8);
        byte[] faulty = fault.plant(source).getBytes(StandardCharsets.UTF_8);
        byte[] archive = byHand ? TorchScriptArchive.of(spec, faulty) : TorchScriptArchive.plain(spec, faulty);
        return LanguageModel.load(spec, "cpu", archive).drawParameters(7);
    }
}
