"""What functions write: standard output, standard error and logging, line by line, as CloudWatch would keep it."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TextIO

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from cosell.sandbox.baton import Baton


@dataclass(frozen=True)
class LogLine:
    at: float
    function: str
    request: str
    """The invocation's AWS request id."""
    text: str


class _Tap:
    """A text stream that writes to the log of whichever handler has the baton, and to `fallback` for everybody else."""

    encoding = "utf-8"

    def __init__(self, logs: Logs, fallback: TextIO) -> None:
        self._logs = logs
        self._fallback = fallback

    def write(self, text: str) -> int:
        if not self._logs.write(text):
            self._fallback.write(text)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return False


class _RootHandler(logging.Handler):
    """Lambda's own handler on the root logger, in its JSON format at level INFO: libraries' chatter is logged too."""

    def __init__(self, logs: Logs) -> None:
        super().__init__(logging.INFO)
        self._logs = logs

    def emit(self, record: logging.LogRecord) -> None:
        if not logging.getLogger(record.name).handlers:  # one with handlers of its own has written already
            line = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
            self._logs.write(json.dumps(line) + "\n")


class Logs:
    """All lines of all functions, in order."""

    def __init__(self, baton: Baton) -> None:
        self.lines: list[LogLine] = []
        self._baton = baton
        self._root = _RootHandler(self)
        self._level = logging.WARNING
        self._formatters: list[tuple[LambdaPowertoolsFormatter, dict[str, Any]]] = []
        self._redirected: list[tuple[logging.StreamHandler[TextIO], TextIO]] = []

    def write(self, text: str) -> bool:
        """Logs for the handler that has the baton; False where no handler has."""
        strand = self._baton.current
        if strand is None:
            return False
        for line in text.splitlines():
            if line.strip():
                self.lines.append(LogLine(self._baton.clock.now, strand.caller.function, strand.caller.request, line))
        return True

    def of(self, function: str) -> list[LogLine]:
        """The lines of one function, by its full name or by what follows the deployment's name."""
        return [line for line in self.lines if line.function == function or line.function.endswith(f"-{function}")]

    @contextlib.contextmanager
    def capturing(self) -> Iterator[None]:
        """While this lasts, the root logger logs for handlers as Lambda's does, at the clock's time."""
        root = logging.getLogger()
        level = root.level
        make = logging.getLogRecordFactory()

        def timed(*args: Any, **kwargs: Any) -> logging.LogRecord:
            record = make(*args, **kwargs)
            if self._baton.current is not None:
                record.created = self._baton.clock.now
                record.msecs = record.created % 1 * 1000
            return record

        logging.setLogRecordFactory(timed)
        root.addHandler(self._root)
        root.setLevel(logging.INFO)
        try:
            yield
        finally:
            logging.setLogRecordFactory(make)
            root.setLevel(level)
            root.removeHandler(self._root)
            for handler, stream in reversed(self._redirected):
                handler.stream = stream
            self._redirected.clear()
            self._formatters.clear()

    @contextlib.contextmanager
    def streams(self, keys: dict[int, dict[str, Any]]) -> Iterator[None]:
        """While this lasts, what is printed is logged. For the time a handler has the baton.

        `keys` is where the invocation's own logger keys stay meanwhile: functions that share a process here, and a
        logger with it, have one each at AWS.
        """
        out, err = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Tap(self, out), _Tap(self, err)
        for formatter, fresh in self._formatters:
            formatter.log_format = keys.pop(id(formatter), dict(fresh))
        try:
            yield
        finally:
            sys.stdout, sys.stderr = out, err
            for formatter, fresh in self._formatters:
                keys[id(formatter)] = formatter.log_format
                formatter.log_format = dict(fresh)

    def redirect(self, module: ModuleType) -> None:
        """Sends the module's Powertools loggers here: they keep the standard output they were made with."""
        for value in vars(module).values():
            handlers = getattr(value, "handlers", None)
            if type(value).__module__.startswith("aws_lambda_powertools") and isinstance(handlers, list):
                for handler in handlers:
                    self._redirect(handler)

    def _redirect(self, handler: logging.Handler) -> None:
        if isinstance(handler, logging.StreamHandler) and not isinstance(handler.stream, _Tap):
            self._redirected.append((handler, handler.stream))
            handler.stream = _Tap(self, handler.stream)
            if isinstance(handler.formatter, LambdaPowertoolsFormatter):
                handler.formatter.clear_state()
                self._formatters.append((handler.formatter, dict(handler.formatter.log_format)))
