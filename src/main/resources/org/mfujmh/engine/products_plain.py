# What products_onednn.py computes, one operation after another, where a libtorch or a CPU has not got its operators.

# x w^T, and b where there is one
def linear(x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
  return torch.linear(x, w, b)

# gelu(x w^T + b)
def linear_gelu(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return torch.gelu(torch.linear(x, w, b), approximate="tanh")

# h + x w^T + b
def linear_add(x: Tensor, h: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return torch.addmm(h, x, w.t()).add_(b)
