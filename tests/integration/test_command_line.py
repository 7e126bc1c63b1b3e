"""The command line as a newcomer meets it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qa_engine.cli import main
from tests.conftest import CORPUS

QUESTION = "首席质量官培训由哪个部门牵头？"


def run(*arguments: str, index: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa_engine.cli", *arguments, "--index", str(index)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def test_ask_answers_with_the_row_it_stands_in(corpus_index: Path) -> None:
    """The main job: the department, and the table row as its source."""
    done = run("ask", QUESTION, index=corpus_index)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("区质监分局")
    assert "开展首席质量官培训" in done.stdout


def test_ask_prints_one_json_object(corpus_index: Path) -> None:
    """Keys are the attribute names; the quote is an exact slice."""
    done = run("ask", QUESTION, "--json", index=corpus_index)
    answer = json.loads(done.stdout)
    assert answer["text"] == "区质监分局"
    assert answer["found"] is True
    assert answer["kind"] == "record"
    citation = answer["citations"][0]
    source = next(CORPUS.glob("002_*.txt")).read_text(encoding="utf-8")
    assert source[citation["start"] : citation["end"]] == citation["quote"]
    assert citation["passage"]["record"]["牵头部门"] == "区质监分局"


def test_a_cold_question_imports_neither_torch_nor_flask(corpus_index: Path) -> None:
    """What is not needed is not paid for."""
    code = (
        "import sys; from qa_engine.cli import main; "
        f"main(['ask', {QUESTION!r}, '--index', {str(corpus_index)!r}]); "
        "heavy = {'torch', 'transformers', 'flask', 'pandas', 'sentence_transformers', 'scipy',"
        " 'qa_engine.sources.read', 'qa_engine.indexing', 'pypinyin', 'whoosh'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.stdout.rstrip().endswith("[]"), done.stdout + done.stderr


def test_declining_is_a_success(corpus_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 0 and found = false."""
    status = main(["ask", "火星移民局牵头哪些任务？", "--json", "--index", str(corpus_index)])
    answer = json.loads(capsys.readouterr().out)
    assert status == 0
    assert answer["found"] is False
    assert answer["text"] == ""
    assert answer["hits"]


def test_an_empty_cell_is_said_to_be_empty(
    corpus_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A blank cell is no answer, and the note says why."""
    main(["ask", "“三名”商标培育由哪些部门配合？", "--json", "--index", str(corpus_index)])
    answer = json.loads(capsys.readouterr().out)
    assert answer["found"] is False
    assert "空白" in answer["note"]
    assert answer["citations"]


def test_a_missing_index_names_the_command_that_builds_one(tmp_path: Path) -> None:
    """One clear line, no traceback, exit status 1."""
    done = run("ask", "什么？", index=tmp_path / "none")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "qa-engine index" in done.stderr


@pytest.mark.parametrize("question", ["   ", "问" * 501])
def test_empty_and_over_long_questions_are_wrong_usage(corpus_index: Path, question: str) -> None:
    """Exit status 2 and what to do."""
    done = run("ask", question, index=corpus_index)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_one_unreadable_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """It is named, the rest is published, and the exit status tells."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "好.txt").write_text("通知\n\n本周五下午停水检修。\n", encoding="utf-8")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 this is no document")
    (folder / "空.pdf").write_bytes(b"")
    (folder / "README.md").write_text("# not indexed", encoding="utf-8")
    done = run("index", str(folder), "--model", "hashing", index=tmp_path / "index")
    assert done.returncode == 1
    assert "坏.docx" in done.stdout + done.stderr
    assert "空.pdf" in done.stdout + done.stderr
    assert "README" not in done.stdout + done.stderr
    found = run("search", "停水", "--json", "--model", "hashing", index=tmp_path / "index")
    assert json.loads(found.stdout)[0]["passage"]["document"] == "papers/好.txt"


