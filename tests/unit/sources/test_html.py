"""html: main text and tables kept, chrome marked, nothing executed."""

from __future__ import annotations

from qa_engine.models import Document
from qa_engine.sources.html import read_html
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.understand import understand

PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312">
<meta name="ArticleTitle" content="关于做好防汛工作的通知">
<meta name="PubDate" content="2023-06-08 10:20"><meta name="ContentSource" content="清河县水利局">
<title>关于做好防汛工作的通知-清河县人民政府</title>
<style>p{color:red}</style><script>document.write('坏')</script></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li>
<li><a href="/b">办事服务</a></li><li><a href="/c">互动交流</a></li></ul></div>
<table width="100%"><tr><td><h1>关于做好防汛工作的通知</h1></td></tr><tr><td>
<p>各乡镇人民政府：</p><p>现将有关事项通知如下。<br>请认真落实。</p>
<p style="display:none">隐藏的字</p>
<ol><li>加强值班。</li><li>备足物资。</li></ol>
<table border="1"><tr><td>序号</td><td>任务</td><td colspan="2">责任分工</td></tr>
<tr><td>&nbsp;</td><td></td><td>牵头单位</td><td>配合单位</td></tr>
<tr><td>1</td><td rowspan="2"><p>巡查堤防。</p></td><td>水利局</td><td>应急局</td></tr>
<tr><td>2</td><td>住建局</td><td></td></tr></table>
<p><a href="f.doc">附件：防汛物资清单.doc</a></p></td></tr></table>
<div id="footer">主办：清河县人民政府办公室 备案号：123</div></body></html>"""


def read(page: str = PAGE, encoding: str = "gb18030") -> RawDocument:
    return read_html(page.encode(encoding), "a.html", "a")


def shown(raw: RawDocument, form: str | None = None) -> list[str]:
    return [raw.of(p) for p in raw.paragraphs if form is None or p.form == form]


def test_the_declared_encoding_and_metadata_are_read() -> None:
    """gb2312 means its superset; title, date and source come from the page's own metadata."""
    raw = read()
    assert raw.encoding == "gb18030"
    assert raw.title == "关于做好防汛工作的通知"
    assert raw.date == "2023-06-08"
    assert raw.meta["source"] == "清河县水利局"


def test_navigation_and_footer_are_furniture() -> None:
    """Chrome is marked, not lost; the content is not marked."""
    raw = read()
    furniture = " ".join(shown(raw, "furniture"))
    assert "政务公开" in furniture
    assert "备案号" in furniture
    content = " ".join(shown(raw, "text"))
    assert "各乡镇人民政府：" in content
    assert "附件：防汛物资清单.doc" in content


def test_scripts_styles_and_hidden_text_are_not_text() -> None:
    """What a reader of the page cannot see is not read."""
    text = read().text
    assert "坏" not in text
    assert "color" not in text
    assert "隐藏的字" not in text


def test_breaks_divide_paragraphs_and_lists_have_their_numbers() -> None:
    """<br> ends a line; an ordered list reads 1., 2."""
    raw = read()
    assert {"现将有关事项通知如下。", "请认真落实。"} <= set(shown(raw))
    assert shown(raw, "item") == ["1. 加强值班。", "2. 备足物资。"]


def test_a_layout_table_is_no_data_but_the_table_in_it_is() -> None:
    """The inner table is read with its merges and two header rows."""
    document: Document = understand(read())
    names = ("序号", "任务", "责任分工/牵头单位", "责任分工/配合单位")
    records = [dict(block.record) for block in document.blocks if block.record]
    assert records == [
        dict(zip(names, ("1", "巡查堤防。", "水利局", "应急局"), strict=True)),
        dict(zip(names, ("2", "巡查堤防。", "住建局", ""), strict=True)),
    ]


def test_a_page_of_links_keeps_them() -> None:
    """Where links are all there is, they are the content."""
    page = "<ul>" + "".join(f"<li><a href='{n}'>第{n}号公告</a></li>" for n in range(6)) + "</ul>"
    assert len(shown(read(page), "item")) == 6


def test_deep_nesting_and_broken_tags_are_survived() -> None:
    """However deep the tags are nested, the text is read."""
    for depth in (10, 300, 3_000, 30_000):
        assert "正文" in read("<div>" * depth + "正文" + "<p>尾<table><tr><td>一</table>").text


def test_a_table_of_headers_only_swallows_no_row() -> None:
    """A table whose cells are all <th> still has data rows."""
    rows = "".join(f"<tr><th>任务{n}</th><th>科室{n}</th></tr>" for n in range(1, 6))
    page = f"<table><tr><th>任务</th><th>责任单位</th></tr>{rows}</table>"
    document = understand(read(page))
    assert len([block for block in document.blocks if block.record]) == 5
