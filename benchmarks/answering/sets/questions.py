"""Set questions on a corpus of plans, each with the tasks that are its answer."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.answering.sets.plans import Table, Task
from benchmarks.answering.sets.wordings import BODIES, PEOPLE, PLACES, WORDINGS

Row = tuple[Table, Task]


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """``tasks`` are the texts of the tasks meant; none when it is to be declined. ``wider`` is
    another set that the wording allows as well."""

    kind: str
    wording: int
    text: str
    tasks: frozenset[str]
    counts: bool = False
    wider: frozenset[str] = frozenset()


def questions(
    corpus: list[Table], seed: int, wordings: int, empty: float = 0.2
) -> list[SetQuestion]:
    """One question of each kind, in a wording of that parity (0 fit, 1 held out).

    A share ``empty`` asks for what no task fits.
    """
    rng = random.Random(f"questions {seed} {wordings}")
    made: list[SetQuestion] = []
    for kind, texts in WORDINGS.items():
        places = list(range(wordings, len(texts), 2))
        wanted_empty = rng.random() < empty
        for _ in range(60):
            values = _values(corpus, rng)
            fitting = _fitting(corpus, kind, values)
            if fitting is None or bool(fitting) == wanted_empty:
                continue
            place = rng.choice(places)
            text = texts[place].format(**values["said"])
            tasks = frozenset(task.text for _, task in fitting)
            wider = frozenset[str]()
            if kind == "own":  # what a body only helps with may count as its task, too
                both = _fitting(corpus, "both", values) or []
                wider = frozenset(task.text for _, task in both)
            made.append(SetQuestion(kind, place, text, tasks, kind.startswith("count"), wider))
            break
    return made


def _values(corpus: list[Table], rng: random.Random) -> dict[str, dict[str, str]]:
    """What the gaps mean, and how it is said."""
    table = rng.choice(corpus)
    task = rng.choice(table.tasks)
    bodies = sorted(
        {name for t in corpus for one in t.tasks for name in (*one.leads, *one.helpers)}
    )
    x, y = rng.sample(bodies, 2)
    if rng.random() < 0.5:
        x = task.leads[0]
        others = [*task.leads[1:], *task.helpers] or [name for name in bodies if name != x]
        y = rng.choice(others)
    year = int(task.due[:4]) if task.due else table.year
    month = int(task.due[5:7]) if task.due else rng.randint(2, 12)
    several = len({one.year for one in corpus}) > 1
    with_year = f"{year}年" if several or rng.random() < 0.5 else ""
    date = f"{with_year}{month}月底"
    if month == 12 and rng.random() < 0.7:
        date = f"{year}年底" if with_year else "年底"
    meant = {
        "x": x,
        "y": y,
        "d": f"{year}-{month:02}-31",
        "m": f"{year}-{month:02}",
        "p": rng.choice(PEOPLE),
        "l": rng.choice(PLACES),
        "t": table.heading,
        "n": str(table.year),
    }
    title = table.heading if rng.random() < 0.5 else f"{table.year}年{table.subject}"
    quoted = f"《{title}》" if title == table.heading else f"{title}任务表"
    said = {
        **meant,
        "x": _spoken(x, rng),
        "y": _spoken(y, rng),
        "d": date,
        "m": f"{with_year}{month}月",
        "t": quoted,
    }
    return {"meant": meant, "said": said}


def _spoken(name: str, rng: random.Random) -> str:
    """The name as somebody may say it: in full, without its level, or shortened."""
    official = next(
        one for one, _ in sorted(BODIES, key=lambda b: -len(b[0])) if name.endswith(one)
    )
    level = name[: -len(official)]
    forms = [name, official, *(f"{level}{short}" for short in dict(BODIES)[official])]
    return rng.choice([*forms, *dict(BODIES)[official]])


def _fitting(corpus: list[Table], kind: str, values: dict[str, dict[str, str]]) -> list[Row] | None:
    """The rows meant; None when the corpus cannot tell (no such column) or people could
    disagree what is meant."""
    v = values["meant"]
    x, y = v["x"], v["y"]
    rows = [(table, task) for table in corpus for task in table.tasks]

    def helped(row: Row) -> tuple[str, ...]:
        return row[1].helpers if "help" in row[0].columns else ()

    def leads(row: Row) -> bool:
        return x in row[1].leads

    def in_time(row: Row) -> bool:
        return row[1].due is not None and row[1].due <= v["d"]

    tests: dict[str, Callable[[Row], bool]] = {
        "lead": leads,
        "count": leads,
        "any": leads,
        "own": leads,
        "help": lambda row: x in helped(row),
        "count help": lambda row: x in helped(row),
        "both": lambda row: leads(row) or x in helped(row),
        "together": lambda row: leads(row) and y in row[1].leads,
        "pair": lambda row: leads(row) and y in helped(row),
        "due": in_time,
        "count due": in_time,
        "month": lambda row: row[1].due is not None and row[1].due.startswith(v["m"]),
        "lead due": lambda row: leads(row) and in_time(row),
        "person": lambda row: "person" in row[0].columns and row[1].person == v["p"],
        "place": lambda row: "place" in row[0].columns and row[1].place == v["l"],
        "place lead": lambda row: (
            "place" in row[0].columns and row[1].place == v["l"] and leads(row)
        ),
        "document": lambda row: row[0].heading == v["t"] and leads(row),
        "year": lambda row: str(row[0].year) == v["n"] and leads(row),
    }
    fitting = [row for row in rows if tests[kind](row)]
    if kind in {"any", "own"} and not fitting:
        return None  # does one who only helps have it in charge?
    if kind == "together" and any(
        (leads(row) and y in helped(row)) or (y in row[1].leads and x in helped(row))
        for row in rows
    ):
        return None  # do the one who leads and the one who helps have it together?
    # Due in one year says nothing of the years before it.
    if kind in {"due", "count due", "lead due"}:
        fitting = [row for row in fitting if str(row[0].year) == v["d"][:4]]
    return fitting
