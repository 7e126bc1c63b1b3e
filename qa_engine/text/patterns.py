"""Regular expressions that are compiled when first used.

The rules have hundreds, and one question needs few of them: compiling all is a tenth of a second
of every new process.
"""

from __future__ import annotations

import re
from typing import Any, cast


class Later:
    """Looks like the compiled pattern, and is as quick from the second use on."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # asked by copying and pickling, before there is a source
            raise AttributeError(name)
        found = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, found)
        return found


def later(source: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``, later. Call its methods: ``re.sub(it, …)`` needs a real pattern."""
    return cast("re.Pattern[str]", Later(source, flags))
