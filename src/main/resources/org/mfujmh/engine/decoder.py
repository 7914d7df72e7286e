# A decoder-only language model of any family that `model/Architecture` describes, in TorchScript, by autograd. It reads
# from top to bottom as the data flows. Java sets the attributes below from the description and appends common.py.
#
# B sequences of T tokens, width d, H query heads and G heads of keys and values of c columns each, vocabulary V. The
# parameters are one list in the order of ParameterLayout; each step takes its own from the front and hands on where the
# next begins.
# TorchScript's numbers for dtypes: 5 fp16, 6 fp32, 15 bf16, 11 bool.

class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  kv_heads : int
  head_width : int
  vocabulary : int
  dtype : int
  upcast : bool
  cross_entropy : bool
  # Shapes of the parameters, and how each is drawn: the deviation of N(0, deviation), or if that is 0 a constant.
  shapes : List[List[int]]
  deviations : List[float]
  constants : List[float]
  learned_positions : bool
  embedding_scale : float
  tied : bool
  # layer, rms, or rms_plus_one, whose scale counts from 1.
  norm_kind : str
  epsilon : float
  norm_before : bool
  norm_after : bool
  qkv_bias : bool
  out_bias : bool
  mlp_bias : bool
  # How queries and keys are normalised: none, per_head or all_heads.
  qk_norm : str
  score_scale : float
  logit_softcap : float
  gated : bool
  # gelu, gelu_tanh, silu or relu.
  activation : str
  # By layer: positions that a token sees, 0 for all; which of the frequencies turn it, -1 for none; experts, 0 for an MLP.
  windows : List[int]
  rotary : List[int]
  experts : List[int]
  # Of each kind of rotary positions: radians a position of each pair of columns, in a pass over no more tokens than the
  # original context and in a longer one; that context; and what cosines and sines are multiplied by.
  frequencies : List[List[float]]
  long_frequencies : List[List[float]]
  original_contexts : List[int]
  rotary_factors : List[float]
  # Experts that a token passes through, and whether their weights are made to add up to 1.
  used : int
  normalised : bool
  # What the last pass left to be read: the logits of `forward`, the gradients of `forward_backward`.
  results : List[Tensor]
  # Whether activations within a block are computed again in the backward pass instead of being kept.
  checkpoint : bool
  # Of each kind of rotary positions, [T, columns / 2]: cosines and sines of the angles, made anew by each pass.
  cosines : List[Tensor]
  sines : List[Tensor]
  # Whether the handwritten program runs, and then whether with libtorch's flash attention: see handwritten_decoder.py.
  # Queries in a block of attention, columns in a piece of the head; memory kept between passes, by name; what of it
  # lies in the memory of the logits; and the gradients in the order of the parameters.
  by_hand : bool
  flash : bool
  block_size : int
  chunk : int
  workspace : Dict[str, Tensor]
  aliased : Dict[str, Tensor]
  gradients : List[Tensor]
  # What decode.py keeps between calls. How it multiplies few rows: matrix, vector, inner_product or transposed;
  # for how many rows and threads it packs a layer's matrices into embedding bags; and of each parameter what its bags
  # take, of one that is not packed nothing: the numbers [parts d, width], which of its rows they add up, where each of the
  # parts B bags begins, and the factors of all bags, as [parts, B, d] and as [parts B d].
  row_product : str
  bag_batch : int
  bag_threads : int
  bags : List[List[Tensor]]
  # While prompts fill the cache: that they do, the sequence that does, and how many slots at the end stay free.
  caching : bool
  sequence : int
  free_slots : int
  # Of each layer keys and values [B, G, S, c], and of both the last slot [B, G, c].
  cache : List[Tensor]
  new_slots : List[Tensor]
  # Of the next token its position, for each kind of rotary positions cosines and signed sines [columns], and its ids [B].
  position : int
  turns : List[Tensor]
  next_ids : List[Tensor]
  # The parameters, of the scale of an RMS norm also both halves of `decode_norm`'s [2, d], and that norm's signs [2, 1].
  weights : List[Tensor]
  doubled : List[Tensor]
  signs : List[Tensor]

  # ---- weights

  def init(self, place: Tensor) -> List[Tensor]:
    p = annotate(List[Tensor], [])
    for i in range(torch.len(self.shapes)):
      if self.deviations[i] > 0.0:
        p.append(self.normal(self.shapes[i], self.deviations[i], place))
      else:
        p.append(self.constant(self.shapes[i], self.constants[i], place))
    return p

  # What the program needs besides its parameters: nothing.
  def prepare(self, place: Tensor) -> Tensor:
    return place

  # ---- parts of a block

  # x normalised along its last dimension. @return where the next parameter is
  def norm(self, x: Tensor, p: List[Tensor], o: int) -> Tuple[Tensor, int]:
    d = x.size(-1)
    if self.norm_kind == "layer":
      return (torch.layer_norm(x, [d], p[o], p[o + 1], self.epsilon), o + 2)
    scale = p[o]
    if self.norm_kind == "rms_plus_one":
      scale = scale + 1.0
    return (torch.rms_norm(x, [d], scale, self.epsilon), o + 1)

  # x w^T + b; of one token of each sequence, x [B, d], as decode.py multiplies few rows.
  def product(self, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
    return self.row_linear(x, w, b) if x.dim() == 2 else self.linear(x, w, b)

  # x w^T, and its bias where there is one.
  def project(self, x: Tensor, p: List[Tensor], o: int, bias: bool) -> Tuple[Tensor, int]:
    if p[o].dim() == 3:
      y = self.bag_product(x, o)
      if bias:
        return (y.add_(p[o + 1]), o + 2)
      return (y, o + 1)
    if bias:
      return (self.product(x, p[o], p[o + 1]), o + 2)
    return (self.product(x, p[o], None), o + 1)

  # Cosines and sines of the angles at these positions [.., 1] in a pass over T tokens, times their factor: [.., columns / 2].
  def turning(self, kind: int, positions: Tensor, T: int) -> Tuple[Tensor, Tensor]:
    frequencies = self.frequencies[kind]
    if T > self.original_contexts[kind]:
      frequencies = self.long_frequencies[kind]
    angles = positions * torch.tensor(frequencies, dtype=6, device=positions.device)
    cosines = torch.cos(angles)
    sines = torch.sin(angles)
    if self.rotary_factors[kind] != 1.0:
      cosines.mul_(self.rotary_factors[kind])
      sines.mul_(self.rotary_factors[kind])
    return (cosines, sines)

  # Columns of each head of x [B, heads, T, c] turned by the angle of their position; a pair is columns i and i + c / 2.
  # Where fewer columns are turned than there are, the last stay.
  def turn(self, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    r = cosines.size(1)
    a = torch.slice(x, 3, 0, r).to(6)
    b = torch.slice(x, 3, r, 2 * r).to(6)
    turned = torch.cat([a * cosines - b * sines, b * cosines + a * sines], 3).to(x.dtype)
    if 2 * r < x.size(3):
      turned = torch.cat([turned, torch.slice(x, 3, 2 * r)], 3)
    return turned

  # Causal attention of q [B, H, T, c], k and v [B, G, T, c]; each group of H / G heads shares keys and values. The kernels
  # of GPUs for 16 bits read them so; others are given a copy for each head, or libtorch would store all scores.
  def attend(self, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
    T = q.size(2)
    shares = q.is_cuda and q.dtype != 6 and not self.upcast and (window == 0 or T <= window)
    if self.kv_heads != self.heads and not shares:
      k = self.shared(k)
      v = self.shared(v)
    if self.upcast:
      q = q.to(6)
      k = k.to(6)
      v = v.to(6)
    if window == 0 or T <= window:
      return torch.scaled_dot_product_attention(q, k, v, None, 0.0, True, scale=self.score_scale, enable_gqa=q.size(1) != k.size(1)).to(self.dtype)
    # As many queries at a time as the window has positions see at most twice as many keys: work goes with T window, not T^2.
    parts = annotate(List[Tensor], [])
    for a in range(0, T, window):
      e = ops.prim.min(a + window, T)
      first = ops.prim.max(0, a - window + 1)
      rows = torch.arange(a, e, dtype=4, device=q.device).view([-1, 1])
      columns = torch.arange(first, e, dtype=4, device=q.device).view([1, -1])
      seen = torch.logical_and(torch.le(columns, rows), torch.gt(columns, rows - window))
      part = torch.scaled_dot_product_attention(torch.slice(q, 2, a, e), torch.slice(k, 2, first, e), torch.slice(v, 2, first, e), seen, 0.0, False, scale=self.score_scale)
      parts.append(part)
    return torch.cat(parts, 2).to(self.dtype)

  # Keys or values [B, G, T, c] for each query head: [B, H, T, c].
  def shared(self, x: Tensor) -> Tensor:
    r = self.heads // self.kv_heads
    wide = x.unsqueeze(2).expand([x.size(0), self.kv_heads, r, x.size(2), x.size(3)])
    return wide.reshape([x.size(0), self.heads, x.size(2), x.size(3)])

  def attention(self, x: Tensor, p: List[Tensor], o: int, layer: int) -> Tuple[Tensor, int]:
    B = x.size(0)
    T = x.size(1)
    c = self.head_width
    qkv, o = self.project(x, p, o, self.qkv_bias)
    q, k, v = torch.split_with_sizes(qkv, [self.heads * c, self.kv_heads * c, self.kv_heads * c], 2)
    if self.qk_norm == "all_heads":
      q, o = self.norm(q, p, o)
      k, o = self.norm(k, p, o)
    q = q.view([B, T, self.heads, c])
    k = k.view([B, T, self.kv_heads, c])
    if self.qk_norm == "per_head":
      q, o = self.norm(q, p, o)
      k, o = self.norm(k, p, o)
    q = q.transpose(1, 2)
    k = k.transpose(1, 2)
    kind = self.rotary[layer]
    if kind >= 0:
      q = self.turn(q, self.cosines[kind], self.sines[kind])
      k = self.turn(k, self.cosines[kind], self.sines[kind])
    v = v.view([B, T, self.kv_heads, c]).transpose(1, 2)
    if self.caching:
      self.fill_cache(k, v, layer)
    y = self.attend(q, k, v, self.windows[layer])
    return self.project(y.transpose(1, 2).reshape([B, T, self.heads * c]), p, o, self.out_bias)

  def activate(self, x: Tensor) -> Tensor:
    if self.activation == "gelu":
      y = torch.gelu(x)
    elif self.activation == "gelu_tanh":
      y = torch.gelu(x, approximate="tanh")
    elif self.activation == "silu":
      y = torch.silu(x)
    else:
      y = torch.relu(x)
    return y

  # What lies between an MLP's two products: x [.., 2 n] has gate beside up where the MLP is gated.
  def between(self, x: Tensor) -> Tensor:
    if self.gated:
      gate, up = torch.chunk(x, 2, -1)
      return self.activate(gate) * up
    return self.activate(x)

  def mlp(self, x: Tensor, p: List[Tensor], o: int) -> Tuple[Tensor, int]:
    up, o = self.project(x, p, o, self.mlp_bias)
    return self.project(self.between(up), p, o, self.mlp_bias)

  # Each token's k experts by the router's numbers [N, E]: their weights, in fp32, and which they are; both [N, k].
  def choose(self, numbers: Tensor) -> Tuple[Tensor, Tensor]:
    weights, chosen = torch.topk(torch.softmax(numbers, -1, dtype=6), self.used, -1)
    if self.normalised:
      weights = weights / torch.sum(weights, [-1], True)
    return (weights, chosen)

  # The same, and the N k choices in the order of the experts, so that those of one expert stand side by side: the place of
  # each among [N k], its token, and how many choices every expert has.
  def route(self, numbers: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, List[int]]:
    weights, chosen = self.choose(numbers)
    choices = chosen.view([-1])
    order = torch.argsort(choices, stable=True)
    counts = annotate(List[int], torch.bincount(choices, minlength=numbers.size(1)).tolist())
    return (weights, chosen, order, torch.floor_divide(order, self.used), counts)

  # Weights [N, k] in that order: [N k, 1].
  def in_order(self, weights: Tensor, order: Tensor) -> Tensor:
    return torch.index_select(weights.view([-1]), 0, order).to(self.dtype).unsqueeze(1)

  # Each token through the experts that the router gives the most weight; an expert multiplies the tokens that chose it.
  def mixture(self, x: Tensor, p: List[Tensor], o: int) -> Tuple[Tensor, int]:
    d = x.size(2)
    tokens = x.view([-1, d])
    weights, chosen, order, rows, counts = self.route(self.linear(tokens, p[o], None))
    inputs = torch.index_select(tokens, 0, rows)
    outputs = annotate(List[Tensor], [])
    ups = torch.unbind(p[o + 1])
    downs = torch.unbind(p[o + 2])
    e = 0
    for part in torch.split_with_sizes(inputs, counts, 0):
      if part.size(0) > 0:
        outputs.append(self.row_linear(self.between(self.row_linear(part, ups[e], None)), downs[e], None))
      e = e + 1
    y = torch.index_add(torch.zeros_like(tokens), 0, rows, torch.cat(outputs, 0) * self.in_order(weights, order))
    return (y.view(x.size()), o + 3)

  # ---- one block, and the whole: token ids [B, T] to logits [B, T, V]

  # The residual stream h [B, T, d].
  def one_block(self, h: Tensor, p: List[Tensor], o: int, layer: int) -> Tuple[Tensor, int]:
    x = h
    if self.norm_before:
      x, o = self.norm(x, p, o)
    x, o = self.attention(x, p, o, layer)
    if self.norm_after:
      x, o = self.norm(x, p, o)
    h = h + x
    x = h
    if self.norm_before:
      x, o = self.norm(x, p, o)
    if self.experts[layer] > 0:
      x, o = self.mixture(x, p, o)
    else:
      x, o = self.mlp(x, p, o)
    if self.norm_after:
      x, o = self.norm(x, p, o)
    return (h + x, o)

  def embed(self, ids: Tensor, p: List[Tensor]) -> Tuple[Tensor, int]:
    T = ids.size(1)
    h = torch.embedding(p[0], ids)
    o = 1
    if self.learned_positions:
      h = h + torch.slice(p[1], 0, 0, T)
      o = 2
    if self.embedding_scale != 1.0:
      h = h * torch.scalar_tensor(self.embedding_scale, dtype=h.dtype, device=h.device)
    positions = torch.arange(T, dtype=6, device=ids.device).unsqueeze(1)
    self.cosines = annotate(List[Tensor], [])
    self.sines = annotate(List[Tensor], [])
    for kind in range(torch.len(self.frequencies)):
      cosines, sines = self.turning(kind, positions, T + self.free_slots)
      self.cosines.append(cosines)
      self.sines.append(sines)
    return (h, o)

  # Token ids [B, T] through the blocks: [B, T, d]. @return where the next parameter is
  def hidden(self, ids: Tensor, p: List[Tensor]) -> Tuple[Tensor, int]:
    h, o = self.embed(ids, p)
    for layer in range(self.layers):
      h, o = self.one_block(h, p, o, layer)
    return (h, o)

  # The logits of the residual stream, whatever its dimensions before the last.
  def head(self, h: Tensor, p: List[Tensor], o: int) -> Tensor:
    h, o = self.norm(h, p, o)
    return self.normed_head(h, p, o)

  def normed_head(self, h: Tensor, p: List[Tensor], o: int) -> Tensor:
    if self.tied:
      y = self.product(h, p[0], None)
    else:
      y = self.product(h, p[o], None)
    if self.logit_softcap > 0.0:
      y = torch.tanh(y / self.logit_softcap) * self.logit_softcap
    return y

  def logits(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    h, o = self.hidden(ids, p)
    return self.head(h, p, o)

  # What the backward pass starts from.
  def loss_of(self, y: Tensor, targets: Tensor) -> Tensor:
    y = y.view([-1, y.size(2)])
    if self.cross_entropy:
      return torch.cross_entropy_loss(y.to(6), targets.view([-1]))
    return torch.sum(y, dtype=6)

  # The loss from the residual stream h [B, T, d].
  def loss_from(self, h: Tensor, p: List[Tensor], o: int, targets: Tensor) -> Tensor:
    return self.loss_of(self.head(h, p, o), targets)

  # ---- what is timed: one call, ended by one fp32 number on the host, which waits for the device.

  def forward(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    return self.last_logit(ids, p, False)

  # The same, and the head multiplies the last token of each sequence alone: logits [B, 1, V].
  def forward_last(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    self.results = annotate(List[Tensor], [])
    if self.by_hand and not ids.is_cuda:
      y = self.last_by_hand(ids, self.detached(p))
    else:
      h, o = self.hidden(ids, p)
      y = self.head(torch.slice(h, 1, -1), p, o)
    self.results = [y]
    return y[-1][-1][-1].detach().to(6).cpu()

  # The same as `forward`, and what a backward pass reads is kept.
  def forward_recording(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    return self.last_logit(ids, p, True)

  def last_logit(self, ids: Tensor, p: List[Tensor], saving: bool) -> Tensor:
    self.results = annotate(List[Tensor], [])
    if self.by_hand and not ids.is_cuda:
      y = self.forward_by_hand(ids, self.detached(p), saving)
    else:
      y = self.logits(ids, p)
    self.results = [y]
    return y[-1][-1][-1].detach().to(6).cpu()

  def forward_backward(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    return self.differentiate(ids, targets, p).detach().cpu()

  # The gradient of every parameter into `results`; @return the loss, on the device.
  def differentiate(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    self.results = annotate(List[Tensor], [])
    if self.by_hand and not ids.is_cuda:
      return self.gradients_by_hand(ids, targets, self.detached(p))
    return self.gradients_by_autograd(ids, targets, p)

  # ---- products of the roofline: see `product_weight`

  def product_buffer(self, w: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    # Ones, since zeros may be promised and not yet there: the first product would pay for the memory.
    return torch.ones([int(rows), int(columns)], dtype=w.dtype, device=w.device)

  def product_y(self, x: Tensor, w: Tensor, y: Tensor, times: Tensor) -> Tensor:
    for i in range(int(times)):
      torch.mm(x, w.t(), out=y)
    return y[0][0].to(6).cpu()

