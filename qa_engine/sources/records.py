"""Table → row blocks: each data row a record of header → value, tied to the source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from qa_engine.alignment import Aligned
from qa_engine.models import (
    GROUP,
    LEAD,
    NUMBER,
    OTHER,
    TASK,
    Block,
    Cell,
    Dropped,
    Record,
)
from qa_engine.sources.carrying import Value, carry, goes_on, joined, leading_columns
from qa_engine.sources.cell_duties import with_inner_roles
from qa_engine.sources.celltypes import is_number, is_sentence
from qa_engine.sources.columns import Vocabulary, plain
from qa_engine.sources.grid import Grid, Place, build_grid
from qa_engine.sources.headers import Header, find_header, is_attributes, is_form
from qa_engine.sources.outline import number_level
from qa_engine.sources.placing import misfit
from qa_engine.sources.raw import RawCell, Table
from qa_engine.sources.transposed import is_transposed, upright

# Headers that name the responsible body only where no other column does.
_GENERAL_LEAD = frozenset({"部门", "单位", "责任", "部门单位", "处室", "科室"})
_GROUP_LONGEST = 40
_NOTE = re.compile(r"\s*(?:备注|说明|注|填表|填报|制表|审核|联系)[^。]{0,8}[：:]")


@dataclass(slots=True)
class TableReading:
    """The blocks of a table in order, its columns and what was left out.

    ``last`` holds the last row's values and ``groups`` the group rows above it, by level:
    from them a table that continues this one carries on.
    """

    names: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    blocks: list[Block] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    last: tuple[Value, ...] = ()
    groups: list[tuple[int, str]] = field(default_factory=list)
    rows: int = 0
    amended: Block | None = None  # the last row of the table before, with the rest of it

    def path(self) -> tuple[str, ...]:
        return (*self.headings, *(name for _, name in self.groups))


def read_table(
    text: str,
    table: Table,
    number: int,
    words: Vocabulary,
    headings: tuple[str, ...] = (),
    before: TableReading | None = None,
    ordered: bool = False,
) -> TableReading:
    """Read a table as the document's ``number``-th, under the given headings.

    ``before`` is the reading of the table that this one continues (the same table on the
    page before): columns, headings and carried values are taken over from it. ``ordered``
    tells that the document says that the first body named leads.
    """
    grid = build_grid(text, table)
    if is_transposed(grid, words):
        table = upright(table)
        grid = build_grid(text, table)
    if before is None and is_form(grid, words):
        return _read_form(grid, number, headings, words)
    if before is None and is_attributes(grid, words):
        return _read_attributes(grid, number, headings, words)
    header = find_header(grid, words)
    headless = header.first == header.body
    if headless and before is not None:
        header = Header(0, 0, header.names)  # no titles there: its first row may be half a row
    reading = TableReading(names=_distinct(header.names), headings=headings)
    if before is not None:
        reading.headings, reading.rows = before.headings, before.rows
        reading.groups = list(before.groups)
        if headless:
            reading.names = before.names
    elif table.caption and table.caption not in headings:
        reading.headings = (*headings, table.caption)
    for r in range(header.first):
        _read_title(grid, r, reading)
    top = [_texts(grid, r) for r in range(header.first, header.body)]
    if headless and before is not None:
        top = [list(before.names)]
    noted = _notes_begin(grid, header.body)
    kept = _sort_rows(grid, header.body, noted, top, reading, words)
    rows = [list(grid.rows[r]) for r, group in kept if group is None]
    reading.roles = column_roles(reading.names, rows, words)
    carries = before.last if before is not None and len(before.last) == grid.columns else ()
    if carries and kept and kept[0][1] is None and goes_on(rows[0], carries, reading.roles):
        # The page broke inside a row.
        carries = joined(carries, rows.pop(0))
        del kept[0]
        reading.rows -= 1
        _add_row(carries, reading, number, table.page, words, ordered)
        reading.amended = reading.blocks.pop()
    values = iter(carry(rows, reading.roles, text, table, carries))
    for r, group in kept:
        if group is None:
            _add_row(next(values), reading, number, table.page, words, ordered)
        elif r >= noted or _NOTE.match(group.text):
            reading.blocks.append(Block("paragraph", group, reading.path(), page=table.page))
        else:
            _add_group(group, reading, number, table.page)
    return reading


def column_roles(
    names: Sequence[str], rows: Sequence[Sequence[Place | None]], words: Vocabulary
) -> tuple[str, ...]:
    """The role of each column: by its name, then by its place among the others."""
    roles = [_role(name, [_text(row[c]) for row in rows], words) for c, name in enumerate(names)]
    if LEAD not in roles:
        for c, name in enumerate(names):
            if plain(name.split("/")[-1]) in _GENERAL_LEAD and TASK in roles:
                roles[c] = LEAD
                break
    tasks = [c for c, role in enumerate(roles) if role == TASK]
    if not tasks and GROUP in roles:
        # The finest of the groups is what has to be done: 工程名称 | 责任单位.
        c = max(i for i, role in enumerate(roles) if role == GROUP)
        if not _repeats(rows, c):
            roles[c] = TASK
    for c in tasks[:-1]:
        # 重点任务 | 具体举措, the first merged over several rows: a group of tasks.
        if _repeats(rows, c):
            roles[c] = GROUP
    if rows and not names[0].strip() and all(is_number(_text(row[0]) or "1") for row in rows):
        roles[0] = NUMBER
    return tuple(roles)


def _role(name: str, values: list[str], words: Vocabulary) -> str:
    """The role of a name; of a double name (任务分解/时序进度) the part that fits the values."""
    role = words.role(name)
    others = [words.role(part) for part in name.split("/")]
    shown = [value for value in values if value]
    if len(others) < 2 or not shown or OTHER in others:
        return role
    return min([role, *others], key=lambda r: sum(misfit(value, r) for value in shown))


def _sort_rows(
    grid: Grid,
    body: int,
    noted: int,
    top: list[list[str]],
    reading: TableReading,
    words: Vocabulary,
) -> list[tuple[int, Aligned | None]]:
    """The rows that are kept, a group row or note (from row ``noted`` on) with its text;
    the others go to ``dropped``."""
    kept: list[tuple[int, Aligned | None]] = []
    for r in range(body, len(grid.rows)):
        if not grid.filled(r):
            continue
        if r >= noted:
            kept.append((r, _value_of(grid, r, grid.distinct(r)[0])))
            continue
        texts = _texts(grid, r)
        if texts in top or _same_names(texts, reading.names):
            reading.dropped.append(_dropped(grid, r, "重复的表头"))
        elif (group := _group_text(grid, r, reading.names, words)) is not None:
            kept.append((r, group))
        elif _only_numbered(grid, r, reading.names, words):
            reading.dropped.append(_dropped(grid, r, "没有内容的表格行"))
        else:
            kept.append((r, None))
    return kept


def _notes_begin(grid: Grid, body: int) -> int:
    """The row from which only notes follow (“注：1.…”, “2.…”), each alone in its row; the
    number of rows when none do."""
    begin = len(grid.rows)
    for r in range(len(grid.rows) - 1, body, -1):
        cells = grid.distinct(r)
        if not cells:
            continue
        if len(cells) > 1 or cells[0].column or cells[0].row != r or grid.columns < 3:
            break
        if _NOTE.match(grid.text(r, 0)):
            begin = r
    return begin


def _add_row(
    line: tuple[Value, ...],
    reading: TableReading,
    number: int,
    page: int | None,
    words: Vocabulary,
    ordered: bool = False,
) -> None:
    reading.rows += 1
    reading.last = line
    cells = [
        _cell(name, value, role)
        for name, value, role in zip(reading.names, line, reading.roles, strict=True)
    ]
    record = Record(with_inner_roles(cells, [value.text for value in line], words, ordered))
    reading.blocks.append(
        Block(
            "row",
            row_text(line, reading.names, reading.roles),
            reading.path(),
            page=page,
            table=number,
            row=reading.rows,
            record=record,
        )
    )


def row_text(line: Sequence[Value], names: Sequence[str], roles: Sequence[str]) -> Aligned:
    """A row as it is searched and shown: what is to be done on one line, every other
    column on a line of its own as “header：value”; blank cells and numbers left out.

    >>> 推进质量强区建设 — 1、制定行动计划。
    >>> 完成时间：2013.4
    >>> 牵头部门：区党政办
    """
    leading = leading_columns(roles)
    head: list[Aligned] = []
    rest: list[Aligned] = []
    for c, (value, name, role) in enumerate(zip(line, names, roles, strict=True)):
        if not value.text.text or role == NUMBER:
            continue
        named = Aligned.join((Aligned.synthetic(f"{name}："), value.text))
        if role in (GROUP, TASK):
            head.append(value.text)
        elif c in leading:
            head.append(named)
        else:
            rest.append(named)
    if not head and not rest:
        return Aligned.join([value.text for value in line if value.text.text], " ")
    first = [Aligned.join(head, " — ")] if head else []
    return Aligned.join([*first, *rest], "\n")


def _cell(name: str, value: Value, role: str) -> Cell:
    text = value.text
    span = text.source_span(0, len(text.text)) or (-1, -1)
    return Cell(name, text.text, role, span[0], span[1], value.carried)


def _add_group(group: Aligned, reading: TableReading, number: int, page: int | None) -> None:
    level = number_level(group.text) or 0
    reading.groups = [(depth, name) for depth, name in reading.groups if depth < level]
    path = reading.path()
    reading.groups.append((level, group.text))
    reading.blocks.append(
        Block("heading", group, path, level=len(path) + 1, page=page, table=number)
    )


def _read_title(grid: Grid, row: int, reading: TableReading) -> None:
    """A row above the header: the table's title, or a note such as “单位：万元”."""
    for cell in grid.distinct(row):
        text = _value_of(grid, row, cell)
        note = "：" in text.text or ":" in text.text or is_sentence(text.text)
        kind = "paragraph" if note else "heading"
        reading.blocks.append(
            Block(kind, text, reading.headings, level=0 if note else 1, page=grid.table.page)
        )
        if not note and text.text not in reading.headings:
            reading.headings = (*reading.headings, text.text)


