"""Duties that a sentence itself states: “由…牵头，会同…”, “X牵头开展Y”, “X负责Y”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from qa_engine.alignment import Aligned
from qa_engine.models import COOPERATE, DEADLINE, LEAD, TASK, Block, Cell, Record
from qa_engine.sources.celltypes import departments_share
from qa_engine.sources.duty_text import bodies_share

_NAMES = r"[^。；;：:，,“”《》？！\s]{2,60}?"
_NOT_DUTY = r"(?!人|同志|制|任[^务]|者|的|下|和|与)"
_BY = re.compile(
    rf"(?:^|(?<=[。；;，,：:\s]))(?P<by>[^。；;，,：:]{{0,12}}?由)(?P<lead>{_NAMES})(?P<verb>牵头(?:负责|组织|制定)?|负责|统筹(?=[，,。；;])){_NOT_DUTY}"
    rf"(?:[，,、]?(?:会同|联合|商)(?P<with>{_NAMES})(?=[，,。；;]|等?共同|组织|开展|制定|推进|研究|负责|建立|做好|落实|对|将)"
    rf"|[，,、](?P<beside>{_NAMES})(?:共同|积极|密切)?(?:配合|协助|参与|协办)(?=[，,。；;]|$))?"
)
_DOES = re.compile(
    rf"^(?P<number>\s*(?:[（(]?[一二三四五六七八九十\d]{{1,3}}[）)、．.]+)?\s*)(?P<lead>{_NAMES})"
    rf"(?P<verb>(?:会同(?P<with>{_NAMES}))?(?:具体|统一|主要|统筹|共同|分别)?(?:牵头(?:负责|组织|开展|推进|做好|制定|实施|落实)?|负责)){_NOT_DUTY}"
    r"[：:]?(?P<task>[^。；;]{4,})"
)
# “…制度，甲局牵头，乙局配合，6月底前出台。”: who and when in clauses of their own.
_RUN = re.compile(
    rf"(?:^|(?<=[，,：:]))(?P<lead>{_NAMES})(?P<verb>(?:负责)?牵头(?:负责|落实|实施)?)[，,]"
    rf"(?P<with>{_NAMES})(?:共同|积极|密切)?(?:配合|协助|参与|协办)"
    r"(?:[，,](?:于|在)?(?P<when>[^，,。；;]{2,18}?(?:[底末日月]前|前|底|内|止)))?"
    r"(?P<rest>[^。；;]*)[。；;]?\s*$"
)
_ASKED = re.compile(r"^(?:会议|全会|通知|方案)[^，,：:]{0,6}[，,：:]")
_SENTENCE = re.compile(r"[^。；;]*[。；;]?")
# “负责侨务工作的机构” names a body by what it does.
_SHORTEST = 4  # characters of a task
_FEWEST = 6  # characters of the sentences before a duty that has no task of its own
_LEAST_NAMED = 2  # characters of a thing and 由
_RELATIVE = re.compile(r"[^，,。；;]{1,25}的(?:机构|部门|单位|人员|组织|同志|主管|领导)")
# What stands before “负责” in running text that states no duty.
_NO_BODY = re.compile(
    r"^(?:认真|切实|各自|谁|要|应|应当|必须|全面|主要|对|不|为|其|该|并|具体|统一|我|你|他|她|它)"
)
# What no name of a body holds; 应急局, 对外联络办 and 供应站 are some.
_SAYS_MORE = re.compile(r"[的要将由以向]|(?<![供响])应(?![急用])|对(?!外)")


def find_sentence_duties(block: Block) -> list[Block]:
    """The paragraph, split so that each sentence with a duty is a ``clause`` of its own; one
    that only says by whom (由甲牵头，乙配合) together with the sentences before it, its task."""
    text = block.text
    if not _states_duty(text.text):
        return [block]
    result: list[Block] = []
    at = 0
    for start, end in _duty_sentences(text.text):
        sentence = text.slice(start, end)
        record = sentence_record(sentence)
        if record is None:
            continue
        before = text.slice(at, start).strip()
        if len(before.text) >= _FEWEST and _only_says_who(sentence.text):
            whole = text.slice(at, end).strip()
            cells = (_cell("任务", TASK, before, 0, len(before.text)), *record.cells[1:])
            result.append(replace(block, kind="clause", text=whole, record=Record(cells)))
        else:
            if before.text:
                result.append(replace(block, text=before))
            kept = sentence.slice(0, len(sentence.text.rstrip("，, \n"))).strip()
            result.append(replace(block, kind="clause", text=kept, record=record))
        at = end
    if not result:
        return [block]
    rest = text.slice(at, len(text.text)).strip()
    if rest.text:
        result.append(replace(block, text=rest))
    return result


def _duty_sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences that may state a duty; where one states several (甲事由某局负责，乙事由某委
    负责), each of its parts."""
    for match in _SENTENCE.finditer(text):
        if not _states_duty(match.group()):
            continue
        duties = [one for one in _BY.finditer(match.group()) if _bodies(one.group("lead"))]
        own = [one for one in duties if len(one.group("by").strip()) > _LEAST_NAMED]
        starts = [one.start() for one in own] if len(own) == len(duties) > 1 else [0]
        bounds = [match.start(), *(match.start() + at for at in starts[1:]), match.end()]
        yield from pairwise(bounds)


