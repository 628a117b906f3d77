"""What every task has in common: typed request in, typed result out, ids in the logs and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, get_type_hints

from aws_lambda_powertools import Logger, Tracer
from pydantic import BaseModel, ConfigDict

logger = Logger(service="cosell", log_uncaught_exceptions=False)
tracer = Tracer(service="cosell", auto_patch=False)

NAMESPACE = "Cosell"
"""Of the metrics that functions count themselves."""

ResultT = TypeVar("ResultT", bound=BaseModel)


def now() -> float:
    """Seconds since the epoch. Every function reads the time here, so that a sandbox can set it."""
    return time.time()


def count(metric: str, message: str) -> None:
    """Logs a warning that CloudWatch counts as a metric of Cosell's, by function (its embedded metric format)."""
    metrics = [{"Name": metric, "Unit": "Count"}]
    counted = {"Namespace": NAMESPACE, "Dimensions": [["function_name"]], "Metrics": metrics}
    embedded = {"Timestamp": int(now() * 1000), "CloudWatchMetrics": [counted]}
    logger.warning(message, extra={metric: 1, "_aws": embedded})


class Message(BaseModel):
    """A request or result of a task.

    Requests only ever gain optional fields: a redrive sends yesterday's payload to today's code.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


def task(run: Callable[[Any], ResultT]) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Turns `run(request) -> result` into a Lambda handler.

    Every field of the result is always present, null or not: an undefined path would fail a JSONata expression, and a
    definition, unlike this code, cannot be mended under a running execution.
    """
    request_type: type[BaseModel] = get_type_hints(run)["request"]

    @wraps(run)
    @tracer.capture_lambda_handler(capture_response=False, capture_error=False)
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        request = request_type.model_validate(event)
        known = {key: getattr(request, key, None) for key in ("pair", "fence")}
        logger.append_keys(**{key: value for key, value in known.items() if value is not None})
        result = run(request).model_dump(mode="json")
        logger.info("done", result=result)
        return result

    return handler
