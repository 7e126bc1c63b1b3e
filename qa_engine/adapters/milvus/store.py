"""The index on Milvus: finds the current generation, opens readers and writers."""

from __future__ import annotations

import contextlib
import re
import threading
import time

from qa_engine.adapters.milvus.connection import CollectionMissing, Connection
from qa_engine.adapters.milvus.ledger import Head, Ledger, drop
from qa_engine.adapters.milvus.lock import WriterLock
from qa_engine.adapters.milvus.publishing import GRACE, REWRITE
from qa_engine.adapters.milvus.reader import MilvusReader, read_json
from qa_engine.adapters.milvus.statistics import Frequencies
from qa_engine.adapters.milvus.upkeep import lingering
from qa_engine.adapters.milvus.writer import MilvusWriter
from qa_engine.compatibility import check_same_kind
from qa_engine.errors import IndexError_, IndexNotFound, QAEngineError, UsageError
from qa_engine.ports import Problem
from qa_engine.settings import MilvusSettings

TOLERANCE = 0.001
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_LOOK = 5.0  # seconds that the question for a newer generation may take


class MilvusStore:
    """``uri``: an address or a file; ``options.index``: the name of the index there."""

    def __init__(
        self,
        uri: str,
        options: MilvusSettings | None = None,
        *,
        tolerance: float = TOLERANCE,
        grace: float = GRACE,
        rewrite: float = REWRITE,
    ) -> None:
        """``tolerance``: see MilvusReader. ``grace``: seconds that what is no longer
        current stays, for readers of other processes that are still at it. ``rewrite``:
        how far mean lengths may drift before all weights are made again.

        Raises UsageError, MissingExtra."""
        self._connection = Connection(uri, options)
        self.index = self._connection.options.index
        if not _NAME.fullmatch(self.index):
            raise UsageError(
                f"Milvus 里的索引名不对：{self.index}。",
                "QA_ENGINE_MILVUS_COLLECTION 只能有字母、数字和下划线，不以数字开头。",
            )
        self._tolerance = tolerance
        self._grace = grace
        self._rewrite = rewrite
        self._known: dict[tuple[str, str], Frequencies] = {}
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """Where it is, without credentials."""
        return self._connection.address

    def exists(self) -> bool:
        return self._ledger() is not None

    def current(self) -> str | None:
        try:
            return Ledger(self._connection, self.index).head(deadline=_LOOK).name
        except CollectionMissing:
            return None

    def open(self) -> MilvusReader:
        for attempt in range(3):
            ledger = self._ledger()
            if ledger is None:
                break
            try:
                self._connection.call("load_collection", ledger.collection)
                return MilvusReader(
                    self._connection, ledger, ledger.head(), self._base, self._tolerance
                )
            except CollectionMissing:  # replaced since the alias was read
                if attempt == 2:
                    raise
        raise IndexNotFound(
            f"Milvus（{self.address}）里还没有名为 {self.index} 的索引。",
            f"请先运行：qa-engine index 文件夹 --store milvus --uri {self.address}",
        )

    def write(
        self, *, encoder: str, dimension: int, analyser: str, fresh: bool = False
    ) -> MilvusWriter:
        lock = WriterLock(self._connection, self.index)
        try:
            base: tuple[Ledger, Head] | None = None
            ledger = None if fresh else self._ledger()
            if ledger is not None:
                self._connection.call("load_collection", ledger.collection)
                head = ledger.head()
                check_same_kind(ledger.manifest(head), encoder, dimension, analyser)
                self._connection.call("load_collection", head.passages)
                base = (ledger, head)
            self._clean(lock)
            return MilvusWriter(
                self._connection,
                self.index,
                lock,
                base,
                (encoder, dimension, analyser),
                self._grace,
                self._rewrite,
            )
        except BaseException:
            lock.release()
            raise

    # -- keeping in order (``ports.Mendable``) --------------------------------

    def problems(self) -> list[Problem]:
        """Whether the passages that the manifest counts are there."""
        reader = self.open()
        held = reader.count()
        counted = reader.manifest.passages
        if held == counted:
            return []
        return [
            Problem(
                f"Milvus 里有 {held} 个段落，索引记着 {counted} 个", "qa-engine index --rebuild"
            )
        ]

    def leftovers(self) -> list[str]:
        """Collections of this index that are not the current generation's."""
        return [name for name, _ in self._others() if "_writer_" not in name]

    def lingering(self) -> int:
        """Removed passages that no search finds but the server still holds."""
        ledger = self._ledger()
        if ledger is None:
            return 0
        head = ledger.head()
        self._connection.call("load_collection", head.passages)
        return lingering(self._connection, head)

    def tidy(self) -> None:
        """Drop what a killed writer left; does nothing while another writer is at work."""
        with contextlib.suppress(IndexError_):
            lock = WriterLock(self._connection, self.index)
            try:
                self._clean(lock)
            finally:
                lock.release()

    def meta(self) -> dict[str, str]:
        """What the last publish was told; empty if it cannot be read."""
        try:
            ledger = self._ledger()
            if ledger is None:
                return {}
            self._connection.call("load_collection", ledger.collection)
            return dict(ledger.manifest(ledger.head()).meta)
        except (QAEngineError, CollectionMissing):
            return {}

    def close(self) -> None:
        """Let go of the server or the file. Readers must be closed before."""
        self._connection.close()

    def _ledger(self) -> Ledger | None:
        """The current ledger, by its own name: an alias may move meanwhile."""
        try:
            found = self._connection.call("describe_alias", self.index)
        except CollectionMissing:
            return None
        except IndexError_:
            if self.index in self._connection.call("list_aliases")["aliases"]:
                raise
            return None
        return Ledger(self._connection, str(found["collection_name"]))

    def _others(self, mine: str = "") -> list[tuple[str, bool]]:
        """(collection, whether a reader may still use it), but for the current build's and
        the lock of a writer at work."""
        ledger = self._ledger()
        kept: dict[str, bool] = {}
        if ledger is not None:
            self._connection.call("load_collection", ledger.collection)
            kept[_stem(ledger.collection)] = True
            now = time.time()
            kept.update({_stem(n): now - at < self._grace for n, at in ledger.head().retired})
        own = re.compile(rf"{self.index}_([0-9a-f]{{12}}_(ledger|passages)|writer_[0-9a-f]{{12}})")
        current = _stem(ledger.collection) if ledger else ""
        return [
            (name, kept.get(_stem(name), False))
            for name in sorted(self._connection.call("list_collections"))
            if own.fullmatch(name) and name != mine and _stem(name) != current
        ]

    def _clean(self, lock: WriterLock) -> None:
        """Drop collections of builds that are over."""
        drop(self._connection, [name for name, used in self._others(lock.name) if not used])

    def _base(self, ledger: Ledger, name: str) -> Frequencies:
        key = (ledger.collection, name)
        with self._lock:
            if key not in self._known:
                self._known = {key: read_json(ledger.text(name))}
            return self._known[key]


def _stem(collection: str) -> str:
    return collection.rpartition("_")[0]
