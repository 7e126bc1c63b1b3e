"""Workers on one machine or many, by Ray (Apache-2.0).

A worker that dies takes nothing with it: its file is given to another one. A file that
kills every worker it is given to is reported, and the others go on. Nothing is sent
anywhere: Ray's usage statistics and dashboard are off. Workers of other machines need
the same qa-engine, and for files that are not given by URIs the same paths. Each takes
its share of its machine's cores.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from qa_engine.adapters.e5_runtime import THREADS, threads
from qa_engine.bulk.run import Done, Task
from qa_engine.errors import MissingExtra, QAEngineError, SourceError, StoreUnavailable

INSTALL = 'pip install "qa-engine[bulk]"'
Make = Callable[[str, str], bytes]
RETRIES = 3  # other workers that a file is given to
_STARTS = 3  # tries to start workers on this machine
_PAUSE = 3.0  # seconds between them
_AHEAD = 2  # files given out for each processor


class RayTasks:
    """``address``: a running cluster's (``auto`` finds the one of this machine); without,
    ``workers`` processes of this machine (default: one a processor)."""

    def __init__(self, make: Make, address: str | None, workers: int | None) -> None:
        """``make``: called in workers with path and public id. Raises MissingExtra."""
        self._make = make
        self._address = address
        self._workers = workers
        self._ray = _library()
        self._quiet = contextlib.ExitStack()

    def __call__(self, tasks: Sequence[Task], done: Done) -> None:
        """Prepare the files; ``done`` is called in this thread, in the order they finish.

        Raises StoreUnavailable when there is no cluster at the address."""
        ray = self._ray
        self._start()
        prepare = ray.remote(num_cpus=1, max_retries=RETRIES)(prepare_file)
        ahead = _AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
        waiting = list(reversed(tasks))
        running: dict[Any, Task] = {}
        try:
            while waiting or running:
                while waiting and len(running) < ahead:
                    task = waiting.pop()
                    made = prepare.remote(self._make, task.path, task.id)
                    running[made] = task
                for result in ray.wait(list(running), num_returns=1)[0]:
                    task = running.pop(result)
                    done(task, self._result(result, task))
        finally:
            for result in running:
                ray.cancel(result)

    def close(self) -> None:
        self._ray.shutdown()
        self._quiet.close()

    def _start(self) -> None:
        if self._ray.is_initialized():
            return
        # Ray tells of workers and machines that died on stdout, where a command's result
        # stands, at any time from now on.
        self._quiet.enter_context(contextlib.redirect_stdout(sys.stderr))
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        if self._address:
            options["address"] = self._address
        else:
            # "local": not a cluster that happens to run on this machine.
            options |= {"address": "local", "include_dashboard": False}
            options["num_cpus"] = self._workers or os.cpu_count()
        # Right after a run was killed, what is left of it can keep a new one from starting.
        for left in reversed(range(1 if self._address else _STARTS)):
            try:
                self._ray.init(**options)
                return
            except Exception as error:  # it raises nothing narrower when it does not start
                self._ray.shutdown()
                if not left:
                    raise StoreUnavailable(
                        f"连不上 Ray 集群（{self._address or '本机'}）：{error}",
                        "请检查 --ray 的地址和令牌（RAY_AUTH_MODE=token），或不给 --ray 只用本机。",
                    ) from error
            time.sleep(_PAUSE)

    def _result(self, result: Any, task: Task) -> bytes | QAEngineError:
        errors = self._ray.exceptions
        try:
            return bytes(self._ray.get(result))
        except (errors.WorkerCrashedError, errors.OutOfMemoryError) as error:
            return SourceError(
                f"{task.id}：处理它的进程几次都中止了（{type(error).__name__}）。",
                "可能是内存不够；请单独检查这个文件：qa-engine inspect",
            )
        except errors.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, SourceError):
                return cause
            if isinstance(cause, QAEngineError):
                raise cause from None  # no model, say: not this file's fault
            return SourceError(f"{task.id}：处理时出错（{cause}）。", "")


def prepare_file(make: Make, path: str, id: str) -> bytes:
    """One task, in a worker."""
    _take_share()
    return make(path, id)


@cache
def _take_share() -> None:
    """As many threads as this machine has cores for each worker of it, or fewer if the user
    said so. Ray tells other libraries to use one."""
    ray = _library()
    here = ray.get_runtime_context().get_node_id()
    slots = {node["NodeID"]: node["Resources"].get("CPU", 1) for node in ray.nodes()}
    os.environ[THREADS] = str(share(threads(), os.cpu_count() or 1, int(slots[here])))


def share(named: int, cores: int, workers: int) -> int:
    """The threads of one of some workers: ``named`` is how many one process would take."""
    return max(1, min(named, cores // max(workers, 1)))


def _library() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise MissingExtra(
            "没有安装 Ray（ray is not installed）。", f"请运行：{INSTALL}"
        ) from error
    return ray
