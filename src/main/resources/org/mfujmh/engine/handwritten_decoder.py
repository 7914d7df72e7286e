# The handwritten program of decoder.py, for CPUs: the same function and its derivative without autograd. Java puts these
# methods after those of decoder.py, before handwritten_attention.py, handwritten_experts.py and handwritten_cpu.py,
# which they use. A model with a cap on its logits runs by autograd alone, and so does one that multiplies in another precision
# than it keeps.
#
# B sequences of T tokens, N = B T; width d, H query heads and G heads of keys and values of c columns each, r = H / G;
# n the inner width of the MLP. Queries and keys have their heads first: [H, B, T, c] and [G, B, T, c].
#
# Buffers that several steps share: `wide` holds attention's scores and what the MLP's activation gives, `scratch` what is
# computed from these on the way back, `dwide` the gradients by what they came from. What the backward pass reads has a
# buffer a layer: see `saved_in`.

  # ---- where the parameters of a block are

  # From the index of a block's first parameter those of: the norm before attention, queries keys and values, the norms of
  # queries and keys, attention's output, the norm after it, the norm before the MLP, up (of experts, with the router just
  # before it), down, the norm after it; and at last of the next block's first parameter.
  def places(self, o: int, layer: int) -> List[int]:
    norm = 2 if self.norm_kind == "layer" else 1
    places = [o]
    sizes = [norm if self.norm_before else 0, 2 if self.qkv_bias else 1, 0 if self.qk_norm == "none" else 2 * norm]
    sizes.append(2 if self.out_bias else 1)
    sizes.append(norm if self.norm_after else 0)
    router = 1 if self.experts[layer] > 0 else 0
    sizes.append((norm if self.norm_before else 0) + router)
    sizes.append(2 if self.mlp_bias else 1)
    sizes.append(2 if self.mlp_bias else 1)
    sizes.append(norm if self.norm_after else 0)
    for size in sizes:
      o = o + size
      places.append(o)
    return places

  def saved_buffer(self, name: str, slot: int, shape: List[int]) -> Tensor:
    if slot >= 0:
      name = name + torch.str(slot)
    elif name == "up" or name == "qkv":
      name = "inner"
    return self.buffer(name, shape, self.dtype)

  # ---- norms

  # x [R, m], normalised by row; under that name is kept what the backward pass reads besides x. An RMS norm is a batch norm
  # of so many channels with mean 0: one pass over x, and in 16 bits its statistics are fp32. It is a fresh tensor:
  # `native_batch_norm.out` corrupts the heap in PyTorch 2.7.
  def norm_of(self, name: str, x: Tensor, p: List[Tensor], o: int) -> Tensor:
    R = x.size(0)
    m = x.size(1)
    if self.norm_kind == "layer":
      y, mean, deviation = torch.native_layer_norm(x, [m], p[o].to(6), p[o + 1].to(6), self.epsilon)
      self.workspace[name + " mean"] = mean
      self.workspace[name + " deviation"] = deviation
      return y
    squares = torch.linalg_vector_norm(x, 2, [1], dtype=6).square_().mul_(1.0 / float(m))
    y, means, none = torch.native_batch_norm(x.view([1, R, m]), None, None, self.zeros(R), squares, False, 0.0, self.epsilon)
    torch.rsqrt(squares.add_(self.epsilon), out=self.buffer(name + " deviation", [R], 6))
    return y.view([R, m]).mul_(self.scale(p[o]))

  def zeros(self, size: int) -> Tensor:
    return self.buffer("zeros", [size], 6).zero_()

  def scale(self, w: Tensor) -> Tensor:
    return w + 1.0 if self.norm_kind == "rms_plus_one" else w

  # The gradient by x of what `norm_of` gave last under this name. That of a layer norm with mean 0 lacks nothing but the
  # mean, by row, of what comes from above, which it takes for the derivative of a mean.
  def norm_back(self, name: str, dy: Tensor, x: Tensor, p: List[Tensor], g: List[Tensor], o: int) -> Tensor:
    R = x.size(0)
    m = x.size(1)
    if self.norm_kind == "layer":
      mean = self.workspace[name + " mean"]
      deviation = self.workspace[name + " deviation"]
      dx, dscale, dshift = torch.native_layer_norm_backward(dy, x, [m], mean, deviation, p[o].to(6), p[o + 1].to(6), [True, True, True])
      g[o].copy_(dscale)
      g[o + 1].copy_(dshift)
      return dx
    zeros = self.zeros(R).view([R, 1])
    deviations = self.buffer(name + " deviation", [R], 6).view([R, 1])
    scale = self.scale(p[o])
    dx, dscale, dshift = torch.native_layer_norm_backward(dy, x, [m], zeros, deviations, scale.to(6), scale.to(6), [True, True, False])
    g[o].copy_(dscale)
    weighted = torch.mul(dy, scale, out=self.buffer("weighted", [R, m], self.dtype))
    means = torch.sum(weighted, [1], True, dtype=6).mul_(deviations).mul_(1.0 / float(m))
    return dx.add_(means.to(self.dtype))

  # ---- products

  # x w^T, and where there is one its bias, into y.
  def product_into(self, x: Tensor, p: List[Tensor], o: int, bias: bool, y: Tensor) -> Tensor:
    if bias:
      torch.addmm(p[o + 1], x, p[o].t(), out=y)
    else:
      torch.mm(x, p[o].t(), out=y)
    return y

  # h + x w^T, and its bias, into y.
  def product_added(self, h: Tensor, x: Tensor, p: List[Tensor], o: int, bias: bool, y: Tensor) -> Tensor:
    if bias:
      torch.add(h, p[o + 1], out=y)
    else:
      y.copy_(h)
    return y.addmm_(x, p[o].t())

  # The gradients of a product: dy came from above, x entered it; that by x into dx.
  def product_back(self, dy: Tensor, x: Tensor, p: List[Tensor], g: List[Tensor], o: int, bias: bool, dx: Tensor) -> Tensor:
    torch.mm(dy.t(), x, out=g[o])
    if bias:
      g[o + 1].copy_(torch.sum(dy, [0]))
    return torch.mm(dy, p[o], out=dx)

  # ---- the MLP's activation

  def activation_into(self, x: Tensor, y: Tensor) -> Tensor:
    if self.activation == "gelu":
      torch.gelu(x, out=y)
    elif self.activation == "gelu_tanh":
      torch.gelu(x, approximate="tanh", out=y)
    elif self.activation == "silu":
      torch.silu(x, out=y)
    else:
      torch.clamp_min(x, 0, out=y)
    return y

  def activation_back(self, dy: Tensor, x: Tensor, dx: Tensor) -> Tensor:
    if self.activation == "gelu":
      torch.gelu_backward(dy, x, grad_input=dx)
    elif self.activation == "gelu_tanh":
      torch.gelu_backward(dy, x, approximate="tanh", grad_input=dx)
    elif self.activation == "silu":
      torch.silu_backward(dy, x, grad_input=dx)
    else:
      torch.threshold_backward(dy, x, 0, grad_input=dx)
    return dx

  # What lies between the MLP's products: up [N, n], or gate beside up [N, 2 n]; [N, n] into y.
  def active_into(self, up: Tensor, y: Tensor) -> Tensor:
    if self.gated:
      gate, factor = torch.chunk(up, 2, 1)
      return self.activation_into(gate, y).mul_(factor)
    return self.activation_into(up, y)

  # dactive [N, n] becomes the gradient by `up`, in dup.
  def active_back(self, dactive: Tensor, up: Tensor, dup: Tensor) -> Tensor:
    if self.gated:
      gate, factor = torch.chunk(up, 2, 1)
      dgate, dfactor = torch.chunk(dup, 2, 1)
      self.activation_into(gate, dfactor).mul_(dactive)
      self.activation_back(dactive.mul_(factor), gate, dgate)
    else:
      self.activation_back(dactive, up, dup)
    return dup

  # ---- a block

  # From the residual stream h [N, d] that enters a block to the middle of it, where attention has been added.
  def first_half(self, h: Tensor, p: List[Tensor], at: List[int], layer: int, slot: int, B: int) -> Tensor:
    self.touch_constants(h)
    N = h.size(0)
    c = self.head_width
    H = self.heads
    G = self.kv_heads
    x = h
    if self.norm_before:
      x = self.norm_of("normed", h, p, at[0])
    qkv = self.product_into(x, p, at[1], self.qkv_bias, self.saved_buffer("qkv", slot, [N, (H + 2 * G) * c]))
    q, k, v = self.by_hand_qkv(qkv, p, at, layer, B)
    context = self.attend_into(q, k, v, self.windows[layer], self.saved_buffer("context", slot, [N, H * c]))
    middle = self.saved_buffer("middle", slot, h.size())
    if self.norm_after:
      x = self.product_into(context, p, at[3], self.out_bias, self.saved_buffer("attended", slot, h.size()))
      torch.add(h, self.norm_of("normed", x, p, at[4]), out=middle)
    else:
      self.product_added(h, context, p, at[3], self.out_bias, middle)
    return middle

  # Queries [H, B, T, c] and keys [G, B, T, c] as attention takes them, and values [N, G c] within the rows of qkv.
  def by_hand_qkv(self, qkv: Tensor, p: List[Tensor], at: List[int], layer: int, B: int) -> Tuple[Tensor, Tensor, Tensor]:
    c = self.head_width
    H = self.heads
    G = self.kv_heads
    q, k, v = torch.split_with_sizes(qkv, [H * c, G * c, G * c], 1)
    of_keys = (at[2] + at[3]) // 2
    queries = self.turned("queries", q, H, p, at[2], layer, B)
    return (queries, self.turned("turned keys", k, G, p, of_keys, layer, B), v)

  def up_by_hand(self, middle: Tensor, p: List[Tensor], at: List[int], slot: int) -> Tensor:
    x = middle
    if self.norm_before:
      x = self.norm_of("normed", middle, p, at[5])
    return self.product_into(x, p, at[6], self.mlp_bias, self.saved_buffer("up", slot, [x.size(0), p[at[6]].size(0)]))

  # The stream of layer n is what enters its block; of `layers`, what leaves the last.
  def block_by_hand(self, h: Tensor, p: List[Tensor], o: int, layer: int, saving: bool, B: int) -> Tensor:
    at = self.places(o, layer)
    slot = self.saved_in(layer) if saving else -1
    middle = self.first_half(h, p, at, layer, slot, B)
    y = self.saved_buffer("stream", layer + 1 if saving else -1, h.size())
    if self.experts[layer] > 0:
      return torch.add(middle, self.mixture_by_hand(middle, p, at, slot), out=y)
    up = self.up_by_hand(middle, p, at, slot)
    active = self.active_into(up, self.buffer("wide", [up.size(0), p[at[7]].size(1)], self.dtype))
    if self.norm_after:
      x = self.product_into(active, p, at[7], self.mlp_bias, self.saved_buffer("fed", slot, h.size()))
      torch.add(middle, self.norm_of("normed", x, p, at[8]), out=y)
    else:
      self.product_added(middle, active, p, at[7], self.mlp_bias, y)
    return y

  # dh enters as the gradient of what leaves a block, and leaves as that of its middle.
  def mlp_back(self, dh: Tensor, p: List[Tensor], g: List[Tensor], at: List[int], slot: int, dx: Tensor):
    middle = self.saved_buffer("middle", slot, dh.size())
    if self.checkpoint:
      self.up_by_hand(middle, p, at, slot)
    N = dh.size(0)
    up = self.saved_buffer("up", slot, [N, p[at[6]].size(0)])
    active = self.active_into(up, self.buffer("wide", [N, p[at[7]].size(1)], self.dtype))
    dy = dh
    if self.norm_after:
      x = self.saved_buffer("fed", slot, dh.size())
      if self.checkpoint:
        self.product_into(active, p, at[7], self.mlp_bias, x)
      self.norm_of("normed", x, p, at[8])
      dy = self.norm_back("normed", dh, x, p, g, at[8])
    dactive = self.product_back(dy, active, p, g, at[7], self.mlp_bias, self.buffer("scratch", active.size(), self.dtype))
    dup = self.active_back(dactive, up, self.buffer("dwide", up.size(), self.dtype))
    if self.norm_before:
      x = self.norm_of("normed", middle, p, at[5])
      self.product_back(dup, x, p, g, at[6], self.mlp_bias, dx)
      dh.add_(self.norm_back("normed", dx, middle, p, g, at[5]))
    else:
      dh.add_(self.product_back(dup, middle, p, g, at[6], self.mlp_bias, dx))

  # dh enters as the gradient of what leaves the block, and leaves as that of what entered it.
  def block_back(self, dh: Tensor, p: List[Tensor], g: List[Tensor], o: int, layer: int, B: int) -> Tensor:
    self.touch_constants(dh)
    at = self.places(o, layer)
    slot = self.saved_in(layer)
    N = dh.size(0)
    c = self.head_width
    H = self.heads
    G = self.kv_heads
    h = self.saved_buffer("stream", layer, dh.size())
    if self.checkpoint:
      self.first_half(h, p, at, layer, slot, B)
    dx = self.buffer("dx", dh.size(), self.dtype)
    if self.experts[layer] > 0:
      self.mixture_back(dh, p, g, at, slot, dx)
    else:
      self.mlp_back(dh, p, g, at, slot, dx)
    dy = dh
    if self.norm_after:
      x = self.saved_buffer("attended", slot, dh.size())
      self.norm_of("normed", x, p, at[4])
      dy = self.norm_back("normed", dh, x, p, g, at[4])
    context = self.saved_buffer("context", slot, [N, H * c])
    dcontext = self.product_back(dy, context, p, g, at[3], self.out_bias, self.buffer("dcontexts", context.size(), self.dtype))
    qkv = self.saved_buffer("qkv", slot, [N, (H + 2 * G) * c])
    q, k, v = self.by_hand_qkv(qkv, p, at, layer, B)
    dqkv = self.buffer("dwide", qkv.size(), self.dtype)
    of_q, of_k, of_v = torch.split_with_sizes(dqkv, [H * c, G * c, G * c], 1)
    dq = self.buffer("dq", q.size(), self.dtype)
    dk = self.buffer("dk", k.size(), self.dtype)
    self.attend_back(q, k, v, self.windows[layer], dcontext, dq, dk, of_v)
    self.turned_back("queries", dq, of_q, H, p, g, at[2], layer, B)
    self.turned_back("turned keys", dk, of_k, G, p, g, (at[2] + at[3]) // 2, layer, B)
    if self.norm_before:
      x = self.norm_of("normed", h, p, at[0])
      self.product_back(dqkv, x, p, g, at[1], self.qkv_bias, dx)
      dh.add_(self.norm_back("normed", dx, h, p, g, at[0]))
    else:
      dh.add_(self.product_back(dqkv, h, p, g, at[1], self.qkv_bias, dx))
    return dh

  # ---- the whole

  # Buffers of a forward pass that lie in the memory of the logits: see `alias`.
  def alias_into_logits(self, B: int, T: int, p: List[Tensor]):
    N = B * T
    c = self.head_width
    H = self.heads
    G = self.kv_heads
    at = self.places(2 if self.learned_positions else 1, 0)
    d = p[0].size(1)
    scores = H * ops.prim.min(self.block_size, T) * T
    inner = ops.prim.max(p[at[6]].size(-2), (H + 2 * G) * c)
    wide = ops.prim.max(N * p[at[7]].size(-1), 0 if self.flash else scores)
    beyond = N if self.norm_after else 0
    raw = 0 if self.qk_norm == "none" else N * c
    buffers = [("stream", N * d), ("middle", N * d), ("context", N * H * c), ("inner", N * inner),
        ("wide", wide), ("queries", N * H * c), ("turned keys", N * G * c), ("swapped", N * H * c),
        ("attended", beyond * d), ("fed", (N if self.used > 0 else beyond) * d), ("queries raw", raw * H), ("turned keys raw", raw * G),
        ("v", T * G * c), ("keys", T * G * c), ("values", T * G * c), ("through", N * self.used * d)]
    self.alias(N, buffers)

  # Token ids to what the head multiplies: [N, d], or with `last` that of each sequence's last token, [B, d].
  def body_by_hand(self, ids: Tensor, p: List[Tensor], saving: bool, last: bool) -> Tensor:
    B = ids.size(0)
    T = ids.size(1)
    if saving or last:
      self.aliased.clear()
    else:
      self.alias_into_logits(B, T, p)
    d = p[0].size(1)
    h = self.saved_buffer("stream", 0 if saving else -1, [B * T, d])
    torch.index_select(p[0], 0, ids.view([-1]), out=h)
    o = 1
    if self.learned_positions:
      h.view([B, T, d]).add_(torch.slice(p[1], 0, 0, T))
      o = 2
    if self.embedding_scale != 1.0:
      h.mul_(torch.scalar_tensor(self.embedding_scale, dtype=h.dtype))
    for layer in range(self.layers):
      h = self.block_by_hand(h, p, o, layer, saving, B)
      o = self.places(o, layer)[9]
    if last:
      h = torch.select(h.view([B, T, d]), 1, -1).contiguous()
    return self.norm_of("final", h, p, o)

  def head_weight(self, p: List[Tensor]) -> int:
    return 0 if self.tied else torch.len(p) - 1

  def forward_by_hand(self, ids: Tensor, p: List[Tensor], saving: bool) -> Tensor:
    return self.as_logits(self.logits_by_hand(self.body_by_hand(ids, p, saving, False), p[self.head_weight(p)]), ids)

  def last_by_hand(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    return self.few_logits_by_hand(self.body_by_hand(ids, p, False, True), p[self.head_weight(p)])

  # The gradient of every parameter in `results`, in memory kept between passes; @return the loss.
  def gradients_by_hand(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    B = ids.size(0)
    T = ids.size(1)
    g = self.gradients
    if torch.len(g) != torch.len(p):
      for w in p:
        g.append(torch.empty_like(w))
    x = self.body_by_hand(ids, p, True, False)
    head = self.head_weight(p)
    dx = self.buffer("dx", x.size(), self.dtype)
    loss = self.head_and_back(x, targets.view([1, -1]), p[head], dx, g[head])
    o = 2 if self.learned_positions else 1
    starts = annotate(List[int], [])
    for layer in range(self.layers):
      starts.append(o)
      o = self.places(o, layer)[9]
    h = self.saved_buffer("stream", self.layers, x.size())
    dh = self.buffer("dh", x.size(), self.dtype).copy_(self.norm_back("final", dx, h, p, g, o))
    for i in range(self.layers):
      layer = self.layers - 1 - i
      self.block_back(dh, p, g, starts[layer], layer, B)
    if self.embedding_scale != 1.0:
      dh.mul_(torch.scalar_tensor(self.embedding_scale, dtype=dh.dtype))
    if not self.tied:
      g[0].zero_()
    g[0].index_add_(0, ids.view([-1]), dh)
    if self.learned_positions:
      torch.slice(g[1].zero_(), 0, 0, T).copy_(torch.sum(dh.view([B, T, dh.size(1)]), [0]))
    self.results = g
    return loss
