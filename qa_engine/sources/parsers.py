"""Which layouts are known. A parser joins by standing in this list."""

from __future__ import annotations

from qa_engine.sources.faq import parse_faq
from qa_engine.sources.layout import LayoutParser
from qa_engine.sources.newsletters import parse_newsletter
from qa_engine.sources.notices import parse_notice
from qa_engine.sources.speeches import parse_speech
from qa_engine.sources.transcripts import parse_transcript

# The surest one is taken; prose when none claims the document.
PARSERS: tuple[LayoutParser, ...] = (
    parse_transcript,
    parse_faq,
    parse_newsletter,
    parse_notice,
    parse_speech,
)
