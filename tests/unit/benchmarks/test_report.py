"""Pages of documentation that commands fill."""

from pathlib import Path

from benchmarks.report import made_by, put, table


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


def test_a_source_line_names_the_command_without_this_machines_folders() -> None:
    """Whoever reads it can run it; where files lay here helps nobody."""
    said = made_by("benchmarks.x", ["/home/me/set.json", "--cache", "/var/c", "--n", "5"], 0.25)
    assert said.startswith("`python -m benchmarks.x set.json --cache c --n 5`, ")
    assert said.endswith("load 0.2 at the start.")
    assert "a.jsonl=index" in made_by("benchmarks.x", ["/home/a.jsonl=/home/index"], 0)
