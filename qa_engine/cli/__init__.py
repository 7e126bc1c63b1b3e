"""The command line: ``qa-engine index | ask | search | …``.

Exit status: 0 done (declining is done), 1 it could not (one line on stderr with the next
step), 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from qa_engine.errors import QAEngineError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    from qa_engine.cli.arguments import parser

    options = parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except UsageError as error:
        print(f"qa-engine: {error}", file=sys.stderr)
        return 2
    except QAEngineError as error:
        print(f"qa-engine: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("qa-engine: 已中断；已发布的索引没有变化。", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; nothing more to say.
        sys.stderr.close()
        return 0
