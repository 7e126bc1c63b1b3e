"""What is installed from the wheel works without the source tree."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_installs_only_our_two_packages(wheel: Path) -> None:
    """No generic top-level name such as web, index or tests."""
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert top == {"qa_engine", "qa_engine_web"}
    assert "qa_engine/data/confidence.json" in names
    assert any(name.endswith(".css") for name in names)
    assert any("/templates/" in name for name in names)


def test_the_installed_wheel_answers(wheel: Path, corpus_index: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, with nothing of the source tree on the path."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import qa_engine; "
        "assert qa_engine.__file__.startswith(sys.argv[1]); "
        "from qa_engine.cli import main; "
        "sys.exit(main(['ask', '首席质量官培训由哪个部门牵头？', '--index', sys.argv[2]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "site"), str(corpus_index)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("区质监分局")
