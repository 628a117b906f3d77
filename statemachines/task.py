"""The one way to put a Lambda task into a state machine: same timeout, retries, output and naming everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from lambdas import errors

FUNCTION_TIMEOUT = 30
"""Seconds a task's function may run."""

TASK_TIMEOUT = 60
"""Seconds a task state waits for its function: longer than the function's own, so that Lambda ends it first."""

MAX_RETRY_DELAY = 60
"""Seconds between two attempts, at most."""

MAX_RETRIES = 8

TURN_TTL = MAX_RETRY_DELAY + TASK_TIMEOUT + 60
"""Seconds a turn lasts after a hold.

An attempt holds the turn as it starts, may last as long as its task state waits for it, and is tried again after the
longest delay at the latest. The turn must outlive that, with a minute for a cold start and for clocks that disagree:
else a retry would find its own turn gone.
"""

TRANSIENT = (
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",  # missing from CDK's own default
    errors.RateLimited.__name__,
    errors.RemoteUnavailable.__name__,
)
TIMED_OUT = ("Sandbox.Timedout", "Lambda.Unknown", "States.Timeout")
OUT_OF_DATE = (errors.LeaseLost.__name__, errors.Conflict.__name__)


def lambda_task(  # noqa: PLR0913 properties of a construct, by name
    scope: Construct,
    name: str,
    function: lambda_.IFunction,
    *,
    comment: str,
    payload: Mapping[str, str],
    assign: Mapping[str, str],
    plan_again: sfn.IChainable | None = None,
) -> tasks.LambdaInvoke:
    """A task state called `name`, which is its file's name in words.

    A state that writes names where planning starts again when its turn or its read is out of date. Whatever else
    outlasts the retries is not caught: the state fails, and a redrive runs it again.
    """
    state = tasks.LambdaInvoke.jsonata(
        scope,
        name,
        lambda_function=function,
        comment=comment,
        payload=sfn.TaskInput.from_object(dict(payload)),
        outputs="{% $states.result.Payload %}",
        assign=dict(assign),
        task_timeout=sfn.Timeout.duration(Duration.seconds(TASK_TIMEOUT)),
        retry_on_service_exceptions=False,
    )
    state.add_retry(
        errors=list(TRANSIENT),
        interval=Duration.seconds(2),
        backoff_rate=2,
        max_attempts=MAX_RETRIES,
        max_delay=Duration.seconds(MAX_RETRY_DELAY),
        jitter_strategy=sfn.JitterType.FULL,
    )
    state.add_retry(errors=list(TIMED_OUT), interval=Duration.seconds(5), max_attempts=1)
    if plan_again is not None:
        state.add_catch(plan_again, errors=list(OUT_OF_DATE))
    return state
