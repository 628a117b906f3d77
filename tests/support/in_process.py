"""A real boto3 client that is answered in the calling process: everything above the transport is the SDK's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from cosell.sandbox.wire import Request, Response


def answer_in_process(client: Any, handle: Callable[[Request], Response]) -> None:
    """From now on `handle` answers what the client sends; no socket is opened."""

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        response = handle(Request(request.method, request.url, headers, request.body or b""))
        return AWSResponse(request.url, response.status, dict(response.headers), _Body(response.body))

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register_first(f"before-send.{service}", answer)


class _Body:
    """What botocore reads an answer from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._content


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
