"""What results look like outside Python: JSON objects and Chinese reference lines.

The command line, the JSON API and the pages share these functions, so that the same
answer reads the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from qa_engine.alignment import Aligned
from qa_engine.models import Answer, Block, Citation, Document, Passage, Record

# An answer at least this likely to be right is called 有把握.
CONFIDENT = 0.7

# How a passage maps to its document and what made a score are for the engine, not for
# readers of JSON; offsets and scores themselves are given.
_LEFT_OUT = frozenset({"runs"})


def to_json(value: Any) -> Any:
    """Models as plain JSON values; keys are the attribute names.

    A record becomes ``{header: value}``, an aligned text its text, a block also says
    the ``start`` and ``end`` of what it covers in the document (None if nothing).
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Record):
        return dict(value.items())
    if isinstance(value, Aligned):
        return value.text
    if is_dataclass(value) and not isinstance(value, type):
        result = {
            item.name: to_json(getattr(value, item.name))
            for item in fields(value)
            if item.name not in _LEFT_OUT
        }
        if isinstance(value, Block):
            span = value.text.source_span(0, len(value.text))
            result["start"], result["end"] = span if span else (None, None)
        return result
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [to_json(item) for item in value]
    if hasattr(value, "item"):  # a numpy scalar
        return value.item()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def confidence_words(answer: Answer) -> str:
    """有把握, 可能 or 未找到."""
    if not answer.found:
        return "未找到"
    return "有把握" if answer.confidence >= CONFIDENT else "可能"


def place_of(passage: Passage) -> str:
    """Where a passage stands, for people: ``表2第3行``, ``第2个问答``, ``第5页第4段``."""
    page = f"第{passage.page}页" if passage.page is not None else ""
    if passage.row is not None:
        table = f"表{passage.table}" if passage.table is not None else ""
        return f"{page}{table}第{passage.row}行"
    if passage.question and passage.turn is not None:
        return f"{page}第{passage.turn}个问答"
    if passage.turn is not None:
        return f"{page}第{passage.turn}段发言"
    return f"{page}第{passage.ordinal + 1}段"


def reference_of(
    passage: Passage, source: str | None = None, document_date: str | None = None
) -> str:
    """A Chinese reference: ``《标题》，来源，日期，第3行``; unknown parts are left out.

    ``source`` and ``document_date`` are the document's issuing body and date, which a
    passage does not carry.
    """
    title = passage.title.strip() or passage.document
    said = " ".join(part for part in (passage.role, passage.speaker) if part)
    parts = (
        title if title.startswith("《") and title.endswith("》") else f"《{title}》",
        source or "",
        chinese_date(passage.date or document_date),
        f"{said}发言" if said else "",
        place_of(passage),
    )
    return "，".join(part for part in parts if part)


def chinese_date(date: str | None) -> str:
    """``2013-08-22`` → ``2013年8月22日``; shortened dates likewise; anything else as it is."""
    if not date:
        return ""
    parts = date.split("T")[0].split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return date
    units = zip(parts, ("年", "月", "日"), strict=False)
    return "".join(f"{int(part)}{unit}" for part, unit in units)


def citation_text(citation: Citation, document: Document | None = None) -> str:
    """A quote with its reference on one line: ``“…”（《…》，…）``."""
    reference = reference_of(
        citation.passage,
        document.source if document else None,
        document.date if document else None,
    )
    return f"“{citation.quote.strip()}”（{reference}）"
