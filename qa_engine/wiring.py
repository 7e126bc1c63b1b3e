"""Names → adapters: the only file that chooses concrete classes."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_engine import settings as names
from qa_engine.engine import Engine
from qa_engine.errors import UsageError
from qa_engine.ports import (
    Encoder,
    Generator,
    IndexStore,
    Mendable,
    ProgressCallback,
    Reader,
    Reranker,
)
from qa_engine.settings import Settings, settings
from qa_engine.sources.columns import Vocabulary, load_vocabulary
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter

if TYPE_CHECKING:
    # What reads, changes and moves indexes is loaded by the commands that do so.
    from qa_engine.intake import ReadDocuments, Report
    from qa_engine.places import Place

# In the index folder; the pages 别名 and 词典 edit them.
OWN_ALIASES = "aliases.tsv"
OWN_DICTIONARY = "words.txt"
MILVUS_FILE = "milvus.db"  # in the index folder, where no address is given
SENTENCE_TRANSFORMERS = "sentence-transformers"  # the default model, run by that library
HASHING = "hashing"  # for tests: nothing to load, no meaning


def open_engine(index: str | Path | Settings | None = None, **options: Any) -> Engine:
    """See ``qa_engine.open_engine``."""
    chosen = index if isinstance(index, Settings) else settings(index, **options)
    store = make_store(chosen)
    reader = _once(lambda: make_reader(chosen))
    return Engine(
        store,
        make_encoder(chosen),
        make_cutter(chosen),
        make_aliases(chosen),
        reader,
        make_reranker(chosen, reader),
        make_reading(chosen),
        make_generator(chosen),
    )


def index(
    chosen: Settings,
    paths: Sequence[Place],
    progress: ProgressCallback | None = None,
    *,
    rebuild: bool = False,
) -> Report:
    """What ``qa-engine index`` does."""
    from qa_engine.indexing import update

    with make_reading(chosen)() as read:
        return update(
            make_store(chosen),
            make_encoder(chosen),
            make_cutter(chosen),
            paths,
            progress=progress,
            rebuild=rebuild,
            read=read,
        )


def bulk_index(
    chosen: Settings,
    paths: Sequence[Place],
    progress: ProgressCallback | None = None,
    *,
    rebuild: bool = False,
    address: str | None = None,
    workers: int | None = None,
) -> Report:
    """What ``qa-engine index --bulk`` does."""
    from qa_engine.adapters.ray_tasks import RayTasks
    from qa_engine.bulk.parts import Parts
    from qa_engine.bulk.run import FOLDER, PreparedEncoder, bulk_update

    prepared = PreparedEncoder(bare_encoder(chosen.model))
    work = _work(chosen)
    tasks = RayTasks(partial(prepare_file, work), address, workers)
    try:
        return bulk_update(
            make_store(chosen),
            _cached(prepared, chosen),
            prepared,
            make_cutter(chosen),
            paths,
            Parts(chosen.index / FOLDER),
            tasks,
            (prepared.name, work.columns),
            progress,
            rebuild=rebuild,
        )
    finally:
        tasks.close()


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker of ``bulk_index`` needs to know; it goes to other machines, so that
    ``columns`` is the text of that file. See Settings for the others."""

    model: str
    columns: str
    reading: str
    reading_seconds: float
    reading_mb: int


def _work(chosen: Settings) -> Work:
    load_vocabulary(chosen.columns)  # a mistake in it is found before anything begins
    columns = chosen.columns.read_text("utf-8") if chosen.columns else ""
    limits = (chosen.reading, chosen.reading_seconds, chosen.reading_mb)
    return Work(chosen.model, columns, *limits)


def prepare_file(work: Work, path: str, id: str) -> bytes:
    """What a worker of ``bulk_index`` does with one file, given by its path or URI; model and
    reading process are there for as long as the worker is."""
    from qa_engine.bulk.work import prepare

    worker = _worker(work)
    return prepare(path, id, worker.encoder, worker.read).to_bytes()


@dataclass(frozen=True, slots=True)
class _Worker:
    encoder: Encoder
    read: ReadDocuments
    folder: tempfile.TemporaryDirectory[str] | None  # here for as long as it is read


