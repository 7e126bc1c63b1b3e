"""A field of a record asked by its column's own name: 计划投资, 竣工, 联系电话, 牵头领导.

Columns with a role (牵头, 配合, 时限) are looked up by ``records``; here a column is known
by what its header says, in full or by the part that tells it from the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_engine.answering.contrasts import TRADES, asks_aim
from qa_engine.answering.evidence import Draft, Evidence
from qa_engine.answering.kinds import fits_any
from qa_engine.answering.mentions import HOUR
from qa_engine.answering.question import (
    CONTACT,
    DATE,
    ORGANISATION,
    PERSON,
    PLACE,
    QUANTITY,
    Question,
    content_words,
)
from qa_engine.answering.records import Meant, field_draft, meant_record
from qa_engine.models import COOPERATE, DEADLINE, LEAD, NUMBER, TASK, Cell, Record
from qa_engine.text.normalise import fold
from qa_engine.text.patterns import later

# What the ends of headers mean, by the kind of question that asks for such a column.
_ENDS = {
    DATE: r"(?:时间|日期|年月|年份)",
    PLACE: r"(?:地点|地址|位置|所在地|场所|办公室|房间|房号)",
    QUANTITY: r"(?:金额|数额|数量|总数|人数|规模|面积|额度|比例)",
    ORGANISATION: r"(?:单位|部门|机构)",
    PERSON: r"(?:领导|责任人|负责人|联系人|联络人|联络员|经办人|召集人|主持人|人)",
    CONTACT: r"(?:电话|手机|传真|邮箱|地址)",
}
_ELSEWHERE = (LEAD, COOPERATE, DEADLINE, TASK, NUMBER)
_BRACKETED = later(r"[（(][^（）()]*[）)]")
_UNIT = later(
    r"[（(](?:单位[：:])?([万亿]?[元人户个家所件台套吨亩米次平方公里顷%]{1,3})(?:/[^\d（）()]{1,4})?[）)]"
)
_YEAR = later(r"(?:19|20)\d{2}")
_CLOCK = later(rf"{HOUR}(?:\s*(?:[-—–~～]+|至|到)\s*{HOUR})?起?")
_ASKS_DAY = later(r"几[月号日]|哪[一]?[天日年月]")
_FIGURE = later(r"[-−]?\d[\d,，]*(?:\.\d+)?")
_RANK = later(r"(?:排名|名次|位次|排序|排位)$")
_ASKS_RANK = later(r"第几|排名|名次|位次")
_LEADING_YEAR = later(r"^(?:(?:19|20)\d{2}年?度?|本年度?|年度|计划|预计)")
_INVESTED = later(r"投(?=(?:了|入)?(?:多少|几))")  # 计划投多少 asks for 计划投资
_MEASURE = later(r"(?:[额率数量费价线]|比例|标准|面积|投资)$")
_SHARE = later(r"比例|占比|比重|率|[%％]")
_OTHER_WORDS = {"完工": "竣工", "动工": "开工"}
_WHOLE = 4  # characters of a header that a question for another column hardly says
_NAME = 16  # characters of a place or time that its column alone tells to be one
_ENOUGH = 0.5  # of the rest of the question, covered by the record, before a blank is told


def look_up_named(evidence: Evidence) -> Draft | None:
    """The value in the column that the question names; None when it names none."""
    question = evidence.question
    if question.set_role:
        return None
    named = [
        cell
        for hit in evidence.hits
        if hit.passage.record is not None
        for cell in _asked(hit.passage.record, question)
    ]
    content = _without(named, question)
    if not named or len(content) < 2:
        return None
    # Contacts are records of paragraphs, so passages of all kinds are looked through.
    meant = meant_record(evidence, content, lambda record: bool(_asked(record, question)), ())
    if not isinstance(meant, Meant):
        return None
    if not meant.features["coverage"]:
        return None  # nothing in the record is what the question speaks of
    cells = _asked(meant.record, question)
    draft = field_draft(evidence, meant, cells)
    if draft.blank:
        return draft if meant.features["coverage"] >= _ENOUGH else None
    return replace(draft, text=with_unit(draft.text, cells[0].header))


def _without(named: Sequence[Cell], question: Question) -> str:
    """What the question speaks of beside the columns that it names."""
    content = content_words(question)
    for header in dict.fromkeys(cell.header for cell in named):
        for piece in (*header_forms(header), *_end_of(header, question.types)):
            content = content.replace(piece, " ")
    return re.sub(r"\s+", " ", content).strip()


def _asked(record: Record, question: Question) -> list[Cell]:
    """The cells whose header the question names most fully; a filled one must fit."""
    text = question.text
    best: list[Cell] = []
    most = 0.0
    for cell in record.cells:
        clock = _CLOCK.fullmatch(cell.value.strip()) is not None
        charged = cell.role == LEAD and question.role is None and _in_full(cell.header, text)
        if cell.role in _ELSEWHERE and not charged and not (clock and cell.role == DEADLINE):
            continue  # at what hour a thing begins is no deadline
        strength = _named(cell.header, question, record)
        if not strength and clock and question.types[0] == DATE and not _ASKS_DAY.search(text):
            strength = 1.0
        if not strength or (cell.filled and not _may_answer(cell, question)):
            continue
        if strength > most:
            best, most = [cell], strength
        elif strength == most and cell.header == best[0].header:
            best.append(cell)
    return _with_joined(best, record, question.text) if best else []


_OF_SHARES = later(r"[%％‰]|率|比|幅|百分|增长|占")


def _may_answer(cell: Cell, question: Question) -> bool:
    """Whether a value is of a kind that is asked for, by itself or by what its column is
    called. What the question says is told, not asked for."""
    value = fold(cell.value).strip()
    if len(value) > 1 and not question.yes_no and value in question.text:
        return False
    whole = fold(with_unit(cell.value.strip(), cell.header))
    if question.percent and not _OF_SHARES.search(f"{whole} {cell.header}"):
        return False
    if whole == value and QUANTITY in question.types and _FIGURE.fullmatch(value):
        return True  # its unit stands elsewhere
    named = len(value) <= _NAME and bool(_end_of(cell.header, (DATE, PLACE)))
    return fits_any(question, whole) or named


def _with_joined(asked: list[Cell], record: Record, text: str) -> list[Cell]:
    """With the columns that the question names in one breath with it (联系人和电话)."""
    ends = _end_of(asked[0].header, (CONTACT, PERSON))
    names = "|".join(re.escape(form) for form in (*header_forms(asked[0].header), *ends) if form)
    joined = [
        cell
        for cell in record.cells
        if cell.header != asked[0].header
        and cell.role not in _ELSEWHERE
        and re.search(
            rf"(?:{names})(?:和|及|与|、|以及){re.escape(cell.header)}|"
            rf"{re.escape(cell.header)}(?:和|及|与|、|以及)(?:{names})",
            text,
        )
    ]
    return sorted([*asked, *joined], key=lambda cell: max(text.find(cell.header), 0))


def _named(header: str, question: Question, record: Record) -> float:
    """How many characters of the header the question says; 0 when it isn't asked for."""
    text = _INVESTED.sub("投资", question.text)
    for said, written in _OTHER_WORDS.items():
        text = text.replace(said, written) if written in header else text
    if question.yes_no:
        # 完成了吗 asks for a column 是否完成; what else is asked with 吗 is a claim to check.
        return float(header.startswith("是否") and header[2:] in text) * len(header)
    own = set(_YEAR.findall(header))
    if own and question.years and not own & set(question.years):
        return 0.0
    if _RANK.search(header) and _ASKS_RANK.search(text):
        return float(len(header))
    if _PROGRESS.search(header) and _ASKS_PROGRESS.search(text):
        return float(len(header))
    if _TO_ASK.search(header) and _ASKS_WHOM.search(text):
        return float(len(header)) + 1
    if _of_another_measure(header, text):
        return 0.0
    named = [
        form
        for form in header_forms(header)
        if len(form) > 1 and (form in text or _in_two(form, text))
    ]
    whole = [form for form in named if len(form) >= _WHOLE]
    if question.role is not None and not whole:
        # Who leads, and when it is due, are other columns unless a person is asked by
        # the name of that column.
        told = question.role == DEADLINE and not record.by_role(DEADLINE)
        if not told and PERSON not in question.types:
            return 0.0
        return _by_end(header, question, record, text)
    if named:
        return max(len(form) for form in named) + _in_common(header, text) / 100
    return (
        _by_end(header, question, record, text)
        or _by_year(own, question, record)
        or _by_aim(header, question, record)
        or _by_words(header, question, record)
    )


