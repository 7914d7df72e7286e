# Products of few rows, which a decoding step consists of, and reads of the same memory for the bandwidth roofline. Java puts these
# methods after those of decode.py.

  # x w^T + b of few rows x [B, d], in the way that `row_product` names.
  def row_linear(self, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
    if self.row_product == "vector" and x.size(0) == 1:
      if b is None:
        y = torch.mv(w, x[0]).unsqueeze(0)
      else:
        y = torch.addmv(b, w, x[0]).unsqueeze(0)
    elif self.row_product == "inner_product":
      y = __torch__.products.linear(x, w, b)
    elif self.row_product == "transposed":
      y = torch.mm(w, x.t()).t().contiguous()
      if b is not None:
        y = y + b
    else:
      y = self.linear(x, w, b)
    return y

  # ---- few rows by embedding bags: x w^T is the sum of the columns of w, each weighted by a number of x. A bag adds up a
  # ---- part of each column, `width` rows long, and these parts are to stand in memory one after the other. So w [m, d]
  # ---- lies there as [m / width, d, width] from `pack` to `unpack`, in the same place. There is a bag for each part and
  # ---- row of x; those of one part follow each other, so that only the first reads it from memory.

  # Rows of a matrix in a bag: up to 256, in as many parts as the threads share evenly where it can be. 0: it stays as it is.
  def bag_width(self, o: int) -> int:
    w = self.weights[o]
    last = o == torch.len(self.weights) - 1
    routes = not last and self.weights[o + 1].dim() == 3
    embedding = o == 0 or (o == 1 and self.learned_positions)
    if self.bag_threads == 0 or w.dim() != 2 or embedding or routes or (last and not self.tied):
      return 0
    found = 0
    shared = False
    for width in range(16, 257, 8):
      parts = w.size(0) // width
      evenly = parts > 1 and parts % self.bag_threads == 0
      if parts * width == w.size(0) and (evenly or not shared):
        found = width
        shared = evenly
    return found

  # @return how many parameters there are
  def pack(self) -> int:
    self.bags = annotate(List[List[Tensor]], [])
    shared = annotate(Dict[str, Tensor], {})
    for o in range(torch.len(self.weights)):
      w = self.weights[o]
      bag = annotate(List[Tensor], [])
      width = self.bag_width(o)
      if width > 0:
        parts = w.size(0) // width
        d = w.size(1)
        packed = w.view([parts, d, width])
        packed.copy_(w.view([parts, width, d]).transpose(1, 2).clone())
        self.weights[o] = packed
        size = "{} {}".format(parts, d)
        if not (size in shared):
          rows = torch.arange(parts * d, dtype=3, device=w.device).view([parts, 1, d])
          shared[size] = rows.expand([parts, self.bag_batch, d]).reshape([-1])
          shared["x " + size] = torch.empty([parts, self.bag_batch, d], dtype=w.dtype, device=w.device)
        copies = shared["x " + size]
        starts = torch.arange(0, torch.numel(copies), d, dtype=3, device=w.device)
        bag = [packed.view([-1, width]), shared[size], starts, copies, copies.view([-1])]
      self.bags.append(bag)
    return torch.len(self.weights)

  # Puts them back. @return how many there are
  def unpack(self) -> int:
    for o in range(torch.len(self.weights)):
      packed = self.weights[o]
      if packed.size() != self.shapes[o]:
        w = packed.view(self.shapes[o])
        w.view([packed.size(0), packed.size(2), packed.size(1)]).copy_(packed.transpose(1, 2).clone())
        self.weights[o] = w
    return torch.len(self.weights)

  # x w^T of x [B, d] and the packed w with this place among the weights: every part gets a copy of x.
  def bag_product(self, x: Tensor, o: int) -> Tensor:
    table, rows, starts, copies, numbers = self.bags[o]
    copies.copy_(x)
    y, of, sizes, largest = torch._embedding_bag_forward_only(table, rows, starts, False, 0, False, numbers, False, -1)
    B = x.size(0)
    if B == 1:
      return y.view([1, -1])
    return y.view([-1, B, table.size(1)]).transpose(0, 1).reshape([B, -1])

  # Which of the ways to multiply few rows a step takes.
  def rows_as_matrix(self, place: Tensor) -> Tensor:
    self.row_product = "matrix"
    return place

  def rows_as_vector(self, place: Tensor) -> Tensor:
    self.row_product = "vector"
    return place

  def rows_as_inner_product(self, place: Tensor) -> Tensor:
    self.row_product = "inner_product"
    return place

  def rows_as_transposed(self, place: Tensor) -> Tensor:
    self.row_product = "transposed"
    return place

  # From the next `pack` on, bags for so many rows and threads; for 0 threads, none.
  def rows_in_bags(self, rows: Tensor, threads: Tensor) -> Tensor:
    self.bag_batch = int(rows)
    self.bag_threads = int(threads)
    return threads

  # Takes up the weights, packed as `rows_in_bags` wants them, until `decode_end`.
  def pack_weights(self, place: Tensor, p: List[Tensor]) -> Tensor:
    self.weights = self.detached(p)
    self.pack()
    return place

  # ---- reads for the bandwidth roofline, each so many times in one call, ended by one number on the host

  # Every matrix that a step multiplies, with so many rows. What is packed for another number of rows is read as it lies: the
  # numbers that come out are no product, but the bytes are the same. @return the bytes of them all
  def read_matrices(self, times: Tensor, rows: Tensor, p: List[Tensor]) -> Tensor:
    y = torch.zeros([1, 1], dtype=self.dtype, device=p[0].device)
    matrices = self.matrices(p)
    for i in range(int(times)):
      for o in matrices:
        w = p[o].detach()
        x = torch.ones([int(rows), w.size(-1)], dtype=w.dtype, device=w.device)
        if int(rows) == self.bag_batch and o < torch.len(self.bags) and torch.len(self.bags[o]) > 0:
          y = self.bag_product(x, o)
        else:
          y = self.row_linear(x, w.view([-1, w.size(-1)]), None)
    bytes = 0.0
    for o in matrices:
      bytes = bytes + float(torch.numel(p[o]) * torch.element_size(p[o]))
    return (y[0][0].to(6) * 0.0 + bytes).cpu()

  # Where they stand in p.
  def matrices(self, p: List[Tensor]) -> List[int]:
    found = annotate(List[int], [])
    for o in range(torch.len(p)):
      embedding = (o == 0 and not self.tied) or (o == 1 and self.learned_positions)
      if p[o].dim() > 1 and not embedding:
        found.append(o)
    return found

  def read_buffer(self, place: Tensor, numbers: Tensor) -> Tensor:
    return torch.ones([int(numbers)], dtype=6, device=place.device)

  def read_sum(self, buffer: Tensor, times: Tensor) -> Tensor:
    y = torch.zeros([], dtype=6, device=buffer.device)
    for i in range(int(times)):
      y = y + torch.sum(buffer)
    return y.cpu()

  def read_dot(self, buffer: Tensor, times: Tensor) -> Tensor:
    y = torch.zeros([], dtype=6, device=buffer.device)
    for i in range(int(times)):
      y = y + torch.dot(buffer, buffer)
    return y.cpu()
