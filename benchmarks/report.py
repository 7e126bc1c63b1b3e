"""Tables of figures, and the pages of documentation that hold them.

A page keeps what people wrote; each command replaces only its own part, between
``<!-- NAME -->`` and ``<!-- end of NAME -->``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others stand to the right."""
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def busy() -> float:
    """The load of the machine over the last minute; taken before a benchmark adds its own."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def made_by(module: str, arguments: Sequence[str], load: float) -> str:
    """Where figures come from, to stand under them; of paths only the last name."""
    shown = " ".join("=".join(_named(part) for part in word.split("=")) for word in arguments)
    command = f"python -m {module} {shown}"
    return (
        f"`{command}`, {date.today()}, {os.cpu_count()} processors, load {load:.1f} at the start."
    )


def _named(word: str) -> str:
    return Path(word).name if os.sep in word else word


def put(page: Path, name: str, body: str) -> None:
    """Replace the part of that name; a page without one gets it at its end."""
    text = page.read_text("utf-8") if page.exists() else ""
    first, last = f"<!-- {name} -->", f"<!-- end of {name} -->"
    part = f"{first}\n{body.strip()}\n{last}"
    if first in text and last in text:
        before, _, rest = text.partition(first)
        text = before + part + rest.partition(last)[2]
    else:
        text = f"{text.rstrip()}\n\n{part}\n".lstrip()
    page.write_text(text, "utf-8")
