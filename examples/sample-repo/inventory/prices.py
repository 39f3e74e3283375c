"""Prices of orders, in whole cents."""

VOLUME_DISCOUNTS = [(100, 15), (50, 10), (10, 5)]


def discount_percent(pieces):
    """The discount that an order of so many pieces gets: 5 % from 10 on, 10 % from 50 on, 15 % from 100 on."""
    for threshold, percent in VOLUME_DISCOUNTS:
        if pieces > threshold:
            return percent
    return 0


def order_total(unit_price, pieces):
    """The price of the whole order after its discount, rounded down to a whole cent in the buyer's favour."""
    full_price = unit_price * pieces
    discount = full_price * discount_percent(pieces) // 100
    return full_price - discount
