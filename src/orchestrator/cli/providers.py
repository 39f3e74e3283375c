"""`orchestrator providers`: where models are reached, with which keys and how often."""

import os
import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.errors import ApiError
from orchestrator.client.types import Provider

app = typer.Typer(no_args_is_help=True, help="List and keep the providers of models, for ADMINs.")

Name = Annotated[str, typer.Argument(help="The provider's name.")]
Platform = Annotated[bool, typer.Option("--platform", help="Those of all tenants; for operators.")]
BaseUrl = Annotated[str | None, typer.Option(help="Such as https://host/v1; openai and anthropic have one.")]
KeyFromStdin = Annotated[bool, typer.Option("--api-key-stdin", help="Read the key from standard input.")]
KeyFromEnv = Annotated[str | None, typer.Option("--api-key-env", help="The variable that holds the key.")]
Options = Annotated[list[str] | None, typer.Option("--option", help="What the kind needs, as name=value; may be repeated.")]
RequestsPerMinute = Annotated[int | None, typer.Option(help="Requests that the provider's key may make; 0 lifts the limit.")]
TokensPerMinute = Annotated[int | None, typer.Option(help="Tokens that the provider's key may use; 0 lifts the limit.")]


class ArgumentWrong(ApiError):
    """An argument that the server need not be asked about."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(0, "argument_wrong", problem, hint)


class NoneCalled(ApiError):
    def __init__(self, what: str, name: str) -> None:
        super().__init__(404, "not_found", f"There is no {what} called {name}.", f"See `orchestrator {what}s list`.")


@app.command("list")
def list_(platform: Platform = False) -> None:
    """List providers; keys are shown as a fingerprint that tells them apart."""
    with errors_told(), connect() as client:
        table = Table("name", "kind", "base URL", "formats", "key", "a minute", "state", box=None)
        for one in client.providers(platform=platform):
            table.add_row(*_row(one))
        console.print(table)


def _row(one: Provider) -> tuple[str, ...]:
    key = one["api_key_fingerprint"] or ("closed" if one["has_api_key"] else "none")
    limits = [f"{n:,} {what}" for n, what in _limits(one) if n is not None]
    until = one["exhausted_until"]
    state = "disabled" if not one["enabled"] else f"exhausted until {until}" if until else "enabled"
    return (one["name"], one["kind"], escape(one["base_url"]), " ".join(one["formats"]), key, ", ".join(limits), state)


def _limits(one: Provider) -> tuple[tuple[int | None, str], ...]:
    return ((one["requests_per_minute"], "requests"), (one["tokens_per_minute"], "tokens"))


@app.command()
def add(
    name: Name,
    kind: Annotated[str, typer.Option(help="openai, anthropic, openai_compatible, azure_openai, bedrock or vertex.")],
    base_url: BaseUrl = None,
    api_key_stdin: KeyFromStdin = False,
    api_key_env: KeyFromEnv = None,
    option: Options = None,
    requests_per_minute: RequestsPerMinute = None,
    tokens_per_minute: TokensPerMinute = None,
    platform: Platform = False,
) -> None:
    """Add a provider. Its key comes from standard input or a variable, never from the command line."""
    with errors_told(), connect() as client:
        wanted = _named(base_url, option, requests_per_minute, tokens_per_minute) | _key(api_key_stdin, api_key_env)
        made = client.create_provider(platform=platform, name=name, kind=kind, **wanted)
        console.print(f"{made['name']} added", soft_wrap=True)


@app.command("set")
def set_(
    name: Name,
    base_url: BaseUrl = None,
    api_key_stdin: KeyFromStdin = False,
    api_key_env: KeyFromEnv = None,
    forget_key: Annotated[bool, typer.Option("--no-api-key", help="Forget the key.")] = False,
    option: Options = None,
    requests_per_minute: RequestsPerMinute = None,
    tokens_per_minute: TokensPerMinute = None,
    enabled: Annotated[bool | None, typer.Option("--enable/--disable", help="Switch it on or off at once.")] = None,
    platform: Platform = False,
) -> None:
    """Change a provider; what is not named stays as it is."""
    with errors_told(), connect() as client:
        changes = _named(base_url, option, requests_per_minute, tokens_per_minute) | _key(api_key_stdin, api_key_env)
        changes |= {"api_key": None} if forget_key else {}
        changes |= {} if enabled is None else {"enabled": enabled}
        client.change_provider(_find(client, name, platform), platform=platform, **changes)
        console.print(f"{name} changed", soft_wrap=True)


@app.command()
def remove(name: Name, platform: Platform = False) -> None:
    """Remove a provider that no model leads to."""
    with errors_told(), connect() as client:
        client.delete_provider(_find(client, name, platform), platform=platform)
        console.print(f"{name} removed", soft_wrap=True)


def _find(client: Client, name: str, platform: bool) -> str:
    """Its id. That of the settings has none: it is changed there."""
    found = (one["id"] for one in client.providers(platform=platform) if one["name"] == name)
    for provider_id in found:
        if provider_id is not None:
            return provider_id
    raise NoneCalled("provider", name)


def _named(base_url: str | None, option: list[str] | None, requests: int | None, tokens: int | None) -> dict[str, Any]:
    wanted: dict[str, Any] = {} if base_url is None else {"base_url": base_url}
    if option:
        wanted["options"] = dict(_option(one) for one in option)
    for name, limit in (("requests_per_minute", requests), ("tokens_per_minute", tokens)):
        if limit is not None:
            wanted[name] = limit or None
    return wanted


def _option(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ArgumentWrong(f"The option {text} is no name=value.", "Such as --option region=eu-central-1.")
    return name, value.split(",") if name == "formats" else value


def _key(from_stdin: bool, variable: str | None) -> dict[str, str]:
    if from_stdin:
        key, place = sys.stdin.readline().strip(), "Standard input"
    elif variable is not None:
        key, place = os.environ.get(variable, "").strip(), f"The variable {variable}"
    else:
        return {}
    if not key:
        raise ArgumentWrong(f"{place} holds no key.", "Such as `--api-key-stdin < file`, or `--api-key-env OPENAI_API_KEY`.")
    return {"api_key": key}
