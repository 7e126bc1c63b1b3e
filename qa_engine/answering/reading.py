"""What the reader finds in the passages that are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_engine.alignment import Aligned
from qa_engine.answering.evidence import Evidence
from qa_engine.answering.matching import Matcher
from qa_engine.answering.question import content_words
from qa_engine.models import Hit, Passage
from qa_engine.passages import context_text
from qa_engine.ports import Reader, Reading
from qa_engine.text.normalise import fold, normalise

_TELLS_MORE = 0.05  # of what is asked, by weight


def read(evidence: Evidence, pool: Sequence[Hit]) -> list[Reading] | None:
    """The reader's findings with offsets of ``passage.text``; None without a reader."""
    if evidence.comprehension is None:
        return None
    forms = [normalise(hit.passage.text) for hit in pool]
    heads = heads_of(evidence, [hit.passage for hit in pool])
    texts = [form.text for form in forms]
    readings = _below(evidence.comprehension, evidence.question.text, heads, texts)
    return [_moved(reading, form) for reading, form in zip(readings, forms, strict=True)]


def heads_of(evidence: Evidence, passages: Sequence[Passage]) -> list[str]:
    """What is read before the normalised text of each passage."""
    content = content_words(evidence.question)
    return [_head(evidence.matcher, content, passage) for passage in passages]


def _head(matcher: Matcher, content: str, passage: Passage) -> str:
    """What stands above a passage, to be read before it where it says more of what is asked
    (of which place and year a bulletin is, whom a speaker was asked about); else nothing.

    Of a passage longer than the reader's window only the first window has it."""
    above = context_text(passage)
    own = matcher.coverage(content, fold(passage.text))
    whole = matcher.coverage(content, fold(f"{above}\n{passage.text}"))
    return normalise(above).text + "\n" if whole - own >= _TELLS_MORE else ""


def _below(
    reader: Reader, question: str, heads: Sequence[str], texts: Sequence[str]
) -> list[Reading]:
    """Each text read below its head, with offsets of the text. Where the head itself looks most
    like an answer, the text is read alone: that the head answers says nothing of the text."""
    readings = reader.read(question, [h + text for h, text in zip(heads, texts, strict=True)])
    misled = [
        number
        for number, (head, reading) in enumerate(zip(heads, readings, strict=True))
        if reading.spans and max(reading.spans, key=lambda s: s.score).start < len(head)
    ]
    found = [_without(reading, len(head)) for head, reading in zip(heads, readings, strict=True)]
    if misled:
        alone = reader.read(question, [texts[number] for number in misled])
        for number, reading in zip(misled, alone, strict=True):
            found[number] = reading
    return found


def _without(reading: Reading, head: int) -> Reading:
    """Offsets count from the end of the head; no span begins before it."""
    spans = (replace(s, start=s.start - head, end=s.end - head) for s in reading.spans)
    return replace(reading, spans=tuple(span for span in spans if span.start >= 0))


def _moved(reading: Reading, form: Aligned) -> Reading:
    """Offsets of a matching form become those of its source."""
    spans = []
    for span in reading.spans:
        place = form.source_span(span.start, span.end)
        if place is not None and place[1] > place[0]:
            spans.append(replace(span, start=place[0], end=place[1]))
    return replace(reading, spans=tuple(spans))
