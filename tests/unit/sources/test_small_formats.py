"""md, csv, jsonl, mail, zip and the telling of formats."""

from __future__ import annotations

import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from qa_engine.errors import SourceError, UnreadableFile, UnsupportedFormat
from qa_engine.models import Document
from qa_engine.sources.read import read_documents

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(path: Path) -> list[Document]:
    return list(read_documents(path, path.name))


def shown(document: Document) -> list[str]:
    return [block.text.text for block in document.blocks]


def rows(document: Document) -> list[dict[str, str]]:
    return [dict(block.record) for block in document.blocks if block.record]


def test_markdown_is_shown_without_its_marks(tmp_path: Path) -> None:
    """Headings, bold, links and breaks are read as rendered; the text stays as in the file."""
    path = tmp_path / "a.md"
    path.write_text(
        "# 工作要点\n\n请**认真**落实，见[通知](http://x.cn/a)。\n\n"
        "| 任务 | 责任单位 |\n|---|---|\n| 修路。 | 市教育局<br>市公安局 |\n",
        "utf-8",
    )
    [document] = read(path)
    assert document.text.startswith("# 工作要点")
    assert "请认真落实，见通知。" in shown(document)
    assert rows(document)[0]["任务"] == "修路。"
    assert "<br>" not in rows(document)[0]["责任单位"]
    for block in document.blocks:
        for run in block.text.runs:
            if run.exact:
                part = document.text[run.source_start : run.source_end]
                assert part == block.text.text[run.start : run.end]


def test_labels_of_markdown_are_lines_of_their_own(tmp_path: Path) -> None:
    """Other lines that follow each other are one paragraph, as rendered."""
    path = tmp_path / "a.md"
    path.write_text(
        "# 通知\n\n请各单位认真\n落实。\n\n联系人：孔令舟、阎远\n电话：0571-5550101\n", "utf-8"
    )
    [document] = read(path)
    assert "请各单位认真落实。" in shown(document)
    assert "联系人：孔令舟、阎远" in "\n".join(shown(document)).split("\n")


def test_csv_with_an_open_quote_loses_no_row(tmp_path: Path) -> None:
    """A quote that never closes is read as a character, and said."""
    path = tmp_path / "a.csv"
    path.write_text('任务,责任单位\n"修路,一科\n架桥,二科\n', "utf-8")
    [document] = read(path)
    assert len(rows(document)) == 2
    assert document.problems


def test_csv_cells_may_hold_line_breaks(tmp_path: Path) -> None:
    """A quoted cell with two departments is one cell."""
    path = tmp_path / "a.csv"
    path.write_text('任务,责任单位\n修路,"市教育局\n市公安局"\n', "utf-8")
    assert rows(read(path)[0]) == [{"任务": "修路", "责任单位": "市教育局、市公安局"}]


def test_pasted_spreadsheet_cells_may_hold_line_breaks(tmp_path: Path) -> None:
    """Rows copied from a spreadsheet as text keep a quoted cell together."""
    path = tmp_path / "a.txt"
    path.write_text(
        '任务\t责任单位\t时限\n修路\t"市教育局\n市公安局"\t3月\n架桥\t市水利局\t4月\n', "utf-8"
    )
    found = rows(read(path)[0])
    assert found[0] == {"任务": "修路", "责任单位": "市教育局、市公安局", "时限": "3月"}
    assert len(found) == 2


def test_jsonl_documents_keep_their_ids(tmp_path: Path) -> None:
    """id, title, date, url and meta are taken over; bad lines are errors of their own."""
    path = tmp_path / "a.jsonl"
    entry = {"id": "文/1", "title": "题", "text": "正文。", "date": "2023-01-02", "url": "u",
             "meta": {"k": 1}}  # fmt: skip
    path.write_text(json.dumps(entry) + '\n{"id": "文/1", "text": "重复"}\n{"id": 5}\n', "utf-8")
    errors: list[str] = []
    [document] = read_documents(path, "a.jsonl", lambda id, error: errors.append(str(error)))
    assert (document.id, document.date, document.meta["url"], document.meta["k"]) == (
        "文/1", "2023-01-02", "u", "1",
    )  # fmt: skip
    assert len(errors) == 2
    assert "第 1 行重复" in errors[0]
    with pytest.raises(UnreadableFile, match="第 2 行"):
        read(path)


