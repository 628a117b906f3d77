"""Nothing is granted that is not used; that nothing is used that is not granted, every run in the sandbox shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from cosell.sandbox import Sandbox
from cosell.sandbox.partner_central import Switches
from cosell.sandbox.partner_central.state import Solution
from cosell.sandbox.permissions import Asked, Permissions
from tests.support import adoption_life, around_life, beside_life, catalog_life
from tests.support.life import live

Story = Callable[[Sandbox], object]

DAY = 24 * 3600

LAMBDAS_OWN = ("logs:", "xray:")
"""What Lambda does in a function's name, where the simulated network does not see it."""
READ_SECRET = "secretsmanager:GetSecretValue"
INSIDE_AWS = {"submit-opportunity: partnercentral:TagResource on catalog/Sandbox/resource-snapshot-job/*"}
"""A submission's task makes a job at AWS, which gets the tags, too; the sandbox asks for the opportunity's only."""


class Noting(Permissions):
    """Notes what was asked for."""

    def __init__(self, policies: Any) -> None:
        super().__init__(policies)
        self.asked: set[tuple[str, str, str]] = set()

    def allow(self, role: str, asked: Asked) -> bool:
        self.asked.add((role, asked.action, asked.resource))
        return super().allow(role, asked)


def test_every_function_uses_all_that_it_may(assembly: Path) -> None:
    unused = [_unused_in(assembly, story) for story in STORIES]

    assert set.intersection(*unused) == INSIDE_AWS


def _unused_in(assembly: Path, story: Story) -> set[str]:
    switches = Switches(echo_partner_identifier=story is not _a_create_is_looked_up)
    with Sandbox(assembly, partner_central=switches) as sandbox:
        noting = sandbox.cloud.permissions = Noting(sandbox.deployment.policies())
        story(sandbox)
        # The functions of a sandbox share a process, and so the secret that one of them read a moment ago.
        at_hubspot = {call.function for call in sandbox.calls if call.remote == "hubspot"}
        return {
            f"{function.removeprefix('cosell-sandbox-')}: {action} on {resource.rpartition(':')[2]}"
            for function, role, action, resource in _granted(sandbox)
            if not (action == READ_SECRET and function in at_hubspot)
            and not any((role, action) == asked[:2] and fnmatchcase(asked[2], resource) for asked in noting.asked)
        }


def _granted(sandbox: Sandbox) -> Iterator[tuple[str, str, str, str]]:
    """Function, role, action and resource of each right but Lambda's own."""
    policies = sandbox.deployment.policies()
    for name, function in sandbox.cloud.functions.deployed.items():
        for statement in (statement for policy in policies[function.role] for statement in policy["Statement"]):
            for action in _listed(statement["Action"]):
                if not action.startswith(LAMBDAS_OWN):
                    for resource in _listed(statement["Resource"]):
                        yield name, function.role, action, resource


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _a_create_is_looked_up(sandbox: Sandbox) -> None:
    """Days after its answer was lost; and AWS's list leaves out whose opportunities these are."""
    sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
    sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    _redriven_after(sandbox, 3 * DAY)


def _a_create_is_not_ours(sandbox: Sandbox) -> None:
    """The opportunity was linked to another pair meanwhile."""
    sandbox.partner_central.fail("CreateOpportunity", with_="lost answer", until_healed=True)
    sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    (opportunity,) = sandbox.partner_central.opportunities
    alias = {"pk": {"S": f"opp#Sandbox#{opportunity.id}"}, "pair": {"S": "another"}}
    sandbox.cloud.services.dynamodb.ask("PutItem", TableName=sandbox.table("links"), Item=alias)
    _redriven_after(sandbox, 60)


def _a_submission_is_looked_up(sandbox: Sandbox) -> None:
    """Days after it failed, before it is started again."""
    sandbox.partner_central.fail("StartEngagementFromOpportunityTask", until_healed=True)
    sandbox.hubspot.seller.creates_deal(shared_with_aws=True, aws_action="submit")
    _redriven_after(sandbox, 3 * DAY)


def _a_pair_is_handed_on(sandbox: Sandbox) -> None:
    """A seller edits while every plan takes its time; and AWS tells of an opportunity that nobody here knows."""
    detail = {"catalog": "Sandbox", "opportunity": {"identifier": "O99999999", "arn": "arn:aws:partnercentral:any"}}
    sandbox.cloud.events.put(sandbox.cloud.events.event("aws.partnercentral-selling", "Opportunity Updated", detail))
    deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.partner_central.fail("GetOpportunity", with_="slow", seconds=5, state="Plan sync", until_healed=True)
    for spend in range(20_000, 56_000, 1_000):
        sandbox.hubspot.seller.edits(deal, aws_monthly_spend=str(spend))
        sandbox.advance(5)
    sandbox.run_until_quiet()


def _beside_the_fields(sandbox: Sandbox) -> None:
    """And AWS's quota of solutions is used up when one takes the place of another; and tags are refreshed."""
    solutions = [f"S-{number}" for number in range(11)]
    for solution in solutions:
        sandbox.partner_central.simulator.solutions.append(Solution(solution, solution, catalog="Sandbox"))
        sandbox.hubspot.simulator.admin.adds_option("deals", "aws_solutions", solution)
    deal = beside_life.live(sandbox)
    for named in (solutions[:10], solutions[1:]):
        sandbox.hubspot.seller.edits(deal, aws_solutions=";".join(named), aws_action="refresh")
        sandbox.run_until_quiet()


def _around_the_deal(sandbox: Sandbox) -> None:
    """And an operator confirms deletions."""
    around_life.live(sandbox)
    events = sandbox.cloud.events
    (bus,) = (made.ref for _, made in sandbox.deployment.of_type("AWS::Events::EventBus"))
    events.put(events.event("cosell", "Deletions Confirmed", {}), bus)
    sandbox.run_until_quiet()


def _redriven_after(sandbox: Sandbox, seconds: float) -> None:
    sandbox.run_until_quiet()
    (failed,) = sandbox.executions.failed
    sandbox.heal()
    sandbox.advance(seconds)
    failed.redrive()
    sandbox.run_until_quiet()


STORIES: tuple[Story, ...] = (
    live,
    catalog_life.live,
    _around_the_deal,
    adoption_life.live,
    _beside_the_fields,
    _a_create_is_looked_up,
    _a_create_is_not_ours,
    _a_submission_is_looked_up,
    _a_pair_is_handed_on,
)
