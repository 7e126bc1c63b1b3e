"""Who sits on a body: the members of a leading group or a committee, a record each.

“组　长：张三　副市长”, lines with name and post below a label that holds for all of them,
run-on lists, “由张三任组长，李四任副组长”. The body's name stands in a heading, a title or
the sentence above. Offsets are exact, and what the lines hold beside people is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa_engine.alignment import Aligned
from qa_engine.models import GROUP, OTHER, PERSON, Block, Cell, Record
from qa_engine.sources.member_text import (
    Entry,
    Member,
    appointments,
    group_name,
    is_head,
    is_label,
    member_line,
    people_line,
)
from qa_engine.sources.people import is_name

_NAMELESS = re.compile(r"列\d+")
_ABOVE = 3  # paragraphs above a list in which the body may be named
_WIDEST = 8  # columns of a table of members
_LONGEST = 3_000  # characters of a list on one line


@dataclass(frozen=True, slots=True)
class _Person:
    """One member: aligned texts of label, name and post (blank where there is none)."""

    label: Aligned
    name: Aligned
    post: Aligned
    carried: bool  # the label stands with an earlier member


@dataclass(slots=True)
class _Run:
    """Consecutive lines of one list: blocks ``[first, last)`` and who stands in them."""

    first: int
    last: int
    people: list[tuple[int, _Person]]  # with the block of each
    labels: set[str]

    @property
    def telling(self) -> bool:
        """Shows by itself that it is a list of members."""
        return len(self.labels) > 1 and any(map(is_head, self.labels))


def with_rosters(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with every list of members as rows of records, one a person.

    Blocks that already hold a record, speeches and questions are left alone; rows of a
    table with a column of names get the body they belong to.
    """
    result: list[Block] = []
    number = max((block.table or 0 for block in blocks), default=0)
    bodies: dict[int | None, Aligned | None] = {}
    at = 0
    while at < len(blocks):
        run = _run(blocks, at)
        group = _group(blocks, at) if run is not None else None
        if run is not None and (group is not None or run.telling):
            number += 1
            result.extend(_rows(blocks, run, group, number))
            at = run.last
            continue
        block = blocks[at]
        if (table := _nameless(blocks, at)) and (rows := list(_labelled_rows(blocks, at, table))):
            result.extend(rows)
            at = table
            continue
        if block.kind == "row":
            if _has_members(block):
                if block.table not in bodies:
                    bodies[block.table] = _table_group(blocks, at)
                block = _of_body(block, bodies[block.table])
            result.append(block)
        elif _free(block):
            result.extend(_appointed(block, blocks, at))
        else:
            result.append(block)
        at += 1
    return result


def _free(block: Block) -> bool:
    """A paragraph that nobody says and that holds no record yet."""
    return (
        block.kind == "paragraph"
        and block.record is None
        and block.speaker is None
        and block.turn is None
        and len(block.text.text) <= _LONGEST
    )


# --- lines of a list -----------------------------------------------------------------------


def _run(blocks: Sequence[Block], first: int) -> _Run | None:
    """The list that begins at a block; None when none does."""
    block = blocks[first]
    if not _free(block) or not member_line(block.text.text):
        return None
    run = _Run(first, first, [], set())
    label: Aligned | None = None
    opening = ""
    at = first
    while at < len(blocks) and _free(blocks[at]):
        text = blocks[at].text
        entries = member_line(text.text)
        if entries:
            begins = text.text[slice(*entries[0].label)]
            opening = opening or begins
            if begins == opening and run.labels - {opening}:
                break  # the list of another body
            for entry in entries:
                label = text.slice(*entry.label)
                run.labels.add(label.text)
                for place, member in enumerate(entry.members):
                    run.people.append((at, _person(text, label, member, place > 0)))
        elif label is not None and (members := people_line(text.text)):
            below = any(person.label is label for _, person in run.people)
            for place, member in enumerate(members):
                run.people.append((at, _person(text, label, member, below or place > 0)))
        else:
            break
        at += 1
    run.last = at
    return run if run.people else None