def _by_end(header: str, question: Question, record: Record, text: str) -> float:
    """A header whose end says the kind asked for, and the question the rest (竣工时间 when
    asked 什么时候竣工), or whose end the question says and no other header has. ``text`` is the
    question's, in the words of the header."""
    for end in _end_of(header, question.types):
        for form in header_forms(header):
            rest = form.removesuffix(end)
            if len(rest) > 1 and rest in text:
                return len(rest) + 0.5
            said = len(end) > 1 and end in text and not _of_another_kind(end, form, text)
            # 建在哪里 and 哪个座机 say no more than that a place or a number is asked for.
            if (said or question.types[0] in (PLACE, CONTACT)) and _alone(end, record):
                return float(len(end))
    return 0.0


def _of_another_measure(header: str, text: str) -> bool:
    """Whether a group of columns measures what the question does not name (支付限额/职工 when
    the threshold of 职工 is asked)."""
    above = _BRACKETED.sub("", header).split("/")[:-1]
    return any(_MEASURE.search(part) and not _in_common(part, text) for part in above)


def _in_full(header: str, text: str) -> bool:
    """Whether the text names a column in full (建设单位, which asks for no 牵头单位)."""
    return any(len(form) >= _WHOLE and form in text for form in header_forms(header))


def _in_two(form: str, text: str) -> bool:
    """Whether the text has a header in two parts (退休人员的支付比例 for 退休支付比例)."""
    return any(form[:at] in text and form[at:] in text for at in range(2, len(form) - 1))


