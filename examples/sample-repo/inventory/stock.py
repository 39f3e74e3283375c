"""What is on the shelves."""


class OutOfStock(Exception):
    """More pieces were asked for than there are."""


class Stock:
    def __init__(self, quantities=None):
        self._quantities = dict(quantities or {})

    def quantity(self, item):
        return self._quantities.get(item, 0)

    def add(self, item, pieces):
        if pieces <= 0:
            raise ValueError("pieces must be positive")
        self._quantities[item] = self.quantity(item) + pieces

    def remove(self, item, pieces):
        if pieces <= 0:
            raise ValueError("pieces must be positive")
        if pieces > self.quantity(item):
            raise OutOfStock(f"{item}: {pieces} wanted, {self.quantity(item)} there")
        self._quantities[item] = self.quantity(item) - pieces

    def items(self):
        return sorted(self._quantities)
