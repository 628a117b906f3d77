"""Create, read, update and assign opportunities."""

from __future__ import annotations

import copy

from cosell.sandbox.partner_central import changes, editing, instants, rules, spend, tags, vocabulary
from cosell.sandbox.partner_central.errors import Problem, broken_rule, broken_rules, conflict, unknown_operation
from cosell.sandbox.partner_central.state import (
    ACTION_REQUIRED,
    APPROVED,
    IN_REVIEW,
    PENDING,
    REJECTED,
    SUBMITTED,
    Document,
    Opportunity,
)
from cosell.sandbox.partner_central.world import World

WRITABLE = (
    "PrimaryNeedsFromAws",
    "NationalSecurity",
    "PartnerOpportunityIdentifier",
    "Customer",
    "Project",
    "OpportunityType",
    "Marketing",
    "SoftwareRevenue",
    "LifeCycle",
)
"""What Create and Update share. Team, origin and tags are of creation only; associations have operations of their
own."""

_READ_ONLY_LIFE_CYCLE = ("ReviewStatus", "ReviewComments", "ReviewStatusReason", "NextStepsHistory")
_OWNER = "OpportunityOwner"
_REDACTED = "Redacted"  # the field sheet says that AWS redacts the company's name, not to what

_VERDICTS = (APPROVED, ACTION_REQUIRED, REJECTED)
_REVIEWS: dict[str, tuple[str, ...]] = {
    PENDING: _VERDICTS,
    SUBMITTED: _VERDICTS,
    IN_REVIEW: _VERDICTS,
    ACTION_REQUIRED: (SUBMITTED,),
}
"""What an update in the Sandbox can make of a review status (field sheet of AWS's samples)."""


def create(world: World, request: Document) -> Document:
    """Raises ServiceError when a business rule is broken."""
    origin = request.get("Origin") or "Partner Referral"
    if origin == "AWS Referral" and request["Catalog"] == "Sandbox":
        raise unknown_operation("CreateOpportunity with Origin AWS Referral")
    fields, problems = _prepare(world, _with_defaults(request), None)
    case = _case(world, fields, None, request["Catalog"])
    problems += [*_origin_problems(origin), *_team_problems(request), *tags.problems({}, request.get("Tags") or [])]
    if world.switches.strict_create:
        problems += rules.problems_of_later_write(case, None, has_solution=True)
    else:
        problems += rules.problems_of_write(case)
    if problems:
        raise rules.refuse(problems, world.switches)
    opportunity = _store(world, request, origin, fields)
    changes.remember_next_steps(world, opportunity, None)
    world.events.opportunity_created(opportunity)
    return {
        "Id": opportunity.id,
        "PartnerOpportunityIdentifier": _partner_identifier(world, opportunity),
        "LastModifiedDate": instants.write(opportunity.modified),
    }


def get(world: World, request: Document) -> Document:
    """Raises ServiceError when the opportunity is not there, or not yet."""
    return describe(world, world.readable_opportunity(request["Catalog"], request["Identifier"]))


def update(world: World, request: Document) -> Document:
    """Replaces the whole opportunity: what is omitted becomes null. Raises ServiceError.

    In this order: the lock (LastModifiedDate), the review status, the rules. Which comes first is not documented.
    """
    opportunity = world.opportunity(request["Catalog"], request["Identifier"])
    if instants.read(request["LastModifiedDate"]) != opportunity.modified:
        raise conflict(f"Opportunity {opportunity.id} has been modified since {request['LastModifiedDate']}.")
    verdict = _verdict(world, opportunity, request)
    if opportunity.review_status in editing.CLOSED_TO_EDITS and verdict is None:
        raise editing.closed(opportunity, world.switches)
    fields, problems = _prepare(world, request, opportunity)
    problems += editing.locked_changes(opportunity, fields, world.switches)
    problems += _rule_problems(world, opportunity, fields)
    if problems:
        raise rules.refuse(problems, world.switches)
    previous_steps = rules.dig(opportunity.fields, "LifeCycle.NextSteps")
    opportunity.fields = fields
    changes.remember_next_steps(world, opportunity, previous_steps)
    if verdict is not None:
        lifecycle = request["LifeCycle"]
        comments, reason = lifecycle.get("ReviewComments"), lifecycle.get("ReviewStatusReason")
        told = world.switches.sandbox_review_answers_invitation
        changes.decide(world, opportunity, verdict, comments, reason, told=told)
    elif opportunity.review_status == ACTION_REQUIRED:
        changes.review(opportunity, world.switches.after_changes, None, None)
    changes.record(world, opportunity)
    return {"Id": opportunity.id, "LastModifiedDate": instants.write(opportunity.modified)}


