"""Text → index terms: jieba words in search mode, and bigrams of Han characters.

Words match what a reader calls a word; bigrams still match where jieba cuts the same
string differently in two places, or does not know a name. Both sides of a search go
through the same ``Cutter``, over the same normalised text.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_engine.ports import PassageTerms
from qa_engine.text.cutting import BlockCutter
from qa_engine.text.dictionary import load_jieba
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import numbers, plain
from qa_engine.text.patterns import later

# Raise it whenever the terms of some text change: an index built with other terms must
# be rebuilt, and says so.
VERSION = 1

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# A run of Han characters, a number with its decimals and percent sign, or a Latin (…) word.
_RUNS = later(rf"[{HAN}]+|\d+(?:[.,]\d+)*[%‰]?|(?:(?![{HAN}\d])\w)+")
_HAN_RUN = later(rf"[{HAN}]")

# Words that a question is made of rather than what it asks about, and politeness.
# Dropped from queries only, and kept when nothing else is there.
_QUESTION_WORDS = """
请问 请 问 问问 想问 想问一下 问一下 请教 咨询 告诉 告知 麻烦 劳驾 您好 你好 谢谢 我 我想 想 知道
想知道 了解 查一下 查询 一下 能否 能不能 可否 可不可以 是不是 有没有 是否
谁 什么 啥 哪 哪个 哪些 哪一 哪一个 哪里 哪儿 哪位 哪家 哪几 哪几个 何 何时 何地 何人 如何 怎么
怎样 怎么样 为什么 为何 为啥 几 几个 多少 多久 多大 多长 多高 什么样 什么时候
吗 呢 吧 啊 呀 嘛 么 的 地 得 了 着 过 是 由 在 于 和 与 及 或 把 被 对 向 从 到 给 让
有 也 都 就 还 又 而 并 且 这 那 该 此 其 这个 那个 这些 那些 它 他 她 们 为 以 之
分别 一共 总共 属于 具体 关于
"""
QUESTION_WORDS = frozenset(_QUESTION_WORDS.split())
# Those that also stand in names of people and places.
_MAYBE_NAMES = frozenset("于何和向从到由着过对为以之都还这那该此其他她")
_MEASURED = frozenset("哪 几 哪几 多少".split())
_MEASURES = frozenset("天日号年月周点时项个家位名件条次种类所")


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """The terms of a query, in order and with repetitions."""

    words: tuple[str, ...]
    bigrams: tuple[str, ...]
    content: str = ""  # the matching form of what the terms were made from


class Cutter:
    """Cuts texts into index terms. Safe for many threads; nothing is loaded before use.

    ``dictionary``: a user dictionary in jieba's format (``word [frequency] [tag]`` a
    line), a file or its bytes; a file is read once, so that changing it later does not
    change what a running cutter does. ``learned``: names and titles that occur in the
    documents; where one stands in a text it is a term of its own, in addition to jieba's
    words.
    """

    def __init__(self, dictionary: Path | bytes | None = None, learned: Iterable[str] = ()) -> None:
        content = dictionary.read_bytes() if isinstance(dictionary, Path) else dictionary
        self._dictionary = content if content and content.strip() else None
        self._cutting: BlockCutter | None = None
        self._lock = threading.Lock()
        self._learned = _Lexicon(learned)

    @property
    def analyser(self) -> str:
        """Name and version of the cutting; equal names give equal terms (but for ``learned``)."""
        from importlib.metadata import version

        name = f"jieba-{version('jieba')}+bigrams/{VERSION}"
        if self._dictionary is not None:
            digest = hashlib.sha256(self._dictionary).hexdigest()
            name += f"+dictionary-{digest[:12]}"
        return name

    @property
    def learned(self) -> frozenset[str]:
        return self._learned.words

    def with_learned(self, words: Iterable[str]) -> Cutter:
        """The same cutter with other learned words; the loaded dictionary is shared."""
        other = Cutter(self._dictionary)
        other._cutting = self._blocks()
        other._learned = _Lexicon(words)
        return other

    def words(self, text: str) -> list[str]:
        """jieba's words in search mode (long words with the words in them), the learned
        words; without punctuation. Characters jieba leaves single stay single."""
        clean = fold(text)
        found = [w for w in self._blocks().cut_for_search(clean) if _is_term(w)]
        found += number_words(clean)
        if self._learned:
            known = set(found)
            found += [w for w in self._learned.find(clean) if w not in known]
        return found

    def names(self, text: str) -> list[str]:
        """The learned words that stand in a text, none within a longer one."""
        clean = fold(text)
        found = sorted(set(self._learned.find(clean)), key=lambda word: (-len(word), word))
        return [w for n, w in enumerate(found) if not any(w in longer for longer in found[:n])]

    def bigrams(self, text: str) -> list[str]:
        """Character pairs of each run of Han characters (a lone one stays single);
        numbers and words of other scripts whole."""
        return _bigrams(fold(text))

    def passage(self, text: str, context: str) -> PassageTerms:
        """The index terms of a passage and of what stands above it."""
        return PassageTerms(
            words=tuple(self.words(text)),
            bigrams=tuple(self.bigrams(text)),
            context=tuple(self.words(context)),
        )

    def query(self, text: str) -> QueryTerms:
        """The terms to look up: question words, politeness and particles left out, unless
        that leaves nothing."""
        clean = fold(text)
        kept = _content(self._blocks().cut(clean))
        if not _RUNS.search(kept):
            kept = clean
        words = [w for w in self.words(kept) if w not in QUESTION_WORDS]
        content = " ".join(kept.split())
        return QueryTerms(tuple(words or self.words(kept)), tuple(_bigrams(kept)), content)

    def pieces(self, text: str) -> list[str]:
        """The normalised text cut once, nothing left out and nothing twice."""
        return self._blocks().cut(fold(text))

    def _blocks(self) -> BlockCutter:
        if self._cutting is None:
            with self._lock:
                if self._cutting is None:
                    self._cutting = BlockCutter(load_jieba(self._dictionary))
        return self._cutting


def _content(pieces: Sequence[str]) -> str:
    """The pieces that a query is about; blanks for the others.

    A particle beside another lone character stays: the two may be a name that jieba does
    not know (于 乐)."""

    def lone(number: int) -> bool:
        if not 0 <= number < len(pieces):
            return False
        piece = pieces[number]
        return len(piece) == 1 and bool(_HAN_RUN.match(piece)) and piece not in QUESTION_WORDS

    kept = []
    for number, piece in enumerate(pieces):
        dropped = piece in QUESTION_WORDS and not (
            piece in _MAYBE_NAMES and (lone(number - 1) or lone(number + 1))
        )
        # 哪天报到: the measure belongs to the question word, not to what follows.
        dropped = dropped or (number > 0 and pieces[number - 1] in _MEASURED and piece in _MEASURES)
        kept.append(" " if dropped else piece)
    return "".join(kept)


def number_words(clean: str) -> list[str]:
    """The plain digits of numbers that are written otherwise: 百分之九十六 → 96%,
    十一个 → 11, 16,000 and 1.6万 → 16000."""
    found: list[str] = []
    for quantity in numbers(clean):
        form = plain(quantity.value) + (quantity.unit if quantity.unit in "%‰" else "")
        if not clean.startswith(form, quantity.start):
            found.append(form)
    return found


def _is_term(word: str) -> bool:
    return any(character.isalnum() for character in word)


def _bigrams(clean: str) -> list[str]:
    terms: list[str] = []
    for match in _RUNS.finditer(clean):
        run = match.group()
        if len(run) > 1 and _HAN_RUN.match(run):
            terms.extend(run[at : at + 2] for at in range(len(run) - 1))
        else:
            terms.append(run)
    return terms


class _Lexicon:
    """Finds known strings in a text; those of less than two characters are left out."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(w for w in (fold(word) for word in words) if len(w) > 1)
        self._by_start: dict[str, list[str]] = {}
        for word in sorted(self.words, key=lambda w: (-len(w), w)):
            self._by_start.setdefault(word[:2], []).append(word)

    def __bool__(self) -> bool:
        return bool(self.words)

    def find(self, clean: str) -> list[str]:
        """Every occurrence, overlapping ones too, in order."""
        found: list[str] = []
        for at in range(len(clean) - 1):
            near = self._by_start.get(clean[at : at + 2], ())
            found.extend(word for word in near if clean.startswith(word, at))
        return found


def term_counts(terms: Sequence[str]) -> dict[str, float]:
    """Each distinct term with how often it occurs, in order of first occurrence."""
    counts: dict[str, float] = {}
    for term in terms:
        counts[term] = counts.get(term, 0.0) + 1.0
    return counts
