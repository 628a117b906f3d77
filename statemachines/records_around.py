"""records-around: a company, contact or line item changed; the deals it belongs to are looked at.

A machine of its own, and not a function behind the rule: what fails is seen, kept for a fortnight and redriven like
everything else, and no third way of retrying is needed. Two steps are all it costs.

Started by  changes of companies, contacts and line items; an operator's word that many deletions were meant.
Ends as     TOLD (the pairs know, and one run is started for each that nobody looks at) or NO_PAIRS.
Retried     quotas and outages, as every task; a timeout once.
Caught      nothing.
Left        everything fails its task. Mend the cause, redrive.
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from statemachines.task import lambda_task


class RecordsAround(Construct):
    """`functions` are those of the tasks, by the name of the file their code is in."""

    name = "records-around"

    timeout = Duration.hours(1)  # one task, which with all its retries takes a quarter of that

    def __init__(self, scope: Construct, construct_id: str, *, functions: Mapping[str, lambda_.IFunction]) -> None:
        super().__init__(scope, construct_id)
        task = "resolve_pairs"
        self.functions = {task: functions[task]}
        self.definition = lambda_task(
            self,
            "Resolve pairs",
            functions[task],
            comment="Finds the pairs of the record and leaves each a wish; starts a run where none is under way.",
            payload={"event": "{% $states.context.Execution.Input %}", "owner": "{% $states.context.Execution.Id %}"},
            assign={
                "outcome": "{% $states.result.Payload.outcome %}",
                "pairs": "{% $states.result.Payload.pairs %}",
            },
        ).next(
            sfn.Succeed.jsonata(
                self,
                "Pairs told",
                comment="What comes of it is each pair's own run.",
                outputs={"outcome": "{% $outcome %}", "pairs": "{% $pairs %}"},
            )
        )
