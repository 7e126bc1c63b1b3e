"""What a reader marks is a candidate only where it can be an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from qa_engine.adapters.hashing_encoder import HashingEncoder
from qa_engine.adapters.memory import MemoryStore
from qa_engine.engine import Engine
from qa_engine.indexing import update
from qa_engine.ports import Reading, Span
from qa_engine.text.aliases import Aliases
from qa_engine.text.words import Cutter


class Marking:
    """A reader that marks what a pattern finds, surely."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern, re.DOTALL)

    @property
    def name(self) -> str:
        return "marking"

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        return [
            Reading(tuple(Span(*m.span(), 6.0) for m in self._pattern.finditer(text)), 0.0, 0.95)
            for text in texts
        ]


@contextmanager
def reading(folder: Path, text: str, pattern: str) -> Iterator[Engine]:
    (folder / "notice.txt").write_text(text, encoding="utf-8")
    store, encoder, cutter = MemoryStore(), HashingEncoder(), Cutter()
    update(store, encoder, cutter, [folder])
    reader = Marking(pattern)
    with Engine(store, encoder, cutter, Aliases.load(None), lambda: reader) as engine:
        yield engine


NOTICE = """关于停用东岸泳池的通知

东岸泳池因设备检修停用，泳池恢复开放的时间另行通知。

东岸区体育中心
2024年5月6日
"""


def test_the_date_below_a_notice_answers_nothing_but_its_date(tmp_path: Path) -> None:
    """However surely it is marked."""
    with reading(tmp_path, NOTICE, r"2024年5月6日") as engine:
        answer = engine.ask("东岸泳池什么时候恢复开放？")
    assert "5月6日" not in answer.text


def test_a_date_in_its_sentence_still_answers(tmp_path: Path) -> None:
    """The same form, said of something."""
    text = NOTICE.replace("的时间另行通知", "的时间是2024年6月1日")
    with reading(tmp_path, text, r"2024年\d月\d日") as engine:
        answer = engine.ask("东岸泳池什么时候恢复开放？")
    assert answer.text == "2024年6月1日"


def test_a_sentence_that_tells_of_the_question_is_no_answer(tmp_path: Path) -> None:
    """Another one is preferred, though it has fewer of the words."""
    text = (
        "关于停用东岸泳池的说明\n\n近日，不少居民询问东岸泳池为何停用。\n\n"
        "由于过滤设备老化，水质不达标，东岸泳池自5月起停用。\n"
    )
    with reading(tmp_path, text, r"东岸泳池为何停用|过滤设备老化.水质不达标") as engine:
        answer = engine.ask("东岸泳池为什么停用？")
    assert "设备老化" in answer.text
