"""Text of scanned pages, by RapidOCR where it is installed (``pip install qa-engine[ocr]``).

Its models are inside its wheel; nothing is fetched. pypdfium2 renders the page.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean, median
from typing import Any

from qa_engine.sources.steps import step

_DOTS_PER_INCH = 200
_LONGEST_SIDE = 3_000  # pixels of a rendered page
_TYPE = 0.78  # size of the type, of the height of its box
_SUREST = 0.99  # no reading of a picture is certain
_ALIKE = 0.3  # heights that differ less from the usual are those of the body text


@dataclass(frozen=True, slots=True)
class Scan:
    """The words of a page, as pdfplumber gives them, and how sure they are (0..1)."""

    words: tuple[dict[str, Any], ...]
    confidence: float

    def extract_words(self, **options: object) -> list[dict[str, Any]]:
        """What ``pdf_lines.lines_of_page`` asks of a page."""
        del options
        return [dict(word) for word in self.words]


def available() -> bool:
    """Is the extra installed?"""
    return importlib.util.find_spec("rapidocr_onnxruntime") is not None


def read_scans(data: bytes, numbers: Sequence[int]) -> dict[int, Scan]:
    """The scans of a pdf's pages (counted from 1) in which text was found."""
    import pypdfium2

    found: dict[int, Scan] = {}
    document = pypdfium2.PdfDocument(data)
    try:
        for number in numbers:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(_DOTS_PER_INCH / 72, _LONGEST_SIDE / max(width, height, 1.0))
            bitmap = page.render(scale=scale)
            scan = _scan(bitmap.to_numpy(), scale)
            bitmap.close()
            page.close()
            if scan is not None:
                found[number] = scan
            step()
    finally:
        document.close()
    return found


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR()


def _scan(picture: Any, scale: float) -> Scan | None:
    lines, _ = _engine()(picture)
    if not lines:
        return None
    boxes = [[(float(x) / scale, float(y) / scale) for x, y in box] for box, _, _ in lines]
    heights = [max(y for _, y in box) - min(y for _, y in box) for box in boxes]
    usual = median(heights)
    words: list[dict[str, Any]] = []
    for (_, text, _), box, height in zip(lines, boxes, heights, strict=True):
        # Boxes of one size of type differ by a pixel or two.
        body = abs(height - usual) <= _ALIKE * usual
        words.append(
            {
                "text": str(text),
                "x0": min(x for x, _ in box),
                "x1": max(x for x, _ in box),
                "top": min(y for _, y in box),
                "bottom": max(y for _, y in box),
                "size": _TYPE * (usual if body else height),
                "fontname": "",
            }
        )
    weights = [max(1, len(str(text))) for _, text, _ in lines]
    scores = [float(score) for _, _, score in lines]
    return Scan(tuple(words), min(_SUREST, fmean(scores, weights)))
