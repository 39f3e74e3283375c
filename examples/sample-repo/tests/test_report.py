import unittest

from inventory.report import format_money, statement


class FormatMoneyTest(unittest.TestCase):
    def test_ordinary_amounts(self):
        self.assertEqual(format_money(1234), "12.34")

    def test_small_amounts_keep_two_digits(self):
        self.assertEqual(format_money(5), "0.05")
        self.assertEqual(format_money(100), "1.00")

    def test_negative_amounts(self):
        self.assertEqual(format_money(-150), "-1.50")
        self.assertEqual(format_money(-5), "-0.05")


class StatementTest(unittest.TestCase):
    def test_refunds_lower_the_total(self):
        lines = statement([("bolts", 1205), ("refund", -1250)]).splitlines()
        self.assertEqual(lines, ["bolts: 12.05", "refund: -12.50", "total: -0.45"])


if __name__ == "__main__":
    unittest.main()
