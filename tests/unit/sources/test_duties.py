"""Duty clauses in prose become records tied to the task that they close."""

from __future__ import annotations

import pytest

from qa_engine.models import COOPERATE, DEADLINE, LEAD, TASK, Document
from qa_engine.sources.columns import load_vocabulary
from qa_engine.sources.markdown import read_markdown
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.understand import understand


def read(text: str) -> Document:
    return understand(RawDocument("d", text, tuple(lines_of(text)), name="d"))


def duties(text: str) -> list[tuple[str, str, str]]:
    """(lead, cooperate, deadline) of each clause; "" where it names none."""
    result = []
    for block in read(text).blocks:
        if block.kind == "clause":
            assert block.record is not None
            shown = {
                role: "、".join(cell.value for cell in block.record.by_role(role))
                for role in (LEAD, COOPERATE, DEADLINE)
            }
            result.append((shown[LEAD], shown[COOPERATE], shown[DEADLINE]))
    return result


TASK_TEXT = "（三）推进智慧社区建设。完善社区服务设施，扩大覆盖面。"


@pytest.mark.parametrize(
    ("bracket", "expected"),
    [
        (
            "市民政局牵头，市财政局、市商务局按职责分工负责，2020年底前完成",
            ("市民政局", "市财政局、市商务局", "2020年底前"),
        ),
        ("市民政局、市数据局负责", ("市民政局、市数据局", "", "")),
        ("市民政局牵头，市财政局、市数据局配合", ("市民政局", "市财政局、市数据局", "")),
        ("由市民政局牵头负责，市财政局等部门参与", ("市民政局", "市财政局等部门", "")),
        ("市民政局会同市财政局负责", ("市民政局", "市财政局", "")),
        (
            "牵头单位：市民政局；配合单位：市财政局、各县（区）政府",
            ("市民政局", "市财政局、各县（区）政府", ""),
        ),
        ("责任单位：市民政局；完成时限：2021年6月", ("市民政局", "", "2021年6月")),
        (
            "市发展改革委（市物价局）牵头，市民政局配合",
            ("市发展改革委（市物价局）", "市民政局", ""),
        ),
        (
            "市民政局、市商务局，各县级人民政府按职责分工负责",
            ("市民政局、市商务局，各县级人民政府", "", ""),
        ),
        ("2021年12月底前完成，市民政局负责", ("市民政局", "", "2021年12月底前")),
        (
            "市民政局牵头，各街道配合，2021年8月底前制定细则",
            ("市民政局", "各街道", "2021年8月底前制定细则"),
        ),
        ("市民政局牵头，2022年6月底前建成", ("市民政局", "", "2022年6月底前建成")),
        ("市商务局牵头，市民政局协助；持续推进", ("市商务局", "市民政局", "持续推进")),
        ("各有关部门按职责分工负责", ("各有关部门", "", "")),
        ("教务处牵头，学生处、各学院配合", ("教务处", "学生处、各学院", "")),
        ("市民政局主办，市财政局协办", ("市民政局", "市财政局", "")),
        (
            "市民政局、市工商联牵头，市总工会、团市委等配合",
            ("市民政局、市工商联", "市总工会、团市委等", ""),
        ),
        ("市民政局、市财政局，2021年底前", ("市民政局、市财政局", "", "2021年底前")),
        ("责任领导：张明；责任单位：市民政局；责任人：李华", ("市民政局", "", "")),
        ("市财政局、市民政局负责，排在第一位的为牵头单位，下同", ("市财政局", "市民政局", "")),
    ],
)
def test_a_bracket_says_who_leads_who_helps_and_when(
    bracket: str, expected: tuple[str, str, str]
) -> None:
    """Lead, cooperating bodies and deadline are told apart in every common wording."""
    assert duties(f"{TASK_TEXT}（{bracket}）") == [expected]
    assert duties(f"{TASK_TEXT[:-1]}（{bracket}）。") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "本办法由市政府（以下简称负责部门）解释。",
        "完善社区服务设施（含养老、托育等），扩大覆盖面。",
        "各级负责人（包括主要负责人）要靠前指挥，认真负责。",
        "参加会议的有市民政局、市财政局（列席）。",
        "根据《社区条例》（2019年修订）的规定，推进有关工作。",
        "联系人：张明，电话：1234567。主办单位：市政府办公室",
        "要压实责任，做到守土有责、守土负责、守土尽责。",
        "坚持谁主管谁负责，谁使用谁负责。",
        "建立由市长牵头的联席会议制度。",
        "他负责接待工作。",
        "分包企业对总承包企业负责，总承包企业对建设单位负责。",
        "县人民政府负责侨务工作的机构应当做好联络服务工作。",
        "出席会议的领导同志（市委办公室、市政府办公室）。",
        "（一）优化环境。参照先进地区（苏州市、宁波市）做法，出台措施。",
        "建设单位应当对工程质量负责。",
    ],
)
def test_what_names_no_duty_stays_a_paragraph(text: str) -> None:
    """Brackets, labels and verbs that tell no division of work make no record."""
    assert duties(text) == []


