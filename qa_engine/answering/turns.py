"""Who said it, what was asked, what was answered: answers from turns."""

from __future__ import annotations

from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence, scope
from qa_engine.answering.lists import enumerations, heads, pieces
from qa_engine.answering.participants import where_named
from qa_engine.answering.question import content_words, strip_filler
from qa_engine.models import Passage
from qa_engine.text.normalise import fold, normalise
from qa_engine.text.patterns import later
from qa_engine.text.sentences import sentences

_WHO_WORDS = later(
    r"(?:这|那)?(?:话)?(?:是|由)?(?:谁|哪位|哪一位|何人|哪个人|哪位领导|哪位负责人)(?:的)?(?:在[^，。？]{0,8}上)?"
    r"(?:说|讲|谈到?|提到?|提出|指出|表示|介绍|透露|回答|讲话|发言|观点|话)?(?:的|过|了)*|谁说|谁讲|说的|讲的|在发布会上|"
    r"这(?:番|句|些)?话|表的态|会上"
)
_LONG = 300
_SHORT = 120


def who_said(evidence: Evidence) -> Draft | None:
    """The speaker of the passage that holds the words asked about."""
    question = evidence.question
    content = _WHO_WORDS.sub(" ", content_words(question))
    ranked = [
        (evidence.matcher.coverage(content, fold(hit.passage.text)) + 0.5 * hit.score, hit)
        for hit in evidence.hits[:10]
        if hit.passage.kind != "question" and not violations(evidence, hit.passage)
    ]
    if not ranked:
        return None
    ranked.sort(key=lambda pair: -pair[0])
    hit = ranked[0][1]
    passage = hit.passage
    if not passage.speaker:
        return None
    coverage = evidence.matcher.coverage(content, fold(passage.text))
    named = f"{passage.speaker}（{passage.role}）" if passage.role else passage.speaker
    return Draft(
        named,
        "turn",
        citations=(evidence.cite(passage), *where_named(evidence, passage)),
        reasons=("按发言人标注", f"内容匹配度 {coverage:.2f}"),
        features={"coverage": coverage, "rank": 1.0, "margin": 0.2, "hit": hit.score},
    )


_AGENDA = later(
    r"(?:由|请|有请)(?P<who>[\u4e00-\u9fff ]{2,14}?)"
    r"(?:来|作|做|为大家|向大家|负责|进行|代表|就|同志)*"
    r"(?P<verb>解读|介绍|发布|主持|宣读|宣布|通报|致辞|讲话|讲解|作?报告|回答|演示|主讲|点评|总结)"
)
_SAYING = (
    r"(?:表示|认为|指出|强调|谈到|说道?|透露|提出|介绍|建议|主张|呼吁|要求|坦言|解释|表态|承诺|告诉|"
    r"回应|感慨)"
)
_SUBJECT = later(
    r"(?:^|(?<=[，,。；：、！？\s”\"」]))(?P<who>[\u4e00-\u9fffA-Za-z·（）()]{2,24}?)(?:则|还|也|同时|最后|首先|随后|接着|一致|均|都)?"
    r"(?:在[^，。；：、\"”]{1,24}(?:上|时|中|期间|现场))?" + _SAYING
)
# 甲说 behind words that are quoted; 甲说：“ goes on with words of its own.
_SAYS_BEHIND = later(
    rf"[，,]?(?P<who>[\u4e00-\u9fff·]{{2,16}}?){_SAYING}(?!了?\s*[：:，,]?\s*[\"“])"
)
_MARK = '"'  # of quotations, in the matching form
_LITTLE = 0.3  # of what was said, by weight


def who_is_named(evidence: Evidence) -> Draft | None:
    """The one of whom a text itself says that he speaks (由某某解读, 某某表示)."""
    question = evidence.question
    content = _WHO_WORDS.sub(" ", content_words(question))
    best: tuple[float, Passage, tuple[int, int]] | None = None
    for hit in evidence.hits[:8]:
        passage = hit.passage
        if violations(evidence, passage):
            continue
        form = normalise(passage.text)
        for start, end in sentences(form.text):
            told = _announced(question.text, form.text[start:end])
            who = told or _who_says(form.text, start, end)
            if who is None:
                continue
            score = evidence.matcher.coverage(content, form.text[start:end])
            left, right = (who[0] + start, who[1] + start)
            place = form.source_span(left, right)
            if place and (best is None or score > best[0]):
                best = (score, passage, place)
    if best is None or best[0] < _LITTLE:
        return None
    coverage, passage, (start, end) = best
    return Draft(
        passage.text[start:end].strip(),
        "turn",
        citations=(evidence.cite(passage, start, end),),
        reasons=("原文写明了是谁", f"内容匹配度 {coverage:.2f}"),
        features={"coverage": coverage, "rank": 1.0, "margin": 0.2},
    )


def _announced(question: str, sentence: str) -> tuple[int, int] | None:
    """Where the one is named whom an agenda gives what is asked (由某某解读)."""
    match = _AGENDA.search(sentence)
    if match is None or match.group("verb") not in question or _is_pronoun(match.group("who")):
        return None
    return match.span("who")