def test_an_archive_whose_places_lie_before_its_beginning_is_damaged(tmp_path: Path) -> None:
    """The offset of its directory is not what it should be: an error, not a crash."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "请按时参加会议。")
    data = bytearray(path.read_bytes())
    data[-6] += 1  # lowest byte of that offset, in the last record
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableFile, match="损坏"):
        list(read_documents(path, "a.zip"))


def test_zip_members_are_documents(tmp_path: Path) -> None:
    """Names written by Chinese Windows are read; READMEs and ways out of the archive are not."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("资料/通知.txt", "请按时参加会议。")
        archive.writestr("README.md", "说明")
        archive.writestr("../外面.txt", "不会写到外面。")
        archive.writestr("坏.docx", "不是文档\0\0\0")
    data = path.read_bytes()
    gbk = "清单.txt".encode("gb18030").decode("cp437")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(gbk, "物资清单。")
    assert data
    errors: list[str] = []
    found = list(read_documents(path, "a.zip", lambda id, error: errors.append(id)))
    assert [document.id for document in found] == ["a.zip/资料/通知.txt", "a.zip/外面.txt"]
    assert errors == ["a.zip/坏.docx"]
    assert not (tmp_path.parent / "外面.txt").exists()


def test_mail_and_its_attachments_are_documents(tmp_path: Path) -> None:
    """Subject, sender, date and text; an attachment under the mail's id."""
    message = EmailMessage()
    message["Subject"] = "会议通知"
    message["From"] = "办公室 <a@example.com>"
    message["Date"] = "Thu, 08 Jun 2023 10:00:00 +0800"
    message.set_content("请于周五参加会议。\n")
    message.add_attachment("任务,单位\n修路,一科\n".encode(), maintype="text", subtype="csv",
                           filename="任务.csv")  # fmt: skip
    path = tmp_path / "a.eml"
    path.write_bytes(message.as_bytes())
    mail, attachment = read(path)
    assert (mail.title, mail.date) == ("会议通知", "2023-06-08")
    assert attachment.id == "a.eml/任务.csv"
    assert rows(attachment)[0]["单位"] == "一科"


def test_content_counts_more_than_the_name(tmp_path: Path) -> None:
    """A page saved as .doc or .xls is read as the page that it is."""
    path = tmp_path / "表.xls"
    path.write_text("<html><table><tr><td>任务</td><td>单位</td></tr><tr><td>修路</td>"
                    "<td>一科</td></tr></table></html>", "utf-8")  # fmt: skip
    assert rows(read(path)[0]) == [{"任务": "修路", "单位": "一科"}]


@pytest.mark.parametrize(
    ("name", "data", "error", "says"),
    [
        ("a.txt", b"", UnreadableFile, "空"),
        ("a.docx", b"", UnreadableFile, "空"),
        ("a.png", b"\x89PNG\r\n\x1a\n1234", UnsupportedFormat, "图片"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"),
         UnreadableFile, "密码"),
        ("a.xlsx", b"\x00\x01\x02\x03" * 99, UnreadableFile, "xlsx"),
        ("a.exe", b"MZ" + bytes(99), UnsupportedFormat, "程序"),
        ("a.zip", b"PK\x03\x04" + bytes(30), UnreadableFile, "损坏"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(
    tmp_path: Path, name: str, data: bytes, error: type[SourceError], says: str
) -> None:
    """The message names the file and the trouble, the hint the next step."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(error, match=says) as caught:
        read(path)
    assert name in caught.value.message
    assert caught.value.hint


def test_old_formats_name_the_program_that_converts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without LibreOffice a .doc is an error that says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "a.doc"
    path.write_bytes(compound())
    with pytest.raises(UnsupportedFormat, match="LibreOffice"):
        read(path)


def compound() -> bytes:
    """The head of an old office file: its directory is in the sector that the header names."""
    header = bytearray(OLE + bytes(512 - len(OLE)))
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (2).to_bytes(4, "little")
    return bytes(header) + bytes(1024) + "Root Entry".encode("utf-16-le") + bytes(1000)


@pytest.mark.parametrize("keep", [20, 600, 1500])
def test_a_cut_old_file_is_damaged(keep: int, tmp_path: Path) -> None:
    """Without its directory the container is broken; a converter would read it as text."""
    path = tmp_path / "a.xls"
    path.write_bytes(compound()[:keep])
    with pytest.raises(UnreadableFile, match="损坏"):
        read(path)
