"""Who may use the review desk: a browser on this machine that has opened the address with the token.

A page of another site can send requests to a server on this machine, and can give its own name the address 127.0.0.1.
So the name in `Host` must be that of this machine, a request must come from the desk's own pages (`Origin` and
`Sec-Fetch-Site`), and it must have the cookie that the address with the token gave.  What writes needs another token,
which is in the desk's forms.
"""

import secrets
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES: Final = ("127.0.0.1", "localhost")
OWN_SITE: Final = ("same-origin", "none")
"""What `Sec-Fetch-Site` says of a request of the desk's own page, and of an address that a person has typed."""

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with "no-referrer", a browser would not say where a form comes from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What each answer has: no script and no style but the desk's own files, no frame, no form to another place."""


def _token() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Access:
    """The secrets of a desk at a port of this machine.  `key` is in the address, `form` in each form."""

    port: int
    key: str = field(default_factory=_token, repr=False)
    form: str = field(default_factory=_token, repr=False)
    cookie: str = field(default_factory=_token, repr=False)

    @property
    def address(self) -> str:
        """The address that a reviewer opens."""
        return f"http://{NAMES[0]}:{self.port}/?token={self.key}"

    @property
    def cookie_name(self) -> str:
        """Browsers give the cookies of one port to the others, so each desk has a name of its own."""
        return f"copydesk-review-{self.port}"


class Guard:
    """Lets only the reviewer's requests through to `app`."""

    def __init__(self, app: ASGIApp, access: Access):
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        answer = self._answer(Request(scope))
        await (answer or self._app)(scope, receive, send_with_headers)

    def _answer(self, request: Request) -> Response | None:
        """The answer to a request that does not get through."""
        own = {f"{name}:{self._access.port}" for name in NAMES}
        host = request.headers.get("host", "")
        if host not in own:
            return _refused(f"this desk answers at {NAMES[0]}:{self._access.port} only")
        origin = request.headers.get("origin")
        if origin not in (None, f"http://{host}") or request.headers.get("sec-fetch-site", "none") not in OWN_SITE:
            return _refused("another site may not use this desk: copy the address from the terminal into the browser")
        if request.method not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("no such method", 405)
        if request.method == "POST" and origin is None:
            return _refused("a form of the desk says where it comes from (Origin), and this one does not")
        given = request.query_params.get("token")
        if given is not None and request.method == "GET" and request.url.path == "/":
            return self._enter(given)
        if not _same(request.cookies.get(self._access.cookie_name, ""), self._access.cookie):
            return _refused("open the address that `copydesk review` has printed: its token is missing here")
        return None

    def _enter(self, given: str) -> Response:
        if not _same(given, self._access.key):
            return _refused("the token is not that of this desk: `copydesk review` prints a new address at each start")
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self._access.cookie_name, self._access.cookie, httponly=True, samesite="strict")
        return answer


def _same(given: str, wanted: str) -> bool:
    return secrets.compare_digest(given.encode(), wanted.encode())


def _refused(why: str) -> Response:
    return PlainTextResponse(f"copydesk review: {why}\n", 403)
