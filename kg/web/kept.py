"""Answers that were given before, kept to be given again as long as the graph and the day are the same."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from starlette.responses import Response

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; its tag tells it from every other, so that a browser may keep it too."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    tag: str

    @classmethod
    def of(cls, response: Response) -> Answer:
        """A response as it will be sent."""
        body = bytes(response.body)
        headers = tuple((name, value) for name, value in response.headers.items() if name != "content-length")
        return cls(response.status_code, headers, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')

    def response(self, known: str) -> Response:
        """The response to a client that has the answers of these tags (an If-None-Match header)."""
        if self.status != 200:
            return Response(self.body, self.status, dict(self.headers))
        headers = dict(self.headers) | {"etag": self.tag, "cache-control": "no-cache"}
        if self.tag in known:
            return Response(status_code=304, headers=headers)
        return Response(self.body, self.status, headers)


class Answers:
    """The answers asked for last, as many as have room in so many bytes."""

    def __init__(self, most: int = 64 * _MEBIBYTE) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        """The answer kept under a key."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer that is right for every time its key is asked for."""
        if answer.status != 200 or len(answer.body) > self._most // 8:
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self._kept[key] = answer
            self._size += len(answer.body) - (len(old.body) if old else 0)
            while self._size > self._most:
                _key, gone = self._kept.popitem(last=False)
                self._size -= len(gone.body)
