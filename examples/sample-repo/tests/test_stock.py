import unittest

from inventory.stock import OutOfStock, Stock


class StockTest(unittest.TestCase):
    def setUp(self):
        self.stock = Stock({"bolt": 3, "nut": 40})

    def test_unknown_items_count_nothing(self):
        self.assertEqual(self.stock.quantity("washer"), 0)

    def test_add(self):
        self.stock.add("bolt", 2)
        self.assertEqual(self.stock.quantity("bolt"), 5)

    def test_remove(self):
        self.stock.remove("nut", 15)
        self.assertEqual(self.stock.quantity("nut"), 25)

    def test_nothing_below_zero(self):
        with self.assertRaises(OutOfStock):
            self.stock.remove("bolt", 4)
        self.assertEqual(self.stock.quantity("bolt"), 3)

    def test_pieces_must_be_positive(self):
        for change in (self.stock.add, self.stock.remove):
            with self.assertRaises(ValueError):
                change("bolt", 0)

    def test_items_are_sorted(self):
        self.stock.add("axle", 1)
        self.assertEqual(self.stock.items(), ["axle", "bolt", "nut"])


if __name__ == "__main__":
    unittest.main()
