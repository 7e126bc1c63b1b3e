"""Bigrams with their places in a Whoosh index: kept in step with the posting arrays.

Terms come cut; Whoosh analyses nothing. Each segment's rows are Whoosh's document
numbers in it, so that both sides speak of the same passage. Whoosh answers phrase
queries; ranked lookups go to the arrays, which give the same scores without Python code
for each posting; words and what stands above a passage have no places and are only there.
Whoosh's files hold pickles: an index folder must be one's own.
"""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qa_engine.adapters.whoosh_pickles import restrict
from qa_engine.errors import IndexDamaged
from qa_engine.ports import BIGRAMS, PassageTerms

_PASSAGE = "passage"


def _whoosh() -> Any:
    with warnings.catch_warnings():
        # Its sources have escapes and comparisons that newer Pythons warn about.
        warnings.simplefilter("ignore")
        import whoosh.analysis
        import whoosh.codec.whoosh3
        import whoosh.fields
        import whoosh.index
        import whoosh.query
        import whoosh.reading
    restrict()
    return whoosh


class WhooshWriter:
    """Adds segments to the index in a folder, which is created if need be."""

    def __init__(self, folder: Path) -> None:
        whoosh = _whoosh()
        if whoosh.index.exists_in(str(folder)):
            self._index = _opened(whoosh, folder)
        else:
            cut = whoosh.analysis.SpaceSeparatedTokenizer()
            schema = whoosh.fields.Schema(
                **{
                    _PASSAGE: whoosh.fields.STORED(),
                    BIGRAMS: whoosh.fields.TEXT(analyzer=cut, phrase=True),
                }
            )
            self._index = whoosh.index.create_in(str(folder), schema)
        self._writer: Any = None

    def add(self, passage: str, terms: PassageTerms) -> None:
        """The next row of the segment being written."""
        self._open().add_document(**{_PASSAGE: passage, BIGRAMS: list(terms.bigrams)})

    def commit(
        self, deleted: Mapping[str, Sequence[int]], merged: Sequence[str] = ()
    ) -> str | None:
        """Close the segment being written; returns its name, None if it would be empty.

        ``deleted``: rows that go, by segment. ``merged``: segments whose remaining rows
        follow the added ones in the new segment, in this order.
        """
        if self._writer is None and not deleted and not merged:
            return None
        writer = self._open()
        before = {segment.segment_id() for segment in writer.segments}
        base = 0
        for segment in writer.segments:
            for row in deleted.get(segment.segment_id(), ()):
                if not segment.is_deleted(row):
                    writer.delete_document(base + row)
            base += segment.doc_count_all()

        def merge(target: Any, segments: list[Any]) -> list[Any]:
            reading = _whoosh().reading
            by_name = {segment.segment_id(): segment for segment in segments}
            for name in merged:
                reader = reading.SegmentReader(target.storage, target.schema, by_name[name])
                target.add_reader(reader)
                reader.close()
            return [s for s in segments if s.segment_id() not in merged]

        writer.commit(mergetype=merge)
        self._writer = None
        after = [name for name in segment_names(self._index) if name not in before]
        return after[0] if after else None

    def close(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None
        self._index.close()

    def _open(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(limitmb=256)
        return self._writer


class WhooshReader:
    """Phrase queries over one generation."""

    def __init__(self, folder: Path) -> None:
        self._whoosh = _whoosh()
        self._index = _opened(self._whoosh, folder)
        self._searcher = self._index.searcher()

    def phrase(self, field: str, terms: Sequence[str]) -> list[tuple[str, int]]:
        """(segment, row) of the passages where the terms stand one after another."""
        query: Any
        if len(terms) == 1:
            query = self._whoosh.query.Term(field, terms[0])
        else:
            query = self._whoosh.query.Phrase(field, list(terms))
        found: list[tuple[str, int]] = []
        for searcher, base in self._searcher.leaf_searchers():
            name = searcher.reader().segment().segment_id()
            found.extend((name, int(row)) for row in searcher.docs_for_query(query))
            del base
        return found

    def rows(self) -> dict[str, tuple[int, set[int]]]:
        """Segment → its number of rows, and those that are deleted."""
        return {
            segment.segment_id(): (segment.doc_count_all(), set(segment.deleted_docs()))
            for segment in self._index._read_toc().segments
        }

    def names(self, segment: str) -> dict[int, str]:
        """Row → passage id of the live rows of a segment."""
        for searcher, _ in self._searcher.leaf_searchers():
            reader = searcher.reader()
            if reader.segment().segment_id() == segment:
                return {int(n): str(kept[_PASSAGE]) for n, kept in reader.iter_docs()}
        return {}

    def close(self) -> None:
        self._searcher.close()
        self._index.close()


def _opened(whoosh: Any, folder: Path) -> Any:
    """Raises IndexDamaged."""
    try:
        return whoosh.index.open_dir(str(folder))
    except (whoosh.index.IndexError, pickle.UnpicklingError, OSError, ValueError) as error:
        raise IndexDamaged(
            f"读不了 {folder}：{error}", "请运行 qa-engine doctor 查看，或重建索引。"
        ) from error


def segment_names(index: Any) -> list[str]:
    """The segments of an index, in the order in which it numbers their documents."""
    return [segment.segment_id() for segment in index._read_toc().segments]
