"""Question-answering data sets in SQuAD format → one plain type, with fixed splits.

DRCD (traditional characters) is converted to simplified. DRCD and SQuAD2-zh are split by
article: articles in title order, every other one is for training, the rest for measuring,
so that no paragraph of an article is on both sides.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Example:
    """One question about one paragraph; no answers means that the paragraph has none."""

    id: str
    article: str
    question: str
    context: str
    answers: tuple[str, ...]
    start: int | None

    @property
    def answerable(self) -> bool:
        return self.start is not None

    @property
    def end(self) -> int | None:
        return None if self.start is None else self.start + len(self.answers[0])


def load_squad(path: Path, convert: Any = None) -> list[Example]:
    """All questions of a SQuAD-format file, in file order.

    An answer whose offset is off is looked for next to it; one that does not occur in the
    paragraph is dropped (CMRC2018-train has a handful of each).
    """
    examples: list[Example] = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            context = _convert(paragraph["context"], convert)
            title = str(article.get("title") or paragraph.get("id") or article.get("id"))
            for qa in paragraph["qas"]:
                question = _convert(qa["question"], convert).strip()
                texts = [_convert(answer["text"], convert) for answer in qa["answers"]]
                if qa.get("is_impossible") or not texts:
                    examples.append(Example(qa["id"], title, question, context, (), None))
                    continue
                start = _locate(context, texts[0], int(qa["answers"][0]["answer_start"]))
                if start is None:
                    continue
                lead = len(texts[0]) - len(texts[0].lstrip())
                answers = tuple(text.strip() for text in texts)
                examples.append(Example(qa["id"], title, question, context, answers, start + lead))
    return examples


def _locate(context: str, answer: str, start: int) -> int | None:
    if not answer.strip():
        return None
    if context[start : start + len(answer)] == answer:
        return start
    places = [i for i in range(len(context)) if context.startswith(answer, i)]
    return min(places, key=lambda place: abs(place - start), default=None)


def _convert(text: str, convert: Any) -> str:
    if convert is None:
        return text
    simplified = str(convert(text))
    if len(simplified) != len(text):
        simplified = "".join(str(convert(char))[:1] or char for char in text)
    return simplified


def split_by_article(examples: list[Example]) -> tuple[list[Example], list[Example]]:
    """(training half, held-out half)."""
    titles = sorted({example.article for example in examples})
    training = set(titles[0::2])
    return (
        [example for example in examples if example.article in training],
        [example for example in examples if example.article not in training],
    )


@dataclass(frozen=True, slots=True)
class Corpora:
    """The training sets, and the sets that are only ever measured on."""

    cmrc_train: list[Example]
    drcd_train: list[Example]
    squad_train: list[Example]
    cmrc_dev: list[Example]
    drcd_held: list[Example]
    squad_held: list[Example]
    train_paragraphs: dict[str, str]  # of the training parts, by ``<file>#<number in the file>``


def load_corpora(folder: Path) -> Corpora:
    """Read the four files (names in README.md) from ``folder``."""
    from opencc import OpenCC

    simplify = OpenCC("t2s").convert
    cmrc = load_squad(folder / "cmrc2018_train.json")
    drcd_all = load_squad(folder / "drcd_dev.json", simplify)
    squad_all = load_squad(folder / "squad2_zh_dev.json")
    drcd, squad = split_by_article(drcd_all), split_by_article(squad_all)
    return Corpora(
        cmrc_train=cmrc,
        drcd_train=drcd[0],
        squad_train=squad[0],
        cmrc_dev=load_squad(folder / "cmrc2018_dev.json"),
        drcd_held=drcd[1],
        squad_held=squad[1],
        train_paragraphs={
            **_paragraphs("cmrc2018_train", cmrc, cmrc),
            **_paragraphs("drcd_dev", drcd_all, drcd[0]),
            **_paragraphs("squad2_zh_dev", squad_all, squad[0]),
        },
    )


def _paragraphs(file: str, examples: list[Example], wanted: list[Example]) -> dict[str, str]:
    """The distinct paragraphs of a file's examples by number, those of wanted ones."""
    kept = {example.context for example in wanted}
    distinct = dict.fromkeys(example.context for example in examples)
    return {f"{file}#{number}": text for number, text in enumerate(distinct) if text in kept}
