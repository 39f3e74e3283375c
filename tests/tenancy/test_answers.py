"""What every answer says of itself: nobody keeps it, guesses what it is, or shows it in a frame."""

import re

import httpx
import pytest
from tests.api import V1, Api

from orchestrator.kit.http import SAFETY
from orchestrator.tenancy import me_api

PATHS = ("/me", "/sessions", "/inbox", "/sessions/nothing", "/nothing", "/openapi.json")


def check(answer: httpx.Response) -> None:
    told = {name: answer.headers.get(name) for name in SAFETY}
    assert told == dict(SAFETY), answer.url


@pytest.mark.parametrize("path", PATHS)
async def test_no_browser_and_no_proxy_keeps_or_misreads_an_answer(api: Api, path: str) -> None:
    """A proxy that keeps what a cookie opened would give it to the next who asks, of whichever tenant."""
    check(await api.call("GET", path))
    check(await api.client.get(V1 + path))


async def test_nor_that_of_the_sign_in_and_of_the_health(api: Api) -> None:
    for path in ("/auth/methods", "/auth/nothing", "/health/live", "/gateway/v1/models"):
        check(await api.client.get(path))
    check(await api.client.post("/auth/sign-in", json={"key": "x"}))


async def test_nor_that_of_an_unexpected_error(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(me_api, "principal_of", fail)
    answer = await api.call("GET", "/me")
    assert answer.status_code == 500
    check(answer)


async def test_the_page_of_the_api_runs_named_bytes_alone(api: Api) -> None:
    """It stands where the browser has the cookie: what a third party serves tomorrow must not run there."""
    answer = await api.call("GET", "/docs")
    assert answer.status_code == 200
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert (policy["default-src"], policy["frame-ancestors"], policy["connect-src"]) == ("'none'", "'none'", "'self'")
    assert "unsafe" not in policy["script-src"]
    loaded = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]+)"([^>]*)', answer.text)
    assert len(loaded) == 2
    for url, rest in loaded:
        assert re.search(r"@\d+\.\d+\.\d+/", url), url
        assert 'integrity="sha384-' in rest
    assert answer.headers["cache-control"] == "no-store"
