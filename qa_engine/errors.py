"""The errors of the engine; each carries a hint: what to do next.

QAEngineError
├── UsageError           an argument or a question cannot be used as it is
│   ├── QuestionError    empty or over-long question
│   └── FilterError      unknown filter, or a value that cannot be read
├── IndexError_          the index as a whole
│   ├── IndexNotFound    nothing has been built in that folder yet
│   ├── IndexMismatch    built with another encoder, dimension or analyser
│   ├── IndexDamaged     a file is missing or does not match its checksum
│   ├── IndexLocked      another writer is at work
│   └── DuplicateDocument two sources claim one document id
├── SourceError          one document cannot be read (the others still can)
│   ├── UnreachableSource where it lies does not answer; what is indexed of it stays
│   ├── UnsupportedFormat
│   └── UnreadableFile
├── DocumentNotFound     no document has that id
├── ModelError           a model is missing, incomplete or of the wrong kind
├── StoreUnavailable     a remote store does not answer
├── GeneratorFailed      a generator gave no usable reply (the answer as found is used)
└── MissingExtra         an optional package is not installed
"""

from __future__ import annotations


class QAEngineError(Exception):
    """Base of all errors that the engine raises on purpose.

    ``message`` says what happened, ``hint`` what to do next (often a command).
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(QAEngineError):
    """An argument cannot be used as it is."""


class QuestionError(UsageError):
    """The question is empty or too long."""


class FilterError(UsageError):
    """A filter is unknown or its value cannot be read."""


class IndexError_(QAEngineError):
    """Something is wrong with the index as a whole."""


class IndexNotFound(IndexError_):
    """Nothing has been built in that folder yet."""


class IndexMismatch(IndexError_):
    """The index was built with another encoder, dimension or analyser."""


class IndexDamaged(IndexError_):
    """A file of the index is missing or has changed."""


class IndexLocked(IndexError_):
    """Another process is writing this index."""


class DuplicateDocument(IndexError_):
    """Two sources claim the same document id."""


class SourceError(QAEngineError):
    """One document cannot be read; the others still can."""


class UnreachableSource(SourceError):
    """Where documents lie does not answer; ``gone``: it does, and has none there."""

    def __init__(self, message: str, hint: str = "", *, gone: bool = False) -> None:
        super().__init__(message, hint)
        self.gone = gone


class UnsupportedFormat(SourceError):
    """No reader knows this kind of file."""


class UnreadableFile(SourceError):
    """The file is empty, damaged, encrypted or of another kind than its name says."""


class DocumentNotFound(QAEngineError):
    """No document has that id."""


class ModelError(QAEngineError):
    """A model is missing, incomplete or of the wrong kind."""


class StoreUnavailable(QAEngineError):
    """A remote store does not answer."""


class GeneratorFailed(QAEngineError):
    """A generator gave no usable reply; the answer is given as it was found."""


class MissingExtra(QAEngineError):
    """An optional package is not installed."""
