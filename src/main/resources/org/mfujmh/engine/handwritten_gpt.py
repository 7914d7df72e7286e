# GPT-2's fused program, handwritten for CPUs: Java puts these methods, then handwritten_cpu.py and common.py, at the end of the
# class of gpt.py. Names of dimensions and the order of the parameters are those of gpt.py.

  # ---- the same function and its derivative without autograd, each result into memory that outlives the pass. Products run
  # ---- in fp32 with `upcast`, else in `dtype`.

  # The buffers of a block that nothing reads after the pass: see `alias`.
  def alias_into_logits(self, B: int, T: int):
    N = B * T
    d = self.width
    scores = self.heads * ops.prim.min(self.block_size, T) * T
    buffers = [("stream", N * d), ("middle", N * d), ("context", N * d), ("inner", 4 * N * d), ("k", T * d),
        ("v", T * d), ("keys", T * d), ("values", T * d), ("wide", ops.prim.max(4 * N * d, scores))]
    self.alias(N, buffers)

  # Where a step of a layer writes. What the backward pass reads again has a buffer a layer; with `upcast`
  # layers share the fp32 buffer, and `keep` and `kept` store in 16 bits what is read again. Where a buffer is
  # shared by layers anyway, `up` takes that of `qkv`, which by then has been read.
  def work(self, name: str, layer: int, shape: List[int]) -> Tensor:
    if not self.upcast and layer >= 0:
      name = name + torch.str(layer)
    elif name == "up" or name == "qkv":
      name = "inner"
    return self.buffer(name, shape, self.product_dtype())

  def keep(self, name: str, layer: int, x: Tensor) -> Tensor:
    if layer >= 0:
      if self.upcast:
        self.buffer(name + " kept" + torch.str(layer), x.size(), self.dtype).copy_(x)
      else:
        self.workspace[name + torch.str(layer)] = x.view([-1])
    return x

  def kept(self, name: str, layer: int, shape: List[int]) -> Tensor:
    x = self.work(name, layer, shape)
    if self.upcast:
      x.copy_(self.buffer(name + " kept" + torch.str(layer), shape, self.dtype))
    return x

  # A forward pass in 16 bits has what follows a product fused into it, and so fresh tensors: see `products`.
  def fuses(self, layer: int) -> bool:
    return layer < 0 and self.product_dtype() != 6

  # x w^T + b, where a step of that name writes.
  def linear_into(self, x: Tensor, w: Tensor, b: Tensor, name: str, layer: int) -> Tensor:
    if self.fuses(layer):
      y = __torch__.products.linear(x, w, b)
    else:
      y = self.work(name, layer, [x.size(0), w.size(0)])
      torch.addmm(b.to(y.dtype), x, self.weight(w).t(), out=y)
    return y

  # h + x w^T + b: the product is added to the residual stream as it is computed.
  def residual_into(self, h: Tensor, x: Tensor, w: Tensor, b: Tensor, name: str, layer: int) -> Tensor:
    if self.fuses(layer):
      y = __torch__.products.linear_add(x, h, w, b)
    else:
      y = self.work(name, layer, h.size())
      torch.add(h, b.to(h.dtype), out=y)
      y.addmm_(x, self.weight(w).t())
    return y

  # Scale and shift widened, so that mean and deviation are kept in fp32 in every precision. The result is
  # not kept: it would be a sixth of what a layer keeps, and the backward pass makes it again from the stream.
  def norm_into(self, name: str, h: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    x, mean, deviation = torch.native_layer_norm(h, [self.width], scale.to(6), shift.to(6), 1e-05)
    self.workspace[name + " mean"] = mean
    self.workspace[name + " deviation"] = deviation
    return x

  # Queries, keys or values of T tokens, [T, d] within rows of [T, 3d], as [H, T, d / H].
  def heads_first(self, name: str, x: Tensor) -> Tensor:
    T = x.size(0)
    y = self.buffer(name, [self.heads, T, self.width // self.heads], self.product_dtype())
    return y.copy_(x.view([T, self.heads, self.width // self.heads]).transpose(0, 1))

  # softmax(q k^T / sqrt(c)) of queries a to e, [H, e - a, c], with the keys that they see, [H, e, c]: [H, e - a, e].
  def probabilities(self, q: Tensor, k: Tensor, a: int, e: int) -> Tensor:
    scores = self.buffer("wide", [self.heads, e - a, e], self.product_dtype())
    torch.baddbmm(scores, q, k.transpose(1, 2), beta=0, alpha=float(q.size(2)) ** -0.5, out=scores)
    torch.slice(scores, 2, a, e).add_(self.future(e - a, scores.dtype))
    return torch.softmax(scores, -1, out=scores)

  # 0.5 (1 + tanh(z)) = 1 / (1 + exp(-2 z)), z = sqrt(2 / pi) (x + 0.044715 x^3): an exponential costs half
  # of a tanh. In fp32 only: in 16 bits the intermediate results would be rounded.
  def gate_into(self, x: Tensor, y: Tensor) -> Tensor:
    torch.addcmul(torch.tensor(1.5957691216057308), x, x, value=0.07135481627260025, out=y)
    return y.mul_(x).sigmoid_()

  def gelu_into(self, x: Tensor, y: Tensor) -> Tensor:
    if self.product_dtype() == 6:
      self.gate_into(x, y).mul_(x)
    else:
      torch.gelu(x, approximate="tanh", out=y)
    return y

  # dy becomes the gradient by x: of x s(x), s(x) = sigmoid(u(x)), it is s + x u' s (1 - s).
  def gelu_back(self, x: Tensor, dy: Tensor) -> Tensor:
    if self.product_dtype() == 6:
      gate = self.gate_into(x, self.buffer("wide", x.size(), 6))
      slope = self.buffer("scratch", x.size(), 6)
      torch.addcmul(torch.tensor(1.5957691216057308), x, x, value=0.21406444881780076, out=slope).mul_(x)
      torch.sigmoid_backward(slope, gate, grad_input=slope)
      dy.mul_(slope.add_(gate))
    else:
      torch.gelu_backward(dy, x, approximate="tanh", grad_input=dy)
    return dy

  # Blocks of queries, each against its own prefix: what lies above the diagonal blocks is not computed.
  def attention_into(self, qkv: Tensor, B: int, y: Tensor) -> Tensor:
    self.touch_constants(qkv)
    T = qkv.size(0) // B
    d = self.width
    s = self.block_size
    for b in range(B):
      rows = torch.slice(qkv, 0, b * T, b * T + T)
      k = self.heads_first("k", torch.slice(rows, 1, d, 2 * d))
      v = self.heads_first("v", torch.slice(rows, 1, 2 * d, 3 * d))
      context = torch.slice(y, 0, b * T, b * T + T).view([T, self.heads, d // self.heads])
      for a in range(0, T, s):
        e = ops.prim.min(a + s, T)
        q = self.heads_first("q", torch.slice(torch.slice(rows, 0, a, e), 1, 0, d))
        weights = self.probabilities(q, self.keys_from("keys", k, 0, e), a, e)
        torch.bmm(weights, self.keys_from("values", v, 0, e), out=q)
        torch.slice(context, 0, a, e).copy_(q.transpose(0, 1))
    return y

  # From the residual stream h that enters a block to its second norm: what the backward pass reads but for `up`.
  def first_half_by_hand(self, h: Tensor, p: List[Tensor], o: int, slot: int, B: int) -> Tensor:
    N = h.size(0)
    d = self.width
    x = self.norm_into("norm1", h, p[o], p[o + 1])
    qkv = self.linear_into(x, p[o + 2], p[o + 3], "qkv", slot)
    self.keep("qkv", slot, qkv)
    context = self.attention_into(qkv, B, self.work("context", slot, [N, d]))
    self.keep("context", slot, context)
    middle = self.residual_into(h, context, p[o + 4], p[o + 5], "middle", slot)
    return self.keep("middle", slot, middle)

  # What the MLP's activation takes, from x, what its norm gives.
  def up_by_hand(self, x: Tensor, p: List[Tensor], o: int, slot: int) -> Tensor:
    return self.keep("up", slot, self.linear_into(x, p[o + 8], p[o + 9], "up", slot))

  # The stream of layer n is what enters its block; of `layers`, what leaves the last.
  # `layer` is -1 where no backward pass follows, so that all layers share their buffers.
  def block_by_hand(self, h: Tensor, p: List[Tensor], o: int, layer: int, B: int) -> Tensor:
    slot = self.saved_in(layer)
    self.keep("stream", layer, h)
    middle = self.first_half_by_hand(h, p, o, slot, B)
    x = self.norm_into("norm2", middle, p[o + 6], p[o + 7])
    if self.fuses(layer):
      active = __torch__.products.linear_gelu(x, p[o + 8], p[o + 9])
    else:
      up = self.up_by_hand(x, p, o, slot)
      active = self.gelu_into(up, self.buffer("wide", up.size(), self.product_dtype()))
    after = layer + 1 if layer >= 0 else layer
    return self.residual_into(middle, active, p[o + 10], p[o + 11], "stream", after)

  # A block's activations once more, from the stream that enters it.
  def recompute_by_hand(self, p: List[Tensor], o: int, layer: int, N: int, B: int):
    middle = self.first_half_by_hand(self.kept("stream", layer, [N, self.width]), p, o, 0, B)
    self.up_by_hand(self.norm_into("norm2", middle, p[o + 6], p[o + 7]), p, o, 0)

  # Token ids to what the head multiplies: [B T, d], or with `last` that of each sequence's last token, [B, d]. Where
  # results are fresh tensors, some 1024 tokens at a time: the allocator has megabytes at hand, but not tens of them.
  def body_by_hand(self, ids: Tensor, p: List[Tensor], saving: bool, last: bool) -> Tensor:
    B = ids.size(0)
    T = ids.size(1)
    rows = 1 if last else T
    group = B
    if not saving and self.fuses(-1):
      group = ops.prim.min(B, ops.prim.max(1, 1024 // T))
    if saving or last:
      self.aliased.clear()
    else:
      self.alias_into_logits(B, T)
    if group == B:
      return self.sequences_by_hand(ids, p, saving, last)
    x = self.buffer("final", [B * rows, self.width], self.dtype)
    for b in range(0, B, group):
      part = torch.slice(ids, 0, b, b + group)
      torch.slice(x, 0, b * rows, (b + part.size(0)) * rows).copy_(self.sequences_by_hand(part, p, saving, last))
    return x

  def sequences_by_hand(self, ids: Tensor, p: List[Tensor], saving: bool, last: bool) -> Tensor:
    B = ids.size(0)
    T = ids.size(1)
    h = self.work("stream", 0 if saving else -1, [B * T, self.width])
    positions = torch.slice(p[1], 0, 0, T).to(h.dtype)
    torch.add(torch.embedding(p[0], ids).to(h.dtype), positions, out=h.view([B, T, self.width]))
    for i in range(self.layers):
      h = self.block_by_hand(h, p, 2 + 12 * i, i if saving else -1, B)
    e = torch.len(p) - 3
    self.keep("stream", self.layers if saving else -1, h)
    if last:
      h = torch.select(h.view([B, T, self.width]), 1, -1).contiguous()
    return self.norm_into("final", h, p[e], p[e + 1])

  # ---- and back: dx stands for the gradient of the loss by x

  def linear_back(self, dy: Tensor, x: Tensor, w: Tensor, dx: Tensor, dw: Tensor, db: Tensor) -> Tensor:
    self.weight_gradient(dy, x, dw)
    db.copy_(torch.sum(dy, [0]))
    return torch.mm(dy, self.weight(w), out=dx)

  # Adds to dh, which has come past the norm by the residual stream. Mean and deviation are those of the
  # norm that was made last under this name.
  def norm_back(self, name: str, dx: Tensor, h: Tensor, scale: Tensor, shift: Tensor, dh: Tensor, dscale: Tensor, dshift: Tensor) -> Tensor:
    mean = self.workspace[name + " mean"]
    deviation = self.workspace[name + " deviation"]
    g, gs, gt = torch.native_layer_norm_backward(dx, h, [self.width], mean, deviation, scale.to(6), shift.to(6), [True, True, True])
    dscale.copy_(gs)
    dshift.copy_(gt)
    return dh.add_(g)

  def attention_back(self, qkv: Tensor, B: int, dy: Tensor, dqkv: Tensor) -> Tensor:
    self.touch_constants(qkv)
    T = qkv.size(0) // B
    H = self.heads
    d = self.width
    c = d // H
    s = self.block_size
    dtype = self.product_dtype()
    scale = float(c) ** -0.5
    for b in range(B):
      rows = torch.slice(qkv, 0, b * T, b * T + T)
      k = self.heads_first("k", torch.slice(rows, 1, d, 2 * d))
      v = self.heads_first("v", torch.slice(rows, 1, 2 * d, 3 * d))
      dcontext = torch.slice(dy, 0, b * T, b * T + T)
      dq, dk, dv = torch.unbind(torch.slice(dqkv, 0, b * T, b * T + T).view([T, 3, H, c]).permute([1, 2, 0, 3]))
      sum_k = self.buffer("sum dk", [H, T, c], dtype).zero_()
      sum_v = self.buffer("sum dv", [H, T, c], dtype).zero_()
      for a in range(0, T, s):
        e = ops.prim.min(a + s, T)
        q = self.heads_first("q", torch.slice(torch.slice(rows, 0, a, e), 1, 0, d))
        above = self.heads_first("dcontext", torch.slice(dcontext, 0, a, e))
        keys = self.keys_from("keys", k, 0, e)
        dkeys = self.buffer("dkeys", [H, e, c], dtype)
        weights = self.probabilities(q, keys, a, e)
        torch.slice(sum_v, 1, 0, e).add_(torch.bmm(weights.transpose(1, 2), above, out=dkeys))
        dweights = self.buffer("scratch", weights.size(), dtype)
        torch.bmm(above, self.keys_from("values", v, 0, e).transpose(1, 2), out=dweights)
        dscores = torch._softmax_backward_data(dweights, weights, -1, dtype, grad_input=dweights)
        torch.baddbmm(dkeys, dscores.transpose(1, 2), q, beta=0, alpha=scale, out=dkeys)
        torch.slice(sum_k, 1, 0, e).add_(dkeys)
        torch.baddbmm(q, dscores, keys, beta=0, alpha=scale, out=q)
        torch.slice(dq, 1, a, e).copy_(q)
      dk.copy_(sum_k)
      dv.copy_(sum_v)
    return dqkv

  # dh enters as the gradient of what leaves the block, and leaves as that of what entered it.
  def block_back(self, dh: Tensor, p: List[Tensor], g: List[Tensor], o: int, layer: int, B: int) -> Tensor:
    N = dh.size(0)
    d = self.width
    narrow = [N, d]
    wide = [N, 4 * d]
    slot = self.saved_in(layer)
    if self.checkpoint:
      self.recompute_by_hand(p, o, layer, N, B)
    dx = self.work("dx", 0, narrow)
    up = self.kept("up", slot, wide)
    active = self.gelu_into(up, self.buffer("wide", wide, self.product_dtype()))
    dup = self.linear_back(dh, active, p[o + 10], self.work("dwide", 0, wide), g[o + 10], g[o + 11])
    self.gelu_back(up, dup)
    middle = self.kept("middle", slot, narrow)
    x = self.norm_into("norm2", middle, p[o + 6], p[o + 7])
    self.linear_back(dup, x, p[o + 8], dx, g[o + 8], g[o + 9])
    self.norm_back("norm2", dx, middle, p[o + 6], p[o + 7], dh, g[o + 6], g[o + 7])
    self.linear_back(dh, self.kept("context", slot, narrow), p[o + 4], dx, g[o + 4], g[o + 5])
    qkv = self.kept("qkv", slot, [N, 3 * d])
    dqkv = self.attention_back(qkv, B, dx, self.work("dwide", 0, [N, 3 * d]))
    stream = self.kept("stream", layer, narrow)
    x = self.norm_into("norm1", stream, p[o], p[o + 1])
    self.linear_back(dqkv, x, p[o + 2], dx, g[o + 2], g[o + 3])
    return self.norm_back("norm1", dx, stream, p[o], p[o + 1], dh, g[o], g[o + 1])

  def forward_by_hand(self, ids: Tensor, p: List[Tensor], saving: bool) -> Tensor:
    return self.as_logits(self.logits_by_hand(self.body_by_hand(ids, p, saving, False), p[torch.len(p) - 1]), ids)

  def last_by_hand(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    return self.few_logits_by_hand(self.body_by_hand(ids, p, False, True), p[torch.len(p) - 1])

  # The gradient of every parameter in `results`, in memory kept between passes; @return the loss.
  def gradients_by_hand(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    B = ids.size(0)
    T = ids.size(1)
    N = B * T
    g = self.gradients
    if torch.len(g) != torch.len(p):
      for w in p:
        g.append(torch.empty_like(w))
    x = self.body_by_hand(ids, p, True, False)
    e = torch.len(p) - 3
    dx = self.work("dx", 0, [N, self.width])
    loss = self.head_and_back(x, targets.view([1, -1]), p[e + 2], dx, g[e + 2])
    dh = self.work("dh", 0, [N, self.width]).zero_()
    stream = self.kept("stream", self.layers, [N, self.width])
    self.norm_back("final", dx, stream, p[e], p[e + 1], dh, g[e], g[e + 1])
    for i in range(self.layers):
      layer = self.layers - 1 - i
      self.block_back(dh, p, g, 2 + 12 * layer, layer, B)
    g[0].zero_().index_add_(0, ids.view([-1]), dh.to(self.dtype))
    torch.slice(g[1].zero_(), 0, 0, T).copy_(torch.sum(dh.view([B, T, self.width]), [0]))
    self.results = g
    return loss
