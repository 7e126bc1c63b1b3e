"""Names and titles that documents teach: words of their own for cutting and matching."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa_engine.models import COOPERATE, LEAD, Document
from qa_engine.text.aliases import short_names
from qa_engine.text.normalise import fold
from qa_engine.text.organisations import split_organisations

_TITLE = re.compile(r"《([^《》]{2,30})》")
_SHORTEST, _LONGEST = 2, 30


def learned_words(document: Document) -> list[str]:
    """People, departments and titles in 《》, in their matching form, sorted.

    People come from lists of participants and from who speaks; departments from the
    cells of lead and cooperating columns; both from the document's own structure, so
    that no list of names is needed.
    """
    found: set[str] = set()
    found.update(_names(document))
    for block in document.blocks:
        found.update(match.group(1) for match in _TITLE.finditer(block.text.text))
    clean = {"".join(fold(word).split()) for word in found}
    return sorted(word for word in clean if _SHORTEST <= len(word) <= _LONGEST)


def learned_short_names(document: Document) -> list[tuple[str, str]]:
    """(long, short) for each “…（以下简称…）” of the document."""
    return list(
        dict.fromkeys(pair for block in document.blocks for pair in short_names(block.text.text))
    )


def _names(document: Document) -> Iterable[str]:
    for participant in document.participants:
        yield participant.name
    if document.source:
        yield document.source
    for block in document.blocks:
        if block.speaker:
            yield block.speaker
        if block.record is not None:
            for role in (LEAD, COOPERATE):
                for cell in block.record.by_role(role):
                    yield from split_organisations(cell.value)
