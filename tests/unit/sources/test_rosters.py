"""Lists of members become records, one a person, tied to the body they belong to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_engine.models import Document
from qa_engine.sources.compose import Composer, GridCell
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.understand import understand


def read(text: str) -> Document:
    return understand(RawDocument("d", text, tuple(lines_of(text)), name="d"))


def members(document: Document) -> list[tuple[str, str, str, str]]:
    """(机构, 组内职务, 姓名, 职务) of each person."""
    found = []
    for block in document.blocks:
        if block.record is not None and "姓名" in block.record:
            record = block.record
            fields = ("机构", "组内职务", "姓名", "职务")
            found.append(tuple(record.get(field, "-") for field in fields))
            for cell in record.cells:
                assert cell.start < 0 or document.text[cell.start : cell.end].strip()
    return found


GROUP = "市智慧养老工作领导小组"
OPENING = f"为加强领导，决定成立{GROUP}（以下简称领导小组），组成人员如下："


def test_lines_below_a_label_belong_to_it() -> None:
    """Name and post on lines of their own carry the label above; spaced-out labels are read."""
    text = (
        f"{OPENING}\n组　长：周远航　市委副书记、市长\n副组长：林　涛　副市长\n"
        "　　　　江　帆　市政府秘书长\n成　员：欧阳文清　市民政局局长\n"
        "　　　　高　峰　市财政局局长\n"
    )
    assert members(read(text)) == [
        (GROUP, "组长", "周远航", "市委副书记、市长"),
        (GROUP, "副组长", "林涛", "副市长"),
        (GROUP, "副组长", "江帆", "市政府秘书长"),
        (GROUP, "成员", "欧阳文清", "市民政局局长"),
        (GROUP, "成员", "高峰", "市财政局局长"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "主任：周远航（党委书记）、吴晓东（院长）；委员：林涛、江帆、蒋玉兰（女）。",
            [
                ("主任", "周远航", "党委书记"),
                ("主任", "吴晓东", "院长"),
                ("委员", "林涛", ""),
                ("委员", "江帆", ""),
                ("委员", "蒋玉兰", ""),
            ],
        ),
        (
            "组长：市民政局局长周远航；成员：市财政局副局长林涛、江帆，市大数据局总工程师何文",
            [
                ("组长", "周远航", "市民政局局长"),
                ("成员", "林涛", "市财政局副局长"),
                ("成员", "江帆", "市财政局副局长"),
                ("成员", "何文", "市大数据局总工程师"),
            ],
        ),
        (
            "总指挥：周远航，市长；副总指挥：林涛，副市长。",
            [("总指挥", "周远航", "市长"), ("副总指挥", "林涛", "副市长")],
        ),
        (
            "组长：周远航　市长　林涛　市委副书记",
            [("组长", "周远航", "市长"), ("组长", "林涛", "市委副书记")],
        ),
    ],
)
def test_run_on_lists_are_told_apart(line: str, expected: list[tuple[str, str, str]]) -> None:
    """Posts in brackets, before the names or behind them, several people a label."""
    assert members(read(f"{OPENING}\n{line}\n")) == [(GROUP, *person) for person in expected]


def test_sentences_that_appoint_are_records() -> None:
    """“由甲任组长，乙、丙任副组长” and the head of the office, each with its own clause."""
    text = (
        "第一段说明背景。\n成立市智慧养老工作专班，由周远航任组长，副市长林涛、江帆任副组长。"
        "专班办公室设在市民政局，由何文同志兼任办公室主任。日常工作由专班办公室承担。\n"
    )
    document = read(text)
    body = "市智慧养老工作专班"
    assert members(document) == [
        (body, "组长", "周远航", ""),
        (body, "副组长", "林涛、江帆", ""),
        (body, "办公室主任", "何文", ""),
    ]
    shown = "".join(block.text.text for block in document.blocks)
    assert shown == text.replace("\n", "")


def test_two_lists_are_two_bodies() -> None:
    """Each list takes the nearest body's name, a heading or the line above it."""
    text = (
        f"{OPENING}\n组长：周远航　市长\n成员：林涛　副市长\n"
        "二、综合协调组\n组长：江帆　市政府秘书长\n成员：何文　市民政局局长\n"
        "附件\n市养老服务专家委员会组成人员名单\n主任：郑国强　教授\n委员：冯立　研究员\n"
    )
    bodies = [(row[0], row[1], row[2]) for row in members(read(text))]
    assert bodies == [
        (GROUP, "组长", "周远航"),
        (GROUP, "成员", "林涛"),
        ("综合协调组", "组长", "江帆"),
        ("综合协调组", "成员", "何文"),
        ("市养老服务专家委员会", "主任", "郑国强"),
        ("市养老服务专家委员会", "委员", "冯立"),
    ]