@cache
def _worker(work: Work) -> _Worker:
    folder = tempfile.TemporaryDirectory(prefix="qa-engine-") if work.columns else None
    columns = Path(folder.name, "columns.toml") if folder else None
    if columns:
        columns.write_text(work.columns, "utf-8")
    chosen = Settings(
        Path(),
        columns=columns,
        reading=work.reading,
        reading_seconds=work.reading_seconds,
        reading_mb=work.reading_mb,
    )
    return _Worker(bare_encoder(work.model), make_reading(chosen)().__enter__(), folder)


def remove(chosen: Settings, ids: Sequence[str]) -> None:
    """What ``qa-engine remove`` does. Raises DocumentNotFound."""
    from qa_engine.indexing import remove as take_out

    take_out(make_store(chosen), make_encoder(chosen), make_cutter(chosen), list(ids))


def compact(chosen: Settings, progress: ProgressCallback | None = None) -> int:
    """What ``qa-engine compact`` does: passages that had lingered and are gone now."""
    from qa_engine.indexing import compact as rewrite

    return rewrite(make_store(chosen), make_encoder(chosen), make_cutter(chosen), progress)


def export(chosen: Settings) -> Iterator[str]:
    """The lines of ``qa-engine export``. Raises IndexNotFound, IndexDamaged."""
    from qa_engine.exporting import export_lines

    reader = make_store(chosen).open()
    try:
        yield from export_lines(reader)
    finally:
        reader.close()


def import_(
    chosen: Settings, lines: Iterable[str], progress: ProgressCallback | None = None
) -> Report:
    """What ``qa-engine import`` does."""
    from qa_engine.exporting import import_lines

    return import_lines(
        make_store(chosen), make_encoder(chosen), make_cutter(chosen), lines, progress
    )


def tidy(chosen: Settings) -> None:
    """Remove what a killed writer left, if no writer is at work."""
    store = make_store(chosen)
    if isinstance(store, Mendable):
        store.tidy()


def make_store(chosen: Settings) -> IndexStore:
    if chosen.store == "embedded":
        from qa_engine.adapters.embedded import EmbeddedStore

        return EmbeddedStore(chosen.index)
    if chosen.store == "memory":
        from qa_engine.adapters.memory import MemoryStore

        return MemoryStore()
    if chosen.store == "milvus":
        from qa_engine.adapters.milvus.store import MilvusStore

        return MilvusStore(chosen.uri or str(chosen.index / MILVUS_FILE), chosen.milvus)
    raise UsageError(f"没有名为 {chosen.store} 的存储。", "可用：embedded、milvus、memory。")


def make_encoder(chosen: Settings) -> Encoder:
    """``default``, ``sentence-transformers``, ``hashing`` (tests), or a model folder or name.

    Passages' vectors are remembered between updates, in the index folder, but for an index
    in memory."""
    return _cached(bare_encoder(chosen.model), chosen)


def _cached(encoder: Encoder, chosen: Settings) -> Encoder:
    if chosen.store == "memory" or chosen.model == HASHING:
        return encoder
    from qa_engine.adapters.vector_cache import FILE, CachingEncoder

    return CachingEncoder(encoder, chosen.index / FILE)


def bare_encoder(model: str) -> Encoder:
    """The encoder without a memory of vectors."""

    def say(line: str) -> None:
        print(line, file=sys.stderr)

    if model == names.DEFAULT_MODEL:
        from qa_engine.adapters.onnx_encoder import OnnxEncoder

        return OnnxEncoder(report=say)
    if model == HASHING:
        from qa_engine.adapters.hashing_encoder import HashingEncoder

        return HashingEncoder()
    from qa_engine.adapters.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(None if model == SENTENCE_TRANSFORMERS else model, report=say)


