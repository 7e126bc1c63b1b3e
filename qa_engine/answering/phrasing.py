"""An answer put into words by a generator: only what its cited passages say is kept.

The generator never decides: what was declined stays declined, a complete set stays a set,
and a wording without the answer that was found is not used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_engine.answering.evidence import scope
from qa_engine.answering.matching import terms
from qa_engine.errors import GeneratorFailed
from qa_engine.models import Answer, Passage
from qa_engine.ports import Generator
from qa_engine.text.normalise import fold
from qa_engine.text.numbers import canonical_numbers, dates
from qa_engine.text.patterns import later
from qa_engine.text.places import find_places
from qa_engine.text.sentences import sentences

_MOST = 6  # passages that are given
_LONGEST = 1200  # characters of each
_SHORT = 40  # an answer up to this length must stand in the wording
_OVERLAP = 0.6  # of a sentence's words, in its passages or the question

_MARK = later(r"[\[［【]\s*(\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)\s*[\]］】]")
_MARKS_BEHIND = later(rf"([。！？!?；])\s*((?:{_MARK.pattern})+)")
_RUN = later(r"\d+(?:\.\d+)?")
_QUOTED = later(r"[“「『《]([^”」』》]{2,60})[”」』》]")
_LATIN = later(r"[a-z][a-z0-9\-]+")
_DENIES = later(r"不|没有?|未|无|非|除外|禁止|取消")
# Names that a generator might make up: bodies by their ending, persons by common surnames.
_BODY_END = later(
    r"(?:[局委办厅院署处科镇乡县区市省]|部门?|中心|公司|集团|街道|学校|大学|医院|协会|银行)$"
)
_SURNAME = later(
    r"[王李张刘陈杨赵黄周吴徐孙胡朱郭何林罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾魏薛叶阎余潘杜戴夏钟汪]"
    r"[\u4e00-\u9fff]{1,2}"
)
# Runs of characters between words that only link.
_HAN = later(r"[^\W\da-z由和与及的是在将于为被把对以等其并也都了会该]{2,}")


def phrased(answer: Answer, question: str, generator: Generator) -> Answer:
    """The answer in the generator's words, or as it was found, with the reason told."""
    if not answer.found or answer.kind == "set" or not answer.citations:
        return answer
    passages = list({one.passage.id: one.passage for one in answer.citations}.values())[:_MOST]
    try:
        reply = generator.phrase(question, answer.text, [_shown(one) for one in passages])
    except GeneratorFailed as failure:
        return _as_found(answer, str(failure))
    kept = supported(reply, question, [fold(scope(one)[: 3 * _LONGEST]) for one in passages])
    text = "".join(kept)
    if not kept:
        return _as_found(answer, "没有一句有出处支持")
    if len(answer.text) <= _SHORT and not _says(text, answer.text):
        return _as_found(answer, "没有说出找到的答案")
    told = f"由模型“{generator.name}”改写；原文：{answer.text}"
    return replace(answer, text=text, phrased_by=generator.name, reasons=(*answer.reasons, told))


def _as_found(answer: Answer, why: str) -> Answer:
    return replace(answer, reasons=(*answer.reasons, f"没有采用模型的改写：{why}"))


def _shown(passage: Passage) -> str:
    above = [passage.title, *passage.headings, passage.question or ""]
    speaker = " ".join(part for part in (passage.role, passage.speaker) if part)
    head = " — ".join(part for part in (*above, speaker) if part)
    return f"《{head}》\n{passage.text[:_LONGEST]}"


def supported(reply: str, question: str, passages: Sequence[str]) -> list[str]:
    """The sentences of a reply that cite given passages which bear them out, without their
    marks. ``passages`` are folded, numbered from 1."""
    kept: list[str] = []
    text = _MARKS_BEHIND.sub(r"\2\1", reply.strip())
    for start, end in sentences(text):
        sentence = text[start:end]
        numbers = [
            int(number)
            for mark in _MARK.finditer(sentence)
            for number in re.findall(r"\d+", mark.group(1))
        ]
        if not numbers or not all(1 <= number <= len(passages) for number in numbers):
            continue
        bare = _MARK.sub("", sentence).strip()
        source = "\n".join(passages[number - 1] for number in dict.fromkeys(numbers))
        if bare and bears_out(source, bare, question):
            kept.append(bare)
    return kept


def bears_out(source: str, sentence: str, question: str) -> bool:
    """Whether the folded source says what the sentence does, as far as numbers, dates, names,
    denials and words tell."""
    said = fold(sentence)
    if not _figures(said) <= _figures(source):
        return False
    if not all(_dated(iso, source) for iso in (one.iso for one in dates(said))):
        return False
    if not all(one in source for one in _QUOTED.findall(said)):
        return False
    if not all(one in source for one in (*_LATIN.findall(said), *find_places(said))):
        return False
    if _DENIES.search(said) and not _DENIES.search(source):
        return False
    known = f"{source}\n{fold(question)}"
    if any(_BODY_END.search(run) or _SURNAME.search(run) for run in _new_runs(said, known)):
        return False
    words = [term for term in terms(said) if len(term) > 1]
    there = set(terms(known))
    return bool(words) and sum(term in there for term in words) >= _OVERLAP * len(words)


def _figures(text: str) -> set[str]:
    """All numbers in digits, those of dates left out."""
    for date in reversed(dates(text)):
        text = f"{text[: date.start]} {text[date.end :]}"
    return set(_RUN.findall(canonical_numbers(text)))


def _dated(iso: str, source: str) -> bool:
    """Whether the source has that date, at least as exactly."""
    parts = [part for part in re.split(r"[-/]", iso) if part]
    return any(
        all(part in re.split(r"[-/]", other.iso) for part in parts) for other in dates(source)
    )


def _new_runs(said: str, known: str) -> list[str]:
    """The pieces of a sentence that stand nowhere in what is known: two characters or more,
    with the character before and behind, which a made-up name may share."""
    new: list[str] = []
    for run in _HAN.findall(said):
        there = [run[at : at + 2] in known for at in range(len(run) - 1)]
        at = 0
        while at < len(there):
            if there[at]:
                at += 1
                continue
            end = at
            while end < len(there) and not there[end]:
                end += 1
            new.append(run[at : end + 1])
            at = end
    return new


def _says(text: str, found: str) -> bool:
    """Whether a wording holds the answer, each of its members."""
    hay = _letters(text)
    members = [_letters(one) for one in re.split(r"[、，,；;\n]", found)]
    return all(member in hay for member in members if member)


def _letters(text: str) -> str:
    return re.sub(r"[^\w%‰]", "", fold(text))
