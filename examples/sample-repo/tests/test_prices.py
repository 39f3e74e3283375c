import unittest

from inventory.prices import discount_percent, order_total


class DiscountTest(unittest.TestCase):
    def test_few_pieces_get_none(self):
        self.assertEqual(discount_percent(9), 0)

    def test_discount_begins_at_the_threshold(self):
        self.assertEqual(discount_percent(10), 5)
        self.assertEqual(discount_percent(50), 10)
        self.assertEqual(discount_percent(100), 15)

    def test_discount_holds_above_the_threshold(self):
        self.assertEqual(discount_percent(11), 5)
        self.assertEqual(discount_percent(99), 10)
        self.assertEqual(discount_percent(1000), 15)


class OrderTotalTest(unittest.TestCase):
    def test_without_discount(self):
        self.assertEqual(order_total(250, 4), 1000)

    def test_with_discount(self):
        self.assertEqual(order_total(200, 50), 9000)

    def test_rounds_in_the_buyers_favour(self):
        self.assertEqual(order_total(33, 11), 344)


if __name__ == "__main__":
    unittest.main()
