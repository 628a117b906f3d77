"""catalog-sync: keep HubSpot's products, and the solutions a seller can choose, as AWS lists the partner's solutions.

Started by  a schedule, once a day, and an operator's event "Catalog Sync Requested".
Ends as     IN_STEP; OBSERVED, where the deployment only observes; or NOTHING_LISTED: AWS lists no solution, as in a new
            account of its Sandbox catalog, and HubSpot is left as it is.
Retried     quotas and outages, two minutes per task on average, four at most; a timeout once.
Caught      nothing. Two runs at once write the same, so there is no turn to lose.
Left        everything fails its own task. Mend the cause, redrive: the run goes on from there, with the newest listing.

No Map: HubSpot takes a hundred products in one call and the options as one list, so a branch per solution would only
make more calls of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from statemachines.task import lambda_task

_NEXT = {"next": "{% $states.result.Payload.next %}"}


class CatalogSync(Construct):
    """`functions` are those of the tasks, by the name of the file their code is in."""

    name = "catalog-sync"

    timeout = Duration.hours(1)
    """Three tasks that use up their retries take 42 minutes."""

    def __init__(self, scope: Construct, construct_id: str, *, functions: Mapping[str, lambda_.IFunction]) -> None:
        super().__init__(scope, construct_id)
        self._known = functions
        self.functions: dict[str, lambda_.IFunction] = {}

        list_solutions = self._step(
            "List solutions",
            "Reads the partner's solutions at AWS; executions carry how many, never their names.",
            {**_NEXT, "outcome": "{% $states.result.Payload.outcome %}"},
        )
        router = sfn.Choice.jsonata(self, "What to update?", comment="Only what the portal has properties for.")
        for name, comment in (
            ("Update products", "Gives every solution its product, and shows on it what AWS changed."),
            ("Update options", "Merges the solutions into the options of the deal's property."),
        ):
            state = self._step(name, comment, _NEXT)
            router.when(sfn.Condition.jsonata(f"{{% $next = '{name.upper().replace(' ', '_')}' %}}"), state)
            state.next(router)
        done = sfn.Succeed.jsonata(
            self,
            "Catalog in step",
            comment="HubSpot shows what AWS lists; or AWS lists nothing, and HubSpot was left alone.",
            outputs={"outcome": "{% $outcome %}"},
        )
        self.definition = list_solutions.next(router.otherwise(done))

    def _step(self, name: str, comment: str, assign: Mapping[str, str]) -> tasks.LambdaInvoke:
        task = name.lower().replace(" ", "_")
        self.functions[task] = self._known[task]
        return lambda_task(self, name, self._known[task], comment=comment, payload={}, assign=assign)
