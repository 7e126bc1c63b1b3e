"""Articles that speak of others by number: 违反本办法第七条第一项规定的，处…罚款.

What is punished stands in the other article, so its words are put among the headings of the
one that refers to it: it is then found, and read, by what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa_engine.models import Block
from qa_engine.text.numbers import han_value

_NUMBER = r"(?:[一二三四五六七八九十百]+|\d+)"
_ARTICLE = re.compile(rf"^第({_NUMBER})条\s*")
_ITEM = re.compile(rf"^[（(]({_NUMBER})[）)]\s*")
_REFERENCE = re.compile(
    rf"违反本[\u4e00-\u9fff]{{1,4}}?第({_NUMBER})条(?:第{_NUMBER}款)?"
    rf"((?:[、和及或]?第{_NUMBER}项)*)"
)
_LONGEST = 60  # characters of an article or item that are told
_MOST = 4  # articles and items told of one article


def with_references(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, those of an article that refers to others below what these say."""
    articles = _articles(blocks)
    told = {number: list(_told(own, articles))[:_MOST] for number, own in articles.items()}
    result: list[Block] = []
    for block in blocks:
        number = _article_of(block)
        more = told.get(number, []) if number is not None else []
        result.append(replace(block, headings=(*block.headings, *more)) if more else block)
    return result


def _article_of(block: Block) -> int | None:
    """The number of the article that a paragraph belongs to."""
    match = _ARTICLE.match(block.headings[-1]) if block.headings else None
    return _value(match.group(1)) if match and block.kind == "paragraph" else None


def _articles(blocks: Sequence[Block]) -> dict[int, list[str]]:
    """Number of an article → its paragraphs; an article numbered twice (of two rules in one
    document) is left out, for nothing tells which one is meant."""
    found: dict[int, list[str]] = {}
    twice: set[int] = set()
    for block in blocks:
        number = _article_of(block)
        if number is None:
            continue
        text = block.text.text.strip()
        if _ARTICLE.match(text) and number in found:
            twice.add(number)
        found.setdefault(number, []).append(text)
    return {number: texts for number, texts in found.items() if number not in twice}


def _told(paragraphs: Sequence[str], articles: dict[int, list[str]]) -> Iterator[str]:
    """What the articles and items say that the paragraphs refer to."""
    for match in _REFERENCE.finditer("\n".join(paragraphs)):
        other = articles.get(_value(match.group(1)) or 0)
        if other is None or other is paragraphs:
            continue
        items = {_value(one) for one in re.findall(rf"第({_NUMBER})项", match.group(2))}
        if not items:
            yield _short(_ARTICLE.sub("", other[0]))
        for text in other:
            item = _ITEM.match(text)
            if item is not None and _value(item.group(1)) in items:
                yield _short(text[item.end() :])


def _short(text: str) -> str:
    """Cut behind a clause so that it is no longer than told."""
    text = text.rstrip("；;。：: ")
    if len(text) <= _LONGEST:
        return text
    cut = max(text.rfind(mark, 0, _LONGEST) for mark in "，；。、")
    return text[: cut if cut > 0 else _LONGEST]


def _value(number: str) -> int | None:
    value = int(number) if number.isdigit() else han_value(number)
    return None if value is None else int(value)
