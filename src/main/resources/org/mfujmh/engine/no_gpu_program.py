# Stands in for handwritten_gpu.py in archives of every other backend. Their `gpu_by_hand` is false, so nothing calls these.

def logits(ids: Tensor, p: List[Tensor], H: int) -> Tensor:
  ops.prim.RaiseException("This archive does not hold the handwritten program for GPUs.")
  return ids

def last_logits(ids: Tensor, p: List[Tensor], H: int) -> Tensor:
  return __torch__.handwritten_gpu.logits(ids, p, H)

def logits_saving(ids: Tensor, p: List[Tensor], H: int, checkpoint: bool) -> Tuple[Tensor, List[List[Tensor]]]:
  return (__torch__.handwritten_gpu.logits(ids, p, H), [p])

def forward_backward(ids: Tensor, targets: Tensor, p: List[Tensor], H: int, cross_entropy: bool, checkpoint: bool) -> Tuple[Tensor, List[Tensor]]:
  return (__torch__.handwritten_gpu.logits(ids, p, H), p)
