# What `handwritten_gpu` takes from the device, by operators that every CPU has: so the program for GPUs is tested on a
# CPU.

# gelu(x w^T + b), x [N, k] to [N, n].
def linear_gelu(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return torch.gelu(torch.linear(x, w, b), approximate="tanh")

# Causal attention of q, k, v [B, H, T, c]: the context [B, H, T, c], and what `attention_back` reads besides.
def attention(q: Tensor, k: Tensor, v: Tensor) -> Tuple[Tensor, List[Tensor]]:
  y, logsumexp = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0.0, True)
  return (y, [logsumexp])

# The gradients by q, k and v.
def attention_back(dy: Tensor, q: Tensor, k: Tensor, v: Tensor, y: Tensor, saved: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor]:
  return torch._scaled_dot_product_flash_attention_for_cpu_backward(dy, q, k, v, y, saved[0], 0.0, True)
