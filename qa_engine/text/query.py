"""The operators of a query: "exact phrase", -excluded, field:value. The rest is the question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from qa_engine.errors import FilterError
from qa_engine.ports import Filters
from qa_engine.text.normalise import fold
from qa_engine.text.patterns import later

# Filter names, as typed → the public key.
FIELDS = {
    "document": "document",
    "文档": "document",
    "文件": "document",
    "kind": "kind",
    "类型": "kind",
    "speaker": "speaker",
    "发言人": "speaker",
    "department": "department",
    "部门": "department",
    "date": "date",
    "日期": "date",
}
# Kinds of documents and passages under the names that people use for them.
KINDS = {
    "表格": ("table",),
    "工作表": ("table",),
    "发布会": ("press",),
    "新闻发布会": ("press",),
    "访谈": ("interview",),
    "简报": ("newsletter",),
    "通知": ("notice",),
    "问答": ("faq",),
    "正文": ("prose",),
}
_FIELD = later(
    r"(?<!\S)(" + "|".join(FIELDS) + r")[:：](?:[\"“]([^\"“”]*)[\"”]|(\S+))", re.IGNORECASE
)
_PHRASE = later(r"\"([^\"]+)\"|“([^“”]+)”|「([^「」]+)」")
_EXCLUDED = later(r"(?<!\S)[-－](?=[^\W\d_])(\S+)")
_DATE = later(r"(\d{4})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月?)|年?)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """``text``: what remains to look for, phrases included, operators not."""

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: Filters | None = None


def parse_query(text: str) -> Parsed:
    """Raises FilterError for a filter whose value cannot be read."""
    given: dict[str, list[str]] = {}

    def take_field(match: re.Match[str]) -> str:
        key = FIELDS[match.group(1).lower()]
        given.setdefault(key, []).append((match.group(2) or match.group(3) or "").strip())
        return " "

    rest = _FIELD.sub(take_field, text)
    phrases = [next(g for g in m.groups() if g).strip() for m in _PHRASE.finditer(rest)]
    rest = _PHRASE.sub(lambda m: f" {next(g for g in m.groups() if g)} ", rest) if phrases else rest
    excluded = [m.group(1) for m in _EXCLUDED.finditer(rest)]
    rest = _EXCLUDED.sub(" ", rest)
    return Parsed(
        text=" ".join(rest.split()),
        phrases=tuple(p for p in phrases if p),
        excluded=tuple(excluded),
        filters=read_filters(given),
    )


def read_filters(given: Filters | Mapping[str, object] | None) -> Filters | None:
    """Filters from a mapping with the keys that queries and addresses use.

    Values are strings or lists of strings. Raises FilterError.
    """
    if given is None or isinstance(given, Filters):
        return given or None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in given.items():
        key = FIELDS.get(name.lower())
        if key is None:
            raise FilterError(
                f"没有名为 {name} 的筛选条件。", "可用：document、kind、speaker、department、date。"
            )
        values = tuple(v.strip() for v in _strings(name, value) if v.strip())
        if values:
            found[key] = (*found.get(key, ()), *values)
    low, high = date_range(found["date"][-1]) if "date" in found else (None, None)
    kinds = [k for kind in found.get("kind", ()) for k in KINDS.get(fold(kind), (fold(kind),))]
    filters = Filters(
        documents=found.get("document", ()),
        kinds=tuple(kinds),
        speakers=found.get("speaker", ()),
        departments=found.get("department", ()),
        date_from=low,
        date_to=high,
    )
    return filters or None


def both(one: Filters | None, other: Filters | None) -> Filters | None:
    """The filters of a call with those typed into its query; typed ones replace field by field."""
    if not one or not other:
        return one or other
    return replace(
        one,
        documents=other.documents or one.documents,
        kinds=other.kinds or one.kinds,
        speakers=other.speakers or one.speakers,
        departments=other.departments or one.departments,
        date_from=other.date_from or one.date_from,
        date_to=other.date_to or one.date_to,
    )


def described(filters: Filters | None) -> dict[str, str]:
    """Filters as key → value, for display and for addresses."""
    if not filters:
        return {}
    result = {
        "document": "、".join(filters.documents),
        "kind": "、".join(filters.kinds),
        "speaker": "、".join(filters.speakers),
        "department": "、".join(filters.departments),
    }
    if filters.date_from or filters.date_to:
        same = filters.date_from == filters.date_to
        low, high = filters.date_from or "", filters.date_to or ""
        result["date"] = low if same else f"{low}..{high}"
    return {key: value for key, value in result.items() if value}


def date_range(text: str) -> tuple[str | None, str | None]:
    """``2013..2014-06``, ``2013年8月``, ``2013..`` or ``..2014`` → inclusive ISO dates."""
    clean = fold(text)
    low, dots, high = clean.partition("..")
    first = _iso(low, text) if low.strip() else None
    last = (_iso(high, text) if high.strip() else None) if dots else first
    if first is None and last is None:
        raise FilterError(f"看不懂日期 {text}。", "例如：date:2013、date:2013-08..2014。")
    return first, last


def _iso(written: str, whole: str) -> str:
    match = _DATE.fullmatch(written.strip())
    if match is None:
        raise FilterError(f"看不懂日期 {whole}。", "例如：date:2013、date:2013-08..2014。")
    return "-".join(part.zfill(2) for part in match.groups() if part)


def _strings(name: str, value: object) -> Iterable[str]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise FilterError(f"筛选条件 {name} 的值应是文字。", "例如：kind=table。")
