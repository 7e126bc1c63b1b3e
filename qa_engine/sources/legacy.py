"""Old and foreign office formats, converted by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from qa_engine.errors import UnreadableFile, UnsupportedFormat

# What each becomes. wps, et and dps are the formats of WPS Office.
TARGETS = {
    "doc": "docx", "dot": "docx", "rtf": "docx", "wps": "docx", "odt": "docx", "fodt": "docx",
    "xls": "xlsx", "xlt": "xlsx", "et": "xlsx", "ods": "xlsx", "xlsb": "xlsx",
    "ppt": "pptx", "dps": "pptx", "odp": "pptx",
}  # fmt: skip
_SECONDS = 120


def convert(data: bytes, suffix: str, name: str) -> tuple[bytes, str]:
    """The file in its modern format, and that format's suffix.

    Raises UnsupportedFormat when LibreOffice is missing, UnreadableFile when it cannot
    convert the file.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    target = TARGETS[suffix]
    if program is None:
        raise UnsupportedFormat(
            f"{name}：.{suffix} 是旧格式，需要 LibreOffice 转换，但本机未安装。",
            f"请安装 LibreOffice（Debian/Ubuntu：sudo apt install libreoffice），"
            f"或用 Office/WPS 另存为 .{target} 后再试。",
        )
    with tempfile.TemporaryDirectory(prefix="qa-engine-") as folder:
        source = Path(folder, f"source.{suffix}")
        source.write_bytes(data)
        profile = Path(folder, "profile").as_uri()
        command = [
            program, "--headless", "--norestore", f"-env:UserInstallation={profile}",
            "--convert-to", target, "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)
            return Path(folder, f"source.{target}").read_bytes(), target
        except (subprocess.SubprocessError, OSError) as error:
            raise UnreadableFile(
                f"{name}：LibreOffice 未能转换此文件。",
                f"请用 Office/WPS 打开确认，另存为 .{target} 后再试。",
            ) from error
