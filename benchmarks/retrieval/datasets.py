"""Evaluation sets: paragraphs, and questions with the paragraphs that answer them."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa_engine.models import Document, Passage

PASSAGE_CHARACTERS = 400  # of a statute, about


@dataclass(frozen=True, slots=True)
class Question:
    """``relevant``: ids of the paragraphs that answer it."""

    id: str
    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pool:
    """Paragraphs by id, questions by set, titles by paragraph."""

    paragraphs: dict[str, str] = field(default_factory=dict)
    questions: dict[str, list[Question]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, loaded: Loaded) -> None:
        self.paragraphs.update(loaded.paragraphs)
        self.titles.update(loaded.titles)
        self.questions[name] = loaded.questions


@dataclass(frozen=True, slots=True)
class Loaded:
    """One set."""

    paragraphs: dict[str, str]
    titles: dict[str, str]
    questions: list[Question]


def load_squad(path: Path, name: str) -> Loaded:
    """A set in SQuAD's format; unanswerable questions are left out, equal paragraphs joined."""
    data = json.loads(path.read_text("utf-8"))["data"]
    ids: dict[str, str] = {}
    titles: dict[str, str] = {}
    wanted: dict[tuple[str, str], set[str]] = {}
    for article in data:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"].strip()
            id = ids.setdefault(text, f"{name}-{len(ids):05d}")
            titles[id] = str(article.get("title", ""))
            for qa in paragraph["qas"]:
                if not qa.get("is_impossible") and qa["answers"]:
                    wanted.setdefault((str(qa["id"]), qa["question"].strip()), set()).add(id)
    questions = [Question(f"{name}:{q}", text, frozenset(r)) for (q, text), r in wanted.items()]
    return Loaded({id: text for text, id in ids.items()}, titles, questions)


def load_statutes(path: Path, count: int) -> dict[str, str]:
    """``count`` passages of a JSONL file of long texts, spread evenly over all of them."""
    found: dict[str, str] = {}
    packed = path.suffix == ".gz"
    with gzip.open(path, "rt", encoding="utf-8") if packed else path.open("rt") as file:
        for line in file:
            document = json.loads(line)
            for number, text in enumerate(_pieces(document["text"])):
                found[f"{document['id']}#{number}"] = text
    step = max(1, len(found) // count)
    return dict(list(found.items())[::step][:count])


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for paragraph in re.split(r"\n+", text):
        clean = paragraph.strip()
        if not clean or clean.startswith(("#", "<!--")):
            continue
        if piece and len(piece) + len(clean) > PASSAGE_CHARACTERS:
            yield piece
            piece = ""
        piece = f"{piece}\n{clean}" if piece else clean
    if piece:
        yield piece


def sampled(questions: Sequence[Question], count: int, seed: int = 7) -> list[Question]:
    """``count`` questions, always the same ones; all of them when there are fewer."""
    if len(questions) <= count:
        return list(questions)
    return random.Random(seed).sample(list(questions), count)


def simplified(questions: Sequence[Question]) -> list[Question]:
    """The questions in simplified characters; none when that changes none of them."""
    import opencc

    convert = opencc.OpenCC("tw2s").convert
    changed = [replace(q, text=str(convert(q.text))) for q in questions]
    pairs = zip(questions, changed, strict=True)
    # Single variant characters stand in simplified texts too.
    differ = sum(one.text != other.text for one, other in pairs)
    return changed if 2 * differ > len(questions) else []


def as_document(id: str, text: str, title: str = "") -> tuple[Document, list[Passage]]:
    """A paragraph as a document of one passage."""
    document = Document(id=id, title=title, text=text)
    passage = Passage(id=id, document=id, title=title, text=text, kind="paragraph", end=len(text))
    return document, [passage]