def test_the_rule_that_the_first_leads_holds_from_there_on() -> None:
    """“列第一位者为牵头单位，下同” turns later lists into lead and others."""
    text = (
        "1.建设平台。统一建设数据平台。（市商务局、市财政局负责）\n"
        "2.开展试点。选择园区先行先试。（市科技局、市教育局负责。列第一位者为牵头单位，下同）\n"
        "3.总结推广。形成经验做法。（市农业农村局、市水利局、市林业局负责）\n"
        "4.压实责任。落实属地责任。（各县级人民政府负责）\n"
    )
    assert duties(text) == [
        ("市商务局、市财政局", "", ""),
        ("市科技局", "市教育局", ""),
        ("市农业农村局", "市水利局、市林业局", ""),
        ("各县级人民政府", "", ""),
    ]


def test_several_brackets_in_one_paragraph_close_a_task_each() -> None:
    """Each bracket closes the sentences since the one before it."""
    text = (
        "（二）优化服务。推行网上办理。（市数据局负责）缩短办理时间。"
        "（市税务局负责）加强监督检查工作。"
    )
    blocks = [block for block in read(text).blocks if block.kind in ("clause", "paragraph")]
    assert [block.kind for block in blocks] == ["clause", "clause", "paragraph"]
    tasks = [block.record.by_role(TASK)[0].value for block in blocks[:2] if block.record]
    assert tasks == ["（二）优化服务。推行网上办理。", "缩短办理时间。"]
    assert blocks[1].headings[-1] == "（二）优化服务"


def test_a_duty_line_of_its_own_closes_the_item_above() -> None:
    """“责任单位：…” below an item belongs to the item's paragraphs."""
    text = (
        "（一）推进改革\n"
        "1.深化审批改革。精简审批事项，压缩时限。\n"
        "责任单位：市行政审批局、市司法局；完成时限：2022年10月\n"
        "2.加强监管。推行信用监管。\n"
        "牵头单位：市市场监管局\n"
    )
    clauses = [block for block in read(text).blocks if block.kind == "clause"]
    tasks = [block.record.by_role(TASK)[0].value for block in clauses if block.record]
    assert tasks == ["1.深化审批改革。精简审批事项，压缩时限。", "2.加强监管。推行信用监管。"]
    assert duties(text) == [
        ("市行政审批局、市司法局", "", "2022年10月"),
        ("市市场监管局", "", ""),
    ]


def test_labels_on_lines_of_their_own_are_one_clause() -> None:
    """Lead, helper and deadline below each other close one item together."""
    text = (
        "1.开展普查。摸清底数，建立台账。\n牵头单位：市统计局\n责任人：李华\n"
        "配合单位：市民政局、市财政局\n完成时限：2023年3月\n2.公布结果。按时公布。\n"
    )
    assert duties(text) == [("市统计局", "市民政局、市财政局", "2023年3月")]


