"""What each command does: options in, text or JSON out."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa_engine.cli.output import print_answer, print_figures, print_hits, print_report
from qa_engine.cli.progress import Bars
from qa_engine.errors import UsageError
from qa_engine.models import Answer, Passage
from qa_engine.places import Listed, given
from qa_engine.presentation import reference_of, to_json
from qa_engine.settings import GeneratorSettings, Settings, settings

Command = Callable[[argparse.Namespace], int]


def _settings(options: argparse.Namespace) -> Settings:
    return settings(
        options.index,
        model=options.model_name,
        store=options.store,
        uri=options.uri,
        reader=options.reader,
        reranker=options.reranker,
    )


def _filters(options: argparse.Namespace) -> dict[str, Any] | None:
    names = ("document", "kind", "speaker", "department", "date")
    given = {name: getattr(options, name) for name in names if getattr(options, name)}
    return given or None


def _print_json(value: Any) -> None:
    print(json.dumps(to_json(value), ensure_ascii=False, indent=2))


def index(options: argparse.Namespace) -> int:
    from qa_engine.wiring import bulk_index
    from qa_engine.wiring import index as build

    if (options.ray or options.workers) and not options.bulk:
        raise UsageError("--ray 和 --workers 要与 --bulk 一起用。", "例如：qa-engine index --bulk")
    chosen = _settings(options)
    lists = [Listed(Path(file)) for file in options.from_list or ()]
    paths = [*(given(path) for path in options.paths), *lists]
    with Bars() as bars:
        if options.bulk:
            report = bulk_index(
                chosen,
                paths,
                bars.update,
                rebuild=options.rebuild,
                address=options.ray,
                workers=options.workers,
            )
        else:
            report = build(chosen, paths, bars.update, rebuild=options.rebuild)
    if options.json:
        _print_json(report)
    else:
        print_report(report)
    return 1 if report.failed else 0


def ask(options: argparse.Namespace) -> int:
    from qa_engine.wiring import open_engine

    questions, several = _questions(options)
    if options.output:
        return _ask_into_file(options, questions)
    with open_engine(_settings(options)) as engine:
        for number, question in enumerate(questions):
            answer = engine.ask(question, filters=_filters(options), context=options.context)
            if options.json:
                if several:
                    print(json.dumps(to_json(answer), ensure_ascii=False))
                else:
                    _print_json(answer)
            else:
                if number:
                    print()
                print_answer(answer, question if several else None, options.passages)
    return 0


def _ask_into_file(options: argparse.Namespace, questions: list[str]) -> int:
    """Answers with quotes and references as a table; an interruption keeps those it has."""
    from qa_engine.wiring import open_engine
    from qa_engine_web.batch import HEADERS, answered
    from qa_engine_web.exports import csv_bytes, xlsx_bytes

    path = Path(options.output)
    form = path.suffix.casefold()
    if form not in {".csv", ".xlsx"}:
        raise UsageError(f"不能写成 {path.name}。", "结果文件请用 .xlsx 或 .csv。")
    rows: list[tuple[str, ...]] = []
    with open_engine(_settings(options)) as engine, Bars() as bars:
        known = {info.id: info for info in engine.documents()}

        def reference(passage: Passage) -> str:
            info = known.get(passage.document)
            return reference_of(passage, info.source if info else None, info.date if info else None)

        def one(question: str) -> Answer:
            return engine.ask(question, filters=_filters(options), context=options.context)

        try:
            for outcome in answered(questions, one):
                rows.append(outcome.row(reference=reference))
                bars.count("提问", len(rows), len(questions))
        except KeyboardInterrupt:
            print(f"中断了：已答 {len(rows)} / {len(questions)}。", file=sys.stderr)
    content = csv_bytes(HEADERS, rows) if form == ".csv" else xlsx_bytes("qa-engine", HEADERS, rows)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise UsageError(f"写不了 {path}：{error}。", "请换一个位置。") from error
    print(f"{len(rows)} 个回答已写入 {path}。", file=sys.stderr)
    return 0 if len(rows) == len(questions) else 130


def _questions(options: argparse.Namespace) -> tuple[list[str], bool]:
    """The questions to ask, and whether they come from a list."""
    if options.question and options.file:
        raise UsageError("问题和 --file 只能给一个。", "例如：qa-engine ask --file questions.txt")
    if options.question:
        return [" ".join(options.question)], False
    if options.file:
        path = Path(options.file)
        try:
            data = path.read_bytes()
            if path.suffix.casefold() in {".csv", ".xlsx"}:
                from qa_engine_web.batch import questions_in

                return questions_in(path.name, data, sys.maxsize), True
            text = data.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"读不了 {options.file}：{error}。", "要 csv、xlsx，或一行一问的 UTF-8 文本。"
            ) from error
    else:
        text = sys.stdin.read()
    questions = [line.strip() for line in text.splitlines() if line.strip()]
    if not questions:
        raise UsageError("没有问题。", "例如：qa-engine ask 首席质量官培训由哪个部门牵头？")
    return questions, True


def search(options: argparse.Namespace) -> int:
    from qa_engine.wiring import open_engine

    with open_engine(_settings(options)) as engine:
        hits = engine.search(
            " ".join(options.query),
            limit=options.limit,
            mode=options.mode,
            filters=_filters(options),
        )
    if options.json:
        _print_json(hits)
    else:
        print_hits(hits)
    return 0


def remove(options: argparse.Namespace) -> int:
    from qa_engine.wiring import remove as take_out

    take_out(_settings(options), options.ids)
    print(f"已去掉 {len(options.ids)} 份文件，索引中不再留有其内容。")
    return 0


def compact(options: argparse.Namespace) -> int:
    from qa_engine.wiring import compact as rewrite

    with Bars() as bars:
        found = rewrite(_settings(options), bars.update)
    print(f"已清除 {found} 个已删除或改过的段落。" if found else "没有要清除的内容。")
    return 0


def serve(options: argparse.Namespace) -> int:
    from qa_engine.wiring import open_engine, tidy
    from qa_engine_web.server import serve as run

    host = options.host or os.environ.get("QA_ENGINE_HOST") or "127.0.0.1"
    try:
        port = (
            options.port
            if options.port is not None
            else int(os.environ.get("QA_ENGINE_PORT", "8000"))
        )
    except ValueError as error:
        raise UsageError("QA_ENGINE_PORT 不是数字。", "例如：QA_ENGINE_PORT=8000") from error
    tidy(_settings(options))
    with open_engine(_settings(options)) as engine:
        run(engine, host, port, state=_settings(options).index)
    return 0


def evaluate(options: argparse.Namespace) -> int:
    from qa_engine.evaluation import confusion, evaluate, read_gold
    from qa_engine.wiring import open_engine

    golds = read_gold(Path(options.gold))
    chosen = replace(_settings(options), generator=GeneratorSettings())  # answers as found
    with open_engine(chosen) as engine, Bars() as bars:
        table, said = evaluate(golds, engine.ask, lambda done: bars.count("评测", done, len(golds)))
    if options.predictions:
        lines = [
            json.dumps(
                {
                    "id": id,
                    "answer": one.answer,
                    "abstain": one.declined,
                    "citation": one.citation,
                    "passages": one.passages,
                    "confidence": one.confidence,
                },
                ensure_ascii=False,
            )
            for id, one in said.items()
        ]
        Path(options.predictions).write_text("\n".join(lines) + "\n", encoding="utf-8")
    falls = confusion(golds, said)
    if options.json:
        _print_json({"figures": table, "confusion": falls})
    else:
        print_figures(table, falls)
    return 0


def inspect(options: argparse.Namespace) -> int:
    from qa_engine.sources.inspect import describe, report
    from qa_engine.wiring import make_reading

    with make_reading(_settings(options))() as read:
        found = report(Path(options.file), read)
    if options.json:
        _print_json(found)
    else:
        print(describe(found))
    return 0


def export(options: argparse.Namespace) -> int:
    from qa_engine.wiring import export as lines

    if options.file == "-":
        for line in lines(_settings(options)):
            print(line)
        return 0
    target = Path(options.file)
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            count = 0
            for line in lines(_settings(options)):
                file.write(f"{line}\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise UsageError(
            f"写不了 {target}：{error.strerror}。", "请检查路径和磁盘空间。"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    print(f"已导出 {count - 1} 份文件到 {target}。")
    return 0


def import_(options: argparse.Namespace) -> int:
    from qa_engine.wiring import import_ as read

    try:
        if options.file == "-":
            with Bars() as bars:
                report = read(_settings(options), sys.stdin, bars.update)
        else:
            with Path(options.file).open(encoding="utf-8") as lines, Bars() as bars:
                report = read(_settings(options), lines, bars.update)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"读不了 {options.file}：{error}。", "要 export 写出的文件。") from error
    print_report(report)
    return 1 if report.failed else 0


def doctor(options: argparse.Namespace) -> int:
    from qa_engine.doctor import check

    checks = check(_settings(options))
    if options.json:
        _print_json(checks)
    else:
        for one in checks:
            mark = {"ok": "正常", "warning": "注意", "error": "有误"}[one.status]
            print(f"[{mark}] {one.name}：{one.detail}" + (f"　→ {one.hint}" if one.hint else ""))
    return 1 if any(one.status == "error" for one in checks) else 0


def model(options: argparse.Namespace) -> int:
    from qa_engine.wiring import describe_model

    found = describe_model(
        _settings(options),
        rebuild=options.rebuild,
        sentence_transformers=options.sentence_transformers,
        say=lambda line: print(line, file=sys.stderr),
    )
    if options.json:
        _print_json(found)
    else:
        for name, value in found.items():
            print(f"{name}：{value}")
    return 0
