"""The same questions asked in other ways: ``python -m benchmarks.retrieval.perturb SET.json…``.

Each way is applied to questions of the sets that allow it, and measured beside their
clean form: traditional characters, full-width forms, keywords only, numbers written
otherwise, short names of institutions, a homophone in a word, one wrong character.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.retrieval.datasets import Question, sampled
from benchmarks.retrieval.pool import load_pool, open_retriever
from benchmarks.retrieval.run import measure
from qa_engine.text.aliases import Aliases
from qa_engine.text.normalise import fold
from qa_engine.text.typos import reading
from qa_engine.text.words import QUESTION_WORDS, Cutter

Change = Callable[[str], str | None]
_HAN_DIGITS = "零一二三四五六七八九"


class Perturber:
    """Ways of asking; each gives None when it does not apply to a question."""

    def __init__(self, seed: int = 3) -> None:
        self._random = random.Random(seed)
        self._cutter = Cutter()
        self._aliases = Aliases.load()
        # Everyday characters: those that make up the questions' own language.
        # The 3,755 everyday characters of GB 2312, level 1.
        rows = ((high, low) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
        everyday = "".join(bytes(pair).decode("gb2312", "ignore") for pair in rows)
        self._by_sound: dict[str, list[str]] = {}
        for character in everyday:
            self._by_sound.setdefault(reading(character), []).append(character)
        self._everyday = everyday

    def ways(self) -> dict[str, Change]:
        return {
            "traditional": self.traditional,
            "full width": self.full_width,
            "keywords": self.keywords,
            "numbers": self.numbers,
            "short names": self.short_names,
            "homophone": self.homophone,
            "wrong character": self.wrong_character,
        }

    def traditional(self, text: str) -> str | None:
        import opencc

        simplified = fold(text)
        changed = str(opencc.OpenCC("s2t").convert(simplified))
        return changed if changed != simplified else None

    def full_width(self, text: str) -> str | None:
        changed = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)
        return changed if changed != text else None

    def keywords(self, text: str) -> str | None:
        pieces = [p for p in self._cutter.pieces(text) if p.strip() and p not in QUESTION_WORDS]
        kept = [p for p in pieces if any(c.isalnum() for c in p)]
        return " ".join(kept) if len(kept) > 1 else None

    def numbers(self, text: str) -> str | None:
        changed = re.sub(
            r"(?<!\d)(\d{4})(?=年)", lambda m: "".join(_HAN_DIGITS[int(d)] for d in m[1]), text
        )
        changed = re.sub(r"(?<!\d)(\d{1,2})%", lambda m: f"百分之{_han(int(m[1]))}", changed)
        return changed if changed != text else None

    def short_names(self, text: str) -> str | None:
        changed = fold(text)
        for form, others in self._aliases.in_text(text).items():
            shorter = [other for other in others if len(other) < len(form)]
            if shorter:
                changed = changed.replace(form, shorter[0])
        return changed if changed != fold(text) else None

    def homophone(self, text: str) -> str | None:
        return self._exchange(text, lambda c: self._by_sound.get(reading(c), []))

    def wrong_character(self, text: str) -> str | None:
        return self._exchange(text, lambda c: self._everyday, shortest=4)

    def _exchange(
        self, text: str, others: Callable[[str], Sequence[str]], shortest: int = 2
    ) -> str | None:
        """One character of one word exchanged, so that it is no word any more."""
        pieces = self._cutter.pieces(text)
        places = [
            (number, at)
            for number, piece in enumerate(pieces)
            if len(piece) >= shortest and re.fullmatch(r"[\u4e00-\u9fff]+", piece)
            if piece not in QUESTION_WORDS
            for at in range(len(piece))
        ]
        self._random.shuffle(places)
        for number, at in places:
            piece = pieces[number]
            options = [c for c in others(piece[at]) if c != piece[at]]
            if options:
                wrong = piece[:at] + self._random.choice(options) + piece[at + 1 :]
                if len(self._cutter.pieces(wrong)) > 1:
                    return "".join([*pieces[:number], wrong, *pieces[number + 1 :]])
        return None


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _HAN_DIGITS[ones]
    lead = "" if tens == 1 else _HAN_DIGITS[tens]
    return f"{lead}十{_HAN_DIGITS[ones] if ones else ''}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="sets in SQuAD's format")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=60, help="of each way and set")
    options = parser.parse_args()
    pool = load_pool(options.files)
    retriever = open_retriever(pool, options.cache)
    perturber = Perturber()

    def rank(question: str) -> list[str]:
        return [hit.passage.id for hit in retriever.search(question, 10)]

    lost = total = 0.0
    for name, change in perturber.ways().items():
        clean: list[Question] = []
        changed: list[Question] = []
        for questions in pool.questions.values():
            found = 0
            for question in sampled(questions, len(questions) - 1):
                if found == options.questions:
                    break
                other = change(question.text)
                if other is not None:
                    clean.append(question)
                    changed.append(replace(question, text=other))
                    found += 1
        if not clean:
            continue
        before, after = measure(clean, rank)["MRR@10"], measure(changed, rank)["MRR@10"]
        lost += (before - after) * len(clean)
        total += len(clean)
        print(
            f"{name:<16} {len(clean):>4}  MRR@10 clean {before:.4f}  so asked {after:.4f}",
            flush=True,
        )
    print(f"{'all':<16} {int(total):>4}  lost {lost / max(total, 1):.4f}")


if __name__ == "__main__":
    main()
