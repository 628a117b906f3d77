"""The steps of a plan, each as its task in `lambdas/tasks` does it."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from cosell.sandbox.partner_central.editing import changed_paths
from lambdas.domain import associations, linking, ownership, tagging, team
from lambdas.domain.associated import Association
from lambdas.domain.plan import Plan, Results, Step
from lambdas.domain.records import Base, Problem, Submission, SubmissionTask
from lambdas.domain.refusals import Refusal, problems_of
from lambdas.domain.status import base_after, present
from tests.lambdas.domain.builders import told

if TYPE_CHECKING:
    from tests.support.two_sides.pair import TwoSides

_TOKENS = itertools.count()


@dataclass(frozen=True)
class Write:
    """What one update changed at AWS, by AWS's own reckoning."""

    status: str
    paths: frozenset[str]


def _create(sides: TwoSides, plan: Plan, results: Results) -> Results:
    answer = sides.ask("CreateOpportunity", ClientToken=f"c{next(_TOKENS)}", **(plan.create or {}))
    if isinstance(answer, Refusal):
        return _refused(sides, results, answer)
    sides.opportunity = str(answer["Id"])
    return results.model_copy(update={"created": sides.opportunity})


def _associate(sides: TwoSides, plan: Plan, results: Results) -> Results:
    sides.base = sides.base.model_copy(update={"linking": plan.linking})
    refused = linking.link(
        plan.associate,
        sides.stored.related,
        plan.disassociate,
        associate=partial(_link, sides, "AssociateOpportunity"),
        disassociate=partial(_link, sides, "DisassociateOpportunity"),
    )
    return _not_done(sides, results, refused)


def _disassociate(sides: TwoSides, plan: Plan, results: Results) -> Results:
    there = [one for one in plan.disassociate if one.id in sides.stored.related[one.kind]]
    refused = [problem for one in there for problem in _link(sides, "DisassociateOpportunity", one)]
    return _not_done(sides, results, tuple(refused))


def _link(sides: TwoSides, operation: str, one: Association) -> tuple[Problem, ...]:
    answer = sides.ask(
        operation,
        OpportunityIdentifier=sides.opportunity,
        RelatedEntityType=one.kind,
        RelatedEntityIdentifier=one.id,
    )
    return associations.refused(answer, one, sides.mapping) if isinstance(answer, Refusal) else ()


def _update(sides: TwoSides, plan: Plan, results: Results) -> Results:
    pending = json.loads(json.dumps({change.path: change.after for change in plan.changes}))
    sides.base = sides.base.model_copy(update={"pending": pending})
    before, status = copy.deepcopy(sides.stored.fields), sides.stored.review_status
    answer = sides.ask(
        "UpdateOpportunity", Identifier=sides.opportunity, LastModifiedDate=plan.last_modified, **(plan.update or {})
    )
    if isinstance(answer, Refusal):
        sides.base = sides.base.model_copy(update={"pending": {}})
        return _refused(sides, results, answer)
    sides.writes.append(Write(status, frozenset(changed_paths(before, sides.stored.fields))))
    sides.lost += plan.changes
    return results


def _assign(sides: TwoSides, plan: Plan, results: Results) -> Results:
    wanted = plan.assign
    assert wanted is not None
    person = {"FirstName": wanted.first_name, "LastName": wanted.last_name, "BusinessTitle": wanted.title}
    answer = sides.ask("AssignOpportunity", Identifier=sides.opportunity, Assignee={"Email": wanted.email, **person})
    said = ownership.refused(answer, ownership.label(sides.mapping)) if isinstance(answer, Refusal) else ""
    return results.model_copy(update={"assigned": said})


def _tag(sides: TwoSides, plan: Plan, results: Results) -> Results:
    change = plan.tags
    assert change is not None
    arn = sides.ask("GetOpportunity", Identifier=sides.opportunity)["Arn"]
    answers = [sides.ask("UntagResource", ResourceArn=arn, TagKeys=list(change.remove))] if change.remove else []
    if change.put:
        tags = [{"Key": key, "Value": value} for key, value in change.put.items()]
        answers.append(sides.ask("TagResource", ResourceArn=arn, Tags=tags))
    refusal = next((answer for answer in answers if isinstance(answer, Refusal)), None)
    aside = tagging.refused(refusal, sides.mapping) if refusal else ()
    sides.refusals += aside
    return results.model_copy(update={"tagged": not refusal, "refused_aside": aside})


def _submit(sides: TwoSides, plan: Plan, results: Results) -> Results:
    wanted = plan.submit
    assert wanted is not None
    answer = sides.ask(
        "StartEngagementFromOpportunityTask",
        ClientToken=f"s{next(_TOKENS)}",
        Identifier=sides.opportunity,
        AwsSubmission={"InvolvementType": wanted.involvement, "Visibility": wanted.visibility},
    )
    is_refused = isinstance(answer, Refusal)
    if is_refused:
        results = _refused(sides, results, answer)
    task = SubmissionTask(
        id=None if is_refused else answer["TaskId"], status="FAILED" if is_refused else answer["TaskStatus"]
    )
    sides.submission = Submission(
        generation=wanted.generation, started=sides.clock.now, task=task, refused=results.refused
    )
    return results.model_copy(update={"submitted": not is_refused})


def _update_deal(sides: TwoSides, plan: Plan, results: Results) -> Results:
    for kind, identifier, properties in (
        ("deals", plan.deal, present(plan, results)),
        ("companies", plan.company, plan.company_changes),
        *(("contacts", contact, {team.ROLE: role}) for contact, role in plan.contact_roles.items()),
    ):
        if properties:
            sides.hubspot_takes(f"{kind}/{identifier}", properties)
    sides.lost += plan.lost
    base, timeline = base_after(plan, results), sides.base.timeline
    if base is not None:
        sides.base = Base.model_validate_json(base.model_dump_json()).model_copy(update={"timeline": timeline})
    return results


def _tell(sides: TwoSides, plan: Plan, results: Results) -> Results:
    sides.base = sides.base.model_copy(update={"timeline": told(plan, results)})
    return results


def _refused(sides: TwoSides, results: Results, refusal: Refusal) -> Results:
    return _not_done(sides, results, problems_of(refusal, sides.mapping))


def _not_done(sides: TwoSides, results: Results, problems: tuple[Problem, ...]) -> Results:
    sides.refusals += problems
    return results.model_copy(update={"refused": (*results.refused, *problems)})


STEPS: Final[Mapping[Step, Callable[[TwoSides, Plan, Results], Results]]] = {
    Step.CREATE_OPPORTUNITY: _create,
    Step.ASSOCIATE_OPPORTUNITY: _associate,
    Step.UPDATE_OPPORTUNITY: _update,
    Step.DISASSOCIATE_OPPORTUNITY: _disassociate,
    Step.ASSIGN_OPPORTUNITY: _assign,
    Step.TAG_OPPORTUNITY: _tag,
    Step.SUBMIT_OPPORTUNITY: _submit,
    Step.UPDATE_DEAL: _update_deal,
    Step.TELL_SELLER: _tell,
}
