# Methods that every program of this folder has: Java puts them at the end of its class. They use its attributes `dtype`,
# `upcast` and `results`.

  # Drawn in fp32 and then rounded: one seed gives the same weights, to rounding, in every precision.
  def normal(self, shape: List[int], deviation: float, place: Tensor) -> Tensor:
    return torch.randn(shape, dtype=6, device=place.device).mul_(deviation).to(self.dtype)

  def constant(self, shape: List[int], value: float, place: Tensor) -> Tensor:
    return torch.full(shape, value, dtype=self.dtype, device=place.device)

  # ---- the two ways to multiply: in the model's own precision, or kept in 16 bits, multiplied in fp32.

  def linear(self, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
    if self.upcast:
      wide = b
      if b is not None:
        wide = b.to(6)
      y = torch.linear(x.to(6), w.to(6), wide).to(self.dtype)
    else:
      y = torch.linear(x, w, b)
    return y

  def matmul(self, a: Tensor, b: Tensor) -> Tensor:
    if self.upcast:
      c = torch.matmul(a.to(6), b.to(6)).to(self.dtype)
    else:
      c = torch.matmul(a, b)
    return c

  # Parameters want gradients from autograd; here they are only read.
  def detached(self, p: List[Tensor]) -> List[Tensor]:
    q = annotate(List[Tensor], [])
    for w in p:
      q.append(w.detach())
    return q

  def read_results(self, place: Tensor) -> List[Tensor]:
    return self.results

  def drop_results(self, place: Tensor) -> Tensor:
    self.results = annotate(List[Tensor], [])
    return place

  # How far the logits that `forward_last` left of these rows of its batch are from a pass over their sequences ids [n, T]
  # by autograd's formulas with the head on every token: relative, by the 2-norm.
  def last_distance(self, ids: Tensor, rows: Tensor, p: List[Tensor]) -> Tensor:
    y = torch.index_select(torch.select(self.results[0], 1, -1), 0, rows).to(6)
    wide = torch.select(self.logits(ids, self.detached(p)), 1, -1).to(6)
    return (torch.norm(y - wide) / torch.norm(wide)).cpu()

  # Nothing but the way here and back, with the arguments of `forward`.
  def empty(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    return torch.zeros([], dtype=6)

  # So many operators that compute next to nothing, one after the other: what an operator costs besides its work.
  def tiny_operators(self, place: Tensor, times: Tensor) -> Tensor:
    y = torch.zeros([1], dtype=6, device=place.device)
    for i in range(int(times)):
      y = torch.neg(y)
    return y.cpu()

  # ---- conversions: DJL cannot name bf16, so numbers enter and leave as fp32

  def widen(self, x: List[Tensor]) -> Tensor:
    return x[0].detach().to(6).contiguous().cpu()

  # A copy in any case: x lies in a buffer of Java's, which is freed.
  def narrow(self, x: Tensor, place: Tensor) -> Tensor:
    return x.to(self.dtype).to(place.device).clone()

  # |x| summed in fp64 and the count of numbers that are not finite: a checksum that a zero, a NaN
  # or an untouched tensor shows in. A part at a time: a batch that just fits leaves no room for a
  # copy of its logits four times as wide.
  def checksum(self, x: List[Tensor]) -> Tensor:
    sums = torch.zeros([2], dtype=7, device=x[0].device)
    y = x[0].detach()
    if y.dim() == 3 and not y.is_contiguous():
      y = y.permute([2, 0, 1])  # logits, word by word: in the order in which they lie
    for part in torch.split(y.reshape([-1]), 4194304, 0):
      wide = part.to(7)
      sums = sums + torch.stack([wide.abs().sum(), torch.logical_not(torch.isfinite(wide)).sum().to(7)])
    return sums.cpu()

  # ---- single products, for the roofline: y [M, N] = x [M, K] w^T, dx = y w, dw = y^T x; y stands in
  # ---- for the gradient that arrives from above, so that all data is random without drawing more.

  def product_weight(self, p: List[Tensor], wide: Tensor) -> Tensor:
    w = p[0].detach()
    if w.dim() == 3:  # of experts: the first
      w = w[0]
    if bool(wide):
      w = w.to(6)
    return w

  def product_input(self, w: Tensor, rows: Tensor) -> Tensor:
    return torch.randn([int(rows), w.size(1)], dtype=6, device=w.device).to(w.dtype)

  def product_dx(self, y: Tensor, w: Tensor, dx: Tensor, times: Tensor) -> Tensor:
    for i in range(int(times)):
      torch.mm(y, w, out=dx)
    return dx[0][0].to(6).cpu()

  def product_dw(self, y: Tensor, x: Tensor, dw: Tensor, times: Tensor) -> Tensor:
    for i in range(int(times)):
      torch.mm(y.t(), x, out=dw)
    return dw[0][0].to(6).cpu()

  # The model's own way to multiply, for gemm=auto: x [M, K] w^T in its precision.
  def product_linear(self, x: Tensor, w: Tensor, times: Tensor) -> Tensor:
    y = self.linear(x, w, None)
    for i in range(int(times) - 1):
      y = self.linear(x, w, None)
    return y[0][0].to(6).cpu()
