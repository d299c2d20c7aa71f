"""How the measured process is asked: each request by its name, with its keys, and the reply that it has."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Literal, Protocol, Unpack, overload

from find_mem_leaks.measured import replies, requests


class Ask(Protocol):
    """Send one request to the measured process, wait at most ``seconds`` for its reply."""

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["outline"], **request: Unpack[requests.OutlineFile]
    ) -> Awaitable[replies.OutlineFile]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["outline"], **request: Unpack[requests.OutlineApplication]
    ) -> Awaitable[replies.OutlineApplication]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["outline"], **request: Unpack[requests.OutlineTests]
    ) -> Awaitable[replies.OutlineTests]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["try"], **request: Unpack[requests.Try]
    ) -> Awaitable[replies.Try]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["open"], **request: Unpack[requests.Open]
    ) -> Awaitable[replies.Open]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["prepare"], **request: Unpack[requests.Prepare]
    ) -> Awaitable[replies.Prepare]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["stretch"], **request: Unpack[requests.Stretch]
    ) -> Awaitable[replies.Stretch]: ...

    @overload
    def __call__(self, seconds: float, *, do: Literal["finish"]) -> Awaitable[replies.Finish]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["leave"], **request: Unpack[requests.Leave]
    ) -> Awaitable[replies.Leave]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["account"], when: Literal["begin"]
    ) -> Awaitable[replies.Account]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["account"], when: Literal["end"]
    ) -> Awaitable[replies.AccountAtEnd]: ...

    @overload
    def __call__(self, seconds: float, *, do: Literal["keep_garbage"]) -> Awaitable[replies.KeepGarbage]: ...

    @overload
    def __call__(self, seconds: float, *, do: Literal["restore"]) -> Awaitable[replies.Restore]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["weigh"], **request: Unpack[requests.Weigh]
    ) -> Awaitable[replies.Weigh]: ...

    @overload
    def __call__(self, seconds: float, *, do: Literal["caps"]) -> Awaitable[replies.Caps]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["family"], **request: Unpack[requests.Family]
    ) -> Awaitable[replies.Family]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["timers"], **request: Unpack[requests.Stretch]
    ) -> Awaitable[replies.Timers]: ...

    @overload
    def __call__(self, seconds: float, *, do: Literal["unended"]) -> Awaitable[replies.Unended]: ...

    @overload
    def __call__(self, seconds: float, *, do: Literal["answers"]) -> Awaitable[replies.Answers]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["attribute"], **request: Unpack[requests.Attribute]
    ) -> Awaitable[replies.Attribute]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["lines"], **request: Unpack[requests.Lines]
    ) -> Awaitable[replies.Attribute]: ...

    @overload
    def __call__(
        self, seconds: float, *, do: Literal["survey"], **request: Unpack[requests.Survey]
    ) -> Awaitable[replies.Survey]: ...

    @overload
    def __call__(self, seconds: float, *, do: Literal["close"]) -> Awaitable[replies.Close]: ...
