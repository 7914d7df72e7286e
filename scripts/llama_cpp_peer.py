"""The peer for decoding that is not PyTorch: llama.cpp's own library, timed as its llama-bench does.

scripts/llama_cpp_peer.py --config FILE --library FOLDER --dtype bfloat16|float32|float16 --batch B --seq T
One step of each of B sequences with T tokens in the cache, whose values are fp16 as is llama.cpp's default. FOLDER holds libllama.so and
libggml.so: a build of llama.cpp, an archive of its releases, or node_modules/@node-llama-cpp/linux-x64/bins/linux-x64 (npm), which
has a library for each kind of CPU. Weights are random, as the Transformers library draws them; they are written to a GGUF file in
target/ with the logits of that library for the same tokens in fp32, to which the first step is held.
With --serve, 16 steps whenever a line on standard input asks for them (scripts/peers); else a JSON line of times.
Needs: pip install gguf numpy, and for writing the file torch and transformers.
"""
import argparse
import collections
import ctypes
import hashlib
import json
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np
from peer_process import peak, serve

ROOT = pathlib.Path(__file__).resolve().parent.parent
STEPS = 16  # a single step is short compared with what wakes a process
# Root mean square of what the logits of the first step may be off, relative to their own. llama.cpp keeps the cache, and adds up its
# values, in fp16, and rounds rows to 16 bits where the matrix has 16: up to 1.0e-2 and 1.7e-2 were seen (llama-3.2-1b). With 8 of 256
# tokens missing it was 3.4e-2 and more, without llama-3.2-1b's scaled angles 1.3e-1.
ALLOWED = {"float32": 1.5e-2, "float16": 1.5e-2, "bfloat16": 2.5e-2}


class Batch(ctypes.Structure):
    """llama_batch of llama.h: for each token its id, position, sequence, and whether its logits are wanted."""

    _fields_ = [("n_tokens", ctypes.c_int32), ("token", ctypes.POINTER(ctypes.c_int32)), ("embd", ctypes.c_void_p),
                ("pos", ctypes.POINTER(ctypes.c_int32)), ("n_seq_id", ctypes.POINTER(ctypes.c_int32)),
                ("seq_id", ctypes.POINTER(ctypes.POINTER(ctypes.c_int32))), ("logits", ctypes.POINTER(ctypes.c_int8))]


class Parameters(ctypes.Structure):
    """llama_model_params or llama_context_params, which differ from version to version after their first fields.

    Both are passed by value in memory, so a longer one than the library knows does no harm.
    """

    _fields_ = [("n_ctx", ctypes.c_uint32), ("n_batch", ctypes.c_uint32), ("n_ubatch", ctypes.c_uint32), ("n_seq_max", ctypes.c_uint32),
                ("rest", ctypes.c_char * 1024)]


def library(folder):
    """libllama with every backend of the folder."""
    found = {}
    for name in ("ggml-base", "ggml", "llama"):
        files = sorted(folder.glob(f"lib{name}.*so*"))
        if files:
            found[name] = ctypes.CDLL(str(files[0]), ctypes.RTLD_GLOBAL)
    if "llama" not in found:
        sys.exit(f"There is no libllama.so in {folder}. Name the folder of llama.cpp's libraries, for example node_modules/@node-llama-cpp/"
                 "linux-x64/bins/linux-x64 after: npm install @node-llama-cpp/linux-x64")
    load = getattr(found.get("ggml"), "ggml_backend_load_all_from_path", None)
    if load:
        load.argtypes = [ctypes.c_char_p]
        load(str(folder).encode())
    lib = found["llama"]
    pointer = ctypes.c_void_p
    for name, result, arguments in (
            ("llama_model_default_params", Parameters, []), ("llama_context_default_params", Parameters, []),
            ("llama_model_load_from_file", pointer, [ctypes.c_char_p, Parameters]),
            ("llama_init_from_model", pointer, [pointer, Parameters]), ("llama_n_ctx", ctypes.c_uint32, [pointer]),
            ("llama_set_n_threads", None, [pointer, ctypes.c_int32, ctypes.c_int32]),
            ("llama_decode", ctypes.c_int32, [pointer, Batch]), ("llama_synchronize", None, [pointer]),
            ("llama_get_memory", pointer, [pointer]),
            ("llama_memory_seq_rm", ctypes.c_bool, [pointer, ctypes.c_int32, ctypes.c_int32, ctypes.c_int32]),
            ("llama_get_logits_ith", ctypes.POINTER(ctypes.c_float), [pointer, ctypes.c_int32]),
            ("llama_print_system_info", ctypes.c_char_p, [])):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