def _group_text(grid: Grid, row: int, names: Sequence[str], words: Vocabulary) -> Aligned | None:
    """The text of a row that only heads the rows below it, else None.

    Such a row holds one text that is merged over most columns or stands alone in the
    first one, or a Chinese numeral and a text beside it with all else blank.
    """
    cells = grid.distinct(row)
    if grid.columns < 3 or not 0 < len(cells) <= 2:
        return None
    if any(cell.row != row for cell in cells):
        return None
    texts = [_value_of(grid, row, cell) for cell in cells]
    if len(cells) == 1:
        wide = cells[0].colspan > 1 and cells[0].colspan >= grid.columns - 1
        alone = cells[0].column == 0 and not is_number(texts[0].text)
        numbered = number_level(texts[0].text) is not None
        if len(texts[0].text) > _GROUP_LONGEST * (2 if wide else 1):
            return None
        # The last row heads nothing, unless the table goes on or it can be no data row.
        last = row == len(grid.rows) - 1 and words.role(names[0]) != NUMBER
        if wide or (not last and alone and (numbered or not is_sentence(texts[0].text))):
            return texts[0]
        return None
    if len(cells) == 2 and cells[0].column == 0 and cells[1].column == 1:
        chinese = is_number(texts[0].text) and not any(ch.isdigit() for ch in texts[0].text)
        arabic_below = any(
            grid.text(r, 0)[:1].isdigit() for r in range(row + 1, min(row + 3, len(grid.rows)))
        )
        if chinese and arabic_below and len(texts[1].text) <= _GROUP_LONGEST:
            return Aligned.join(texts, "、" if number_level(texts[0].text) is None else "")
    return None


