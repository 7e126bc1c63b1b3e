"""What questions are understood to ask for."""

from __future__ import annotations

import pytest

from qa_engine.answering.kinds import certainly_none, fits_any, quantities_for
from qa_engine.answering.question import (
    CONTACT,
    DATE,
    LIST,
    MANNER,
    ORGANISATION,
    PERSON,
    PLACE,
    POSITION,
    QUANTITY,
    REASON,
    Question,
    analyse,
    question_text,
    split_questions,
    task_words,
)
from qa_engine.models import COOPERATE, DEADLINE, LEAD


def ask(text: str) -> Question:
    return analyse(text, question_text(text))


@pytest.mark.parametrize(
    "text",
    [
        "河道清淤由哪个部门牵头？",
        "河道清淤归谁管？",
        "河道清淤的责任单位是哪几家？",
        "河道清淤这件事哪个局主抓",
        "河道清淤找哪个部门？",
        "河道清淤由哪兩個部門挑頭？",
        "清淤干得好的乡镇由谁奖励？",
        "河道清淤除水务局外还有哪些部门？",
        "推动上下游协同治理由哪些部门负责？",
        "河道清淤由哪里负责？",
    ],
)
def test_asking_who_leads_asks_for_the_lead_column(text: str) -> None:
    """Whatever the wording, a question for the responsible body asks for the lead column."""
    assert ask(text).role == LEAD


@pytest.mark.parametrize("text", ["发布会由谁主持？", "这个问题由谁回答？", "纲要由谁解读？"])
def test_asking_by_whom_something_is_said_asks_for_no_column(text: str) -> None:
    assert ask(text).role is None


@pytest.mark.parametrize(
    "text",
    [
        "河道清淤由谁配合？",
        "河道清淤的协办单位？",
        "河道清淤要哪些单位协助",
        "河道清淤由谁负责配合？",
    ],
)
def test_asking_who_helps_asks_for_the_cooperating_column(text: str) -> None:
    """配合, 协办 and 协助 never mean the lead."""
    assert ask(text).role == COOPERATE


@pytest.mark.parametrize(
    "text", ["河道清淤的完成时限？", "河道清淤最晚几月份要完成", "河道清淤什么时候之前做完？"]
)
def test_asking_by_when_asks_for_the_deadline_column(text: str) -> None:
    """Deadlines are told from dates of events."""
    assert ask(text).role == DEADLINE


def test_when_something_happened_is_no_deadline() -> None:
    """A date of an event is looked for in prose."""
    question = ask("开工仪式是哪天举行的？")
    assert question.role is None
    assert question.types[0] == DATE


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("水务局牵头哪些任务？", LEAD),
        ("哪些工作是水务局牵头的？", LEAD),
        ("水务局要配合哪几项工作", COOPERATE),
        ("水务局负责什么工作？", "any"),
        ("水务局 牵头 任务", LEAD),
        ("水务局要牵头做什么？", LEAD),
    ],
)
def test_asking_for_the_tasks_of_a_body_is_a_set_question(text: str, role: str) -> None:
    """The body is given, the tasks are asked."""
    question = ask(text)
    assert (question.set_role, question.role) == (role, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("谁主持了会议？", PERSON),
        ("陈一凡担任什么职务？", POSITION),
        ("哪家企业中标？", ORGANISATION),
        ("会议在哪里召开？", PLACE),
        ("一共检查了多少家商户？", QUANTITY),
        ("为什么要改造管网？", REASON),
        ("怎么申请补贴？", MANNER),
        ("包括哪些环节？", LIST),
        ("服务中心的联系电话？", CONTACT),
        ("垃圾分类大会 交流发言单位", ORGANISATION),
        ("垃圾分类大会 主持人", PERSON),
        ("生活垃圾回收利用率 目标", QUANTITY),
    ],
)
def test_kind_of_answer(text: str, kind: str) -> None:
    """The question word tells the kind of answer."""
    assert kind in ask(text).types


def test_who_keeps_a_telephone_is_no_question_for_its_number() -> None:
    assert CONTACT not in ask("卫星电话由谁保管？").types


@pytest.mark.parametrize(
    "text", ["答记者问的是哪两个司？", "规划由哪个部印发？", "哪几个处参加了会议"]
)
def test_divisions_of_ministries_are_bodies(text: str) -> None:
    assert ORGANISATION in ask(text).types


@pytest.mark.parametrize("text", ["全文分几个部分？", "依据哪两部法规？", "要达到什么目标？"])
def test_parts_and_laws_are_not_departments(text: str) -> None:
    """部 in 部分 or 两部法规 names no body, and 什么 is no yes-no question."""
    question = ask(text)
    assert ORGANISATION not in question.types
    assert not question.yes_no


def test_measure_word_of_a_quantity_is_kept() -> None:
    """“多少家” will not be answered with kilometres."""
    assert ask("检查了多少家商户？").unit == "家"
    assert ask("合格率要达到多少？").percent
    assert ask("投资了多少钱？").money