class Decoder:
    """A model with T tokens of B sequences in its cache."""

    def __init__(self, folder, file, tokens, vocabulary, threads):
        self.lib = library(folder)
        said = collections.deque(maxlen=8)
        self.log = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(
            lambda level, text, data: said.append(text.decode(errors="replace")))
        self.lib.llama_log_set(self.log, None)
        self.lib.llama_backend_init()
        self.model = self.lib.llama_model_load_from_file(str(file).encode(), self.lib.llama_model_default_params())
        if not self.model:
            sys.exit(f"llama.cpp does not load {file}:\n{''.join(said)}")
        self.sequences, self.length = tokens.shape[0], tokens.shape[1] - 1
        self.vocabulary = vocabulary
        parameters = self.lib.llama_context_default_params()
        parameters.n_ctx = self.sequences * (self.length + 1)
        parameters.n_batch = parameters.n_ubatch = max(512, self.sequences)
        parameters.n_seq_max = self.sequences
        self.context = self.lib.llama_init_from_model(self.model, parameters)
        if not self.context or self.lib.llama_n_ctx(self.context) < parameters.n_ctx:
            sys.exit(f"llama.cpp made no context of {parameters.n_ctx} tokens:\n{''.join(said)}")
        self.lib.llama_set_n_threads(self.context, threads, threads)
        self.memory = self.lib.llama_get_memory(self.context)
        for row in range(self.sequences):
            for start in range(0, self.length, 512):
                part = tokens[row, start:min(start + 512, self.length)]
                self.decode(batch(part, np.arange(start, start + len(part)), np.full(len(part), row), last_only=True))
        self.step = batch(tokens[:, -1], np.full(self.sequences, self.length), np.arange(self.sequences))

    def decode(self, what):
        code = self.lib.llama_decode(self.context, what)
        if code:
            sys.exit(f"llama_decode failed with {code}.")

    def run(self):
        """One more token of each sequence, and the cache as it was."""
        self.decode(self.step)
        self.lib.llama_synchronize(self.context)
        for row in range(self.sequences):
            self.lib.llama_memory_seq_rm(self.memory, row, self.length, -1)

    def logits(self, row):
        return np.ctypeslib.as_array(self.lib.llama_get_logits_ith(self.context, row), (self.vocabulary,)).copy()


def batch(ids, positions, sequences, last_only=False):
    count = len(ids)
    integers = ctypes.c_int32 * count
    rows = [(ctypes.c_int32 * 1)(int(row)) for row in sequences]
    wanted = [int(i == count - 1 or not last_only) for i in range(count)]
    one = Batch(count, integers(*map(int, ids)), None, integers(*map(int, positions)), integers(*[1] * count),
                (ctypes.POINTER(ctypes.c_int32) * count)(*rows), (ctypes.c_int8 * count)(*wanted))
    one.kept = rows  # the pointers do not keep them
    return one


def prompts(sequences, length, vocabulary):
    return np.random.default_rng(0).integers(0, vocabulary, (sequences, length + 1))


