"""``python -m tests.fuzz``: every target for a while, and a table of inputs tried and faults.

With atheris (Linux; ``pip install -e '.[fuzz]'``) coverage of our code guides the inputs;
without it, or with ``--random``, they are random changes of the seeds. Each target runs in
a process of its own, all with one time budget. An input that does harm is written to
``--keep`` under its target's name; moved to ``tests/fuzz/found`` it becomes a test. The same fault
(its class and the line of ours where it began) is written once.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

SLOW = 10.0  # seconds: an input that takes longer is a fault as well
_OURS = ("/qa_engine/", "/web/qa_engine_web/", "/tests/fuzz/")


class Watch:
    """Runs a target on inputs, counts them and keeps those that do harm."""

    def __init__(self, name: str, run: Callable[[bytes], None], folder: Path) -> None:
        self._run = run
        self._folder = folder / name.replace(" ", "-")
        self.tried = 0
        self.faults: dict[str, str] = {}

    def __call__(self, data: bytes) -> None:
        self.tried += 1
        begun = time.process_time()
        try:
            self._run(data)
        except Exception as error:
            places = [
                frame
                for frame in traceback.extract_tb(error.__traceback__)
                if any(part in frame.filename for part in _OURS)
            ]
            at = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else "?"
            self._keep(f"{type(error).__name__} at {at}", str(error)[:300], data)
        if time.process_time() - begun > SLOW:
            self._keep("slow", f"{time.process_time() - begun:.0f} s", data)

    def _keep(self, what: str, said: str, data: bytes) -> None:
        if what in self.faults:
            return
        self.faults[what] = said
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.joinpath(hashlib.sha256(data).hexdigest()[:12]).write_bytes(data)

    def report(self, path: Path) -> None:
        path.write_text(json.dumps({"tried": self.tried, "faults": self.faults}), "utf-8")


def fuzz_one(number: int, seconds: float, keep: Path, report: Path, guided: bool) -> None:
    """In the process of one target."""
    if guided:
        import atheris

        with atheris.instrument_imports(include=["qa_engine", "qa_engine_web"]):
            from tests.fuzz.targets import TARGETS
    else:
        from tests.fuzz.targets import TARGETS
    target = TARGETS[number]
    watch = Watch(target.name, target.run, keep)
    seeds = target.seeds()
    for seed in seeds:
        watch(seed)
    end = time.monotonic() + seconds
    if not guided:
        chance = random.Random(number)
        while time.monotonic() < end:
            watch(mutated(chance.choice(seeds), chance))
        watch.report(report)
        return

    written = time.monotonic()

    def once(data: bytes) -> None:
        nonlocal written
        watch(data)
        if time.monotonic() - written > 1:  # libFuzzer ends the process without a word
            watch.report(report)
            written = time.monotonic()

    with tempfile.TemporaryDirectory() as corpus:
        for place, seed in enumerate(seeds):
            Path(corpus, str(place)).write_bytes(seed)
        atheris.Setup(
            [
                "fuzz",
                corpus,
                f"-max_total_time={max(1, round(seconds))}",
                "-max_len=4096",
                "-timeout=120",
                "-rss_limit_mb=4096",
                "-print_final_stats=0",
                "-verbosity=0",
            ],
            once,
        )
        watch.report(report)
        atheris.Fuzz()


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """A seed with a few bytes changed, cut out, doubled or added."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        what = chance.randrange(4)
        if what == 0:
            data[at : at + 1] = chance.randbytes(1)
        elif what == 1:
            del data[at : at + chance.randint(1, 20)]
        elif what == 2:
            data[at:at] = data[max(0, at - 20) : at]
        else:
            data[at:at] = chance.randbytes(chance.randint(1, 8))
    return bytes(data[:4096])


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=240, help="for all targets together")
    options.add_argument("--target", help="only those whose name holds this")
    options.add_argument("--random", action="store_true", help="not guided by coverage")
    options.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    options.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options.add_argument("--report", type=Path, help=argparse.SUPPRESS)
    wanted = options.parse_args()
    guided = not wanted.random and importlib.util.find_spec("atheris") is not None
    if wanted.one is not None:
        fuzz_one(wanted.one, wanted.seconds, wanted.keep, wanted.report, guided)
        return 0
    from tests.fuzz.targets import TARGETS

    chosen = [n for n, t in enumerate(TARGETS) if not wanted.target or wanted.target in t.name]
    share = wanted.seconds / max(1, len(chosen))
    print("guided by coverage (atheris)" if guided else "random changes of seeds")
    print(f"{'target':<18}{'seconds':>8}{'inputs':>10}{'faults':>8}")
    failed = False
    for number in chosen:
        found = _run(number, share, wanted)
        failed |= bool(found["faults"])
        name = TARGETS[number].name
        print(f"{name:<18}{share:>8.0f}{found['tried']:>10}{len(found['faults']):>8}", flush=True)
        for what, said in found["faults"].items():
            print(f"    {what}: {said}")
    return 1 if failed else 0


def _run(number: int, share: float, wanted: argparse.Namespace) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report")
        command = [sys.executable, "-m", "tests.fuzz", "--one", str(number)]
        command += ["--seconds", str(share), "--keep", str(wanted.keep), "--report", str(report)]
        command += ["--random"] if wanted.random else []
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        try:
            found: dict[str, object] = json.loads(report.read_text("utf-8"))
        except (OSError, ValueError):
            found = {"tried": 0, "faults": {}}
        if done.returncode:
            faults = found["faults"]
            assert isinstance(faults, dict)
            faults[f"the process ended with {done.returncode}"] = done.stderr[-800:]
        return found


if __name__ == "__main__":
    sys.exit(main())