def test_points_of_a_share_are_asked_as_percentage_points() -> None:
    question = ask("合格率比全市高几个点？")
    assert question.unit == "百分点"
    assert ask("旧衣回收一共设了几个点？").unit == "个"


@pytest.mark.parametrize(
    "text",
    ["这话是哪位领导讲的？", "增加警力的事，说要增加警力岗亭的是谁？", "这件事会上是谁表的态？"],
)
def test_whose_words_something_is_may_be_asked_in_many_ways(text: str) -> None:
    assert ask(text).said


def test_two_questions_are_split_and_a_hanging_one_is_not() -> None:
    """“分别是什么” belongs to what stands before it."""
    assert split_questions("谁主持的会议？在哪里开的？") == ["谁主持的会议", "在哪里开的"]
    assert split_questions("提了几点要求？分别是什么？") == ["提了几点要求，分别是什么"]
    assert split_questions("听说要停水。什么时候停？") != []


def test_task_words_leave_what_the_task_is_called() -> None:
    """The words that ask are taken out."""
    assert task_words(ask("请问河道清淤由哪个部门牵头？")) == "河道清淤"


def test_traditional_full_width_and_simplified_questions_are_one() -> None:
    """Folding comes before all rules."""
    one = ask("河道清淤由哪個部門牽頭？")
    other = ask("河道清淤由哪个部门牵头?")
    assert (one.text, one.role) == (other.text, other.role)


def test_ordinal_of_a_reporters_question() -> None:
    """第二个提问, 最后一位记者."""
    assert ask("第二个记者问了什么？").ordinal == 2
    assert ask("最后一位记者提问了什么？").ordinal == -1
    assert ask("记者问了什么？").ordinal is None


@pytest.mark.parametrize(
    ("question", "text", "none"),
    [
        ("试点投资了多少钱？", "省级服务业", True),
        ("每人每月补贴多少元？", "2—10个月", True),
        ("每人每月补贴多少元？", "2—10元", False),
        ("试点投资了多少钱？", "千亿级", False),
        ("水库总投资多少？", "总库容1.3亿立方米，全部蓄水", True),
        ("水库总投资多少？", "2.4亿元", False),
        ("音乐会门票多少钱？", "1.2万张", True),
        ("音乐会门票多少钱？", "每张80元", False),
        ("2岁的孩子门票多少钱？", "1米2以下免费", False),
        ("要压缩到几个工作日？", "0.5个工作日以内", False),
        ("几个部门联合发文？", "六部", False),
        ("全市有多少家剧团？", "六部剧目", True),
        ("要提前几天申请？", "2日", False),
        ("报名者须满多少岁？", "18周岁", False),
        ("计划帮助多少困难户？", "动员万企参与", True),
        ("值班电话是多少？", "办公室", True),
        ("面试的分数线是多少？", "考官不少于7人", True),
        ("面试的分数线是多少？", "不低于60分", False),
        ("绿地面积要达到多少？", "3年内", True),
        ("绿地面积要达到多少？", "不少于35%", False),
        ("报名年龄要求是多少？", "18周岁以上", False),
        ("值班电话是多少？", "0556-0173318", False),
        ("职称评审的通过率是多少？", "280元", True),
        ("职称评审的通过率是多少？", "不低于八成", False),
        ("码头今年投资多少？", "（亿元）", True),
        ("意见从哪一天起施行？", "2005年", True),
        ("意见从哪一天起施行？", "2005年3月1日", False),
        ("意见是哪年出台的？", "2005年", False),
        ("这一条由哪几个部门负责？", "有关部门", True),
        ("这一条由哪几个部门负责？", "教育部等有关部门", False),
    ],
)
def test_an_amount_or_a_contact_is_not_answered_without_one(
    question: str, text: str, none: bool
) -> None:
    """Where only a number is asked, a text without any, or of something else, is no answer."""
    assert certainly_none(analyse(question, question), text) is none


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("这种仪式又被称为什么？", "name"),
        ("该厂后来更名为什么？", "name"),
        ("工程计划为什么推迟？", "reason"),
        ("小镇因为什么出名？", "reason"),
    ],
)
def test_what_something_is_called_is_no_reason(text: str, kind: str) -> None:
    """称为什么 ends in the characters of 为什么."""
    assert analyse(text, text).types[0] == kind


def test_a_condition_is_asked_not_who_is_in_charge() -> None:
    """什么情况下…负责人 asks for a reason, though it names somebody in charge."""
    question = ask("什么情况下会约谈单位负责人")
    assert question.role is None
    assert question.wants(REASON)


def test_a_quantity_to_be_checked_is_no_deadline() -> None:
    """到2027年达到40%吗 claims the 40%, 2027年底前建成吗 the date."""
    assert ask("覆盖率到2027年要达到40%吗").role is None
    assert ask("这条路2027年底前建成吗").role == DEADLINE


