"""Who is asking: what the answers to logins give, a token or cookies, which goes with all other requests."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence

from . import answers

if TYPE_CHECKING:
    from .requests import Route

# What answers call a token, the likeliest first.
TOKENS = ("access_token", "token", "accessToken", "auth_token", "id_token", "jwt", "access", "key")
TOKEN = "{token}"  # noqa: S105 - what stands for one
REDIRECTS = range(300, 400)
REFUSAL = 400
SHOWN = 120


class Session:
    """Cookies and a token; ``{token}`` and ``{NAME}``, of a cookie, stand for them in texts."""

    def __init__(self) -> None:
        self.token = ""
        self.cookies: Dict[str, str] = {}

    def filled(self, text: str) -> str:
        """The text with what is known in it."""
        if self.token:
            text = text.replace(TOKEN, self.token)
        for name, value in self.cookies.items():
            text = text.replace("{%s}" % name, value)
        return text

    def headers(self, given: Dict[str, str]) -> Dict[str, str]:
        """The headers of a request, with who is asking unless they say that themselves."""
        headers = {name: self.filled(value) for name, value in given.items()}
        lower = {name.lower(): name for name in headers}
        is_said = "authorization" in lower or any(TOKEN in value for value in given.values())
        if self.token and not is_said:
            headers["Authorization"] = "Bearer " + self.token
        if self.cookies:
            own = headers.pop(lower["cookie"]) if "cookie" in lower else ""
            pairs = ["%s=%s" % pair for pair in self.cookies.items()]
            headers["Cookie"] = "; ".join([*pairs, *([own] if own else [])])
        return headers

    def log_in(self, connection: http.client.HTTPConnection, requests: Sequence[Route], number: str) -> str:
        """Send the requests, each with what those before it gave; what went wrong, if anything did. The last one must
        give something."""
        for place, (method, path, body, headers) in enumerate(requests, 1):
            sent = "%s %s" % (method, path)
            target, text = (self.filled(each.replace("{i}", number)) for each in (path, body or ""))
            try:
                connection.request(method, target, None if body is None else text.encode(), self.headers(headers))
                response = connection.getresponse()
                answer = response.read()
            except (OSError, http.client.HTTPException) as error:
                return "%s was not answered: %s: %s" % (sent, type(error).__name__, error)
            # A session that is kept on the server has the same cookie before and after: a redirect tells of the login.
            gave = self._take(response, answer) or (bool(self.cookies) and response.status in REDIRECTS)
            if response.status >= REFUSAL or (place == len(requests) and not gave):
                nothing = "" if response.status >= REFUSAL else " and gave neither a token nor a cookie"
                shown = " ".join(answer.decode(errors="replace").split())[:SHOWN]
                return "%s answered %d%s (%s)" % (sent, response.status, nothing, shown)
        return ""

    def _take(self, response: http.client.HTTPResponse, body: bytes) -> bool:
        """Keep what an answer gives; return whether it gives anything new."""
        token, cookies = answers.named(body, TOKENS), _cookies(response.headers.get_all("Set-Cookie"))
        is_new = bool(token or set(cookies.items()) - set(self.cookies.items()))
        self.token = token or self.token
        self.cookies.update(cookies)
        return is_new


def _cookies(headers: Optional[List[str]]) -> Dict[str, str]:
    """The cookies that are set."""
    pairs = [header.split(";")[0].strip().partition("=") for header in headers or ()]
    return {name: value for name, _, value in pairs if name}
