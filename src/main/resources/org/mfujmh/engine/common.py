# Methods that every program of this folder has: Java puts them at the end of its class. They use its attributes `vocabulary`,
# `dtype`, `upcast`, `chunk`, `workspace`, `aliased` and `results`. N tokens, width d, vocabulary V.

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

  # ---- memory that outlives the pass: a fresh tensor of some megabytes costs a page fault every 4 kB; here pages are
  # ---- touched once

  def product_dtype(self) -> int:
    return 6 if self.upcast else self.dtype

  # Memory by name, as a tensor of this shape; it grows when a larger batch comes. What is never needed at
  # one time shares a name: `wide` holds attention's scores, what GELU gives and a piece of the logits,
  # `scratch` what is computed from these on the way back, `dwide` the gradients by what they came from.
  def buffer(self, name: str, shape: List[int], dtype: int) -> Tensor:
    size = 1
    for n in shape:
      size = size * n
    if name in self.aliased:
      if self.aliased[name].numel() >= size:
        return torch.slice(self.aliased[name], 0, 0, size).view(shape)
    if not (name in self.workspace):
      self.workspace[name] = torch.empty([0], dtype=dtype)
    if self.workspace[name].numel() < size:
      self.workspace[name] = torch.empty([0], dtype=dtype)
      self.workspace[name] = torch.empty([size], dtype=dtype)
    return torch.slice(self.workspace[name], 0, 0, size).view(shape)

  # exp takes what it is beyond its range from a constant of libtorch's, under a mask. AVX-512 pays 200 ns for a masked
  # read of a page that nobody really read of late, even where the mask lets nothing through, and each time: one process
  # in ten or so had a softmax of 20 x the time, mostly for all its life. So each pass, and each layer of the
  # handwritten programs, begins with an exponential beyond its range, of 64 numbers: a few would not be done in
  # vectors.
  def touch_constants(self, x: Tensor):
    if not x.is_cuda:
      self.buffer("beyond", [64], 6).fill_(-200.0).sigmoid_()

  # ---- the head, word by word

  # Logits [V, N] as [B, T, V], without a copy.
  def as_logits(self, y: Tensor, ids: Tensor) -> Tensor:
    return y.t().view([ids.size(0), ids.size(1), self.vocabulary])

  # y [V, N] = w x^T. In 16 bits by pieces, of as many words as the widest layer has outputs: oneDNN multiplies the
  # whole at 0.6 x their speed.
  def words_first(self, x: Tensor, w: Tensor, y: Tensor) -> Tensor:
    words = w.size(0)
    piece = words if w.dtype == 6 or w.is_cuda else self.chunk
    for a in range(0, words, piece):
      e = ops.prim.min(a + piece, words)
      torch.mm(torch.slice(w, 0, a, e), x.t(), out=torch.slice(y, 0, a, e))
    return y

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
