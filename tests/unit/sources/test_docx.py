"""docx is read as Word shows it: numbers, changes accepted, frames, notes, merges."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from qa_engine.errors import UnreadableFile
from qa_engine.sources.docx import read_docx
from qa_engine.sources.raw import RawDocument

W = nsdecls("w")


def read(document: object) -> RawDocument:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return read_docx(stream.getvalue(), "a.docx", "a")


def texts(raw: RawDocument) -> list[str]:
    return [raw.of(part) for part in raw.paragraphs]


def add(document: object, xml: str) -> None:
    body = document.element.body  # type: ignore[attr-defined]
    body.insert(len(body) - 1, parse_xml(xml))


def test_headings_and_titles_have_levels() -> None:
    """Word's styles tell title and headings."""
    document = docx.Document()
    document.add_heading("总标题", 0)
    document.add_heading("一、总体要求", 1)
    document.add_paragraph("正文。")
    assert [part.level for part in read(document).paragraphs] == [0, 1, None]


def test_paragraphs_and_tables_keep_their_order() -> None:
    """A table stands between the paragraphs that it stood between."""
    document = docx.Document()
    document.add_paragraph("前")
    document.add_table(2, 2).cell(0, 0).text = "甲"
    document.add_paragraph("后")
    raw = read(document)
    kinds = [type(part).__name__ for part in raw.elements]
    assert kinds == ["Paragraph", "Table", "Paragraph"]


def test_tracked_changes_are_accepted() -> None:
    """What was inserted stands, what was deleted is gone."""
    document = docx.Document()
    add(
        document,
        f"<w:p {W}><w:r><w:t>牵头单位：</w:t></w:r>"
        "<w:del w:id='1' w:author='a'><w:r><w:delText>市财政局</w:delText></w:r></w:del>"
        "<w:ins w:id='2' w:author='a'><w:r><w:t>市审计局</w:t></w:r></w:ins></w:p>",
    )
    assert texts(read(document)) == ["牵头单位：市审计局"]


def test_a_deleted_row_is_gone() -> None:
    """A table row that was deleted under tracking is not read."""
    document = docx.Document()
    table = document.add_table(3, 2)
    for r in range(3):
        for c in range(2):
            table.cell(r, c).text = f"{r}{c}"
    properties = table.rows[1]._tr.get_or_add_trPr()
    properties.append(parse_xml(f"<w:del {W} w:id='3' w:author='a'/>"))
    [found] = read(document).tables
    assert found.rows == 2


def test_content_controls_hidden_text_and_pinyin_guides() -> None:
    """Controls are read, hidden text is not, of a ruby text the base stands."""
    document = docx.Document()
    add(
        document,
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>控件里的字</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>",
    )
    add(
        document,
        f"<w:p {W}><w:r><w:t>看得见</w:t></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r>"
        "<w:r><w:ruby><w:rt><w:r><w:t>yán</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>严</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>",
    )
    assert texts(read(document)) == ["控件里的字", "看得见严"]


def test_automatic_numbers_are_text() -> None:
    """A list numbered by Word reads as it is shown."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f"<w:abstractNum {W} w:abstractNumId='90'>"
            "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='chineseCounting'/>"
            "<w:lvlText w:val='%1、'/></w:lvl>"
            "<w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='decimal'/>"
            "<w:lvlText w:val='（%2）'/></w:lvl></w:abstractNum>"
        ),
    )
    numbering.append(parse_xml(f"<w:num {W} w:numId='91'><w:abstractNumId w:val='90'/></w:num>"))
    for depth, text in ((0, "总则"), (1, "目的"), (1, "范围"), (0, "职责"), (1, "分工")):
        add(
            document,
            f"<w:p {W}><w:pPr><w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='91'/></w:numPr>"
            f"</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>",
        )
    assert texts(read(document)) == ["一、总则", "（1）目的", "（2）范围", "二、职责", "（1）分工"]


def test_a_frame_of_one_cell_is_no_table() -> None:
    """Text in a box drawn with a table is read as paragraphs."""
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "提示：请按时报送。"
    raw = read(document)
    assert not raw.tables
    assert texts(raw) == ["提示：请按时报送。"]


def test_equal_neighbours_are_not_merged() -> None:
    """Cells with the same text stay cells of their own; merged ones are one."""
    document = docx.Document()
    table = document.add_table(3, 3)
    for r in range(3):
        for c in range(3):
            table.cell(r, c).text = "同"
    table.cell(0, 0).merge(table.cell(1, 0)).text = "合"
    [found] = read(document).tables
    assert len(found.cells) == 8
    assert max(cell.rowspan for cell in found.cells) == 2


def test_text_boxes_and_footnotes_are_read() -> None:
    """A text box comes after its paragraph, footnotes after the text."""
    document = docx.Document()
    add(
        document,
        f"<w:p {W} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
        " xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'>"
        "<w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        "<wps:txbx><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></wps:txbx>"
        "</w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框内</w:t>"
        "</w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    )
    assert texts(read(document)) == ["正文", "框内"]


def test_a_truncated_package_is_named() -> None:
    """Half a file is an error that says so."""
    stream = io.BytesIO()
    docx.Document().save(stream)
    with pytest.raises(UnreadableFile, match=r"a\.docx"):
        read_docx(stream.getvalue()[:2000], "a.docx", "a.docx")


def test_a_package_without_its_main_part_is_named() -> None:
    """A zip that only looks like docx is an error, not an empty document."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/other.xml", "<a/>")
    with pytest.raises(UnreadableFile, match=r"word/document\.xml"):
        read_docx(stream.getvalue(), "a.docx", "a.docx")


def test_entities_are_not_expanded() -> None:
    """An XML bomb is refused before it grows."""
    levels = [f"<!ENTITY x{n} '{f'&x{n - 1};' * 2}'>" for n in range(1, 60)]
    bomb = f"<!DOCTYPE a [<!ENTITY x0 'ha'>{''.join(levels)}]>"
    text = f"<w:document {W}><w:body><w:p><w:r><w:t>&x59;</w:t></w:r></w:p></w:body></w:document>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", bomb + text)
    with pytest.raises(UnreadableFile, match=r"a\.docx"):
        read_docx(stream.getvalue(), "a.docx", "a.docx")


def test_a_table_that_arranges_tables_is_no_table() -> None:
    """Text and table inside a layout grid stand one after the other; a frame likewise."""
    document = docx.Document()
    frame = document.add_table(2, 1)
    frame.cell(0, 0).text = "说明"
    inner = frame.cell(1, 0).add_table(2, 2)
    inner.cell(1, 1).text = "甲"
    raw = read(document)
    assert texts(raw) == ["说明"]
    assert [(table.rows, table.columns) for table in raw.tables] == [(2, 2)]
