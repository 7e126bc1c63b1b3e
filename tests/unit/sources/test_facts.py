"""What a document says of itself is one record; contacts are records of their own."""

from __future__ import annotations

import pytest

from qa_engine.models import PERSON, Document
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.understand import understand

NOTICE = """河桥市民政局文件
河民发〔2023〕12号
签发人：周远航
河桥市民政局关于做好高龄津贴发放工作的通知
各县（市、区）民政局，局属各单位：
现将有关事项通知如下：
一、发放对象
八十周岁以上老年人。
二、有关要求
请按月发放。本通知自2023年5月1日起施行，有效期至2028年4月30日。《旧办法》（河民发〔2018〕3号）同时废止。
联系人：林涛，联系电话：0571-87654321，电子邮箱：laoling@example.cn
附件：1. 高龄津贴申请表
      2. 发放标准
河桥市民政局
2023年4月20日
（此件公开发布）
抄送：市政府办公室，市财政局。
河桥市民政局办公室　　　　　　2023年4月21日印发
"""
NEWSLETTER = """养老服务简报
第15期
（总第120期）
河桥市民政局办公室编　2023年6月30日
河桥市开展敬老活动
6月1日，河桥市举行敬老活动启动仪式，各县区都派人参加，现场发放资料三千份。
（河桥市民政局）
新城区召开养老工作会议
6月5日，新城区召开会议，部署全年养老工作，明确了各部门的责任分工。
（新城区民政局）
报：省民政厅，市委，市政府。
编辑：林涛　审核：江帆　签发：周远航　共印80份
"""


def read(text: str) -> Document:
    return understand(RawDocument("d", text, tuple(lines_of(text)), name="d"))


def contacts(document: Document) -> list[dict[str, str]]:
    return [
        dict(block.record)
        for block in document.blocks
        if block.record is not None and block.kind in ("paragraph", "meta")
    ]


def test_a_notice_names_number_sender_addressee_dates_and_attachments() -> None:
    """Every fact of the frame is a cell whose place is exact."""
    document = read(NOTICE)
    assert dict(document.facts) == {
        "文号": "河民发〔2023〕12号",
        "签发人": "周远航",
        "主送": "各县（市、区）民政局，局属各单位",
        "抄送": "市政府办公室，市财政局",
        "印发机关": "河桥市民政局办公室",
        "印发日期": "2023年4月21日",
        "公开方式": "此件公开发布",
        "附件": "高龄津贴申请表",
        "附件（2）": "发放标准",
        "施行日期": "2023年5月1日",
        "有效期": "2028年4月30日",
        "废止文件": "《旧办法》（河民发〔2018〕3号）",
        "发文机关": "河桥市民政局",
        "成文日期": "2023年4月20日",
    }
    for cell in document.facts.cells:
        assert document.text[cell.start : cell.end] == cell.value
    assert document.title == "河桥市民政局关于做好高龄津贴发放工作的通知"


def test_a_sentence_that_opens_a_list_is_no_addressee() -> None:
    """“…委员会应当提交下列材料：” ends like an addressee and names none."""
    text = (
        "河桥市养老服务条例\n第一条　申请人向养老服务委员会申请补贴，应当提交下列材料：\n"
        "（一）申请书；\n（二）身份证明。\n第二条　养老服务委员会应当及时办理。\n"
        "第三条　本条例自2023年5月1日起施行。\n"
    )
    assert dict(read(text).facts) == {"施行日期": "2023年5月1日"}


def test_a_newsletter_names_issue_editor_and_recipients() -> None:
    """Issue, total count, editing body and staff come from masthead and footer."""
    document = read(NEWSLETTER)
    facts = dict(document.facts)
    assert facts["期号"] == "第15期"
    assert facts["总期号"] == "总第120期"
    assert facts["编发单位"] == "河桥市民政局办公室"
    assert facts["报送"] == "省民政厅，市委，市政府"
    assert (facts["编辑"], facts["审核"], facts["签发"]) == ("林涛", "江帆", "周远航")
    assert facts["印数"] == "80份"
    assert all(document.text[c.start : c.end] == c.value for c in document.facts.cells)


