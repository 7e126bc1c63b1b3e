"""What a cell looks like: a number, a date, a list of departments, a task, a name."""

from __future__ import annotations

import re
import unicodedata

_NUMERAL = r"(?:[一二三四五六七八九十百]+|\d{1,3}|[IVXivx]{1,4}|[①-⑳])"
_NUMBER = re.compile(rf"[（(]?{_NUMERAL}(?:[-.]\d+)*[）)]?[、.．]?")
_ITEM = re.compile(rf"(?:[（(]{_NUMERAL}[）)]|{_NUMERAL}[、．.](?!\d)|\d{{1,2}}[）)]|[①-⑳])")
_DAY = (
    r"(?:\d{4}\s*[年./\-—]|\d{4}\s*$|\d{1,2}\s*月|(?<![\d.])(?:0?[1-9]|1[0-2])\.[0-3]?\d(?![\d%％‰‱万亿元千百吨米公平亩倍分])|每[年月周季]|全年|年[底内末初中]|[上下]半年"
    r"|长期|持续|常年|常态|即时|立即|月底|季度|适时|实时|当年|按时|按月|按季|贯穿|[近中远]期|当[天日]|[前后]\d{1,3}[天日周]|\d{1,3}(?:个月|个?工作日|[天日周])(?:之|以)?[内前后]|随时|已完成|年度)"
)
_DATE = re.compile(_DAY)
_BY_THEN = re.compile(r"[\u4e00-\u9fff“”\d]{2,10}(?:之?前|期间|以内|结束后?)(?:完成)?")  # 秋收前
_DEPARTMENT_END = re.compile(
    r"(?:部|委|局|办|厅|院|会|署|处|科|室|所|站|队|中心|公司|集团|银行|分局|支行|分行|总行|农商行|信用社|专班|单位|部门|镇|乡|街道|村|区|县|市|州|省"
    r"|政府|机关|机构|学院|大学|学校|协会|工会|联合会|商会|团委|妇联|残联|科协|工商联|编办|政法委|开发区|管委会|园区|组|党委|"
    r"总社|企业|医院|社区|法院|检察院|海关|团队|基地|平台|台|社|馆|支部|总支|各校|各系|学会|纪委|党校|文联|侨联|社联|委员会|办公室|党政办)"
    r"(?:等[^、，]{0,12})?(?:[（(][^（）()]*[）)])?$"
)
_LONGEST_LIST = 3_000  # characters
_SPLIT = re.compile(r"[、，,；;\s/／]+")


def is_number(text: str) -> bool:
    """“一”, “3”, “（二）”, “1.2”: the cell of a 序号 column."""
    return _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", "")) is not None


def is_total(text: str) -> bool:
    """Whether a cell heads a row of sums."""
    return _TOTAL.fullmatch(text.strip("* ")) is not None


_TOTAL = re.compile(r"[小合总共]\s*计")


def has_item_number(text: str) -> bool:
    """Does it begin like an item of a list: “1、制定…”?"""
    return _ITEM.match(text) is not None


def is_date(text: str) -> bool:
    """A short text that says when: “2013.4”, “6月底前”, “全年”, “长期坚持”."""
    if not 0 < len(text) <= 24 or "。" in text:
        return False
    return _DATE.search(text) is not None or _BY_THEN.fullmatch(text) is not None


def departments_share(text: str) -> float:
    """The share of the parts of a list that look like names of bodies, 0..1."""
    if "。" in text or len(text) > _LONGEST_LIST:
        return 0.0
    parts = [part for part in _SPLIT.split(text) if part]
    named = sum(1 for part in parts if len(part) <= 30 and _DEPARTMENT_END.search(part))
    return named / len(parts) if parts else 0.0


def is_sentence(text: str) -> bool:
    """A task or another running text rather than a name or a value."""
    return "。" in text or "；" in text or len(text) > 30
