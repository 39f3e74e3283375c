"""News for other programs: signed HTTP calls of what happened in a tenant, until they arrive or are given up."""
