package org.mfujmh.engine;

import org.mfujmh.model.Backend;

/** decoder.py with a mistake that is easily made, and the tiny model that notices it. */
enum FaultyDecoder {
    ROTARY_TURNS_BACKWARDS(
            "tiny-llama",
            "a * cosines - b * sines, b * cosines + a * sines",
            "a * cosines + b * sines, b * cosines - a * sines"),
    ROTARY_PAIRS_ARE_NEIGHBOURS(
            "tiny-llama",
            "a = torch.slice(x, 3, 0, r).to(6)\n    b = torch.slice(x, 3, r, 2 * r).to(6)",
            "a = torch.slice(x, 3, 0, 2 * r, 2).to(6)\n    b = torch.slice(x, 3, 1, 2 * r, 2).to(6)"),
    ROTARY_OF_ONE_KIND_FOR_ALL("tiny-gemma3", "kind = self.rotary[layer]", "kind = self.rotary[0]"),
    UNTURNED_COLUMNS_HALVED(
            "tiny-phi3",
            "torch.cat([turned, torch.slice(x, 3, 2 * r)], 3)",
            "torch.cat([turned, torch.slice(x, 3, 2 * r) * 0.5], 3)"),
    LONG_FACTORS_FROM_THE_ORIGINAL_CONTEXT_ON(
            "tiny-phi3-within", "if T > self.original_contexts[kind]", "if T >= self.original_contexts[kind]"),
    SHORT_FACTORS_ALONE("tiny-phi3-beyond", "if T > self.original_contexts[kind]", "if T < 0"),
    ATTENTION_FACTOR_ON_COSINES_ALONE("tiny-phi3-within", "      sines.mul_(self.rotary_factors[kind])\n", ""),
    ATTENTION_FACTOR_OF_ONE_KIND_FOR_ALL(
            "tiny-gemma3", "self.rotary_factors[kind]", "self.rotary_factors[torch.len(self.frequencies) - 1]"),
    POSITIONS_FROM_ONE("tiny-gpt2", "torch.slice(p[1], 0, 0, T)", "torch.slice(p[1], 0, 1, T + 1)"),
    WINDOW_ONE_LONGER("tiny-mistral", "torch.gt(columns, rows - window)", "torch.ge(columns, rows - window)"),
    WINDOW_ONE_SHORTER("tiny-mistral", "torch.gt(columns, rows - window)", "torch.gt(columns, rows - window + 1)"),
    WINDOW_OF_ONE_KIND_FOR_ALL("tiny-gemma3", "self.windows[layer]", "self.windows[0]"),
    WINDOW_IN_EVERY_LAYER("tiny-qwen2", "self.windows[layer]", "self.windows[1]"),
    SEES_THE_FUTURE("tiny-qwen3", "None, 0.0, True, scale", "None, 0.0, False, scale"),
    SCORES_BY_THE_HEAD_WIDTH("tiny-gemma3", "0.0, True, scale=self.score_scale", "0.0, True, scale=None"),
    SCORES_IN_THE_WINDOW_BY_THE_HEAD_WIDTH(
            "tiny-gemma3", "0.0, False, scale=self.score_scale", "0.0, False, scale=None"),
    KEYS_SHARED_BY_DISTANT_HEADS(
            "tiny-llama",
            "x.unsqueeze(2).expand([x.size(0), self.kv_heads, r,",
            "x.unsqueeze(1).expand([x.size(0), r, self.kv_heads,"),
    BIAS_FORGOTTEN(
            "tiny-qwen2",
            "return (self.product(x, p[o], p[o + 1]), o + 2)",
            "return (self.linear(x, p[o], p[o + 1] * 0.0), o + 2)"),
    NORM_WITHOUT_EPSILON(
            "tiny-mistral", "torch.rms_norm(x, [d], scale, self.epsilon)", "torch.rms_norm(x, [d], scale, 0.0)"),
    NORM_EPSILON_IN_THE_WRONG_PLACE(
            "tiny-mistral",
            "torch.rms_norm(x, [d], scale, self.epsilon)",
            "torch.rms_norm(x, [d], scale, self.epsilon * self.epsilon)"),
    NORM_SCALE_COUNTS_FROM_ZERO("tiny-gemma3", "scale = scale + 1.0", "scale = scale + 0.0"),
    KEYS_SCALED_LIKE_QUERIES(
            "tiny-qwen3",
            "k, o = self.norm(k, p, o)\n    q = q.transpose",
            "k, o = (self.norm(k, [p[o - 1] + p[o] * 0.0], 0)[0], o + 1)\n    q = q.transpose"),
    NORM_AFTER_FORGETS_ITS_INPUT("tiny-olmo2", "h = h + x\n", "h = x\n"),
    GATE_AND_UP_SWAPPED("tiny-mistral", "gate, up = torch.chunk", "up, gate = torch.chunk"),
    GELU_BY_TANH("tiny-qwen2", "y = torch.gelu(x)\n", "y = torch.gelu(x, approximate=\"tanh\")\n"),
    GELU_EXACT("tiny-gpt2", "torch.gelu(x, approximate=\"tanh\")", "torch.gelu(x)"),
    EMBEDDING_UNSCALED("tiny-gemma3", "torch.scalar_tensor(self.embedding_scale,", "torch.scalar_tensor(1.0,"),
    LOGITS_UNCAPPED("tiny-gemma3", "if self.logit_softcap > 0.0:", "if self.logit_softcap < 0.0:"),
    TIED_HEAD_WITHOUT_GRADIENT(
            "tiny-gpt2", "y = self.product(h, p[0], None)", "y = self.linear(h, p[0].detach(), None)"),
    EXPERTS_NOT_NORMALISED("tiny-mixtral", "if self.normalised:", "if self.layers < 0:"),
    EXPERTS_NORMALISED("tiny-olmoe", "if self.normalised:", "if self.layers > 0:"),
    ONE_EXPERT_FEWER("tiny-mixtral", "dtype=6), self.used, -1)", "dtype=6), self.used - 1, -1)"),
    EXPERTS_OF_OTHER_TOKENS(
            "tiny-qwen3-moe",
            "outputs.append(self.row_linear(self.between(self.row_linear(part,",
            "outputs.append(self.row_linear(self.between(self.row_linear(torch.flip(part, [0]),"),
    WEIGHTS_OF_OTHER_EXPERTS(
            "tiny-qwen3-moe",
            "torch.cat(outputs, 0) * self.in_order(weights, order)",
            "torch.cat(outputs, 0) * torch.flip(self.in_order(weights, order), [0])"),
    ROUTER_WITHOUT_GRADIENT(
            "tiny-mixtral", "self.route(self.linear(tokens,", "self.route(self.linear(tokens.detach(),"),
    KEYS_WITHOUT_GRADIENT(
            "tiny-llama",
            "torch.scaled_dot_product_attention(q, k, v, None,",
            "torch.scaled_dot_product_attention(q, k.detach(), v, None,");

    private final String model;
    private final String line;
    private final String instead;

    FaultyDecoder(String model, String line, String instead) {
        this.model = model;
        this.line = line;
        this.instead = instead;
    }

    /** The model that has the part. */
    String model() {
        return model;
    }

    byte[] archive(ModelSpec spec) {
        return TorchScriptArchive.autograd(
                spec, PlantedFault.in(TorchScriptArchive.decoderSource(Backend.AUTOGRAD), line, instead, this));
    }
}