def _only_numbered(grid: Grid, row: int, names: Sequence[str], words: Vocabulary) -> bool:
    """Nothing but a number that was typed ahead: “5 | | |”."""
    own = [place for place in grid.rows[row] if place is not None and place.text and place.here]
    return not own or (
        len(own) == 1 and is_number(own[0].text) and words.role(names[own[0].cell.column]) == NUMBER
    )


def _read_form(
    grid: Grid, number: int, headings: tuple[str, ...], words: Vocabulary
) -> TableReading:
    """A form: names and values side by side (姓名 | 张三 | 职务 | 科长), one record in all."""
    names: list[str] = []
    values: list[Value] = []
    reading = _captioned(grid, headings)
    for name, value in _side_by_side(grid, reading):
        names.append(name)
        values.append(value)
    reading.names = _distinct(names)
    reading.roles = tuple(words.role(name) for name in reading.names)
    _add_row(tuple(values), reading, number, grid.table.page, words)
    return reading


def _read_attributes(
    grid: Grid, number: int, headings: tuple[str, ...], words: Vocabulary
) -> TableReading:
    """What is to be known of one thing: a record for each name with its value, and with what
    the thing is called where the table begins with that. None of them is a task, so no name
    has a role that is asked for (承诺办结时限 is not by when something is done)."""
    reading = _captioned(grid, headings)
    called: tuple[str, Value] | None = None
    for name, value in _side_by_side(grid, reading):
        own = (name, value)
        pairs, reading.roles = [own], (OTHER,)
        if called is not None:
            pairs, reading.roles = [called, own], (GROUP, OTHER)
        reading.names = tuple(name for name, _ in pairs)
        _add_row(tuple(value for _, value in pairs), reading, number, grid.table.page, words)
        if reading.rows == 1 and plain(name).endswith("名称"):
            called = name, replace(value, carried=True)
    return reading


