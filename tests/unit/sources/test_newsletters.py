"""Newsletters: articles, titles over lines, bylines, masthead, footer, dates."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from qa_engine.models import Document
from qa_engine.passages import passages
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.read import read_documents
from qa_engine.sources.understand import understand

CORPUS = Path(__file__).parents[3] / "corpus"
BODIES = (
    "3月12日，市林业局组织干部职工到北山公园义务植树，共栽种樟树两百余株，活动得到市民的热烈响应。",
    "日前，市林业局召开森林防火部署会，会议要求各林场落实巡护责任，配齐灭火器材，严控野外用火。",
    "3月下旬，林业科技下乡服务队走进柳村，为果农讲解修剪技术，发放资料三百份，解答问题四十余个。",
)
TITLES = ("市林业局开展义务植树活动", "森林防火部署会召开", "林业科技下乡暖人心")


def read(text: str) -> Document:
    return understand(RawDocument("t.txt", text, tuple(lines_of(text)), name="t"))


@cache
def sample() -> Document:
    (path,) = CORPUS.glob("000_*.txt")
    (document,) = read_documents(path, path.name)
    return document


def titles(document: Document) -> list[str]:
    return [block.text.text for block in document.blocks if block.kind == "heading"]


BYLINES = (
    "          （办公室）",
    "\n（造林科）",
    "\n  （通讯员 邵明远）",
    "    （卢静怡）",
    "\n（北山林场　卢静怡）",
)


@pytest.mark.parametrize("byline", BYLINES)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_articles_end_with_their_byline(byline: str, gap: str) -> None:
    """Bylines of offices or people, at the end of the line or on their own."""
    text = gap.join(f"{t}\n{b}{byline}" for t, b in zip(TITLES, BODIES, strict=True))
    document = read(text + "\n发送：各林场\n打印：甲某    编辑：乙某    共印：50份")
    assert document.kind == "newsletter"
    assert titles(document) == list(TITLES)
    for title, body in zip(TITLES, BODIES, strict=True):
        (passage,) = [p for p in passages(document) if body in p.text]
        assert passage.headings == (title,)
    (footer,) = [p for p in passages(document) if p.kind == "meta"]
    assert "共印：50份" in footer.text


def test_titles_over_two_lines_are_one() -> None:
    """A broken title is joined; a lead with a couplet keeps its space."""
    document = read(
        f"绿水青山 共建家园\n\n市林业局开展植树活动\n\n{BODIES[0]}    （办公室）\n"
        f"市林业局联合多部门开展森林\n\n防火专项检查\n{BODIES[1]}    （防火办）"
    )
    assert titles(document) == [
        "绿水青山 共建家园 市林业局开展植树活动",
        "市林业局联合多部门开展森林防火专项检查",
    ]


def test_a_column_name_or_a_reporter_line_begins_an_article() -> None:
    """【便民】 before a title, and 本报记者 below one; a page's number is part of neither."""
    document = read(
        "林业简报\n第8期\n\n"
        f"【要闻】{TITLES[0]}\n{BODIES[0]}\n第1版\n【便民】{TITLES[1]}\n{BODIES[1]}\n"
        f"{TITLES[2]}\n本报记者 卢静怡\n{BODIES[2]}\n\n编辑：乙某    共印：50份"
    )
    assert titles(document) == [f"【要闻】{TITLES[0]}", f"【便民】{TITLES[1]}", TITLES[2]]
    assert not any("第1版" in p.text for p in passages(document))


def test_dates_without_a_year_are_resolved_from_the_issue() -> None:
    """The text keeps 3月12日; the passage's date has the year of the masthead."""
    articles = "\n".join(f"{t}\n{b}    （办公室）" for t, b in zip(TITLES, BODIES, strict=True))
    document = read(
        f"林业工作简报\n第5期（总第88期）\n青溪市林业局办公室    2021年3月30日\n{articles}"
    )
    assert (document.kind, document.date) == ("newsletter", "2021-03-30")
    assert document.meta["issue"].startswith("第5期")
    assert "林业工作简报" in document.title
    (passage,) = [p for p in passages(document) if "义务植树" in p.text]
    assert passage.date == "2021-03-12"
    assert "3月12日" in passage.text


def test_a_table_of_contents_is_no_article() -> None:
    """Entries under 本期要目 are kept as data and show where articles begin."""
    entries = "\n".join(f"★{title}" for title in TITLES)
    articles = "\n".join(f"{t}\n{b}" for t, b in zip(TITLES, BODIES, strict=True))
    document = read(f"林业工作简报\n第5期\n本期要目\n{entries}\n{articles}\n报：市政府\n送：各林场")
    assert titles(document) == list(TITLES)
    (head,) = [p for p in passages(document) if "本期要目" in p.text]
    assert head.kind == "meta"


def test_duty_brackets_are_no_bylines() -> None:
    """（财政局负责） at the end of paragraphs makes no newsletter."""
    document = read("\n".join(f"{n}、{b}    （市财政局负责）" for n, b in enumerate(BODIES, 1)))
    assert document.kind != "newsletter"


def test_the_sample_newsletter_has_six_articles() -> None:
    """Six titles, the footer, and dates in the year that the text speaks of."""
    assert titles(sample()) == [
        "新北区召开质量强区建设推进大会",
        "新北区上半年省级工业产品质量监督抽查合格率为97.7%",
        "扶贫帮困 爱心助学 高新区质监分局举办道德讲堂主题活动",
        "恐龙谷温泉省级服务业标准化试点启动",
        "中国汽车技术研究中心考察孟河汽摩配产业",
        "高新区质监分局联合多部门开展成品油市场专项检查",
    ]
    found = passages(sample())
    assert {p.date for p in found if p.headings} == {
        "2013-08-22",
        "2013-08-09",
        "2013-08-02",
        "2013-08",
    }
    assert "共印：205份" in found[-1].text
    assert found[-1].headings == ()
