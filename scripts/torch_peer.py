"""The peer: the notebook's GPT in PyTorch, timed as its user would time it, one JSON line per figure.

scripts/torch_peer.py --ops fwd,fwdbwd,step,gemm --variant notebook|sdpa|compile --dtype float32|bfloat16 --batch B --seq T --iters N [--model gpt-small] [--device cuda]
step is a training step: cross-entropy, backward, fused AdamW with nanoGPT's numbers, all in the one precision.
Everything a Java run is compared with on the same machine, in the same session, comes from here (scripts/peers).
With --serve, a pass (or the products) whenever a line on standard input asks for one, so that programs can take turns.
Needs: pip install torch.
"""
import argparse, json, math, statistics, time
import torch
from torch import nn
import torch.nn.functional as F
from peer_process import peak, serve

NAME = "torch " + torch.__version__

SIZES = {"gpt-tiny": (64, 2, 2, 256, 64), "gpt-small": (768, 12, 12, 50257, 1024), "gpt-medium": (1024, 24, 16, 50257, 1024),
         "gpt-large": (1280, 36, 20, 50257, 1024), "gpt-xl": (1600, 48, 25, 50257, 1024)}

class Norm(nn.Module):
    def __init__(s, d):
        super().__init__(); s.scale = nn.Parameter(torch.ones(d)); s.shift = nn.Parameter(torch.zeros(d))
    def forward(s, x):
        m = x.mean(-1, keepdim=True); v = x.var(-1, keepdim=True, unbiased=False)
        return s.scale * (x - m) / torch.sqrt(v + 1e-5) + s.shift

class FusedNorm(Norm):
    def forward(s, x): return F.layer_norm(x, (x.size(-1),), s.scale, s.shift, 1e-5)

class Gelu(nn.Module):
    def forward(s, x): return 0.5 * x * (1 + torch.tanh(torch.sqrt(torch.tensor(2.0 / math.pi)) * (x + 0.044715 * torch.pow(x, 3))))