def _captioned(grid: Grid, headings: tuple[str, ...]) -> TableReading:
    """A reading that is still empty, below the headings and the table's caption."""
    caption = grid.table.caption
    below = (*headings, caption) if caption and caption not in headings else headings
    return TableReading(headings=below)


def _side_by_side(grid: Grid, reading: TableReading) -> Iterator[tuple[str, Value]]:
    """Names and values; rows of one text go to the reading as titles."""
    for r in range(len(grid.rows)):
        cells = [cell for cell in grid.distinct(r) if cell.row == r]
        if len(cells) == 1:
            _read_title(grid, r, reading)
            continue
        for left, right in zip(cells[::2], cells[1::2], strict=False):
            yield _value_of(grid, r, left).text, Value(_value_of(grid, r, right))


def _value_of(grid: Grid, row: int, cell: RawCell) -> Aligned:
    place = grid.rows[row][cell.column]
    return Aligned("") if place is None else place.value


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Every column with a name of its own: “列3” for a nameless one, “备注（2）” for a second."""
    result: list[str] = []
    seen: Counter[str] = Counter()
    for c, name in enumerate(names, 1):
        base = name or f"列{c}"
        seen[base] += 1
        result.append(base if seen[base] == 1 else f"{base}（{seen[base]}）")
    return tuple(result)


def _repeats(rows: Sequence[Sequence[Place | None]], column: int) -> bool:
    """Does a column hold one value for several rows (merged, blank below, or repeated)?"""
    texts = [_text(row[column]) for row in rows]
    merged = any((place := row[column]) is not None and not place.here for row in rows)
    return merged or "" in texts[1:] or len(set(texts)) < len(texts)


def _texts(grid: Grid, row: int) -> list[str]:
    return [grid.text(row, c) for c in range(grid.columns)]


def _same_names(texts: list[str], names: Sequence[str]) -> bool:
    return len([text for text in texts if text]) > 1 and texts == list(names)


def _text(place: Place | None) -> str:
    return "" if place is None else place.text


def _dropped(grid: Grid, row: int, reason: str) -> Dropped:
    cells = [place.cell for place in grid.rows[row] if place is not None and place.here]
    return Dropped(
        min((cell.start for cell in cells), default=grid.table.start),
        max((cell.stop for cell in cells), default=grid.table.start),
        reason,
    )
