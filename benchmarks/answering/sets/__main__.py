"""Set questions on made-up work plans, scored by exact set F1.

    python -m benchmarks.answering.sets [--corpora 40] [--first 0] [--failures] [--update PAGE]

Each corpus is three tables in files of several formats, and a question of each kind. Half
of the layouts and half of the wordings are held out: rules are written with the failures
of the other half in sight (``--failures`` shows those and no others). Retrieval plays no
part in a set, so the index is in memory, without a model and without a reader.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.answering.sets.plans import make_corpus, write
from benchmarks.answering.sets.questions import questions
from benchmarks.answering.sets.scores import Result, ask_all
from benchmarks.answering.sets.wordings import LAYOUTS
from benchmarks.report import busy, made_by, put, table
from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.engine import Engine
from qa_engine.indexing import update
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter

HALVES = ("fit", "held out")


def run_corpus(seed: int, layouts: int, wordings: tuple[int, ...] = (0, 1)) -> list[Result]:
    """Results of one corpus in layouts of one half (0 fit, 1 held out)."""
    corpus = make_corpus(seed, list(range(layouts, len(LAYOUTS), 2)))
    tasks = [task.text for plan in corpus for task in plan.tasks]
    asked = [one for half in wordings for one in questions(corpus, seed, half)]
    store, encoder, cutter = MemoryStore(), HashingEncoder(), Cutter()
    with tempfile.TemporaryDirectory() as name:
        for plan in corpus:
            write(plan, Path(name))
        report = update(store, encoder, cutter, [Path(name)])
        if report.failed:
            raise RuntimeError(f"not indexed: {report.failed}")
        with Engine(store, encoder, cutter, Aliases.load(None), lambda: None) as engine:
            return ask_all(asked, engine.ask, tasks)


def show(result: Result) -> str:
    asked = result.question
    lacking = "；".join(sorted(asked.tasks - result.given)) or "-"
    surplus = "；".join(sorted(result.given - asked.tasks)) or "-"
    said = result.answer.text[:60] or result.answer.note
    return (
        f"{result.f1:.2f} {asked.kind} {asked.text}\n    said: {result.answer.kind} {said}\n"
        f"    lacking: {lacking}\n    surplus: {surplus}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=int, default=40, help="of each half of the layouts")
    parser.add_argument("--first", type=int, default=0, help="seed of the first")
    parser.add_argument("--failures", action="store_true", help="of the fit halves")
    parser.add_argument("--update", type=Path, help="page whose table is replaced")
    arguments = parser.parse_args()
    load = busy()
    groups: dict[tuple[str, str], list[float]] = defaultdict(list)
    kinds: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for seed in range(arguments.first, arguments.first + arguments.corpora):
        for layouts, layout_half in enumerate(HALVES):
            for wordings, wording_half in enumerate(HALVES):
                for result in run_corpus(seed, layouts, (wordings,)):
                    groups[layout_half, wording_half].append(result.f1)
                    both = layout_half if layout_half == wording_half else "mixed"
                    kinds[result.question.kind][both].append(result.f1)
                    if arguments.failures and layouts == wordings == 0 and result.f1 < 1:
                        print(f"corpus {seed}: {show(result)}")
    text = report(groups, kinds)
    text += "\n\n" + made_by("benchmarks.answering.sets", sys.argv[1:], load)
    print(text)
    if arguments.update:
        put(arguments.update, "set questions", text)


def report(
    groups: Mapping[tuple[str, str], Sequence[float]],
    kinds: Mapping[str, Mapping[str, Sequence[float]]],
) -> str:
    """Both tables: by halves, and by kind of question on the halves that are held out."""
    rows = []
    for (layouts, wordings), values in sorted(groups.items()):
        exact = sum(value == 1 for value in values) / len(values)
        mean = sum(values) / len(values)
        rows.append([layouts, wordings, f"{len(values):,}", f"{mean:.3f}", f"{exact:.3f}"])
    head = ["layouts", "wordings", "questions", "set F1", "exactly right"]
    held = [
        f"{kind} {sum(values) / len(values):.3f}"
        for kind, by_half in sorted(kinds.items())
        if (values := by_half.get(HALVES[1]))
    ]
    return f"{table(head, rows)}\n\nBoth held out, by kind: {', '.join(held)}."


if __name__ == "__main__":
    main()
