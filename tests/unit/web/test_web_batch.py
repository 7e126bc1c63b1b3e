"""Questions are found in the files that people have."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from qa_engine.errors import QAEngineError, UnreadableFile, UsageError
from qa_engine_web.batch import LIMIT, answered, checked, questions_in
from tests.unit.web.fake import fake_engine


def xlsx(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_column_called_question_is_taken() -> None:
    """A header names the column; without one the first column counts."""
    assert questions_in("a.csv", "编号,问题\n1,谁修堤？\n2,谁种树？\n".encode()) == [
        "谁修堤？",
        "谁种树？",
    ]
    assert questions_in("a.csv", "谁修堤？,x\n".encode()) == ["谁修堤？"]
    assert questions_in("a.xlsx", xlsx(("序号", "问题"), (1, "谁修堤？"))) == ["谁修堤？"]
    assert questions_in("a.txt", "谁修堤？\n\n 谁种树？ \n".encode("gb18030")) == [
        "谁修堤？",
        "谁种树？",
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", b"x"),
        ("a.xlsx", b"not a zip"),
        ("a.csv", b""),
        ("a.txt", b"\xff\xfe\xff\xff\xff"),
    ],
)
def test_what_cannot_be_read_is_said_with_a_next_step(name: str, data: bytes) -> None:
    """No file makes the program fail otherwise than by a clear error."""
    with pytest.raises(QAEngineError) as caught:
        questions_in(name, data)
    assert caught.value.hint


def test_a_workbook_that_unpacks_beyond_all_measure_is_refused() -> None:
    """A zip bomb in an uploaded list of questions is not unpacked."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b" " * 60_000_000)
    with pytest.raises(UnreadableFile, match="压缩炸弹"):
        questions_in("问题.xlsx", stream.getvalue())


def test_too_many_questions_are_refused() -> None:
    """More belong on the command line."""
    with pytest.raises(UsageError, match="最多"):
        checked(["问？"] * (LIMIT + 1))


def test_one_bad_question_does_not_stop_the_others() -> None:
    """Its row says why it has no answer."""
    long = "长" * 600
    outcomes = list(answered(["修缮青石河堤岸由谁牵头？", long], fake_engine().ask))
    assert outcomes[0].row()[:3] == ("修缮青石河堤岸由谁牵头？", "水务站", "有把握")
    assert outcomes[0].row()[4] == "《青石镇2031年河堤工作任务表》，2031年，表1第1行"
    assert "太长" in outcomes[1].row()[5]
