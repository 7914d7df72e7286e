# A GPT in TorchScript: the program that is measured. It reads from top to bottom as the data flows.
#
# Java packs this text, unchanged, into a TorchScript archive (see TorchScriptArchive) and sets the
# attributes below; libtorch compiles it when it loads the archive. No weight is in the archive:
# `init` makes them on the device. They travel as one list, in the order of ParameterLayout:
#
#   0 token embedding [V, d]    1 position embedding [C, d]
#   per layer:  norm1 scale [d], shift [d]
#               fused:    wqkv [3d, d], bqkv [3d]
#               notebook: wq [d, d], bq [d], wk, bk, wv, bv
#               wo [d, d], bo [d]
#               norm2 scale [d], shift [d]
#               wup [4d, d], bup [4d], wdown [d, 4d], bdown [d]
#   final norm scale [d], shift [d]    head [V, d]
#
# B sequences of T tokens, width d, H heads of width d / H, vocabulary V, context C.
# TorchScript's numbers for dtypes: 5 fp16, 6 fp32, 15 bf16, 11 bool.

class Gpt(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  width : int
  heads : int
  vocabulary : int
  context : int
  dtype : int
  notebook : bool
  upcast : bool
  cross_entropy : bool
  # What the last pass left to be read: the logits of `forward`, the gradients of `forward_backward`.
  results : List[Tensor]
  # The book's causal mask, a buffer of its attention, made by `init`: [C, C].
  mask : List[Tensor]

  # ---- weights, drawn as GPT-2 draws them: N(0, 0.02), the two products that end in the residual
  # ---- stream narrower by sqrt(2 layers), so that activations keep their range through 48 layers.

  def init(self, place: Tensor) -> List[Tensor]:
    d = self.width
    residual = 0.02 / (2.0 * float(self.layers)) ** 0.5
    p = annotate(List[Tensor], [])
    p.append(self.normal([self.vocabulary, d], 0.02, place))
    p.append(self.normal([self.context, d], 0.02, place))
    for i in range(self.layers):
      p.append(self.constant([d], 1.0, place))
      p.append(self.constant([d], 0.0, place))
      wqkv = self.normal([3 * d, d], 0.02, place)
      if self.notebook:
        for w in torch.split(wqkv, d, 0):
          p.append(torch.clone(w))
          p.append(self.constant([d], 0.0, place))
      else:
        p.append(wqkv)
        p.append(self.constant([3 * d], 0.0, place))
      p.append(self.normal([d, d], residual, place))
      p.append(self.constant([d], 0.0, place))
      p.append(self.constant([d], 1.0, place))
      p.append(self.constant([d], 0.0, place))
      p.append(self.normal([4 * d, d], 0.02, place))
      p.append(self.constant([4 * d], 0.0, place))
      p.append(self.normal([d, 4 * d], residual, place))
      p.append(self.constant([d], 0.0, place))
    p.append(self.constant([d], 1.0, place))
    p.append(self.constant([d], 0.0, place))
    p.append(self.normal([self.vocabulary, d], 0.02, place))
    self.prepare(place)
    return p

  # What the program needs besides its parameters. Called by `init`, or alone when parameters are given.
  def prepare(self, place: Tensor) -> Tensor:
    if self.notebook:
      ones = torch.ones([self.context, self.context], dtype=self.dtype, device=place.device)
      self.mask = [torch.triu(ones, 1)]
    return place

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

  # ---- the notebook's program, operation for operation

  def book_norm(self, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    mean = torch.mean(x, [-1], True)
    variance = torch.var(x, [-1], False, True)
    normed = (x - mean) / torch.sqrt(variance + 1e-05)
    return scale * normed + shift

  def book_gelu(self, x: Tensor) -> Tensor:
    inner = torch.sqrt(torch.tensor(0.6366197723675814)) * (x + 0.044715 * torch.pow(x, 3))
    return 0.5 * x * (1 + torch.tanh(inner))

  def book_heads(self, x: Tensor) -> Tensor:
    B = x.size(0)
    T = x.size(1)
    return x.view([B, T, self.heads, self.width // self.heads]).transpose(1, 2)

  def book_attention(self, x: Tensor, p: List[Tensor], o: int) -> Tensor:
    B = x.size(0)
    T = x.size(1)
    keys = self.book_heads(self.linear(x, p[o + 2], p[o + 3]))
    queries = self.book_heads(self.linear(x, p[o], p[o + 1]))
    values = self.book_heads(self.linear(x, p[o + 4], p[o + 5]))
    scores = self.matmul(queries, keys.transpose(2, 3))
    mask = torch.slice(torch.slice(self.mask[0].to(11), 0, 0, T), 1, 0, T)
    scores.masked_fill_(mask, -inf)
    weights = torch.softmax(scores / (float(keys.size(3)) ** 0.5), -1)
    context = self.matmul(weights, values).transpose(1, 2)
    context = context.contiguous().view([B, T, self.width])
    return self.linear(context, p[o + 6], p[o + 7])

  def book_block(self, h: Tensor, p: List[Tensor], o: int) -> Tensor:
    shortcut = h
    x = self.book_norm(h, p[o], p[o + 1])
    x = self.book_attention(x, p, o + 2)
    x = x + shortcut
    shortcut = x
    x = self.book_norm(x, p[o + 10], p[o + 11])
    x = self.linear(x, p[o + 12], p[o + 13])
    x = self.book_gelu(x)
    x = self.linear(x, p[o + 14], p[o + 15])
    return x + shortcut

  # ---- the fused program: the same function in fewer, larger operations

  def attention(self, x: Tensor, p: List[Tensor], o: int) -> Tensor:
    B = x.size(0)
    T = x.size(1)
    qkv = self.linear(x, p[o], p[o + 1]).view([B, T, 3, self.heads, self.width // self.heads])
    q, k, v = torch.unbind(qkv.permute([2, 0, 3, 1, 4]))
    if self.upcast:
      y = torch.scaled_dot_product_attention(q.to(6), k.to(6), v.to(6), None, 0.0, True).to(self.dtype)
    else:
      y = torch.scaled_dot_product_attention(q, k, v, None, 0.0, True)
    return self.linear(y.transpose(1, 2).reshape([B, T, self.width]), p[o + 2], p[o + 3])

  def block(self, h: Tensor, p: List[Tensor], o: int) -> Tensor:
    h = h + self.attention(torch.layer_norm(h, [self.width], p[o], p[o + 1], 1e-05), p, o + 2)
    x = torch.layer_norm(h, [self.width], p[o + 6], p[o + 7], 1e-05)
    x = torch.gelu(self.linear(x, p[o + 8], p[o + 9]), approximate="tanh")
    return h + self.linear(x, p[o + 10], p[o + 11])

  # ---- the whole: token ids [B, T] to logits [B, T, V]

  def logits(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    positions = torch.arange(ids.size(1), dtype=4, device=ids.device)
    h = torch.embedding(p[0], ids) + torch.embedding(p[1], positions)
    for i in range(self.layers):
      if self.notebook:
        h = self.book_block(h, p, 2 + 16 * i)
      else:
        h = self.block(h, p, 2 + 12 * i)
    e = torch.len(p) - 3
    if self.notebook:
      h = self.book_norm(h, p[e], p[e + 1])
    else:
      h = torch.layer_norm(h, [self.width], p[e], p[e + 1], 1e-05)
    return self.linear(h, p[e + 2], None)

  # ---- what is timed: one call, ended by one fp32 number on the host, which waits for the device.
  # ---- `results` keeps every logit or gradient readable and drops those of the pass before first,
  # ---- as zero_grad does; storing them is also what stops the compiler from removing their products.

  def forward(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    self.results = annotate(List[Tensor], [])
    y = self.logits(ids, p)
    self.results = [y]
    return y.view([-1])[-1].to(6).cpu()

  def forward_backward(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    self.results = annotate(List[Tensor], [])
    y = self.logits(ids, p)
    if self.cross_entropy:
      loss = torch.cross_entropy_loss(y.view([-1, self.vocabulary]).to(6), targets.view([-1]))
    else:
      loss = torch.sum(y, dtype=6)
    gradients = annotate(List[Tensor], [])
    for g in torch.grad([loss], p):
      gradients.append(unchecked_cast(Tensor, g))
    self.results = gradients
    return loss.detach().cpu()

  def read_results(self, place: Tensor) -> List[Tensor]:
    return self.results

  def drop_results(self, place: Tensor) -> Tensor:
    self.results = annotate(List[Tensor], [])
    return place

  # Nothing but the way here and back, with the arguments of `forward`.
  def empty(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    return torch.zeros([], dtype=6)

  # ---- conversions: DJL cannot name bf16, so numbers enter and leave as fp32

  def widen(self, x: List[Tensor]) -> Tensor:
    return x[0].detach().to(6).cpu()

  def narrow(self, x: Tensor, place: Tensor) -> Tensor:
    return x.to(self.dtype).to(place.device)

  # |x| summed in fp64 and the count of numbers that are not finite: a checksum that a zero, a NaN
  # or an untouched tensor shows in. A part at a time: a batch that just fits leaves no room for a
  # copy of its logits four times as wide.
  def checksum(self, x: List[Tensor]) -> Tensor:
    sums = torch.zeros([2], dtype=7, device=x[0].device)
    for part in torch.split(x[0].detach().reshape([-1]), 4194304, 0):
      wide = part.to(7)
      sums = sums + torch.stack([wide.abs().sum(), torch.logical_not(torch.isfinite(wide)).sum().to(7)])
    return sums.cpu()

  # ---- single products, for the roofline: y [M, N] = x [M, K] w^T, dx = y w, dw = y^T x; y stands in
  # ---- for the gradient that arrives from above, so that all data is random without drawing more.

  def product_weight(self, p: List[Tensor], wide: Tensor) -> Tensor:
    w = p[0].detach()
    if bool(wide):
      w = w.to(6)
    return w

  def product_input(self, w: Tensor, rows: Tensor) -> Tensor:
    return torch.randn([int(rows), w.size(1)], dtype=6, device=w.device).to(w.dtype)

  def product_buffer(self, w: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    return torch.zeros([int(rows), int(columns)], dtype=w.dtype, device=w.device)

  def product_y(self, x: Tensor, w: Tensor, y: Tensor, times: Tensor) -> Tensor:
    for i in range(int(times)):
      torch.mm(x, w.t(), out=y)
    return y[0][0].to(6).cpu()

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
