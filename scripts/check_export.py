#!/usr/bin/env python3
"""Holds an export (./mfu export DIR) against a GPT of its own, in float64, written with nothing but PyTorch.

    ./mfu export target/export && python3 scripts/check_export.py target/export

Needs: pip install torch safetensors. Prints one line a comparison; exit code 1 if any is out of bounds.
Two things are checked: the numbers in the files, and that gpt.pt, loaded by torch.jit.load, computes them.
"""
import math
import pathlib
import sys

if {"-h", "--help"} & set(sys.argv[1:]):  # before torch, which may not be there
    print(__doc__)
    sys.exit()

import torch
import torch.nn.functional as F
from safetensors import safe_open

BITS = {"bf16": 8, "fp16": 11, "fp32": 24}  # of significand: the unit roundoff is 2^-bits


def read(file):
    with safe_open(str(file), "pt") as f:
        return f.metadata(), {name: f.get_tensor(name) for name in f.keys()}


def norm(x, p, name):
    return F.layer_norm(x, (x.size(-1),), p[name + ".scale"], p[name + ".shift"], 1e-5)


def linear(x, p, name):
    return x @ p[name + ".weight"].T + p[name + ".bias"]


def attention(x, p, name, heads):
    batch, tokens, width = x.shape
    if name + ".qkv.weight" in p:
        q, k, v = linear(x, p, name + ".qkv").split(width, -1)
    else:
        q, k, v = (linear(x, p, f"{name}.{which}") for which in ("query", "key", "value"))
    q, k, v = (t.view(batch, tokens, heads, width // heads).transpose(1, 2) for t in (q, k, v))
    scores = q @ k.transpose(2, 3) / math.sqrt(width // heads)
    future = torch.ones(tokens, tokens, dtype=torch.bool).triu(1)
    context = scores.masked_fill(future, -math.inf).softmax(-1) @ v
    return linear(context.transpose(1, 2).reshape(batch, tokens, width), p, name + ".out")


def gelu(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def logits(ids, p, layers, heads):
    h = p["token_embedding"][ids] + p["position_embedding"][: ids.size(1)]
    for i in range(layers):
        h = h + attention(norm(h, p, f"blocks.{i}.norm1"), p, f"blocks.{i}.attention", heads)
        h = h + linear(gelu(linear(norm(h, p, f"blocks.{i}.norm2"), p, f"blocks.{i}.mlp.up")), p, f"blocks.{i}.mlp.down")
    return norm(h, p, "final_norm") @ p["head.weight"].T


def bounds(layers, bits, weights, ids):
    """How far the logits, and the gradients, may be from the exact ones, relative to their size.

    Some 12 roundings a layer and 6 besides (as NumericsTest counts them), each of at most u = 2^-bits and of any sign:
    together the root of their number times u. A backward pass has as many again, twice. Sums are kept in fp32 whatever
    the precision: terms of any sign, as many as the widest product has, and for a gradient one a token, which may all
    have the same sign, so that their roundings add up; blocked summation leaves an eighth of that and less.
    """
    roundings = math.sqrt(12 * layers + 6) * 2.0**-bits
    widest = max(t.size(-1) for name, t in weights.items() if name.endswith(".weight"))
    sums = math.sqrt(widest) * 2.0**-24
    return roundings + sums, math.sqrt(3) * roundings + sums + ids.numel() / 8 * 2.0**-24


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    about, weights = read(folder / "weights.safetensors")
    _, run = read(folder / "pass.safetensors")
    _, gradients = read(folder / "gradients.safetensors")
    layers, heads, bits = int(about["layers"]), int(about["heads"]), BITS[about["dtype"]]
    print(", ".join(f"{key} {value}" for key, value in sorted(about.items())))
    limit, limit_back = bounds(layers, bits, weights, run["ids"])

    failed = 0

    def check(what, found, expected, most, least=1e-30):
        nonlocal failed
        found, expected = found.double(), expected.double()
        error = ((found - expected).norm() / expected.norm().clamp(min=least)).item()
        ok = found.shape == expected.shape and error <= most
        failed += not ok
        print(f"{'ok    ' if ok else 'NOT OK'} {what}: relative error {error:.2e}, at most {most:.2e}")

    p = {name: t.double().requires_grad_() for name, t in weights.items()}
    y = logits(run["ids"], p, layers, heads)
    if about["loss"] == "sum":
        loss, scale = y.sum(), y.detach().norm()  # terms of both signs: what rounds is their size
    else:
        loss = F.cross_entropy(y.flatten(0, 1), run["targets"].flatten())
        scale = loss.detach()
    loss.backward()
    check("logits", run["logits"], y.detach(), limit)
    check("loss, against the size of its terms", run["loss"][0] - loss.detach() + scale, scale, limit)
    whole = math.sqrt(sum(t.grad.norm().item() ** 2 for t in p.values()))
    assert gradients.keys() == p.keys(), gradients.keys() ^ p.keys()
    for name, t in p.items():
        # A gradient much smaller than those it is computed beside (a key's bias) is rounded as they are.
        check("gradient of " + name, gradients[name], t.grad, limit_back, 1e-2 * whole)

    # The archive itself: the same numbers, out of this PyTorch.
    program = torch.jit.load(str(folder / "gpt.pt"))
    dtype = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}[about["dtype"]]
    parameters = [t.to(dtype).requires_grad_() for t in ordered(folder, weights)]
    place = torch.zeros(1)
    program.prepare(place)
    with torch.no_grad():
        program.forward(run["ids"], parameters)
    check("logits of gpt.pt in torch " + torch.__version__, program.read_results(place)[0].float(), run["logits"], limit)
    loss = program.forward_backward(run["ids"], run["targets"], parameters)
    check("loss of gpt.pt", loss.detach() - run["loss"][0] + scale, scale, limit)
    for name, found in zip(order(folder), program.read_results(place)):
        check("gradient by gpt.pt of " + name, found.float(), gradients[name], limit_back, 1e-2 * whole)
    print("All are within bounds." if not failed else f"{failed} are NOT within bounds.")
    sys.exit(1 if failed else 0)


def order(folder):
    """The program takes its parameters as a list, in the order in which the file has them."""
    import json
    import struct

    with open(folder / "weights.safetensors", "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
    header.pop("__metadata__", None)
    return sorted(header, key=lambda name: header[name]["data_offsets"][0])


def ordered(folder, weights):
    return [weights[name] for name in order(folder)]


if __name__ == "__main__":
    main()
