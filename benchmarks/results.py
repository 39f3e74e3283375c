"""What benchmarks give: figures in groups, shown as one table and written as JSON and Markdown."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from rich.markup import escape
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """`unit` is s, MB or x; an aim is the most that it should be."""

    name: str
    value: float
    unit: str
    samples: tuple[float, ...] = ()
    aim: float | None = None

    @classmethod
    def seconds(cls, name: str, samples: Sequence[float], aim: float | None = None) -> "Figure":
        return cls(name, median(samples), "s", tuple(samples), aim)

    @classmethod
    def megabytes(cls, name: str, size: float) -> "Figure":
        return cls(name, size / 2**20, "MB")

    @classmethod
    def ratio(cls, name: str, ours: float, theirs: float, aim: float | None) -> "Figure":
        return cls(name, ours / theirs, "x", aim=aim)

    @property
    def met(self) -> bool | None:
        return None if self.aim is None else self.value <= self.aim

    @property
    def shown(self) -> str:
        return _shown(self.value, self.unit)

    @property
    def spread(self) -> str:
        if len(self.samples) < 2:
            return ""
        return f"{_number(min(self.samples), self.unit)} to {_number(max(self.samples), self.unit)}"

    @property
    def shown_aim(self) -> str:
        if self.aim is None:
            return ""
        return f"≤ {_shown(self.aim, self.unit)}: {'met' if self.met else 'missed'}"


@dataclass
class Group:
    """`notes` say how it was measured; `details` are for who looks closer, in the JSON only."""

    title: str
    figures: list[Figure]
    notes: str = ""
    details: dict[str, Any] = field(default_factory=dict[str, Any])


_HEADS = ("figure", "value", "spread", "aim")


def table(groups: Sequence[Group]) -> Table:
    shown = Table(*_HEADS, title="Benchmarks", title_justify="left")
    shown.columns[1].justify = "right"
    for group in groups:
        shown.add_row(f"[bold]{escape(group.title)}[/]")
        for figure in group.figures:
            style = {True: "green", False: "bold red", None: ""}[figure.met]
            aim = f"[{style}]{figure.shown_aim}[/]" if style else ""
            shown.add_row(f"  {escape(figure.name)}", figure.shown, figure.spread, aim)
        shown.add_section()
    return shown


def write_json(file: Path, machine: Mapping[str, str], groups: Sequence[Group], busy: float | None) -> None:
    body = {"machine": dict(machine), "busy_share": busy, "groups": [asdict(group) for group in groups]}
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(body, indent=2, default=str) + "\n")


def write_markdown(file: Path, machine: Mapping[str, str], groups: Sequence[Group], day: str) -> None:
    lines = ["# Benchmark results", "", f"Measured on {day} by `make bench ARGS=--write`, on this machine:", ""]
    lines += _rows(("", ""), list(machine.items()))
    for group in groups:
        rows = [(f.name, f.shown, f.spread, f.shown_aim) for f in group.figures]
        lines += ["", f"## {group.title}", "", *_rows(_HEADS, rows)]
        lines += ["", group.notes] if group.notes else []
    file.write_text("\n".join(lines) + "\n")


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = "|" + "---|" * len(heads)
    return [f"| {' | '.join(heads)} |", rule, *(f"| {' | '.join(row)} |" for row in rows)]


def _shown(value: float, unit: str) -> str:
    return f"{_number(value, unit)} {unit}"


def _number(value: float, unit: str) -> str:
    return f"{value:,.0f}" if unit == "MB" else f"{value:.2f}"
