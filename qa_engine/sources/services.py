"""Services (things to apply for) told one after the other in lines of labels.

Where one label that names (事项名称：…) comes again with other values, each of its lines heads what
follows up to the next: conditions, limits and telephones are of that service alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from qa_engine.models import Block

_NAMES = re.compile(
    r"[\s\d、.．（()）一二三四五六七八九十]*(?P<label>(?:办理|服务|审批|许可|行政|政务|公共服务)?事项(?:名称)?|"
    r"(?:服务|业务|项目|课程|岗位|产品|政策|补贴|活动)名称|名称)\s*[:：]\s*(?P<name>\S.{1,38})$"
)
_LEVEL = 4


def with_services(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with each name as a heading above what is said of it."""
    named = _named(blocks)
    result: list[Block] = []
    above: tuple[str, ...] = ()
    name = ""
    for number, block in enumerate(blocks):
        if number in named:
            above, name = block.headings, named[number]
            result.append(replace(block, kind="heading", level=_LEVEL))
            continue
        if name and (block.kind == "title" or block.headings[: len(above)] != above):
            name = ""  # a heading further up begins something else
        if name:
            block = replace(block, headings=(*above, name, *block.headings[len(above) :]))
        result.append(block)
    return result


def _named(blocks: Sequence[Block]) -> dict[int, str]:
    """The blocks that name a service, by number: those of the first label with several names."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for number, block in enumerate(blocks):
        if block.kind != "paragraph" or block.record is not None:
            continue
        match = _NAMES.match(block.text.text)
        if match is not None:
            found[match["label"]][number] = match["name"].strip()
    return next((one for one in found.values() if len(set(one.values())) > 1), {})
