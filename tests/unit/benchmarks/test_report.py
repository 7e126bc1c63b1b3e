"""Pages of documentation that commands fill."""

from pathlib import Path

from benchmarks.report import put, table


def test_a_command_replaces_its_own_part_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Figures\n\nWritten by hand.\n", "utf-8")
    put(page, "one", "first")
    put(page, "two", "second")
    before = page.read_text("utf-8")
    put(page, "one", "later")
    after = page.read_text("utf-8")
    assert after == before.replace("first", "later")
    assert after.startswith("# Figures\n\nWritten by hand.\n")
    assert "second" in after


def test_a_table_is_as_wide_as_its_head() -> None:
    made = table(["Tool", "ms"], [["a", "1"], ["b", "2"]]).splitlines()
    assert [line.count("|") for line in made] == [3, 3, 3, 3]
