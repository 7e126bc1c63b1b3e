"""Reading the parameters of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from qa_engine.errors import FilterError, QuestionError
from qa_engine.settings import MAX_QUESTION
from qa_engine_web.contract import FILTER_KEYS
from qa_engine_web.links import Params, replacing, with_query

MAX_FILTERS = 20


def filters_in(args: MultiDict[str, str]) -> dict[str, list[str]]:
    """The filters of an address, each with its values, in the order of FILTER_KEYS."""
    found: dict[str, list[str]] = {}
    for key in FILTER_KEYS:
        values = [value.strip() for value in args.getlist(key) if value.strip()]
        if values:
            found[key] = list(dict.fromkeys(values))[:MAX_FILTERS]
    return found


def engine_filters(filters: Mapping[str, Sequence[str]]) -> dict[str, str | list[str]] | None:
    """Filters as the engine takes them: one value bare, several as a list; None if none.

    Several years become the range from the first to the last.
    """
    result: dict[str, str | list[str]] = {}
    for key, values in filters.items():
        if key == "date" and len(values) > 1:
            ends = sorted(end for value in values for end in value.split("..") if end)
            result[key] = f"{ends[0]}..{ends[-1]}"
        else:
            result[key] = values[0] if len(values) == 1 else list(values)
    return result or None


def question_in(text: str) -> str:
    """The question without surrounding space; raises QuestionError if empty or too long."""
    question = " ".join(text.replace("\x00", " ").split())
    if not question:
        raise QuestionError("问题是空的。", "请输入一个问题，例如：某项工作由哪个部门牵头？")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"问题太长：{len(question)} 字，最多 {MAX_QUESTION} 字。",
            "请把问题缩短，或分成几个问题来问。",
        )
    return question


def number_in(text: str | None, default: int, low: int, high: int) -> int:
    """An integer parameter, kept within its bounds; the default if it is none."""
    try:
        value = int(text) if text else default
    except ValueError:
        value = default
    return min(high, max(low, value))


def choice_in(text: str | None, choices: Sequence[str], name: str) -> str:
    """One of the choices, the first by default; raises FilterError for another."""
    if not text:
        return choices[0]
    if text not in choices:
        raise FilterError(f"{name} 不能是 {text[:40]}。", f"可用的值：{'、'.join(choices)}。")
    return text


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of a list is shown; links are None at the ends."""

    number: int
    total: int
    start: int
    end: int
    before: str | None
    after: str | None


def pages(count: int, asked: str | None, size: int, path: str, args: MultiDict[str, str]) -> Pages:
    """Cut a list of ``count`` entries into pages of ``size``."""
    total = max(1, -(-count // size))
    number = number_in(asked, 1, 1, total)
    params = {key: args.getlist(key) for key in args}

    def link(to: int) -> str:
        changed: Params = replacing(params, [("page", str(to))])
        return with_query(path, changed)

    return Pages(
        number,
        total,
        (number - 1) * size,
        min(count, number * size),
        link(number - 1) if number > 1 else None,
        link(number + 1) if number < total else None,
    )
