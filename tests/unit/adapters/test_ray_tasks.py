"""Workers by Ray: starting them, without starting any."""

from __future__ import annotations

from typing import Any

import pytest

from qa_engine.adapters import ray_tasks
from qa_engine.errors import StoreUnavailable


class Ray:
    """Starts at the given try."""

    def __init__(self, starts: int) -> None:
        self.starts, self.tries = starts, 0

    def is_initialized(self) -> bool:
        return False

    def init(self, **options: Any) -> None:
        self.tries += 1
        self.options = options
        if self.tries < self.starts:
            raise RuntimeError("the node did not start")

    def shutdown(self) -> None:
        pass


def tasks(monkeypatch: pytest.MonkeyPatch, ray: Ray, address: str | None) -> ray_tasks.RayTasks:
    monkeypatch.setattr(ray_tasks, "_library", lambda: ray)
    monkeypatch.setattr(ray_tasks, "_PAUSE", 0.0)
    return ray_tasks.RayTasks(lambda path, id: b"", address, 2)


def test_this_machines_workers_are_started_again_when_they_did_not_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ray = Ray(starts=3)
    run = tasks(monkeypatch, ray, None)
    run._start()
    run.close()
    assert ray.tries == 3
    # Not those of a cluster that happens to run here: that would refuse the number.
    assert (ray.options["address"], ray.options["num_cpus"]) == ("local", 2)


def test_what_ray_prints_at_any_time_stays_out_of_a_commands_result(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It tells of a machine that died also while the index is published."""
    run = tasks(monkeypatch, Ray(starts=1), None)
    run._start()
    print("a node died")
    run.close()
    print("result")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("result\n", "a node died\n")


@pytest.mark.parametrize(("address", "tries"), [(None, 3), ("ray://head:10001", 1)])
def test_what_never_starts_is_told(
    monkeypatch: pytest.MonkeyPatch, address: str | None, tries: int
) -> None:
    ray = Ray(starts=9)
    run = tasks(monkeypatch, ray, address)
    with pytest.raises(StoreUnavailable):
        run._start()
    run.close()
    assert ray.tries == tries


@pytest.mark.parametrize(
    ("named", "cores", "workers", "expected"),
    [(8, 8, 8, 1), (8, 8, 2, 4), (2, 8, 2, 2), (2, 2, 4, 1), (8, 8, 0, 8)],
)
def test_workers_of_a_machine_share_its_cores(
    named: int, cores: int, workers: int, expected: int
) -> None:
    """Together they never take more threads than there are; the user may say fewer."""
    assert ray_tasks.share(named, cores, workers) == expected
