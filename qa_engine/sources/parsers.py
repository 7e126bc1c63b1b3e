"""Which layouts are known. A parser joins by standing in this list."""

from __future__ import annotations

from qa_engine.sources.layout import LayoutParser
from qa_engine.sources.transcripts import parse_transcript

# The surest one is taken; prose when none claims the document.
PARSERS: tuple[LayoutParser, ...] = (parse_transcript,)
