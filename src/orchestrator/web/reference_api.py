"""The API's description as a page to read and try: Swagger UI, which may do no more there than that.

It comes from a public network of copies, and runs where the browser has the caller's cookie. So the very bytes are named,
and the page's policy lets it load them, talk to this orchestrator, and nothing else.
"""

import base64
import hashlib

from fastapi import APIRouter, Response

from orchestrator.tenancy.dependencies import any_caller

_VERSION = "5.35.0"
_FROM = f"https://cdn.jsdelivr.net/npm/swagger-ui-dist@{_VERSION}"
_SCRIPT, _STYLE = f"{_FROM}/swagger-ui-bundle.js", f"{_FROM}/swagger-ui.css"
# Of the files in the npm package of that version.
_SCRIPT_SHA384 = "gjRm0bEPMeTmMh5jT2cHccIwCUZSTd8YC+j0d0sXw0MdGEfScduGpSyF3ZSSLkX9"
_STYLE_SHA384 = "WlYgdmXYOOBWL5apwjDEZwN+U3HmXSSu5R6V5aGxEcf7z+KuRNwBhoxKVN1i3D5I"
_BEGIN = 'SwaggerUIBundle({url: "/api/v1/openapi.json", dom_id: "#reference", deepLinking: true, validatorUrl: null});'
_PAGE = f"""<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>OpenCode Industrial Orchestrator: API</title>
    <link rel="stylesheet" href="{_STYLE}" integrity="sha384-{_STYLE_SHA384}" crossorigin="anonymous">
  </head>
  <body>
    <div id="reference"></div>
    <noscript>This page needs JavaScript. The description itself is at /api/v1/openapi.json.</noscript>
    <script src="{_SCRIPT}" integrity="sha384-{_SCRIPT_SHA384}" crossorigin="anonymous"></script>
    <script>{_BEGIN}</script>
  </body>
</html>
"""


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src {_SCRIPT} 'sha256-{_sha256(_BEGIN)}'",
        f"style-src {_STYLE} 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

router = APIRouter(include_in_schema=False, dependencies=[any_caller()])


@router.get("/api/v1/docs")
async def page() -> Response:
    return Response(_PAGE, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": _POLICY})
