"""What the engine speaks of: documents, passages, records, hits, answers.

Offsets count characters (code points) of ``Document.text``, start inclusive and end
exclusive, unless a docstring says otherwise. Dates are ISO 8601, shortened when parts
are unknown (``2013``, ``2013-08``, ``2013-08-22``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qa_engine.alignment import Aligned, Run

# Roles of a record's cell. The vocabulary that maps a header to a role lives in
# sources; everything downstream asks for roles, never for header words.
LEAD = "lead"  # 牵头部门, 责任单位, 主责 …
COOPERATE = "cooperate"  # 配合部门, 协办, 参与 …
DEADLINE = "deadline"  # 完成时间, 时间节点 …
TASK = "task"  # 主要工作, 具体内容, 任务 …: what has to be done
GROUP = "group"  # 工作名称, 类别 …: what several tasks have in common
NUMBER = "number"  # 序号
TARGET = "target"  # 目标, 指标
CHECK = "check"  # 考核要点, 成果形式
PERSON = "person"  # 姓名, 联系人: who, by name
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a record.

    ``start``/``end`` is where the value stands in the document; both are -1 when the
    cell is blank. ``carried`` tells that the value was merged over several rows and
    stands in an earlier one.
    """

    header: str
    value: str
    role: str = OTHER
    start: int = -1
    end: int = -1
    carried: bool = False

    @property
    def filled(self) -> bool:
        """Whether it says anything: dashes and strokes are how a form leaves a cell blank."""
        return bool(self.value.strip(" \u3000-—–―─/／\\"))


@dataclass(frozen=True, slots=True)
class Record(Mapping[str, str]):
    """A table row or a duty clause as header → value (blank cells are ``""``)."""

    cells: tuple[Cell, ...]

    def __getitem__(self, header: str) -> str:
        for cell in self.cells:
            if cell.header == header:
                return cell.value
        raise KeyError(header)

    def __iter__(self) -> Iterator[str]:
        return (cell.header for cell in self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def by_role(self, role: str) -> tuple[Cell, ...]:
        """The cells of one role, blank ones included; empty if the table has no such column."""
        return tuple(cell for cell in self.cells if cell.role == role)


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone named in a list of participants (发布人, 主持人 …)."""

    name: str
    role: str = ""
    function: str = ""  # 发布人, 主持人 …, as written


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part of the source that was not kept, and why (for inspection)."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document's structure, in reading order.

    ``kind`` is one of ``title``, ``heading``, ``paragraph``, ``row``, ``question``,
    ``speech``, ``byline``, ``meta``. ``text`` is the cleaned text with its alignment to
    the document. ``headings`` is the path of headings above the block, outermost first.
    ``turn`` numbers turns (or question-answer pairs) from 1; ``table`` and ``row`` number
    tables and their data rows from 1. ``question`` is what a speech answers.
    """

    kind: str
    text: Aligned
    headings: tuple[str, ...] = ()
    level: int = 0
    page: int | None = None
    table: int | None = None
    row: int | None = None
    record: Record | None = None
    turn: int | None = None
    speaker: str | None = None
    role: str | None = None
    question: str | None = None
    asker: str | None = None
    date: str | None = None
    note: str | None = None  # e.g. "OCR 0.93"


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it was read and understood.

    ``text`` is the text of the source, noise included; blocks, cells, dropped parts and
    citations point into it. ``kind`` is ``table``, ``press``, ``newsletter``, ``faq``,
    ``notice``, ``prose`` … ``facts`` is what the document says of itself (文号, 签发人,
    主送, 印发日期, 附件 …), each an exact slice; an empty record where it says nothing.
    """

    id: str
    title: str
    text: str
    kind: str = "prose"
    date: str | None = None
    place: str | None = None
    source: str | None = None  # issuing body, as written
    blocks: tuple[Block, ...] = ()
    participants: tuple[Participant, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    problems: tuple[str, ...] = ()
    encoding: str | None = None
    encoding_confidence: float | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    facts: Record = Record(())


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What a list of documents shows of one."""

    id: str
    title: str
    kind: str
    date: str | None
    place: str | None
    source: str | None
    characters: int
    passages: int
    problems: tuple[str, ...]
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, table row or part of a turn: what is searched, shown and cited.

    ``text`` is cleaned; for a table row it says its headers and carried values.
    ``start``/``end`` is the range in the document that the passage covers; ``runs`` map
    characters of ``text`` to it exactly.
    """

    id: str
    document: str
    title: str
    text: str
    kind: str
    headings: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    page: int | None = None
    row: int | None = None
    record: Record | None = None
    speaker: str | None = None
    role: str | None = None
    date: str | None = None
    ordinal: int = 0  # place among the document's passages, from 0
    table: int | None = None
    turn: int | None = None
    question: str | None = None
    asker: str | None = None
    place: str | None = None
    note: str | None = None
    runs: tuple[Run, ...] = ()

    @property
    def aligned(self) -> Aligned:
        return Aligned(self.text, self.runs)


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked passage. ``parts`` holds the scores that made ``score``, by name."""

    score: float
    passage: Passage
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """``quote`` is exactly ``document.text[start:end]`` of the passage's document."""

    quote: str
    start: int
    end: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Item:
    """One member of a set or list answer."""

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class QueryInfo:
    """How a question was understood, for display.

    ``expanded`` pairs a typed term with the forms searched too; ``suggestions`` are
    close terms that the corpus has where it lacks the typed one.
    """

    text: str
    expanded: tuple[tuple[str, tuple[str, ...]], ...] = ()
    suggestions: tuple[tuple[str, str], ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its sources, or a decline (``found`` is False, ``text`` is ``""``).

    ``kind``: record | turn | span | set | sentence | none. ``confidence`` is a
    probability in [0, 1] that the answer is right. ``hits`` are the ranked passages of
    the question, also when declining. ``parts`` are the answers to each part of a
    question with two parts. ``phrased_by`` names the language model whose wording ``text``
    is; empty as a rule, when it is drawn from the documents.
    """

    text: str
    found: bool
    confidence: float
    kind: str
    citations: tuple[Citation, ...] = ()
    items: tuple[Item, ...] = ()
    note: str = ""
    reasons: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    parts: tuple[Answer, ...] = ()
    query: QueryInfo | None = None
    phrased_by: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation of an index is made of; written last, read first."""

    format: int
    generation: str
    created: str  # ISO time, UTC
    encoder: str  # name of the vector space
    dimension: int
    analyser: str  # name and version of the word cutting
    documents: int
    passages: int
    roots: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)  # path → sha256
    meta: Mapping[str, str] = field(default_factory=dict)
