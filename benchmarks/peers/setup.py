"""Environments of the other tools: ``python -m benchmarks.peers.setup --envs DIR [NAME…]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "requirements"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    known = sorted(path.stem for path in REQUIREMENTS.glob("*.txt"))
    parser.add_argument("names", nargs="*", default=known, help=f"of {', '.join(known)}; all")
    parser.add_argument("--envs", type=Path, required=True)
    options = parser.parse_args()
    for name in options.names:
        folder = options.envs / name
        if not python_of(options.envs, name).exists():
            venv.create(folder, with_pip=True)
        command = [str(python_of(options.envs, name)), "-m", "pip", "install", "--quiet"]
        command += ["-r", str(REQUIREMENTS / f"{name}.txt")]
        print(f"{name}: {' '.join(command[1:])}", file=sys.stderr)
        subprocess.run(command, check=True)


def python_of(envs: Path, name: str) -> Path:
    """The interpreter of an environment; the running one for the engine's own."""
    if not name:
        return Path(sys.executable)
    windows = envs / name / "Scripts" / "python.exe"
    return windows if sys.platform == "win32" else envs / name / "bin" / "python"


if __name__ == "__main__":
    main()
