"""Long readings say that they go on, page by page: a long scan is not a parser that hangs."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def listen(heard: Callable[[], None]) -> None:
    """Call ``heard`` at every step from now on, in this process."""
    _listeners.append(heard)


def step() -> None:
    """A page or another part of a file is done."""
    for heard in _listeners:
        heard()
