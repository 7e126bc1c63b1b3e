"""Whether a span can be the kind of thing that a question asks for."""

from __future__ import annotations

import re

from qa_engine.answering.question import (
    CONTACT,
    DATE,
    DEFINITION,
    FULL_NAME,
    LIST,
    MANNER,
    NAME,
    ORGANISATION,
    PERSON,
    PLACE,
    POSITION,
    QUANTITY,
    REASON,
    TEXT,
    UTTERANCE,
    Question,
)
from qa_engine.text.numbers import Quantity, dates, numbers_with_units
from qa_engine.text.organisations import SUFFIXES
from qa_engine.text.patterns import later
from qa_engine.text.places import find_places

# Measure words that can stand for one another in an answer.
_UNIT_GROUPS = (
    frozenset("个 家 户 所 间 座".split()),
    frozenset("个 只 枚 件 种 类 项 条 款 张 台 套".split()),
    frozenset("个 名 位 人 人次 口 多位".split()),
    frozenset("项 个 条 件 点 方面 部分 大 类 章 领域".split()),
    frozenset("次 回 趟 场 届 轮 期 遍".split()),
    frozenset("批 批次 个".split()),
    frozenset("元 万元 亿元 美元 块 钱".split()),
    frozenset("年 个月 月 天 日 小时 周 个工作日 工作日".split()),
    frozenset("% ‰ 百分点 个百分点".split()),
)
# Measure words that count one sort of thing only: where they are asked for, 六部 counts nothing.
_OF_ONE_SORT = frozenset("家 户 名 人 位 座 所 台 辆 套 百分点 个百分点".split())
_DURATIONS = next(group for group in _UNIT_GROUPS if "工作日" in group)
_OF_DATES = frozenset("年 月 日".split())
_NUMBERED = later(r"(?:附件|附表|附录|附图)$")
_LINE_BEGINS = later(r"(?:^|\n)\s*[（(]?$")
_ITEM_GOES_ON = later(r"[.．、)）]\s*(?!\d)")
_MOST_YEARS = 1000  # from which on a number of years is a year
_PERSON_POST = later(r"(?:[区市县镇乡处科厅局]长|书记|主任|主席|经理|总裁)[\u4e00-\u9fff]{2,3}")
# What size, length, distance and weight are measured in; 规模多大 and 力度多大 in anything.
_MEASURED = (
    (
        re.compile(r"(?<![模度幅额量])(?<![模度幅额量][有是])多大"),
        "平方米 平方公里 平方千米 公顷 亩 岁 周岁 立方米",
    ),
    (re.compile(r"多长(?!时)"), "米 公里 千米 厘米 里 天 小时 分钟 年 个月"),
    (re.compile(r"多远"), "米 公里 千米 里"),
    (re.compile(r"多重(?![要视])"), "斤 公斤 千克 克 吨"),
    (re.compile(r"人数"), "人 名 人次 位 个 万人 万"),
)
_WHOLE = 100  # a greater number without a unit is no share
_MONEY_UNITS = frozenset("元 万元 亿元 美元 万 亿 块 角 分".split())
_PEOPLE = later(r"[\u4e00-\u9fff·]{2,}")
_BODY = later("|".join(sorted(SUFFIXES, key=len, reverse=True)))
_PLACE = later(
    r"(?:[省市区县镇乡村路街巷室厅馆楼园场站店山湖江河海岛州国港]|街道|中心|大厦|酒店|温泉|学校|学院|基地|社区|现场|会场)"
    r"[）)]?$"
)
_BRACKET = later(r"(?<=.)[（(][^（）()]*[）)]$")
# Bodies and parts of buildings that people go to.
_VISITED = later(
    r"(?:支队|大队|中队|窗口|柜台|服务台|大厅|小程序|网站|平台|公众号|客户端|医院|门诊|派出所|[分支]局|分行|网点|办公室|幼儿园|[中小]学|服务站|\d号|[层楼])$"
)
_POST_END = later(
    r"(?:书记|主任|[局区市县镇乡处科厅部院校司队社行站所]长|主席|总工程?师?|经理|总裁|代表|委员|理事|同志)$"
)
_CONTACTS = (
    (r"手机", r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    (
        r"电话|热线|传真|座机|(?<!手机)号码",
        r"(?<![\d-])(?:\d{3,4}-\d{3,8}(?:-\d+)*|\d{5,12})(?![\d%])",
    ),
    (r"邮箱|邮件|信箱|e-?mail", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    (
        r"网址|网站|官网|网页",
        r"(?:https?://|www\.)[\w./?=&%-]+|[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org)",
    ),
    (r"邮编|邮政编码", r"(?<!\d)\d{6}(?!\d)"),
    (r"微信|qq", r"(?<![\d-])\d{5,12}(?!\d)|[a-z][\w-]{4,}"),
)
_SCALE = later(
    r"超[百千万亿]|(?<![\d.（(/])[百千万亿]{1,2}(?:级|名|家|人|元|余)|[一二三四五六七八九]成|一半|过半|翻番|倍|全部|超过"
)


def units_agree(asked: str | None, unit: str) -> bool:
    """Whether a quantity with ``unit`` can answer “几/多少 + asked”."""
    if not asked or not unit or asked == unit or unit.endswith(asked) or asked.endswith(unit):
        return True
    return any(asked in group and unit in group for group in _UNIT_GROUPS)


def quantities_for(question: Question, text: str) -> list[Quantity]:
    """The quantities of a text that can answer, offsets in ``text``."""
    found = [
        one
        for one in numbers_with_units(text)
        if not _only_numbers(text, one)
        and (
            one.unit not in _OF_DATES
            or question.unit in _OF_DATES
            or (question.unit in _DURATIONS and not _within_date(text, one))
        )
    ]
    if question.percent and not question.unit:
        return [
            one
            for one in found
            if one.unit in {"%", "‰", "百分点", "个百分点"}
            or (not one.unit and one.value <= _WHOLE)
        ]
    if question.money and not question.unit:
        return [one for one in found if one.unit in _MONEY_UNITS or "元" in one.unit]
    if question.unit:
        return [one for one in found if units_agree(question.unit, one.unit)]
    for pattern, units in _MEASURED:
        if pattern.search(question.text):
            return [one for one in found if one.unit in units.split()]
    return found


def _only_numbers(text: str, quantity: Quantity) -> bool:
    """Whether a number says which annex or item it is (附件1, “1. 申请表”), not how many."""
    if _NUMBERED.search(text, 0, quantity.start):
        return True
    return (
        not quantity.unit
        and _ITEM_GOES_ON.match(text, quantity.end) is not None
        and _LINE_BEGINS.search(text, max(0, quantity.start - 4), quantity.start) is not None
    )


def _within_date(text: str, quantity: Quantity) -> bool:
    """Whether a number of years or days is part of a date (3月5日), not a while (5日内)."""
    if quantity.unit == "年" and quantity.value > _MOST_YEARS:
        return True
    return quantity.unit == "月" or any(
        date.start <= quantity.start < date.end and date.end - date.start > 3
        for date in dates(text)
    )


def contacts_for(question: Question, text: str) -> list[tuple[int, int]]:
    """Where the text has a contact of the sort asked for (a number for 电话, one with @ for
    邮箱); of any sort when the question names none."""
    asked = [form for word, form in _CONTACTS if re.search(word, question.text)]
    forms = asked or [form for _, form in _CONTACTS]
    return [match.span() for form in forms for match in re.finditer(form, text)]


def fits(question: Question, kind: str, text: str) -> bool:
    """Whether ``text`` can be an answer of that kind to the question."""
    if kind == QUANTITY:
        return bool(quantities_for(question, text)) or bool(_SCALE.search(text))
    if kind == DATE:
        return bool(dates(text)) or bool(
            re.search(r"(?:19|20)\d{2}|\d+[月日号]|[上下]半年|季度|[年月]底|之日", text)
            or _OF_THE_WEEK.search(text)
        )
    if kind == PERSON:
        return bool(_PEOPLE.search(text)) and not re.fullmatch(r"[\d.%‰]+.*", text)
    if kind == ORGANISATION:
        return bool(_BODY.search(text)) or bool(
            re.fullmatch(r"[\u4e00-\u9fffA-Za-z（）()、]{2,40}", text)
        )
    if kind == PLACE:
        if _PERSON_POST.search(text):
            return False
        bare = _BRACKET.sub("", text.strip())  # an address, a floor
        return bool(_PLACE.search(bare) or _VISITED.search(bare)) or bool(find_places(text))
    if kind == FULL_NAME:
        return bool(re.fullmatch(r"[\u4e00-\u9fff·]{2,5}", text)) and not (
            _POST_END.search(text)
            or _BODY.search(text)
            or re.search(r"[区市县镇乡局处科厅]$", text)
        )
    if kind == POSITION:
        return bool(re.search(r"[长员任记席官师总裁理家人手授士]", text))
    if kind == CONTACT:
        return bool(contacts_for(question, text))
    if kind in {NAME, LIST, DEFINITION, REASON, MANNER, UTTERANCE, TEXT}:
        return bool(text.strip())
    return True


_OF_THE_WEEK = later(r"周[一二三四五六日末]|星期|礼拜|(?<!\d)\d{1,2}[:点时]")
_STRICT = (CONTACT, FULL_NAME)  # kinds whose form tells them surely


# A price is asked for: a number of tickets is none, 免费 and 八折 are.
_ASKS_MONEY = later(
    r"多少钱|几块钱|多少(?:万|亿)?元|多少[\u4e00-\u9fff]{0,3}费(?!率)|"
    r"[\u4e00-\u9fff]费(?:标准)?(?:是|为|要|收|交|缴)*多少|"
    r"(?:(?:票|单|房|电|水|气|油|售|定)价|收费|费用|租金|学费|押金|工资)(?:标准)?(?:是|为)?多少|"
    r"(?:投资|造价|经费|预算|资金|投入)(?:总?额|金额)?(?:了|是|为|有)?多少"
)
# What is measured tells in what: a number of people is no score.
_DIMENSIONS = tuple(
    (
        re.compile(rf"(?:{noun})(?:标准|要求|目标)?(?:是|为|有|要|达到?)*多少[？?]*$"),
        frozenset(units.split()),
    )
    for noun, units in (
        ("分数线?|合格线|及格线|得分|评分", "分"),
        ("面积", "平方米 平方公里 亩 公顷 m²"),
        ("距离|间距|长度|里程", "米 公里 千米 厘米"),
        ("年龄", "岁 周岁 周"),
        ("(?<![频汇功速利税费])率", "% ‰ 百分点 个百分点 成 倍"),
    )
)
_ONLY_UNIT = later(r"[百千万亿]{1,2}[元吨亩人户个]?")  # of a column's header: （亿元）
# 有关部门 says of nobody who it is.
_NOBODY = later(
    r"(?:由|会同|请)?(?:各?(?:有关|相关)|其他|各)(?:职能|责任|主管|成员)?(?:部门|单位|方面|机构|人员|企业|地区|地方)(?:和单位)?等?"
)
_ASKS_DAY = later(r"哪一?[天日]|几[月号日]|几月几")
_ONLY_YEAR = later(r"^\D{0,12}(?:19|20)\d{2}年?(?:度|底|初|末|以来)?\D{0,4}$")
_NO_MONEY = later(r"免|不收|[折成倍元块价费钱]|%|百分")


_BARE = frozenset(("", "万", "亿", "%"))


def _is_money(unit: str) -> bool:
    return not unit or unit in _MONEY_UNITS or unit[-1] in "元钱"


def certainly_none(question: Question, text: str) -> bool:
    """Whether the text cannot be the answer, whatever else speaks for it: no contact or
    full name where one is asked, no number (of what is counted) where only a number is."""
    if any(question.wants(kind) for kind in _STRICT):
        return not fits_any(question, text)
    if question.types[0] == ORGANISATION and _NOBODY.fullmatch(text.strip("。，、 ")):
        return True
    if question.types == (DATE,) and _ASKS_DAY.search(question.text) and _ONLY_YEAR.search(text):
        return True
    if question.types != (QUANTITY,) or question.yes_no:
        return False
    told = [
        one
        for one in numbers_with_units(text)
        if not _ONLY_UNIT.fullmatch(text[one.start : one.end])
    ]
    of_money = _is_money(question.unit or "") and bool(_ASKS_MONEY.search(question.text))
    if _SCALE.search(text.replace("全部", "") if of_money else text):
        return False
    if of_money and told and not _NO_MONEY.search(text):
        told = [one for one in told if _is_money(one.unit)]
    elif question.unit in _OF_ONE_SORT:
        told = [one for one in told if units_agree(question.unit, one.unit)]
    for measured, units in _DIMENSIONS:
        if measured.search(question.text):
            told = [one for one in told if one.unit in units or one.unit in _BARE]
    return not told


def fits_any(question: Question, text: str) -> bool:
    """Whether the text fits at least one of the kinds asked for."""
    for strict in _STRICT:
        if question.wants(strict):
            return fits(question, strict, text)
    return any(fits(question, kind, text) for kind in question.types)
