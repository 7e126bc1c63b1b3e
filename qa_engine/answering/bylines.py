"""Who wrote an article of a newsletter: its byline, behind or before what it tells."""

from __future__ import annotations

from dataclasses import replace

from qa_engine.answering.constraints import violations
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.question import content_words
from qa_engine.models import Passage
from qa_engine.text.normalise import fold
from qa_engine.text.patterns import later

_PIECE = r"(?:篇|则|条|文|文章|稿件?|稿子|报道|通讯|消息|信息|简讯)"
_WROTE = (
    r"(?:谁|哪位|何人|哪[个家](?:单位|部门|科室|学校)?)(?:来)?(?:写|撰写|撰稿|供稿|报送|投稿|采写)|"
    r"(?:作者|撰稿人?|供稿人?|供稿单位|通讯员)(?:是|为|叫)(?:谁|哪|什么)"
)
_ASKED = later(
    rf"{_PIECE}》?[”\"]?(?:这篇|那篇)?(?:的|是|由)*(?:{_WROTE})|[这那]篇{_PIECE}的(?:人|作者)?是(?:谁|哪位)"
)
_BEHIND = later(r"[（(](?P<who>[^（）()，。；：]{2,24})[）)]\s*$")
_BEFORE = later(
    r"^[^。，（(]{0,8}[（(](?P<who>[^（）()，。；]{0,16}(?:通讯员|记者|供稿|撰稿|文[/／]图)[^（）()，。；]{0,16})[）)]"
)
_NO_NAME = later(r"负责|牵头|配合|简称|下同|见|含|附|完|第[一二三四五六七八九十\d]")
_LEAST = 0.4  # of what the question calls the article, by weight, in its title


def who_wrote(evidence: Evidence) -> Draft | None:
    """The byline of the article that the question names; None where none is asked or told."""
    text = evidence.question.text
    asked = _ASKED.search(text)
    if asked is None:
        return None
    content = content_words(replace(evidence.question, text=_ASKED.sub(" ", text)))
    articles: dict[tuple[str, tuple[str, ...]], float] = {}
    for hit in evidence.hits:
        passage = hit.passage
        key = (passage.document, passage.headings)
        if passage.headings and key not in articles and not violations(evidence, passage):
            title = fold("\n".join([passage.title, *passage.headings]))
            articles[key] = evidence.matcher.known_coverage(content, title)
    if not articles:
        return None
    (document, headings), share = max(articles.items(), key=lambda one: one[1])
    if share < _LEAST:
        return None
    own = [one for one in evidence.passages_of(document) if one.headings == headings]
    found = _byline(own)
    if found is None:
        return None
    passage, start, end = found
    return Draft(
        passage.text[start:end].strip(),
        "turn",
        citations=(evidence.cite(passage, start, end),),
        reasons=("按文章署名回答",),
        features={"coverage": (1 + min(1.0, share)) / 2, "unknown": 0.0},
    )


def _byline(passages: list[Passage]) -> tuple[Passage, int, int] | None:
    for pattern, order in ((_BEHIND, reversed(passages)), (_BEFORE, iter(passages))):
        for passage in order:
            match = pattern.search(passage.text)
            if match is not None and not _NO_NAME.search(fold(match.group("who"))):
                return passage, *match.span("who")
            break
    return None
