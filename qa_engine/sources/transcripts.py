"""Press conferences, interviews and other records of who said what.

A document is a transcript when lines are labelled with speakers (alone on a line or
before a colon) or when questions and answers are marked 问：and 答：. Every block of a
turn carries the speaker, the role and, in an answer, the question and who asked it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from qa_engine.models import Block, Dropped, Participant
from qa_engine.sources import fields
from qa_engine.sources.layout import Parsed
from qa_engine.sources.lines import Line, clean
from qa_engine.sources.outline import is_heading, number_level
from qa_engine.sources.participant_tables import tabled
from qa_engine.sources.questions import inner_labels, split_marked
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.speakers import Cast, Label, Speaker
from qa_engine.sources.stamps import without_stamps
from qa_engine.sources.turn_labels import opening, speaker_at
from qa_engine.text.normalise import to_simplified
from qa_engine.text.numbers import dates

LABEL = "说话人标签（见 speaker）"

_FULL_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}")
_TITLE_LONGEST = 60
_MIN_TURNS = 3


@dataclass(slots=True)
class _State:
    """Where the reading stands."""

    speaker: Speaker | None = None
    turn: int = 0
    question: list[str] = field(default_factory=list)
    asker: str | None = None
    answered: bool = False
    path: list[tuple[int, str]] = field(default_factory=list)


def parse_transcript(raw: RawDocument) -> Parsed | None:
    """None when the document does not look like a transcript."""
    cleaned = clean(raw)
    stamped, stamps, day = without_stamps(cleaned.lines)
    inner = inner_labels(stamped)
    lines = [part for line in stamped for part in split_marked(line, inner)]
    head = fields.header_end(lines)
    people = fields.listed(lines[:head]) or tabled(raw)
    cast = Cast.of(people, [line.text for line in lines])
    labels = [speaker_at(line, index, lines, cast) for index, line in enumerate(lines)]
    opened = opening(lines, labels)
    if opened is not None:
        labels[opened[0]] = opened[1]
    score = _score(lines, labels, head, people)
    if score <= 0:
        return None
    parsed = Parsed(kind="press", score=score, participants=tuple(people))
    parsed.dropped += cleaned.dropped + stamps
    parsed.meta.update(cleaned.meta)
    parsed.source = cleaned.meta.get("source")
    parsed.title = cleaned.title or raw.title
    _read(lines, labels, parsed, _unnamed(lines), head)
    if parsed.title is None:
        parsed.title = _topic_title(lines)
    parsed.date = day
    if day is None:
        _date(parsed, raw, cleaned.meta, lines)
    chairs = {found[1].name for found in labels if found is not None and found[1].moderator}
    parsed.participants = _with_speakers(people, parsed.blocks, chairs)
    return parsed


def _score(
    lines: list[Line],
    labels: list[tuple[Label, Speaker] | None],
    head: int,
    people: list[Participant],
) -> float:
    """How sure it is that this is a transcript."""
    found = [label for label in labels[head:] if label is not None]
    speakers = {speaker.name for _, speaker in found}
    asked = sum(speaker.asker for _, speaker in found)
    answered = sum(not speaker.asker for _, speaker in found)
    spoken = sum(len(line.text) for line in lines[head:]) or 1
    before = next((i for i, label in enumerate(labels[head:]) if label is not None), len(lines))
    unlabelled = sum(len(line.text) for line in lines[head : head + before]) / spoken
    if unlabelled > 0.6:
        return 0.0
    if asked and answered:
        if not any(speaker.name for _, speaker in found) and not _reported(lines):
            return 0.5  # 问 and 答 without people: questions and answers for the public
        return 0.95 if people or len(found) >= _MIN_TURNS else 0.8
    if people and len(found) >= 2:
        return 0.9
    if len(found) >= _MIN_TURNS and len(speakers) >= 2 and len(found) > len(speakers):
        return 0.8
    if head and len(found) >= _MIN_TURNS and len(found) * 5 >= len(lines[head:]) * 3:
        # A record with its own head, each speaking once: somebody asks, all have a post.
        posts = all(label.colon and speaker.role for label, speaker in found)
        return 0.75 if posts and any("？" in line.text for line in lines[head:]) else 0.0
    return 0.0


def _reported(lines: list[Line]) -> bool:
    """Whether the head speaks of an interview or a conference."""
    head = to_simplified("\n".join(line.text for line in lines[:8]))
    return bool(re.search(r"记者|采访|访谈|专访|发布会|吹风会|见面会|座谈|主持", head))


def _read(
    lines: list[Line],
    labels: list[tuple[Label, Speaker] | None],
    parsed: Parsed,
    unnamed: tuple[str | None, str | None],
    head: int,
) -> None:
    state = _State()
    asker, answerer = unnamed
    interview = not any(found is not None and found[1].asker for found in labels)
    for index, (line, found) in enumerate(zip(lines, labels, strict=True)):
        header = index < head
        match = fields.is_field(line) if header else None
        if match is not None or line.meta or (header and fields.is_entry(lines, index)):
            if match is not None:
                fields.note(line.text, match, parsed)
            parsed.blocks.append(Block("meta", line.aligned, page=line.page))
            continue
        if found is not None:
            found = (found[0], _with_name(found[1], asker, answerer))
            if (found[1].moderator and _asks(index, lines, labels, interview=interview)) or (
                interview and _member_asks(index, lines, labels)
            ):
                found = (found[0], replace(found[1], asker=True))
            line = _begin_turn(line, found, lines, index, state, parsed)
            if not line.aligned:
                continue
        if state.speaker is None:
            _preamble(line, parsed, index, lines)
            continue
        parsed.blocks.append(_block(line, state))


# “…有关负责人就…回答了记者提问”: who answers where the answers are only marked 答：.
_ANSWERER = re.compile(
    r"(?:^|[，。、；\s])(?P<who>(?:[^，。；：、\s《》“”]{1,20}[部委局办厅司处署院会]、)*[^，。；：、\s《》“”]{2,30}?(?:(?:有关|相关|主要)?(?:负责人|负责同志)|新闻发言人|发言人|专家))"
    r"(?=就|接受|回答|答|对|针对|在|表示)"
)


def _unnamed(lines: list[Line]) -> tuple[str | None, str | None]:
    """Who asks and who answers where the marks 问 and 答 do not say it, by the introduction."""
    intro = "\n".join(line.text for line in lines[:8])
    form = to_simplified(intro)
    asker = "记者" if "记者" in form else None
    match = _ANSWERER.search(form)
    return asker, intro[match.start("who") : match.end("who")] if match is not None else None


def _with_name(speaker: Speaker, asker: str | None, answerer: str | None) -> Speaker:
    if speaker.name:
        return speaker
    return replace(speaker, name=(asker if speaker.asker else answerer) or "")


def _topic_title(lines: list[Line]) -> str | None:
    """《…》答记者问, for a text that begins without a title."""
    for line in lines[:4]:
        match = re.search(r"《[^《》]{4,60}》", line.text)
        if match is not None:
            return f"{match.group()}答记者问"
    return None


def _asks(
    index: int,
    lines: list[Line],
    labels: list[tuple[Label, Speaker] | None],
    *,
    interview: bool,
) -> bool:
    """Whether a turn ends with a question (an interviewer's turn); where others ask too,
    somebody has to answer it next."""
    end = index + 1
    while end < len(lines) and labels[end] is None:
        end += 1
    answerer = labels[end] if end < len(lines) else None
    answered = answerer is not None and not (answerer[1].asker or answerer[1].moderator)
    return lines[end - 1].text[-1] in "？?" and (interview or answered)


# Of an assembly: they ask whom they have summoned, which no label says.
_MEMBER = re.compile(r"(?:委员|代表|议员)$")
_PUTS = re.compile(r"[？?]|请问|[我想追]问|询问")


def _member_asks(index: int, lines: list[Line], labels: list[tuple[Label, Speaker] | None]) -> bool:
    """Whether a member of an assembly puts a question that somebody else, no member, answers."""
    found = labels[index]
    end = index + 1
    while end < len(lines) and labels[end] is None:
        end += 1
    answerer = labels[end] if end < len(lines) else None
    if found is None or answerer is None or answerer[1].moderator:
        return False
    said = to_simplified("\n".join(line.text for line in lines[index:end]))
    member, other = (_MEMBER.search(to_simplified(one[1].role)) for one in (found, answerer))
    return bool(member and not other and _PUTS.search(said))


def _begin_turn(
    line: Line,
    found: tuple[Label, Speaker],
    lines: list[Line],
    index: int,
    state: _State,
    parsed: Parsed,
) -> Line:
    """Close the turn before, open the labelled one; what follows the label is given back."""
    label, speaker = found
    if speaker.asker:
        state.question = []
        state.asker, state.answered = speaker.name or None, False
    elif speaker.moderator and not speaker.answer:
        if state.answered and not _invites_more(line, lines, index):
            state.question, state.asker, state.answered = [], None, False
    elif state.question:
        state.answered = True
    state.speaker = speaker
    state.turn += 1
    state.path = []
    rest = line.aligned.slice(label.end, len(line.text)).strip()
    span = line.aligned.source_span(0, label.end)
    if span is not None:
        parsed.dropped.append(Dropped(*span, LABEL))
    return Line(
        line.start, line.end, rest, blank_before=line.blank_before, level=None, page=line.page
    )


def _invites_more(line: Line, lines: list[Line], index: int) -> bool:
    """Whether the moderator only hands on to someone who adds to the answer."""
    said = line.text + (lines[index + 1].text if index + 1 < len(lines) else "")
    return len(said) < 80 and "补充" in to_simplified(said)


def _preamble(line: Line, parsed: Parsed, index: int, lines: list[Line]) -> None:
    """Before the first turn: title, then introduction."""
    text = line.text
    titled = any(block.kind == "title" for block in parsed.blocks)
    short = len(text) <= _TITLE_LONGEST and text[-1] not in "。：:；;，,！"
    if not titled and short and parsed.title in (None, text):
        parsed.title = text
        parsed.blocks.append(Block("title", line.aligned, page=line.page))
        return
    kind = "meta" if len(text) <= 40 and text[-1] in "：:" else "paragraph"
    parsed.blocks.append(Block(kind, line.aligned, page=line.page))


def _block(line: Line, state: _State) -> Block:
    speaker = state.speaker
    assert speaker is not None
    question = " ".join(state.question) or None
    answers = not speaker.asker and bool(question) and (state.answered or speaker.answer)
    if speaker.asker:
        state.question.append(line.text)
    level = line.level or (number_level(line.text) if is_heading(line.text) else None)
    if level is not None and not speaker.asker:
        state.path = [(depth, name) for depth, name in state.path if depth < level]
        headings = tuple(name for _, name in state.path)
        state.path.append((level, line.text))
        kind = "heading"
    else:
        headings = tuple(name for _, name in state.path)
        kind = "question" if speaker.asker else "speech"
    return Block(
        kind,
        line.aligned,
        headings,
        level=level or 0,
        page=line.page,
        turn=state.turn,
        speaker=speaker.name or None,
        role=speaker.role or None,
        question=question if answers else None,
        asker=state.asker if answers or speaker.asker else None,
    )


def _date(parsed: Parsed, raw: RawDocument, meta: dict[str, str], lines: list[Line]) -> None:
    """The day itself: from its field, else from the format, the page or the introduction."""
    candidates = [parsed.meta.get("time", "")]
    if not candidates[0] and raw.date:
        parsed.date = raw.date
        return
    candidates.append(meta.get("published", ""))
    candidates += [line.text for line in lines[:4]]
    for text in candidates:
        for mention in dates(text):
            # “自…起施行” is the date of something else.
            if _FULL_DATE.match(mention.iso) and mention.bound in ("", "about"):
                parsed.date = mention.iso[:10]
                return


# A label that names an office, not who holds it.
_OFFICE = re.compile(
    r"(?:负责人|负责同志|发言人|专家|主持人|主播|嘉宾|工作人员|客服|部门|单位|司局|[局委部厅办处科]|中心)$"
)


def _with_speakers(
    people: list[Participant], blocks: list[Block], chairs: set[str]
) -> tuple[Participant, ...]:
    """The list of participants, then those who only speak: people, no offices (有关负责人).
    ``chairs`` are those whom labels call 主持人."""
    known = {person.name for person in people}
    result = list(people)
    for block in blocks:
        member = block.kind == "question" and _MEMBER.search(to_simplified(block.role or ""))
        if not block.speaker or block.speaker in known or not (block.kind == "speech" or member):
            continue
        if block.role or not _OFFICE.search(to_simplified(block.speaker)):
            known.add(block.speaker)
            result.append(Participant(block.speaker, block.role or "", ""))
    return tuple(
        replace(one, function="主持人") if one.name in chairs and not one.function else one
        for one in result
    )
