"""HTTP of the sign-in with an API key, and of the links that stand for one."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from orchestrator.kit.http import request_id_of
from orchestrator.tenancy.dependencies import any_caller, current_principal, public
from orchestrator.tenancy.log_in_api import AUTH_PREFIX, LogInsDep, cookie_flags, sign_ins_of
from orchestrator.tenancy.middleware import LOG_IN_COOKIE, refuse_other_pages
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.sign_in import SignInLinkNeedsKey, SignIns

auth_router = APIRouter(
    prefix=AUTH_PREFIX, tags=["log-in"], dependencies=[public("who is about to sign in is no principal yet")]
)
router = APIRouter(tags=["log-in"], dependencies=[any_caller()])


SignInsDep = Annotated[SignIns, Depends(sign_ins_of)]
Secret = Annotated[str | None, Field(min_length=1, max_length=200)]


class SignInRequest(BaseModel):
    """One of the two: an API key, or the token of a sign-in link."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"key": "oio_…"}]})

    key: Secret = None
    token: Secret = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.key is None) == (self.token is None):
            raise ValueError("send either `key` or `token`")
        return self


class SignInMethods(BaseModel):
    """`oidc`: people can log in at /auth/log-in. An API key always signs in."""

    oidc: bool


class SignInLinkRead(BaseModel):
    """`url` begins with ORCHESTRATOR_PUBLIC_URL; where that is not set it is a path. The token in it works once."""

    token: str
    url: str
    expires_at: datetime


@auth_router.get("/methods", summary="How one can sign in here")
async def methods(log_ins: LogInsDep) -> SignInMethods:
    return SignInMethods(oidc=log_ins.is_set_up)


@auth_router.post("/sign-in", status_code=204, summary="Exchange an API key or a sign-in link for a cookie")
async def sign_in(
    request: Request, response: Response, body: SignInRequest, sign_ins: SignInsDep, log_ins: LogInsDep
) -> None:
    refuse_other_pages(request, log_ins.public_url)
    source = request.client.host if request.client else ""
    request_id = request_id_of(request.scope)
    if body.key is not None:
        signed_in = await sign_ins.by_key(body.key, source, request_id)
    else:
        signed_in = await sign_ins.by_token(body.token or "", source, request_id)
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(LOG_IN_COOKIE, signed_in.cookie, max_age=signed_in.seconds, **cookie_flags(log_ins))


@router.post("/me/sign-in-links", status_code=201, summary="Make a link that signs a browser in with your key, once")
async def make_link(
    request: Request,
    response: Response,
    sign_ins: SignInsDep,
    log_ins: LogInsDep,
    principal: Annotated[Principal, Depends(current_principal)],
) -> SignInLinkRead:
    # A cookie would else outlive itself by links that it makes.
    if "authorization" not in request.headers:
        raise SignInLinkNeedsKey
    link = await sign_ins.make_link(principal, request_id_of(request.scope))
    response.headers["Cache-Control"] = "no-store"
    # Behind the `#`, so that no server, proxy or log on the way sees it.
    url = f"{log_ins.public_url}/sign-in#token={link.token}"
    return SignInLinkRead(token=link.token, url=url, expires_at=link.expires_at)
