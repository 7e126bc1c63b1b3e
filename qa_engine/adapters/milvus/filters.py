"""Filters as Milvus expressions: the twin of ``facets.allows``, with quoting of our own.

Characters that mean something in an expression or in LIKE are kept as private-use
characters, in the columns and in what is compared with them, so that no value can end a
string, escape a sign or act as a pattern, whatever a server's rules for escapes are.
"""

from __future__ import annotations

from collections.abc import Iterable

from qa_engine.adapters.facets import compact, first_day, last_day
from qa_engine.ports import Filters

LONGEST = 65_535  # bytes of a VARCHAR, Milvus' own limit
_SPECIAL = "".join(map(chr, range(32))) + "\x7f\"'\\%_{}"
_MARKS = str.maketrans({sign: chr(0xE100 + at) for at, sign in enumerate(_SPECIAL)})


def marked(text: str) -> str:
    """The text with every sign that could mean something replaced by one that cannot."""
    return text.translate(_MARKS)


def quoted(text: str) -> str:
    """A string literal of the marked text."""
    clean = marked(text).encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore")
    return f'"{clean}"'


def visible(generation: int) -> str:
    """The rows that a generation sees."""
    return f"born <= {generation} and died > {generation}"


def one_of(field: str, values: Iterable[str]) -> str:
    """``field`` is one of these keys: hashes and names of ours, which need no quoting."""
    return f"{field} in [{', '.join(quoted(value) for value in values)}]"


def expression(filters: Filters | None, generation: int) -> str:
    """The rows that a generation sees and the filters allow."""
    conditions = [visible(generation)]
    if filters:
        conditions += _conditions(filters)
    return " and ".join(conditions)


def _conditions(filters: Filters) -> list[str]:
    found: list[str] = []
    if filters.documents:
        found.append(_either(_document(wanted) for wanted in filters.documents))
    if filters.kinds:
        kinds = f"[{', '.join(quoted(kind) for kind in filters.kinds)}]"
        found.append(f"(kind in {kinds} or document_kind in {kinds})")
    if filters.speakers:
        found.append(_either(_contains("speaker", compact(name)) for name in filters.speakers))
    if filters.departments:
        found.append(
            _either(_contains("departments", compact(name)) for name in filters.departments)
        )
    if filters.date_from or filters.date_to:
        found.append('date_low != ""')
    if filters.date_from:
        found.append(f"date_high >= {quoted(first_day(filters.date_from))}")
    if filters.date_to:
        found.append(f"date_low <= {quoted(last_day(filters.date_to))}")
    return found


def _document(wanted: str) -> str:
    if wanted.endswith("/"):
        return f'document like "{quoted(wanted)[1:-1]}%"'
    return f"document == {quoted(wanted)} or {_contains('title', compact(wanted))}"


def _contains(field: str, part: str) -> str:
    return f'{field} like "%{quoted(part)[1:-1]}%"'


def _either(alternatives: Iterable[str]) -> str:
    return f"({' or '.join(alternatives)})"
