# A block's experts in the handwritten program, for CPUs: Java puts these methods after those of handwritten_decoder.py,
# whose buffers they use, and they learn from `route` which tokens an expert multiplies, as `mixture` of decoder.py does.
#
# N tokens of width d, E experts of inner width n, k of them a token: R = N k choices, in the order of the experts.

  # The router's numbers [N, E] of x [N, d].
  def numbers_of(self, x: Tensor, p: List[Tensor], at: List[int], slot: int) -> Tensor:
    router = at[6] - 1
    return self.product_into(x, p, router, False, self.saved_buffer("router", slot, [x.size(0), p[router].size(0)]))

  # What an expert's first product gives for choices a to e of R: kept for the backward pass, unless that computes it again.
  def up_of(self, slot: int, R: int, a: int, e: int, columns: int) -> Tensor:
    if slot < 0 or self.checkpoint:
      return self.buffer("inner", [e - a, columns], self.dtype)
    return torch.slice(self.saved_buffer("up", slot, [R, columns]), 0, a, e)

  # From the middle of a block [N, d] to what its experts add to the residual stream. Weights multiply before the second
  # product, and what that gives lies where its input was.
  def mixture_by_hand(self, middle: Tensor, p: List[Tensor], at: List[int], slot: int) -> Tensor:
    x = self.norm_of("normed", middle, p, at[5])
    weights, chosen, order, rows, counts = self.route(self.numbers_of(x, p, at, slot))
    share = self.in_order(weights, order)
    R = rows.size(0)
    through = torch.index_select(x, 0, rows, out=self.buffer("through", [R, x.size(1)], self.dtype))
    ups = torch.unbind(p[at[6]])
    downs = torch.unbind(p[at[7]])
    a = 0
    for expert in range(torch.len(counts)):
      e = a + counts[expert]
      if e > a:
        part = torch.slice(through, 0, a, e)
        up = self.up_of(slot, R, a, e, ups[expert].size(0))
        torch.mm(part, ups[expert].t(), out=up)
        active = self.active_into(up, self.buffer("wide", [e - a, downs[expert].size(1)], self.dtype))
        torch.mm(active.mul_(torch.slice(share, 0, a, e)), downs[expert].t(), out=part)
      a = e
    return self.buffer("fed", x.size(), self.dtype).zero_().index_add_(0, rows, through)

  # dh enters as the gradient of what leaves a block, and leaves as that of its middle. An expert without a choice has the
  # gradient 0. By a choice's weight it is the product of what the expert gave and of dh, here taken between the expert's
  # products, where both are at hand.
  def mixture_back(self, dh: Tensor, p: List[Tensor], g: List[Tensor], at: List[int], slot: int, dx: Tensor):
    middle = self.saved_buffer("middle", slot, dh.size())
    x = self.norm_of("normed", middle, p, at[5])
    router = at[6] - 1
    numbers = self.saved_buffer("router", slot, [x.size(0), p[router].size(0)])
    if self.checkpoint:
      self.numbers_of(x, p, at, slot)
    weights, chosen, order, rows, counts = self.route(numbers)
    share = self.in_order(weights, order)
    R = rows.size(0)
    through = torch.index_select(dh, 0, rows, out=self.buffer("through", [R, dh.size(1)], self.dtype))
    dweights = self.buffer("dweights", [R], 6)
    ups = torch.unbind(p[at[6]])
    downs = torch.unbind(p[at[7]])
    of_ups = torch.unbind(g[at[6]])
    of_downs = torch.unbind(g[at[7]])
    a = 0
    for expert in range(torch.len(counts)):
      e = a + counts[expert]
      if e == a:
        of_ups[expert].zero_()
        of_downs[expert].zero_()
      else:
        dy = torch.slice(through, 0, a, e)
        weight = torch.slice(share, 0, a, e)
        entered = torch.index_select(x, 0, torch.slice(rows, 0, a, e), out=self.buffer("entered", dy.size(), self.dtype))
        up = self.up_of(slot, R, a, e, ups[expert].size(0))
        if self.checkpoint:
          torch.mm(entered, ups[expert].t(), out=up)
        active = self.active_into(up, self.buffer("wide", [e - a, downs[expert].size(1)], self.dtype))
        dactive = torch.mm(dy, downs[expert], out=self.buffer("scratch", active.size(), self.dtype))
        products = torch.mul(active, dactive, out=self.buffer("dwide", active.size(), self.dtype))
        torch.sum(products, [1], False, dtype=6, out=torch.slice(dweights, 0, a, e))
        torch.mm(dy.t(), active.mul_(weight), out=of_downs[expert])
        dup = self.active_back(dactive.mul_(weight), up, self.buffer("dwide", up.size(), self.dtype))
        torch.mm(dup.t(), entered, out=of_ups[expert])
        torch.mm(dup, ups[expert], out=dy)
      a = e
    dx.zero_().index_add_(0, rows, through)
    by_token = torch.index_copy(torch.zeros_like(dweights), 0, order, dweights).view(chosen.size())
    dnumbers = self.choice_back(by_token, weights, chosen, numbers)
    torch.mm(dnumbers.t(), x, out=g[router])
    dx.addmm_(dnumbers, p[router])
    dh.add_(self.norm_back("normed", dx, middle, p, g, at[5]))

  # The gradient by the router's numbers [N, E] from that by the weights of the chosen [N, k]. A softmax's derivative is
  # s_i (ds_i - the sum of s ds): over all experts, or where weights are made to add up to 1, over the chosen.
  def choice_back(self, dweights: Tensor, weights: Tensor, chosen: Tensor, numbers: Tensor) -> Tensor:
    products = weights * dweights
    sums = torch.sum(products, [1], True)
    if self.normalised:
      products = products - weights * sums
      dnumbers = torch.zeros(numbers.size(), dtype=6)
    else:
      dnumbers = torch.softmax(numbers, -1, dtype=6).mul_(sums).neg_()
    return dnumbers.scatter_add_(1, chosen, products).to(self.dtype)
