"""Names of kinds and places in the language of the page."""

from __future__ import annotations

from qa_engine.models import Passage
from qa_engine.presentation import chinese_date, place_of, reference_of


def place_in(passage: Passage, language: str) -> str:
    """Where a passage stands: ``表1第3行`` or ``table 1, row 3``."""
    if language != "en":
        return place_of(passage)
    parts: list[str] = []
    if passage.page is not None:
        parts.append(f"page {passage.page}")
    if passage.row is not None:
        if passage.table is not None:
            parts.append(f"table {passage.table}")
        parts.append(f"row {passage.row}")
    elif passage.question and passage.turn is not None:
        parts.append(f"question {passage.turn}")
    elif passage.turn is not None:
        parts.append(f"turn {passage.turn}")
    else:
        parts.append(f"paragraph {passage.ordinal + 1}")
    return ", ".join(parts)


def reference_in(
    passage: Passage, source: str | None, document_date: str | None, language: str
) -> str:
    """The reference of a passage: the Chinese form, or ``“Title”, source, 2013, row 3``."""
    if language != "en":
        return reference_of(passage, source, document_date)
    said = ", ".join(part for part in (passage.speaker, passage.role) if part)
    parts = (
        f"“{passage.title.strip() or passage.document}”",
        source or "",
        passage.date or document_date or "",
        said,
        place_in(passage, language),
    )
    return ", ".join(part for part in parts if part)


def quoted_in(text: str, reference: str, language: str) -> str:
    """A quote with its reference, in the marks of the language."""
    return f"“{text}” ({reference})" if language == "en" else f"“{text}”（{reference}）"


def date_in(date: str | None, language: str) -> str:
    """``2013年8月22日`` or the ISO date."""
    return (date or "") if language == "en" else chinese_date(date)