def make_reading(chosen: Settings) -> Callable[[], AbstractContextManager[ReadDocuments]]:
    """What reads files for one update. Raises UsageError."""
    words = load_vocabulary(chosen.columns)  # a mistake in it is found before anything begins
    if chosen.reading == names.INSIDE:
        return partial(_reading_inside, words)
    if chosen.reading != names.APART:
        raise UsageError(
            f"{names.READING} 不能是 {chosen.reading}。", f"可用：{names.APART}、{names.INSIDE}。"
        )
    return partial(_reading_apart, chosen)


def _reading_apart(chosen: Settings) -> AbstractContextManager[ReadDocuments]:
    from qa_engine.adapters.apart import Limits, ReaderApart

    limits = Limits(seconds=chosen.reading_seconds, memory=chosen.reading_mb << 20)
    return ReaderApart(chosen.columns, limits)


def _reading_inside(words: Vocabulary) -> AbstractContextManager[ReadDocuments]:
    from qa_engine.sources.read import read_documents

    return nullcontext(partial(read_documents, words=words))


def make_cutter(chosen: Settings) -> Cutter:
    """With the user's words: the file that is set, else the one in the index folder."""
    if chosen.dictionary is not None and not chosen.dictionary.is_file():
        raise UsageError(f"找不到用户词典 {chosen.dictionary}。", "请检查 QA_ENGINE_DICTIONARY。")
    own = chosen.dictionary or chosen.index / OWN_DICTIONARY
    return Cutter(own if own.is_file() else None)


def make_aliases(chosen: Settings) -> Aliases:
    """The shipped list with the user's: the file that is set, else the one in the index folder."""
    own = chosen.aliases or chosen.index / OWN_ALIASES
    return Aliases.load(own if chosen.aliases or own.is_file() else None)


def make_reader(chosen: Settings) -> Reader | None:
    """The reading-comprehension model; None when it is switched off or not shipped."""
    if chosen.reader == "none":
        return None
    from qa_engine.adapters.onnx_reader import MODEL_FILE, OnnxReader, reader_folder

    folder = reader_folder() if chosen.reader == names.DEFAULT_READER else Path(chosen.reader)
    if chosen.reader == names.DEFAULT_READER and not (folder / MODEL_FILE).exists():
        return None
    reader = OnnxReader(folder)
    if not chosen.readings_kept:
        return reader
    from qa_engine.adapters.remembered_readings import RememberingReader

    return RememberingReader(reader, chosen.readings_kept)


def make_reranker(chosen: Settings, reader: Callable[[], Reader | None]) -> Reranker | None:
    """The reader, or a CrossEncoder of a folder; None when none is named. Raises ModelError."""
    if chosen.reranker == names.DEFAULT_RERANKER:
        return None
    if chosen.reranker == names.READER_RERANKER:
        from qa_engine.adapters.reading_reranker import ReadingReranker

        return ReadingReranker(reader)
    from qa_engine.adapters.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(Path(chosen.reranker))


def make_generator(chosen: Settings) -> Generator | None:
    """The endpoint that may phrase answers; None unless one is named. Raises UsageError."""
    if not chosen.generator.url:
        return None
    from qa_engine.adapters.openai_chat import OpenAIChat

    return OpenAIChat(chosen.generator)


def _once(make: Callable[[], Reader | None]) -> Callable[[], Reader | None]:
    """Make the reader when first asked for; it is slow to load and seldom not needed."""
    import threading

    lock = threading.Lock()
    made: list[Reader | None] = []

    def get() -> Reader | None:
        with lock:
            if not made:
                made.append(make())
            return made[0]

    return get


def describe_model(
    chosen: Settings,
    *,
    rebuild: bool,
    sentence_transformers: bool,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """What ``qa-engine model`` shows."""
    from qa_engine.adapters import model_store

    if rebuild:
        model_store.rebuild(say)
    else:
        model_store.ensure(say)
    if sentence_transformers:
        model_store.ensure_sentence_transformers(say)
    found = model_store.describe()
    return {
        "名称": found.name,
        "文件夹": str(found.folder),
        "可用": "是" if found.ready else f"否：{found.problem}",
        "大小": f"{sum(found.files.values()) / 1e6:.1f} MB",
        "sentence-transformers": str(found.sentence_transformers or "未解出"),
        "使用中": chosen.model,
    }
