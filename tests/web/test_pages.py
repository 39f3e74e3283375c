"""The dashboard as it is served: one page for its addresses, hashed files that keep for ever, nothing of the API's."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api import V1, Api, code_of, in_process

from orchestrator.web.files import Dist

PAGE = "<!doctype html><title>Orchestrator</title>" + "<p>page</p>" * 100
SCRIPT = "export const greeting = 'good day';\n" * 200
PICTURE = b"\x89PNG" + bytes(2000)


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(PAGE)
    (dist / "icon.svg").write_text("<svg/>")
    (dist / "assets/main-abc123.js").write_text(SCRIPT)
    (dist / "assets/shot-abc123.png").write_bytes(PICTURE)
    (tmp_path / "secret.txt").write_text("not for you")
    (dist / "assets/way-out.txt").symlink_to(tmp_path / "secret.txt")
    return dist


@pytest.fixture
async def web(api: Api, dist: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(api, dist) as client:
        yield client


@asynccontextmanager
async def serving(api: Api, dist: Path) -> AsyncIterator[httpx.AsyncClient]:
    before = api.app.state.dist
    api.app.state.dist = Dist(dist)
    try:
        async with in_process(api.app) as client:
            yield client
    finally:
        api.app.state.dist = before


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sessions",
        "/sessions/0190aaaa-0000-7000-8000-00000000dead",
        "/sign-in",
        "/apis",
        "/agents/gpt-4.1",
        "//api/v1/me",
    ],
)
async def test_every_address_of_the_dashboard_is_its_one_page(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(f"http://orchestrator.test{path}")
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_page_is_safe_from_foreign_scripts_frames_and_forms(web: httpx.AsyncClient) -> None:
    for path in ("/", "/assets/main-abc123.js", "/assets/missing.js"):
        headers = (await web.get(path)).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]


async def test_hashed_files_keep_for_ever(web: httpx.AsyncClient) -> None:
    script = await web.get("/assets/main-abc123.js")
    assert (script.status_code, script.text) == (200, SCRIPT)
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    icon = await web.get("/icon.svg")
    assert (icon.headers["content-type"], icon.headers["cache-control"]) == ("image/svg+xml", "no-cache")


@pytest.mark.parametrize("name", ["a" * 300, "a" * 300 + ".js", "assets/" + "a" * 300, "a/" * 600, "a" * 5_000])
async def test_an_address_that_can_be_no_files_name_is_answered(web: httpx.AsyncClient, name: str) -> None:
    """It was a fault of the orchestrator's for anybody who asked, with a page of the log each time."""
    answer = await web.get(f"/{name}")
    assert answer.status_code == (404 if name.startswith("assets/") or name.endswith(".js") else 200)


@pytest.mark.parametrize(
    "path", ["/assets/main-old.js", "/assets/", "/assets", "/assets/page", "/favicon.ico", "/robots.txt"]
)
async def test_a_missing_file_is_not_the_page(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(path)
    assert code_of(answer) == (404, "not_found")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/way-out.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/..%5csecret.txt",
        "/%00.txt",
    ],
)
async def test_nothing_outside_of_the_folder_is_served(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(path)
    assert code_of(answer) == (404, "not_found")
    assert "not for you" not in answer.text


async def test_text_is_packed_for_who_takes_it(web: httpx.AsyncClient) -> None:
    script = "/assets/main-abc123.js"
    for accepted in ("gzip", "br, gzip;q=0.8, zstd", "GZIP"):
        request = web.build_request("GET", script, headers={"Accept-Encoding": accepted})
        answer = await web.send(request, stream=True)
        raw = b"".join([piece async for piece in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == "gzip", accepted
        assert gzip.decompress(raw).decode() == SCRIPT
        assert int(answer.headers["content-length"]) == len(raw) < len(SCRIPT) / 10
    for accepted in ("", "br", "identity", "gzip;q=0", "gzip;q=0.0, br"):
        answer = await web.get(script, headers={"Accept-Encoding": accepted})
        assert "content-encoding" not in answer.headers, accepted
        assert answer.headers["vary"] == "Accept-Encoding"
    picture = await web.get("/assets/shot-abc123.png", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in picture.headers
    assert picture.content == PICTURE


async def test_what_a_browser_has_is_not_sent_again_until_it_changes(web: httpx.AsyncClient, dist: Path) -> None:
    first = await web.get("/")
    again = await web.get("/sessions", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (dist / "index.html").write_text(f"{PAGE} and more")
    changed = await web.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, changed.text) == (200, f"{PAGE} and more")


async def test_head_is_get_without_the_content(web: httpx.AsyncClient) -> None:
    answer = await web.head("/", headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(PAGE))


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/sessions", f"{V1}/nothing", "/metrics", "/health", "/health/x"])
async def test_the_apis_addresses_stay_its_own(api: Api, web: httpx.AsyncClient, path: str) -> None:
    assert code_of(await web.get(path)) == (401, "unauthenticated")
    assert code_of(await web.get(path, headers=api.actors.admin.headers)) == (404, "not_found")


@pytest.mark.parametrize("path", ["/auth", "/auth/nothing", "/gateway/nothing"])
async def test_what_is_public_of_them_is_no_page_either(web: httpx.AsyncClient, path: str) -> None:
    answer = await web.get(path)
    assert answer.status_code in (401, 404)
    assert "error" in answer.json()


async def test_a_wrong_method_is_told_as_before(api: Api, web: httpx.AsyncClient) -> None:
    headers = api.actors.admin.headers
    assert code_of(await web.get(f"{V1}/sessions/{'0' * 8}/pause", headers=headers)) == (405, "method_not_allowed")
    assert code_of(await web.get("/auth/sign-in")) == (405, "method_not_allowed")
    for path in ("/", "/sessions"):
        assert code_of(await web.post(path)) == (405, "method_not_allowed")


async def test_without_a_build_the_page_says_how_to_get_one(api: Api, tmp_path: Path) -> None:
    async with serving(api, tmp_path / "nothing") as client:
        for path in ("/", "/sessions/1", "/assets/main.js"):
            answer: Any = await client.get(path)
            assert code_of(answer) == (503, "dashboard_not_built")
            assert "make run" in answer.json()["error"]["hint"]
        assert code_of(await client.get(f"{V1}/me")) == (401, "unauthenticated")
