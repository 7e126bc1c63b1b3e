"""An index over a pool of paragraphs, kept in a cache folder between runs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from benchmarks.retrieval.datasets import Pool, as_document, load_squad, load_statutes
from benchmarks.retrieval.vectors import CachedEncoder
from qa_engine.adapters.embedded import EmbeddedStore
from qa_engine.passages import context_text
from qa_engine.ports import Encoder, IndexReader, IndexStore
from qa_engine.retrieval import Retriever
from qa_engine.text.aliases import Aliases
from qa_engine.text.normalise import fold
from qa_engine.text.words import Cutter

_DOCUMENTS = 256  # written at a time


def load_pool(
    files: Sequence[Path],
    statutes: Path | None = None,
    distractors: int = 0,
    *,
    titled: bool = False,
) -> Pool:
    """All paragraphs of the sets together, and passages of statutes to lead astray.

    ``titled`` keeps the titles of the articles, to stand above their paragraphs."""
    pool = Pool()
    for path in files:
        pool.add(path.stem, load_squad(path, path.stem))
    if not titled:
        pool.titles.clear()
    if statutes is not None and distractors:
        pool.paragraphs.update(load_statutes(statutes, distractors))
    return pool


def open_pool(pool: Pool, encoder: Encoder, cutter: Cutter, cache: Path) -> IndexReader:
    """An index of the pool's paragraphs, built unless the cache has it."""
    key = hashlib.sha256(f"{encoder.name}\0{cutter.analyser}\0folded".encode())
    for id, text in sorted(pool.paragraphs.items()):
        key.update(f"\0{id}\0{pool.titles.get(id, '')}\0{text}".encode())
    store = EmbeddedStore(cache / "indexes" / key.hexdigest()[:16])
    if not store.exists():
        fill_store(store, pool, encoder, cutter)
    return store.open()


def fill_store(store: IndexStore, pool: Pool, encoder: Encoder, cutter: Cutter) -> None:
    """Publish the pool's paragraphs, a document each."""
    with store.write(
        encoder=encoder.name, dimension=encoder.dimension, analyser=cutter.analyser
    ) as writer:
        items = sorted(pool.paragraphs.items())
        for at in range(0, len(items), _DOCUMENTS):
            part = items[at : at + _DOCUMENTS]
            vectors = encoder.encode_passages([fold(text) for _, text in part])
            for (id, text), vector in zip(part, vectors, strict=True):
                document, passages = as_document(id, text, pool.titles.get(id, ""))
                terms = cutter.passage(text, context_text(passages[0]))
                writer.add(document, passages, [terms], vector[None, :], {})
        writer.publish({})


def open_retriever(pool: Pool, cache: Path) -> Retriever:
    """The engine's own retrieval over a pool, with the default encoder."""
    from qa_engine.adapters.onnx_encoder import OnnxEncoder

    encoder = CachedEncoder(OnnxEncoder(), cache / "vectors.sqlite")
    cutter = Cutter()
    return Retriever(open_pool(pool, encoder, cutter, cache), encoder, cutter, Aliases.load())