def assign(world: World, request: Document) -> None:
    """Makes a user of the partner the owner. Raises ServiceError for an unknown user, or when the record is closed."""
    opportunity = world.opportunity(request["Catalog"], request["Identifier"])
    assignee = request["Assignee"]
    if editing.is_closed_to_links(opportunity, world.switches):
        raise editing.closed(opportunity, world.switches)
    problems = []
    if assignee["BusinessTitle"] not in vocabulary.TEAM_TITLES:
        problems.append(Problem("INVALID_VALUE", "BusinessTitle is not a role of the team", "assignee.businessTitle"))
    if all(user.email != assignee["Email"] for user in world.state.users):
        message = f"User not found for Opportunity Owner email:{assignee['Email']}"
        problems.append(Problem("INVALID_VALUE", message, "assignee.email"))
    if problems:
        raise broken_rules(problems)
    owner = {**assignee, "BusinessTitle": _OWNER}
    opportunity.team = [member for member in opportunity.team if member.get("BusinessTitle") != _OWNER] + [owner]
    changes.record(world, opportunity, moves_date=world.switches.association_moves_date)


def describe(world: World, opportunity: Opportunity) -> Document:
    """The opportunity as GetOpportunity returns it, before nulls are filled in."""
    fields = copy.deepcopy(opportunity.fields)
    lifecycle = {
        **(fields.get("LifeCycle") or {}),
        "ReviewStatus": opportunity.review_status,
        "ReviewComments": opportunity.review_comments,
        "ReviewStatusReason": opportunity.review_reason,
        "NextStepsHistory": copy.deepcopy(opportunity.next_steps) or None,
    }
    if not world.switches.verbatim_amounts:
        for entry in rules.dig(fields, "Project.ExpectedCustomerSpend") or []:
            entry["Amount"] = spend.trimmed(entry.get("Amount"))
    return {
        **fields,
        "Id": opportunity.id,
        "Arn": world.arn(opportunity.catalog, "opportunity", opportunity.id),
        "Catalog": opportunity.catalog,
        "CreatedDate": instants.write(opportunity.created),
        "LastModifiedDate": instants.write(opportunity.modified),
        "PartnerOpportunityIdentifier": _partner_identifier(world, opportunity),
        "LifeCycle": lifecycle,
        "OpportunityTeam": copy.deepcopy(opportunity.team),
        "RelatedEntityIdentifiers": {kind: _in_order(world, ids) for kind, ids in opportunity.related.items()},
    }


def _in_order(world: World, associated: list[str]) -> list[str]:
    return associated[::-1] if world.switches.latest_association_first else list(associated)


def case_of(world: World, opportunity: Opportunity) -> rules.Case:
    """What is stored, for the rules of submission."""
    return _case(world, opportunity.fields, opportunity, opportunity.catalog)


def _case(world: World, fields: Document, stored: Opportunity | None, catalog: str) -> rules.Case:
    def owns(identifier: str) -> bool:
        found = world.state.opportunities.get(identifier)
        return found is not None and found.catalog == catalog

    return rules.Case(fields, stored, world.today, world.switches, owns)


def _with_defaults(request: Document) -> Document:
    """What the service fills in at creation, by the field sheet: not national security, new business, and the first
    stage."""
    lifecycle = request.get("LifeCycle") or {}
    return {
        **request,
        "NationalSecurity": request.get("NationalSecurity") or "No",
        "OpportunityType": request.get("OpportunityType") or rules.NEW_BUSINESS,
        "LifeCycle": {**lifecycle, "Stage": lifecycle.get("Stage") or "Prospect"},
    }


def _prepare(world: World, request: Document, stored: Opportunity | None) -> tuple[Document, list[Problem]]:
    """The fields as they would be stored, with the service's own rewrites, and what is wrong with the spend."""
    fields = copy.deepcopy({name: request.get(name) for name in WRITABLE})
    if stored is not None and stored.stage == "Launched" and world.switches.launched_keeps_the_rest:
        fields = _open_after_launch(stored.fields, fields)
    if fields["LifeCycle"] is not None:
        fields["LifeCycle"] = {k: v for k, v in fields["LifeCycle"].items() if k not in _READ_ONLY_LIFE_CYCLE}
    problems: list[Problem] = []
    before = (stored.fields.get("Project") if stored else None) or None
    if fields["Project"] is not None or (before or {}).get("ExpectedContractDuration"):
        project, problems = spend.settle(fields["Project"] or {}, before, world.state.estimates)
        if fields["OpportunityType"] == rules.NEW_BUSINESS and world.switches.unused_parent_dropped:
            project["RelatedOpportunityIdentifier"] = None
        fields["Project"] = project
    if fields["NationalSecurity"] == "Yes":
        _redact(fields)
    return fields, problems


