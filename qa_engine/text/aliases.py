"""Short and other names of institutions: forms to search for beside the one typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

from qa_engine.errors import UsageError
from qa_engine.text.normalise import fold


class Aliases:
    """Groups of forms that name the same thing."""

    def __init__(self, groups: Iterable[Iterable[str]] = ()) -> None:
        self._others: dict[str, dict[str, None]] = {}
        for group in groups:
            forms = [fold(form).strip() for form in group]
            forms = [form for form in dict.fromkeys(forms) if len(form) > 1]
            for form in forms:
                others = self._others.setdefault(form, {})
                others.update(dict.fromkeys(f for f in forms if f != form))

    @classmethod
    def load(cls, own: Path | None = None) -> Aliases:
        """The shipped list and the user's own file (one group a line, tabs between forms)."""
        shipped = resources.files("qa_engine").joinpath("data/aliases.tsv")
        groups = list(read_groups(shipped.read_text("utf-8"))) if shipped.is_file() else []
        if own is not None:
            try:
                groups += read_groups(own.read_text("utf-8-sig"))
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(
                    f"读不了别名表 {own}：{error}", "请检查 QA_ENGINE_ALIASES。"
                ) from error
        return cls(groups)

    def in_text(self, text: str) -> Mapping[str, tuple[str, ...]]:
        """Each form that stands in the text, longest first, with its other forms."""
        clean = fold(text)
        found: dict[str, tuple[str, ...]] = {}
        taken = [False] * len(clean)
        for form in sorted(self._others, key=lambda f: (-len(f), f)):
            at = clean.find(form)
            if at >= 0 and not any(taken[at : at + len(form)]):
                taken[at : at + len(form)] = [True] * len(form)
                found[form] = tuple(self._others[form])
        return found


def read_groups(text: str) -> Iterable[list[str]]:
    """Lines of forms with tabs between; ``#`` begins a remark."""
    for line in text.splitlines():
        forms = [form.strip() for form in line.partition("#")[0].split("\t")]
        forms = [form for form in forms if form]
        if len(forms) > 1:
            yield forms
