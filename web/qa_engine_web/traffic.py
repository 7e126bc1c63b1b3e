"""How many requests one client may send: a token bucket each.

A bucket holds as many requests as fit a burst and fills at a steady rate (the leaky
bucket as a meter, Turner 1986). Clients of this machine are not counted.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

from flask import Flask, Response, abort, g, request

CLIENTS = 10_000  # that are remembered; the one unseen for longest goes first
BURST = 0.5  # minutes' worth of requests that may come at once
_FREE = ("/static/", "/api/v1/health", "/metrics")


class Limiter:
    """``rate`` is requests a minute."""

    def __init__(self, rate: float) -> None:
        self._rate = rate / 60
        self._most = max(1.0, rate * BURST)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # (left, at)
        self._lock = threading.Lock()

    def wait(self, client: str, now: float | None = None) -> float:
        """Seconds until this client may send a request; 0 if it may now, which counts it."""
        now = time.monotonic() if now is None else now
        with self._lock:
            left, at = self._buckets.pop(client, (self._most, now))
            left = min(self._most, left + (now - at) * self._rate)
            allowed = left >= 1
            self._buckets[client] = (left - allowed, now)
            if len(self._buckets) > CLIENTS:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate


def client_of(address: str | None) -> str | None:
    """Who is counted as one client; None for this machine, which is not counted.

    An IPv6 host may use any address of its /64.
    """
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif not found.is_loopback:
            return str(IPv6Address(int(found) >> 64 << 64))
    return None if found.is_loopback else str(found)


def limit(app: Flask, rate: float) -> None:
    """Answer 429 with Retry-After beyond ``rate`` requests a minute; 0 switches it off."""
    if not rate:
        return
    limiter = Limiter(rate)

    @app.before_request
    def count() -> None:
        client = client_of(request.remote_addr)
        if client is None or request.path.startswith(_FREE):
            return
        if wait := limiter.wait(client):
            g.retry_after = math.ceil(wait)
            abort(429)

    @app.after_request
    def say_when(response: Response) -> Response:
        if "retry_after" in g:
            response.headers["Retry-After"] = str(g.retry_after)
        return response
