"""AWS Partner Central's selling API, in the records that plans are made from.

A `Refusal` is returned where AWS understood a request and will not do it: the seller is told. All else that goes wrong
is raised: Conflict, RateLimited, RemoteUnavailable, Misconfigured, NotPermitted (`aws.call`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from botocore.exceptions import ClientError

from lambdas.adapters import aws
from lambdas.domain import locks
from lambdas.domain.associated import Assignee, Association
from lambdas.domain.catalog import Solution
from lambdas.domain.intents import Intent, likeness
from lambdas.domain.plan import Submit
from lambdas.domain.records import Opportunity, SubmissionTask
from lambdas.domain.refusals import FieldError, Refusal
from lambdas.domain.transforms import unescaped
from lambdas.errors import Conflict, Misconfigured, RemoteUnavailable
from lambdas.settings import settings

CLOCKS_DIFFER: Final = 300.0
"""Seconds by which AWS's idea of the time may be behind ours."""

_INVALID = "ValidationException"
_CONFLICT = "ConflictException"
_NOT_FOUND = "ResourceNotFoundException"


def get_opportunity(opportunity: str) -> Opportunity | None:
    """The opportunity without AWS's summary; None where the catalog has none of this id, or not yet."""
    body = _get("get_opportunity", Identifier=opportunity)
    return None if body is None else Opportunity(id=body["Id"], last_modified=body["LastModifiedDate"], body=body)


def get_summary(opportunity: str) -> dict[str, Any] | None:
    """What AWS's own people made of the opportunity; None where there is none (yet)."""
    return _get("get_aws_opportunity_summary", RelatedOpportunityIdentifier=opportunity)


def must_see(opportunity: str) -> Opportunity:
    """An opportunity that we know there is, as `get_opportunity` reads it.

    Raises RemoteUnavailable where it is not to be seen, as a new one is not for some seconds: to take that for "there
    is none" would make a second one.
    """
    found = get_opportunity(opportunity)
    if found is None:
        raise RemoteUnavailable(f"opportunity {opportunity} is not to be seen")
    return found


def read(opportunity: str) -> Opportunity:
    """As `must_see`, with AWS's summary: an event does not say which of the two changed."""
    return must_see(opportunity).model_copy(update={"summary": get_summary(opportunity)})


def create_opportunity(intent: Intent) -> str | Refusal:
    """Creates what the intent says, or finds that an earlier try did, and returns the opportunity's id."""
    try:
        created = _call("create_opportunity", _INVALID, _CONFLICT, ClientToken=intent.token, **intent.body)
    except ClientError as error:
        if aws.code_of(error) == _INVALID:
            return _refusal(error)
        # AWS knows the token with another body. Ours never changes, so somebody else's work must be looked at.
        if found := find_created_by(intent):
            return found
        raise Misconfigured(f"AWS knows the token of {intent.purpose} with another body") from None
    return str(created["Id"])


class Made(NamedTuple):
    """What AWS has of an intent that may have been sent."""

    id: str | None = None
    """The opportunity that carries the intent's PartnerOpportunityIdentifier, made since it was written."""
    alike: tuple[str, ...] = ()
    """Those made since then that show nobody's identifier, and have the same customer and title."""


def find_created_by(intent: Intent) -> str | None:
    """`Made.id`."""
    return look_for(intent).id


def look_for(intent: Intent) -> Made:
    """What there is of an intent: lists leave the identifier out at times, and records where AWS does not echo it."""
    wanted = intent.body.get("PartnerOpportunityIdentifier")
    if wanted is None:
        return Made()
    since = datetime.fromtimestamp(intent.written - CLOCKS_DIFFER, UTC)
    rows = _pages(
        "list_opportunities",
        "OpportunitySummaries",
        CreatedDate={"AfterCreatedDate": since},
        Sort={"SortBy": "CreatedDate", "SortOrder": "ASCENDING"},
        MaxResults=100,
    )
    alike: list[str] = []
    for row in rows:
        carried, found = row.get("PartnerOpportunityIdentifier"), None
        if carried is None and (found := get_opportunity(row["Id"])):
            carried = found.body.get("PartnerOpportunityIdentifier")
        if carried == wanted:
            return Made(str(row["Id"]))
        if carried is None and found and likeness(found.body) == likeness(intent.body):
            alike.append(found.id)
    return Made(alike=tuple(alike))


