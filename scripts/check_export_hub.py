#!/usr/bin/env python3
"""Compares exports with the Transformers library's own class for that model_type.

    ./mfu export target/mine --config mine/config.json && python3 scripts/check_export_hub.py target/mine [DIR ...]

Needs: pip install torch transformers safetensors. For each folder it builds the model of config.json, loads
weights.safetensors with strict=True, computes the pass in float64 and prints the largest relative differences of logits,
loss and gradients, and what the library itself is off by in the export's precision. Exit code 1 if any is out of bounds.
"""
import math
import pathlib
import sys

if {"-h", "--help"} & set(sys.argv[1:]):  # before torch, which may not be there
    print(__doc__)
    sys.exit()

import torch
import torch.nn.functional as F
import transformers
from safetensors import safe_open
from torch.overrides import TorchFunctionMode
from transformers import AutoConfig, AutoModelForCausalLM

BITS = {"bf16": 8, "fp16": 11, "fp32": 24}  # of significand: the unit roundoff is 2^-bits
DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
SINGLE = 2.0**-24  # fp32's roundoff: in every precision, sums and rotary angles are kept in fp32


class Float64(TorchFunctionMode):
    """Computes in float64 where the library asks for fp32 by name: norms, rotary angles, softmax, routers."""

    def __enter__(self):
        torch.set_default_dtype(torch.float64)
        return super().__enter__()

    def __exit__(self, *error):
        torch.set_default_dtype(torch.float32)
        return super().__exit__(*error)

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function is torch.Tensor.float:
            return args[0].double()
        args = [torch.float64 if x is torch.float32 else x for x in args]
        kwargs = {name: torch.float64 if x is torch.float32 else x for name, x in (kwargs or {}).items()}
        return function(*args, **kwargs)


class Routers:
    """The experts that the float64 model chooses; where two are nearly level, the choice can be swapped.

    A token whose last chosen and first rejected expert differ by less than rounding may go to either one.
    """

    def __init__(self, model):
        self.modules = [m for m in model.modules() if type(m).__name__.endswith("TopKRouter")]
        self.swapped = [set() for _ in self.modules]
        self.gaps = [None for _ in self.modules]
        for i, module in enumerate(self.modules):
            module.register_forward_hook(lambda module, _, out, i=i: self.choose(i, module, out[0]))

    def choose(self, i, module, logits):
        k = module.top_k
        values, order = torch.topk(logits, min(k + 1, logits.size(-1)), dim=-1)
        self.gaps[i] = (values[:, k - 1] - values[:, -1]) / logits.std() if k < order.size(1) else None
        order = order.clone()
        for token in self.swapped[i]:
            order[token, k - 1] = order[token, k]
        share = logits.softmax(-1).gather(1, order[:, :k])
        if getattr(module, "norm_topk_prob", True):  # Mixtral has no choice
            share = share / share.sum(-1, keepdim=True)
        return logits, share, order[:, :k]

    def settle(self, distance, near):
        """Swaps those choices within `near` of a tie that bring the logits nearer to the compared ones."""
        for i in range(len(self.modules)):
            best = distance()
            close = [] if self.gaps[i] is None else (self.gaps[i] < near).nonzero().flatten().tolist()
            for token in close:
                self.swapped[i].add(token)
                tried = distance()
                best = min(best, tried)
                if tried > best:
                    self.swapped[i].remove(token)

    def count(self):
        return sum(map(len, self.swapped))


def read(file):
    with safe_open(str(file), "pt") as f:
        return f.metadata(), {name: f.get_tensor(name) for name in f.keys()}


def library(config, weights, dtype, attention):
    """The library's model with these weights. strict: every name is there, and none is left over."""
    model = AutoModelForCausalLM.from_config(config, dtype=dtype, attn_implementation=attention)
    model.set_experts_implementation("eager")
    model.load_state_dict({name: t.to(dtype) for name, t in weights.items()}, strict=True)
    model.get_input_embeddings().padding_idx = None  # or the token that pads would get no gradient
    return model.eval()


def logits_of(model, ids):
    return model(input_ids=ids, use_cache=False).logits


def run(model, ids, targets, kind):
    """Logits, loss, what the loss is measured by, and the gradient of every parameter."""
    model.zero_grad()
    y = logits_of(model, ids)
    wide = y if y.dtype == torch.float64 else y.float()
    loss = wide.sum() if kind == "sum" else F.cross_entropy(wide.flatten(0, 1), targets.flatten())
    loss.backward()
    # A sum has terms of both signs: what rounds is their size.
    scale = y.detach().norm() if kind == "sum" else loss.detach()
    return y.detach(), loss.item(), scale.item(), {name: p.grad for name, p in model.named_parameters()}


def distance(found, expected, least=1e-30):
    found, expected = found.double(), expected.double()
    assert found.shape == expected.shape, (found.shape, expected.shape)
    return ((found - expected).norm() / expected.norm().clamp(min=least)).item()


