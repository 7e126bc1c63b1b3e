"""pdf with a text layer: paragraphs in reading order, tables with and without rules.

Pages are kept for citations. A page that is only an image is read by OCR where that is
installed and marked as such, else reported, never silently empty; what repeats at the top
or bottom of pages is marked as furniture.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from statistics import fmean
from typing import Any

from qa_engine.errors import UnreadableFile
from qa_engine.sources import ocr
from qa_engine.sources.columns import Vocabulary
from qa_engine.sources.compose import Composer
from qa_engine.sources.pdf_lines import PageLine, lines_of_page, paragraphs
from qa_engine.sources.pdf_tables import FoundTable, ruled_tables, unruled_tables
from qa_engine.sources.raw import RawDocument
from qa_engine.sources.steps import step

_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/，,]?\s*共?\s*\d{1,4}\s*页?)?[-—–·\s]*"
)
_EDGE = 0.09  # of the page height: where page headers and footers stand
_MOST_SCANS = 500  # scanned pages of one file that are read
_GARBLED = re.compile(r"\(cid:\d+\)")
_OCR_HINT = (
    "请安装文字识别组件（pip install 'qa-engine[ocr]'），"
    "或先做文字识别（OCR）另存为可搜索的 PDF 后再试。"
)
_UNREAD_HINT = "请提高扫描清晰度，或用专门的文字识别软件另存为可搜索的 PDF 后再试。"


def read_pdf(data: bytes, id: str, name: str, words: Vocabulary) -> RawDocument:
    """Raises UnreadableFile for damaged or encrypted files, and for scans without text."""
    pdf = _open(data, name)
    try:
        pages = _pages(pdf, name)
    finally:
        # Closing walks the pages again, and so meets their damage again.
        with suppress(Exception):
            pdf.close()
    _read_scans(data, pages)
    repeated = _repeated(pages)
    composer = Composer()
    scanned = [page.number for page in pages if page.scanned]
    if not pages:
        raise UnreadableFile(f"{name}：PDF 已损坏，没有页面。", "请重新导出或打印为 PDF 后再试。")
    if len(scanned) == len(pages):
        raise UnreadableFile(f"{name}：扫描件，{len(pages)} 页都只有图像、没有文字层。", _hint())
    body = Counter(line.size for page in pages for line in page.lines for _ in line.text)
    usual = body.most_common(1)[0][0] if body else 0.0
    above: list[tuple[float, float]] | None = None
    for page in pages:
        above = _lay_out(page, composer, repeated, usual, words, above)
    problems = []
    if scanned:
        shown = "、".join(map(str, scanned[:20])) + ("等" if len(scanned) > 20 else "")
        problems.append(f"第 {shown} 页是扫描图像，没有文字层，未能读出。{_hint()}")
    read = {page.number: page.confidence for page in pages if page.confidence is not None}
    meta = {"pages": str(len(pages))}
    if read:
        meta["ocr_pages"] = "、".join(map(str, read))
        meta["ocr_confidence"] = f"{fmean(read.values()):.2f}"
        problems.append(
            f"有 {len(read)} 页是扫描图像，文字由 OCR 识别（平均把握 {fmean(read.values()):.0%}），"
            "引用前请核对原件。"
        )
    raw = replace(composer.build(id, name, "pdf", meta=meta), ocr=read)
    garbled = len(_GARBLED.findall(raw.text))
    if garbled:
        problems.append(f"有 {garbled} 个字符的字体没有文字编码，无法还原。")
    return replace(raw, problems=tuple(problems))


class _Page:
    """What is needed of a page after it is closed."""

    def __init__(self, page: Any, number: int) -> None:
        self.number = number
        self.height = float(page.height)
        self.width = float(page.width)
        self.lines: list[PageLine] = lines_of_page(page)
        self.tables: list[FoundTable] = ruled_tables(page) if page.chars else []
        covered = sum(_area(image) for image in page.images) / max(1.0, self.height * self.width)
        self.scanned = not self.lines and (covered > 0.3 or bool(page.images))
        self.confidence: float | None = None  # of the OCR that read it
        page.close()


def _read_scans(data: bytes, pages: list[_Page]) -> None:
    """The lines of scanned pages, where OCR is installed and finds any."""
    wanted = [page for page in pages if page.scanned][:_MOST_SCANS]
    if not wanted or not ocr.available():
        return
    scans = ocr.read_scans(data, [page.number for page in wanted])
    for page in wanted:
        if (scan := scans.get(page.number)) is not None:
            page.lines, page.confidence = lines_of_page(scan), scan.confidence
            page.scanned = False


def _hint() -> str:
    return _UNREAD_HINT if ocr.available() else _OCR_HINT


def _area(image: dict[str, Any]) -> float:
    return max(0.0, float(image["width"])) * max(0.0, float(image["height"]))


def _open(data: bytes, name: str) -> Any:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    # Its warnings about odd fonts and colours go to the log of the application.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        return pdfplumber.open(io.BytesIO(data))
    except Exception as error:
        if isinstance(error, PDFPasswordIncorrect) or "Password" in repr(error):
            raise UnreadableFile(f"{name}：PDF 有密码。", "请去掉密码另存后再试。") from error
        # Damaged files surface as errors of every kind from the parser.
        raise UnreadableFile(
            f"{name}：PDF 已损坏，无法读取（{type(error).__name__}）。",
            "请重新导出或打印为 PDF 后再试。",
        ) from error


def _pages(pdf: Any, name: str) -> list[_Page]:
    pages: list[_Page] = []
    try:
        for number, page in enumerate(pdf.pages, 1):
            pages.append(_Page(page, number))
            step()
        return pages
    except Exception as error:
        # Damage inside a page surfaces as errors of every kind, too.
        raise UnreadableFile(
            f"{name}：PDF 已损坏，页面无法读取（{type(error).__name__}）。",
            "请重新导出或打印为 PDF 后再试。",
        ) from error


def _repeated(pages: list[_Page]) -> set[str]:
    """Texts that stand at the edge of several pages, numbers aside."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_key(line) for line in page.lines if _at_edge(line, page)})
    least = max(2, len(pages) // 2)
    return {key for key, count in seen.items() if count >= least and len(pages) > 2}


def _key(line: PageLine) -> str:
    return re.sub(r"\d+", "#", line.text.strip())


def _at_edge(line: PageLine, page: _Page) -> bool:
    return line.bottom < page.height * _EDGE or line.top > page.height * (1 - _EDGE)


def _furniture(line: PageLine, page: _Page, repeated: set[str]) -> bool:
    if not _at_edge(line, page):
        return False
    return _PAGE_NUMBER.fullmatch(line.text) is not None or _key(line) in repeated


def _lay_out(
    page: _Page,
    composer: Composer,
    repeated: set[str],
    usual: float,
    words: Vocabulary,
    above: list[tuple[float, float]] | None,
) -> list[tuple[float, float]] | None:
    """The page's paragraphs and tables from top to bottom.

    ``above`` and the result are the columns of an unruled table at the foot of the page
    before and of this one.
    """
    free = [
        line
        for line in page.lines
        if not any(table.covers(line.middle, line.top, line.bottom) for table in page.tables)
    ]
    furniture = [line for line in free if _furniture(line, page, repeated)]
    text = [line for line in free if line not in furniture]
    unruled = unruled_tables(text, words, above)
    found = page.tables + unruled
    last = text[-1] if text else None
    text = [line for line in text if not any(line in table.lines for table in found)]
    for line in furniture:
        if line.top < page.height / 2:
            composer.paragraph(line.text, page=page.number, form="furniture")
    pending = sorted(found, key=lambda table: table.top)
    run: list[PageLine] = []
    for line in text:
        while pending and pending[0].top < line.top:
            _write(run, composer, page, usual)
            run = []
            composer.table(pending.pop(0).cells, merges=False, page=page.number)
        run.append(line)
    _write(run, composer, page, usual)
    for table in pending:
        composer.table(table.cells, merges=False, page=page.number)
    for line in furniture:
        if line.top >= page.height / 2:
            composer.paragraph(line.text, page=page.number, form="furniture")
    return next((table.columns for table in unruled if last in table.lines), None)


def _write(lines: list[PageLine], composer: Composer, page: _Page, usual: float) -> None:
    for part in paragraphs(lines, page.width):
        large = usual and part.size >= usual * 1.3 and len(part.text) <= 80
        composer.paragraph(
            part.text,
            page=page.number,
            level=0 if large and page.number == 1 and part.centred else None,
            bold=part.bold,
        )