def _table(rows: list[list[str]]) -> Document:
    composer = Composer()
    composer.paragraph("市养老服务专家委员会成员名单")
    cells = [GridCell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row)]
    composer.table(cells, merges=True)
    return understand(composer.build("d", "d", "docx"))


def test_a_table_of_members_with_or_without_a_header() -> None:
    """Columns 姓名 and 职务 get the body; a table that begins 组长 | 名 | 职 needs no header."""
    body = "市养老服务专家委员会"
    titled = _table([["序号", "姓名", "职务"], ["1", "周远航", "教授"], ["2", "林涛", "研究员"]])
    assert members(titled) == [(body, "-", "周远航", "教授"), (body, "-", "林涛", "研究员")]
    bare = _table(
        [["主　任：", "周远航", "市长"], ["委　员：", "林涛", "副市长"], ["", "江帆", "局长"]]
    )
    assert members(bare) == [
        (body, "主任", "周远航", "市长"),
        (body, "委员", "林涛", "副市长"),
        (body, "委员", "江帆", "局长"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "主任：今天请大家来，是想听听意见。\n周远航：好的，我先说。\n主任：请讲。\n周远航：谢谢。\n",
        "组长：由市政府主要领导担任\n成员：各有关部门主要负责人\n",
        "成员单位：市民政局、市财政局、市大数据局。\n",
        "要高度重视，成立领导小组，由主要负责人任组长，分管领导任副组长，抓好落实。\n",
        "周远航，男，1970年生，2010年任市民政局办公室主任，2013年任局长。\n",
        "建立由市长任组长的领导小组。会议由周远航主持，林涛任记录。\n",
        "主持人：周远航　市政府新闻办副主任\n发布人：林涛　市民政局局长\n",
        "评定委员会的委员会成员由公安、民政等部门和人大代表、政协委员担任。\n",
        "联系人：周远航　林涛\n",
    ],
)
def test_what_is_no_list_of_members_stays_text(text: str) -> None:
    """Speakers, offices without names, careers and member bodies give no person."""
    assert members(read(text)) == []


NAMES = st.sampled_from(["周远航", "林涛", "江帆", "何文", "郑国强", "欧阳文清", "蒋玉兰"])
POSTS = st.sampled_from(["市长", "市民政局党组书记、局长", "教授", "区委常委、副区长", ""])
LABELS = st.sampled_from(["副组长", "成员", "顾问"])


@given(st.lists(st.tuples(LABELS, NAMES, POSTS), min_size=1, max_size=7, unique=True))
def test_every_member_is_found_once_with_exact_places(people: list[tuple[str, str, str]]) -> None:
    """However the lines are mixed, each person is one record and each cell a slice."""
    lines = ["组长：韩雪梅　市委书记"]
    lines += [f"{label}：{name}{'　' + post if post else ''}" for label, name, post in people]
    document = read(OPENING + "\n" + "\n".join(lines) + "\n")
    found = [row[1:] for row in members(document)]
    assert found == [("组长", "韩雪梅", "市委书记"), *people]
    for block in document.blocks:
        for cell in block.record.cells if block.record else ():
            assert cell.start < 0 or document.text[cell.start : cell.end] == cell.value
