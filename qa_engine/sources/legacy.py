"""Old and foreign office formats, converted by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from qa_engine.errors import UnreadableFile, UnsupportedFormat

# What each becomes. wps, et and dps are the formats of WPS Office.
TARGETS = {
    "doc": "docx", "dot": "docx", "rtf": "docx", "wps": "docx", "odt": "docx", "fodt": "docx",
    "xls": "xlsx", "xlt": "xlsx", "et": "xlsx", "ods": "xlsx", "xlsb": "xlsx", "fods": "xlsx",
    "ppt": "pptx", "dps": "pptx", "odp": "pptx",
}  # fmt: skip
_PARTS = {"docx": "libreoffice-writer", "xlsx": "libreoffice-calc", "pptx": "libreoffice-impress"}
_SECONDS = 120
_SETTINGS = (
    ("MacroSecurityLevel", "3"),
    ("DisableMacrosExecution", "true"),
    ("BlockUntrustedRefererLinks", "true"),
)


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
        profile = Path(folder, "profile")
        _write_settings(profile)
        command = [
            program, "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}",
            "--convert-to", target, "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            _run(command)
            return Path(folder, f"source.{target}").read_bytes(), target
        except subprocess.TimeoutExpired as error:
            raise UnreadableFile(
                f"{name}：LibreOffice 转换超过 {_SECONDS} 秒，已停止。",
                f"请用 Office/WPS 另存为 .{target} 后再试。",
            ) from error
        except (subprocess.SubprocessError, OSError) as error:
            part = _PARTS[target]
            raise UnreadableFile(
                f"{name}：LibreOffice 未能转换此文件（文件损坏、有密码，或未安装 {part}）。",
                f"请确认已安装 {part}，或用 Office/WPS 打开，另存为 .{target} 后再试。",
            ) from error


def _write_settings(profile: Path) -> None:
    """A profile in which no macro runs and no linked file or picture is fetched."""
    folder = profile / "user"
    folder.mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for name, value in _SETTINGS
    )
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items '
        'xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        "utf-8",
    )


def _run(command: list[str]) -> None:
    """Raises TimeoutExpired when it takes too long; the processes it began end with it."""
    own_group = os.name == "posix"
    with subprocess.Popen(  # no shell, own names  # nosec B603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=own_group,
    ) as process:
        try:
            status = process.wait(_SECONDS)
        except BaseException:
            # soffice is a script: the program proper is its child.
            if own_group:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            raise
    if status:
        raise subprocess.CalledProcessError(status, command[:1])
