"""How the web part runs: where it listens, who may write, what it keeps."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from qa_engine.errors import UsageError
from qa_engine.settings import ALIASES, DICTIONARY

HOSTS = "QA_ENGINE_HOSTS"
TOKEN = "QA_ENGINE_TOKEN"
READ_TOKEN = "QA_ENGINE_READ_TOKEN"
RATE = "QA_ENGINE_RATE"
LOG = "QA_ENGINE_LOG"

OWN_ALIASES = "aliases.tsv"
OWN_DICTIONARY = "words.txt"
DEFAULT_RATE = 600.0  # requests a minute: far beyond what a person clicks

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # compared, not bound  # nosec B104


@dataclass(frozen=True, slots=True)
class WebOptions:
    """``hosts`` are further names under which the server may be addressed.

    ``token`` allows changes to the corpus, ``read_token`` is asked for everything when
    set. ``state`` is the folder for feedback and unanswered questions; without one they
    are not kept. ``aliases`` and ``dictionary`` are the files that the pages of those names
    edit (by default in that folder). ``max_upload`` is in bytes. ``rate`` is how many
    requests a minute one client of another machine may send; 0 is no limit. ``log`` is the
    level from which log lines are written.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = ()
    token: str | None = None
    read_token: str | None = None
    state: Path | None = None
    aliases: Path | None = None
    dictionary: Path | None = None
    max_upload: int = 64 * 1024 * 1024
    rate: float = DEFAULT_RATE
    log: str = "warning"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host in LOOPBACK_NAMES:
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def allows_host(self, name: str) -> bool:
        """Whether a Host header's name (without port) names this server.

        A page of a foreign site can make a browser send its own name here (DNS
        rebinding), but never an IP address: a bare address is safe where the server
        listens on all of them.
        """
        folded = name.casefold().rstrip(".")
        if folded in LOOPBACK_NAMES or folded == self.host.casefold():
            return True
        if folded in {host.casefold() for host in self.hosts}:
            return True
        if self.host in WILDCARDS:
            if folded == socket.gethostname().casefold():
                return True
            try:
                ip_address(folded)
            except ValueError:
                return False
            return True
        return False


def options_from_environment(
    host: str = "127.0.0.1", port: int = 8000, state: Path | None = None
) -> WebOptions:
    """Tokens and further host names come from the environment only: arguments show in
    process lists. Raises UsageError for a setting that cannot be used."""
    aliases, dictionary = os.environ.get(ALIASES), os.environ.get(DICTIONARY)
    hosts = tuple(part.strip() for part in os.environ.get(HOSTS, "").split(",") if part.strip())
    return WebOptions(
        host=host,
        port=port,
        hosts=hosts,
        token=os.environ.get(TOKEN) or None,
        read_token=os.environ.get(READ_TOKEN) or None,
        state=state,
        aliases=Path(aliases) if aliases else None,
        dictionary=Path(dictionary) if dictionary else None,
        rate=_rate(os.environ.get(RATE)),
        log=os.environ.get(LOG) or "warning",
    )


def _rate(text: str | None) -> float:
    if not text:
        return DEFAULT_RATE
    try:
        rate = float(text)
    except ValueError:
        rate = -1
    if not 0 <= rate < float("inf"):
        raise UsageError(f"{RATE} 不是数字：{text}", f"例如：{RATE}=600（每分钟请求数，0 为不限）")
    return rate