def worst_gradient(found, expected):
    """A gradient much smaller than those it is computed beside (a key's bias) is rounded as they are."""
    assert found.keys() == expected.keys(), found.keys() ^ expected.keys()
    whole = math.sqrt(sum(t.norm().item() ** 2 for t in expected.values()))
    distances = [(distance(found[name], t, 1e-2 * whole), name) for name, t in expected.items()]
    return max(distances, key=lambda one: math.inf if math.isnan(one[0]) else one[0])  # max() alone drops NaN


def bounds(model, config, bits, ids):
    """How far the logits, and the gradients, may be from the exact ones, relative to their size.

    Roundings have any sign, so together they are the root of the sum of their squares: at most 16 a layer (norms, rotation,
    products, activation, residual stream), 4 more with norms on both sides, 2 and one an expert for a mixture, and 6
    outside of layers, each of at most u = 2^-bits. Products are summed in fp32 whatever the precision: n terms leave the
    root of n roundings. So are rotary angles: position times frequency, off by fp32's roundoff times their size. A backward
    pass has twice as many of all, and sums over tokens whose terms may all have the same sign: blocked, an eighth of them.
    """
    tokens = ids.size(1)
    used = getattr(config, "num_experts_per_tok", 0)
    around = config.model_type == "gemma3_text"
    layer = 16 + 4 * around + (2 + used if used else 0)
    # A matrix that is [out, in], GPT-2's the other way; those of experts are stacked, and a token meets a few of them.
    sums = [p.size(-2 if config.model_type == "gpt2" else -1) for name, p in model.named_parameters() if p.dim() > 1 and (".layers." in name or ".h." in name)]
    heads = config.num_attention_heads
    sums += [config.hidden_size] + config.num_hidden_layers * [getattr(config, "head_dim", None) or config.hidden_size // heads, tokens / 2]
    angles = [b.square().mean().item() for name, b in model.named_buffers() if "original" not in name and "inv_freq" in name]
    angles = config.num_hidden_layers * max(angles, default=0) * tokens**2 / 3  # mean square
    off = math.sqrt((layer * config.num_hidden_layers + 6) * 2.0 ** (-2 * bits) + (sum(sums) + angles) * SINGLE**2)
    return off, math.sqrt(3) * off + ids.numel() / 8 * SINGLE


def check(folder):
    """One row of the table, and whether all of it is within bounds."""
    about, weights = read(folder / "weights.safetensors")
    _, ours = read(folder / "pass.safetensors")
    _, gradients = read(folder / "gradients.safetensors")
    config = AutoConfig.from_pretrained(folder)
    ids, targets = ours["ids"], ours["targets"]
    bits = BITS[about["dtype"]]

    def compare(y, loss, grads):
        """Distances of logits, loss and the worst gradient from the library's float64, and choices of experts swapped."""
        with Float64():
            model = library(config, weights, torch.float64, "eager")
            limits = bounds(model, config, bits, ids)
            routers = Routers(model)
            with torch.no_grad():
                routers.settle(lambda: distance(y, logits_of(model, ids)), 4 * limits[0])
            exact = run(model, ids, targets, about["loss"])
            return (distance(y, exact[0]), abs(loss - exact[1]) / exact[2], *worst_gradient(grads, exact[3])), limits, routers

    (logits, loss, gradient, worst), (most, most_back), routers = compare(ours["logits"], ours["loss"][0].item(), gradients)
    theirs = []
    for attention in ("eager", "sdpa"):
        y, own, _, grads = run(library(config, weights, DTYPES[about["dtype"]], attention), ids, targets, about["loss"])
        distances, _, _ = compare(y, own, grads)
        theirs.append(f"{distances[0]:.1e}, {distances[2]:.1e}")
    # Measured by the logits' 2-norm, a sum of them is off by more where all tokens are off alike.
    most_loss = most * math.sqrt(ids.numel()) if about["loss"] == "sum" else most
    ok = logits <= most and loss <= most_loss and gradient <= most_back
    print(
        f"| {'ok' if ok else 'NOT OK'} | {folder.name} | {about['program']} {about['dtype']} {about['gemm']} {about['loss']} "
        f"| {logits:.1e} | {logits / most:.2f} | {loss:.1e} | {gradient:.1e} | {gradient / most_back:.2f} | {worst} "
        f"| {routers.count() if routers.modules else ''} | {theirs[0]} | {theirs[1]} |",
        flush=True,
    )
    return ok


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    transformers.utils.logging.set_verbosity_error()
    print(f"torch {torch.__version__}, transformers {transformers.__version__}; relative differences from float64\n")
    print("| | export | pass | logits | of bound | loss | gradients | of bound | worst gradient | swapped | eager | sdpa |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    failed = [folder for folder in map(pathlib.Path, sys.argv[1:]) if not check(folder)]
    print("\nAll are within bounds." if not failed else f"\n{len(failed)} are NOT within bounds.")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