def test_indexing_again_only_does_what_changed(tmp_path: Path) -> None:
    """Added, changed, removed and skipped are told apart."""
    folder = tmp_path / "papers"
    folder.mkdir()
    for name in ("甲", "乙", "丙"):
        (folder / f"{name}.txt").write_text(f"{name}通知\n\n{name}路施工。\n", encoding="utf-8")
    where = tmp_path / "index"
    options = ("--json", "--model", "hashing")
    first = json.loads(run("index", str(folder), *options, index=where).stdout)
    assert len(first["added"]) == 3
    (folder / "甲.txt").write_text("甲通知\n\n甲路施工结束。\n", encoding="utf-8")
    (folder / "乙.txt").unlink()
    second = json.loads(run("index", *options, index=where).stdout)
    assert second["changed"] == ["papers/甲.txt"]
    assert second["removed"] == ["papers/乙.txt"]
    assert second["skipped"] == ["papers/丙.txt"]


def test_removed_documents_stay_removed_until_named_again(tmp_path: Path) -> None:
    """remove, refresh, name again."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "甲.txt").write_text("甲通知\n\n甲路施工。\n", encoding="utf-8")
    (folder / "乙.txt").write_text("乙通知\n\n乙路施工。\n", encoding="utf-8")
    where, model = tmp_path / "index", ("--model", "hashing")
    run("index", str(folder), *model, index=where)
    assert run("remove", "papers/甲.txt", *model, index=where).returncode == 0
    refreshed = json.loads(run("index", *model, "--json", index=where).stdout)
    assert refreshed["documents"] == 1
    again = json.loads(run("index", str(folder / "甲.txt"), *model, "--json", index=where).stdout)
    assert again["documents"] >= 1
    unknown = run("remove", "papers/没有.txt", *model, index=where)
    assert unknown.returncode == 1
    assert "没有.txt" in unknown.stderr


def test_another_model_than_the_index_was_built_with_is_refused(tmp_path: Path) -> None:
    """Both are named, and the way out."""
    (tmp_path / "甲.txt").write_text("甲通知\n\n甲路施工。\n", encoding="utf-8")
    where = tmp_path / "index"
    run("index", str(tmp_path / "甲.txt"), "--model", "hashing", index=where)
    done = run("ask", "哪条路施工？", index=where)
    assert done.returncode == 1
    assert "hashing" in done.stderr
    assert "multilingual-e5-small" in done.stderr


def test_jsonl_documents_keep_their_ids(tmp_path: Path) -> None:
    """For scripts and benchmarks."""
    path = tmp_path / "all.jsonl"
    path.write_text(
        json.dumps({"id": "n-7", "title": "停水通知", "text": "本周五停水。"}, ensure_ascii=False),
        encoding="utf-8",
    )
    where, model = tmp_path / "index", ("--model", "hashing")
    assert run("index", str(path), *model, index=where).returncode == 0
    hits = json.loads(run("search", "停水", "--json", *model, index=where).stdout)
    assert hits[0]["passage"]["document"] == "n-7"


def test_doctor_finds_nothing_wrong_with_a_fresh_index(
    corpus_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Versions, model, index and disk, one line each."""
    status = main(["doctor", "--index", str(corpus_index)])
    assert status == 0
    assert "有误" not in capsys.readouterr().out


def test_questions_come_from_standard_input_too(corpus_index: Path) -> None:
    """One JSON object a line."""
    done = subprocess.run(
        [sys.executable, "-m", "qa_engine.cli", "ask", "--json", "--index", str(corpus_index)],
        input=f"{QUESTION}\n区农业局牵头的工作有哪些？\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["kind"] for answer in answers] == ["record", "set"]
    assert len(answers[1]["items"]) == 2


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_of_questions_becomes_a_table_of_answers(
    corpus_index: Path, tmp_path: Path, form: str
) -> None:
    """With quotes and references; the questions stand in the column of that name."""
    (tmp_path / "in.csv").write_text(f"编号,问题\n1,{QUESTION}\n2,\n", "utf-8")
    out = tmp_path / f"out.{form}"
    asked = ["ask", "--file", str(tmp_path / "in.csv"), "--output", str(out)]
    assert main([*asked, "--index", str(corpus_index)]) == 0
    if form == "csv":
        rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    else:
        sheet = load_workbook(out).worksheets[0]
        rows = [[str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[0][0] == "问题"
    assert rows[1][:4] == [QUESTION, "区质监分局", "有把握", "区质监分局"]
    assert "《" in rows[1][4]
    asked[-1] = str(tmp_path / "out.pdf")
    assert main([*asked, "--index", str(corpus_index)]) == 2
