"""Security headers on every response, and the stylesheet that every page carries inside."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, g, request

_STYLE = Path(__file__).with_name("static") / "style.css"


@cache
def inline_style() -> str:
    """The stylesheet as it is inlined, without comments and indentation."""
    lines = (line.strip() for line in _STYLE.read_text(encoding="utf-8").splitlines())
    return "".join(line for line in lines if line and not line.startswith("/*"))


@cache
def content_security_policy() -> str:
    """The policy; one constant hash covers the inlined stylesheet."""
    digest = hashlib.sha256(inline_style().encode()).digest()
    style = base64.b64encode(digest).decode()
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'sha256-{style}'",
            "img-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def install(app: Flask) -> None:
    """Add the headers to every response, errors included."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", content_security_policy())
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        headers["X-Frame-Options"] = "DENY"
        if request.is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint == "static":
            # Read at once: what compresses a stream would leave the file open.
            response.direct_passthrough = False
            response.make_sequence()
        else:
            # Pages speak to one reader in one language and hold personal data.
            viewer = getattr(g, "viewer", None)
            private = viewer is None or viewer.signed_in or "Set-Cookie" in headers
            headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
            if not response.cache_control.immutable:
                response.vary.add("Cookie")
        return response
