"""Lines after cleaning: furniture, page data, repeats, hard line breaks."""

from __future__ import annotations

import pytest

from qa_engine.sources import furniture
from qa_engine.sources.lines import Cleaned, clean
from qa_engine.sources.raw import RawDocument, lines_of

BODY = (
    "青溪市公布春季招生安排",
    "今年春季招生从三月一日开始，各区同步受理，家长可以在网上报名，也可以到现场办理。",
    "报名需要户口簿和居住证明，外来务工人员子女凭居住证报名，学校不得另设条件。",
    "咨询电话在各区教育局网站公布，工作日上午九点至下午五点有人接听，欢迎监督。",
)


def cleaned(*lines: str) -> Cleaned:
    text = "\n".join(lines)
    return clean(RawDocument("t", text, tuple(lines_of(text))))


def texts(result: Cleaned) -> list[str]:
    return [line.text for line in result.lines]


def reasons(result: Cleaned) -> set[str]:
    return {part.reason for part in result.dropped}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("当前位置：首页 > 政务公开 > 通知公告", furniture.BREADCRUMB),
        ("首页 > 新闻中心 > 正文", furniture.BREADCRUMB),
        ("【字体：大 中 小】 打印 关闭", furniture.CONTROL),
        ("分享到：微信 微博 QQ空间", furniture.CONTROL),
        ("7fbec697-83f0-4085.jpg", furniture.IMAGE),
        ("- 3 -", furniture.PAGE_NUMBER),
        ("第 2 页 共 9 页", furniture.PAGE_NUMBER),
        ("-->", furniture.NO_TEXT),
        ("亚洲在线高清无码,免费观看视频一区二区,国产自拍精品", furniture.SPAM),
        ("澳门博彩平台,老虎机投注,彩票开户送钱,棋牌娱乐城", furniture.SPAM),
    ],
)
def test_furniture_is_dropped_with_its_reason(line: str, reason: str) -> None:
    """Navigation, controls, images, page numbers, decoration and spam leave the text."""
    result = cleaned(line, *BODY)
    assert texts(result) == list(BODY)
    assert reason in reasons(result)


@pytest.mark.parametrize(
    "line",
    [
        "打印：甲某 编辑：乙某",
        "要完善彩票公益金管理办法，规范彩票发行销售秩序。",
        "国产大飞机、国产船舶、国产机床",
        "收藏和分享是博物馆的两大任务。",
        "图1.png 所示为流程",
    ],
)
def test_lines_that_only_resemble_furniture_stay(line: str) -> None:
    """A footer with values, sentences about lotteries and lists of goods are text."""
    assert line in texts(cleaned(*BODY, line, BODY[1] + "另外，" + BODY[2]))


def test_page_data_is_understood_and_its_switches_cut_off() -> None:
    """Source and date of publication are read; the font switch goes."""
    line = "来源：青溪市教育局 发布时间：2024-02-20 字体：[大 中 小]"
    result = cleaned(BODY[0], line, *BODY[1:])
    assert result.meta == {"source": "青溪市教育局", "published": "2024-02-20"}
    (meta,) = [found for found in result.lines if found.meta]
    assert meta.text == "来源：青溪市教育局 发布时间：2024-02-20"


def test_a_label_and_its_value_on_two_lines_are_joined() -> None:
    """“发布时间：” with the date on the line below."""
    result = cleaned(BODY[0], "发布时间：", "2024-02-20 15:26", *BODY[1:])
    assert result.meta["published"] == "2024-02-20"


def test_menus_above_the_breadcrumb_and_the_site_footer_go() -> None:
    """What stands before the content and after it belongs to the site."""
    menu = ("青溪市公布春季招生安排-青溪市教育局网站", "政务公开", "互动交流")
    footer = ("返回顶部", "版权所有：青溪市教育局", "某ICP备00000000号", "青溪发布")
    result = cleaned(*menu, "当前位置：首页 > 公告", *BODY, *footer)
    assert texts(result) == list(BODY)
    assert result.title == BODY[0]


def test_a_path_may_begin_with_the_name_of_the_site() -> None:
    assert texts(cleaned("青溪区人民政府网站　>　互动交流　>　在线访谈", *BODY)) == list(BODY)


def test_a_title_that_stands_twice_is_kept_once() -> None:
    """Also where the second time it is broken over two lines."""
    result = cleaned(BODY[0], BODY[0][:6], BODY[0][6:], *BODY[1:])
    assert texts(result) == list(BODY)
    assert furniture.REPEATED in reasons(result)


def test_a_text_that_stands_twice_is_kept_once() -> None:
    """Pages that hold the text twice are read once; single formulas may recur."""
    assert texts(cleaned(*BODY, "网络编辑整理", *BODY[1:])) == [*BODY, "网络编辑整理"]
    law = ("第一条 情况如下：", BODY[1], *BODY[2:], "甲" * 60, "第二条 情况如下：", BODY[1])
    assert texts(cleaned(*law)) == list(law)


def test_hard_line_breaks_are_undone() -> None:
    """Lines cut at a fixed width are one paragraph again; short lines stay apart."""
    wrapped = [part for text in BODY for part in (text[:30], text[30:]) if part]
    assert texts(cleaned(*wrapped)) == list(BODY)


def test_lines_of_a_list_are_not_joined() -> None:
    """Items without a full stop are no broken sentence."""
    items = ("一、报名时间与地点", "二、所需材料清单", "三、录取与公示", "四、监督电话")
    assert texts(cleaned(*items)) == list(items)
