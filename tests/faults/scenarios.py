"""Changes to an index that are made to go wrong, and what must be true afterwards."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from qa_engine import wiring
from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.cli import main
from qa_engine.ports import Encoder

DOCUMENTS = 6
State = frozenset[tuple[str, str]]  # document id, digest of its text


def prepare() -> None:
    """Load what every child needs, so that a fork has it; vectors come cheaply."""

    def cheap(model: str) -> Encoder:
        return HashingEncoder(32)

    wiring.bare_encoder = cheap
    import faiss  # noqa: F401
    import jieba

    from qa_engine.adapters.whoosh_words import _whoosh

    _whoosh()
    jieba.initialize()


def write_corpus(folder: Path, version: int) -> None:
    """Version 1, or 2: one file changed, one gone, one new."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(DOCUMENTS):
        path = folder / f"{number}.txt"
        text = "\n\n".join(
            f"第{n}条　{number}号泵站由供水处负责，每{n + 2}月检查管网压力。" for n in range(5)
        )
        if version == 2 and number == 0:
            text = text.replace("供水处", "排水处")
        if version == 2 and number == 1:
            path.unlink(missing_ok=True)
            continue
        path.write_text(text, encoding="utf-8")
    if version == 2:
        (folder / "new.txt").write_text("新增的说明：泵站汛期由防汛办统一调度。", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A change by the command line, on a folder that holds ``corpus`` and ``index``."""

    name: str
    arguments: Callable[[Path], list[str]]
    before: Callable[[Path], None]

    def run(self, folder: Path) -> int:
        return main([*self.arguments(folder), "--index", str(folder / "index")])


def _index(folder: Path) -> list[str]:
    return ["index", str(folder / "corpus")]


def _nothing(folder: Path) -> None:
    write_corpus(folder / "corpus", 1)


def _built(folder: Path) -> None:
    write_corpus(folder / "corpus", 1)
    assert main([*_index(folder), "--index", str(folder / "index")]) == 0


def _changed(folder: Path) -> None:
    _built(folder)
    write_corpus(folder / "corpus", 2)


def _many_segments(folder: Path) -> None:
    """So many that the next publish merges them."""
    _built(folder)
    for number in range(9):
        (folder / "corpus" / f"more{number}.txt").write_text(
            f"补充材料{number}：管网巡查由第{number}分队负责。", encoding="utf-8"
        )
        assert main([*_index(folder), "--index", str(folder / "index")]) == 0
    write_corpus(folder / "corpus", 2)


SCENARIOS = (
    Scenario("first index", _index, _nothing),
    Scenario("update", _index, _changed),
    Scenario("remove", lambda _: ["remove", "corpus/0.txt", "corpus/3.txt"], _built),
    Scenario("merge and publish", _index, _many_segments),
    Scenario("rebuild", lambda f: [*_index(f), "--rebuild"], _changed),
)


class Bench:
    """A scenario with its starting point made once, and copied for each fault."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario = scenario
        self._start = folder / "start"
        self.folder = folder / "work"
        self._start.mkdir(parents=True)
        # Paths are kept in the index: the starting point is made where the work will be.
        self.folder.mkdir()
        with quiet():
            scenario.before(self.folder)
        shutil.copytree(self.folder, self._start, dirs_exist_ok=True)
        self.old = state(self.folder)
        with quiet():
            assert scenario.run(self.folder) == 0
        self.new = state(self.folder)
        assert self.new is not None
        assert self.new != self.old or scenario.name == "rebuild"

    def fresh(self) -> Path:
        """The work folder as it was before."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._start, self.folder)
        return self.folder

    def work(self) -> int:
        return self.scenario.run(self.folder)

    def verdict(self, *, recover: bool = True) -> str:
        """ "old" or "new"; raises AssertionError when something was lost or left behind."""
        now = state(self.folder)
        assert now in (self.old, self.new), f"neither old nor new: {now}"
        index = self.folder / "index"
        if index.exists():
            store = EmbeddedStore(index)
            store.tidy()
            assert store.leftovers() == [], store.leftovers()
            current = {store.current()} - {None}
            strange = {p.name for p in index.iterdir()} - current - {
                "CURRENT", "LOCK", "vectors.cache", "vectors.cache-journal",
            }  # fmt: skip
            assert not strange, strange
            assert state(self.folder) == now
        if recover and now != self.new:
            with quiet():
                assert self.work() == 0
            assert state(self.folder) == self.new
        return "new" if now == self.new else "old"


def state(folder: Path) -> State | None:
    """What the index holds; None if there is none. It must be whole."""
    store = EmbeddedStore(folder / "index")
    if not store.exists():
        return None
    assert store.problems() == [], store.problems()
    reader = store.open()
    try:
        ids = [info.id for info in reader.documents()]
        found = [(id, reader.document(id).text) for id in ids]
        word = "泵站"
        by_words = {s.id.split("#")[0] for s in reader.match("words", {word: 1.0}, 500)}
        assert by_words <= set(ids)
        return frozenset((id, hashlib.sha256(text.encode()).hexdigest()) for id, text in found)
    finally:
        reader.close()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep a command's output out of the way."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        yield
