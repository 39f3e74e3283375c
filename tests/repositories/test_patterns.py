"""Which repositories a credential is for."""

import pytest

from orchestrator.repositories.patterns import parse_pattern, pattern_of


@pytest.mark.parametrize(
    ("pattern", "url", "fits"),
    [
        ("github.com", "https://github.com/acme/shop.git", True),
        ("github.com/acme", "https://github.com/acme/shop", True),
        ("github.com/acme/*", "https://github.com/acme/shop", True),
        ("github.com/acme/shop", "https://GitHub.com/acme/shop.git", True),
        ("github.com:443", "https://github.com/acme/shop", True),
        ("github.com/acme", "https://github.com/acme-labs/shop", False),
        ("github.com/acme", "https://github.com/Acme2/shop", False),
        ("github.com/acme", "https://github.com/other/../acme/shop", False),
        ("github.com/acme", "https://github.com/acme/../other/shop", False),
        ("github.com/acme", "https://github.com/acme/%2e%2e/other/shop", False),
        ("github.com", "http://github.com/acme/shop", False),
        ("github.com", "https://github.com.evil.example/acme/shop", False),
        ("github.com", "https://github.com@evil.example/acme/shop", False),
        ("github.com", "https://github.com:8443/acme/shop", False),
        ("github.com", "git@github.com:acme/shop", False),
        ("ssh://github.com/acme", "git@github.com:acme/shop.git", True),
        ("ssh://github.com", "ssh://git@github.com:22/acme/shop.git", True),
        ("ssh://github.com:2222", "ssh://git@github.com:2222/acme/shop.git", True),
        ("ssh://github.com", "ssh://git@github.com:2222/acme/shop.git", False),
        ("github.com", "/srv/github.com/shop", False),
    ],
)
def test_a_pattern_fits_its_repositories_and_no_other(pattern: str, url: str, fits: bool) -> None:
    wanted = pattern_of(url)
    assert (wanted is not None and parse_pattern(pattern, "https").matches(wanted)) is fits
