"""Articles that speak of others by number."""

from __future__ import annotations

from qa_engine.models import Block, Document
from qa_engine.sources.raw import RawDocument, lines_of
from qa_engine.sources.understand import understand

RULES = """青禾县河道保洁办法

第一章　总则

第一条　为了保护河道，制定本办法。

第二条　本办法适用于本县的河道。

第三条　禁止下列行为：
（一）向河道倾倒渣土；
（二）在岸边焚烧秸秆。

第四条　游船应当备有收集容器。

第二章　罚则

第五条　违反本办法第三条第二项规定的，处二百元罚款。

第六条　违反本办法第四条规定的，给予警告。

第七条　违反本办法第九十条规定的，依法处理。

第八条　本办法自2024年1月1日起施行。
"""


def article(number: str) -> Block:
    text = RULES
    document: Document = understand(RawDocument("d", text, tuple(lines_of(text)), name="d"))
    return next(b for b in document.blocks if b.text.text.startswith(f"第{number}条"))


def test_a_fine_stands_below_the_item_that_it_is_for() -> None:
    """违反第三条第二项 alone does not say what is fined."""
    assert article("五").headings[-2:] == ("第五条", "在岸边焚烧秸秆")


def test_a_fine_stands_below_the_whole_article_where_no_item_is_named() -> None:
    """An article without items is told itself."""
    assert article("六").headings[-1] == "游船应当备有收集容器"


def test_an_article_that_is_not_there_tells_nothing() -> None:
    """Nor does an article that refers to none."""
    assert article("七").headings[-1] == "第七条"
    assert article("四").headings[-1] == "第四条"
