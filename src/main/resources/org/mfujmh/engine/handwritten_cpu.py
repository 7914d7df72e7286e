# What the handwritten programs for CPUs share, besides common.py: Java puts these methods at the end of their classes. They use
# the attributes `vocabulary`, `dtype`, `upcast`, `cross_entropy`, `checkpoint`, `chunk`, `workspace`, `aliased` and `results`.
#
# N tokens, width d, vocabulary V.

  # ---- what the buffers of common.py are used for

  # The logits come last and are by far the largest: V numbers a token, where a block works with some 14 d. Where nothing
  # of the blocks is read after them, these buffers of so many numbers lie in the memory of N tokens' logits, as far as
  # they fit in.
  def alias(self, N: int, buffers: List[Tuple[str, int]]):
    self.aliased.clear()
    free = self.buffer("logits", [self.vocabulary * N], self.dtype)
    if self.upcast:
      free = torch.set_(torch.empty([0], dtype=6), free, 0, [free.numel() // 2], [1])  # the same bytes
    start = 0
    for name, size in buffers:
      if start + size <= free.numel():
        self.aliased[name] = torch.slice(free, 0, start, start + size)
        start = start + size

  # The buffer that a layer's activations have: its own, that of all layers where they are computed again, or -1 where no
  # backward pass follows.
  def saved_in(self, layer: int) -> int:
    return ops.prim.min(layer, 0) if self.checkpoint else layer

  def weight(self, w: Tensor) -> Tensor:
    if self.upcast:
      w = self.buffer("weight", w.size(), 6).copy_(w)
    return w

  # -inf above the diagonal: what a query of a block must not see of the block's own keys.
  def future(self, size: int, dtype: int) -> Tensor:
    name = "future" + torch.str(size)
    if not (name in self.workspace):
      self.workspace[name] = torch.triu(torch.full([size, size], -inf, dtype=dtype), 1)
    return self.workspace[name]

  # Rows f to e of each head of keys or values x [heads, T, c]. In 16 bits they are copied together: oneDNN multiplies nothing
  # else, and would copy them itself, each time, and what is transposed at half the speed.
  def keys_from(self, name: str, x: Tensor, f: int, e: int) -> Tensor:
    y = torch.slice(x, 1, f, e)
    if x.dtype != 6 and e - f < x.size(1):
      y = self.buffer(name, y.size(), x.dtype).copy_(y)
    return y

  # ---- the head and the loss

  # Every logit, [V, N]: a row holds one word for all tokens. The other way round a row would have 50257
  # numbers and begin anywhere in a cache line, and the product takes up to 1.4 x the time. With `upcast` they are
  # computed by pieces that stay in the cache: of fewer words where there are more than 1024 tokens.
  def logits_by_hand(self, x: Tensor, w: Tensor) -> Tensor:
    y = self.buffer("logits", [self.vocabulary, x.size(0)], self.dtype)
    if self.upcast:
      piece = "piece" if "wide" in self.aliased else "wide"
      words = ops.prim.max(64, self.chunk * ops.prim.min(x.size(0), 1024) // x.size(0))
      for a in range(0, self.vocabulary, words):
        e = ops.prim.min(a + words, self.vocabulary)
        part = self.buffer(piece, [e - a, x.size(0)], 6)
        torch.slice(y, 0, a, e).copy_(torch.mm(self.weight(torch.slice(w, 0, a, e)), x.t(), out=part))
    else:
      self.words_first(x, w, y)
    return y

  # Logits of one token of each sequence, x [B, d], as [B, 1, V]: few rows, so that a row holds one token's. The other way
  # round the product would take several times as long.
  def few_logits_by_hand(self, x: Tensor, w: Tensor) -> Tensor:
    y = self.buffer("logits", [x.size(0), self.vocabulary], self.dtype)
    if self.upcast:
      for a in range(0, self.vocabulary, self.chunk):
        e = ops.prim.min(a + self.chunk, self.vocabulary)
        torch.slice(y, 1, a, e).copy_(torch.mm(x, self.weight(torch.slice(w, 0, a, e)).t()))
    else:
      torch.mm(x, w.t(), out=y)
    return y.unsqueeze(1)

  # dw = dy^T x, db = the sum of dy over tokens. With `upcast` it takes the buffer of a weight, which is
  # widened after it or has been used.
  def weight_gradient(self, dy: Tensor, x: Tensor, dw: Tensor) -> Tensor:
    if self.upcast:
      dw.copy_(torch.mm(dy.t(), x, out=self.buffer("weight", dw.size(), 6)))
    else:
      torch.mm(dy.t(), x, out=dw)
    return dw

  # The head and the loss, forward and back, some words at a time so that they stay in the cache. By each
  # logit the sum of all has the gradient 1; the cross-entropy (softmax - one at the target) / tokens, for
  # which all logits come first.
  def head_and_back(self, x: Tensor, targets: Tensor, w: Tensor, dx: Tensor, dw: Tensor) -> Tensor:
    N = x.size(0)
    loss = torch.zeros([], dtype=6)
    logits = x
    normaliser = x
    if self.cross_entropy:
      logits = self.logits_by_hand(x, w)
      normaliser = self.log_sum_exp(logits)
      loss = torch.mean(normaliser - torch.gather(logits, 0, targets).to(6))
    dx.zero_()
    for a in range(0, self.vocabulary, self.chunk):
      e = ops.prim.min(a + self.chunk, self.vocabulary)
      words = self.weight(torch.slice(w, 0, a, e))
      if self.cross_entropy:
        dlogits = self.cross_entropy_back(torch.slice(logits, 0, a, e), normaliser, targets - a)
      else:
        dlogits = torch.mm(words, x.t(), out=self.buffer("scratch", [e - a, N], self.product_dtype()))
        loss = loss + self.sum(dlogits)
        dlogits.fill_(1.0)
      dx.addmm_(dlogits.t(), words)
      self.weight_gradient(dlogits.t(), x, torch.slice(dw, 0, a, e))
    return loss

  # In fp32, widened in memory that is kept: torch.sum(x, dtype=6) would widen all of it into fresh memory first.
  def sum(self, x: Tensor) -> Tensor:
    if self.product_dtype() == 6:
      return torch.sum(x)
    total = torch.zeros([], dtype=6)
    for part in torch.split(x.view([-1]), 262144, 0):
      total = total + torch.sum(self.buffer("wide part", part.size(), 6).copy_(part))
    return total

  # log of the sum of exp over all words, [1, N]. It widens 32 tokens at a time, in the memory that the gradient of a piece
  # will have: sums over the words of 16 or 48 take several times as long.
  def log_sum_exp(self, logits: Tensor) -> Tensor:
    parts = annotate(List[Tensor], [])
    for columns in torch.split(logits, 32, 1):
      wide = self.buffer("softmax", columns.size(), 6).copy_(columns)
      largest = torch.amax(wide, [0], True)
      parts.append(torch.log(torch.sum(wide.sub_(largest).exp_(), [0], True)) + largest)
    return torch.cat(parts, 1)

  # The gradient by some words' logits, [words, N]; targets [1, N] count from the first of them. In fp32 2 MB at a time, which
  # stay in a cache from one operation to the next; then what is at the targets, from its own exp.
  def cross_entropy_back(self, logits: Tensor, normaliser: Tensor, targets: Tensor) -> Tensor:
    words = logits.size(0)
    N = logits.size(1)
    dtype = self.product_dtype()
    y = self.buffer("softmax" if dtype == 6 else "scratch", [words, N], dtype)
    rows = ops.prim.max(1, 524288 // N)
    for a in range(0, words, rows):
      e = ops.prim.min(a + rows, words)
      part = torch.slice(y, 0, a, e)
      wide = part if dtype == 6 else self.buffer("softmax", [e - a, N], 6)
      wide.copy_(torch.slice(logits, 0, a, e)).sub_(normaliser).exp_().mul_(1.0 / float(N))
      if dtype != 6:
        part.copy_(wide)
    at = torch.clamp(targets, 0, words - 1)
    here = torch.logical_and(torch.ge(targets, 0), torch.lt(targets, words))
    found = (torch.gather(logits, 0, at).to(6) - normaliser).exp_()
    targeted = ((found - here.to(6)) * (1.0 / float(N))).to(dtype)
    # scatter_ would copy all of y.
    return torch.index_put_(y, [at.view([-1]), torch.arange(N)], targeted.view([-1]))