def _person(text: Aligned, label: Aligned, member: Member, carried: bool) -> _Person:
    post = Aligned("") if member.post is None else text.slice(*member.post)
    return _Person(label, text.slice(*member.name), post, carried)


def _rows(
    blocks: Sequence[Block], run: _Run, group: Aligned | None, number: int
) -> Iterator[Block]:
    """A row for each member, and lines that name nobody as they are."""
    row = 0
    for at in range(run.first, run.last):
        here = [person for index, person in run.people if index == at]
        for person in here:
            row += 1
            yield _row(blocks[at], person, group, number, row)
        rest = _rest(blocks[at].text)
        if not here and not _label_only(blocks[at].text):
            yield blocks[at]
        elif rest is not None and here:
            yield replace(blocks[at], text=rest)


def _label_only(text: Aligned) -> bool:
    entries = member_line(text.text)
    return bool(entries) and not any(entry.members or entry.rest for entry in entries)


def _rest(text: Aligned) -> Aligned | None:
    """The entries of a line that name no people (成员单位：…)."""
    others = [entry for entry in member_line(text.text) if entry.rest is not None]
    parts = [text.slice(entry.label[0], entry.rest[1]) for entry in others if entry.rest]
    return Aligned.join(parts, "；") if parts else None


def _row(block: Block, person: _Person, group: Aligned | None, number: int, row: int) -> Block:
    cells = [] if group is None else [_cell("机构", group, GROUP, True)]
    cells += [
        _cell("组内职务", person.label, OTHER, person.carried),
        _cell("姓名", person.name, PERSON),
        _cell("职务", person.post, OTHER),
    ]
    parts = [person.label, Aligned.synthetic("："), person.name]
    if person.post.text:
        parts += [Aligned.synthetic("，"), person.post]
    if group is not None:
        parts.insert(0, group)
    text = Aligned.join(parts)
    record = Record(tuple(cells))
    return replace(block, kind="row", text=text, record=record, table=number, row=row)


# --- tables --------------------------------------------------------------------------------


def _nameless(blocks: Sequence[Block], first: int) -> int:
    """After the last row of a table whose columns have no names; 0 when none begins here."""
    block = blocks[first]
    if block.record is None or len(block.record.cells) > _WIDEST:
        return 0
    if not all(map(_NAMELESS.fullmatch, block.record)):
        return 0
    last = first
    while last < len(blocks) and (blocks[last].table, blocks[last].kind) == (block.table, "row"):
        last += 1
    return last


def _labelled_rows(blocks: Sequence[Block], first: int, last: int) -> Iterator[Block]:
    """The rows of a table that reads “组长 | 张三 | 副市长”; nothing when it doesn't.

    A blank label goes on with the one above.
    """
    lines = [_texts(block) for block in blocks[first:last]]
    labels = [line[0].text for line in lines if line[0].text]
    if not labels or not lines[0][0].text or not all(map(is_label, labels)):
        return
    found = [_in_cells(line[1:]) for line in lines]
    group = _group(blocks, first)
    if not all(found) or (group is None and len(set(labels)) < 2):
        return
    row = 0
    label = lines[0][0]
    for block, line, people in zip(blocks[first:last], lines, found, strict=True):
        label = line[0].strip("：: 　\t") if line[0].text else label
        for place, (name, post) in enumerate(people):
            row += 1
            person = _Person(label, name, post, carried=place > 0 or not line[0].text)
            yield _row(block, person, group, block.table or 0, row)


def _texts(block: Block) -> list[Aligned]:
    assert block.record is not None
    spans = [block.text.text_span(cell.start, cell.end) for cell in block.record.cells]
    return [Aligned("") if span is None else block.text.slice(*span) for span in spans]