def test_labels_below_a_heading_describe_what_it_names() -> None:
    """Where no label says the task, the heading is it, and every label a cell."""
    text = (
        "# 某社区任务单\n\n### （一）修缮道路\n\n- 任务要求：修补3条小路\n- 主责科室：建设办公室\n"
        "- 协同单位：养护所\n- 完成时间：2022年4月\n- 资金：9万元\n\n### （二）修剪树木\n\n"
        "- 任务要求：修剪40株\n- 主责科室：绿化管理所\n- 完成时间：2022年5月\n"
    )
    document = understand(read_markdown(text.encode(), "d", "任务单.md", load_vocabulary()))
    found = [block.record for block in document.blocks if block.record is not None]
    assert [record["任务"] for record in found] == ["（一）修缮道路", "（二）修剪树木"]
    assert [record["任务要求"] for record in found] == ["修补3条小路", "修剪40株"]
    assert [record["主责科室"] for record in found] == ["建设办公室", "绿化管理所"]
    assert found[0]["资金"] == "9万元"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("市教育局负责学校食堂的日常监管。", ("市教育局", "", "")),
        (
            "由市商务局牵头，会同市财政局、市税务局制定实施细则。",
            ("市商务局", "市财政局、市税务局", ""),
        ),
        ("市商务局牵头开展消费促进活动。", ("市商务局", "", "")),
        ("市发展改革委会同市财政局负责项目资金的统筹安排。", ("市发展改革委", "市财政局", "")),
        ("由市住房城乡建设局负责组织实施老旧小区改造。", ("市住房城乡建设局", "", "")),
    ],
)
def test_a_sentence_states_a_duty(sentence: str, expected: tuple[str, str, str]) -> None:
    """“X负责Y”, “X牵头开展Y” and “由X牵头，会同Y…” are records of their own sentence."""
    assert duties(f"为做好有关工作，现通知如下。{sentence}各地要抓好落实。") == [expected]


def test_every_cell_is_an_exact_slice_of_the_document() -> None:
    """Lead, helper, deadline and task stand in the document where their cells say."""
    text = "\n".join(
        f"{n}.任务{n}。做好第{n}项工作。（市民政局牵头，市财政局配合，202{n}年底前完成）"
        for n in range(1, 6)
    )
    document = read(text)
    records = [block.record for block in document.blocks if block.record]
    assert len(records) == 5
    for record in records:
        for cell in record.cells:
            assert document.text[cell.start : cell.end] == cell.value


@pytest.mark.parametrize(
    ("text", "task"),
    [
        (
            "建立备案制度，市卫健委牵头，市财政局、市数据局配合，2024年10月底前出台。",
            "建立备案制度",
        ),
        (
            "会议要求，市卫健委牵头，市财政局、市数据局配合，2024年10月底前完成清收。",
            "完成清收",
        ),
    ],
)
def test_who_and_when_may_be_clauses_of_the_sentence(text: str, task: str) -> None:
    """“…，甲局牵头，乙局配合，10月底前…” is a duty, whichever side its task stands."""
    assert duties(f"关于下一步工作\n{text}\n") == [
        ("市卫健委", "市财政局、市数据局", "2024年10月底前")
    ]
    [record] = [block.record for block in read(text).blocks if block.record]
    assert record.by_role(TASK)[0].value == task


def test_a_sentence_that_only_says_who_closes_the_sentences_before_it() -> None:
    text = "（二）补齐短板。每个镇建成一座充电站，海岛先试点。由市住建局牵头，市供电公司配合。"
    [record] = [block.record for block in read(f"方案\n{text}\n").blocks if block.record]
    assert record.by_role(TASK)[0].value == text[: text.index("由市住建局")]
    assert record.by_role(LEAD)[0].value == "市住建局"
    assert record.by_role(COOPERATE)[0].value == "市供电公司"


def test_each_of_several_duties_in_a_sentence_is_a_record() -> None:
    text = "公交车更新由市交通局负责，环卫车更新由市城管局负责，监管由市应急局统筹。"
    records = [block.record for block in read(f"方案\n{text}\n").blocks if block.record]
    said = [(record.by_role(TASK)[0].value, record.by_role(LEAD)[0].value) for record in records]
    assert said == [
        ("公交车更新由市交通局负责", "市交通局"),
        ("环卫车更新由市城管局负责", "市城管局"),
        ("监管由市应急局统筹", "市应急局"),
    ]
