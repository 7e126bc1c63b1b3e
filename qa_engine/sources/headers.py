"""Where a table's header is: titles above it, one to three header rows, merged headers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_engine.sources.celltypes import is_date, is_number, is_sentence
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.grid import Grid
from qa_engine.sources.raw import RawCell

_MOST_ROWS = 3
_MOST_TITLES = 4
_MOST_NOTES = 2
_LONGEST = 24
_FEWEST_NAMES = 4
# What a value that is a date consists of; a name that speaks of a year has more to say.
_OF_DATES = re.compile(
    r"[\d\s年月日号./\-—~至到前后底末初中上下旬半季度全每完成起止（）()第一二三四]"
)
_LABELLED = re.compile(r"[（(]?[^：:，。]{1,10}[：:]\s*\S")
_MOMENT = re.compile(r"\d\s*[月日号]|[底前止]")  # a time by which, where a name has a year only
_TELLS_PERIOD = re.compile(r"\d\s*[年月]|季度")
_PERIOD = re.compile(
    r"(?:\d{4}年?(?:度|[上下]半年)?(?:\d{1,2}月)?|\d{1,2}月份?|第?[一二三四1-4]季度|[上下]半年)"
    r"(?:[（(][^（）()]*[）)])?"
)


@dataclass(frozen=True, slots=True)
class Header:
    """Rows ``[0, first)`` are titles, ``[first, body)`` the header; ``names`` has one name
    a column. ``first == body`` when the table has no header (names are then empty)."""

    first: int
    body: int
    names: tuple[str, ...]


def find_header(grid: Grid, words: Vocabulary) -> Header:
    """Titles, header rows and column names of a table."""
    first = _title_rows(grid, words)
    height = _header_height(grid, first, words)
    names = _names(grid, first, first + height) if height else ("",) * grid.columns
    return Header(first, first + height, names)


def is_form(grid: Grid, words: Vocabulary) -> bool:
    """Names and values side by side, row after row, rather than below a header."""
    if grid.columns not in (2, 4, 6, 8) or len(grid.rows) < 2:
        return False
    named = valued = 0
    for r in range(len(grid.rows)):
        cells = grid.distinct(r)
        if len(cells) == 1:
            continue
        texts = [place.text for place in grid.rows[r] if place is not None and place.here]
        named += sum(1 for text in texts[::2] if words.known(text))
        valued += sum(1 for text in texts[1::2] if not words.known(text))
        if sum(1 for text in texts[1::2] if words.known(text)) >= 2:
            return False
    pairs = len(grid.rows) * grid.columns // 2
    return named >= 2 and named * 2 > pairs and valued * 4 >= named * 3


def is_attributes(grid: Grid, words: Vocabulary) -> bool:
    """What is to be known of one thing (收费标准 | 不收费, 咨询电话 | …): nearly all names end
    as names of columns do, and no value does."""
    if grid.columns not in (2, 4, 6):
        return False
    names: list[str] = []
    values: list[str] = []
    for r in range(len(grid.rows)):
        texts = [place.text for place in grid.rows[r] if place is not None and place.here]
        if len(texts) > 1:
            names += texts[::2]
            values += texts[1::2]
    likely = sum(1 for text in names if words.likely(text))
    return (
        likely >= _FEWEST_NAMES
        and likely * 4 >= len(names) * 3
        and len(set(names)) == len(names)
        and not any(words.likely(text) for text in values)
    )


def _title_rows(grid: Grid, words: Vocabulary) -> int:
    """Rows above the header that hold one text only: a title, “单位：万元”, a date; or
    several that are labelled (“填报单位：…”, “单位：万元”)."""
    if grid.columns < 2:
        return 0
    count = 0
    while count < min(_MOST_TITLES, len(grid.rows) - 1):
        cells = grid.distinct(count)
        if len(cells) > 1 and not _remarks(grid, count, words):
            break
        if (
            len(cells) == 1
            and words.known(grid.text(count, grid.filled(count)[0]))
            and grid.columns == 2
        ):
            break
        count += 1
    # A table whose first rows all hold one text has no titles, it is a list of groups.
    if count >= len(grid.rows) or len(grid.distinct(count)) < 2:
        return 0
    return _past_notes(grid, count, words)


def _past_notes(grid: Grid, first: int, words: Vocabulary) -> int:
    """Past rows of few texts that name no column (“填报单位：…”, “单位：万元”, a date) to the
    header that is surely one; ``first`` where there is none such."""
    for row in range(first, min(first + _MOST_NOTES + 1, len(grid.rows) - 1)):
        cells = grid.distinct(row)
        texts = [grid.text(row, cell.column) for cell in cells]
        if words.titled(texts, 3):
            return row
        named = any(words.known(text) or words.parent(text) for text in texts)
        reaching = any(cell.rowspan > 1 for cell in cells)
        if named or reaching or len(cells) * 2 > grid.columns:
            break
    return first


def _remarks(grid: Grid, row: int, words: Vocabulary) -> bool:
    """Labelled texts and dates side by side, with the names of the columns right below."""
    texts = [grid.text(row, cell.column) for cell in grid.distinct(row)]
    labelled = [_LABELLED.match(text) is not None for text in texts]
    below = [grid.text(row + 1, cell.column) for cell in grid.distinct(row + 1)]
    return (
        any(labelled)
        and all(told or is_date(text) for told, text in zip(labelled, texts, strict=True))
        and len(below) > len(texts)
        and not any(map(_LABELLED.match, below))
        and (words.titled(below) or _header_like(grid, row + 1, words))
    )


def _header_height(grid: Grid, first: int, words: Vocabulary) -> int:
    if first >= len(grid.rows):
        return 0
    height = _stated(grid, first)
    if not height:
        if not _header_like(grid, first, words):
            return 0
        height = 1
    while height < _MOST_ROWS and first + height < len(grid.rows) - 1:
        if not _goes_on(grid, first, height, words):
            break
        height += 1
    return height


def _stated(grid: Grid, first: int) -> int:
    """Rows that the format marks as header; 0 when it marks none, or too many to believe."""
    height = 0
    for row in grid.rows[first:]:
        places = [place for place in row if place is not None]
        if not places or not all(place.cell.header for place in places):
            break
        height += 1
    return height if height <= _MOST_ROWS and first + height < len(grid.rows) else 0


def _header_like(grid: Grid, row: int, words: Vocabulary) -> bool:
    """Short names, no values; known column names speak for it, numbers and dates against."""
    # A name that is merged over several columns counts once.
    filled = [grid.text(row, cell.column) for cell in grid.distinct(row)]
    if len(filled) < 2 and grid.columns > 1:
        return False
    known = sum(1 for text in filled if words.known(text))
    if any(is_sentence(text) or len(text) > _LONGEST for text in filled):
        return known >= 2 and known * 2 >= len(filled)
    if known >= 2 or known * 2 >= len(filled):
        return True
    if any(_is_value(text) and not _is_period(grid, row, text) for text in filled):
        return False
    # Unknown names: a header differs in kind from the rows below it.
    below = [
        grid.text(r, c)
        for r in range(row + 1, min(row + 6, len(grid.rows)))
        for c in range(grid.columns)
    ]
    return len(set(filled)) == len(filled) and any(_is_value(t) or is_sentence(t) for t in below)


def _is_period(grid: Grid, row: int, text: str) -> bool:
    """“2019年”, “3月”, “第一季度” over a column of figures is a name."""
    if not _PERIOD.fullmatch(text):
        return False
    column = next(c for c in range(grid.columns) if grid.text(row, c) == text)
    below = [grid.text(r, column) for r in range(row + 1, len(grid.rows))]
    figures = [value for value in below if value]
    return bool(figures) and not any(map(_TELLS_PERIOD.search, figures))


def _is_value(text: str) -> bool:
    return (
        is_number(text)
        or (
            is_date(text)
            and any(ch.isdigit() for ch in text)
            # “2023年计划投资” names a column, “2023年底前完成” fills one.
            and (len(_OF_DATES.sub("", text)) < 2 or _MOMENT.search(text) is not None)
        )
        or (sum(ch.isdigit() for ch in text) * 2 > len(text))
    )


def _goes_on(grid: Grid, first: int, height: int, words: Vocabulary) -> bool:
    """Is the row below also header? Only when the structure says so: a header cell
    reaches down into it, or it names the parts of a header that spans columns."""
    row = first + height
    above, below = grid.rows[row - 1], grid.rows[row]
    reaching = [
        place is not None
        and not place.here
        and place.cell.row < row
        and place.cell.row + place.cell.rowspan > row
        for place in below
    ]
    own = [
        c
        for c in range(grid.columns)
        if not reaching[c] and (place := below[c]) is not None and place.text
    ]
    if any(reaching):
        # A merged header cell is strong evidence: names that look like values (years over
        # columns of figures) may stand beside it.
        texts = [grid.text(row, c) for c in own]
        values = sum(1 for text in texts if _is_value(text) and not _is_period(grid, row, text))
        return not any(is_sentence(text) for text in texts) and values * 2 <= len(texts)
    if not own or len(grid.distinct(row)) < 2:
        return False
    if any(
        _is_sentence_or_value(text) and not _is_period(grid, row, text)
        for text in (grid.text(row, c) for c in own)
    ):
        return False
    spanned = [
        c
        for c in range(grid.columns)
        if (place := above[c]) is not None and 1 < place.cell.colspan < grid.columns and place.text
    ]
    if grid.table.merges:
        return bool(spanned) and set(own) <= set(spanned) and _all_named(grid, row, own, words)
    # Merges unknown: blank cells right of a name with names below them, and blank below
    # the other names.
    gaps = [c for c in range(grid.columns) if not grid.text(row - 1, c)]
    if not gaps and not spanned:
        return False
    parents = {g - 1 for g in gaps if g and grid.text(row - 1, g - 1)}
    allowed = set(gaps) | parents | set(spanned)
    return (
        set(own) <= allowed
        and bool(set(own) & (set(gaps) | set(spanned)))
        and _all_named(grid, row, own, words)
    )


def _all_named(grid: Grid, row: int, own: list[int], words: Vocabulary) -> bool:
    names = [grid.text(row, c) for c in own]
    known = sum(1 for name in names if words.known(name))
    if known == 0 and any(len(name) > 12 for name in names):
        return False
    # Below different names the same ones may stand: 2022年 | 2023年 over 完成数 | 增速.
    for group in _below_each(grid, row, own):
        below = [grid.text(row, c) for c in group]
        if len(set(below)) < len(below):
            return False
    return True


def _below_each(grid: Grid, row: int, own: list[int]) -> list[list[int]]:
    """The columns of a row's names, those below one name of the row above together."""
    groups: list[list[int]] = []
    above: RawCell | None = None
    for c in own:
        place = grid.rows[row - 1][c]
        if place is not None and place.text and place.cell != above:
            above = place.cell
            groups.append([])
        elif not groups:
            groups.append([])
        groups[-1].append(c)
    return groups


def _is_sentence_or_value(text: str) -> bool:
    return bool(text) and (is_sentence(text) or _is_value(text))


def _names(grid: Grid, first: int, body: int) -> tuple[str, ...]:
    """One name a column: the header cells above it, outermost first, joined by “/”."""
    names: list[str] = []
    for c in range(grid.columns):
        parts: list[str] = []
        for r in range(first, body):
            text = grid.text(r, c)
            if not text and not grid.table.merges:
                text = _spread(grid, r, c, body)
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        names.append("/".join(parts))
    return tuple(names)


def _spread(grid: Grid, row: int, column: int, body: int) -> str:
    """The name left of a blank header cell, when that name stands over several columns."""
    if row == body - 1 or not any(grid.text(r, column) for r in range(row + 1, body)):
        return ""
    for c in range(column - 1, -1, -1):
        if grid.text(row, c):
            below = any(grid.text(r, c) for r in range(row + 1, body))
            return grid.text(row, c) if below else ""
    return ""
