# A model that runs by autograd alone has these methods in place of a program by hand, at the end of its class: libtorch compiles
# every method that it finds, which takes longer than a pass of a small model. Its `by_hand` is false, and nothing calls them.

  def forward_by_hand(self, ids: Tensor, p: List[Tensor], saving: bool) -> Tensor:
    ops.prim.RaiseException("This archive holds the program by autograd alone.")
    return ids

  def last_by_hand(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    return self.forward_by_hand(ids, p, False)

  def gradients_by_hand(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    return self.forward_by_hand(ids, p, True)
