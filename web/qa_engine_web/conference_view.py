"""A press conference as an outline: who opened, who asked what, who answered."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa_engine.models import Block, Document, Passage
from qa_engine.text.normalise import fold
from qa_engine_web.links import span_link
from qa_engine_web.places import quoted_in, reference_in


@dataclass(slots=True)
class Say:
    """What one speaker said in one go, with what the quote button copies."""

    speaker: str
    role: str
    paragraphs: list[str]
    link: str
    copy: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(slots=True)
class Exchange:
    """A question and its answers, or a speech without a question."""

    number: int
    slug: str
    question: str
    asker: str
    asked_link: str
    says: list[Say] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The question, or who speaks."""
        if self.question:
            return self.question
        return " / ".join(dict.fromkeys(say.speaker for say in self.says if say.speaker))


def exchanges(document: Document, language: str = "zh") -> list[Exchange]:
    """The turns in order. Blocks that answer the same question belong together."""
    result: list[Exchange] = []
    for block in document.blocks:
        if block.kind == "question":
            _open(result, block, document, question=block.text.text)
        elif block.kind == "speech":
            current = result[-1] if result else None
            if current is None or not _continues(current, block):
                _open(result, block, document, question=block.question or "")
            _say(result[-1], block, document, language)
    return [exchange for exchange in result if exchange.question or exchange.says]


def narrowed(found: list[Exchange], q: str, speaker: str) -> list[Exchange]:
    """Those in which the speaker (if any) says all the words of ``q`` (if any).

    Words of the question count as said by whoever answers it.
    """
    words = fold(q).split()
    result: list[Exchange] = []
    for exchange in found:
        says = [say for say in exchange.says if not speaker or say.speaker == speaker]
        if speaker and not says:
            continue
        text = fold("\n".join([exchange.question, *(say.text for say in says)]))
        if all(word in text for word in words):
            result.append(exchange)
    return result


def _continues(current: Exchange, block: Block) -> bool:
    """An answer belongs to the question before it; a speech to its own speaker."""
    if block.question:
        return bool(current.question)
    if current.question:
        return block.turn == current.number
    return bool(current.says) and current.says[-1].speaker == (block.speaker or "")


def _open(result: list[Exchange], block: Block, document: Document, question: str) -> None:
    last = result[-1] if result else None
    if last is not None and block.kind == "question" and last.question and not last.says:
        last.question += "\n" + question  # a question of several paragraphs
        return
    asker = block.asker or (block.speaker if block.kind == "question" else "") or ""
    result.append(
        Exchange(block.turn or len(result) + 1, f"t{len(result) + 1}", question, asker, "")
    )
    result[-1].asked_link = _link(document, block)


def _say(exchange: Exchange, block: Block, document: Document, language: str) -> None:
    speaker = block.speaker or ""
    text = block.text.text.strip()
    last = exchange.says[-1] if exchange.says else None
    if last is None or last.speaker != speaker:
        last = Say(speaker, block.role or "", [], _link(document, block))
        exchange.says.append(last)
    last.paragraphs.append(text)
    passage = Passage(
        id="",
        document=document.id,
        title=document.title,
        text="",
        kind="speech",
        speaker=speaker or None,
        role=block.role,
        date=block.date or document.date,
        turn=exchange.number,
        question=exchange.question or None,
    )
    reference = reference_in(passage, document.source, document.date, language)
    last.copy = quoted_in(last.text, reference, language)


def _link(document: Document, block: Block) -> str:
    span = block.text.source_span(0, len(block.text))
    return span_link(document.id, *span) + "#cited" if span else span_link(document.id, 0, 0)
