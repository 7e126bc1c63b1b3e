"""Follow-up questions (“配合部门呢？”) put into words of their own."""

from __future__ import annotations

import re

from qa_engine.answering.question import analyse, is_asking, strip_filler, task_words
from qa_engine.text.organisations import mentions
from qa_engine.text.patterns import later
from qa_engine.text.places import find_places

_POINTS_BACK = later(
    r"^(?:那[天次年时场]|那么?|那它|它|其中的?|其|该|这个?|这项|上述|还有|另外|此外|然后|以及)"
)
_STANDS_ALONE = 16  # characters
_YEAR = later(r"(?:19|20)\d{2}年?")
_ONLY = later(r"^(?:那么?|换成|如果是|要是)?(?P<what>.{2,20}?)(?:呢|又如何|怎么样)?[？?]*$")


def resolve(text: str, previous: str | None) -> str:
    """The follow-up as a question of its own; ``text`` itself when it stands alone.

    Both are folded questions.
    """
    if not previous:
        return text
    bare = strip_filler(_POINTS_BACK.sub("", text)) or text
    points_back = bool(_POINTS_BACK.match(text)) or text.rstrip("？?").endswith("呢")
    only = _ONLY.match(bare)
    if only and not is_asking(bare):
        what = only.group("what")
        if _YEAR.fullmatch(what) and _YEAR.search(previous):
            return _YEAR.sub(what, previous, count=1)
        places = find_places(previous)
        if find_places(what) == [what] and places:
            return previous.replace(places[-1], what)
        bodies = mentions(what)
        before = mentions(previous)
        if bodies and before and analyse(what, what).role is None:
            return previous.replace(_trim(before[0]), what)
    question = analyse(text, bare)
    own = task_words(question)
    if not points_back and len(own) >= 4:
        return text
    if len(own) >= 8:
        return text
    topic = task_words(analyse(previous, previous))
    return f"{topic}{bare}" if topic and topic not in bare else text


def with_topic(text: str, first: str) -> str:
    """A later question with what the first speaks of before it; ``text`` itself where it is
    long enough to stand alone. Both are folded questions."""
    topic = task_words(analyse(first, first))
    if len(text) > _STANDS_ALONE or not topic or topic in text:
        return text
    return f"{topic} {text}"


def _trim(mention: str) -> str:
    return re.sub(r"^(?:.*?[由在和与及的])(?=[\u4e00-\u9fff]{3})", "", mention)
