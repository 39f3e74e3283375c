import pytest

from orchestrator.sandboxes.proxy_requests import NotForProxies, ProxyRequest, parse_request


def parsed(*lines: str) -> ProxyRequest:
    return parse_request("".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1"))


def test_a_tunnel() -> None:
    assert parsed("CONNECT PyPI.org:443 HTTP/1.1", "Host: other") == ProxyRequest("pypi.org", 443, None)
    assert parsed("CONNECT [::1]:9 HTTP/1.1").host == "::1"


def test_a_request_is_of_the_host_that_its_address_names_and_of_one_connection() -> None:
    """Another name in the Host header would ask a shared server for somebody else's pages."""
    request = parsed(
        "POST http://a.org:8080/x?y#z HTTP/1.1",
        "Host: evil.org",
        "Proxy-Authorization: Basic x",
        "Connection: keep-alive, X-Own, Content-Length",
        "X-Own: 1",
        "Content-Length: 3",
        "Accept: */*",
    )
    assert (request.host, request.port) == ("a.org", 8080)
    assert request.head == (
        b"POST /x?y HTTP/1.1\r\nHost: a.org:8080\r\nContent-Length: 3\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("url", "path"), [("http://a.org", b"/"), ("http://a.org?x", b"/?x"), ("HTTP://a.org/%2e", b"/%2e")]
)
def test_a_request_has_a_path(url: str, path: bytes) -> None:
    head = parsed(f"GET {url} HTTP/1.1").head
    assert head is not None
    assert head.startswith(b"GET " + path + b" HTTP/1.1\r\nHost: a.org\r\n")


@pytest.mark.parametrize(
    "lines",
    [
        ("GET / HTTP/1.1", "Host: a.org"),
        ("GET https://a.org/ HTTP/1.1",),
        ("GET ftp://a.org/ HTTP/1.1",),
        ("GET http://user@a.org/ HTTP/1.1",),
        ("GET http:///x HTTP/1.1",),
        ("GET http://a.org@evil.org/ HTTP/1.1",),
        ("GET http://*.a.org/ HTTP/1.1",),
        ("GET http://a.org/ HTTP/2",),
        ("GET  http://a.org/ HTTP/1.1",),
        ("CONNECT a.org HTTP/1.1",),
        ("CONNECT a.org:99999 HTTP/1.1",),
        ("CONNECT http://a.org:443 HTTP/1.1",),
        ("GET http://a.org/ HTTP/1.1", "X: 1\nY: 2"),
        ("GET http://a.org/ HTTP/1.1", "X: 1\rY: 2"),
        ("GET http://a.org/ HTTP/1.1", " folded: 1"),
        ("GET http://a.org/ HTTP/1.1", ": 1"),
        ("",),
    ],
)
def test_what_a_proxy_cannot_take_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(NotForProxies):
        parsed(*lines)
