# The fused program for GPUs: forward and backward written out, without autograd. Its matrix products, attention and
# normalisations are libtorch's operators, called by name; `gpu_kernels` holds those that depend on the device.
#
# N = B T tokens, width d, H heads of width c = d / H, vocabulary V; parameters p as in gpt.py. Activations are
# [N, d], so that each linear layer is one product. The logits are [V, N]: the vocabulary of 50257 is odd, and no
# tensor core takes rows of odd length.
#
# Results are fresh tensors: libtorch's allocator hands back the memory of the pass before.

# Queries, keys and values [B, H, T, c] within qkv [N, 3d].
def heads_of(qkv: Tensor, B: int, H: int) -> List[Tensor]:
  d = qkv.size(1) // 3
  return torch.unbind(qkv.view([B, qkv.size(0) // B, 3, H, d // H]).permute([2, 0, 3, 1, 4]))

# [B, H, T, c] to [N, d]. Without a copy, since attention leaves the heads of a token side by side.
def tokens_of(x: Tensor) -> Tensor:
  return x.transpose(1, 2).reshape([x.size(0) * x.size(2), x.size(1) * x.size(3)])

# Token ids [B, T] to the residual stream [N, d].
def embed(ids: Tensor, p: List[Tensor]) -> Tensor:
  h = torch.embedding(p[0], ids).add_(torch.slice(p[1], 0, 0, ids.size(1)))
  return h.view([-1, h.size(2)])

# One block of a forward pass that nothing follows. @param o the block's first parameter
def block(h: Tensor, p: List[Tensor], o: int, B: int, H: int) -> Tensor:
  d = h.size(1)
  x = torch.layer_norm(h, [d], p[o], p[o + 1], 1e-05)
  q, k, v = __torch__.handwritten_gpu.heads_of(torch.linear(x, p[o + 2], p[o + 3]), B, H)
  y, saved = __torch__.gpu_kernels.attention(q, k, v)
  h = torch.linear(__torch__.handwritten_gpu.tokens_of(y), p[o + 4], p[o + 5]).add_(h)
  x = torch.layer_norm(h, [d], p[o + 6], p[o + 7], 1e-05)
  active = __torch__.gpu_kernels.linear_gelu(x, p[o + 8], p[o + 9])
  return torch.linear(active, p[o + 10], p[o + 11]).add_(h)

# What `block_back` reads, from the residual stream h that enters the block: 16 d numbers a token, and attention's.
def saved_of_block(h: Tensor, p: List[Tensor], o: int, B: int, H: int) -> List[Tensor]:
  d = h.size(1)
  x1, mean1, deviation1 = torch.native_layer_norm(h, [d], p[o], p[o + 1], 1e-05)
  qkv = torch.linear(x1, p[o + 2], p[o + 3])
  q, k, v = __torch__.handwritten_gpu.heads_of(qkv, B, H)
  y, of_attention = __torch__.gpu_kernels.attention(q, k, v)
  context = __torch__.handwritten_gpu.tokens_of(y)
  middle = torch.linear(context, p[o + 4], p[o + 5]).add_(h)
  x2, mean2, deviation2 = torch.native_layer_norm(middle, [d], p[o + 6], p[o + 7], 1e-05)
  up = torch.linear(x2, p[o + 8], p[o + 9])
  active = torch.gelu(up, approximate="tanh")
  saved = [h, x1, mean1, deviation1, qkv, y, context, middle, x2, mean2, deviation2, up, active]
  for x in of_attention:
    saved.append(x)
  return saved

# The residual stream after the block, from what it saved: `middle` and `active`.
def after_block(saved: List[Tensor], p: List[Tensor], o: int) -> Tensor:
  return torch.linear(saved[12], p[o + 10], p[o + 11]).add_(saved[7])

# The gradients of a linear layer's weight and bias into g, from dy [N, n] and x [N, k]; @return dx [N, k].
def linear_back(dy: Tensor, x: Tensor, w: Tensor, g: List[Tensor], o: int) -> Tensor:
  g[o] = torch.mm(dy.t(), x)
  g[o + 1] = torch.sum(dy, [0])
  return torch.mm(dy, w)

# The gradients of a norm's scale and shift into g; @return the gradient by its input h.
def norm_back(dx: Tensor, h: Tensor, mean: Tensor, deviation: Tensor, p: List[Tensor], g: List[Tensor], o: int) -> Tensor:
  dh, dscale, dshift = torch.native_layer_norm_backward(dx, h, [h.size(1)], mean, deviation, p[o], p[o + 1], [True, True, True])
  g[o] = dscale
  g[o + 1] = dshift
  return dh

# dh enters as the gradient by what leaves the block; @return that by what entered it.
def block_back(dh: Tensor, saved: List[Tensor], p: List[Tensor], g: List[Tensor], o: int, B: int, H: int) -> Tensor:
  h, x1, mean1, deviation1, qkv, y, context, middle, x2, mean2, deviation2, up, active = torch.slice(saved, 0, 13)
  dactive = __torch__.handwritten_gpu.linear_back(dh, active, p[o + 10], g, o + 10)
  dup = torch.gelu_backward(dactive, up, approximate="tanh", grad_input=dactive)
  dx = __torch__.handwritten_gpu.linear_back(dup, x2, p[o + 8], g, o + 8)
  dh = __torch__.handwritten_gpu.norm_back(dx, middle, mean2, deviation2, p, g, o + 6).add_(dh)
  dcontext = __torch__.handwritten_gpu.linear_back(dh, context, p[o + 4], g, o + 4)
  q, k, v = __torch__.handwritten_gpu.heads_of(qkv, B, H)
  dy = dcontext.view([B, -1, H, q.size(3)]).transpose(1, 2)
  dq, dk, dv = __torch__.gpu_kernels.attention_back(dy, q, k, v, y, torch.slice(saved, 13, torch.len(saved)))
  tokens = annotate(List[Tensor], [])
  for x in [dq, dk, dv]:
    tokens.append(__torch__.handwritten_gpu.tokens_of(x))
  dx = __torch__.handwritten_gpu.linear_back(torch.cat(tokens, 1), x1, p[o + 2], g, o + 2)
  return __torch__.handwritten_gpu.norm_back(dx, h, mean1, deviation1, p, g, o).add_(dh)

# ---- the whole: token ids [B, T] to logits [V, N]

# The residual stream [N, d] after all blocks to logits.
def head(h: Tensor, p: List[Tensor]) -> Tensor:
  e = torch.len(p) - 3
  return torch.mm(p[e + 2], torch.layer_norm(h, [h.size(1)], p[e], p[e + 1], 1e-05).t())

def hidden(ids: Tensor, p: List[Tensor], H: int) -> Tensor:
  h = __torch__.handwritten_gpu.embed(ids, p)
  layers = (torch.len(p) - 5) // 12
  for i in range(layers):
    h = __torch__.handwritten_gpu.block(h, p, 2 + 12 * i, ids.size(0), H)
  return h

def logits(ids: Tensor, p: List[Tensor], H: int) -> Tensor:
  return __torch__.handwritten_gpu.head(__torch__.handwritten_gpu.hidden(ids, p, H), p)

# Those of the last token of each sequence, [V, B].
def last_logits(ids: Tensor, p: List[Tensor], H: int) -> Tensor:
  h = __torch__.handwritten_gpu.hidden(ids, p, H)
  last = torch.select(h.view([ids.size(0), ids.size(1), h.size(1)]), 1, -1)
  return __torch__.handwritten_gpu.head(last.contiguous(), p)

# The residual stream after all blocks, and what each saved: with `checkpoint` the stream that entered it alone.
def blocks_saving(ids: Tensor, p: List[Tensor], H: int, checkpoint: bool) -> Tuple[Tensor, List[List[Tensor]]]:
  h = __torch__.handwritten_gpu.embed(ids, p)
  saved = annotate(List[List[Tensor]], [])
  layers = (torch.len(p) - 5) // 12
  for i in range(layers):
    of_block = __torch__.handwritten_gpu.saved_of_block(h, p, 2 + 12 * i, ids.size(0), H)
    h = __torch__.handwritten_gpu.after_block(of_block, p, 2 + 12 * i)
    if checkpoint:
      of_block = [of_block[0]]
    saved.append(of_block)
  return (h, saved)

def logits_saving(ids: Tensor, p: List[Tensor], H: int, checkpoint: bool) -> Tuple[Tensor, List[List[Tensor]]]:
  h, saved = __torch__.handwritten_gpu.blocks_saving(ids, p, H, checkpoint)
  return (__torch__.handwritten_gpu.head(h, p), saved)

# The sum of all logits and its gradient by x [N, d], the head's input; the head's gradient into g. By each logit the
# gradient is 1: it takes their memory.
def sum_and_back(x: Tensor, w: Tensor, g: List[Tensor], o: int) -> Tuple[Tensor, Tensor]:
  y = torch.mm(w, x.t())
  loss = torch.sum(y, dtype=6)
  y.fill_(1.0)
  g[o] = torch.mm(y, x)
  return (loss, torch.mm(y.t(), w))

# The same of the mean cross-entropy, whose gradient by the logits is (softmax - one at the target) / N; the division
# is left to the two smaller products. A softmax along columns takes ten times as long as one along rows, so that here
# the logits are [N, V], with as many words of probability 0 as make the rows even. The log of the sum of exp is that
# of the largest logit less that of its probability: so it needs no second pass in fp32, and none that could underflow.
def cross_entropy_and_back(x: Tensor, targets: Tensor, w: Tensor, g: List[Tensor], o: int) -> Tuple[Tensor, Tensor]:
  V = w.size(0)
  even = torch.constant_pad_nd(w, [0, 0, 0, (64 - V % 64) % 64])
  words = targets.view([-1, 1])
  y = torch.mm(x, even.t())
  torch.slice(y, 1, V).fill_(-inf)
  largest, where = torch.max(y, 1, True)
  wanted = torch.gather(y, 1, words).to(6)
  torch.softmax(y, 1, out=y)
  loss = torch.mean(largest.to(6) - torch.log(torch.gather(y, 1, where).to(6)) - wanted)
  y.scatter_add_(1, words, torch.full_like(words, -1, dtype=y.dtype))
  scale = 1.0 / float(x.size(0))
  g[o] = torch.slice(torch.mm(y.t(), x), 0, 0, V).mul(scale)
  return (loss, torch.mm(y, even).mul_(scale))

# @return the loss, and the gradient of every parameter in the order of p
def forward_backward(ids: Tensor, targets: Tensor, p: List[Tensor], H: int, cross_entropy: bool, checkpoint: bool) -> Tuple[Tensor, List[Tensor]]:
  B = ids.size(0)
  T = ids.size(1)
  g = annotate(List[Tensor], [])
  for w in p:
    g.append(w)
  h, saved = __torch__.handwritten_gpu.blocks_saving(ids, p, H, checkpoint)
  d = h.size(1)
  e = torch.len(p) - 3
  x, mean, deviation = torch.native_layer_norm(h, [d], p[e], p[e + 1], 1e-05)
  if cross_entropy:
    loss, dx = __torch__.handwritten_gpu.cross_entropy_and_back(x, targets, p[e + 2], g, e + 2)
  else:
    loss, dx = __torch__.handwritten_gpu.sum_and_back(x, p[e + 2], g, e + 2)
  dh = __torch__.handwritten_gpu.norm_back(dx, h, mean, deviation, p, g, e)
  layers = torch.len(saved)
  for i in range(layers):
    o = 2 + 12 * (layers - 1 - i)
    of_block = saved.pop()
    if checkpoint:
      of_block = __torch__.handwritten_gpu.saved_of_block(of_block[0], p, o, B, H)
    dh = __torch__.handwritten_gpu.block_back(dh, of_block, p, g, o, B, H)
    of_block.clear()
  g[0] = torch.embedding_dense_backward(dh.view([B, T, d]), ids, p[0].size(0), -1, False)
  g[1] = torch.zeros_like(p[1])
  torch.slice(g[1], 0, 0, T).copy_(torch.sum(dh.view([B, T, d]), [0]))
  return (loss, g)