def _only_says_who(sentence: str) -> bool:
    """Whether nothing is said to be done: 由甲牵头，乙配合。"""
    match = _BY.match(sentence.strip())
    if match is None or match.group("by") != "由":
        return False
    return sentence.strip()[match.end("verb") :][:1] in ("", *"，,、。；;")


def _states_duty(text: str) -> bool:
    """One of these words stands in every form of a duty."""
    return "牵头" in text or "负责" in text


def sentence_record(sentence: Aligned) -> Record | None:
    """The duty that one sentence states, None when it states none."""
    text = sentence.text
    run = _RUN.search(text)
    if run is not None and _bodies(run.group("lead")) and _bodies(run.group("with")):
        return _run_record(sentence, run)
    match = _DOES.match(text)
    if match is not None and _RELATIVE.match(match.group("task")):
        return None
    if match is not None and _bodies(match.group("lead")):
        task = match.span("task")
    else:
        match = _BY.search(text)
        if match is None or not _bodies(match.group("lead")):
            return None
        start = len(text) - len(text.lstrip())
        task = (start, len(text.rstrip("。；;，, \n")))
    header = "牵头部门" if "牵头" in match.group("verb") else "负责部门"
    cells = [
        _cell("任务", TASK, sentence, *task),
        _cell(header, LEAD, sentence, *match.span("lead")),
    ]
    helping = "beside" if match.re is _BY and match.group("beside") else "with"
    if match.group(helping) and _bodies(match.group(helping)):
        cells.append(_cell("配合部门", COOPERATE, sentence, *match.span(helping)))
    return Record(tuple(cells))


def _run_record(sentence: Aligned, run: re.Match[str]) -> Record | None:
    """The task stands before who leads, or after when it is to be done."""
    text = sentence.text
    asked = _ASKED.match(text)
    start, end = asked.end() if asked else len(text) - len(text.lstrip()), run.start("lead")
    if len(text[start:end].strip("，,：: ")) < _SHORTEST:
        start, end = run.span("rest")
        start += len(text[start:end]) - len(text[start:end].lstrip("，, "))
    end = start + len(text[start:end].rstrip("，,：: "))
    if end - start < _SHORTEST:
        return None
    cells = [
        _cell("任务", TASK, sentence, start, end),
        _cell("牵头部门", LEAD, sentence, *run.span("lead")),
        _cell("配合部门", COOPERATE, sentence, *run.span("with")),
    ]
    if run.group("when"):
        cells.append(_cell("完成时限", DEADLINE, sentence, *run.span("when")))
    return Record(tuple(cells))


def _bodies(text: str) -> bool:
    """Names of bodies only: every member of the list, and no verb or pronoun among them."""
    if sum(map(text.count, "（(")) != sum(map(text.count, "）)")):
        return False  # a part of a text in brackets
    if _NO_BODY.match(text) or _SAYS_MORE.search(text):
        return False
    return bodies_share(text) == 1.0 and departments_share(text) > 0.6


def _cell(header: str, role: str, text: Aligned, start: int, end: int) -> Cell:
    span = text.source_span(start, end) or (-1, -1)
    return Cell(header, text.text[start:end], role, span[0], span[1])
