"""The agents that every tenant has from the start: Markdown files beside this one, as a tenant's own would be."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from orchestrator.agents.definitions import Definition
from orchestrator.agents.documents import parse


@cache
def built_in() -> Mapping[str, Definition]:
    """By name."""
    folder = files("orchestrator.agents").joinpath("builtin")
    documents = {one.name.removesuffix(".md"): one for one in folder.iterdir() if one.name.endswith(".md")}
    return {name: parse(documents[name].read_text("utf-8")) for name in sorted(documents)}
