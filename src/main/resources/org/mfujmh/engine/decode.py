# Decoding with a KV cache: methods that Java puts at the end of the class Decoder of decoder.py, before few_rows.py
# and common.py.
#
# B sequences, each with T tokens in the cache, get one new token a step, at position T. A layer's cache is two tensors
# [B, G, S, c], keys and values, the rotary angles applied. S = T + 1, or the window w if that is less: no query looks
# further back. The last slot is the new token's; those before it hold the tokens before it, in order. A step writes the
# last slot again and again, so that each does the same work.

  # Fills the cache by running the prompts ids [B, T] through the model, a sequence at a time. What follows the last
  # token most likely is the first step's token.
  def decode_begin(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    self.weights = self.detached(p)
    self.doubled = annotate(List[Tensor], [])
    for w in self.weights:
      if not ids.is_cuda:
        self.doubled.append(self.doubled_scale(w))
    self.signs = [torch.tensor([[1.0], [-1.0]], dtype=self.dtype, device=ids.device)]
    self.cache = self.allocate_cache(ids, ids.size(1) + 1)
    y = self.prefill(ids, 1)
    self.next_ids = [torch.argmax(y, 1)]
    self.take_position(ids.size(1))
    self.pack()
    return y[-1][-1].to(6).cpu()

  # Of the scale of a norm [d], one for x and one for its negative: [2, d]; of another parameter, nothing.
  def doubled_scale(self, w: Tensor) -> Tensor:
    if w.dim() > 1 or self.norm_kind == "layer":
      return torch.empty([0], dtype=w.dtype)
    if self.norm_kind == "rms_plus_one":
      w = w + 1.0
    return torch.stack([w, w])

  def allocate_cache(self, ids: Tensor, tokens: int) -> List[Tensor]:
    cache = annotate(List[Tensor], [])
    for window in self.windows:
      slots = tokens
      if window > 0:
        slots = ops.prim.min(tokens, window)
      for i in range(2):
        cache.append(torch.zeros([ids.size(0), self.kv_heads, slots, self.head_width], dtype=self.dtype, device=ids.device))
    return cache

  # All but the last so many slots of the cache from the ends of sequences ids [B, T]. Keys are turned as in a pass that has
  # the tokens of these slots too. @return logits of the last tokens
  def prefill(self, ids: Tensor, free_slots: int) -> Tensor:
    self.caching = True
    self.free_slots = free_slots
    last = annotate(List[Tensor], [])
    for b in range(ids.size(0)):
      self.sequence = b
      h, o = self.hidden(torch.slice(ids, 0, b, b + 1), self.weights)
      last.append(torch.select(self.head(torch.slice(h, 1, -1), self.weights, o), 1, 0))
    self.caching = False
    self.free_slots = 0
    return torch.cat(last, 0)

  # Keys and values [1, G, T, c] of the sequence that is being filled.
  def fill_cache(self, k: Tensor, v: Tensor, layer: int) -> Tensor:
    keys = torch.select(self.cache[2 * layer], 0, self.sequence)
    values = torch.select(self.cache[2 * layer + 1], 0, self.sequence)
    filled = keys.size(1) - self.free_slots
    first = k.size(2) - filled
    torch.slice(keys, 1, 0, filled).copy_(torch.slice(k[0], 1, first))
    return torch.slice(values, 1, 0, filled).copy_(torch.slice(v[0], 1, first))

  # What a step at this position reads besides weights and cache, made once: its slots, its angles.
  def take_position(self, position: int) -> Tensor:
    self.position = position
    self.new_slots = annotate(List[Tensor], [])
    for x in self.cache:
      self.new_slots.append(torch.select(x, 2, -1))
    self.turns = annotate(List[Tensor], [])
    for kind in range(torch.len(self.frequencies)):
      here = torch.full([1], float(position), dtype=6, device=self.cache[0].device)
      cosines, sines = self.turning(kind, here, position + 1)
      self.turns.append(torch.cat([cosines, cosines], 0))
      self.turns.append(torch.cat([torch.neg(sines), sines], 0))
    return self.cache[0]

  # ---- what is timed: one new token for each sequence, ended by one fp32 number on the host

  def decode_step(self, place: Tensor) -> Tensor:
    p = self.weights
    h = torch.embedding(p[0], self.next_ids[0])
    o = 1
    if self.learned_positions:
      h = h + p[1][self.position]
      o = 2
    if self.embedding_scale != 1.0:
      h = h * torch.scalar_tensor(self.embedding_scale, dtype=h.dtype, device=h.device)
    for layer in range(self.layers):
      h, o = self.decode_block(h, p, o, layer)
    h, o = self.decode_norm(h, p, o)
    y = self.normed_head(h, p, o)
    largest, likeliest = torch.max(y, 1)  # faster than argmax
    self.next_ids = [likeliest]
    self.results = [y]
    return y[-1][-1].to(6).cpu()

  # Nothing but the way here and back, with the arguments of `decode_step`.
  def decode_empty(self, place: Tensor) -> Tensor:
    return torch.zeros([], dtype=6)

  # The residual stream h [B, d] of one token of each sequence, whose tokens before it are in the cache. What a step does
  # besides its products is short, so its time is the number of its operators: there are as few as can be.
  def decode_block(self, h: Tensor, p: List[Tensor], o: int, layer: int) -> Tuple[Tensor, int]:
    x = h
    if self.norm_before:
      x, o = self.decode_norm(x, p, o)
    x, o = self.decode_attention(x, p, o, layer)
    if self.norm_after:
      x, o = self.decode_norm(x, p, o)
    h = h + x
    x = h
    if self.norm_before:
      x, o = self.decode_norm(x, p, o)
    if self.experts[layer] > 0:
      x, o = self.decode_mixture(x, p, o)
    else:
      x, o = self.mlp(x, p, o)
    if self.norm_after:
      x, o = self.decode_norm(x, p, o)
    return (h.add_(x), o)

  # `norm` of few numbers, on a CPU with few operators: together with its negative x has mean 0, so that the layer norm of
  # both is the RMS norm of x. libtorch's RMS norm is nine operators.
  def decode_norm(self, x: Tensor, p: List[Tensor], o: int) -> Tuple[Tensor, int]:
    if self.norm_kind == "layer" or x.is_cuda:
      return self.norm(x, p, o)
    one = x.dim() == 2 and x.size(0) == 1
    if not one:
      x = x.unsqueeze(-2)
    y, mean, deviation = torch.native_layer_norm(x * self.signs[0], [2, x.size(-1)], self.doubled[o], None, self.epsilon)
    if one:
      return (torch.slice(y, 0, 0, 1), o + 1)
    return (torch.select(y, -2, 0).contiguous(), o + 1)

  # x [B, d], one token of each sequence, against its cache.
  def decode_attention(self, x: Tensor, p: List[Tensor], o: int, layer: int) -> Tuple[Tensor, int]:
    B = x.size(0)
    c = self.head_width
    G = self.kv_heads
    qkv, o = self.project(x, p, o, self.qkv_bias)
    qkv = qkv.view([B, self.heads + 2 * G, c])
    v = torch.slice(qkv, 1, self.heads + G)
    qk = torch.slice(qkv, 1, 0, self.heads + G)
    if self.qk_norm == "all_heads":
      q, o = self.decode_norm(torch.slice(qk, 1, 0, self.heads).reshape([B, self.heads * c]), p, o)
      k, o = self.decode_norm(torch.slice(qk, 1, self.heads).reshape([B, G * c]), p, o)
      qk = torch.cat([q, k], 1).view([B, self.heads + G, c])
    elif self.qk_norm == "per_head":
      q, o = self.decode_norm(torch.slice(qk, 1, 0, self.heads), p, o)
      k, o = self.decode_norm(torch.slice(qk, 1, self.heads), p, o)
      qk = torch.cat([q, k], 1)
    kind = self.rotary[layer]
    if kind >= 0:
      qk = self.decode_turn(qk, self.turns[2 * kind], self.turns[2 * kind + 1])
    self.new_slots[2 * layer].copy_(torch.slice(qk, 1, self.heads))
    self.new_slots[2 * layer + 1].copy_(v)
    # The query heads of a group are so many queries of its keys: every slot is seen, and no key is copied.
    q = torch.slice(qk, 1, 0, self.heads).view([B, G, self.heads // G, c])
    keys = self.cache[2 * layer]
    values = self.cache[2 * layer + 1]
    if self.upcast:
      q = q.to(6)
      keys = keys.to(6)
      values = values.to(6)
    else:
      q = q.to(self.dtype)
    # In bf16, libtorch's attention for CPUs takes two to four times as long for one query of a group as for two.
    alone = q.size(2) == 1 and q.dtype == 15 and not q.is_cuda
    if alone:
      q = torch.cat([q, q], 2)
    y = torch.scaled_dot_product_attention(q, keys, values, None, 0.0, False, scale=self.score_scale)
    if alone:
      y = torch.slice(y, 2, 0, 1)
    if self.upcast:
      y = y.to(self.dtype)
    return self.project(y.reshape([B, self.heads * c]), p, o, self.out_bias)

  # Columns of each head of x [B, heads, c] turned by the angle of the position, as `turn` does it; in fp32.
  def decode_turn(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    r = cosines.size(0)
    wide = x.to(6)
    if r < x.size(2):
      wide = torch.slice(wide, 2, 0, r)
    turned = torch.roll(wide, [r // 2], [2]).mul_(sines).addcmul_(wide, cosines)
    if r < x.size(2):
      turned = torch.cat([turned, torch.slice(x, 2, r).to(6)], 2)
    return turned

  # On a GPU, `mixture` would wait for the counts of tokens by expert; so each token gets copies of its experts' matrices.
  def decode_mixture(self, x: Tensor, p: List[Tensor], o: int) -> Tuple[Tensor, int]:
    if not x.is_cuda:
      y, o = self.mixture(x.unsqueeze(1), p, o)
      return (y.squeeze(1), o)
    shares, chosen = self.choose(self.row_linear(x, p[o], None))
    return (self.gathered(x, shares.to(self.dtype), chosen, p[o + 1], p[o + 2]), o + 3)

  # x [B, d] through chosen [B, k] experts.
  def gathered(self, x: Tensor, shares: Tensor, chosen: Tensor, ups: Tensor, downs: Tensor) -> Tensor:
    rows = x.unsqueeze(1).expand([x.size(0), self.used, x.size(1)]).reshape([-1, x.size(1), 1])
    which = chosen.reshape([-1])
    up = torch.squeeze(self.matmul(torch.index_select(ups, 0, which), rows), 2)
    y = torch.squeeze(self.matmul(torch.index_select(downs, 0, which), self.between(up).unsqueeze(2)), 2)
    return torch.sum(y.view([x.size(0), self.used, -1]) * shares.unsqueeze(2), [1])

  # ---- for whoever follows a sequence, and for tests

  # The next step's tokens [B] instead of the likeliest.
  def decode_tokens(self, ids: Tensor) -> Tensor:
    self.next_ids = [ids.clone()]
    return ids

  # Goes on to the next position: the new token stays in the cache, and of a window's the oldest goes. Keys stay turned as
  # they are, so that original and later position must lie on one side of a longrope's original context.
  def decode_advance(self, place: Tensor) -> Tensor:
    longer = annotate(List[Tensor], [])
    for layer in range(self.layers):
      window = self.windows[layer]
      for x in [self.cache[2 * layer], self.cache[2 * layer + 1]]:
        room = torch.zeros_like(torch.slice(x, 2, 0, 1))
        more = torch.cat([x, room], 2)
        if window > 0 and more.size(2) > window:
          more = torch.slice(more, 2, 1).contiguous()
        longer.append(more)
    self.cache = longer
    return self.take_position(self.position + 1)

  # How far the step that ran last at position T, with these tokens [B] after the prompts [B, T], is from a full pass over
  # both, of the sequences of these rows: of the logits of the last tokens, then of each layer's keys and values, the larger
  # of the distances of the last slot and of all slots.
  def decode_distances(self, prompts: Tensor, tokens: Tensor, rows: Tensor) -> Tensor:
    ids = torch.index_select(torch.cat([prompts, tokens.unsqueeze(1)], 1), 0, rows)
    own = self.cache
    self.unpack()
    self.cache = self.allocate_cache(ids, ids.size(1))
    distances = [self.distance(torch.index_select(self.results[0], 0, rows), self.prefill(ids, 0))]
    for i in range(torch.len(own)):
      a = torch.index_select(own[i], 0, rows)
      b = self.cache[i]
      last = self.distance(torch.select(a, 2, -1), torch.select(b, 2, -1))
      distances.append(torch.maximum(last, self.distance(a, b)))
    self.cache = own
    self.pack()
    return torch.stack(distances).cpu()

  # 1 where each sequence goes on with a token that has its largest logit, else 0.
  def decode_is_greedy(self, place: Tensor) -> Tensor:
    y = self.results[0]
    chosen = torch.gather(y, 1, self.next_ids[0].unsqueeze(1)).squeeze(1)
    return torch.all(torch.eq(chosen, torch.amax(y, [1]))).to(6).cpu()

  # Relative, by the 2-norm.
  def distance(self, a: Tensor, b: Tensor) -> Tensor:
    wide = b.to(6)
    return torch.norm(a.to(6) - wide) / torch.norm(wide)

  def read_cache(self, place: Tensor) -> List[Tensor]:
    return self.cache

  def read_next_ids(self, place: Tensor) -> Tensor:
    return self.next_ids[0].cpu()

  # Weights, cache and all go.
  def decode_end(self, place: Tensor) -> Tensor:
    self.unpack()
    self.weights = annotate(List[Tensor], [])
    self.doubled = annotate(List[Tensor], [])
    self.bags = annotate(List[List[Tensor]], [])
    self.cache = annotate(List[Tensor], [])
    self.new_slots = annotate(List[Tensor], [])
    self.results = annotate(List[Tensor], [])
    return place
