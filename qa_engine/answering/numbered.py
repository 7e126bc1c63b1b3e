"""A document named by its number (某政发〔2020〕7号): what is asked beside is sought in it."""

from __future__ import annotations

import re

from qa_engine.answering.evidence import Evidence
from qa_engine.answering.particulars import ask_particulars
from qa_engine.answering.question import TEXT, is_asking
from qa_engine.text.normalise import fold
from qa_engine.text.patterns import later

_NUMBERED = later(r"\d{4}[^\w]\s*第?\d{1,5}号")
_LEADING = later(r"(?:根据|按照|按|依据|依照|在|[《（(])+$")
_TRAILING = later(r"^(?:文件?|[》）)]|[的中里内，, ]|规定|要求|明确|提出)+")
_LABELLED = later(r"文\s*号\s*[:：]\s*(?P<number>[^\s:：，。]{2,20}\d{4}[^\w]\s*第?\d{1,5}号)")
_HEAD = 600  # characters at a document's head that may bear its number
_SHORTEST = 4  # characters of a question


def asked_within(evidence: Evidence) -> tuple[str, str] | None:
    """The id of the document that the question names by its number, and the question without
    the number; None where none is named or the document itself is asked about."""
    text = evidence.question.text
    if not _NUMBERED.search(text) or ask_particulars(evidence) is not None:
        return None
    for id in dict.fromkeys(hit.passage.document for hit in evidence.hits):
        for number in _numbers_of(evidence, id):
            if number in text:
                before, _, behind = text.partition(number)
                rest = _LEADING.sub("", before) + _TRAILING.sub("", behind)
                asks = is_asking(rest) or evidence.question.types != (TEXT,)
                return (id, rest) if len(rest) >= _SHORTEST and asks else None
    return None


def _numbers_of(evidence: Evidence, id: str) -> list[str]:
    """The numbers that a document bears, without blanks."""
    facts = evidence.document(id).facts
    told = [cell.value for cell in facts.cells if cell.header == "文号"] if facts else []
    told += [match["number"] for match in _LABELLED.finditer(evidence.folded_document(id)[:_HEAD])]
    return [re.sub(r"\s", "", fold(number)) for number in told]
