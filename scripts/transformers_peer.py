"""The peer for a model with a config.json: the Transformers library's own class, timed as its user would time it.

scripts/transformers_peer.py --config FILE --variant eager|compile --dtype bfloat16 --batch B --seq T --ops fwd|fwdbwd|step|decode
eager is the library's code with its SDPA attention, compile the same under torch.compile. decode is one step of each of B
sequences with T tokens in a static cache. Weights are random, as the library draws them.
With --serve, a pass whenever a line on standard input asks for one (scripts/peers); else a JSON line of times.
Needs: pip install torch transformers.
"""
import argparse, json, os, statistics, time
os.environ.setdefault("HF_HUB_OFFLINE", "1")
import torch
import transformers
from peer_process import peak, serve
from torch_peer import adamw

def load(path, dtype, device):
    with open(path) as file: settings = json.load(file)
    config = transformers.AutoConfig.for_model(settings.pop("model_type"), **settings)
    with torch.device(device):
        return transformers.AutoModelForCausalLM.from_config(config, dtype=dtype, attn_implementation="sdpa")

def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--config", required=True); p.add_argument("--variant", default="eager", choices=("eager", "compile"))
    p.add_argument("--dtype", default="bfloat16"); p.add_argument("--batch", type=int, default=1)
    p.add_argument("--seq", type=int, default=512); p.add_argument("--iters", type=int, default=5)
    p.add_argument("--warmup", type=int, default=2); p.add_argument("--threads", type=int, default=0)
    p.add_argument("--device", default="cpu"); p.add_argument("--ops", default="fwd", choices=("fwd", "fwdbwd", "step", "decode"))
    p.add_argument("--serve", action="store_true")
    a = p.parse_args()
    if a.threads: torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    m = load(a.config, getattr(torch, a.dtype), a.device).eval()  # GPT-2 would drop a tenth of all, which ours never does
    V, B, T = m.config.vocab_size, a.batch, a.seq
    ids = lambda tokens: torch.randint(0, V, (B, tokens), device=a.device)
    run = torch.compile(m) if a.variant == "compile" else m
    optimizer = adamw(m) if a.ops == "step" else None
    if a.ops == "decode":
        cache = transformers.StaticCache(config=m.config, max_cache_len=T + 1)
        with torch.no_grad(): m(ids(T), past_key_values=cache, use_cache=True, logits_to_keep=1)
        position = torch.full((B, 1), T, device=a.device)

    def fwd():
        with torch.no_grad(): return float(run(x, use_cache=False).logits.reshape(-1)[-1].float())
    def fwdbwd():
        m.zero_grad(set_to_none=True)
        l = run(x, use_cache=False).logits.sum(); l.backward(); return float(l.detach().float())
    def step():
        optimizer.zero_grad(set_to_none=True)
        y = run(x, use_cache=False).logits
        l = torch.nn.functional.cross_entropy(y.view(-1, V).float(), x.flatten().roll(1)); l.backward(); optimizer.step()
        return float(l.detach().float())
    def decode():
        # The same position again and again, as ours: the static cache's own count of tokens is put back.
        for layer in cache.layers:
            if hasattr(layer, "cumulative_length"): layer.cumulative_length.fill_(T) if torch.is_tensor(layer.cumulative_length) else setattr(layer, "cumulative_length", T)
        with torch.no_grad():
            y = run(x[:, :1], past_key_values=cache, use_cache=True, position_ids=position).logits
            return float(y.argmax(-1).reshape(-1)[-1])
    f = {"fwd": fwd, "fwdbwd": fwdbwd, "step": step, "decode": decode}[a.ops]
    def timed():
        nonlocal x
        runs = 16 if a.ops == "decode" else 1  # a single step is short beside what wakes a process
        x = ids(T); t = time.perf_counter()
        for _ in range(runs): f()
        return {"seconds": round((time.perf_counter() - t) / runs, 6), "peak_bytes": peak()}
    x = ids(T)
    name = f"transformers {transformers.__version__}, torch {torch.__version__}"
    if a.serve: return serve("pass", a.warmup, timed, name)
    times = [timed()["seconds"] for _ in range(a.warmup + a.iters)][a.warmup:]
    tokens = B if a.ops == "decode" else B * T
    print(json.dumps({"peer": name, "variant": a.variant, "op": a.ops, "dtype": a.dtype, "model": a.config, "batch": B, "seq": T,
        "median_s": statistics.median(times), "min_s": min(times), "tokens_per_s": round(tokens / statistics.median(times), 1), "peak_rss_bytes": peak()}))

if __name__ == "__main__":
    main()