def _of_another_kind(end: str, form: str, text: str) -> bool:
    """Whether the question asks for another body than the column has (监理单位, not 建设单位)."""
    asked = re.search(rf"(?:{TRADES}){end}", text)
    return asked is not None and asked.group() not in form


def _by_words(header: str, question: Question, record: Record) -> float:
    """The share among several whose header, with what stands over it, has most in common with
    the question (职工医保/退休支付比例 when asked what part 退休职工 get)."""
    if not question.percent or not _SHARE.search(header):
        return 0.0
    counts = {one: _in_common(one, question.text) for one in record if _SHARE.search(one)}
    most = counts[header]
    return most / 10 if most and list(counts.values()).count(most) == 1 else 0.0


def _in_common(header: str, text: str) -> int:
    """How many pairs of characters of a header's levels the text has."""
    pairs = {part[n : n + 2] for part in header.split("/") for n in range(len(part) - 1)}
    return sum(pair in text for pair in pairs)


def _by_year(own: set[str], question: Question, record: Record) -> float:
    """The one figure of the year asked for, among columns of one figure a year."""
    if question.types[0] != QUANTITY or not own & set(question.years):
        return 0.0
    years = [year for header in record for year in _YEAR.findall(header)]
    return float(len(set(years)) > 1 and len(set(years)) == len(years))


_PROGRESS = later(r"^(?:目前|工程|形象|工作|当前)?(?:进度|进展|状态)")
_ASKS_PROGRESS = later(
    r"(?:走|进行|推进|办|做|干|建)到(?:了)?(?:哪|什么|啥)|到(?:了)?(?:哪一?步|什么阶段|啥程度)|进度|进展"
)
_TO_ASK = later(r"联系人(?:姓名)?$")
_ASKS_WHOM = later(r"(?:找|联系|问)[^，。？?]{0,8}?(?:谁|哪一?位|哪个人)")


def _by_aim(header: str, question: Question, record: Record) -> float:
    """The only column of aims where one is asked for (今年要压到几天)."""
    if question.types[0] != QUANTITY or not asks_aim(question.text):
        return 0.0
    aims = [one for one in record if _AIM.search(one)]
    return float(aims == [header])


_AIM = later(r"目标(?:值|数)?$|(?:计划|任务)(?:值|数)$")


def _alone(end: str, record: Record) -> bool:
    return sum(any(form.endswith(end) for form in header_forms(h)) for h in record) == 1


def _end_of(header: str, types: tuple[str, ...]) -> list[str]:
    last = header_forms(header)[0]
    return [
        match.group()
        for kind in types
        if kind in _ENDS and (match := re.search(rf"{_ENDS[kind]}$", last))
    ]


def header_forms(header: str) -> list[str]:
    """Its last level without brackets, the same without year or 计划 and without 数, and all
    levels run together (工期/竣工 → 竣工, 工期竣工)."""
    levels = [_BRACKETED.sub("", fold(level)).replace(" ", "") for level in header.split("/")]
    last = levels[-1]
    bare = _LEADING_YEAR.sub("", last)
    short = re.sub(r"(?<=..)[数额]$", "", bare)
    forms = [last, bare if len(bare) > 1 else last, "".join(levels), short]
    return list(dict.fromkeys(form for form in forms if form)) or [""]


def with_unit(value: str, header: str) -> str:
    """A bare number with the unit that its header gives (投资（万元））."""
    unit = _UNIT.search(header)
    return f"{value}{unit.group(1)}" if unit and re.fullmatch(r"[-−]?[\d.,，]+", value) else value