def list_solutions() -> list[Solution]:
    """All solutions of the partner's in the catalog, whatever their status."""
    rows = _pages("list_solutions", "SolutionSummaries", MaxResults=100)
    return [Solution(id=row["Id"], name=row["Name"], status=row["Status"]) for row in rows]


def associate(opportunity: str, one: Association) -> Refusal | None:
    """Links an entity; that it is linked already is as good."""
    try:
        _call("associate_opportunity", _INVALID, _CONFLICT, _NOT_FOUND, **_link(opportunity, one))
    except ClientError as error:
        refusal = _refusal(error)
        if refusal.names("DUPLICATE_KEY_VALUE") and _is_linked(opportunity, one):
            return None
        if aws.code_of(error) == _INVALID:
            return refusal
        # A conflict can mean "linked already", and what was not found can be either of the two.
        if _is_linked(opportunity, one):
            return None
        if aws.code_of(error) == _CONFLICT:
            raise Conflict(f"opportunity {opportunity} changed while {one.words} was linked") from None
        unknown = FieldError("relatedEntityIdentifier", "INVALID_VALUE", f"{one.id} was not found.")
        return Refusal((unknown,), message=refusal.message)
    return None


def disassociate(opportunity: str, one: Association) -> Refusal | None:
    """Unlinks an entity; that it is not linked is as good."""
    try:
        _call("disassociate_opportunity", _INVALID, _CONFLICT, _NOT_FOUND, **_link(opportunity, one))
    except ClientError as error:
        return _refused(error, opportunity) if _is_linked(opportunity, one) else None
    return None


def assign(opportunity: str, assignee: Assignee) -> Refusal | None:
    """Makes a user of the partner's the owner."""
    person = {
        "Email": assignee.email,
        "FirstName": assignee.first_name,
        "LastName": assignee.last_name,
        "BusinessTitle": assignee.title,
    }
    try:
        _call("assign_opportunity", _INVALID, _CONFLICT, _NOT_FOUND, Identifier=opportunity, Assignee=person)
    except ClientError as error:
        return _refused(error, opportunity)
    return None


def tags_of(arn: str) -> dict[str, str]:
    """All tags of a resource. No operation on tags names the catalog: the ARN has it."""
    found = aws.call(aws.PARTNER_CENTRAL, "list_tags_for_resource", ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for tag in found.get("Tags") or ()}


def tag(arn: str, tags: Mapping[str, str]) -> Refusal | None:
    """Sets these tags and leaves all others."""
    return _tag("tag_resource", arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])


def untag(arn: str, keys: Sequence[str]) -> Refusal | None:
    """Removes these tags; those that are not there do not matter."""
    return _tag("untag_resource", arn, TagKeys=list(keys))


def update_opportunity(opportunity: str, last_modified: str, body: Mapping[str, Any]) -> Refusal | None:
    """Replaces the whole opportunity, if it is as it was at `last_modified`.

    What `body` leaves out is emptied. Raises Conflict where somebody wrote since.
    """
    try:
        _call(
            "update_opportunity",
            _INVALID,
            _CONFLICT,
            _NOT_FOUND,
            Identifier=opportunity,
            LastModifiedDate=datetime.fromisoformat(last_modified),
            **body,
        )
    except ClientError as error:
        if aws.code_of(error) == _CONFLICT:
            raise Conflict(f"opportunity {opportunity} changed since it was read") from None
        return _refused(error, opportunity)
    return None


def start_submission(intent: Intent) -> SubmissionTask | Refusal:
    """Starts the task that submits the opportunity, or returns the one that an earlier try started.

    Raises Conflict where AWS sees the opportunity in another state than the plan did.
    """
    opportunity = str(intent.body["Identifier"])
    try:
        started = _call(
            "start_engagement_from_opportunity_task",
            _INVALID,
            _CONFLICT,
            _NOT_FOUND,
            ClientToken=intent.token,
            **intent.body,
        )
    except ClientError as error:
        if aws.code_of(error) != _CONFLICT:
            return _refused(error, opportunity)
        known = submission_task(opportunity, None)
        if known is None or known.status == "FAILED":
            raise Conflict(f"opportunity {opportunity} cannot be submitted as it is now") from None
        return known
    return _task(started)


