"""What each command takes."""

from __future__ import annotations

import argparse

from qa_engine import __version__
from qa_engine.cli import commands


def parser() -> argparse.ArgumentParser:
    """The parser; the chosen command's function is ``options.run``."""
    top = argparse.ArgumentParser(
        prog="qa-engine", description="中文文档检索与问答：离线、单机、引用精确到字。"
    )
    top.add_argument("--version", action="version", version=f"qa-engine {__version__}")
    names = top.add_subparsers(dest="command", required=True, metavar="命令")

    index = _command(names, "index", "建立或更新索引", commands.index)
    index.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="文件、文件夹或地址（如 s3://bucket/文件夹）；不给则刷新已知的",
    )
    index.add_argument(
        "--from-list", action="append", metavar="FILE", help="文本文件，一行一个地址（URI）"
    )
    index.add_argument("--rebuild", action="store_true", help="全部重读重建（换模型后用）")
    index.add_argument(
        "--bulk", action="store_true", help="用多个进程或多台机器读取和编码（需要 Ray）"
    )
    index.add_argument("--ray", metavar="ADDRESS", help="Ray 集群的地址（不给则只用本机）")
    index.add_argument("--workers", type=_positive, metavar="N", help="本机进程数，默认每核一个")
    _json(index)

    ask = _command(names, "ask", "提问，答案附出处", commands.ask)
    ask.add_argument("question", nargs="*", help="问题；不给则从标准输入逐行读")
    ask.add_argument(
        "--file", metavar="FILE", help="csv、xlsx（“问题”列或第一列），或一行一问的文本"
    )
    ask.add_argument("--output", metavar="FILE", help="把回答和出处写成 .xlsx 或 .csv 表格")
    ask.add_argument("--context", metavar="问题", help="上一个问题（用于追问）")
    ask.add_argument("--passages", type=int, default=0, metavar="N", help="同时列出前 N 个段落")
    _filters(ask)
    _json(ask)

    search = _command(names, "search", "只检索段落", commands.search)
    search.add_argument("query", nargs="+")
    search.add_argument("--limit", type=_positive, default=10, metavar="N")
    search.add_argument("--mode", choices=("hybrid", "words", "meaning"), default="hybrid")
    _filters(search)
    _json(search)

    remove = _command(names, "remove", "从索引里去掉文件", commands.remove)
    remove.add_argument("ids", nargs="+", metavar="ID")

    _command(names, "compact", "彻底清除已删除和改过的内容留在索引文件里的部分", commands.compact)

    serve = _command(names, "serve", "打开网页与 JSON 接口", commands.serve)
    serve.add_argument("--host", default=None, help="默认 127.0.0.1（QA_ENGINE_HOST）")
    serve.add_argument("--port", type=int, default=None, help="默认 8000（QA_ENGINE_PORT）")

    evaluate = _command(names, "evaluate", "用题集评测", commands.evaluate)
    evaluate.add_argument("gold", metavar="GOLD.jsonl")
    evaluate.add_argument("--predictions", metavar="FILE", help="把每题的回答写成 JSONL")
    _json(evaluate)

    inspect = _command(names, "inspect", "看一个文件被读成了什么", commands.inspect)
    inspect.add_argument("file", metavar="FILE")
    _json(inspect)

    export = _command(names, "export", "把整个索引写成 JSONL（备份、迁移）", commands.export)
    export.add_argument("file", metavar="FILE", help="要写的文件；- 为标准输出")

    import_ = _command(names, "import", "由 export 的文件建立新索引", commands.import_)
    import_.add_argument("file", metavar="FILE", help="要读的文件；- 为标准输入")

    doctor = _command(names, "doctor", "检查版本、模型、索引、磁盘", commands.doctor)
    _json(doctor)

    model = _command(names, "model", "查看或重建默认模型", commands.model)
    model.add_argument("--rebuild", action="store_true", help="重新解包默认模型")
    model.add_argument(
        "--sentence-transformers", action="store_true", help="同时解出 sentence-transformers 文件夹"
    )
    _json(model)
    return top


def _command(
    names: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    help: str,
    run: commands.Command,
) -> argparse.ArgumentParser:
    command = names.add_parser(name, help=help, description=help)
    command.set_defaults(run=run)
    command.add_argument(
        "--index", default=None, metavar="DIR", help="索引文件夹（QA_ENGINE_INDEX）"
    )
    command.add_argument("--model", default=None, dest="model_name", help="模型（QA_ENGINE_MODEL）")
    command.add_argument(
        "--store", default=None, help="存储：embedded 或 milvus（QA_ENGINE_STORE）"
    )
    command.add_argument("--uri", default=None, help="Milvus 文件或地址（QA_ENGINE_MILVUS_URI）")
    command.add_argument("--reader", default=None, help="阅读模型：default、none 或文件夹")
    command.add_argument(
        "--reranker", default=None, help="重排：none、reader（阅读模型）或 CrossEncoder 文件夹"
    )
    return command


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="输出 JSON")


def _filters(command: argparse.ArgumentParser) -> None:
    for name, help in (
        ("document", "只在这些文件里找（编号、文件夹或标题的一部分）"),
        ("kind", "段落种类"),
        ("speaker", "发言人"),
        ("department", "部门"),
        ("date", "日期或范围，如 2013..2014"),
    ):
        command.add_argument(f"--{name}", action="append", help=help)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("要大于 0")
    return value
