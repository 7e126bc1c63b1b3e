"""What a file was understood as can be seen, as JSON and as lines."""

from __future__ import annotations

import json
from pathlib import Path

from qa_engine.sources.inspect import describe, report

PLAN = """\
青河县重点工作

| 序号 | 工作任务 | 责任单位 | 完成时限 |
|---|---|---|---|
| 1 | 修订制度。 | 办公室 | 3月底 |
| 2 | 组织培训。 | 人事科 |  |

（一）加强监督。做好日常检查。（监察科牵头，办公室配合）
"""


def test_a_report_says_columns_rows_duties_and_encoding(tmp_path: Path) -> None:
    """Tables come with roles and offsets, duties with their cells, all as JSON values."""
    path = tmp_path / "plan.txt"
    path.write_bytes(PLAN.encode("gb18030"))
    found = report(path)
    assert json.loads(json.dumps(found)) == found
    [document] = found["documents"]
    assert document["encoding"] == "gb18030"
    [table] = document["tables"]
    assert [column["role"] for column in table["columns"]] == ["number", "task", "lead", "deadline"]
    assert [cell["value"] for cell in table["rows"][1]["cells"]] == [
        "2",
        "组织培训。",
        "人事科",
        "",
    ]
    [duty] = document["duties"]
    assert [cell["value"] for cell in duty["cells"][1:]] == ["监察科", "办公室"]
    cell = table["rows"][0]["cells"][2]
    assert PLAN[cell["start"] : cell["end"]] == "办公室"


def test_the_printed_report_names_everything(tmp_path: Path) -> None:
    """Encoding, kind, columns, blank cells and duties are said in words."""
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, "utf-8")
    shown = describe(report(path))
    for part in (
        "utf-8",
        "责任单位（牵头）",
        "2. 2｜组织培训。｜人事科｜（空白）",
        "监察科｜办公室",
    ):
        assert part in shown


def test_parts_that_cannot_be_read_are_listed(tmp_path: Path) -> None:
    """A bad line of jsonl is reported beside the good ones."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "text": "甲"}\nnonsense\n{"id": "b", "text": "乙"}\n', "utf-8")
    found = report(path)
    assert [document["id"] for document in found["documents"]] == ["a", "b"]
    assert len(found["errors"]) == 1
    assert "第 2 行" in describe(found)