def _in_cells(cells: list[Aligned]) -> list[tuple[Aligned, Aligned]]:
    """Names and posts in the cells of a row: both in one, or the post in the next one."""
    filled = [cell for cell in cells if cell.text]
    members = people_line(filled[0].text) if filled else ()
    if filled and not members and len(filled) == 2 and is_name(filled[0].text):
        return [(filled[0], filled[1])]
    if len(members) == 1 and members[0].post is None and len(filled) == 2:
        return [(filled[0].slice(*members[0].name), filled[1])]
    if len(filled) != 1:
        return []
    people = [_person(filled[0], Aligned(""), member, False) for member in members]
    return [(person.name, person.post) for person in people]


# --- sentences -----------------------------------------------------------------------------


def _appointed(block: Block, blocks: Sequence[Block], at: int) -> Iterator[Block]:
    """The paragraph, split so that each clause that appoints someone holds a record."""
    text = block.text
    found = list(appointments(text.text))
    if not found:
        yield block
        return
    own = group_name(text.text)
    group = text.slice(*own) if own is not None else _group(blocks, at)
    if group is None:
        yield block
        return
    done = 0
    for clause in found:
        before = text.slice(done, clause.start).strip()
        if before.text:
            yield replace(block, text=before)
        yield replace(
            block,
            kind="clause",
            headings=(*block.headings, *([] if group.text in block.headings else [group.text])),
            text=text.slice(clause.start, clause.end).strip(),
            record=_appointment(text, clause.entry, group, own is None),
        )
        done = clause.end
    rest = text.slice(done, len(text.text)).strip()
    if rest.text:
        yield replace(block, text=rest)


def _appointment(text: Aligned, entry: Entry, group: Aligned, carried: bool) -> Record:
    """One record a clause: of several people who hold one office all are named."""
    names = [member.name for member in entry.members]
    posts = [member.post for member in entry.members if member.post is not None]
    name = text.slice(names[0][0], names[-1][1])
    post = text.slice(*posts[0]) if posts and len(names) == 1 else Aligned("")
    return Record(
        (
            _cell("机构", group, GROUP, carried),
            _cell("组内职务", text.slice(*entry.label), OTHER),
            _cell("姓名", name, PERSON),
            _cell("职务", post, OTHER),
        )
    )


# --- the body ------------------------------------------------------------------------------


def _group(blocks: Sequence[Block], at: int) -> Aligned | None:
    """The name of the body above a block: in the lines above, a heading, or the title."""
    above = [block for block in blocks[max(0, at - 40) : at] if block.kind != "row"]
    near = [block for block in above if block.kind in ("paragraph", "heading", "clause")][-_ABOVE:]
    for block in reversed(near):
        if (span := group_name(block.text.text)) is not None:
            return block.text.slice(*span)
    headings = set(blocks[at].headings)
    for index in range(at - 1, -1, -1):
        block = blocks[index]
        if block.kind == "title" or (block.kind == "heading" and block.text.text in headings):
            span = group_name(block.text.text)
            if span is not None:
                return block.text.slice(*span)
    return None


def _has_members(block: Block) -> bool:
    """A row of a table of members (姓名, 职务) whose body is not a column of its own."""
    record = block.record
    return (
        record is not None
        and bool(record.by_role(PERSON))
        and not record.by_role(GROUP)
        and "职务" in "".join(record)
    )


def _of_body(block: Block, group: Aligned | None) -> Block:
    """A row of a table of members with the body it belongs to as its last cell."""
    if group is None or block.record is None:
        return block
    cell = _cell("机构", group, GROUP, True)
    return replace(block, record=Record((*block.record.cells, cell)))


def _table_group(blocks: Sequence[Block], at: int) -> Aligned | None:
    """The body that the lines and headings above a table's row name."""
    for index in range(at - 1, -1, -1):
        above = blocks[index]
        if above.kind not in ("heading", "title", "paragraph"):
            continue
        span = group_name(above.text.text)
        if span is not None:
            return above.text.slice(*span)
        if above.kind == "paragraph":
            return None
    return None


def _cell(header: str, text: Aligned, role: str, carried: bool = False) -> Cell:
    if not text.text:
        return Cell(header, "", role)
    span = text.source_span(0, len(text.text)) or (-1, -1)
    return Cell(header, text.text, role, span[0], span[1], carried)
