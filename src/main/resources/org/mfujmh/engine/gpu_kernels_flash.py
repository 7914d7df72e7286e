# What `handwritten_gpu` takes from the device: cuBLASLt's GELU epilogue (the tanh form, as GPT-2 has it) and
# FlashAttention. Signatures: see gpu_kernels_cpu.py.

def linear_gelu(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return torch._addmm_activation(b, x, w.t(), use_gelu=True)

def attention(q: Tensor, k: Tensor, v: Tensor) -> Tuple[Tensor, List[Tensor]]:
  y, logsumexp, starts_q, starts_k, most_q, most_k, seed, offset, mask = torch._scaled_dot_product_flash_attention(q, k, v, 0.0, True, False)
  return (y, [logsumexp, starts_q, starts_k, seed, offset])

def attention_back(dy: Tensor, q: Tensor, k: Tensor, v: Tensor, y: Tensor, saved: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
  T = q.size(2)
  return torch._scaled_dot_product_flash_attention_backward(dy, q, k, v, y, saved[0], saved[1], saved[2], T, T, 0.0, True, saved[3], saved[4])
