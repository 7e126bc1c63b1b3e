"""pdf: paragraphs rejoined, furniture marked, pages kept, scans and passwords said."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from qa_engine.errors import UnreadableFile
from qa_engine.passages import passages
from qa_engine.sources import ocr
from qa_engine.sources.columns import load_vocabulary
from qa_engine.sources.pdf import read_pdf
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.understand import understand

SENTENCE = "各乡镇人民政府要加强组织领导，压实工作责任，确保各项任务按时完成。"


def pdf(draw: Callable[[Canvas], None], encrypt: StandardEncryption | None = None) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, encrypt=encrypt)
    draw(canvas)
    canvas.save()
    return stream.getvalue()


def read(data: bytes) -> RawDocument:
    return read_pdf(data, "a.pdf", "a", load_vocabulary())


def lines(canvas: Canvas, texts: list[str], top: float = 700, size: float = 12) -> None:
    canvas.setFont("STSong-Light", size)
    for at, text in enumerate(texts):
        canvas.drawString(80, top - at * 20, text)


def wrapped(text: str, width: int = 35) -> list[str]:
    indented = "　　" + text
    return [indented[at : at + width] for at in range(0, len(indented), width)]


def test_broken_lines_are_one_paragraph() -> None:
    """Lines that reach the right edge go on; an indented one begins a paragraph."""
    text = wrapped(SENTENCE * 3) + wrapped(SENTENCE * 2)
    document = understand(read(pdf(lambda canvas: lines(canvas, text))))
    shown = [block.text.text for block in document.blocks]
    assert shown == [SENTENCE * 3, SENTENCE * 2]


def test_page_headers_and_numbers_are_furniture() -> None:
    """What repeats at the edges is marked, and every paragraph knows its page."""

    def draw(canvas: Canvas) -> None:
        for page in range(1, 5):
            lines(canvas, ["清河县政府文件汇编"], top=810, size=9)
            lines(canvas, wrapped(f"第{page}部分。" + SENTENCE))
            lines(canvas, [f"- {page} -"], top=30, size=9)
            canvas.showPage()

    raw = read(pdf(draw))
    furniture = [raw.of(part) for part in raw.paragraphs if part.form == "furniture"]
    assert len(furniture) == 8
    assert [part.page for part in raw.paragraphs if part.form == "text"] == [1, 2, 3, 4]


def test_a_scan_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without OCR, pages that are only pictures: an error when all are, a problem when some are."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    monkeypatch.setattr(ocr, "available", lambda: False)
    picture = ImageReader(Image.new("RGB", (60, 80), "white"))

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(picture, 0, 0, 595, 842)
        canvas.showPage()

    with pytest.raises(UnreadableFile, match="扫描") as found:
        read(pdf(draw))
    assert "qa-engine[ocr]" in found.value.hint

    def draw_both(canvas: Canvas) -> None:
        draw(canvas)
        lines(canvas, wrapped(SENTENCE))

    raw = read(pdf(draw_both))
    assert any("第 1 页" in problem for problem in raw.problems)
    assert "组织领导" in raw.text


def scanned(texts: list[str]) -> bytes:
    """A page of text as a picture: laid out, rendered, and put into a pdf of its own."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader

    document = pypdfium2.PdfDocument(pdf(lambda canvas: lines(canvas, texts, size=14)))
    picture = ImageReader(document[0].render(scale=2.5).to_pil())

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(picture, 0, 0, *A4)
        canvas.showPage()
        lines(canvas, wrapped(SENTENCE))

    return pdf(draw)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="RapidOCR 1.4 has no wheel for it")
def test_a_scan_is_read_and_marked() -> None:
    """OCR reads a picture of text: right, on its page, with its confidence, and says so."""
    texts = ["关于做好养老服务工作的通知", "各乡镇人民政府要加强组织领导，压实工作责任。"]
    raw = read(scanned(texts))
    assert raw.problems
    assert "OCR" in raw.problems[0]
    assert raw.meta["ocr_pages"] == "1"
    document = understand(raw)
    shown = [block for block in document.blocks if block.page == 1]
    assert "".join(block.text.text for block in shown).replace(",", "，") == "".join(texts)
    assert all(0.8 < float((block.note or "").removeprefix("OCR ")) < 1 for block in shown)
    assert all(block.note is None for block in document.blocks if block.page == 2)
    pieces = passages(document)
    assert pieces[0].note is not None
    assert pieces[-1].note is None


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="RapidOCR 1.4 has no wheel for it")
def test_a_picture_without_text_is_no_document() -> None:
    """Nothing to read in a picture is an error with a hint, not an empty document."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.new("RGB", (60, 80), "white"))
    with pytest.raises(UnreadableFile, match="扫描") as found:
        read(pdf(lambda canvas: canvas.drawImage(picture, 0, 0, *A4)))
    assert "清晰度" in found.value.hint


def test_a_password_is_asked_for() -> None:
    """An encrypted file is an error that says so."""
    lock = StandardEncryption("secret", "owner")
    data = pdf(lambda canvas: lines(canvas, [SENTENCE]), lock)
    with pytest.raises(UnreadableFile, match="密码"):
        read(data)


@pytest.mark.parametrize("keep", [20, 400, 900])
def test_a_truncated_file_is_named(keep: int) -> None:
    """A cut file is an error that names it."""
    data = pdf(lambda canvas: lines(canvas, [SENTENCE]))
    with pytest.raises(UnreadableFile, match="PDF 已损坏"):
        read(data[:keep])


def test_a_large_centred_line_is_the_title() -> None:
    """Type size and place tell the title of the first page."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", 20)
        canvas.drawCentredString(A4[0] / 2, 760, "清河县防汛工作方案")
        lines(canvas, wrapped(SENTENCE * 4))

    raw = read(pdf(draw))
    assert [raw.of(part) for part in raw.paragraphs if part.level == 0] == ["清河县防汛工作方案"]


def test_labels_and_numbers_begin_paragraphs_below_full_lines() -> None:
    """A line that fills the page is not taken for the beginning of the next item."""
    first = "联系人：方晴，联系电话：0712-8234567，传真：0712-8234568"
    texts = [first, "附件：安全告知书", "各校要在放假之前开展一次家访并且把情况报送办公室。"]
    texts += ["2.各校要公布电话。"]
    raw = read(pdf(lambda canvas: lines(canvas, texts)))
    assert [raw.of(part) for part in raw.paragraphs] == texts
