"""deal-lifecycle: bring one deal and its opportunity in step.

Started by  any change of the deal or of its opportunity, and a run that handed its pair on; events carry ids only.
Ends as     Done: IN_STEP, NEEDS_YOU (the deal says what for), ON_HOLD (AWS reviews; edits wait), WAITING (another
            run follows the submission) or OBSERVED (nothing is written in this deployment). Set aside: COALESCED
            (another run does it), NOT_SHARED (none of AWS's business) or HANDED_ON (went round ten times: a fresh run
            continues).
Retried     quotas and outages, two minutes per task on average, four at most; a timeout once.
Caught      LeaseLost and Conflict, back to "Take turn". "Take turn" counts the rounds.
Left        everything else fails its own task. Mend the cause, redrive: the run goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from statemachines.task import lambda_task

SETTLE = Duration.seconds(8)
"""HubSpot sends a burst as several events, and associations after the deal: one plan for all of them."""

_TURN = {"pair": "{% $pair %}", "fence": "{% $fence %}"}
_OWNER = "{% $states.context.Execution.Id %}"


class DealLifecycle(Construct):
    """`functions` are those of the tasks, by the name of the file their code is in."""

    name = "deal-lifecycle"

    # The longest honest run follows a submission that AWS takes its time for. It looks every five minutes: in two days
    # 576 looks of 32 events, below the 25,000 that a history may have. Ten rounds in which every task uses up its
    # retries take 31 hours: 8 s to settle, then thirteen tasks of at most 14 minutes (nine attempts of 60 s, 242 s
    # between them, one more after a timeout).
    timeout = Duration.days(2)

    def __init__(self, scope: Construct, construct_id: str, *, functions: Mapping[str, lambda_.IFunction]) -> None:
        super().__init__(scope, construct_id)
        self._known = functions
        self.functions: dict[str, lambda_.IFunction] = {}

        take_turn = self._take_turn()
        settle = sfn.Wait.jsonata(
            self,
            "Settle",
            time=sfn.WaitTime.duration(SETTLE),
            comment="Lets a burst of changes and late associations arrive, so that one plan covers them.",
        )
        plan_sync = self._step(
            "Plan sync", take_turn, "Reads both sides as they are now and decides what the next states apply."
        )
        finish_turn = self._finish_turn(take_turn)
        wait = sfn.Wait.jsonata(
            self,
            "Wait until due",
            time=sfn.WaitTime.seconds("{% $wait_seconds %}"),
            comment="The turn is given back meanwhile: AWS is at work on the submission.",
        )
        set_aside = sfn.Succeed.jsonata(
            self,
            "Set aside",
            comment="Nothing for this run: another does it, the deal is not shared, or a fresh run goes on.",
            outputs={"outcome": "{% $turn %}", "pair": "{% $pair %}"},
        )
        done = sfn.Succeed.jsonata(
            self,
            "Done",
            comment="Nothing is left for this run; the outcome says how deal and opportunity stand.",
            outputs={"outcome": "{% $outcome %}", "pair": "{% $pair %}"},
        )

        self.definition = take_turn.next(
            sfn.Choice.jsonata(self, "Our turn?", comment="One pair, one writer.")
            .when(sfn.Condition.jsonata("{% $turn = 'TAKEN' %}"), settle)
            .otherwise(set_aside)
        )
        settle.next(plan_sync).next(self._router(take_turn, finish_turn))
        finish_turn.next(
            sfn.Choice.jsonata(self, "Anything left?", comment="What came meanwhile, or is to be waited for.")
            .when(sfn.Condition.jsonata("{% $finished = 'AGAIN' %}"), take_turn)
            .when(sfn.Condition.jsonata("{% $finished = 'WAIT' %}"), wait)
            .otherwise(done)
        )
        wait.next(take_turn)

    def _router(self, take_turn: sfn.IChainable, finish_turn: sfn.IChainable) -> sfn.Choice:
        """Each step returns the next one: the plan orders them, and the definition stays thin."""
        router = sfn.Choice.jsonata(self, "What next?", comment="Only what the plan says, in the plan's order.")
        for name, comment in (
            ("Create deal", "Makes the deal of an opportunity that was made at AWS, exactly once."),
            ("Create opportunity", "Creates the pair's opportunity at Partner Central, exactly once."),
            ("Associate opportunity", "Links solutions, AWS products and offers that the deal names."),
            ("Update opportunity", "Writes the planned changes, if AWS still has what the plan read."),
            ("Disassociate opportunity", "Unlinks what the deal names no longer, once the new is linked."),
            ("Assign opportunity", "Gives the opportunity the deal's owner."),
            ("Tag opportunity", "Sets the tags written on the deal; all others stay."),
            ("Submit opportunity", "Submits to AWS for review; AWS's own task is followed in later rounds."),
            ("Update deal", "Writes to the deal what AWS says, and what the seller must know."),
            ("Tell seller", "Puts what is news on the deal's timeline, and keeps the deal's one task."),
        ):
            step = name.upper().replace(" ", "_")
            state = self._step(name, take_turn, comment)
            router.when(sfn.Condition.jsonata(f"{{% $next = '{step}' %}}"), state)
            state.next(router)
        return router.otherwise(finish_turn)

    def _step(self, name: str, take_turn: sfn.IChainable, comment: str) -> tasks.LambdaInvoke:
        return lambda_task(
            self,
            name,
            self._function(name),
            comment=comment,
            payload=_TURN,
            assign={"next": "{% $states.result.Payload.next %}"},
            plan_again=take_turn,
        )

    def _take_turn(self) -> tasks.LambdaInvoke:
        return lambda_task(
            self,
            "Take turn",
            self._function("Take turn"),
            comment="Finds the pair that the event speaks of and takes its turn, unless another run has it.",
            payload={"event": "{% $states.context.Execution.Input %}", "owner": _OWNER},
            assign={
                "turn": "{% $states.result.Payload.turn %}",
                "pair": "{% $states.result.Payload.pair %}",
                "fence": "{% $states.result.Payload.fence %}",
            },
        )

    def _finish_turn(self, take_turn: sfn.IChainable) -> tasks.LambdaInvoke:
        return lambda_task(
            self,
            "Finish turn",
            self._function("Finish turn"),
            comment="Gives the turn back, unless something new came in; says whether there is something to wait for.",
            payload={**_TURN, "owner": _OWNER},
            assign={
                "finished": "{% $states.result.Payload.finished %}",
                "outcome": "{% $states.result.Payload.outcome %}",
                "wait_seconds": "{% $states.result.Payload.wait_seconds %}",
            },
            plan_again=take_turn,
        )

    def _function(self, state: str) -> lambda_.IFunction:
        task = state.lower().replace(" ", "_")
        self.functions[task] = self._known[task]
        return self._known[task]