class Attn(nn.Module):
    def __init__(s, d, h, T, fused):
        super().__init__(); s.h = h; s.fused = fused
        s.q, s.k, s.v = nn.Linear(d, d), nn.Linear(d, d), nn.Linear(d, d); s.o = nn.Linear(d, d)
        s.register_buffer("mask", torch.triu(torch.ones(T, T), diagonal=1))
    def forward(s, x):
        B, T, d = x.shape
        q, k, v = (f(x).view(B, T, s.h, d // s.h).transpose(1, 2) for f in (s.q, s.k, s.v))
        if s.fused:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            a = q @ k.transpose(2, 3)
            a.masked_fill_(s.mask.bool()[:T, :T], -torch.inf)
            y = torch.softmax(a / k.shape[-1] ** 0.5, dim=-1) @ v
        return s.o(y.transpose(1, 2).contiguous().view(B, T, d))

class Block(nn.Module):
    def __init__(s, d, h, T, fused):
        super().__init__(); N = FusedNorm if fused else Norm
        s.att = Attn(d, h, T, fused); s.n1, s.n2 = N(d), N(d)
        s.ff = nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(approximate="tanh") if fused else Gelu(), nn.Linear(4 * d, d))
    def forward(s, x):
        x = x + s.att(s.n1(x)); return x + s.ff(s.n2(x))

class GPT(nn.Module):
    def __init__(s, name, fused):
        super().__init__(); d, L, h, V, T = SIZES[name]
        s.tok, s.pos = nn.Embedding(V, d), nn.Embedding(T, d)
        s.blocks = nn.Sequential(*[Block(d, h, T, fused) for _ in range(L)])
        s.norm = (FusedNorm if fused else Norm)(d); s.head = nn.Linear(d, V, bias=False)
    def forward(s, i):
        return s.head(s.norm(s.blocks(s.tok(i) + s.pos(torch.arange(i.size(1), device=i.device)))))

def gemm(model, dt, rows, tries, backward=True):
    """The model's own matrix products into touched buffers: sum of FLOPs over sum of best times, forward and with backward."""
    d, L, h, V, ctx = SIZES[model]; fl = t1 = t3 = 0.0
    def best(f):
        b = 9e9
        for _ in range(tries):
            t = time.perf_counter(); f(); b = min(b, time.perf_counter() - t)
        return b
    for k, n, c in ((d, 3 * d, L), (d, d, L), (d, 4 * d, L), (4 * d, d, L), (d, V, 1)):
        x, w, g = torch.randn(rows, k).to(dt), torch.randn(n, k).to(dt), torch.randn(rows, n).to(dt)
        y, dx, dw = torch.zeros(rows, n, dtype=dt), torch.zeros(rows, k, dtype=dt), torch.zeros(n, k, dtype=dt)
        a = best(lambda: torch.mm(x, w.t(), out=y)); fl += c * 2.0 * rows * k * n; t1 += c * a
        if backward: t3 += c * (a + best(lambda: torch.mm(g, w, out=dx)) + best(lambda: torch.mm(g.t(), x, out=dw)))
    return {"peer": NAME, "op": "gemm", "dtype": str(dt), "model": model, "rows": rows,
        "fwd_gflops": round(fl / t1 / 1e9, 1), **({"fwdbwd_gflops": round(3 * fl / t3 / 1e9, 1)} if backward else {})}

def adamw(m):
    """The fused AdamW with nanoGPT's numbers: matrices decay, biases and norms do not."""
    return torch.optim.AdamW([{"params": [w for w in m.parameters() if w.dim() > 1], "weight_decay": 0.1},
        {"params": [w for w in m.parameters() if w.dim() < 2], "weight_decay": 0.0}], lr=6e-4, betas=(0.9, 0.95), fused=True)

def main():
    p = argparse.ArgumentParser()
    p.add_argument("--model", default="gpt-small"); p.add_argument("--variant", default="notebook")
    p.add_argument("--dtype", default="bfloat16"); p.add_argument("--batch", type=int, default=1)
    p.add_argument("--seq", type=int, default=1024); p.add_argument("--iters", type=int, default=5)
    p.add_argument("--warmup", type=int, default=2); p.add_argument("--threads", type=int, default=0)
    p.add_argument("--device", default="cpu"); p.add_argument("--vocabulary", type=int, default=0)
    p.add_argument("--ops", default="fwd,fwdbwd"); p.add_argument("--serve", action="store_true")
    a = p.parse_args()
    if a.threads: torch.set_num_threads(a.threads)
    if a.vocabulary: SIZES[a.model] = SIZES[a.model][:3] + (a.vocabulary, SIZES[a.model][4])
    d, L, h, V, ctx = SIZES[a.model]; dt = getattr(torch, a.dtype)
    torch.manual_seed(0)
    products = lambda: gemm(a.model, dt, a.batch * a.seq, a.iters, backward=a.ops != "gemm" or not a.serve)
    if a.serve and a.ops in ("gemm", "gemmbwd"): return serve("gemm", 0, products, NAME)
    if "gemm" in a.ops: print(json.dumps(products()), flush=True)
    if a.ops == "gemm": return
    m = GPT(a.model, a.variant != "notebook").to(a.device, dt)
    optimizer = adamw(m) if "step" in a.ops else None
    if a.variant == "compile": m = torch.compile(m)
    x = torch.randint(0, V, (a.batch, a.seq), device=a.device); B, T = a.batch, a.seq
    fpt = 2 * (12 * L * d * d + d * V) + 4 * L * d * T
    def fwd():
        with torch.no_grad(): return float(m(x).reshape(-1)[-1].float())
    def fwdbwd():
        m.zero_grad(set_to_none=True); l = m(x).sum(); l.backward(); return float(l.detach().float())
    def step():
        optimizer.zero_grad(set_to_none=True)
        l = F.cross_entropy(m(x).view(-1, V), x.flatten().roll(1)); l.backward(); optimizer.step(); return float(l.detach().float())
    ops = {"fwd": fwd, "fwdbwd": fwdbwd, "step": step}
    if a.serve:
        f = ops[a.ops]
        def timed():
            nonlocal x
            x = torch.randint(0, V, (B, T), device=a.device); t = time.perf_counter(); f()
            return {"seconds": round(time.perf_counter() - t, 6), "peak_bytes": peak()}
        return serve("pass", a.warmup, timed, NAME)
    for name in [o for o in a.ops.split(",") if o != "gemm"]:
        f = ops[name]; ts = []
        for i in range(a.warmup + a.iters):
            t = time.perf_counter(); f(); e = time.perf_counter() - t
            if i >= a.warmup: ts.append(e)
        k = 1 if name == "fwd" else 3
        print(json.dumps({"peer": NAME, "variant": a.variant, "op": name, "dtype": a.dtype, "model": a.model,
            "batch": B, "seq": T, "median_s": round(statistics.median(ts), 4), "min_s": round(min(ts), 4),
            "tokens_per_s": round(B * T / statistics.median(ts), 1), "gflops": round(k * fpt * B * T / statistics.median(ts) / 1e9, 1),
            "peak_rss_bytes": peak()}), flush=True)

if __name__ == "__main__":
    main()
