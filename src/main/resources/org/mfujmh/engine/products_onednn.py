# Products with what follows fused in, by oneDNN: x [N, d], w [m, d], b [m]; each result is a fresh tensor.
# Java packs this text with gpt.py, and decode.py, where these operators run, else products_plain.py in its place (see LinearKernels).

# x w^T, and b where there is one
def linear(x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, w, b, "none", annotate(List[Optional[number]], []), "")

# gelu(x w^T + b)
def linear_gelu(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, w, b, "gelu", annotate(List[Optional[number]], []), "tanh")

# h + x w^T + b
def linear_add(x: Tensor, h: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return ops.mkldnn._linear_pointwise(x, h, w, b, "add")
