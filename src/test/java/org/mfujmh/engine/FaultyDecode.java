package org.mfujmh.engine;

import java.util.Optional;
import org.mfujmh.model.RowProduct;

/** decode.py with a mistake that is easily made, and the tiny model that notices it. */
public enum FaultyDecode {
    A_LAYER_SKIPPED("tiny-llama", """
                for layer in range(self.layers):
                  h, o = self.decode_block(h, p, o, layer)
            """, """
                for layer in range(self.layers - 1):
                  h, o = self.decode_block(h, p, o, layer)
                o = o + (torch.len(p) - 3) // self.layers
            """),
    HALF_OF_THE_CACHE_READ("tiny-qwen3", "    values = self.cache[2 * layer + 1]\n", """
                values = self.cache[2 * layer + 1]
                keys = torch.slice(keys, 2, keys.size(2) // 2)
                values = torch.slice(values, 2, values.size(2) // 2)
            """),
    WRITTEN_INTO_THE_FIRST_SLOT(
            "tiny-gpt2",
            "self.new_slots.append(torch.select(x, 2, -1))",
            "self.new_slots.append(torch.select(x, 2, 0))"),
    KEYS_NOT_WRITTEN("tiny-mistral", "    self.new_slots[2 * layer].copy_(torch.slice(qk, 1, self.heads))\n", ""),
    ANGLE_OF_THE_POSITION_BEFORE(
            "tiny-olmo2", "torch.full([1], float(position)", "torch.full([1], float(position - 1)"),
    ANGLE_OF_ONE_KIND_FOR_ALL(
            "tiny-gemma3", "self.turns[2 * kind], self.turns[2 * kind + 1]", "self.turns[0], self.turns[1]"),
    STEP_AS_WITHIN_THE_ORIGINAL_CONTEXT("tiny-phi3-beyond", "here, position + 1)", "here, 1)"),
    STEP_AS_BEYOND_THE_ORIGINAL_CONTEXT("tiny-phi3-within", "here, position + 1)", "here, position + 9)"),
    PROMPT_AS_A_PASS_OF_ITS_OWN("tiny-phi3-beyond", "T + self.free_slots)", "T)"),
    TURNED_BACKWARDS("tiny-phi3", "torch.cat([torch.neg(sines), sines], 0)", "torch.cat([sines, torch.neg(sines)], 0)"),
    POSITION_OF_THE_TOKEN_BEFORE("tiny-gpt2", "p[1][self.position]", "p[1][self.position - 1]"),
    PROMPT_ONE_SLOT_OFF(
            "tiny-qwen2",
            "copy_(torch.slice(k[0], 1, first))",
            "copy_(torch.roll(torch.slice(k[0], 1, first), [1], [1]))"),
    VALUES_IN_PLACE_OF_KEYS(
            "tiny-mixtral",
            "torch.slice(keys, 1, 0, filled).copy_(torch.slice(k[0]",
            "torch.slice(keys, 1, 0, filled).copy_(torch.slice(v[0]"),
    ALL_SEQUENCES_IN_ONE("tiny-llama", "      self.sequence = b\n", "      self.sequence = 0\n"),
    WINDOW_ONE_SHORTER(
            "tiny-mistral", "slots = ops.prim.min(tokens, window)", "slots = ops.prim.min(tokens, window - 1)"),
    NORM_WITH_ITS_OWN_MEAN("tiny-llama", "[[1.0], [-1.0]]", "[[1.0], [1.0]]"),
    SCALE_OF_A_NORM_AS_IT_IS("tiny-gemma3", "w = w + 1.0", "w = w + 0.0"),
    BAGS_NOT_LAID_OUT(
            "tiny-llama",
            "packed.copy_(w.view([parts, width, d]).transpose(1, 2).clone())",
            "packed.copy_(w.view([parts, d, width]))",
            RowProduct.BAGS_AND_INNER_PRODUCT),
    BAGS_OF_ONE_ROW_FOR_ALL(
            "tiny-gpt2", "copies.copy_(x)", "copies.copy_(torch.slice(x, 0, 0, 1))", RowProduct.BAGS_AND_INNER_PRODUCT),
    BAGS_BY_PART_NOT_BY_ROW(
            "tiny-llama",
            "y.view([-1, B, table.size(1)]).transpose(0, 1).reshape([B, -1])",
            "y.view([B, -1])",
            RowProduct.BAGS_AND_INNER_PRODUCT);

    private final String model;
    private final String line;
    private final String instead;
    private final Optional<RowProduct> way;

    FaultyDecode(String model, String line, String instead) {
        this(model, line, instead, Optional.empty());
    }

    FaultyDecode(String model, String line, String instead, RowProduct way) {
        this(model, line, instead, Optional.of(way));
    }

    FaultyDecode(String model, String line, String instead, Optional<RowProduct> way) {
        this.model = model;
        this.line = line;
        this.instead = instead;
        this.way = way;
    }

    /** The way to multiply rows that it concerns; empty: every way. */
    public Optional<RowProduct> way() {
        return way;
    }

    /** The model that has the part. */
    public String model() {
        return model;
    }

    /** That model with the mistake, for the proof of work; it has no weights yet. */
    public LanguageModel load(ModelSpec spec) {
        return LanguageModel.load(spec, "cpu", archive(spec));
    }

    byte[] archive(ModelSpec spec) {
        return TorchScriptArchive.autograd(
                spec, PlantedFault.in(TorchScriptArchive.decodingSource(), line, instead, this));
    }
}
