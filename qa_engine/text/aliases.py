"""Short and other names of institutions: forms to search for beside the one typed.

Three sources: a shipped list of general short names, pairs that the corpus itself gives
(“…以下简称…”, and short names that leave characters out of a longer one that occurs in it),
and the user's own file. A typed word is never replaced; others are searched for beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

from qa_engine.errors import UsageError
from qa_engine.text.normalise import fold
from qa_engine.text.organisations import SUFFIXES, abbreviates, core
from qa_engine.text.patterns import later

# Endings that a name in the shipped list may take: long form, short form.
_ENDINGS = (
    ("局", "局"),
    ("分局", "分局"),
    ("总局", "总局"),
    ("厅", "厅"),
    ("部", "部"),
    ("委员会", "委"),
)
_MOST = 4  # other forms of one typed form; more would drown it
_BODY = later(rf"[\u4e00-\u9fff]{{2,24}}(?:{'|'.join(sorted(SUFFIXES, key=len)[::-1])})$")
# Marks, particles and endings of other names: a piece with one inside is no single name.
_NOT_A_NAME = later(r"[^\u4e00-\u9fff]|[的是不由和与及哪谁各将被把在了]|[局厅]|委员会|街道")
_SHORT_NAME = later(
    r"[（(](?:以下|下文|下面)?(?:统称|简称|称|合称)(?:为)?[:：]?[“\"‘'「『《]?([^”\"’'」』》）)，。；、]{2,20})[”\"’'」』》]?"
)
_BEFORE = later(r"[^，。；;：:！？!?\s（()）]{2,40}$")


class Aliases:
    """Groups of forms that name the same thing, and names that occur in a corpus."""

    def __init__(self, groups: Iterable[Iterable[str]] = (), names: Iterable[str] = ()) -> None:
        self._groups = [list(group) for group in groups]
        self._others: dict[str, dict[str, None]] = {}
        for group in self._groups:
            forms = [fold(form).strip() for form in group]
            forms = [form for form in dict.fromkeys(forms) if len(form) > 1]
            for form in forms:
                others = self._others.setdefault(form, {})
                others.update(dict.fromkeys(f for f in forms if f != form))
        self._by_start: dict[str, list[str]] = {}
        for form in self._others:
            self._by_start.setdefault(form[:2], []).append(form)
        self._bodies: dict[tuple[str, str], list[str]] = {}
        for name in sorted({core(name) for name in names if _BODY.match(name)}):
            if len(name) >= 3:
                self._bodies.setdefault((name[0], name[-1]), []).append(name)

    @classmethod
    def load(cls, own: Path | None = None) -> Aliases:
        """The shipped list and the user's own file. Raises UsageError if that cannot be read."""
        shipped = resources.files("qa_engine").joinpath("data/aliases.tsv").read_text("utf-8")
        groups = list(read_groups(shipped))
        if own is not None:
            try:
                groups += read_groups(own.read_text("utf-8-sig"))
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(
                    f"读不了别名表 {own}：{error}", "请检查 QA_ENGINE_ALIASES。"
                ) from error
        return cls(groups)

    def of_corpus(self, names: Iterable[str], pairs: Iterable[Sequence[str]]) -> Aliases:
        """These, with the names that occur in a corpus and the pairs that it gives."""
        return Aliases([*self._groups, *pairs], names)

    def in_text(self, text: str) -> Mapping[str, tuple[str, ...]]:
        """Each form that stands in the text with its other forms; none within a longer one."""
        clean = fold(text)
        taken = [False] * len(clean)
        found: dict[str, tuple[str, ...]] = {}
        for form, at in self._forms_in(clean):
            if not any(taken[at : at + len(form)]):
                taken[at : at + len(form)] = [True] * len(form)
                found[form] = tuple(self._others[form])[:_MOST]
        for form, others in self._bodies_in(clean):
            known = found.get(form, ())
            added = tuple(other for other in others if other not in known and other != form)
            if added and not any(form != longer and form in longer for longer in found):
                found[form] = (*known, *added)[:_MOST]
        return found

    def _forms_in(self, clean: str) -> list[tuple[str, int]]:
        """The forms that stand in the text, long ones first, and where first."""
        found: dict[str, int] = {}
        for at in range(len(clean) - 1):
            for form in self._by_start.get(clean[at : at + 2], ()):
                if form not in found and clean.startswith(form, at):
                    found[form] = at
        return sorted(found.items(), key=lambda item: (-len(item[0]), item[0]))

    def _bodies_in(self, clean: str) -> Iterator[tuple[str, list[str]]]:
        """Pieces of the text that shorten names of the corpus, or that these shorten."""
        if not self._bodies:
            return
        ends = {last for _, last in self._bodies}
        for end in range(3, len(clean) + 1):
            if clean[end - 1] not in ends:
                continue
            for start in range(max(0, end - 20), end - 2):
                piece = clean[start:end]
                near = self._bodies.get((piece[0], piece[-1]), ())
                if not near or _NOT_A_NAME.search(piece[:-1]):
                    continue
                others = [
                    name
                    for name in near
                    if name not in piece and (abbreviates(piece, name) or abbreviates(name, piece))
                ]
                if others:
                    yield piece, others
                    break


def read_groups(text: str) -> Iterator[list[str]]:
    """Lines of forms with tabs between; ``#`` begins a remark, ``*`` stands for the endings."""
    for line in text.splitlines():
        forms = [form.strip() for form in line.partition("#")[0].split("\t")]
        forms = [form for form in forms if form]
        if len(forms) < 2:
            continue
        if not any(form.endswith("*") for form in forms):
            yield forms
            continue
        for long, short in _ENDINGS:
            yield [form[:-1] + end for form in forms for end in dict.fromkeys((long, short))]


def short_names(text: str) -> list[tuple[str, str]]:
    """(long, short) for each “…（以下简称…）” of a text whose short form leaves characters out
    of what stands before it: there alone it is clear where the long form begins."""
    clean = fold(text)
    pairs: list[tuple[str, str]] = []
    for match in _SHORT_NAME.finditer(clean):
        short = match.group(1).strip()
        before = _BEFORE.search(clean, 0, match.start())
        if before is None:
            continue
        long = _shortest_holding(before.group(), short)
        if long is not None and long != short:
            pairs.append((long, short))
    return list(dict.fromkeys(pairs))


def _shortest_holding(before: str, short: str) -> str | None:
    """The shortest end of ``before`` that has the characters of ``short`` in order."""
    at = len(before)
    for character in reversed(short):
        at = before.rfind(character, 0, at)
        if at < 0:
            return None
    return before[at:]
