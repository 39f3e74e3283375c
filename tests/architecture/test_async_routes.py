"""What a request waits for is async: FastAPI runs a plain function in a thread, which costs more than most of them do."""

import inspect
from collections.abc import Iterator
from pathlib import Path

from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from orchestrator.kit.settings import Settings
from orchestrator.main import create_app


def calls_of(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for child in dependant.dependencies:
        yield from calls_of(child)


def is_async(call: object) -> bool:
    whole = call if inspect.isfunction(call) or inspect.ismethod(call) else getattr(call, "__call__", call)  # noqa: B004
    return inspect.iscoroutinefunction(whole) or inspect.isasyncgenfunction(whole)


def test_no_route_and_none_of_its_dependencies_runs_in_a_thread(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, sandbox="process"), "postgresql://nobody@/none")
    dependants = [getattr(one, "dependant", None) for one in iter_route_contexts(list(app.routes))]
    calls = {call for one in dependants if isinstance(one, Dependant) for call in calls_of(one) if call is not None}
    assert len(calls) > 50
    assert [call for call in calls if not is_async(call)] == []
