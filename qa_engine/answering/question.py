"""What a question asks for: pure functions over its folded (simplified, NFKC) text.

Rules speak of the vocabulary of questions only, never of what documents say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_engine.models import COOPERATE, DEADLINE, LEAD
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import dates

# Kinds of things asked for.
PERSON = "person"
ORGANISATION = "organisation"
POSITION = "position"  # a post or capacity
DATE = "date"
PLACE = "place"
QUANTITY = "quantity"
NAME = "name"  # of a document, an activity, a list …
LIST = "list"
DEFINITION = "definition"
REASON = "reason"
MANNER = "manner"
UTTERANCE = "utterance"  # what somebody said or asked
FULL_NAME = "full_name"  # of a person known by surname and post
CONTACT = "contact"  # telephone, address of mail or page
TEXT = "text"

HAN_NUMBER = "一二三四五六七八九十两几"

_WHO = r"(?:谁|哪位|哪一位|何人|什么人|哪个人|哪名|哪几位|哪些人|哪两位)"
_BODY = (
    r"(?:(?:哪|什么|何)(?:[一二三四五六七八九十两几]?(?:个|家|些)?)"
    r"(?:具体|主要|牵头|责任|配合|职能)?(?:部门|单位|局|机构|科室|处室|委办局|部委|企业|公司|媒体|学校|医院|院校|厂家|厂子|组织))"
)
_OFFICE = (
    r"(?:(?:哪|什么|何)(?:[一二三四五六七八九十两几]?(?:个|家|些)?)"
    r"(?:具体|主要|牵头|责任|配合|职能)?(?:部门|单位|局|机构|科室|处室|委办局|部委))"
)
_LEAD_VERB = (
    r"(?:牵头|主责|主抓|主管|主办|承办|负责|挑头|领头|带头|统筹|归口|总负责|经办|兜底|把关|主要管|抓|管(?!理)|扛)"
)
_COOPERATE_VERB = r"(?:配合|协助|协办|协同|协作|辅助|打下手|搭把手|帮忙|帮着|参与)"
_LEAD_NOUN = (
    r"(?:牵头|主责|主办|主管|责任|负责|承办|主体责任|第一责任)(?:的)?(?:部门|单位|机构|方|局|委办局|处室|科室|人)"
)
_COOPERATE_NOUN = (
    r"(?:配合|协助|协办|协同|协作|参与|参加|辅助)(?:的)?(?:部门|单位|机构|方|局|处室|科室|人员)"
)
_TIME_WORD = (
    r"(?:什么时候|什么时间|何时|啥时候|哪天|哪一天|哪年|哪一年|何年|几月份?|几号|"
    r"几点钟|几点(?=开|到|举|结|出|[？?]*$)|哪个月|哪月|几时|"
    r"多久|哪个时间|哪一日|哪日|什么日期)"
)
_DEADLINE_NOUN = (
    r"(?:完成|办结|落实|实施|任务|时间|最后|截止|截至|办理)?(?:时限|期限|截止时间|截止日期|时间节点|完成时间|"
    r"完成日期|完成期|限期|时间要求|进度要求|deadline)"
)
_DEADLINE_VERB = (
    r"(?:最晚|最迟|至迟|完成|办结|办完|做完|完工|建好|建成|做到|落实到位|达到|到位|出台|结束|截止|了结|搞定|交付|"
    r"之前|前要|前完成|前得|为止)"
)
_TASK_ASK = (
    r"(?:(?:哪|什么|啥|几|多少)[一二三四五六七八九十两几]?(?:项|个|件|些|条|方面)?"
    r"[^，。？?、]{0,8}?(?:工作|任务|事项|事情|事儿|事|职责|活儿|活|内容|举措|项目|项)"
    r"|(?:工作|任务|事项|职责)(?:清单|列表)?(?:有|都有|是|包括)?(?:哪些|哪几项|什么|啥|几项|多少)"
    r"|(?:做|干|抓|管|承担|负责|牵头|配合|协助|参与)(?:了|着|些|的)*(?:什么|啥|哪些|哪几项|哪几件|几项|多少项)(?!部门|单位|局))"
)
_YES_NO = re.compile(
    r"(?:吗|(?<![什怎这那多])么)[？?。]*$|是不是|是否|有没有|能不能|可不可以|对不对|对吗|会不会|要不要|需不需要|该不该|算不算"
)
_COUNT_UNIT = re.compile(
    r"(?:多少|几|第几)(?:余|多)?"
    r"(个百分点|百分点|公里|平方米|平方公里|万元|亿元|元|个月|批次|人次|名|个|家|只|项|条|次|份|批|"
    r"户|所|件|起|台|套|辆|座|位|人|岁|天|年|月|日|小时|分钟|分|种|类|期|届|场|轮|部分|部|章|方面|"
    r"阶段|点|级|倍|吨|亩|公顷|米|处|篇|字|页|名额|回|趟|遍|门|支|张|本|封|袋|层|间|道|钱|块)?"
)
_PERCENT = re.compile(r"百分之几|百分之多少|千分之几|(?:率|比例|比重|占比|比值|百分比|份额)")
_MONEY = re.compile(r"多少钱|几钱|多少元|多少万|多少亿|(?:金额|经费|资金|预算|投资|费用|价格|收入|产值|营收|补贴|奖金|罚款|薪资|工资)")
_QUANTITY = re.compile(
    r"多少|几(?![乎率何])|多大|多高|多长|多远|多重|百分之几|数量|总数|人数|家数|个数|总量|规模|"
    r"(?:率|比例|比重|占比|指数|指标值|目标值|金额|额度|总额|得分|分数|票价|面积)(?:的?(?:目标|要求|标准|底线|数值|控制目标|执行率))?"
    r"(?:是|为|要|达到|达|到|定|有)?(?:多少|几)?[？?]*$"
)
_POSITION = re.compile(
    r"什么职务|何职|什么职位|什么身份|啥身份|何身份|担任什么|担任何|什么头衔|什么官|是干什么的|做什么的|哪个单位的什么|"
    r"什么岗位|任什么|的(?:职务|身份|职位|头衔)(?:是|为)?(?:什么)?[？?]*$|是哪家单位的什么人|是什么人"
)
_PLACE = re.compile(
    r"哪里|哪儿|何地|何处|什么地方|啥地方|哪个(?:地方|(?:镇|乡|村|市|县|区|省)(?![级属管内直])|城市|国家|街道|会场|会议室|地点|地区|景区|社区)|"
    r"在哪(?!个|些|家|一)|地点(?:是|在)?(?:哪|什么)?|哪座城市|哪一个?(?:城市|国家|省|市|县|区|镇|村)"
)
_REASON = re.compile(r"为什么|为何|为啥|何以|原因|因为什么|缘由|出于什么")
_MANNER = re.compile(
    r"怎么(?!样的?人)|如何|怎样|用什么(?:方式|办法|方法|手段)|靠什么|通过什么|以什么(?:方式|形式)|啥办法|有什么办法|咋|采取什么"
)
_DEFINITION = re.compile(
    r"什么是|是什么意思|什么意思|含义|指的?是什么|是指什么|是指哪些|指什么|指哪|所谓|定义|怎么表述|如何表述|怎么说的|如何定义|怎么理解"
)
_LIST = re.compile(
    r"哪些|哪几|哪[二两三四五六七八九十]|分别|各是|各有|包括什么|包含什么|有什么|都有|都是什么|几点(?:要求|意见|建议|措施)|"
    r"哪(?:一)?类|清单|[二两三四五六七八九十\d]+(?:大|个|项|点|条|类|种|方面|步|阶段)[^？?]{0,8}(?:是什么|是啥|指|是指|有哪|包括)|"
    r"(?:是什么|是啥)[？?]*$(?<=[二两三四五六七八九十]..................)"
)
_NAME = re.compile(r"叫什么|什么名字|名称|什么文件|哪个文件|哪部(?:法|规)|哪份|什么名单|哪个名单|什么奖|什么称号|主题是什么")
_SAID_VERB = (
    r"(?:说|讲|谈|谈到|说到|讲到|提到|提出|指出|表示|认为|强调|介绍|透露|回答|回应|答复|解读|宣布|发布|致辞|讲话|发言|"
    r"通报|要求|夸|点名|肯定|称赞|评价|建议|主张|呼吁|解释|表态|承诺|点评)"
)
_SAID = re.compile(
    rf"{_WHO}[^？?，,]{{0,14}}?{_SAID_VERB}|{_SAID_VERB}(?:的人|的|者)?(?:是|为){_WHO}|"
    rf"{_WHO}的(?:话|讲话|发言|观点|看法|意见|说法|原话)|{_SAID_VERB}(?:的|者)(?:是|为)?{_WHO}"
)
_ASKED = re.compile(
    r"(?:记者|媒体|提问者?)[^？?]{0,12}(?:问了?(?:些)?(?:什么|啥|哪些|几个)|提了?(?:什么|哪些|几个)(?:问题)?|的问题(?:是|有))|"
    r"(?:提|问)(?:了|的)?(?:什么|哪些|啥)(?:样的)?(?:问题)?[？?]*$"
)
_ANSWERED = re.compile(r"(?:怎么|如何|怎样|是怎么|是如何)(?:回答|回应|答复|解释|说|讲|评价|看待)")
_ORDINAL = re.compile(r"第([一二三四五六七八九十\d]+|一)(?:个|位|名|次)?(?:提问|记者|问题|发问|媒体)|(首位|首个|头一个|最后一?[个位名])(?:提问|记者|问题|发问)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*(?:年|(?=[.\-/]\d))|(?<!\d)((?:19|20)\d{2})(?=年度)")
_FILLER = re.compile(
    r"请问一?下?|请教一?下?|麻烦(?:问|查)?一?下?|我想(?:问|知道|了解|查)(?:一下|下)?|想(?:问|知道|了解)(?:一下|下)?|"
    r"帮(?:我|忙)(?:查|看|找)(?:一下|下)?|能不能告诉我|告诉我|你(?:好|们好)|谢谢|好吗|呢|呀|啊|吧|哦|嘛"
)
_SPLIT = re.compile(r"[？?；;！!]+\s*|\n+")


@dataclass(frozen=True, slots=True)
class Question:
    """One asked thing.

    ``text`` is folded. ``role`` is the record role asked for (lead, cooperate, deadline)
    or None. ``set_role`` is the role in which a department is named when tasks are asked
    (``any`` when the question doesn't say). ``types`` are the kinds of answer that would
    fit, most likely first. ``unit`` is the measure word of a quantity asked for.
    ``asks`` counts the things asked at once.
    """

    raw: str
    text: str
    types: tuple[str, ...] = (TEXT,)
    role: str | None = None
    set_role: str | None = None
    yes_no: bool = False
    said: bool = False
    asked: bool = False
    answered: bool = False
    counts: bool = False
    unit: str | None = None
    percent: bool = False
    money: bool = False
    ordinal: int | None = None
    years: tuple[str, ...] = ()
    asks: int = 1

    def wants(self, kind: str) -> bool:
        return kind in self.types


def split_questions(text: str) -> list[str]:
    """The questions of a text that holds several; a trailing statement is not one."""
    parts = [part.strip(" ，,、。") for part in _SPLIT.split(text)]
    parts = [part for part in parts if len(part) > 1]
    if len(parts) < 2:
        return [text.strip()]
    merged: list[str] = []
    for part in parts:
        if merged and not is_asking(merged[-1]):
            merged[-1] = f"{merged[-1]}，{part}"
        elif merged and (not is_asking(part) or _hangs_on(part)):
            merged[-1] = f"{merged[-1]}，{part}"
        else:
            merged.append(part)
    return merged


_HANGING = re.compile(r"^(?:都|又)?(?:分别|各自|各)?(?:是|有|叫)?(?:哪些|哪几[个项点条]|什么|啥|谁|多少)(?:内容)?$")


def _hangs_on(part: str) -> bool:
    """分别是什么: asks on about what the part before named."""
    return bool(_HANGING.match(part))


_ASKING = re.compile(
    rf"{_WHO}|{_BODY}|{_TIME_WORD}|多少|几|哪|什么|啥|怎么|怎样|如何|为何|吗|是不是|是否|有没有|何"
)


def is_asking(text: str) -> bool:
    """Whether the text holds a question word."""
    return bool(_ASKING.search(text))


def strip_filler(text: str) -> str:
    """Without politeness and particles."""
    return _FILLER.sub("", text).strip(" ，,、。")


def analyse(raw: str, text: str) -> Question:
    """``text`` is the folded form of ``raw``."""
    text = strip_filler(text) or text
    yes_no = bool(_YES_NO.search(text))
    types: list[str] = []
    role = _record_role(text)
    set_role = None if yes_no else _set_role(text)
    if set_role and role in (LEAD, COOPERATE) and re.search(rf"{_WHO}|{_BODY}", text):
        set_role = None
    if set_role:
        role = None
    said = bool(_SAID.search(text))
    asked = bool(_ASKED.search(text))
    if _POSITION.search(text):
        types.append(POSITION)
    if re.search(_WHO.replace("什么人|", ""), text):
        types.append(PERSON)
    if re.search(_BODY, text) or re.search(r"什么单位|哪家(?!的)|哪个委|哪一家", text):
        types.append(ORGANISATION)
    if re.search(_TIME_WORD, text) or role == DEADLINE or re.search(r"(?:日期|时间)(?:是|为|在)?(?:什么)?[？?]*$", text):
        types.append(DATE)
    if _PLACE.search(text):
        types.append(PLACE)
    if _DEFINITION.search(text):
        types.append(DEFINITION)
    listing = bool(_LIST.search(text))
    unit_match = _COUNT_UNIT.search(text)
    quantity = bool(_QUANTITY.search(text)) and not re.search(r"哪几|几点(?:要求|意见)", text)
    if quantity and re.fullmatch(r".*几(?:月份?|号|点钟?|时).*", text) and "多少" not in text:
        quantity = False
    if quantity:
        types.append(QUANTITY)
    if _REASON.search(text):
        types.append(REASON)
    if re.search(r"电话|手机|传真|邮箱|邮编|网址|网站地址|联系方式|微信|qq", text):
        types.insert(0, CONTACT)
    if re.search(r"全名|姓名|(?:叫什么|真实|的)名字", text):
        types.insert(0, FULL_NAME)
    elif _NAME.search(text):
        types.append(NAME)
    if listing:
        types.append(LIST)
    if _MANNER.search(text) and DEFINITION not in types:
        types.append(MANNER)
    if asked:
        types.insert(0, UTTERANCE)
    if not types:
        types.append(TEXT)
    return Question(
        raw=raw,
        text=text,
        types=tuple(dict.fromkeys(types)),
        role=role,
        set_role=set_role,
        yes_no=yes_no,
        said=said,
        asked=asked,
        answered=bool(_ANSWERED.search(text)),
        counts=bool(re.search(r"几(?:项|件|个|条)|多少(?:项|件|个|条)", text)),
        unit=unit_match.group(1) if unit_match and quantity else None,
        percent=bool(_PERCENT.search(text)),
        money=bool(_MONEY.search(text)),
        ordinal=_ordinal(text),
        years=tuple(dict.fromkeys(a or b for a, b in _YEAR.findall(text))),
        asks=_count_asks(text),
    )


def _record_role(text: str) -> str | None:
    """Which column of a work plan the question asks for, if it does."""
    who = re.search(rf"{_WHO}|{_OFFICE}", text)
    if _YES_NO.search(text):
        return _yes_no_role(text)
    if re.search(_COOPERATE_NOUN, text) and not re.search(_TASK_ASK, text):
        return COOPERATE
    if who and re.search(_COOPERATE_VERB, text):
        return COOPERATE
    if re.search(_LEAD_NOUN, text) and not re.search(_TASK_ASK, text):
        return LEAD
    if who and re.search(
        rf"{_LEAD_VERB}|归(?:口)?{_WHO}|归{_OFFICE}|属于?{_OFFICE}|找{_WHO}|找{_OFFICE}", text
    ):
        return LEAD
    if re.search(_DEADLINE_NOUN, text):
        return DEADLINE
    if re.search(_TIME_WORD, text) and re.search(_DEADLINE_VERB, text):
        return DEADLINE
    return None


def _yes_no_role(text: str) -> str | None:
    """The column by which “X是不是牵头单位” or “要到12月才出台吗” is decided."""
    if re.search(r"牵头|主责|挑头|主办|主抓|领头", text):
        return LEAD
    if re.search(_COOPERATE_VERB, text):
        return COOPERATE
    if dates(text) and re.search(rf"{_DEADLINE_NOUN}|{_DEADLINE_VERB}", text):
        return DEADLINE
    if re.search(r"负责|归.{2,10}管|管吗|管？", text):
        return LEAD
    return None


def _set_role(text: str) -> str | None:
    """In which role a department's tasks are asked for; None if no set is asked."""
    asks_tasks = re.search(_TASK_ASK, text)
    keywords = not is_asking(text) and re.search(r"任务|工作|事项|职责|清单", text)
    if not asks_tasks and not keywords:
        return None
    if keywords and re.search(rf"{_LEAD_NOUN}|{_COOPERATE_NOUN}", text):
        return None
    if re.search(_COOPERATE_VERB, text) and not re.search(r"牵头|主责|挑头", text):
        return COOPERATE
    if re.search(r"牵头|主责|主抓|挑头|主管|主办|承办|领头", text):
        return LEAD
    if re.search(r"负责|承担|职责|分工|要管|管着", text):
        return "any"
    return None


def _ordinal(text: str) -> int | None:
    """1 for the first question asked, -1 for the last; None if no place is named."""
    match = _ORDINAL.search(text)
    if not match:
        return None
    if match.group(2):
        return -1 if match.group(2).startswith("最后") else 1
    digits = match.group(1)
    if digits.isdigit():
        return int(digits)
    values = {character: number for number, character in enumerate("一二三四五六七八九十", 1)}
    return values.get(digits)


_ASK_UNITS = re.compile(
    rf"{_BODY}|{_WHO}|{_TIME_WORD}|何地|哪里|多少|几(?=[^乎])|什么(?:职务|身份|单位)|百分之几"
)


def _count_asks(text: str) -> int:
    if re.search(r"分别|各(?:是|有|为|几|多少|以|占|达)", text):
        return max(2, len(_ASK_UNITS.findall(text)))
    return max(1, len(_ASK_UNITS.findall(text)))


_ROLE_WORDS = re.compile(
    rf"(?:由|归|是|属于|找|让|让谁|要)?(?:{_BODY}|{_WHO})(?:来|去|一起|共同)?(?:的)?"
    rf"(?:{_LEAD_VERB}|{_COOPERATE_VERB})?(?:的|办|做|管|抓|建|落实)?|"
    rf"{_LEAD_NOUN}|{_COOPERATE_NOUN}|{_DEADLINE_NOUN}|{_TIME_WORD}|{_COOPERATE_VERB}|"
    r"牵头|主责|主抓|主管|主办|承办|负责|挑头|领头|归口|最晚|最迟|至迟|截止|要求|完成|"
    r"这件事|这项工作|这块儿?|那项|这项|该项|具体工作|这类|的事|哪些|哪几家|哪家|有哪|多少|什么|哪个|哪|吗|是不是|是否"
)


_QUESTION_WORDS = re.compile(
    rf"{_BODY}|{_WHO}|{_TIME_WORD}|是不是|是否|有没有|能不能|可不可以|为什么|为何|为啥|怎么样?|怎样|如何|"
    r"多少|百分之几|哪[一二三四五六七八九十两几]?(?:些|个|家|项|种|类|部|份|年|天|里|儿|所|座|次|届|名)?|"
    r"什么|啥|何|(?<=[^几])几(?=[个名家只项条次份批户所件台套座位人岁天年月种类期届场轮部章方回趟])|"
    r"吗|分别|各自|一共|总共|共有|到底|究竟|具体|主要|其中|是|的|了|有|要"
)


def content_words(question: Question) -> str:
    """The question without question words: what a text that answers it should speak of."""
    text = re.sub(r"[？?。，,、；;：:！!（）()\-]", " ", _QUESTION_WORDS.sub(" ", question.text))
    return re.sub(r"\s+", " ", text).strip() or question.text


def task_words(question: Question) -> str:
    """The question without what asks: what the task itself is called."""
    text = _ROLE_WORDS.sub(" ", question.text)
    text = re.sub(r"[？?。，,、；;：:！!（）()]", " ", text)
    text = re.sub(r"(?:^|\s)(?:由|归|的|是|有|要|在|里|中|该|和|及|与|为|到|谁|这|那|会|得|应|应该|面向)+(?=\s|$)", " ", text)
    return re.sub(r"\s+", " ", text).strip()


_FULL_WIDTH = str.maketrans(",?!:;()", "，？！：；（）")


def question_text(raw: str) -> str:
    """The folded form with Chinese punctuation: what the rules here are written for."""
    return fold(raw).translate(_FULL_WIDTH).strip()
