# Attention of the handwritten program for CPUs, without autograd: queries and keys, normalised and turned, and what they make of
# the values; forward and backward. Java puts these methods after those of handwritten_decoder.py, whose letters and buffers they use.

  # ---- queries and keys

  # Cosines [T, c], and sines with the sign that they have in `turn_into`: [T, c].
  def angles(self, kind: int, T: int) -> Tuple[Tensor, Tensor]:
    name = torch.str(kind) + " of " + torch.str(T)
    if not (("cosines " + name) in self.workspace):
      cosines, sines = self.turning(kind, torch.arange(T, dtype=6).unsqueeze(1), T)
      rest = self.head_width - 2 * cosines.size(1)
      self.workspace["cosines " + name] = torch.cat([cosines, cosines, torch.ones([T, rest])], 1).to(self.dtype)
      self.workspace["sines " + name] = torch.cat([torch.neg(sines), sines, torch.zeros([T, rest])], 1).to(self.dtype)
    return (self.workspace["cosines " + name], self.workspace["sines " + name])

  # x [heads, B, T, c] turned into y by the angles of their positions; backwards where `sign` is -1.
  def turn_into(self, x: Tensor, kind: int, sign: float, y: Tensor) -> Tensor:
    if kind < 0:
      return y.copy_(x)
    cosines, sines = self.angles(kind, x.size(2))
    half = torch.len(self.frequencies[kind])
    swapped = self.buffer("swapped", x.size(), self.dtype)
    torch.slice(swapped, 3, 0, half).copy_(torch.slice(x, 3, half, 2 * half))
    torch.slice(swapped, 3, half, 2 * half).copy_(torch.slice(x, 3, 0, half))
    if 2 * half < x.size(3):
      torch.slice(swapped, 3, 2 * half).copy_(torch.slice(x, 3, 2 * half))
    torch.mul(x, cosines, out=y)
    return y.addcmul_(swapped, sines, value=sign)

  # Columns of some heads, [N, heads c] within wider rows, as [heads, B, T, c].
  def heads_first(self, x: Tensor, heads: int, B: int) -> Tensor:
    return x.view([B, x.size(0) // B, heads, self.head_width]).permute([2, 0, 1, 3])

  # Some heads of `qkv` [N, (H + 2 G) c] as they enter their norm: [rows, columns of a row], where each row is contiguous.
  def before_norm(self, name: str, x: Tensor, heads: int, B: int) -> Tensor:
    if self.qk_norm == "all_heads":
      return self.buffer(name, x.size(), self.dtype).copy_(x)
    y = self.buffer(name, [heads, B, x.size(0) // B, self.head_width], self.dtype)
    return y.copy_(self.heads_first(x, heads, B)).view([-1, self.head_width])

  # What a norm gave, or is to be given, for some heads: as [heads, B, T, c].
  def around_norm(self, x: Tensor, heads: int, B: int) -> Tensor:
    if self.qk_norm == "all_heads":
      return self.heads_first(x, heads, B)
    return x.view([heads, B, -1, self.head_width])

  # Queries or keys x [N, heads c], normed and turned, into the buffer `name`: [heads, B, T, c].
  def turned(self, name: str, x: Tensor, heads: int, p: List[Tensor], o: int, layer: int, B: int) -> Tensor:
    y = self.buffer(name, [heads, B, x.size(0) // B, self.head_width], self.dtype)
    if self.qk_norm == "none":
      return self.turn_into(self.heads_first(x, heads, B), self.rotary[layer], 1.0, y)
    normed = self.norm_of(name + " normed", self.before_norm(name + " raw", x, heads, B), p, o)
    return self.turn_into(self.around_norm(normed, heads, B), self.rotary[layer], 1.0, y)

  # dy [heads, B, T, c], the gradient by what `turned` gave last under this name, becomes that by x, in dx [N, heads c].
  def turned_back(self, name: str, dy: Tensor, dx: Tensor, heads: int, p: List[Tensor], g: List[Tensor], o: int, layer: int, B: int) -> Tensor:
    if self.qk_norm == "none":
      return self.turn_into(dy, self.rotary[layer], -1.0, self.heads_first(dx, heads, B))
    raw = self.buffer(name + " raw", [dx.numel()], self.dtype)
    raw = raw.view([dx.size(0), -1]) if self.qk_norm == "all_heads" else raw.view([-1, self.head_width])
    above = self.buffer(name + " above", raw.size(), self.dtype)
    self.turn_into(dy, self.rotary[layer], -1.0, self.around_norm(above, heads, B))
    return self.heads_first(dx, heads, B).copy_(self.around_norm(self.norm_back(name + " normed", above, raw, p, g, o), heads, B))

  # ---- attention

  # -inf where a query of a block must not look: later than itself, or as many positions back as the window has. Queries
  # stand in rows, the first of them `ahead` keys after the first key.
  def unseen(self, queries: int, ahead: int, window: int) -> Tensor:
    name = "unseen " + torch.str(queries) + " " + torch.str(ahead) + " " + torch.str(window)
    if not (name in self.workspace):
      never = torch.full([queries, ahead + queries], -inf)
      late = torch.triu(never, ahead + 1)
      self.workspace[name] = torch.add(late, torch.tril(never, ahead - window)).to(self.dtype)
    return self.workspace[name]

  # softmax(scale q k^T) of queries a to e, [G, r (e - a), c], those of a group one head after another, with the keys from f
  # to e: [G, r (e - a), e - f].
  def probabilities(self, q: Tensor, k: Tensor, a: int, e: int, f: int, window: int) -> Tensor:
    G = q.size(0)
    n = e - a
    scores = self.buffer("wide", [G, q.size(1), e - f], self.dtype)
    torch.baddbmm(scores, q, k.transpose(1, 2), beta=0, alpha=self.score_scale, out=scores)
    by_head = scores.view([G, -1, n, e - f])
    if window > 0 and e > window:
      by_head.add_(self.unseen(n, a - f, window))
    else:
      torch.slice(by_head, 3, a).add_(self.future(n, self.dtype))
    return torch.softmax(scores, -1, out=scores)

  # The first key that the block of queries from a on looks at.
  def first_key(self, a: int, window: int) -> int:
    return ops.prim.max(0, a - window + 1) if window > 0 else 0

  # x [H, T, c] of a sequence: queries a to e by group, [G, r (e - a), c], in the buffer `name`.
  def queries_of(self, name: str, x: Tensor, a: int, e: int) -> Tensor:
    T = x.size(1)
    c = self.head_width
    G = self.kv_heads
    y = self.buffer(name, [G, self.heads // G, e - a, c], self.dtype)
    return y.copy_(torch.slice(x, 1, a, e).view([G, -1, e - a, c])).view([G, -1, c])

  # Causal attention of q [H, B, T, c] and k [G, B, T, c]; v [N, G c] within the rows of qkv; the context [N, H c] into y.
  # A block of queries at a time, each with the keys that one of them sees.
  def attend_into(self, q: Tensor, k: Tensor, v: Tensor, window: int, y: Tensor) -> Tensor:
    B = q.size(1)
    T = q.size(2)
    G = self.kv_heads
    c = self.head_width
    for b in range(B):
      values = torch.select(self.heads_first(v, G, B), 1, b)
      if self.flash and (window == 0 or T <= window):
        context, sums = torch._scaled_dot_product_flash_attention_for_cpu(self.by_group(torch.select(q, 1, b)), self.for_each(torch.select(k, 1, b)), self.for_each(values), 0.0, True, scale=self.score_scale)
        self.by_group(torch.select(self.heads_first(y, self.heads, B), 1, b)).copy_(context)
      else:
        keys = torch.select(k, 1, b)
        whole = self.buffer("v", [G, T, c], self.dtype).copy_(values)
        context = torch.select(self.heads_first(y, self.heads, B), 1, b)
        for a in range(0, T, self.block_size):
          e = ops.prim.min(a + self.block_size, T)
          f = self.first_key(a, window)
          queries = self.queries_of("q", torch.select(q, 1, b), a, e)
          weights = self.probabilities(queries, self.keys_from("keys", keys, f, e), a, e, f, window)
          torch.bmm(weights, self.keys_from("values", whole, f, e), out=queries)
          torch.slice(context, 1, a, e).copy_(queries.view([self.heads, e - a, c]))
    return y

  # x [H, T, c] by group: [G, r, T, c]; and x [G, T, c] for each head of a group: the same shape, without a copy.
  def by_group(self, x: Tensor) -> Tensor:
    return x.unflatten(0, [self.kv_heads, self.heads // self.kv_heads])

  def for_each(self, x: Tensor) -> Tensor:
    return x.unsqueeze(1).expand([-1, self.heads // self.kv_heads, -1, -1])

  # The gradients by q, k and v into dq [H, B, T, c], dk [G, B, T, c] and dv [N, G c] within wider rows; dy [N, H c].
  def attend_back(self, q: Tensor, k: Tensor, v: Tensor, window: int, dy: Tensor, dq: Tensor, dk: Tensor, dv: Tensor):
    B = q.size(1)
    T = q.size(2)
    H = self.heads
    G = self.kv_heads
    c = self.head_width
    for b in range(B):
      keys = torch.select(k, 1, b)
      whole = self.buffer("v", [G, T, c], self.dtype).copy_(torch.select(self.heads_first(v, G, B), 1, b))
      above = torch.select(self.heads_first(dy, H, B), 1, b)
      sum_k = self.buffer("sum dk", [G, T, c], self.dtype).zero_()
      sum_v = self.buffer("sum dv", [G, T, c], self.dtype).zero_()
      for a in range(0, T, self.block_size):
        e = ops.prim.min(a + self.block_size, T)
        f = self.first_key(a, window)
        queries = self.queries_of("q", torch.select(q, 1, b), a, e)
        dcontext = self.buffer("dcontext", [H, e - a, c], self.dtype).copy_(torch.slice(above, 1, a, e)).view([G, -1, c])
        some = self.keys_from("keys", keys, f, e)
        dkeys = self.buffer("dkeys", [G, e - f, c], self.dtype)
        weights = self.probabilities(queries, some, a, e, f, window)
        torch.slice(sum_v, 1, f, e).add_(torch.bmm(weights.transpose(1, 2), dcontext, out=dkeys))
        dweights = self.buffer("scratch", weights.size(), self.dtype)
        torch.bmm(dcontext, self.keys_from("values", whole, f, e).transpose(1, 2), out=dweights)
        dscores = torch._softmax_backward_data(dweights, weights, -1, self.dtype, grad_input=dweights)
        torch.baddbmm(dkeys, dscores.transpose(1, 2), queries, beta=0, alpha=self.score_scale, out=dkeys)
        torch.slice(sum_k, 1, f, e).add_(dkeys)
        torch.baddbmm(queries, dscores, some, beta=0, alpha=self.score_scale, out=queries)
        torch.slice(torch.select(dq, 1, b), 1, a, e).copy_(queries.view([H, e - a, c]))
      torch.select(dk, 1, b).copy_(sum_k)
      torch.select(self.heads_first(dv, G, B), 1, b).copy_(sum_v)