def _who_says(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the one is named who says the sentence, from its start: behind the quotation that it
    stands in, in it, or, where it goes on with words quoted before, in front of those."""
    line = text.rfind("\n", 0, start) + 1
    quoted = text.count(_MARK, line, start) % 2 == 1
    opens = text.find(_MARK, start, end) if not quoted else start
    closing = text.find(_MARK, opens + 1) if opens >= 0 else -1
    if closing >= end - 1 and "\n" not in text[end:closing]:
        behind = _SAYS_BEHIND.match(text, closing + 1)
        if behind and not _is_pronoun(behind.group("who")):
            return behind.start("who") - start, behind.end("who") - start
    for left, right in ((start, end), *(((line, start),) if quoted else ())):
        named = [
            match
            for match in _SUBJECT.finditer(text, left, right)
            if not _is_pronoun(match.group("who"))
        ]
        if named:
            last = named[-1]
            return last.start("who") - start, last.end("who") - start
    return None


def _is_pronoun(who: str) -> bool:
    """Whether what stands before the verb names nobody: 我们, or 本办法由某局负责 (解释)."""
    return bool(_NOBODY.match(who) or _NO_NAME.fullmatch(who))


_NOBODY = later(
    r"按照?|根据|依照|依据|为|据|经|这|第|以[上下]|我们?|他们?|她们?|大家|你们?|会议|会上|同时|并|还|就|对|将|"
    r"本人|自己"
)
_NO_NAME = later(r".*由[\u4e00-\u9fff]{2,}(?:负责|牵头|会同)|.*[时后中上]")


def what_was_asked(evidence: Evidence) -> Draft | None:
    """The reporter's question, by its place or by its topic."""
    question = evidence.question
    asked = _questions(evidence)
    if not asked:
        return None
    if question.ordinal is not None:
        index = question.ordinal - 1 if question.ordinal > 0 else len(asked) - 1
        if index >= len(asked):
            return Draft("", "none", refusal=f"只记录了{len(asked)}个提问")
        chosen, coverage = asked[index], 1.0
    else:
        content = strip_filler(question.text)
        ranked = sorted(asked, key=lambda one: -evidence.matcher.coverage(content, scope(one)))
        chosen = ranked[0]
        coverage = evidence.matcher.coverage(content, scope(chosen))
    return Draft(
        _fit(chosen.text, _SHORT),
        "turn",
        citations=(evidence.cite(chosen),),
        reasons=("按记者提问查找",),
        features={"coverage": coverage, "rank": 1.0},
    )


def _questions(evidence: Evidence) -> list[Passage]:
    """The questions asked in the document that ranks first among those with questions."""
    seen: dict[str, None] = dict.fromkeys(hit.passage.document for hit in evidence.hits)
    found = evidence.search(evidence.question.text, ("question",), 100)
    by_document: dict[str, list[Passage]] = {}
    for hit in found:
        if not violations(evidence, hit.passage):
            by_document.setdefault(hit.passage.document, []).append(hit.passage)
    for document in [*seen, *by_document]:
        if document in by_document:
            return sorted(by_document[document], key=lambda passage: passage.ordinal)
    return []


def what_was_answered(evidence: Evidence) -> Draft | None:
    """The first sentences, or the enumerated points, of the answer to a reporter's question."""
    question = evidence.question
    answers = [
        hit.passage
        for hit in evidence.hits[:8]
        if hit.passage.question and hit.passage.kind == "speech"
    ]
    if not answers:
        return None
    content = strip_filler(question.text)
    first = max(
        answers,
        key=lambda passage: evidence.matcher.coverage(content, fold(passage.question or "")),
    )
    coverage = evidence.matcher.coverage(content, fold(first.question or ""))
    if coverage < 0.5:
        return None
    same_turn = sorted(
        (
            hit.passage
            for hit in evidence.hits
            if hit.passage.turn == first.turn
            and hit.passage.document == first.document
            and hit.passage.kind == "speech"
        ),
        key=lambda passage: passage.ordinal,
    )
    for passage in same_turn:
        series = enumerations(passage.text)
        if series:
            longest = max(series, key=lambda one: len(one.members))
            text = heads(pieces(passage.text, longest), _LONG)
            return _answered(evidence, passage, text, coverage, longest.start, longest.end)
    passage = same_turn[0] if same_turn else first
    text = _fit(passage.text, _SHORT)
    return _answered(evidence, passage, text, coverage, 0, len(text))


def _answered(
    evidence: Evidence, passage: Passage, text: str, coverage: float, start: int, end: int
) -> Draft:
    return Draft(
        text,
        "turn",
        citations=(evidence.cite(passage, start, end),),
        reasons=(f"{passage.speaker or '受访者'}对这个问题的回答",),
        features={"coverage": coverage, "rank": 1.0},
    )


def _fit(text: str, limit: int) -> str:
    """Cut at a sentence or clause end so that it fits."""
    text = text.strip()
    if len(text) <= limit:
        return text
    for ends in ("。！？", "；;", "，,"):
        cut = max(text.rfind(end, 0, limit) for end in ends)
        if cut >= limit // 3:
            return text[: cut + 1].rstrip("，,；;")
    return text[: limit - 1] + "…"