def submit_directly(opportunity: str, submit: Submit) -> SubmissionTask | Refusal:
    """SubmitOpportunity, which has neither task nor token; that it was submitted already is as good."""
    try:
        _call(
            "submit_opportunity",
            _INVALID,
            _CONFLICT,
            _NOT_FOUND,
            Identifier=opportunity,
            InvolvementType=submit.involvement,
            Visibility=submit.visibility,
        )
    except ClientError as error:
        if must_see(opportunity).review_status == locks.PENDING:
            return _refused(error, opportunity)
    return SubmissionTask(id=None, status="COMPLETE")


def submission_task(opportunity: str, task: str | None) -> SubmissionTask | None:
    """The opportunity's submission task of this id, or the newest one."""
    rows = _pages(
        "list_engagement_from_opportunity_tasks",
        "TaskSummaries",
        OpportunityIdentifier=[opportunity],
        Sort={"SortBy": "StartTime", "SortOrder": "DESCENDING"},
        **({"TaskIdentifier": [task]} if task else {}),
    )
    row = next(rows, None)
    return None if row is None else _task(row)


def _link(opportunity: str, one: Association) -> dict[str, str]:
    return {
        "OpportunityIdentifier": opportunity,
        "RelatedEntityType": one.kind,
        "RelatedEntityIdentifier": one.id,
    }


def _is_linked(opportunity: str, one: Association) -> bool:
    return one.id in must_see(opportunity).related.get(one.kind, ())


def _tag(operation: str, arn: str, **arguments: Any) -> Refusal | None:
    """Raises Conflict where somebody else changes the tags at this moment."""
    try:
        aws.call(aws.PARTNER_CENTRAL, operation, expected={_INVALID, _CONFLICT}, ResourceArn=arn, **arguments)
    except ClientError as error:
        return _refused(error, arn)
    return None


def _refused(error: ClientError, opportunity: str) -> Refusal:
    """Raises RemoteUnavailable for an opportunity that is gone: for some seconds a new one is not to be seen either."""
    if aws.code_of(error) == _NOT_FOUND:
        raise RemoteUnavailable(f"opportunity {opportunity} is not to be seen") from None
    if aws.code_of(error) == _CONFLICT:
        raise Conflict(f"opportunity {opportunity} is in another state") from None
    return _refusal(error)


def _refusal(error: ClientError) -> Refusal:
    """botocore leaves the parts of an error beside `Error`, where the service put them."""
    response = error.response
    errors = tuple(
        FieldError(entry.get("FieldName"), str(entry.get("Code", "")), unescaped(str(entry.get("Message", ""))))
        for entry in response.get("ErrorList") or ()
    )
    message = response.get("Message") or response.get("Error", {}).get("Message", "")
    return Refusal(errors, message=unescaped(str(message)))


def _task(row: Mapping[str, Any]) -> SubmissionTask:
    return SubmissionTask(
        id=row.get("TaskId"),
        status=row["TaskStatus"],
        reason=row.get("ReasonCode"),
        message=row.get("Message"),
        engagement=row.get("EngagementId"),
    )


def _get(operation: str, **arguments: Any) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = _plain(_call(operation, _NOT_FOUND, **arguments))
    except ClientError:
        return None
    return answer


def _pages(operation: str, rows: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    """Rows of all pages: a page may be empty, or full, and still not be the last."""
    token: dict[str, str] = {}
    while True:
        page = _call(operation, **arguments, **token)
        yield from map(_plain, page.get(rows, ()))
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def _call(operation: str, *expected: str, **arguments: Any) -> dict[str, Any]:
    answer = aws.call(aws.PARTNER_CENTRAL, operation, expected=expected, Catalog=settings().catalog, **arguments)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _plain(value: Any) -> Any:
    """The answer as JSON would have it: no nulls, and times as text in the one form of `records.Opportunity`."""
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items() if inner is not None}
        case list():
            return [_plain(inner) for inner in value if inner is not None]
        case datetime():
            return _text(value)
        case str():
            return unescaped(value)
        case _:
            return value


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
