"""One shape for everything that goes wrong, in Chinese and English, for API and pages."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus

from qa_engine import errors
from qa_engine_web.english import english

_log = logging.getLogger("qa_engine_web")


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong and what to do about it."""

    status: int
    code: str
    message: str
    message_en: str
    hint: str = ""

    def to_json(self) -> dict[str, dict[str, str]]:
        """``{"error": {code, message, message_en, hint}}``."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "message_en": self.message_en,
                "hint": self.hint,
            }
        }


WRONG_TOKEN = Failure(
    401, "token_wrong", "口令不对。", "That is not the token.", "请核对后再输入一次。"
)

# The nearest class in an error's ancestry decides.
_ENGINE: dict[type[errors.QAEngineError], tuple[int, str, str]] = {
    errors.QuestionError: (400, "question_invalid", "The question is empty or too long."),
    errors.FilterError: (400, "filter_invalid", "A filter is unknown or cannot be read."),
    errors.UsageError: (400, "usage", "An argument cannot be used as it is."),
    errors.DocumentNotFound: (404, "document_not_found", "No document has that id."),
    errors.IndexNotFound: (503, "index_not_found", "No index has been built yet."),
    errors.IndexMismatch: (503, "index_mismatch", "The index was built with another model."),
    errors.IndexDamaged: (503, "index_damaged", "The index is damaged."),
    errors.IndexLocked: (409, "index_locked", "Another process is writing the index."),
    errors.DuplicateDocument: (409, "duplicate_document", "Two sources claim one document id."),
    errors.IndexError_: (503, "index", "The index cannot be used."),
    errors.UnsupportedFormat: (415, "unsupported_format", "This kind of file cannot be read."),
    errors.UnreadableFile: (422, "unreadable_file", "The file cannot be read."),
    errors.SourceError: (422, "source", "The document cannot be read."),
    errors.ModelError: (503, "model", "The model is missing or cannot be used."),
    errors.StoreUnavailable: (503, "store_unavailable", "The store does not answer."),
    errors.MissingExtra: (501, "missing_extra", "An optional package is not installed."),
    errors.QAEngineError: (500, "engine", "The engine could not do that."),
}

_HTTP: dict[int, tuple[str, str, str, str]] = {
    400: ("bad_request", "请求的内容读不懂。", "The request cannot be read.", "请检查地址和参数。"),
    401: (
        "token_needed",
        "需要口令。",
        "A token is needed.",
        "请在“文档库”页面输入口令，或用 Authorization: Bearer 发送。",
    ),
    403: ("forbidden", "这个操作不允许。", "That is not allowed.", "请从本站页面操作。"),
    404: ("not_found", "没有这个页面。", "There is no such page.", "请从首页重新开始。"),
    405: (
        "method_not_allowed",
        "这个地址不支持这种请求。",
        "This address does not take that method.",
        "请看 /api/v1/openapi.json。",
    ),
    409: ("conflict", "现在不能这样做。", "That cannot be done now.", "请稍后再试。"),
    413: (
        "too_large",
        "上传的内容太大。",
        "The upload is too large.",
        "请分几次上传，或用命令行 qa-engine index。",
    ),
    414: ("uri_too_long", "地址太长。", "The address is too long.", "请把问题缩短。"),
    415: (
        "unsupported_media_type",
        "不支持这种内容类型。",
        "That content type is not supported.",
        "请发送 application/json。",
    ),
    421: (
        "host_not_allowed",
        "这个主机名不属于本服务。",
        "That host name does not belong to this server.",
        "请用 127.0.0.1 访问，或在 QA_ENGINE_HOSTS 中加入主机名。",
    ),
    422: (
        "unprocessable",
        "内容不合要求。",
        "The content is not acceptable.",
        "请看 /api/v1/openapi.json。",
    ),
    429: ("too_many", "请求太多。", "Too many requests.", "请稍后再试。"),
    503: ("unavailable", "服务正在停止。", "The server is stopping.", "请稍后再试。"),
}


def of_engine(error: errors.QAEngineError) -> Failure:
    """What an engine's error looks like from outside."""
    for kind in type(error).__mro__:
        if kind in _ENGINE:
            status, code, general = _ENGINE[kind]
            exact = english(error.message)
            return Failure(status, code, error.message, exact or general, error.hint)
    raise TypeError(type(error).__name__)  # pragma: no cover - every error has an ancestor


def of_status(status: int, detail: str = "") -> Failure:
    """What an HTTP error looks like; ``detail`` replaces the general hint."""
    if status in _HTTP:
        code, message, message_en, hint = _HTTP[status]
        return Failure(status, code, message, message_en, detail or hint)
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Error"
    code = phrase.casefold().replace(" ", "_").replace("-", "_")
    return Failure(status, code, "请求没有成功。", phrase, detail or "请从首页重新开始。")


def of_surprise(error: BaseException, request_id: str) -> Failure:
    """A fault of ours: logged with its trace, shown without."""
    _log.error("request %s failed", request_id, exc_info=error)
    return Failure(
        500,
        "internal",
        "程序出错了，问题已记入日志。",
        "Something went wrong; it has been logged.",
        f"请把编号 {request_id} 告诉管理员，或运行 qa-engine doctor。",
    )
