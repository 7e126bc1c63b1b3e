"""What every request must satisfy and every response carries.

Against DNS rebinding the Host header must name this server; against forged requests a
write must come from this server's own pages or from a program (which sends no Origin).
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, request

from qa_engine_web.options import WebOptions

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_COOKIE = "qa_token"


def guard(app: Flask, options: WebOptions) -> None:
    """Check every request and add the headers to every response."""

    @app.before_request
    def check() -> None:
        if not options.allows_host(host_name(request.headers.get("Host", ""))):
            abort(421)
        if request.method not in SAFE and not same_origin(request):
            abort(403)
        if options.read_token and not holds(request, options.read_token, options.token):
            open_paths = ("/static/", "/api/v1/health", "/token")
            if not request.path.startswith(open_paths):
                abort(401)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.pop("Server", None)
        return response


def host_name(header: str) -> str:
    """The name in a Host header, without port and brackets; ``""`` if malformed."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def same_origin(incoming: Request) -> bool:
    """Whether a write comes from our own pages or from a program."""
    site = incoming.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = incoming.headers.get("Origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.casefold() == incoming.headers.get("Host", "").casefold()
    except ValueError:
        return False


def holds(incoming: Request, *tokens: str | None) -> bool:
    """Whether the request carries one of the tokens, compared in constant time."""
    given = incoming.headers.get("Authorization", "")
    value = given[7:] if given.startswith("Bearer ") else incoming.cookies.get(TOKEN_COOKIE, "")
    found = False
    for token in tokens:
        if token:
            found |= hmac.compare_digest(value.encode(), token.encode())
    return found
