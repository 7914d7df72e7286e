# The training step: Java puts these methods at the end of every program's class, after common.py. They use its methods
# `embed`, `one_block`, `hidden`, `loss_from` and `differentiate`, and its attributes `layers` and `results`.

  # What `prepare_training` sets: micro batches of a step; the optimizer, none where both are false; whether the
  # optimizer has its own fp32 weights; and its numbers. `clip` bounds the norm of all gradients, 0 where nothing does.
  accumulation : int
  adamw : bool
  fused : bool
  sgd : bool
  master_weights : bool
  clip : float
  rate : float
  beta1 : float
  beta2 : float
  eps : float
  decay : float
  # The optimizer's state by parameter, and how many steps it has done: an fp32 number on the device, for fused AdamW, and
  # one on the host, which nothing waits for.
  first_moments : List[Tensor]
  second_moments : List[Tensor]
  steps : List[Tensor]
  done : int
  # fp32 weights by parameter, with `master_weights`; and the sums of gradients over micro batches.
  masters : List[Tensor]
  sums : List[Tensor]
  # What an operator is about to change: the compiler removes one that changes the members of a list which it finds
  # nowhere afterwards, be they parameters or not.
  written : List[Tensor]

  # ---- gradients by autograd

  def gradients_by_autograd(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    if self.checkpoint:
      return self.gradients_with_checkpoints(ids, targets, p)
    h, o = self.hidden(ids, p)
    loss = self.loss_from(h, p, o, targets)
    self.results = self.derivatives(loss, p, None)
    return loss.detach()

  # The derivatives of y, or of the sum of y times `above`, by each of x.
  def derivatives(self, y: Tensor, x: List[Tensor], above: Optional[Tensor]) -> List[Tensor]:
    gradients = annotate(List[Tensor], [])
    for g in torch.grad([y], x, annotate(List[Optional[Tensor]], [above])):
      gradients.append(unchecked_cast(Tensor, g))
    return gradients

  # The forward pass keeps what enters each block and no more; on the way back each block runs once more, recorded.
  def gradients_with_checkpoints(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    read = self.detached(p)
    h, o = self.embed(ids, read)
    starts = [o]
    streams = [h]
    for layer in range(self.layers):
      h, o = self.one_block(h, read, o, layer)
      starts.append(o)
      streams.append(h)
    h = streams.pop().requires_grad_(True)
    inputs = [h, p[0]]
    for w in torch.slice(p, o):
      inputs.append(w)
    loss = self.loss_from(h, p, o, targets)
    g = self.detached(p)
    of_head = annotate(List[Optional[Tensor]], [None])
    of_head = torch.grad([loss], inputs, of_head, None, False, True)
    dh = unchecked_cast(Tensor, of_head[0])
    for i in range(torch.len(inputs) - 2):
      g[o + i] = unchecked_cast(Tensor, of_head[i + 2])
    for i in range(self.layers):
      layer = self.layers - 1 - i
      h = streams.pop().requires_grad_(True)
      first = starts[layer]
      last = starts[layer + 1]
      inputs = [h]
      for w in torch.slice(p, first, last):
        inputs.append(w)
      y, o = self.one_block(h, p, first, layer)
      of_block = self.derivatives(y, inputs, dh)
      dh = of_block[0]
      for j in range(last - first):
        g[first + j] = of_block[j + 1]
    of_embedding = annotate(List[Tensor], [])
    for w in torch.slice(p, 0, starts[0]):
      of_embedding.append(w)
    h, o = self.embed(ids, p)
    of_embedding = self.derivatives(h, of_embedding, dh)
    for i in range(starts[0]):
      g[i] = of_embedding[i]
    tied = of_head[1]
    if tied is not None:
      g[0] = g[0] + tied
    self.results = g
    return loss.detach()

  # ---- the optimizer

  # Begins a training: the optimizer's state is that before its first step. @param settings in the order in which they
  # are read below
  def prepare_training(self, settings: Tensor, p: List[Tensor]) -> Tensor:
    s = annotate(List[float], settings.cpu().tolist())
    self.adamw = s[0] == 1.0
    self.sgd = s[0] == 2.0
    self.fused = s[1] == 1.0
    self.accumulation = int(s[2])
    self.checkpoint = s[3] == 1.0
    self.master_weights = s[4] == 1.0
    self.clip = s[5]
    self.rate = s[6]
    self.beta1 = s[7]
    self.beta2 = s[8]
    self.eps = s[9]
    self.decay = s[10]
    self.first_moments = annotate(List[Tensor], [])
    self.second_moments = annotate(List[Tensor], [])
    self.masters = annotate(List[Tensor], [])
    self.sums = annotate(List[Tensor], [])
    self.steps = [torch.zeros([], dtype=6, device=p[0].device)]
    self.done = 0
    for w in p:
      if self.master_weights:
        self.masters.append(w.detach().to(6))
      if self.adamw:
        kept = 6 if self.master_weights else w.dtype
        self.first_moments.append(torch.zeros(w.size(), dtype=kept, device=w.device))
        self.second_moments.append(torch.zeros(w.size(), dtype=kept, device=w.device))
    return settings

  # One step: the gradients of each micro batch, added up, then the optimizer. @return the mean loss of the step
  def train_step(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    B = ids.size(0) // self.accumulation
    loss = torch.zeros([], dtype=6, device=ids.device)
    for i in range(self.accumulation):
      part = torch.slice(ids, 0, i * B, i * B + B)
      loss = loss + self.differentiate(part, torch.slice(targets, 0, i * B, i * B + B), p)
      if self.accumulation > 1:
        self.add_gradients(i == 0)
    if self.accumulation > 1:
      self.results = self.sums
    if self.adamw or self.sgd:
      self.optimize(self.results, self.detached(p))
    elif self.accumulation > 1:
      torch._foreach_div_(self.results, float(self.accumulation))
    return (loss / float(self.accumulation)).cpu()

  # Adds the gradients of a micro batch to those before it, in fp32 where the weights are.
  def add_gradients(self, first: bool):
    if first and torch.len(self.sums) == 0:
      for g in self.results:
        kept = 6 if self.master_weights else g.dtype
        self.sums.append(torch.empty(g.size(), dtype=kept, device=g.device))
    if first:
      torch._foreach_copy_(self.sums, self.results)
    else:
      torch._foreach_add_(self.sums, self.results)

  # What gradients are divided by before they are used: the number of micro batches, and what brings the norm of all of
  # them down to `clip`. Nothing where that is 1.
  def divisor(self, g: List[Tensor]) -> Optional[Tensor]:
    count = float(self.accumulation)
    if self.clip > 0.0:
      norms = torch.stack(torch._foreach_norm(g, 2, dtype=6))
      norm = torch.linalg_vector_norm(norms) / count
      return torch.clamp_min((norm + 1e-06) / self.clip, 1.0) * count
    if self.accumulation > 1:
      return torch.full([], count, dtype=6, device=g[0].device)
    return None

  # One step of the optimizer with the gradients g, which are left as they were used: divided.
  def optimize(self, g: List[Tensor], p: List[Tensor]):
    by = self.divisor(g)
    self.steps[0].add_(1.0)
    self.done = self.done + 1
    if not self.master_weights:
      self.optimize_some(p, g, p, 0, torch.len(p), by)
    else:
      # So many parameters at a time that the fp32 copies of their gradients stay small.
      a = 0
      while a < torch.len(p):
        e = a
        size = 0
        while e < torch.len(p) and (e == a or size + g[e].numel() <= 33554432):
          size = size + g[e].numel()
          e = e + 1
        self.optimize_some(self.masters, g, p, a, e, by)
        a = e

  # The same of parameters a to e, whose weights are w and whose copies for the products are p: matrices decay, biases and
  # the scales of norms do not.
  def optimize_some(self, w: List[Tensor], g: List[Tensor], p: List[Tensor], a: int, e: int, by: Optional[Tensor]):
    for decays in [True, False]:
      weights = annotate(List[Tensor], [])
      gradients = annotate(List[Tensor], [])
      first = annotate(List[Tensor], [])
      second = annotate(List[Tensor], [])
      steps = annotate(List[Tensor], [])
      narrow = annotate(List[Tensor], [])
      copies = annotate(List[Tensor], [])
      for i in range(a, e):
        if (w[i].dim() > 1) == decays:
          weights.append(w[i])
          gradients.append(g[i].to(w[i].dtype).contiguous())
          narrow.append(g[i])
          copies.append(p[i])
          if self.adamw:
            first.append(self.first_moments[i])
            second.append(self.second_moments[i])
            steps.append(self.steps[0])
      if torch.len(weights) > 0:
        decay = self.decay if decays else 0.0
        if self.adamw and not self.fused:
          if by is not None:
            self.written = gradients
            torch._foreach_div_(gradients, by)
          t = float(self.done)
          for i in range(torch.len(weights)):
            self.one_by_adamw(weights[i], gradients[i], first[i], second[i], t, decay)
        elif self.adamw:
          self.written = weights
          none = annotate(List[Tensor], [])
          torch._fused_adamw_(weights, gradients, first, second, none, steps, lr=self.rate, beta1=self.beta1, beta2=self.beta2, weight_decay=decay, eps=self.eps, amsgrad=False, maximize=False, grad_scale=by, found_inf=None)
        else:
          if by is not None:
            self.written = gradients
            torch._foreach_div_(gradients, by)
          self.written = weights
          torch._foreach_add_(weights, gradients, alpha=-self.rate)
        if self.master_weights:
          self.written = copies
          torch._foreach_copy_(copies, weights)
        if by is not None and self.master_weights and gradients[0].dtype != narrow[0].dtype:
          self.written = narrow
          torch._foreach_copy_(narrow, gradients)
        self.written = annotate(List[Tensor], [])

  # Step t of AdamW on one parameter, an operation at a time.
  def one_by_adamw(self, w: Tensor, g: Tensor, m: Tensor, v: Tensor, t: float, decay: float):
    w.mul_(1.0 - self.rate * decay)
    m.lerp_(g, 1.0 - self.beta1)
    v.mul_(self.beta2).addcmul_(g, g, value=1.0 - self.beta2)
    root = torch.sqrt(v).div_((1.0 - self.beta2 ** t) ** 0.5).add_(self.eps)
    w.addcdiv_(m, root, value=-self.rate / (1.0 - self.beta1 ** t))

  # Evenly spaced numbers of a tensor, as fp32: every `apart`-th, in the order in which they lie.
  def sample(self, x: List[Tensor], apart: Tensor) -> Tensor:
    return torch.slice(x[0].detach().reshape([-1]), 0, 0, None, int(apart)).to(6).contiguous().cpu()

  # The fp32 weights that the optimizer has, or none.
  def read_masters(self, place: Tensor) -> List[Tensor]:
    return self.masters
