"""Stock, prices and reports of a small warehouse. Money is in whole cents."""
