# A model that runs passes over whole sequences has these methods in place of those of decode.py, at the end of its class: it
# keeps no cache, and multiplies few rows, as some experts have them, as it does many.

  def fill_cache(self, k: Tensor, v: Tensor, layer: int):
    ops.prim.RaiseException("This archive does not hold the program that decodes.")

  def row_linear(self, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
    return self.linear(x, w, b)