@pytest.mark.parametrize(
    ("asked", "text", "fitting"),
    [
        ("一般几天办完", "5日", True),
        ("多长时间内要答复", "15日内", True),
        ("多长时间内要答复", "3个月", True),
        ("参保年限放宽到多久", "1年以上", True),
        ("一般几天办完", "3月5日", False),
        ("一般几天办完", "2023年", False),
        ("来了多少人", "5日", False),
    ],
)
def test_a_while_may_be_told_in_days_but_is_no_date(asked: str, text: str, fitting: bool) -> None:
    """几天 and 多长时间 are answered by 5日, never by a day of a month."""
    assert bool(quantities_for(ask(asked), text)) == fitting


@pytest.mark.parametrize(
    "text", ["游泳馆周一开门不？", "补贴发了没有？", "这样行不行", "游泳馆能否带小孩"]
)
def test_a_question_may_ask_for_yes_or_no_without_a_particle_of_its_own(text: str) -> None:
    """不 or 没有 at the end, and a verb asked both ways, ask as 吗 does."""
    assert ask(text).yes_no


@pytest.mark.parametrize("text", ["门诊是星期几？", "游泳馆几点关门", "体检礼拜几做"])
def test_a_day_of_the_week_and_an_hour_are_times(text: str) -> None:
    assert ask(text).types == (DATE,)


def test_how_many_times_a_week_is_no_day() -> None:
    """一周几次 counts."""
    assert ask("垃圾一周几次清运").types == (QUANTITY,)


def test_how_long_is_a_quantity_before_it_is_a_date() -> None:
    """多久 asks how long; what is to be done, by when."""
    assert ask("交了材料多久能领证").types == (QUANTITY, DATE)


def test_workdays_are_asked_for_as_such() -> None:
    """个 of 几个工作日 is no measure word of its own."""
    assert quantities_for(ask("领证要几个工作日？"), "受理后5个工作日内发证")


def test_the_number_of_an_annex_or_item_counts_nothing() -> None:
    found = quantities_for(ask("申请表要几份？"), "2. 申请表(附件2)一式三份")
    assert [one.value for one in found] == [3]


def test_a_fee_is_no_number_of_days() -> None:
    """收多少…费 asks for money."""
    assert certainly_none(ask("加急办理收多少手续费"), "2个工作日办完")


@pytest.mark.parametrize(
    ("question", "text", "fitting"),
    [
        ("菜园有多大？", "收了260多斤", False),
        ("菜园有多大？", "占地420平方米", True),
        ("会议规模有多大？", "1200人", True),
        ("产值涨了百分之几？", "486亿元", False),
        ("产值涨了百分之几？", "3.4%", True),
    ],
)
def test_a_size_or_a_share_is_told_in_its_own_measure(
    question: str, text: str, fitting: bool
) -> None:
    assert fits_any(ask(question), text) is fitting


@pytest.mark.parametrize(
    "question", ["这几年干了哪三件事？", "规模以上企业利润为什么下降？", "近几年为什么减产？"]
)
def test_a_few_years_and_a_class_of_firms_are_no_number_asked_for(question: str) -> None:
    assert not ask(question).wants(QUANTITY)


def test_what_follows_for_whoever_does_it_is_asked_not_who() -> None:
    assert ask("哪个镇连着两年没完成会有啥后果？").types == (MANNER,)
    assert ask("医生收了红包怎么处理？").types == (MANNER,)


def test_how_many_telephones_asks_for_no_number_to_call() -> None:
    assert ask("一共要配多少部卫星电话？").types[0] == QUANTITY
    assert ask("值班电话是多少？").types[0] == CONTACT


def test_a_few_of_them_and_whether_it_is_told_ask_nothing() -> None:
    assert ask("那几个积水的地方找谁负责？").asks == 1
    asked = ask("志愿者一天补助多少钱，意见有没有规定？")
    assert asked.types[0] == QUANTITY
    assert not asked.yes_no


def test_whether_inside_what_somebody_said_asks_for_him() -> None:
    asked = ask("访谈上回答是不是骗子的是哪个嘉宾？")
    assert asked.said
    assert not asked.yes_no


def test_tasks_under_somebodys_name_are_a_set() -> None:
    assert ask("骆某某名下压了哪几项活？").set_role == "any"


def test_who_holds_an_event_is_no_verb_of_charge() -> None:
    assert ask("能不能叫主办方交批文？").role is None


def test_a_clause_of_its_own_is_asked_beside_what_follows() -> None:
    assert PLACE in ask("社保卡丢了去哪里补，丢了怎么办？").types
    assert MANNER in ask("社保卡丢了怎么办？").types


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("区农业局一把手是谁", "区农业局局长是谁"),
        ("县卫健委的一把手叫什么", "县卫健委主任叫什么"),
        ("实验小学一把手是谁", "实验小学校长是谁"),
        ("县委一把手是谁", "县委一把手是谁"),  # papers do not say alike who that is
    ],
)
def test_the_head_of_a_body_is_called_by_the_post(asked: str, read: str) -> None:
    assert question_text(asked) == read