@pytest.mark.parametrize(
    ("sentence", "header", "value"),
    [
        ("本办法自发布之日起施行。", "施行日期", "发布之日"),
        ("本规定自印发之日起30日后施行，有效期5年。", "施行日期", "印发之日起30日后"),
        ("本规定自印发之日起30日后施行，有效期5年。", "有效期", "5年"),
        ("自2024年1月1日起实施。", "施行日期", "2024年1月1日"),
    ],
)
def test_when_a_document_takes_effect(sentence: str, header: str, value: str) -> None:
    """The sentence that says so gives the date as written."""
    document = read(f"河桥市养老服务管理办法\n第一条　为加强管理，制定本办法。\n{sentence}\n")
    assert document.facts[header] == value


@pytest.mark.parametrize(
    "text",
    [
        "近年来，养老服务发展很快。\n各地自2015年起实施了多项改革，成效明显。\n",
        "记者来到附件厂采访，签发人很忙。\n第3期培训班已经结束。\n",
    ],
)
def test_prose_says_nothing_of_itself(text: str) -> None:
    """Words of the frame inside running text are no facts."""
    assert not read(text).facts


def test_contacts_on_one_line_and_on_several() -> None:
    """Person, phone, mail, address and fax make one record, in one paragraph or in lines."""
    document = read(NOTICE)
    assert contacts(document) == [
        {"联系人": "林涛", "联系电话": "0571-87654321", "电子邮箱": "laoling@example.cn"}
    ]
    lines = (
        "报名办法\n请按时报名。\n联系人：林涛、江帆\n联系电话：0571-87654321、87654322\n"
        "传真：0571-87654323\n地址：河桥市中山路8号\n邮编：310000\n"
    )
    assert contacts(read(lines)) == [
        {
            "联系人": "林涛、江帆",
            "联系电话": "0571-87654321、87654322",
            "传真": "0571-87654323",
            "地址": "河桥市中山路8号",
            "邮编": "310000",
        }
    ]


def test_a_bracket_ends_a_value() -> None:
    """“地址：…（邮编：…）传真：…” are three fields."""
    text = "咨询电话：87654321，地址：中山路8号（邮编：310000） 传真：0571-87654322\n"
    assert contacts(read(text)) == [
        {
            "咨询电话": "87654321",
            "地址": "中山路8号",
            "邮编": "310000",
            "传真": "0571-87654322",
        }
    ]


def test_each_body_has_its_own_contact() -> None:
    """A label that comes again begins the next contact; the body's name goes with it."""
    text = (
        "如有疑问，请及时反映。市民政局联系人：林涛，电话：87654321；"
        "市财政局联系人：江帆，电话：87654322。其他事项另行通知。\n"
    )
    document = read(text)
    assert contacts(document) == [
        {"单位": "市民政局", "联系人": "林涛", "电话": "87654321"},
        {"单位": "市财政局", "联系人": "江帆", "电话": "87654322"},
    ]
    people = [b.record.by_role(PERSON)[0] for b in document.blocks if b.record is not None]
    assert [document.text[cell.start : cell.end] for cell in people] == ["林涛", "江帆"]
    shown = "".join(block.text.text for block in document.blocks)
    assert shown == text.strip()


@pytest.mark.parametrize(
    "text",
    ["会议地址：市政府三楼会议室。\n", "电话：随时保持畅通。\n", "联系人：由各单位自行确定。\n"],
)
def test_a_label_without_a_contact_is_text(text: str) -> None:
    """An address alone, or a sentence behind the label, is no contact."""
    assert contacts(read(text)) == []


def test_a_date_alone_below_the_title_is_that_of_publishing() -> None:
    lines = ["云泽区2031年统计公报", "云泽区统计局", "2032年3月28日"]
    lines += [f"全年第{n}项指标平稳运行，比上年有所增长。" for n in range(12)]
    text = "\n".join(lines)
    document = understand(RawDocument("t", text, tuple(lines_of(text)), name="t"))
    told = {cell.header: cell.value for cell in document.facts.cells}
    assert told["发布日期"] == "2032年3月28日"
