"""How the command line tells of an error: one message, a code and a hint, never a traceback."""

import sys
from collections.abc import Generator
from contextlib import contextmanager

import typer
from rich.console import Console

from orchestrator.cli.text import escape
from orchestrator.client.errors import ApiError
from orchestrator.kit.errors import OrchestratorError

_PLAIN_WIDTH = 160
console = Console(highlight=False)
if not console.is_terminal:
    console = Console(highlight=False, width=_PLAIN_WIDTH)  # A pipe has no width; 80 columns would break every table.
stderr = Console(stderr=True, highlight=False)


def tell(code: str, message: str, hint: str) -> None:
    stderr.print(f"[bold red]error[/] {escape(message)} [dim]({escape(code)})[/]", soft_wrap=True)
    stderr.print(f"[bold]hint[/]  {escape(hint)}", soft_wrap=True)


@contextmanager
def errors_told() -> Generator[None]:
    """Ends the command with status 1 on an error that has a code and a hint; others are faults and keep their traceback."""
    try:
        yield
    except ApiError as error:
        tell(error.code, str(error), error.hint)
        raise typer.Exit(1) from None
    except OrchestratorError as error:
        tell(error.code, error.message, error.hint_text)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        raise typer.Exit(130) from None
