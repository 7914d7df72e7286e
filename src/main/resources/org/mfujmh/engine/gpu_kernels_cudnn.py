# What `handwritten_gpu` takes from the device: cuBLASLt's GELU epilogue (the tanh form, as GPT-2 has it) and
# cuDNN's attention. Signatures: see gpu_kernels_cpu.py.

def linear_gelu(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return torch._addmm_activation(b, x, w.t(), use_gelu=True)

def attention(q: Tensor, k: Tensor, v: Tensor) -> Tuple[Tensor, List[Tensor]]:
  y, logsumexp, starts_q, starts_k, most_q, most_k, seed, offset, mask = torch._scaled_dot_product_cudnn_attention(q, k, v, None, True, 0.0, True, False)
  return (y, [logsumexp, starts_q, starts_k, seed, offset])

# `starts_q` is undefined where no batch is ragged: it stands in for the bias that there is none of, too.
def attention_back(dy: Tensor, q: Tensor, k: Tensor, v: Tensor, y: Tensor, saved: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
  T = q.size(2)
  return torch._scaled_dot_product_cudnn_attention_backward(dy, q, k, v, y, saved[0], saved[3], saved[4], saved[1], saved[1], saved[2], T, T, 0.0, True)
