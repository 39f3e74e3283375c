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
    """`unit` is s, ms, MB, /s, %, x, rows, or nothing for a count. An aim is the most that it should be, or the least of
    what is per second."""

    name: str
    value: float
    unit: str
    samples: tuple[float, ...] = ()
    aim: float | None = None

    @classmethod
    def seconds(cls, name: str, samples: Sequence[float], aim: float | None = None) -> "Figure":
        return cls(name, median(samples), "s", tuple(samples), aim)

    @classmethod
    def milliseconds(cls, name: str, samples: Sequence[float], aim: float | None = None) -> "Figure":
        """Samples and aim are in seconds."""
        shown = tuple(sample * 1000 for sample in samples)
        return cls(name, median(shown), "ms", shown, None if aim is None else aim * 1000)

    @classmethod
    def per_second(cls, name: str, samples: Sequence[float], aim: float | None = None) -> "Figure":
        return cls(name, median(samples), "/s", tuple(samples), aim)

    @classmethod
    def megabytes(cls, name: str, size: float, aim: float | None = None) -> "Figure":
        return cls(name, size / 2**20, "MB", aim=aim)

    @classmethod
    def ratio(cls, name: str, ours: float, theirs: float, aim: float | None) -> "Figure":
        return cls(name, ours / theirs, "x", aim=aim)

    @property
    def met(self) -> bool | None:
        if self.aim is None:
            return None
        return self.value >= self.aim if self.more_is_better else self.value <= self.aim

    @property
    def more_is_better(self) -> bool:
        return self.unit == "/s"

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
        side = "≥" if self.more_is_better else "≤"
        return f"{side} {_shown(self.aim, self.unit)}: {'met' if self.met else 'missed'}"


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


@dataclass
class Part:
    """What one benchmark gave, when, and on which machine; `busy_share` is what others took of it."""

    day: str
    machine: dict[str, str]
    busy_share: float | None
    groups: list[Group]


def read_parts(file: Path) -> dict[str, Part]:
    """The newest results of each benchmark."""
    if not file.exists():
        return {}
    return {name: _part(body) for name, body in json.loads(file.read_text())["parts"].items()}


def _part(body: dict[str, Any]) -> Part:
    groups = [
        Group(
            one["title"],
            [Figure(**{**f, "samples": tuple(f["samples"])}) for f in one["figures"]],
            one["notes"],
            one["details"],
        )
        for one in body["groups"]
    ]
    return Part(body["day"], body["machine"], body["busy_share"], groups)


def write_json(file: Path, parts: Mapping[str, Part]) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        json.dumps({"parts": {name: asdict(part) for name, part in parts.items()}}, indent=2, default=str) + "\n"
    )


def write_markdown(file: Path, parts: Mapping[str, Part]) -> None:
    """A machine is described once, above the results that were measured on it."""
    lines, described = ["# Benchmark results"], None
    for name, part in parts.items():
        if part.machine != described:
            described = part.machine
            lines += ["", "On this machine:", "", *_rows(("", ""), list(described.items()))]
        for group in part.groups:
            rows = [(f.name, f.shown, f.spread, f.shown_aim) for f in group.figures]
            lines += ["", f"## {group.title}", "", *_rows(_HEADS, rows)]
            lines += ["", group.notes] if group.notes else []
        lines += ["", f'Measured on {part.day} by `make bench ARGS="{name} --write"`{_busy(part.busy_share)}.']
    file.write_text("\n".join(lines) + "\n")


def _busy(share: float | None) -> str:
    return "" if share is None else f", while something else took {share:.0%} of the machine"


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = "|" + "---|" * len(heads)
    return [f"| {' | '.join(heads)} |", rule, *(f"| {' | '.join(row)} |" for row in rows)]


def _shown(value: float, unit: str) -> str:
    return f"{_number(value, unit)} {unit}".rstrip()


def _number(value: float, unit: str) -> str:
    places = {"MB": 0, "/s": 0, "ms": 1, "rows": 0, "": 0}.get(unit, 2)
    return f"{value:,.{places}f}"