def _open_after_launch(stored: Document, wanted: Document) -> Document:
    """What is stored, with the little that can still change."""
    before, after = stored.get("Project") or {}, wanted["Project"] or {}
    open_members = {name: after.get(name) for name in ("DeliveryModels", "AdditionalComments")}
    return copy.deepcopy(
        {**stored, "SoftwareRevenue": wanted["SoftwareRevenue"], "Project": {**before, **open_members}}
    )


def _redact(fields: Document) -> None:
    """National security: AWS keeps neither postal code, state, company nor website, and sets the country to US."""
    account = (fields["Customer"] or {}).get("Account")
    if account is None:
        return
    address = {**(account.get("Address") or {}), "PostalCode": None, "StateOrRegion": None, "CountryCode": "US"}
    account.update(CompanyName=_REDACTED, WebsiteUrl=None, Address=address)


def _rule_problems(world: World, opportunity: Opportunity, fields: Document) -> list[Problem]:
    case = _case(world, fields, opportunity, opportunity.catalog)
    if opportunity.review_status == PENDING:
        return rules.problems_of_write(case)
    return rules.problems_of_later_write(case, opportunity.involvement, has_solution=opportunity.has_solution)


def _verdict(world: World, opportunity: Opportunity, request: Document) -> str | None:
    """The review status that the update sets, in the Sandbox only: the partner plays AWS there. Raises ServiceError."""
    wanted = (request.get("LifeCycle") or {}).get("ReviewStatus")
    if opportunity.catalog != "Sandbox" or wanted in (None, opportunity.review_status):
        return None
    submitted = opportunity.review_status != PENDING or not world.switches.sandbox_review_needs_submission
    foreseen = wanted in _REVIEWS.get(opportunity.review_status, ())
    if not submitted or not (foreseen or world.switches.sandbox_reviews_freely):
        message = f"reviewStatus is not editable if status is {opportunity.review_status}"
        raise broken_rule("ACTION_NOT_PERMITTED", message, "lifeCycle.reviewStatus")
    back_to_aws = opportunity.review_status == ACTION_REQUIRED and wanted == SUBMITTED  # as any update does by itself
    return None if back_to_aws else str(wanted)


def _origin_problems(origin: str) -> list[Problem]:
    if origin != "AWS Referral":
        return []
    return [Problem("ACTION_NOT_PERMITTED", "Origin must be Partner Referral in catalog AWS", "origin")]


def _team_problems(request: Document) -> list[Problem]:
    titles = [member.get("BusinessTitle") for member in request.get("OpportunityTeam") or []]
    field = "partnerOpportunityTeam[].member.businessTitle"  # as reported from the service: not the request's own path
    return [
        Problem("INVALID_VALUE", f"BusinessTitle {title!r} is not a role of the team", field)
        for title in titles
        if title not in vocabulary.TEAM_TITLES
    ]


def _store(world: World, request: Document, origin: str, fields: Document) -> Opportunity:
    now = instants.from_seconds(world.clock.now)
    opportunity = Opportunity(
        id=world.new_opportunity_id(),
        catalog=request["Catalog"],
        origin=origin,
        created=now // instants.SECOND * instants.SECOND,
        modified=0,
        fields=fields,
        readable_from=now + instants.from_seconds(world.switches.read_lag),
        team=[*copy.deepcopy(request.get("OpportunityTeam") or []), *_owner(world, request)],
    )
    world.touch(opportunity)
    world.state.opportunities[opportunity.id] = opportunity
    if request.get("Tags"):
        arn = world.arn(opportunity.catalog, "opportunity", opportunity.id)
        world.state.tags[arn] = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
    return opportunity


def _owner(world: World, request: Document) -> list[Document]:
    """The service makes someone the owner when the request does not."""
    named = any(member.get("BusinessTitle") == _OWNER for member in request.get("OpportunityTeam") or [])
    return [] if named or not world.state.users else [world.state.users[0].as_owner()]


def _partner_identifier(world: World, opportunity: Opportunity) -> str | None:
    identifier: str | None = opportunity.fields.get("PartnerOpportunityIdentifier")
    return identifier if world.switches.echo_partner_identifier else None
