"""The sandbox on one loopback port, for clients in other processes, and for webhooks that travel over a real socket.

Requests wait in an inbox until the world's thread takes them: threads of the server touch nothing else.
"""

from __future__ import annotations

import http.client
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from cosell.sandbox.router import Done, Router
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Request, Response, json_response

LOOPBACK = "127.0.0.1"
Inbox = queue.SimpleQueue["Arrival | None"]
"""What clients ask; None wakes the world up. A simple queue, as a signal's handler puts into it, too."""

_PATIENCE = 30.0
"""Seconds of real time for which the world waits for a request it has sent itself."""


class Arrival:
    """A request that a client waits with."""

    def __init__(self, request: Request, client_port: int) -> None:
        self.request = request
        self.client_port = client_port
        self._response: Response | None = None
        self._answered = threading.Event()

    def reply(self, response: Response) -> None:
        self._response = response
        self._answered.set()

    def wait(self) -> Response:
        self._answered.wait()
        return self._response or json_response(503, {"message": "the sandbox is closed"})

    def abandon(self) -> None:
        self._answered.set()


class Server:
    """Listens from the moment it is made until `close`; answers while the world serves."""

    def __init__(self, clock: Clock, router: Router, *, port: int = 0) -> None:
        self.router = router
        self.received = 0
        """How many requests have been taken up, the sandbox's own among them."""
        self._clock = clock
        self._inbox: Inbox = queue.SimpleQueue()
        self._stopping = False
        self._http = _Listener((LOOPBACK, port), self._inbox)
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(0.05,), name="sandbox server", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def waiting(self) -> int:
        """How many requests nobody has taken up yet."""
        return self._inbox.qsize()

    def close(self) -> None:
        """Stops listening; whoever still waits for an answer gets a 503."""
        self.stop()
        self._http.closed = True
        while not self._inbox.empty():
            if (arrival := self._inbox.get_nowait()) is not None:
                arrival.abandon()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def stop(self) -> None:
        """Ends `serve_forever`; may be called from any thread."""
        self._stopping = True
        self._inbox.put(None)

    # Serving, in the world's thread

    def serve_forever(self, *, speed: float = 1.0) -> None:
        """Lets time pass as it does outside, `speed` times as fast, and answers; ends on `stop`, Ctrl-C or SIGTERM."""
        self._stopping = False
        began, since = time.monotonic(), self._clock.now
        with self._stopped_by_signals():
            while not self._stopping:
                self._catch_up(since + (time.monotonic() - began) * speed)
                due = self._clock.next_due()
                wait = None if due is None else max(0.0, (due - self._clock.now) / speed)
                if (arrival := self._next(wait)) is not None:
                    self._catch_up(since + (time.monotonic() - began) * speed)
                    self._receive(arrival, arrival.reply)

    def serve_while(self, condition: Callable[[], bool]) -> None:
        """Answers as long as `condition` holds; virtual time moves only as far as an answer needs."""
        while condition():
            if (arrival := self._next(0.02)) is not None:
                self._answer(arrival)

    def post(self, request: Request, answered: Callable[[Response | None], None]) -> None:
        """Sends a request to this server over a real socket, from a helper's thread.

        No time passes on the way: the world waits for the request to arrive, and later for its answer to be read, so
        that a run with sockets is as repeatable as one without. `answered` gets None where the connection broke.
        """
        answers: queue.Queue[Response | None] = queue.Queue()
        ports: queue.Queue[int | None] = queue.Queue()
        threading.Thread(target=_send, args=(request, ports, answers), name="sandbox client", daemon=True).start()
        port = ports.get(timeout=_PATIENCE)
        if port is None:
            answered(None)
            return
        arrival = self._await(port)

        def reply(response: Response) -> None:
            arrival.reply(response)
            answered(answers.get(timeout=_PATIENCE))

        self.received += 1
        self.router.receive(arrival.request, reply)

    def _await(self, port: int) -> Arrival:
        """The request from that port; what others ask meanwhile is answered."""
        while True:
            arrival = self._inbox.get(timeout=_PATIENCE)
            if arrival is not None and arrival.client_port == port:
                return arrival
            if arrival is not None:
                self._answer(arrival)

    def _answer(self, arrival: Arrival) -> None:
        answers: list[Response] = []
        self._receive(arrival, answers.append)
        self._clock.run_while(lambda: not answers)
        arrival.reply(answers[0] if answers else json_response(504, {"message": "nothing more happens, and no answer"}))

    def _receive(self, arrival: Arrival, done: Done) -> None:
        """Hands a client's request on. One that nobody here can read ends with a 500, not with the sandbox."""
        self.received += 1
        try:
            self.router.receive(arrival.request, done)
        except Exception as error:  # noqa: BLE001 - clients send anything, and a simulator may trip over it
            done(json_response(500, {"message": f"the sandbox failed at this: {type(error).__name__}: {error}"}))

    def _next(self, wait: float | None) -> Arrival | None:
        try:
            return self._inbox.get(timeout=wait) if wait != 0 else self._inbox.get_nowait()
        except queue.Empty:
            return None

    def _catch_up(self, now: float) -> None:
        if now > self._clock.now:
            self._clock.advance(now - self._clock.now)

    @contextmanager
    def _stopped_by_signals(self) -> Iterator[None]:
        """Ctrl-C and SIGTERM become a `stop` between two steps: inside one, a handler's thread may have the baton.

        Whoever sends a second one does not want to wait for that. Signals reach the main thread only.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

        def restore() -> None:
            for number, handler in previous.items():
                signal.signal(number, handler)

        def stop(_number: int, _frame: FrameType | None) -> None:
            restore()
            self.stop()

        for number in previous:
            signal.signal(number, stop)
        try:
            yield
        finally:
            restore()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], inbox: Inbox) -> None:
        super().__init__(address, _Handler)
        self.inbox = inbox
        self.closed = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no error of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Headers and body are written apart: else each answer on a kept connection waits for an acknowledgement."""
    server: _Listener

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            self.command,
            f"http://{self.headers.get('Host', LOOPBACK)}{self.path}",
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
            tuple(self.headers.items()),
        )
        arrival = Arrival(request, self.client_address[1])
        self.server.inbox.put(arrival)
        if self.server.closed:  # looked at last: closing in between would leave it unanswered for ever
            arrival.abandon()
        self._send(arrival.wait())

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            if name not in {"content-length", "connection", "transfer-encoding", "date", "server"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _handle  # noqa: N815 - http.server's names

    def log_message(self, *_args: object) -> None:
        """Nothing: requests are in the trace."""


def _send(request: Request, ports: queue.Queue[int | None], answers: queue.Queue[Response | None]) -> None:
    """In a helper's thread: connects, says from which port, sends, and reads the answer."""
    url = urlsplit(request.url)
    connection = http.client.HTTPConnection(url.hostname or LOOPBACK, url.port or 80, timeout=_PATIENCE)
    try:
        connection.connect()
        ports.put(connection.sock.getsockname()[1])
        headers = dict(request.sent_headers) or dict(request.headers)
        path = url.path + (f"?{url.query}" if url.query else "")
        connection.request(request.method, path, request.body, headers)
        answer = connection.getresponse()
        read = answer.read()
        answers.put(Response(answer.status, {name.lower(): value for name, value in answer.getheaders()}, read))
    except OSError:
        ports.put(None)
        answers.put(None)
    finally:
        connection.close()
