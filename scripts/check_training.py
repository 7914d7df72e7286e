#!/usr/bin/env python3
"""Holds 20 training steps of an export (./mfu export DIR --loss cross_entropy) against torch.optim.AdamW in float64.

    ./mfu export target/export --loss cross_entropy && python3 scripts/check_training.py target/export [checkpoint]

The reference is the GPT of check_export.py, written with nothing but PyTorch, with torch.optim.AdamW and nanoGPT's numbers;
the other side is gpt.pt, loaded by torch.jit.load. One fixed batch; with `checkpoint`, activations are computed again.
Needs: pip install torch safetensors. Exit code 1 if a loss is out of bounds or the losses do not fall.
"""
import pathlib
import sys

if {"-h", "--help"} & set(sys.argv[1:]):  # before torch, which may not be there
    print(__doc__)
    sys.exit()

import torch
import torch.nn.functional as F
from check_export import BITS, bounds, logits, order, ordered, read

STEPS, RATE, BETAS, EPSILON, DECAY = 20, 6e-4, (0.9, 0.95), 1e-8, 0.1


def reference(about, weights, run):
    p = {name: t.double().requires_grad_() for name, t in weights.items()}
    groups = [{"params": [t for t in p.values() if t.dim() > 1], "weight_decay": DECAY},
              {"params": [t for t in p.values() if t.dim() < 2], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=BETAS, eps=EPSILON, foreach=False, fused=False)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        y = logits(run["ids"], p, int(about["layers"]), int(about["heads"]))
        loss = F.cross_entropy(y.flatten(0, 1), run["targets"].flatten())
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def archive(folder, about, weights, run, checkpoint):
    program = torch.jit.load(str(folder / "gpt.pt"))
    dtype = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}[about["dtype"]]
    p = [t.to(dtype).requires_grad_() for t in ordered(folder, weights)]
    program.prepare(torch.zeros(1))
    # AdamW, fused; one micro batch; checkpoint; fp32 weights; no clipping; then the optimizer's numbers
    masters = 1 if dtype != torch.float32 else 0
    settings = [1, 1, 1, checkpoint, masters, 0, RATE, *BETAS, EPSILON, DECAY]
    program.prepare_training(torch.tensor(settings, dtype=torch.float64), p)
    return [program.train_step(run["ids"], run["targets"], p).item() for _ in range(STEPS)]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    about, weights = read(folder / "weights.safetensors")
    _, run = read(folder / "pass.safetensors")
    if about["loss"] != "cross_entropy":
        sys.exit("The loss of this export is " + about["loss"] + ". Export it with --loss cross_entropy.")
    expected = reference(about, weights, run)
    found = archive(folder, about, weights, run, int(sys.argv[2:] == ["checkpoint"]))
    limit, _ = bounds(int(about["layers"]), BITS[about["dtype"]], weights, run["ids"])
    failed = 0
    for step, (a, b) in enumerate(zip(found, expected)):
        ok = abs(a - b) <= limit * b
        failed += not ok
        print(f"{'ok    ' if ok else 'NOT OK'} loss of step {step + 1}: {a:.6f}, in float64 {b:.6f}; relative error {abs(a - b) / b:.2e}, at most {limit:.2e}")
    falls = all(later < earlier for earlier, later in zip(found, found[1:]))
    print("The loss falls with every step." if falls else "The loss does NOT fall with every step.")
    sys.exit(1 if failed or not falls else 0)


if __name__ == "__main__":
    main()
