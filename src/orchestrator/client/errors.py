"""What the client raises: the server's own error, or that there is no server."""


class ApiError(Exception):
    """The server refused; code, message and hint are the server's own."""

    def __init__(self, status: int, code: str, message: str, hint: str, request_id: str = "") -> None:
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.request_id = request_id
        super().__init__(message)


class ServerUnreachable(ApiError):
    """No orchestrator answers at the address."""

    def __init__(self, url: str) -> None:
        super().__init__(
            0,
            "server_unreachable",
            f"No orchestrator answers at {url}.",
            "Start one with `make run` or `orchestrator up`, or set ORCHESTRATOR_URL.",
        )


class KeyUnusable(ApiError):
    """The key holds characters that no key has."""

    def __init__(self) -> None:
        super().__init__(
            401,
            "unauthenticated",
            "The API key holds characters that no key has.",
            "Copy the key again, without a line break; it looks like oio_..._... .",
        )
