"""What a question fixes and a source must not contradict: year, place, rank, grade.

Each check gives a reason in words when the source cannot be meant.
"""

from __future__ import annotations

import re

from qa_engine.answering.evidence import Evidence, scope
from qa_engine.answering.posts import POST
from qa_engine.answering.question import FULL_NAME, PERSON, Question
from qa_engine.models import COOPERATE, DEADLINE, LEAD, NUMBER, TASK, Passage
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import dates, han_value
from qa_engine.text.organisations import names_body
from qa_engine.text.patterns import later
from qa_engine.text.places import find_places, mentions_place, stem

_YEAR = later(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_OPEN_YEARS = later(
    r"(?<!\d)((?:19|20)\d{2})年(?:底|末|初|\d{1,2}月(?:\d{1,2}日)?)?(?:及|\(含\))?"
    r"(以后|之后|以前|之前)(?=(?:建成|建造|建设|竣工|购买|购置|参保|参加工作|出生|入职|毕业|注册|登记)的)"
)
_ONWARD = frozenset(("以后", "之后"))
# Posts that name one person: a question about one needs a source that names it.
_POST = later(POST)
_EQUAL_POSTS = {"总工程师": ("总工",), "法人代表": ("法定代表人",), "法定代表人": ("法人代表",)}
_GRADE = later(r"(?<![a-z0-9])([a-z]{1,6}\d{0,3}|[a-z]\d[a-z]{1,3}|\d{1,3}[a-z]{1,3})(?![a-z0-9])")
# Sorts of payment as questions name them, and what a text that tells of one says.
_SUMS = tuple(
    (later(asked), later(told))
    for asked, told in (
        (r"工资|薪[酬资水]|[月年]薪|报酬", r"工资|薪|报酬|待遇"),
        (r"票价|门票", r"票"),
        (r"学费|学杂费", r"学费|学杂费"),
        (r"租金|房租", r"租"),
        (r"押金", r"押金"),
        (r"保证金", r"保证金"),
        (r"违约金", r"违约金"),
        (r"奖金", r"奖"),
        (r"[定订]金", r"[定订]金"),
    )
)
# The telephone of one body is not that of another in the same document.
_WHOSE_CONTACT = later(
    r"(?:^|[的，、在])([\u4e00-\u9fff]{2,10}?(?:局|委|办|厅|处|科|中心|公司|医院|街道|派出所))的?"
    r"(?:联系|咨询|办公|值班|服务|举报|投诉|监督)?(?:电话|号码|邮箱|联系方式)"
)
# Bodies set up for one matter are told apart by that matter.
_BODY = later(
    r"(?:^|[由在和与及的为])?([\u4e00-\u9fff]{2,14}?)(指挥部|领导小组|工作组|委员会|联席会议|专班)"
)
# 3号线, 第二期, 第九届, 第三十条; 培训班2期 and 分三期 count.
_NUMBERED = later(
    r"(?<![\d.])第?(\d{1,2}|[一二三四五六七八九十]{1,3})(号线|号楼|号桥|标段)"
    r"|(?:第(\d{1,2})|(?<![分共办每十])第?([一二三四五六七八九十]))(期)(?![间限末待望刊货权房满])"
    r"|第(\d{1,3}|[一二三四五六七八九十百零]{1,6})([届条])"
)
# Things that bear names of their own, by which the rows of a table are told apart.
_THING = (
    "水库 街道 社区 小区 公园 小学 中学 学校 医院 卫生院 大桥 水厂 电厂 电站 泵站 车站 码头 广场 "
    "景区 园区 公司 集团 酒店 宾馆 农场 林场 工厂 灌区 服务区 开发区"
).split()
_NAMED_THING = later(rf"([\u4e00-\u9fff]{{2}})({'|'.join(_THING)})")
_NO_NAME = later(r"[的哪几每各这那一两该本些有是在个座家所处名]|[我你他咱]们|全部|所有|附近|当地")
# Divisions that no gazetteer knows, where the question's wording shows that they are some.
_PLACED = later(
    r"(?:^|[在到去由从，、])((?![全本我该各每哪几这那某两除])(?!自然|居民)[\u4e00-\u9fff]{2}"
    r"(?<![城超门夜早菜股集了的和与或是])[省市县镇乡旗盟])"
    r"(?![长级委政民直属域场内里外区市县镇乡容党人公街管集])"
)
# Parts of the place that a document is about, by the names that documents give them; no 小区,
# 学区 or 城市.
_PART = later(
    r"((?![全本我该各每哪几这那某两除一二三四五六七八九十])[\u4e00-\u9fff]{2}"
    r"(?:片区|街道|社区|(?<![小社园景校院城地辖库新灌老片山学矿林保防])区|(?<![城超全本我])市|"
    r"(?<![全本我各])县|(?<![乡城集])[镇乡]|(?<![农乡新])村))(?![长级委政民容场内里])"
)
_OPENING = 80  # characters of a document in which it says what place it is about
_DAY = later(r"(?:日期|时间|月日)$")
_NAMED = 0.5  # of the name's characters in pairs, by rarity, in the document
_QUOTED = later(r"《([^》]{2,40})》")


def violations(evidence: Evidence, passage: Passage) -> list[str]:
    """Why the passage cannot be what the question means; empty when nothing speaks against it."""
    question = evidence.question
    near = scope(passage)
    reasons: list[str] = []
    reasons.extend(_years(evidence, passage, near))
    whole = evidence.folded_document(passage.document)
    reasons.extend(
        f"原文没有提到“{place}”"
        for place in _question_places(question.text)
        if not mentions_place(near, place) and not mentions_place(whole, place)
    )
    reasons.extend(
        f"原文没有提到“{name}{kind}”"
        for whole_name, kind in _BODY.findall(question.text)
        if len(name := whole_name.rpartition("在")[2]) > 2
        and not re.search(r"哪|什么|几个|任务|[局厅署]", name)
        and evidence.matcher.coverage(name, whole) < _NAMED
    )
    reasons.extend(
        f"原文写的是副{post}，不是{post}"
        for post in dict.fromkeys(_POST.findall(question.text))
        if f"副{post}" in near
        and f"副{post}" not in question.text
        and _only_deputy(question, post, near)
    )
    reasons.extend(_numbered(question.text, near))
    reasons.extend(_other_day(question.text, passage))
    reasons.extend(_other_name(evidence, passage))
    return reasons


def _other_day(asked: str, passage: Passage) -> list[str]:
    """The row of a rota is of another day than the question says."""
    days = [day for date in dates(asked) if (day := _month_and_day(date.iso)) is not None]
    cells = passage.record.cells if passage.record is not None and days else ()
    if any(cell.role in (TASK, LEAD, COOPERATE, DEADLINE) for cell in cells):
        return []
    own = [
        (first, last)
        for cell in cells
        if _DAY.search(cell.header)
        for date in dates(fold(cell.value))
        if (first := _month_and_day(date.iso.split("/")[0]))
        and (last := _month_and_day(date.iso.split("/")[-1]))
    ]
    if not own or any(_between(day, *span) for span in own for day in days):
        return []
    return [f"原文这一行说的是{_written(own[0][0])}，不是{_written(days[0])}"]


def _between(day: str, first: str, last: str) -> bool:
    """Whether a day is in a span, which may go on into the next year."""
    if first > last:
        return day >= first or day <= last
    return first <= day <= last


def _written(day: str) -> str:
    month, _, number = day.partition("-")
    return f"{int(month)}月{int(number)}日"


def _month_and_day(iso: str) -> str | None:
    match = re.fullmatch(r"(?:\d{4}|-)-(\d{2}-\d{2})", iso)
    return match.group(1) if match else None


def _other_name(evidence: Evidence, passage: Passage) -> list[str]:
    """The question names a thing that no document does, and the row is of another such."""
    cells = passage.record.cells if passage.record is not None else ()
    name = next((fold(c.value).strip() for c in cells if c.filled and c.role != NUMBER), "")
    return [
        f"原文没有提到“{own}{kind}”"
        for own, kind in _NAMED_THING.findall(evidence.question.text)
        if name.endswith(kind)
        and not _NO_NAME.search(own)
        and not set(own) & set(name)
        and not evidence.matcher.stands(own)
    ]


def _numbered(asked: str, near: str) -> list[str]:
    """Things told apart by a number (3号线, 二期工程) that the source has by others only."""
    own = _designations(asked)
    there = _designations(near)
    return [
        f"原文说的是第{'、'.join(sorted(there[unit]))}{unit}，不是第{'、'.join(sorted(numbers))}{unit}"
        for unit, numbers in own.items()
        if unit in there and not numbers & there[unit]
    ]


def _designations(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in _NUMBERED.finditer(text):
        number, unit = (group for group in match.groups() if group)
        value = number if number.isdigit() else str(han_value(number) or number)
        found.setdefault(unit, set()).add(value)
    return found


def missing_keys(evidence: Evidence, passage: Passage) -> list[str]:
    """Posts, grades, sorts of payment, bodies, titles and divisions that the question names and the
    passage's document lacks."""
    question = evidence.question
    near = scope(passage)
    whole = evidence.folded_document(passage.document)
    missing: list[str] = []
    for post in dict.fromkeys(_POST.findall(question.text)):
        forms = (post, *_EQUAL_POSTS.get(post, ()))
        if not any(form in near for form in forms) or _only_deputy(question, post, near):
            missing.append(post)
    for grade in dict.fromkeys(_GRADE.findall(question.text)):
        pattern = rf"(?<![a-z0-9]){re.escape(grade)}(?![a-z0-9])"
        if re.search(pattern, near) or re.search(pattern, whole):
            continue
        same = {form for forms in evidence.synonyms if grade in map(fold, forms) for form in forms}
        if not any(fold(form) in whole for form in same):
            missing.append(grade)
    missing.extend(
        sum_asked.group()
        for asked, told in _SUMS
        if (sum_asked := asked.search(question.text)) and not told.search(near)
    )
    missing.extend(
        body
        for body in _WHOSE_CONTACT.findall(question.text)
        if not names_body(near, body, evidence.synonyms)
    )
    missing.extend(
        f"《{title}》"
        for title in _QUOTED.findall(question.text)
        if title not in near and title not in whole
    )
    missing.extend(
        place
        for place in _PLACED.findall(question.text)
        if place[:-1] not in near and place[:-1] not in whole
    )
    return missing


def other_parts(evidence: Evidence, passage: Passage) -> list[str]:
    """Parts of a place (东埠镇, 雁滩区) that the question names and the document tells of, but not
    here: what holds of the whole, or of another part, may not hold of them. Of towns and smaller
    parts it is enough that any document tells."""
    near = scope(passage)
    whole = evidence.folded_document(passage.document)
    return [
        part
        for part in dict.fromkeys(_PART.findall(evidence.question.text))
        if (part in whole or (part[-1] not in "市县区" and evidence.matcher.stands(part)))
        and part not in whole[:_OPENING]
        and part[:2] not in near
    ]


def _only_deputy(question: Question, post: str, near: str) -> bool:
    """Whether the holder of a post is asked for and the source names its deputies only."""
    if question.types[0] not in (PERSON, FULL_NAME) or post.startswith("副"):
        return False
    return re.search(rf"(?<!副){re.escape(post)}", near) is None


def _years(evidence: Evidence, passage: Passage, near: str) -> list[str]:
    if not evidence.question.years:
        return []
    here = set(_YEAR.findall(near)) | set(_YEAR.findall(passage.date or ""))
    title_years = set(_YEAR.findall(fold(passage.title))) | set(_YEAR.findall(passage.date or ""))
    for year in evidence.question.years:
        if year in here or _goes_on(year, near):
            continue
        if title_years or _YEAR.search(near):
            found = "、".join(sorted(here)) or "别的年份"
            return [f"原文说的是{found}年，不是{year}年"]
        if year not in evidence.folded_document(passage.document):
            return [f"原文没有提到{year}年"]
    return []


def _goes_on(year: str, near: str) -> bool:
    """Whether the source tells of all years from one on, or up to one (2000年以后建成的)."""
    return any(
        int(told) <= int(year) if onward in _ONWARD else int(year) <= int(told)
        for told, onward in _OPEN_YEARS.findall(near)
    )


def _question_places(text: str) -> list[str]:
    """Places named, the narrower one of a pair (南通市海门区 → both kept)."""
    return [
        place
        for place in find_places(text)
        if stem(place) not in _ORDINARY and not _AND_PLACE.search(text[: text.find(place) + 1])
    ]


# 工信局和县财政局 names no 和县.
_AND_PLACE = later(r"(?:[局委办部厅院会处]|中心|公司|集团|街道)和$")


# Names of divisions that are also ordinary words of office texts.
_ORDINARY = frozenset(
    "和平 新城 城关 建设 开发 东方 城区 高新 长安 永安 安全 太平 兴安 中山".split()
)
