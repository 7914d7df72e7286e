# Stands in for the handwritten program of a model that runs by autograd alone: Java puts these methods at the end of its class.
# Its `by_hand` is false, so nothing calls them. libtorch compiles every method in an archive, called or not; compiling the
# handwritten program takes longer than a pass of a small model.

  def forward_by_hand(self, ids: Tensor, p: List[Tensor], saving: bool) -> Tensor:
    ops.prim.RaiseException("This archive holds the program by autograd alone.")
    return ids

  def last_by_hand(self, ids: Tensor, p: List[Tensor]) -> Tensor:
    return self.forward_by_hand(ids, p, False)

  def gradients_by_hand(self, ids: Tensor, targets: Tensor, p: List[Tensor]) -> Tensor:
    return self.forward_by_hand(ids, p, True)
