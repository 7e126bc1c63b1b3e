"""Who takes part in a conference, where the page prints it as a table of names and posts."""

from __future__ import annotations

import re

from qa_engine.models import Participant
from qa_engine.sources.people import is_name
from qa_engine.sources.raw import RawDocument, Table
from qa_engine.text.normalise import to_simplified

_NAMES = re.compile(r"^(?:姓名|人员|嘉宾|发布人|出席人员|参加人员|发言人)$")
_POSTS = re.compile(r"职务|职位|身份|职称")
_FUNCTION = re.compile(r"[（(]([^（）()]{2,6})[）)]$")  # 张三（主持）


def tabled(raw: RawDocument) -> list[Participant]:
    """The people in tables with a column of names beside one of posts, in order."""
    found: list[Participant] = []
    for element in raw.elements:
        if isinstance(element, Table):
            found += _people(raw.text, element)
    return found


def _people(text: str, table: Table) -> list[Participant]:
    cells = {(cell.row, cell.column): text[cell.start : cell.end].strip() for cell in table.cells}
    heads = {
        column: re.sub(r"\s", "", to_simplified(said))
        for (row, column), said in cells.items()
        if row == 0
    }
    names = next((column for column, head in heads.items() if _NAMES.match(head)), None)
    posts = next((column for column, head in heads.items() if _POSTS.search(head)), None)
    if names is None or posts is None:
        return []
    found = []
    for row in range(1, table.rows):
        name = cells.get((row, names), "")
        function = _FUNCTION.search(name)
        bare = name[: function.start()] if function is not None else name
        if is_name(re.sub(r"\s", "", bare)):
            said = function.group(1) if function is not None else ""
            said = "主持人" if to_simplified(said) == "主持" else said
            found.append(Participant(re.sub(r"\s", "", bare), cells.get((row, posts), ""), said))
    return found
