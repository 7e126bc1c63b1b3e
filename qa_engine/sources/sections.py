"""The path of headings while reading a document from top to bottom."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from qa_engine.sources.outline import is_heading, number_level
from qa_engine.text.sentences import sentences

_LEAD_LONGEST = 40
# 第十六条 opens an article of a law; its items stand below it.
_ARTICLE = re.compile(
    r"^第(?:[一二三四五六七八九十百千零〇两]+|\d+)条(?:之[一二三四五六七八九十])?(?=\s|　|[^，。])"
)
_ARTICLE_LEVEL = 4.5
_ITEM_BELOW_ARTICLE = 5.0


@dataclass(slots=True)
class Sections:
    """``place`` says of each line whether it is a heading and what stands above it."""

    path: list[tuple[float, str]] = field(default_factory=list)
    _lead: float | None = None  # level of a lead sentence that is the path's last entry
    _items: float | None = None  # level of the item before, which was more than a lead

    def headings(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.path)

    def place(self, text: str, level: int | None = None) -> tuple[bool, int, tuple[str, ...]]:
        """(is it a heading, its level, the headings above it).

        ``level``: what the format states. A numbered paragraph that opens with a short
        sentence (“（一）加大支持力度。对…”) stands under that sentence, and so do the
        paragraphs below a line that is nothing but such a sentence.
        """
        if level is not None and level > 0:
            self._items = None
            return True, level, self._push(float(level), text)
        number = number_level(text)
        article = _ARTICLE.match(text)
        if article is not None:
            self._pop(_ARTICLE_LEVEL)
            self._lead = None
            self.path.append((_ARTICLE_LEVEL, article.group()))
            return False, 0, self.headings()
        if number is None:
            if self._lead is not None:
                self._pop(self._lead)
                self._lead = None
            return False, 0, self.headings()
        listed = self._items == float(number)
        self._items = None
        if is_heading(text):
            self._lead = None
            return True, number, self._push(float(number), text)
        if any(depth == _ARTICLE_LEVEL for depth, _ in self.path):
            return False, 0, self.headings()
        self._pop(float(number))
        self._lead = None
        start, end = sentences(text)[0]
        leads = end - start <= _LEAD_LONGEST and text[end - 1] in "。：:"
        if not leads or (listed and end == len(text)):
            self._items = float(number)
            return False, 0, self.headings()
        if leads:
            name = text[start:end].rstrip("。：:")
            self.path.append((float(number), name))
            if end < len(text):
                self._lead = float(number)
            elif text[end - 1] == "。":
                above = tuple(heading for _, heading in self.path[:-1])
                return True, number, above
        return False, 0, self.headings()

    def _push(self, level: float, text: str) -> tuple[str, ...]:
        self._pop(level)
        above = self.headings()
        self.path.append((level, text))
        return above

    def _pop(self, level: float) -> None:
        self.path = [(depth, name) for depth, name in self.path if depth < level]