def write(config, dtype, batch_size, length, file):
    """A GGUF file of the Transformers library's model, and that model's logits for the first step."""
    import gguf
    import torch
    from transformers_peer import load

    torch.manual_seed(0)
    model = load(config, getattr(torch, dtype), "cpu").eval()
    c = model.config
    architecture = {"gpt2": "GPT2", "llama": "LLAMA", "qwen2": "QWEN2", "qwen3": "QWEN3"}.get(c.model_type)
    if not architecture:
        sys.exit(f"A GGUF file is written for gpt2, llama, qwen2 and qwen3, not for {c.model_type}.")
    heads, layers = c.num_attention_heads, c.num_hidden_layers
    part = file.with_suffix(".part")
    writer = gguf.GGUFWriter(part, architecture.lower())
    writer.add_context_length(c.max_position_embeddings)
    writer.add_embedding_length(c.hidden_size)
    writer.add_block_count(layers)
    writer.add_head_count(heads)
    writer.add_vocab_size(c.vocab_size)
    writer.add_tokenizer_model("none")
    if architecture == "GPT2":
        writer.add_feed_forward_length(c.n_inner or 4 * c.hidden_size)
        writer.add_layer_norm_eps(c.layer_norm_epsilon)
    else:
        width = getattr(c, "head_dim", None) or c.hidden_size // heads
        writer.add_feed_forward_length(c.intermediate_size)
        writer.add_head_count_kv(c.num_key_value_heads)
        writer.add_layer_norm_rms_eps(c.rms_norm_eps)
        writer.add_key_length(width)
        writer.add_value_length(width)
        writer.add_rope_dimension_count(width)
        theta = c.rope_parameters["rope_theta"]
        writer.add_rope_freq_base(theta)
        plain = theta ** (-torch.arange(0, width, 2, dtype=torch.float32) / width)
        factors = plain / model.model.rotary_emb.inv_freq.float()
        if not torch.allclose(factors, torch.ones_like(factors)):
            writer.add_tensor("rope_freqs.weight", factors.numpy())
    types = gguf.GGMLQuantizationType
    stored = {"float32": types.F32, "float16": types.F16, "bfloat16": types.BF16}[dtype]
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[architecture], layers)
    for name, value in model.state_dict().items():
        if name == "lm_head.weight" and c.tie_word_embeddings:
            continue
        value = value.float()
        if architecture == "GPT2" and ".c_" in name and value.dim() == 2:
            value = value.t().contiguous()  # Conv1D has its rows where Linear has its columns
        if architecture == "LLAMA" and (".q_proj." in name or ".k_proj." in name):
            # llama.cpp rotates adjacent columns, Transformers the two halves.
            count = heads if ".q_proj." in name else c.num_key_value_heads
            value = value.view(count, 2, -1, value.shape[1]).transpose(1, 2).reshape(value.shape)
        plainly = value.dim() == 1 or ".wpe." in name
        to = types.F32 if plainly else stored
        writer.add_tensor(names.get_name(name, (".weight", ".bias")),
                          gguf.quants.quantize(value.numpy(), to), raw_dtype=to)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    tokens = torch.from_numpy(prompts(batch_size, length, c.vocab_size)[:1])
    with torch.no_grad():
        logits = model.float()(tokens, use_cache=False, logits_to_keep=1).logits[0, -1]
    np.save(file.with_suffix(".npy"), logits.numpy())
    part.rename(file)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--config", required=True, type=pathlib.Path)
    p.add_argument("--library", required=True, type=pathlib.Path, metavar="FOLDER")
    p.add_argument("--dtype", default="bfloat16", choices=ALLOWED)
    p.add_argument("--batch", type=int, default=1)
    p.add_argument("--seq", type=int, default=256)
    p.add_argument("--iters", type=int, default=5)
    p.add_argument("--warmup", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--ops", default="decode", choices=("decode",))
    p.add_argument("--serve", action="store_true")
    p.add_argument("--write", type=pathlib.Path, metavar="FILE", help="only write the GGUF file")
    a = p.parse_args()
    if a.write:
        return write(a.config, a.dtype, a.batch, a.seq, a.write)
    model = hashlib.sha256(a.config.read_bytes()).hexdigest()[:12]  # an edited config.json is another model
    file = ROOT / "target" / "llama.cpp" / f"{model}-{a.dtype}-{a.batch}x{a.seq}.gguf"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        # In a process of its own, so that its memory does not count.
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--write", str(file)], check=True, stdout=sys.stderr)
    expected = np.load(file.with_suffix(".npy"))
    decoder = Decoder(a.library.resolve(), file, prompts(a.batch, a.seq, len(expected)), len(expected), a.threads)
    decoder.run()
    off = float(np.sqrt(np.mean((decoder.logits(0) - expected) ** 2) / np.mean(expected ** 2)))
    if not off < ALLOWED[a.dtype]:
        sys.exit(f"llama.cpp's logits are off by {off:.1e} of their root mean square, more than {ALLOWED[a.dtype]:.0e}: it runs another model.")

    def timed():
        start = time.perf_counter()
        for _ in range(STEPS):
            decoder.run()
        return {"seconds": round((time.perf_counter() - start) / STEPS, 6), "peak_bytes": peak()}

    version = getattr(decoder.lib, "llama_version", None)
    if version:
        version.restype = ctypes.c_char_p
    name = "llama.cpp " + (version().decode() if version else "of unknown version")
    if a.serve:
        return serve("pass", a.warmup, timed, name)
    times = [timed()["seconds"] for _ in range(a.warmup + a.iters)][a.warmup:]
    print(json.dumps({"peer": name, "op": "decode", "dtype": a.dtype, "model": str(a.config), "batch": a.batch, "seq": a.seq,
                      "median_s": statistics.median(times), "min_s": min(times), "tokens_per_s": round(a.batch / statistics.median(times), 1),
                      "logits_off": off, "system": decoder.lib.llama_print_system_info().decode(), "peak_rss_bytes": peak()}))


if __name__ == "__main__":
    main()
