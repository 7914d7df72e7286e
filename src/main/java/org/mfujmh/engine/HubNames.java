package org.mfujmh.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mfujmh.model.Architecture;
import org.mfujmh.model.Attention;
import org.mfujmh.model.Block;
import org.mfujmh.model.Gpt2;
import org.mfujmh.model.ParameterLayout;
import org.mfujmh.model.Program;
import org.mfujmh.model.Tensor;

/**
 * Maps the tensors of {@link ParameterLayout} to names and shapes in the Transformers library's {@code state_dict}
 * (version 5.18), by {@code model_type}. GPT-2's matrices are [in, out] there (Conv1D). All other families have Llama's
 * names, query, key and value apart, and gate and up apart, except that Phi-3 stacks them as the program does. A tied
 * head is in the state_dict once more, as {@code lm_head.weight}.
 */
final class HubNames {
    private static final Pattern IN_BLOCK = Pattern.compile("blocks\\.(\\d+)\\.(.+)");
    private static final String HEAD = "lm_head.weight";
    private static final String TOKEN_EMBEDDING = "token_embedding";

    private static final Map<String, String> GPT2 = Map.ofEntries(
            Map.entry(TOKEN_EMBEDDING, "transformer.wte.weight"),
            Map.entry("position_embedding", "transformer.wpe.weight"),
            Map.entry("norm1.scale", "ln_1.weight"),
            Map.entry("norm1.shift", "ln_1.bias"),
            Map.entry("attention.qkv.weight", "attn.c_attn.weight"),
            Map.entry("attention.qkv.bias", "attn.c_attn.bias"),
            Map.entry("attention.out.weight", "attn.c_proj.weight"),
            Map.entry("attention.out.bias", "attn.c_proj.bias"),
            Map.entry("norm2.scale", "ln_2.weight"),
            Map.entry("norm2.shift", "ln_2.bias"),
            Map.entry("mlp.up.weight", "mlp.c_fc.weight"),
            Map.entry("mlp.up.bias", "mlp.c_fc.bias"),
            Map.entry("mlp.down.weight", "mlp.c_proj.weight"),
            Map.entry("mlp.down.bias", "mlp.c_proj.bias"),
            Map.entry("final_norm.scale", "transformer.ln_f.weight"),
            Map.entry("final_norm.shift", "transformer.ln_f.bias"),
            Map.entry("head.weight", HEAD));

    private static final Map<String, String> LLAMA = Map.ofEntries(
            Map.entry(TOKEN_EMBEDDING, "model.embed_tokens.weight"),
            Map.entry("norm1.scale", "input_layernorm.weight"),
            Map.entry("attention.qkv.weight", "self_attn.qkv_proj.weight"),
            Map.entry("attention.qkv.bias", "self_attn.qkv_proj.bias"),
            Map.entry("attention.query_norm.scale", "self_attn.q_norm.weight"),
            Map.entry("attention.key_norm.scale", "self_attn.k_norm.weight"),
            Map.entry("attention.out.weight", "self_attn.o_proj.weight"),
            Map.entry("attention.out.bias", "self_attn.o_proj.bias"),
            Map.entry("attention_norm.scale", "post_attention_layernorm.weight"),
            Map.entry("mlp.gate_up.weight", "mlp.gate_up_proj.weight"),
            Map.entry("mlp.gate_up.bias", "mlp.gate_up_proj.bias"),
            Map.entry("mlp.down.weight", "mlp.down_proj.weight"),
            Map.entry("mlp.down.bias", "mlp.down_proj.bias"),
            Map.entry("router.weight", "mlp.gate.weight"),
            Map.entry("experts.gate_up.weight", "mlp.experts.gate_up_proj"),
            Map.entry("experts.down.weight", "mlp.experts.down_proj"),
            Map.entry("mlp_norm.scale", "post_feedforward_layernorm.weight"),
            Map.entry("final_norm.scale", "model.norm.weight"),
            Map.entry("head.weight", HEAD));

    private final Architecture model;
    private final boolean gpt2;
    private final List<HubTensor> tensors = new ArrayList<>();

    private HubNames(Architecture model) {
        this.model = model;
        gpt2 = model.family().equals(Gpt2.FAMILY);
        for (Tensor tensor : ParameterLayout.of(model, Program.FUSED).parameters()) {
            Matcher inBlock = IN_BLOCK.matcher(tensor.name());
            if (inBlock.matches()) {
                Block block = model.blocks().get(Integer.parseInt(inBlock.group(1)));
                String prefix = (gpt2 ? "transformer.h." : "model.layers.") + inBlock.group(1) + ".";
                add(tensor, prefix + inHub(inBlock.group(2), block), block);
            } else {
                add(
                        tensor,
                        inHub(tensor.name(), model.blocks().get(0)),
                        model.blocks().get(0));
            }
        }
        if (model.tiedHead()) {
            List<Long> shape = List.of((long) model.vocabulary(), (long) model.width());
            tensors.add(new HubTensor(HEAD, shape, TOKEN_EMBEDDING, 0, false, false));
        }
    }

    /**
     * Every entry of the {@code state_dict}, in the order of the program's tensors.
     *
     * @throws IllegalArgumentException if the library has no name for a tensor: a model that does not run here
     */
    static List<HubTensor> of(Architecture model) {
        return List.copyOf(new HubNames(model).tensors);
    }

    private String inHub(String name, Block block) {
        if (name.equals("norm2.scale") && !gpt2) {
            // Where norms stand around each half, the one after attention has the name of Llama's second norm.
            return block.placement().after() ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight";
        }
        String known = (gpt2 ? GPT2 : LLAMA).get(name);
        if (known == null) {
            throw new IllegalArgumentException("The Transformers library's " + model.family() + " has no " + name);
        }
        return known;
    }

    private void add(Tensor tensor, String name, Block block) {
        boolean stacked = gpt2 || model.family().equals("phi3");
        if (!stacked && name.contains(".qkv_proj.")) {
            Attention attention = block.attention();
            long queries = (long) attention.heads() * attention.queryKeyWidth();
            long keys = (tensor.shape().get(0) - queries) / 2;
            addRows(tensor, name.replace("qkv", "q"), 0, queries);
            addRows(tensor, name.replace("qkv", "k"), queries, keys);
            addRows(tensor, name.replace("qkv", "v"), queries + keys, keys);
        } else if (!stacked && name.contains("mlp.gate_up_proj.")) {
            long inner = tensor.shape().get(0) / 2;
            addRows(tensor, name.replace("gate_up", "gate"), 0, inner);
            addRows(tensor, name.replace("gate_up", "up"), inner, inner);
        } else if (gpt2 && tensor.role() == Tensor.Role.MATRIX) {
            List<Long> shape = List.of(tensor.shape().get(1), tensor.shape().get(0));
            tensors.add(new HubTensor(name, shape, tensor.name(), 0, true, true));
        } else {
            tensors.add(new HubTensor(name, tensor.shape(), tensor.name(), 0, false, true));
        }
    }

    private void addRows(Tensor tensor, String name, long first, long rows) {
        List<Long> shape = new ArrayList<>(tensor.shape());
        shape.set(0, rows);
        tensors.add(new HubTensor(name, shape, tensor.name(), first, false, true));
    }
}
