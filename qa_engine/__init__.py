"""Chinese text search and question answering over office documents.

>>> from qa_engine import open_engine
>>> with open_engine("index") as engine:  # doctest: +SKIP
...     print(engine.ask("首席质量官培训由哪个部门牵头？").text)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa_engine.errors import QAEngineError

if TYPE_CHECKING:
    from pathlib import Path

    from qa_engine.engine import Engine

__version__ = "0.1.0"
__all__ = ["QAEngineError", "__version__", "open_engine"]


def open_engine(index: str | Path | None = None, **options: Any) -> Engine:
    """Open the index in a folder for asking, searching and changing.

    ``options``: ``model``, ``store``, ``uri``, ``reader``, ``aliases``, ``dictionary``;
    what is not given comes from the environment (``QA_ENGINE_…``), then the defaults.

    Raises IndexNotFound when nothing has been built there, IndexMismatch when it was
    built with another model, IndexDamaged when files are missing.
    """
    from qa_engine.wiring import open_engine as open_

    return open_(index, **options)
