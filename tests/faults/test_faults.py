"""A few of the faults of ``make test-faults``, in the fast suite."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from qa_engine import wiring
from tests.faults import injection
from tests.faults.scenarios import SCENARIOS, Bench, prepare

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux only")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    assert injection.available(), "needs strace, allowed to attach (apt-get install strace)"
    monkeypatch.setattr(wiring, "bare_encoder", wiring.bare_encoder)  # put back afterwards
    prepare()
    return Bench(SCENARIOS[1], tmp_path)


def test_an_update_killed_at_any_call_leaves_the_old_or_the_new_index(bench: Bench) -> None:
    """The call before which it dies is spread over the whole run, the switch included.

    How often progress is written depends on the clock: a run may end before its call.
    """
    bench.fresh()
    steps = injection.steps(bench.work, bench.folder / "index")
    switch = next(n for n, s in enumerate(steps) if s.call == "rename" and "CURRENT" in s.shown)
    seen: dict[int, str] = {}
    for at in {*range(0, len(steps), len(steps) // 6), switch, switch + 1}:
        bench.fresh()
        ended = injection.killed_before(bench.work, steps[at])
        found = bench.verdict()
        if ended.status == -9:
            seen[at] = found
        else:
            assert (ended.status, found) == (0, "new")
    assert seen[switch] == "old"
    assert "new" in seen.values()
    assert len(seen) >= 6


def test_everything_is_on_the_disk_before_the_switch(bench: Bench) -> None:
    """Every file is synced after its last write, every folder after its last entry."""
    bench.fresh()
    dirty: set[str] = set()
    switched = False
    for step in injection.steps(bench.work, bench.folder / "index"):
        paths = injection.paths_of(step, bench.folder)
        if step.call in ("fsync", "fdatasync"):
            dirty.difference_update(paths)
        elif step.call == "rename" and "CURRENT" in step.shown:
            switched = True
            break
        elif "write" in step.call or step.call in ("ftruncate", "sendfile", "copy_file_range"):
            dirty.update(paths[-1:] if step.call == "copy_file_range" else paths[:1])
        elif step.call in ("unlink", "unlinkat"):
            dirty.difference_update(paths)
        elif step.call in ("rename", "renameat", "renameat2"):
            dirty = {paths[-1] if path == paths[0] else path for path in dirty}
        else:  # a new entry in a folder
            dirty.update(os.path.dirname(path) for path in paths[-1:])  # noqa: PTH120
    assert switched
    # A file that is gone again needs no sync; IN_USE is only there to be locked.
    left = {p for p in dirty if "IN_USE" not in p and "generation-" in p and Path(p).exists()}
    assert not left


def test_a_full_disk_is_a_clear_message_and_the_old_index_stays(bench: Bench) -> None:
    """No space left from some write on, or a folder that may not be written."""
    bench.fresh()
    steps = injection.steps(bench.work, bench.folder / "index")
    switch = next(n for n, s in enumerate(steps) if s.call == "rename" and "CURRENT" in s.shown)
    writes = [s for s in steps[:switch] if "write" in s.call]
    for step, error in (
        (writes[len(writes) // 2], "ENOSPC"),
        (writes[len(writes) * 2 // 3], "EROFS"),
    ):
        bench.fresh()
        ended = injection.failing_from(bench.work, step, error)
        assert ended.status == 1
        assert ended.said.count("qa-engine:") == 1
        assert "磁盘空间" in ended.said
        assert "Traceback" not in ended.said
        assert bench.verdict() == "old"
