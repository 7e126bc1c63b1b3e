"""``python -m tests.faults``: every fault, and a table of what was injected, survived, lost.

A fault is survived when the old or the new generation is there and whole, what was half
written goes at the next start, and the same command then succeeds.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.faults import injection
from tests.faults.scenarios import SCENARIOS, Bench, Scenario, prepare

Outcome = tuple[int, list[str]]  # faults injected, and what was lost


def chosen(steps: list[injection.Step], most: int) -> list[injection.Step]:
    """All calls other than writes, and as many of the writes, evenly spread, as fit."""
    writes = [s for s in steps if "write" in s.call or s.call in ("sendfile", "copy_file_range")]
    rest = [s for s in steps if s not in writes]
    rest = _spread(rest, most)
    return rest + _spread(writes, max(5, most - len(rest)))


def _spread(steps: list[injection.Step], most: int) -> list[injection.Step]:
    if len(steps) <= most or most < 2:
        return steps[:most]
    return [steps[round(n * (len(steps) - 1) / (most - 1))] for n in range(most)]


def kills(bench: Bench, most: int) -> Outcome:
    """Kill before each chosen call; returns the number of faults and what was lost."""
    bench.fresh()
    lost: list[str] = []
    count = 0
    for step in chosen(injection.steps(bench.work, bench.folder / "index"), most):
        bench.fresh()
        ended = injection.killed_before(bench.work, step)
        count += ended.status == -9
        _judge(bench, f"{step.call} {step.shown[:80]}", lost)
    return count, lost


def moments(bench: Bench, times: int, chance: random.Random) -> Outcome:
    """Kill at random moments of a run."""
    bench.fresh()
    begun = time.monotonic()
    injection.run(bench.work)
    whole = time.monotonic() - begun
    lost: list[str] = []
    count = 0
    for _ in range(times):
        bench.fresh()
        ended = injection.killed_after(bench.work, chance.uniform(0, whole))
        count += ended.status == -9
        _judge(bench, "random moment", lost)
    return count, lost


def full_disk(bench: Bench, most: int, error: str = "ENOSPC") -> Outcome:
    """Let a writing call and all later ones of its kind fail."""
    bench.fresh()
    found = injection.steps(bench.work, bench.folder / "index")
    writing = {"write", "pwrite64", "openat", "mkdir", "link", "linkat", "fsync", "ftruncate"}
    lost: list[str] = []
    count = 0
    for step in _spread([s for s in found if s.call in writing], most):
        bench.fresh()
        ended = injection.failing_from(bench.work, step, error)
        if "(INJECTED)" not in ended.log:
            continue  # this run made fewer such calls
        count += 1
        if ended.status not in (0, 1, 2) or "Traceback" in ended.said:
            lost.append(f"{error} at {step.call} {step.shown[:80]}: {ended.said[-1500:]}")
        elif ended.status and "qa-engine:" not in ended.said and "未能读取" not in ended.said:
            lost.append(f"{error} at {step.call}: no message: {ended.said!r}")
        _judge(bench, f"{error} at {step.call} {step.shown[:80]}", lost)
    return count, lost


def _judge(bench: Bench, fault: str, lost: list[str]) -> None:
    try:
        bench.verdict()
    except Exception as error:
        lost.append(f"{fault}: {type(error).__name__}: {error}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=60, help="at most, for each change")
    options.add_argument("--moments", type=int, default=12, help="random ones, for each change")
    options.add_argument("--full", type=int, default=25, help="disk full, for each change")
    options.add_argument("--seed", type=int, default=1)
    wanted = options.parse_args()
    if not injection.available():
        print("strace is missing or may not attach (Debian: apt-get install strace)")
        return 2
    prepare()
    chance = random.Random(wanted.seed)
    total = 0
    all_lost: list[str] = []
    print(f"{'change':<20}{'fault':<26}{'injected':>9}{'survived':>9}{'lost':>6}")
    for scenario in SCENARIOS:
        for name, faults in _faults(scenario, wanted, chance):
            count, lost = faults
            print(f"{scenario.name:<20}{name:<26}{count:>9}{count - len(lost):>9}{len(lost):>6}",
                  flush=True)  # fmt: skip
            total += count
            all_lost += [f"{scenario.name}: {line}" for line in lost]
    print(f"{'all':<46}{total:>9}{total - len(all_lost):>9}{len(all_lost):>6}")
    for line in all_lost:
        print(line)
    return 1 if all_lost else 0


def _faults(
    scenario: Scenario, wanted: argparse.Namespace, chance: random.Random
) -> Iterator[tuple[str, Outcome]]:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(scenario, Path(folder))
        yield "killed at a call", kills(bench, wanted.kills)
        yield "killed at a moment", moments(bench, wanted.moments, chance)
        yield "disk full (ENOSPC)", full_disk(bench, wanted.full)
        yield "disk error (EIO)", full_disk(bench, max(wanted.full // 5, 1), "EIO")


sys.exit(main())
