"""The dictionary page: words that must not be cut apart, with a look at what changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apiflask import APIBlueprint
from flask import redirect, request
from flask.typing import ResponseReturnValue

from qa_engine.errors import UsageError
from qa_engine.text.normalise import fold
from qa_engine.text.words import Cutter
from qa_engine_web.corpus import the_library
from qa_engine_web.editing import COUNTED, count_of, own_file, saved_text, with_problem
from qa_engine_web.links import with_query
from qa_engine_web.options import OWN_DICTIONARY
from qa_engine_web.rendering import notebook, page, the_options

blueprint = APIBlueprint("lexicon", __name__, enable_openapi=False)

MOST_WORDS = 5000
LONGEST_WORD = 20  # characters
SHOWN = 50  # words and questions in a preview
_WORD = re.compile(r"[\w·.+#&%-]+")
_BETWEEN = re.compile(r"\s*[、,，;；]\s*")


def words_in(text: str) -> dict[str, str]:
    """Each word with what jieba's format says of it (``100 n``), in order.

    A line holds one word with its frequency and tag, or several words separated by 、.
    Words take the form in which texts are cut (simplified, half width). Raises UsageError
    naming a line that holds no word.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for entry in _BETWEEN.split(fold(line.partition("#")[0]).strip()):
            word, _, about = entry.partition(" ")
            if word:
                _check(number, word, about.strip())
                found[word] = " ".join(about.split())
    if len(found) > MOST_WORDS:
        raise UsageError(f"最多 {MOST_WORDS} 个词。", "请去掉不常用的词。")
    return found


def _check(number: int, word: str, about: str) -> None:
    if not _WORD.fullmatch(word) or not 1 < len(word) <= LONGEST_WORD:
        raise UsageError(
            f"第{number}行不是一个词：{word[:40]}",
            f"词是 2 到 {LONGEST_WORD} 个字，里面没有空格和标点。",
        )
    if about and not re.fullmatch(r"\d{1,9}( +[a-z]+)?|[a-z]+", about):
        raise UsageError(
            f"第{number}行的词后面看不懂：{about[:40]}",
            "词后面可以写频次和词性，例如：质强办 100 n",
        )


def dictionary_text(words: Mapping[str, str]) -> str:
    """The words in jieba's format, one a line."""
    return "".join(f"{word} {about}".strip() + "\n" for word, about in words.items())


@dataclass(frozen=True, slots=True)
class WordChange:
    """A word that is added: how it is cut now and then, and in how many passages it stands."""

    word: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    passages: int

    @property
    def whole(self) -> bool:
        """Whether it is one word already."""
        return len(self.before) == 1


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving would change; ``more`` added words are not shown one by one."""

    added: tuple[WordChange, ...]
    more: int
    dropped: tuple[str, ...]
    questions: tuple[str, ...]


def preview(
    before: Mapping[str, str], after: Mapping[str, str], questions: Sequence[str]
) -> Preview:
    """Compare two dictionaries; ``questions`` are those that were declined so far."""
    old = Cutter(dictionary_text(before).encode())
    new = Cutter(dictionary_text(after).encode())
    fresh = [word for word in after if after[word] != before.get(word)]
    touched = [q for q in questions if any(word in fold(q) for word in fresh)]
    return Preview(
        tuple(
            WordChange(word, tuple(old.pieces(word)), tuple(new.pieces(word)), count_of(word))
            for word in fresh[:SHOWN]
        ),
        max(0, len(fresh) - SHOWN),
        tuple(word for word in before if word not in after),
        tuple(touched[:SHOWN]),
    )


@blueprint.get("/corpus/dictionary")
def dictionary() -> ResponseReturnValue:
    """The words as they are."""
    the_library()
    text = saved_text(own_file(the_options().dictionary, OWN_DICTIONARY))
    return page("dictionary.html", text=text, preview=None, counted=COUNTED)


@blueprint.post("/corpus/dictionary")
def change_dictionary() -> ResponseReturnValue:
    """Show what would change, or build the index anew with these words (a job)."""
    library = the_library()
    try:
        words = words_in(request.form.get("text", ""))
    except UsageError as error:
        return with_problem("dictionary.html", error)
    path = own_file(the_options().dictionary, OWN_DICTIONARY)
    if request.form.get("do") == "save":
        job = library.use_dictionary(path, dictionary_text(words))
        return redirect(with_query("/corpus", {"job": job.id}), 303)
    book = notebook()
    questions = [entry.question for entry in book.unanswered()] if book else []
    found = preview(words_in(saved_text(path)), words, questions)
    return page("dictionary.html", text=dictionary_text(words), preview=found, counted=COUNTED)
