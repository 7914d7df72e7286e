#!/usr/bin/env python3
"""Config files drawn at random, and what the Transformers library makes of each: the oracle of ConfigTableTest.

    python3 scripts/config_table.py > src/test/resources/org/mfujmh/model/hub/configs.csv
    python3 scripts/config_table.py --saved FOLDER ...   # writes saved.json and state_dict.csv next to each config.json
    python3 scripts/config_table.py --defaults FAMILY    # prints what the family's class assumes: hub/defaults/FAMILY.json

Needs: pip install torch transformers==5.18.0. Models are made on the meta device, so none takes memory. Columns:
config      a config.json; fields are left out, null or set, as people's are
saved       the same as the library writes it down; of some
parameters  of its ForCausalLM class; with DeepSeek-V3's corrections of the router, which the library keeps in buffers
epsilon     of its norms
context     max_position_embeddings
thetas      base of the rotary frequencies, layer by layer; 0 where there are none
windows     positions that a token sees, layer by layer; 0 where all
activation  the function in its MLPs
"""
import csv, json, pathlib, random, sys

if {"-h", "--help"} & set(sys.argv[1:]):  # before torch, which may not be there
    print(__doc__)
    sys.exit()

import torch, transformers
from huggingface_hub.errors import StrictDataclassFieldValidationError
from transformers import AutoConfig, AutoModelForCausalLM

transformers.logging.set_verbosity_error()
random.seed(20261127)
VARIATIONS, SAVED = 30, 6

def maybe(config, field, *values, chance=0.6):
    """Sets the field to one of the values, or leaves it out."""
    if random.random() < chance:
        config[field] = random.choice(values)

def rope(config, scaled=True):
    maybe(config, "rope_theta", 10000, 500000.0, 1e6, chance=0.4)
    if not scaled:
        return
    kind = random.choice([None, None, "null", "linear", "llama3"])
    if kind == "null":
        config["rope_scaling"] = None
    elif kind == "linear":
        config["rope_scaling"] = {random.choice(["type", "rope_type"]): "linear", "factor": random.choice([2, 8.0])}
    elif kind == "llama3":
        config["rope_scaling"] = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                                  "original_max_position_embeddings": 8192}

