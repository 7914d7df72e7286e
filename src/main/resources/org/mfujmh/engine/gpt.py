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
  # Whether the fused program is the handwritten one on a CPU (handwritten_gpt.py); elsewhere autograd runs it.
  by_hand : bool
  # Whether the handwritten program for GPUs runs: see handwritten_gpu.
  gpu_by_hand : bool
  # By hand: queries in a block of attention, columns in a piece of the head: as many as the widest layer
  # has, so that a piece needs no more memory than a layer.
  block_size : int
  chunk : int
  # What the last pass left to be read: the logits of `forward`, the gradients of `forward_backward`.
  results : List[Tensor]
  # Whether activations within a block are computed again in the backward pass instead of being kept.
  checkpoint : bool
  # The book's causal mask, a buffer of its attention, made by `init`: [C, C].
  mask : List[Tensor]
  # By hand: memory kept between passes, by name; what of it lies in the memory of the logits; and the
  # gradients in the order of the parameters.
  workspace : Dict[str, Tensor]
  aliased : Dict[str, Tensor]
  gradients : List[Tensor]

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

  # ---- the whole: token ids [B, T] to logits [B, T, V]. Each step returns where the next parameter is.

  def embed(self, ids: Tensor, p: List[Tensor]) -> Tuple[Tensor, int]:
    positions = torch.arange(ids.size(1), dtype=4, device=ids.device)
    return (torch.embedding(p[0], ids) + torch.embedding(p[1], positions), 2)

  def one_block(self, h: Tensor, p: List[Tensor], o: int, layer: int) -> Tuple[Tensor, int]:
    if self.notebook:
      return (self.book_block(h, p, o), o + 16)
    return (self.block(h, p, o), o + 12)

  def head(self, h: Tensor, p: List[Tensor], o: int) -> Tensor:
    if self.notebook:
      x = self.book_norm(h, p[o], p[o + 1])
    else:
      x = torch.layer_norm(h, [self.width], p[o], p[o + 1], 1e-05)
    if self.words_first_by_autograd(x):
      B = h.size(0)
      y = torch.mm(p[o + 2], x.view([-1, self.width]).t()).t().view([B, h.size(1), self.vocabulary])
    else:
      y = self.linear(x, p[o + 2], None)
    return y

  # The residual stream after all blocks.
  def hidden(self, ids: Tensor, p: List[Tensor]) -> Tuple[Tensor, int]:
    h, o = self.embed(ids, p)
    for layer in range(self.layers):
      h, o = self.one_block(h, p, o, layer)
    return (h, o)

  def logits(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    h, o = self.hidden(ids, p)
    return self.head(h, p, o)

  # On a GPU the fused program's logits are [V, N] in memory in every backend: no tensor core takes rows of 50257 numbers,
  # and the products of the head and its gradients take five times as long.
  def words_first_by_autograd(self, x: Tensor) -> bool:
    return x.is_cuda and not self.notebook and not self.upcast

  # What the autograd form's backward pass starts from.
  def loss_of(self, y: Tensor, targets: Tensor) -> Tensor:
    if self.cross_entropy:
      return torch.cross_entropy_loss(y.view([-1, self.vocabulary]).to(6), targets.view([-1]))
    if self.words_first_by_autograd(y):
      y = y.permute([2, 0, 1])  # as they lie in memory
    return torch.sum(y, dtype=6)

  # The loss from the residual stream h [B, T, d]. A GPU takes ten times as long for a softmax along columns as along rows,
  # so there the logits are [N, V] for it, with as many words of probability 0 as make the rows even.
  def loss_from(self, h: Tensor, p: List[Tensor], o: int, targets: Tensor) -> Tensor:
    if not (self.cross_entropy and self.words_first_by_autograd(h)):
      return self.loss_of(self.head(h, p, o), targets)
    V = self.vocabulary
    x = torch.layer_norm(h, [self.width], p[o], p[o + 1], 1e-05).view([-1, self.width])
    even = torch.constant_pad_nd(p[o + 2], [0, 0, 0, (64 - V % 64) % 64])
    never = torch.zeros([even.size(0)], dtype=x.dtype, device=x.device)
    torch.slice(never, 0, V).fill_(-inf)
    return torch.cross_entropy_loss(torch.addmm(never, x, even.t()).to(6), targets.view([-1]))

  # ---- what is timed: one call, ended by one fp32 number on the host, which waits for the device.
  # ---- `results` keeps every logit or gradient readable and drops those of the pass before first,
  # ---- as zero_grad does; storing them is also what stops the compiler from removing their products.

  def forward(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    self.touch_constants(ids)
    self.results = annotate(List[Tensor], [])
    if self.gpu_by_hand:
      y = self.as_logits(__torch__.handwritten_gpu.logits(ids, self.detached(p), self.heads), ids)
    elif self.by_hand and not ids.is_cuda:
      y = self.forward_by_hand(ids, self.detached(p), False)
    else:
      y = self.logits(ids, p)
    self.results = [y]
    return y[-1][-1][-1].to(6).cpu()

  # The same, and the head multiplies the last token of each sequence alone: logits [B, 1, V].
  def forward_last(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    self.touch_constants(ids)
    self.results = annotate(List[Tensor], [])
    if self.gpu_by_hand:
      y = __torch__.handwritten_gpu.last_logits(ids, self.detached(p), self.heads).t().unsqueeze(1)
    elif self.by_hand and not ids.is_cuda:
      y = self.last_by_hand(ids, self.detached(p))
    else:
      h, o = self.hidden(ids, p)
      y = self.head(torch.slice(h, 1, -1), p, o)
    self.results = [y]
    return y[-1][-1][-1].to(6).cpu()

  # The same as `forward`, and what a backward pass reads is kept.
  def forward_recording(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    self.touch_constants(ids)
    self.results = annotate(List[Tensor], [])
    if self.gpu_by_hand:
      words, saved = __torch__.handwritten_gpu.logits_saving(ids, self.detached(p), self.heads, self.checkpoint)
      y = self.as_logits(words, ids)
    elif self.by_hand and not ids.is_cuda:
      y = self.forward_by_hand(ids, self.detached(p), True)
    else:
      y = self.logits(ids, p)
    self.results = [y]
    return y[-1][-1][-1].detach().to(6).cpu()

  def forward_backward(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    return self.differentiate(ids, targets, p).detach().cpu()

  # The gradient of every parameter into `results`; @return the loss, on the device.
  def differentiate(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    self.touch_constants(ids)
    self.results = annotate(List[Tensor], [])
    if self.gpu_by_hand:
      q = self.detached(p)
      loss, by_hand = __torch__.handwritten_gpu.forward_backward(ids, targets, q, self.heads, self.cross_entropy, self.checkpoint)
      self.results = by_hand
    elif self.by_hand and not ids.is_cuda:
      loss = self.gradients_by_hand(ids, targets, self.detached(p))
    else:
      loss = self.gradients_by_autograd(ids, targets, p)
    return loss

  def product_buffer(self, w: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    # Ones, since zeros may be promised and not yet there: the first product would pay for the memory.
    m = int(rows)
    n = int(columns)
    if n % 16 == 0 or (m < 64 and not w.is_cuda):
      y = torch.ones([m, n], dtype=w.dtype, device=w.device)
    else:  # Column by column, as the handwritten program does with more than a few rows: see `logits_by_hand`.
      y = torch.ones([n, m], dtype=w.dtype, device=w.device).t()
    return y

  def product_y(self, x: Tensor, w: Tensor, y: Tensor, times: Tensor) -> Tensor:
    for i in range(int(times)):
      if y.is_contiguous():
        torch.mm(x, w.t(), out=y)
      else:
        self.words_first(x, w, y.t())
    return y[0][0].to(6).cpu()

  # The same as a forward pass in 16 bits has it: a fresh tensor of some 1024 rows, of every layer but the head.
  def product_fresh(self, x: Tensor, w: Tensor, y: Tensor, times: Tensor) -> Tensor:
    if not y.is_contiguous():
      return self.product_y(x, w, y, times)
    b = torch.zeros([w.size(0)], dtype=w.dtype, device=w.device)
    for i in range(int(times)):
      for part in torch.split(x, 1024, 0):
        y = __torch__.products.linear(part, w, b)
    return y[0][0].to(6).cpu()

  # All of `products` once, for what a CPU does not offer to throw.
  def products_work(self, place: Tensor) -> Tensor:
    x = torch.ones([16, 64], dtype=self.dtype, device=place.device)
    w = torch.ones([64, 64], dtype=self.dtype, device=place.device)
    y = __torch__.products.linear_gelu(__torch__.products.linear(x, w, w[0]), w, w[0])
    return __torch__.products.linear_add(y, x, w, w[0])[0][0].to(6).cpu()
