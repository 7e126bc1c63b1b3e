"""Made-up work plans: what each task is, and the same as a table in one of many formats."""

from __future__ import annotations

import calendar
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.answering.sets.wordings import (
    BODIES,
    DATE_STYLES,
    KINDS,
    LAYOUTS,
    LEVELS,
    PEOPLE,
    PLACES,
    SEPARATORS,
    SUBJECTS,
    TAILS,
    THINGS,
    VAGUE,
    VERBS,
)

GENERATOR = Path(__file__).parents[3] / "tests" / "unit" / "sources"
FORMATS = ("docx", "xlsx", "md", "html", "tab rows", "csv", "tab cells")


@dataclass(frozen=True, slots=True)
class Task:
    """``due`` is the last day as ISO, None when it is open; ``text`` is unique in a corpus."""

    text: str
    leads: tuple[str, ...]
    helpers: tuple[str, ...]
    due: str | None
    written: str
    person: str
    place: str


@dataclass(frozen=True, slots=True)
class Table:
    """``subject`` is what the heading calls it; ``layout`` is a place in ``LAYOUTS``."""

    heading: str
    subject: str
    year: int
    layout: int
    format: str
    separator: str
    tasks: tuple[Task, ...]

    @property
    def columns(self) -> dict[str, str]:
        return LAYOUTS[self.layout]


def make_corpus(seed: int, layouts: list[int], tables: int = 3) -> list[Table]:
    """Tables of one place and level, for odd seeds of two years; no two tasks have one text."""
    rng = random.Random(f"corpus {seed}")
    level = rng.choice(LEVELS)
    place = rng.choice("清白松竹梅") + rng.choice("河山江湖") + (level or "市")
    names = [f"{level}{name}" for name, _ in rng.sample(BODIES, 9)]
    texts = [f"{verb}{thing}" for verb in VERBS for thing in THINGS]
    rng.shuffle(texts)
    year = rng.randint(2019, 2024)
    subjects = rng.sample(SUBJECTS, tables)
    chosen = rng.sample(layouts, min(tables, len(layouts)))
    made: list[Table] = []
    for number in range(tables):
        its = year + (number == tables - 1 and seed % 2)
        tasks = tuple(_task(rng, texts.pop(), names, its) for _ in range(rng.randint(6, 11)))
        heading = f"{place}{its}年{subjects[number]}{rng.choice(KINDS)}"
        made.append(
            Table(
                heading,
                subjects[number],
                its,
                chosen[number % len(chosen)],
                rng.choice(FORMATS),
                rng.choice(SEPARATORS),
                tasks,
            )
        )
    return made


def _task(rng: random.Random, text: str, names: list[str], year: int) -> Task:
    bodies = rng.sample(names, 4)
    leads = bodies[: rng.choice((1, 1, 1, 2))]
    helpers = bodies[len(leads) : len(leads) + rng.choice((0, 1, 1, 2))]
    due, written = None, rng.choice(VAGUE)
    if rng.random() < 0.85:
        month = rng.randint(2, 12)
        last = calendar.monthrange(year, month)[1]
        due = f"{year}-{month:02}-{last}"
        written = rng.choice(DATE_STYLES).format(y=year, m=month, e=last)
    return Task(
        text + rng.choice(TAILS).format(k=rng.randint(3, 95)),
        tuple(leads),
        tuple(helpers),
        due,
        written,
        rng.choice(PEOPLE),
        rng.choice(PLACES),
    )


def write(table: Table, folder: Path) -> Path:
    """The table as a file of its format, with two header rows where columns stand in groups."""
    if str(GENERATOR) not in sys.path:
        sys.path.append(str(GENERATOR))
    import synthetic

    name, writer, _ = synthetic.FORMATS[table.format]
    path = folder / f"{table.heading}{Path(name).suffix}"
    writer(_grid(table, synthetic), path)
    return path


def _grid(table: Table, synthetic: Any) -> Any:
    columns = table.columns
    plan = synthetic.Plan(table.heading, columns=len(columns))
    levels = [header.split("/") for header in columns.values()]
    deep = 2 if any(len(one) > 1 for one in levels) else 1
    at = 0
    while at < len(levels):
        above = levels[at][0]
        if len(levels[at]) == 1:
            plan.spots.append(synthetic.Spot(0, at, above, deep, 1, True))
            at += 1
            continue
        width = sum(1 for one in levels if len(one) > 1 and one[0] == above)
        plan.spots.append(synthetic.Spot(0, at, above, 1, width, True))
        for offset in range(width):
            below = levels[at + offset][1]
            plan.spots.append(synthetic.Spot(1, at + offset, below, 1, 1, True))
        at += width
    plan.header_rows = deep
    for row, task in enumerate(table.tasks):
        for column, key in enumerate(columns):
            plan.spots.append(synthetic.Spot(row + deep, column, _value(table, row, task, key)))
    plan.rows = deep + len(table.tasks)
    return plan


def _value(table: Table, row: int, task: Task, key: str) -> str:
    return {
        "no": str(row + 1),
        "group": f"{VERBS[row % 3]}{table.subject}工作",
        "task": task.text,
        "lead": table.separator.join(task.leads),
        "help": table.separator.join(task.helpers),
        "due": task.written,
        "person": task.person,
        "place": task.place,
        "note": "",
    }[key]
