"""Names of kinds and places in the language of the page."""

from __future__ import annotations

from qa_engine.models import Passage
from qa_engine.presentation import chinese_date, place_of


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


def date_in(date: str | None, language: str) -> str:
    """``2013年8月22日`` or the ISO date."""
    return (date or "") if language == "en" else chinese_date(date)