def heads(config, many, keys, head_dim):
    """Heads, keys and values, and the width, which have to divide each other.

    many: the default of num_attention_heads; keys: that of num_key_value_heads, None where it is as many;
    head_dim: what may stand there besides numbers, None where the family has no such field
    """
    h = many
    if random.random() < 0.8:
        h = config["num_attention_heads"] = random.choice([4, 6, 8, 12, 16, 64])
        config["hidden_size"] = h * random.choice([16, 64, 96])
    may_be_left_out = keys is None or h % keys == 0
    if not may_be_left_out or random.random() < 0.6:
        config["num_key_value_heads"] = random.choice([h, h // 2, 1] + ([None] if keys is None else []))
    if head_dim is not None:
        maybe(config, "head_dim", 32, 80, 128, *head_dim)

def sizes(config, inner=True):
    config["num_hidden_layers"] = random.choice([1, 2, 3, 5, 8])
    if inner:
        maybe(config, "intermediate_size", 64, 1000, 11008)
    maybe(config, "vocab_size", 32768, 50257, 128256)
    maybe(config, "max_position_embeddings", 512, 8192, 131072)
    maybe(config, "rms_norm_eps", 1e-5, 1e-6, 0.001)
    maybe(config, "tie_word_embeddings", True, False)

def llama(c):
    sizes(c); heads(c, 32, None, [None]); rope(c)
    maybe(c, "attention_bias", True, False); maybe(c, "mlp_bias", True, False); maybe(c, "hidden_act", "silu", "gelu", "relu")

def mistral(c):
    sizes(c); heads(c, 32, 8, [None]); rope(c); maybe(c, "sliding_window", None, 128, 4096)

def windowed_qwen(c):
    maybe(c, "use_sliding_window", True, False); maybe(c, "sliding_window", 64, 1024, None)
    if random.random() < 0.3:
        c["layer_types"] = [random.choice(["full_attention", "sliding_attention"]) for _ in range(c["num_hidden_layers"])]
        c["use_sliding_window"], c["sliding_window"] = True, 256
    else:
        maybe(c, "max_window_layers", 0, 1, 2, 28)

def qwen2(c):
    sizes(c); heads(c, 32, 32, []); rope(c); windowed_qwen(c)

def qwen3(c):
    sizes(c); heads(c, 32, 32, []); rope(c); windowed_qwen(c); maybe(c, "attention_bias", True, False)

def phi3(c):
    sizes(c); heads(c, 32, None, []); maybe(c, "rope_theta", 10000.0, 250000); maybe(c, "sliding_window", None, 2047, 262144)
    maybe(c, "partial_rotary_factor", 0.5, 0.75, 1.0); maybe(c, "original_max_position_embeddings", 4096)

def olmo2(c):
    sizes(c); heads(c, 32, None, []); rope(c); maybe(c, "attention_bias", True, False)

def gemma3(c):
    sizes(c); heads(c, 8, 4, []); maybe(c, "rope_theta", 1e6, 10000.0); maybe(c, "rope_local_base_freq", 10000, 500.0)
    maybe(c, "sliding_window", 512, 1024); maybe(c, "query_pre_attn_scalar", 168, 256); maybe(c, "attention_bias", True, False)
    maybe(c, "rope_scaling", None, {"rope_type": "linear", "factor": 8.0}); maybe(c, "final_logit_softcapping", None, 30.0)
    if random.random() < 0.4:
        c["layer_types"] = [random.choice(["full_attention", "sliding_attention"]) for _ in range(c["num_hidden_layers"])]
    else:
        maybe(c, "sliding_window_pattern", 2, 3, 6)

def mixtral(c):
    sizes(c); heads(c, 32, 8, [None]); rope(c); maybe(c, "sliding_window", None, 4096)
    maybe(c, "num_local_experts", 4, 8, 16); maybe(c, "num_experts_per_tok", 1, 2)

def qwen3_moe(c):
    sizes(c); heads(c, 32, 4, []); rope(c); maybe(c, "moe_intermediate_size", 96, 768); maybe(c, "attention_bias", True, False)
    maybe(c, "num_experts", 8, 64); maybe(c, "num_experts_per_tok", 1, 8); maybe(c, "decoder_sparse_step", 1, 2, 3)
    maybe(c, "mlp_only_layers", [], [0], [0, 2], None); maybe(c, "norm_topk_prob", True, False)
    maybe(c, "use_sliding_window", True, False); maybe(c, "sliding_window", 64, None)

def olmoe(c):
    sizes(c); heads(c, 16, None, None); rope(c); maybe(c, "num_experts", 8, 64); maybe(c, "num_experts_per_tok", 1, 8)
    maybe(c, "norm_topk_prob", True, False); maybe(c, "attention_bias", True, False); maybe(c, "clip_qkv", None)

def gpt_oss(c):
    sizes(c); heads(c, 64, 8, []); maybe(c, "num_local_experts", 4, 32); maybe(c, "num_experts_per_tok", 1, 4)
    maybe(c, "sliding_window", 64, 128); maybe(c, "attention_bias", True, False); maybe(c, "rope_theta", 150000, 10000.0)
    if random.random() < 0.4:
        c["layer_types"] = [random.choice(["full_attention", "sliding_attention"]) for _ in range(c["num_hidden_layers"])]

def deepseek_v3(c):
    sizes(c); maybe(c, "hidden_size", 256, 1024); maybe(c, "num_attention_heads", 4, 16); maybe(c, "q_lora_rank", None, 96)
    maybe(c, "kv_lora_rank", 64); maybe(c, "qk_nope_head_dim", 32); maybe(c, "qk_rope_head_dim", 16); maybe(c, "v_head_dim", 48)
    maybe(c, "n_routed_experts", 8, 32); maybe(c, "n_shared_experts", 1, 2); maybe(c, "num_experts_per_tok", 1, 8)
    maybe(c, "first_k_dense_replace", 0, 1, 2); maybe(c, "moe_intermediate_size", 64); maybe(c, "attention_bias", True, False)
    maybe(c, "rope_theta", 10000, 50000.0)

def gpt2(c):
    c["n_layer"] = random.choice([1, 2, 5])
    if random.random() < 0.7:
        c["n_head"] = random.choice([2, 4, 12])
        c["n_embd"] = c["n_head"] * random.choice([16, 64, 80])
    maybe(c, "n_inner", None, 100, 3072); maybe(c, "vocab_size", 1000, 50257); maybe(c, "n_positions", 128, 2048)
    maybe(c, "layer_norm_epsilon", 1e-5, 1e-6); maybe(c, "tie_word_embeddings", True, False)
    maybe(c, "activation_function", "gelu_new", "gelu", "relu", "silu")

def olmo3(c):
    sizes(c); heads(c, 32, None, []); maybe(c, "rope_theta", 10000, 500000.0); maybe(c, "attention_bias", True, False)
    maybe(c, "sliding_window", 64, 4096)
    maybe(c, "rope_scaling", None, {"rope_type": "linear", "factor": 8.0})
    layer_types(c)

def smollm3(c):
    c["pad_token_id"] = 0  # its own lies beyond small vocabularies
    sizes(c); heads(c, 16, 4, []); rope(c); maybe(c, "attention_bias", True, False); maybe(c, "mlp_bias", True, False)
    maybe(c, "use_sliding_window", True, False); maybe(c, "sliding_window", 64, None); maybe(c, "no_rope_layer_interval", 1, 2, 4)
    if random.random() < 0.3:
        c["no_rope_layers"] = [random.choice([0, 1]) for _ in range(c["num_hidden_layers"])]
    layer_types(c, chance=0.3)

def gemma(c):
    sizes(c); heads(c, 16, 16, []); rope(c); maybe(c, "hidden_act", "gelu", "gelu_pytorch_tanh"); maybe(c, "attention_bias", True, False)

def gemma2(c):
    sizes(c); heads(c, 8, 4, []); rope(c); maybe(c, "sliding_window", 64, 4096); maybe(c, "query_pre_attn_scalar", 144, 256)
    maybe(c, "attn_logit_softcapping", None, 50.0); maybe(c, "final_logit_softcapping", None, 30.0)
    maybe(c, "attention_bias", True, False); layer_types(c)

def ministral(c):
    sizes(c); heads(c, 32, 8, []); rope(c); maybe(c, "sliding_window", 128, 4096); layer_types(c)
    c.setdefault("head_dim", 128)

def ministral3(c):
    sizes(c); heads(c, 32, 8, [None]); maybe(c, "sliding_window", None, 4096)
    maybe(c, "rope_parameters", {"rope_type": "yarn", "rope_theta": 1e6, "factor": 16.0, "original_max_position_embeddings": 16384,
                                 "beta_fast": 32.0, "beta_slow": 1.0, "mscale": 1.0, "mscale_all_dim": 1.0,
                                 "llama_4_scaling_beta": 0.1}, {"rope_type": "default", "rope_theta": 10000.0})

def seed_oss(c):
    sizes(c); heads(c, 80, 8, []); rope(c); c.setdefault("head_dim", 128); maybe(c, "attention_bias", True, False)
    maybe(c, "attention_out_bias", True, False); maybe(c, "mlp_bias", True, False)

def exaone4(c):
    sizes(c); heads(c, 32, 32, None); rope(c); maybe(c, "sliding_window", 64, 4096); maybe(c, "sliding_window_pattern", 2, 4)
    layer_types(c)
    if random.random() < 0.3:
        c["sliding_window"], c["layer_types"] = None, ["full_attention"] * c["num_hidden_layers"]

def glm4_moe(c):
    sizes(c); heads(c, 96, 8, []); c.setdefault("head_dim", 128); rope(c, scaled=False); maybe(c, "attention_bias", True, False)
    maybe(c, "use_qk_norm", True, False); maybe(c, "n_routed_experts", 8, 32); maybe(c, "n_shared_experts", 1, 2)
    maybe(c, "num_experts_per_tok", 1, 8); maybe(c, "first_k_dense_replace", 0, 1, 3); maybe(c, "moe_intermediate_size", 64)
    maybe(c, "partial_rotary_factor", 0.25, 0.5)

def minimax_m2(c):
    sizes(c); heads(c, 48, 8, []); rope(c, scaled=False); maybe(c, "num_local_experts", 8, 16); maybe(c, "num_experts_per_tok", 1, 2)
    maybe(c, "rotary_dim", 16, 32); maybe(c, "scoring_func", "sigmoid"); maybe(c, "use_qk_norm", True)

def layer_types(config, chance=0.4):
    if random.random() < chance:
        config["layer_types"] = [random.choice(["full_attention", "sliding_attention"]) for _ in range(config["num_hidden_layers"])]

FAMILIES = {"gpt2": gpt2, "llama": llama, "mistral": mistral, "qwen2": qwen2, "qwen3": qwen3, "phi3": phi3, "olmo2": olmo2,
            "gemma3_text": gemma3, "mixtral": mixtral, "qwen3_moe": qwen3_moe, "olmoe": olmoe, "gpt_oss": gpt_oss,
            "deepseek_v3": deepseek_v3, "olmo3": olmo3, "smollm3": smollm3, "gemma": gemma, "gemma2": gemma2,
            "ministral": ministral, "glm4_moe": glm4_moe, "minimax_m2": minimax_m2,
            "ministral3": ministral3, "seed_oss": seed_oss, "exaone4": exaone4}

def required(family):
    """The library makes no Ministral without head_dim, and GLM's default sizes leave a head no whole number of columns."""
    return {"head_dim": 128} if family in ("ministral", "glm4_moe") else {}

def parameters(model):
    corrections = [b.numel() for name, b in model.named_buffers() if name.endswith("e_score_correction_bias")]
    return sum(p.numel() for p in model.parameters()) + sum(corrections)

def thetas(config):
    if config.model_type == "gpt2":
        return [0] * config.n_layer
    by_kind = config.rope_parameters
    if config.model_type == "smollm3":
        return [by_kind["rope_theta"] if turned else 0 for turned in config.no_rope_layers[: config.num_hidden_layers]]
    if config.model_type == "exaone4" and config.sliding_window is not None:
        return [by_kind["rope_theta"] if kind == "sliding_attention" else 0 for kind in config.layer_types]
    if "rope_theta" in by_kind:
        return [by_kind["rope_theta"]] * config.num_hidden_layers
    return [by_kind[kind]["rope_theta"] for kind in config.layer_types]

def windows(config, model):
    """By the attention of each layer, which has the config's or its own."""
    layers = model.transformer.h if config.model_type == "gpt2" else model.model.layers
    if config.model_type in ("mistral", "mixtral", "phi3", "ministral3"):
        return [config.sliding_window or 0] * len(layers)
    if config.model_type in ("gpt2", "llama", "olmo2", "olmoe", "deepseek_v3", "gemma", "glm4_moe", "minimax_m2", "seed_oss"):
        return [0] * len(layers)
    if config.model_type == "exaone4":
        return [(layer.self_attn.sliding_window or 0) if layer.self_attn.is_sliding else 0 for layer in layers]
    return [layer.self_attn.sliding_window or 0 for layer in layers]

def row(given, with_saved):
    fields = {name: value for name, value in given.items() if name != "model_type"}
    config = AutoConfig.for_model(given["model_type"], **json.loads(json.dumps(fields)))
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    activation = next(getattr(config, name) for name in ("activation_function", "hidden_activation", "hidden_act") if hasattr(config, name))
    saved = json.dumps(json.loads(config.to_json_string()), separators=(",", ":")) if with_saved else ""
    return [json.dumps(given, separators=(",", ":")), saved, parameters(model),
            getattr(config, "rms_norm_eps", None) or config.layer_norm_epsilon, config.max_position_embeddings,
            " ".join(str(t) for t in thetas(config)), " ".join(str(w) for w in windows(config, model)), activation]

def write_saved(folder):
    """What the library makes of a small model's config.json: the file that it saves, names and shapes of its weights."""
    config = AutoConfig.for_model(**json.loads((folder / "config.json").read_text()))
    (folder / "saved.json").write_text(config.to_json_string())
    with torch.device("meta"):
        weights = AutoModelForCausalLM.from_config(config).state_dict()
    rows = [f"{name},{'x'.join(map(str, tensor.shape))}\n" for name, tensor in weights.items()]
    (folder / "state_dict.csv").write_text("name,shape\n" + "".join(rows))

if "--saved" in sys.argv:
    for folder in sys.argv[sys.argv.index("--saved") + 1:]:
        write_saved(pathlib.Path(folder))
    sys.exit()
if "--defaults" in sys.argv:
    family = sys.argv[sys.argv.index("--defaults") + 1]
    print(AutoConfig.for_model(family, **required(family)).to_json_string(), end="")
    sys.exit()

out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow("config saved parameters epsilon context thetas windows activation".split())
for family, vary in FAMILIES.items():
    rows = [row({"model_type": family} | required(family), True)]
    while len(rows) <= VARIATIONS:
        config = {"model_type": family}
        vary(config)
        try:
            rows.append(row(config, len(rows) <= SAVED))
        except StrictDataclassFieldValidationError as refused:  # a null that this family does not take: drawn again
            print(family, refused, file=sys.stderr)
    out.writerows(rows)
