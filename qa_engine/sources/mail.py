"""eml (and mht): subject, sender and date, then the text; attachments are documents."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from qa_engine.errors import UnreadableFile
from qa_engine.sources.compose import Composer
from qa_engine.sources.html import lay_out_html
from qa_engine.sources.raw import RawDocument

_SHOWN = (("From", "发件人"), ("To", "收件人"), ("Cc", "抄送"), ("Date", "日期"))


def read_mail(data: bytes, id: str, name: str) -> tuple[RawDocument, list[tuple[str, bytes]]]:
    """The message and its attachments (file name, content). Raises UnreadableFile."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return _message(message, id, name), list(_attachments(message))
    except (ValueError, LookupError, AttributeError, AssertionError, TypeError) as error:
        raise UnreadableFile(
            f"{name}：邮件格式已损坏（{type(error).__name__}）。", "请用邮件程序打开后另存。"
        ) from error


def _message(message: EmailMessage, id: str, name: str) -> RawDocument:
    composer = Composer()
    subject = str(message["Subject"] or "").strip()
    if subject:
        composer.paragraph(subject, level=0)
    for header, label in _SHOWN:
        if message[header]:
            composer.paragraph(f"{label}：{message[header]}")
    body = message.get_body(("html", "plain"))
    if isinstance(body, EmailMessage):
        content = body.get_content()
        if isinstance(content, str) and body.get_content_subtype() == "html" and content.strip():
            lay_out_html(content, name, composer)
        elif isinstance(content, str):
            for line in content.splitlines():
                composer.paragraph(line)
    return composer.build(id, name, "eml", title=subject or None, date=_date(message))


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except (TypeError, ValueError):
        return None


def _attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    for part in message.iter_attachments():
        file_name = part.get_filename()
        content = part.get_payload(decode=True)
        if file_name and isinstance(content, bytes) and content:
            yield file_name, content
