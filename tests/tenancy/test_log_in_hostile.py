"""A log-in that somebody tampers with opens nothing and makes nobody known."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import text
from tests.api import code_of
from tests.tenancy.browsers import Desk, approved, desk_for, log_in
from tests.tenancy.openid import (
    CLIENT_ID,
    lying_provider,
    make_key,
    signed_by_another,
    signed_with_public_key,
    unsigned,
)


async def refused(desk: Desk, answer: httpx.Response) -> None:
    assert code_of(answer) == (400, "log_in_failed")
    assert "oio_session" not in answer.headers.get("set-cookie", "")


async def test_the_honest_provider_logs_in(desk: Desk) -> None:
    before = await desk.users()
    answer = await log_in(desk)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert answer.headers["set-cookie"].startswith("oio_session=ois_")
    assert await desk.users() == before + 1
    assert (await log_in(desk)).status_code == 303
    assert await desk.users() == before + 1


FORGED = {
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg none with a signature": unsigned("none", "c2lnbmVk"),
    "no algorithm": unsigned(""),
    "RS256 without a signature": unsigned("RS256"),
    "HS256 with the public key as PEM": signed_with_public_key("pem"),
    "HS512 with the public key as PEM": signed_with_public_key("pem", "HS512"),
    "HS256 with the public key as JWK": signed_with_public_key("jwk"),
    "another key under the known id": signed_by_another(),
    "another key under an unknown id": signed_by_another("unknown"),
    "another key in the header": signed_by_another(jwk={}),
    "garbage": lambda _provider, _claims: "garbage",
    "no token": lambda _provider, _claims: "",
    "two dots": lambda _provider, _claims: "..",
    "no JSON": lambda _provider, _claims: "YQ.YQ.YQ",
    "not base64": lambda _provider, _claims: "!!.!!.!!",
    "not ASCII": lambda _provider, _claims: "é.é.é",
    "a megabyte": lambda _provider, _claims: "a" * 1_000_000,
    "encrypted": lambda _provider, _claims: "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..YQ.YQ.YQ",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_token_is_refused(desk: Desk, forge: Any) -> None:
    before = await desk.users()
    desk.provider.forge = forge
    await refused(desk, await log_in(desk))
    assert await desk.users() == before


LIES: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "somebody-else"},
    "no audience": {"aud": None},
    "an empty audience": {"aud": []},
    "two audiences and no party": {"aud": [CLIENT_ID, "somebody-else"]},
    "another authorized party": {"azp": "somebody-else"},
    "another issuer": {"iss": "https://evil.example"},
    "nearly the issuer": {"iss": "{issuer}/"},
    "a list of issuers": {"iss": ["{issuer}"]},
    "no issuer": {"iss": None},
    "expired": {"exp": int(time.time()) - 120},
    "no expiry": {"exp": None},
    "an expiry that is no time": {"exp": "never"},
    "not valid yet": {"nbf": int(time.time()) + 3600},
    "issued in the future": {"iat": int(time.time()) + 3600},
    "no nonce": {"nonce": None},
    "another nonce": {"nonce": "another"},
    "a list of nonces": {"nonce": ["another"]},
    "nobody": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is no text": {"sub": 7},
    "a subject with a NUL": {"sub": "ada\x00"},
    "a subject with half a character": {"sub": "ada\ud800"},
    "too long a subject": {"sub": "a" * 256},
    "another access token's hash": {"at_hash": "YW5vdGhlcg"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_a_token_that_claims_something_else_is_refused(desk: Desk, lie: dict[str, Any]) -> None:
    before = await desk.users()
    for name, value in lie.items():
        value = value.format(issuer=desk.provider.issuer) if isinstance(value, str) else value
        value = [desk.provider.issuer] if value == ["{issuer}"] else value
        desk.provider.claims[name] = value
    await refused(desk, await log_in(desk))
    assert await desk.users() == before


async def test_the_nonce_of_an_earlier_log_in_is_refused(desk: Desk) -> None:
    assert (await log_in(desk)).status_code == 303
    desk.provider.claims["nonce"] = desk.provider.nonces[0]
    await refused(desk, await log_in(desk))


async def test_a_return_counts_once(desk: Desk) -> None:
    async with desk.browser() as browser:
        back = await approved(browser)
        assert (await browser.get(back)).status_code == 303
        asked = len(desk.provider.asked)
        await refused(desk, await browser.get(back))
        assert len(desk.provider.asked) == asked


async def test_a_return_counts_once_when_ten_come_at_once(desk: Desk) -> None:
    async with desk.browser() as browser:
        back = await approved(browser)
        cookies = dict(browser.cookies)
    async with desk.browser() as browser:
        answers = await asyncio.gather(*(browser.get(back, headers={"Cookie": _line(cookies)}) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 9


async def test_a_code_of_another_log_in_is_refused(desk: Desk) -> None:
    """The verifier belongs to the code: whoever has stolen a code cannot bring it in."""
    async with desk.browser() as thief, desk.browser() as victim:
        stolen = _query(await approved(victim))["code"]
        own = _query(await approved(thief))
        await refused(desk, await thief.get("/auth/callback", params={"code": stolen, "state": own["state"]}))
        used = _query(await approved(thief))
        assert (await thief.get("/auth/callback", params=used)).status_code == 303
        again = _query(await approved(thief)) | {"code": used["code"]}
        await refused(desk, await thief.get("/auth/callback", params=again))


async def test_a_return_belongs_to_the_browser_that_left(desk: Desk) -> None:
    """Otherwise an attacker logs a victim in as the attacker, and reads along."""
    async with desk.browser() as attacker, desk.browser() as victim:
        back = await approved(attacker)
        await refused(desk, await victim.get(back))
        await approved(victim)
        await refused(desk, await victim.get(back))
        assert (await attacker.get(back)).status_code == 303


async def test_every_broken_return_is_refused_without_asking_the_provider(desk: Desk) -> None:
    async with desk.browser() as browser:
        honest = _query(await approved(browser))
        for changes in (
            {"state": "wrong"},
            {"state": ""},
            {"state": None},
            {"code": None},
            {"code": ""},
            {"iss": "https://evil.example"},
            {"error": "access_denied"},
            {"error": "access_denied\n{'a': 1}<script>"},
        ):
            query = {k: v for k, v in (honest | changes).items() if v is not None}
            answer = await browser.get("/auth/callback", params=query)
            await refused(desk, answer)
            assert "script" not in answer.text
        assert desk.provider.asked.count("token") == 0
        assert (await browser.get("/auth/callback", params=honest | {"iss": desk.provider.issuer})).status_code == 303


async def test_a_log_in_that_took_too_long_is_refused(desk: Desk) -> None:
    async with desk.browser() as browser:
        back = await approved(browser)
        async with desk.database.system_transaction() as db:
            await db.execute(text("update pending_log_ins set expires_at = now() - interval '1 second'"))
        await refused(desk, await browser.get(back))


async def test_two_tabs_may_log_in_at_once(desk: Desk) -> None:
    async with desk.browser() as browser:
        first, second = await approved(browser), await approved(browser)
        assert (await browser.get(first)).status_code == 303
        assert (await browser.get(second)).status_code == 303


async def test_new_keys_are_fetched_once(desk: Desk) -> None:
    assert (await log_in(desk)).status_code == 303
    desk.provider.asked.clear()
    desk.provider.key = make_key("second")
    answers = await asyncio.gather(*(log_in(desk) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [303] * 5
    assert desk.provider.asked.count("keys") == 1
    desk.provider.forge = signed_by_another("unknown")
    await refused(desk, await log_in(desk))
    assert desk.provider.asked.count("keys") == 2


async def test_a_provider_that_is_another_or_answers_nonsense_is_told(desk: Desk, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        async with lying_provider() as other:
            other.names_itself = "https://evil.example"
            there = await stack.enter_async_context(desk_for(tmp_path, desk.database.url, other))
            browser = await stack.enter_async_context(there.browser())
            assert code_of(await browser.get("/auth/log-in")) == (503, "openid_provider_unreachable")
            other.names_itself = None
            other.token_status = 500
            answer = await browser.get(await approved(browser))
            assert code_of(answer) == (503, "openid_provider_unreachable")
            other.token_status = 400
            await refused(there, await browser.get(await approved(browser)))
        answer = await browser.get("/auth/log-in")
        assert answer.status_code == 303, "what is known of it is kept"
        back = {"code": "c", "state": _query(answer.headers["location"])["state"]}
        assert code_of(await browser.get("/auth/callback", params=back)) == (503, "openid_provider_unreachable")


async def test_the_secret_goes_to_the_provider_alone(desk: Desk, tmp_path: Path) -> None:
    secret = "s3cr:t/é"
    async with lying_provider() as provider:
        async with desk_for(tmp_path, desk.database.url, provider, oidc_client_secret=secret) as there:
            answer = await log_in(there)
        assert answer.status_code == 303
        form, authorization = provider.token_requests[0]
        assert httpx.BasicAuth(CLIENT_ID, "s3cr%3At%2F%C3%A9")._auth_header == authorization
        assert "client_secret" not in form


FOREIGN = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\r\nSet-Cookie: a=b",
    "/%0a\n",
    "/ä",
    "javascript:alert(1)",
    "evil.example",
    "",
    " /",
    "/" + "a" * 2000,
)


@pytest.mark.parametrize("address", FOREIGN)
async def test_nobody_is_sent_on_to_another_site(desk: Desk, address: str) -> None:
    async with desk.browser() as browser:
        answer = await browser.get("/auth/log-in", params={"next": address})
        assert code_of(answer) == (400, "foreign_next")
        assert "location" not in answer.headers


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _line(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
