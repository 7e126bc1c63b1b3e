"""Official documents: frame, sections, attachments, articles of laws."""

from __future__ import annotations

import pytest

from qa_engine.models import Document, Passage
from qa_engine.passages import passages
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.understand import understand

TITLE = "青溪市人民政府办公室关于进一步做好城市内涝防治工作的通知"
TEXT = "各单位要提高认识，明确任务，把排水管网的清淤疏浚做在汛期之前，确保道路畅通、群众安全。"


def read(text: str) -> Document:
    return understand(RawDocument("t.txt", text, tuple(lines_of(text)), name="t"))


def notice(*body: str, title: str = TITLE) -> Document:
    return read(
        "\n".join(
            (
                title,
                "青府办发〔2022〕17号",
                "各区、县人民政府，市政府各部门：",
                TEXT,
                *body,
                "青溪市人民政府办公室",
                "2022年5月8日",
                "（此件公开发布）",
            )
        )
    )


def holding(document: Document, text: str) -> Passage:
    (found,) = [p for p in passages(document) if text in p.text]
    return found


@pytest.mark.parametrize("break_at", [0, 15])
def test_the_frame_is_understood(break_at: int) -> None:
    """Title (also over two lines), number, addressee, signature and date."""
    title = TITLE if not break_at else f"{TITLE[:break_at]}\n{TITLE[break_at:]}"
    document = notice("一、" + TEXT, title=title)
    assert (document.kind, document.title, document.date, document.source) == (
        "notice",
        TITLE,
        "2022-05-08",
        "青溪市人民政府办公室",
    )
    assert document.meta["number"] == "青府办发〔2022〕17号"
    assert holding(document, "各区、县人民政府").kind == "meta"
    assert holding(document, "此件公开发布").kind == "meta"


def test_sections_are_the_path_of_headings() -> None:
    """一、 above （一） above 1., short lead sentences among them."""
    document = notice(
        "一、工作目标",
        "（一）近期目标。到年底前消除三十处积水点。",
        "二、重点任务",
        "（二）完善设施。",
        f"1.改造泵站。{TEXT}",
        f"2.疏通管网。{TEXT}甲乙。",
        f"各区要认真落实。{TEXT}丙丁。",
    )
    assert holding(document, "三十处").headings == ("一、工作目标", "（一）近期目标")
    assert holding(document, "1.改造").headings == ("二、重点任务", "（二）完善设施", "1.改造泵站")
    assert holding(document, "甲乙").headings[:2] == ("二、重点任务", "（二）完善设施")
    assert holding(document, "丙丁").headings == ("二、重点任务", "（二）完善设施")


def test_attachments_have_a_path_of_their_own() -> None:
    """What follows 附件1 stands under it, not under the last section."""
    document = notice("一、总体要求", TEXT + "戊。")
    document = read(document.text + "\n附件1\n积水点清单\n一、东区\n解放路下穿通道、火车站广场。")
    assert holding(document, "解放路").headings[0] == "附件1"


def test_articles_of_a_law_are_context_of_their_items() -> None:
    """第X章 and 第X条 are the path; items stay with their article."""
    document = read(
        "青溪市排水管理办法\n第一章 总则\n第一条 为了加强排水管理，制定本办法。\n"
        "第二条 本办法适用于本市行政区域内的排水活动。\n第二章 管理\n"
        "第三条 禁止下列行为：\n（一）向管网倾倒垃圾、渣土等废弃物，堵塞排水设施的；\n"
        "（二）擅自拆除、移动排水设施，影响正常运行的。\n第四条 本办法自2022年7月1日起施行。"
    )
    assert document.kind == "notice"
    assert holding(document, "倾倒垃圾").headings == ("第二章 管理", "第三条")
    assert holding(document, "适用于").headings == ("第一章 总则", "第二条")
    assert document.date is None


def test_minutes_have_date_place_and_participants() -> None:
    """The fields of 会议纪要 are read; who was there is known."""
    document = read(
        "青溪市排水公司会议纪要\n〔2022〕4号\n时间：2022年4月6日上午\n地点：二楼会议室\n"
        f"主持：邵明远\n出席：骆文清、岑雅\n会议议定事项如下：\n一、关于泵站改造\n{TEXT}\n分送：各科室。"
    )
    assert (document.kind, document.date, document.place) == ("notice", "2022-04-06", "二楼会议室")
    assert [(p.name, p.function) for p in document.participants] == [
        ("邵明远", "主持"),
        ("骆文清", "出席"),
        ("岑雅", "出席"),
    ]
    assert holding(document, "清淤疏浚").headings == ("一、关于泵站改造",)


def test_a_report_is_no_notice() -> None:
    """Prose without the frame of a document stays prose."""
    assert read(f"城市内涝防治见成效\n{TEXT}\n{TEXT}己。").kind == "prose"


def test_minutes_of_a_meeting_tell_when_where_and_who() -> None:
    """Fields at the head of minutes are read; who is away is listed with the others."""
    document = read(
        "云台公司第6次办公会会议纪要\n会议时间：2022年6月3日（星期五）下午2:30\n"
        "会议地点：三楼会议室\n主持人：总经理 石建军\n"
        "出席人员：副总经理 叶凡、总工程师 白宇、市水利局龚伟\n缺席人员：副总经理 江涛（出差）\n"
        "\u3000\u3000一、听取汇报\n\u3000\u3000会议指出，回款偏低。\n二、研究招聘\n会议决定招聘十人。\n"
    )
    assert (document.kind, document.date, document.place) == ("notice", "2022-06-03", "三楼会议室")
    assert [(one.name, one.role) for one in document.participants] == [
        ("石建军", "总经理"),
        ("叶凡", "副总经理"),
        ("白宇", "总工程师"),
        ("龚伟", "市水利局"),
        ("江涛", "副总经理"),
    ]
    assert "一、听取汇报\n会议指出，回款偏低。" in [p.text for p in passages(document)]


def test_an_order_is_called_by_the_rules_that_it_puts_into_force() -> None:
    document = read(
        "青溪市人民政府令\n第87号\n《青溪市养犬管理办法》已经市人民政府常务会议通过，现予公布。\n"
        "市长　计长空\n2023年11月28日\n青溪市养犬管理办法\n第一章　总则\n"
        "第一条　为了规范养犬行为，制定本办法。\n第二条　本市养犬适用本办法。\n"
        "第三条　每户限养一只。\n"
    )
    assert document.title == "青溪市养犬管理办法"
