"""Noise inside a paragraph: invisible characters, split bytes, pinyin, bold marks, spaces.

Everything here is an edit of aligned text, so that offsets stay exact, and everything
taken out (but for spaces) is reported with the reason. Characters are kept as the source
has them: traditional script and full-width digits are the matching form's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from qa_engine.alignment import Aligned, Edit
from qa_engine.models import Dropped
from qa_engine.sources.damage import repair_split_bytes
from qa_engine.sources.markup import bold_marks
from qa_engine.sources.people import is_name
from qa_engine.sources.pinyin import remove_pinyin
from qa_engine.text.plausible import cuts, is_word

INVISIBLE = "不可见字符"
TYPE_MARK = "加粗记号"

_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff"
_BLANK = r"[^\S\r\n\f]"
_BLANKS = re.compile(rf"{_BLANK}+")
_LETTER_SPACED = re.compile(rf"(?<![{_HAN}])[{_HAN}](?:{_BLANK}+[{_HAN}]){{2,}}(?![{_HAN}])")
_PAIR = re.compile(rf"(?:(?<=^)|(?<=[^{_HAN}\w]))([{_HAN}]){_BLANK}+([{_HAN}])(?=$|[^{_HAN}\w])")
_HAN_GAP = re.compile(rf"(?<=[{_HAN}]){_BLANK}+(?=[{_HAN}])")
_HAN_TOKEN = re.compile(rf"[{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_MARKS = "，。、；：！？“”‘’（）《》〈〉【】〔〕「」『』…—％·"
_ASCII_MARKS = ",;:!?"
# In scanned text at least this many gaps stand between pieces of at most this mean length.
_SCANNED_GAPS = 5
_SCANNED_PIECE = 2.6


def clean_inline(text: Aligned, names: Iterable[str] = ()) -> tuple[Aligned, list[Dropped]]:
    """One paragraph without its noise, stripped, and what was taken out of it.

    ``names``: two-character names that the document writes with a space inside
    somewhere (``瞿 丹``); it is closed wherever they stand.
    """
    seen, dropped = _without_invisible(text)
    repaired, _ = repair_split_bytes(seen)
    unmarked, marks = _without_bold_marks(repaired)
    plain, notes = remove_pinyin(unmarked)
    return close_spaces(plain, names).strip(), dropped + marks + notes


def _without_bold_marks(text: Aligned) -> tuple[Aligned, list[Dropped]]:
    edits = bold_marks(text.text)
    spans = [text.source_span(edit.start, edit.end) for edit in edits]
    return text.edit(edits), [Dropped(*span, TYPE_MARK) for span in spans if span is not None]


def _without_invisible(text: Aligned) -> tuple[Aligned, list[Dropped]]:
    if text.text.isascii():
        return text, []
    edits: list[Edit] = []
    for character in set(text.text):
        if unicodedata.category(character) == "Cf":
            edits += [
                Edit(at.start(), at.end()) for at in re.finditer(re.escape(character), text.text)
            ]
    edits.sort(key=lambda edit: edit.start)
    spans = [text.source_span(edit.start, edit.end) for edit in edits]
    return text.edit(edits), [Dropped(*span, INVISIBLE) for span in spans if span is not None]


def spaced_names(lines: Iterable[str]) -> frozenset[str]:
    """Pairs of single characters with a space between, standing alone: ``瞿 丹`` → 瞿丹."""
    found: set[str] = set()
    for line in lines:
        for match in _PAIR.finditer(line):
            found.add(match.group(1) + match.group(2))
    return frozenset(found)


def close_spaces(text: Aligned, names: Iterable[str] = ()) -> Aligned:
    """The text without the spaces that separate nothing; the others become one space."""
    line = text.text
    if not _BLANKS.search(line):
        return text
    closed = _gaps_to_close(line, frozenset(names))
    edits: list[Edit] = []
    for match in _BLANKS.finditer(line):
        start, end = match.span()
        if start in closed or _needless(line, start, end):
            edits.append(Edit(start, end))
        elif end - start > 1 or line[start] != " ":
            edits.append(Edit(start, end, " "))
    return text.edit([_unlike(edit, line) for edit in edits])


def _unlike(edit: Edit, line: str) -> Edit:
    """One blank of another kind stays as it is: a copy must be character for character."""
    if edit.replacement and edit.end - edit.start == 1:
        return Edit(edit.start, edit.end, line[edit.start])
    return edit


def _gaps_to_close(line: str, names: frozenset[str]) -> set[int]:
    """Starts of the blanks between Han characters that separate nothing."""
    gaps = list(_HAN_GAP.finditer(line))
    if not gaps:
        return set()
    if _scanned(line, len(gaps)):
        return {gap.start() for gap in gaps}
    closed: set[int] = set()
    edges: set[int] = set()  # blanks that set a spaced name off from what stands beside it
    for pattern in (_LETTER_SPACED, _PAIR):
        for match in pattern.finditer(line):
            closed.update(gap.start() for gap in gaps if match.start() < gap.start() < match.end())
            edges.update(
                gap.start()
                for gap in gaps
                if match.end() in gap.span() or match.start() in gap.span()
            )
    for gap in gaps:
        if gap.start() in closed or gap.start() in edges:
            continue
        pair = line[gap.start() - 1] + line[gap.end()]
        if pair in names or _inside_word(line, gap.start(), gap.end()):
            closed.add(gap.start())
    return closed


def _scanned(line: str, gaps: int) -> bool:
    if gaps < _SCANNED_GAPS:
        return False
    pieces = _HAN_TOKEN.findall(line)
    return sum(map(len, pieces)) / len(pieces) <= _SCANNED_PIECE


def _inside_word(line: str, start: int, end: int) -> bool:
    """Whether a dictionary word reaches over the gap and a lone character stands beside it."""
    if end - start > 1:
        return False
    left = _HAN_TOKEN.findall(line[max(0, start - 6) : start])[-1]
    right = _HAN_TOKEN.findall(line[end : end + 6])[0]
    across = (
        left[-1] + right[0],
        left[-2:] + right[0],
        left[-1] + right[:2],
        left[-2:] + right[:2],
    )
    if not any(is_word(word) for word in across) or len(left) in cuts(left + right):
        return False
    if not line[: start - len(left)].strip() and len(left) > 2 and is_name(left):
        return False  # “张三行 市政公司经理”: a name with its post behind it
    last = len(left) - max([0, *cuts(left)])
    first = min([len(right), *cuts(right)])
    return last == 1 or first == 1


def _needless(line: str, start: int, end: int) -> bool:
    """Whether marks on either side already separate, or a number joins its unit."""
    before, after = line[start - 1 : start], line[end : end + 1]
    if not before or not after:
        return True
    if before in _MARKS or after in _MARKS:
        return True
    han_before, han_after = bool(_IS_HAN.match(before)), bool(_IS_HAN.match(after))
    if before in _ASCII_MARKS and han_after:
        return True
    if end - start > 1:
        return False
    if han_before and after.isdigit():
        return True
    if before.isdigit() and han_after:
        # “1 总则”: a number at the head of a line is an item number.
        return not re.fullmatch(r"\s*\d{1,2}(?:\.\d{1,2})*\.?", line[:start])
    return False
