"""How tables that were pasted as text are read: ``python -m benchmarks.pasted``.

``fit/`` and ``held-out/`` hold 48 invented tables (740 rows) as Word, Excel, PDF and web pages
leave them in a plain text file, each beside a JSON list of its rows, column → value. They were
written by somebody who had not seen the parser: one cell a line with tabs and stray blank lines,
or without any mark; tabs, bars or spaces between cells that are broken over lines; headers of two
rows, merged cells told once, page breaks, rows as labelled lines. Faults of ``fit`` were studied
and mended; ``held-out`` is only measured.

A cell is right when the record that a row is most like has its value in the column of that name,
white space apart; of a header of two rows the lower name counts. ``--wrong`` lists cells that
are not, of ``fit``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from benchmarks.report import busy, made_by, put, table
from qa_engine.sources.read import read_documents

HERE = Path(__file__).parent
HALVES = ("fit", "held-out")
_WEIGHED = 40  # characters of a value, at most, when rows are compared
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """A table's rows, those read wholly right, its cells, the right ones, and what is wrong."""

    name: str
    rows: int
    whole: int
    cells: int
    right: int
    wrong: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pasted", description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="list the wrong cells of fit")
    parser.add_argument("--update", type=Path, help="page whose table is replaced")
    options = parser.parse_args()
    load = busy()
    lines = []
    for half in HALVES:
        found = [read(path) for path in sorted((HERE / half).glob("*.txt"))]
        if options.wrong and half == "fit":
            print("\n".join(line for one in found for line in one.wrong))
        lines.append(_line(half, found))
    head = ("tables", "number", "rows", "rows right", "cells", "cells right")
    text = f"{table(head, lines)}\n\n{made_by('benchmarks.pasted', sys.argv[1:], load)}"
    print(text)
    if options.update:
        put(options.update, "pasted tables", text)


def _line(half: str, found: Sequence[Read]) -> list[str]:
    rows, whole = sum(one.rows for one in found), sum(one.whole for one in found)
    cells, right = sum(one.cells for one in found), sum(one.right for one in found)
    shares = f"{whole / rows:.3f}", f"{right / cells:.3f}"
    return [half, str(len(found)), str(rows), shares[0], str(cells), shares[1]]


def read(path: Path) -> Read:
    """One table as the engine reads it, held against its rows."""
    wanted = [
        {_bare(name): _bare(value) for name, value in row.items()}
        for row in json.loads(path.with_suffix(".json").read_text("utf-8"))
    ]
    left = list(_records(path))
    whole = right = cells = 0
    wrong: list[str] = []
    for number, row in enumerate(wanted, 1):
        record = max(left, key=lambda one: _likeness(row, one), default={})
        if record:
            left.remove(record)
        missed = [name for name, value in row.items() if record.get(name, "") != value]
        cells += len(row)
        right += len(row) - len(missed)
        whole += not missed
        wrong += [
            f"{path.stem} {number} {name}: {row[name]!r}, not {record.get(name, '')!r}"
            for name in missed
        ]
    return Read(path.stem, len(wanted), whole, cells, right, tuple(wrong))


def _records(path: Path) -> Iterator[Row]:
    for document in read_documents(path, path.name):
        for block in document.blocks:
            if block.record is not None:
                yield {_bare(c.header.split("/")[-1]): _bare(c.value) for c in block.record.cells}


def _likeness(row: Row, record: Row) -> float:
    return sum(
        SequenceMatcher(None, value, record.get(name, "")).ratio() * min(len(value), _WEIGHED)
        for name, value in row.items()
        if value
    )


def _bare(text: str) -> str:
    """Without white space, brackets of one width."""
    return re.sub(r"\s", "", text).replace("（", "(").replace("）", ")")


if __name__ == "__main__":
    main()
