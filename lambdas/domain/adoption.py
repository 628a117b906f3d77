"""AWS first: what becomes of an opportunity that was made at AWS and has no deal yet.

It is told apart from ours by what it carries. Our own id names its deal; another system's id says that another system
looks after it; without an id it is ours only if we are about to make one just like it. Everything else that was made
since the go-live day becomes a deal.

Whether a deal that the sellers have already is the same business is never guessed: names prove nothing, and joining two
records by mistake sends one customer's data to another's opportunity. The new deal is then made but not shared, which
stops all traffic, and it asks. HubSpot's own merge says that they are the same, and takes the link along; sharing the
deal opens the way.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from lambdas.domain import fields, locks, notes, paths, telling, transforms
from lambdas.domain.fields import Wanted
from lambdas.domain.mapping import Mapping, Row
from lambdas.domain.plan import NewDeal
from lambdas.domain.records import Base, Deal, Note, Opportunity, Problem
from lambdas.domain.situation import Situation
from lambdas.domain.transforms import Context, Unfit
from lambdas.settings import Settings

IDENTIFIER: Final = "PartnerOpportunityIdentifier"
CONTACTS: Final = "Customer.Contacts"
STAGE: Final = "LifeCycle.Stage"
MADE_AT_AWS: Final = {
    "aws_referral": "AWS referred this deal",
    "partner_central": "A colleague made this deal in AWS Partner Central",
}
"""Values of `aws_origin` that a deal of Cosell's own making begins with, and what the note at it says."""
STAGE_OF_A_DEAL: Final = {"Launched": "Committed"}
"""No stage of a deal says Launched: a launched deal is a won one."""


def is_after_go_live(opportunity: Opportunity, settings: Settings) -> bool:
    """Whether AWS has it since the go-live day. Without such a day no opportunity becomes a deal."""
    created = str(opportunity.body.get("CreatedDate", ""))
    return bool(settings.go_live) and created[:10] >= settings.go_live


def new_deal(opportunity: Opportunity, portal: str, settings: Settings, mapping: Mapping) -> NewDeal:
    """The deal to be made, which says what AWS says: the round after it finds little to bring in step."""
    return NewDeal(
        properties=_deal(opportunity, portal, settings, mapping),
        company=_company(opportunity, mapping),
        contacts=_contacts(opportunity, mapping),
    )


def question(deal: Deal, base: Base) -> tuple[Problem, ...]:
    """What a deal that was linked and never shared asks: it came from AWS, or AWS's opportunity names it."""
    if base.known or deal.get("aws_share"):
        return ()
    what = (
        "AWS has an opportunity for this deal. If another deal of the same company is the same business, merge the "
        "two first; then choose Yes here"
    )
    return (Problem(record="deal", label="Share with AWS", what=what, path=IDENTIFIER),)


def news(now: Situation) -> tuple[Note, ...]:
    """The note at a deal of Cosell's own making, decided on when both sides meet for the first time."""
    heading = MADE_AT_AWS.get(now.deal.get("aws_origin") or "")
    if now.base.known or heading is None or now.opportunity is None:
        return ()
    body, created = now.opportunity.body, str(now.opportunity.body["CreatedDate"])
    about = (paths.get(body, "Customer.Account.CompanyName"), paths.get(body, "Project.CustomerBusinessProblem"))
    text = notes.written(heading, f"Opportunity {now.opportunity.id}", *(str(one) for one in about if one))
    return (Note(key=f"origin#{now.opportunity.id}", body=text, at=datetime.fromisoformat(created).timestamp()),)


def origin(now: Situation) -> dict[str, str]:
    """The origin of a deal that a seller made, told when both sides meet for the first time."""
    is_told = now.base.known or now.deal.get("aws_origin") or not now.mapping.has("aws_origin")
    return {} if is_told else {"aws_origin": "partner_referral"}


def without_fixed_id(said: Wanted, opportunity: Opportunity) -> Wanted:
    """Without the deal's id where AWS takes it no longer: what AWS made has none, and nobody edits it."""
    if not locks.locked_in(opportunity.review_status)(IDENTIFIER):
        return said
    return said._replace(fields={path: value for path, value in said.fields.items() if path != IDENTIFIER})


# What the records say


def _deal(opportunity: Opportunity, portal: str, settings: Settings, mapping: Mapping) -> dict[str, str]:
    nothing = Deal(id="", portal=portal, properties={})
    shown = fields.seen(opportunity, mapping)
    rows = [field.back for field in mapping.fields]
    said = {row.property: _text(row, shown.get(row.path or ""), mapping) for row in rows if row is not None}
    said |= telling.shown_by_aws(nothing, opportunity, None, mapping)
    pipeline, stage = _place(opportunity, settings, mapping)
    # GetOpportunity does not say where it came from; AWS's summary does.
    is_referral = (opportunity.summary or {}).get("Origin") == "AWS Referral"
    origin = "aws_referral" if is_referral else "partner_central"
    said |= {
        "dealname": _name(opportunity),
        "pipeline": pipeline,
        "dealstage": stage,
        "aws_share": "yes",
        "aws_opportunity_id": opportunity.id,
        "aws_origin": origin if mapping.has("aws_origin") else "",
    }
    return {name: value for name, value in said.items() if value}


def _name(opportunity: Opportunity) -> str:
    named = (paths.get(opportunity.body, path) for path in ("Project.Title", "Customer.Account.CompanyName"))
    names = (transforms.one_line(str(name)) for name in named if name)
    return next((name for name in names if name), f"AWS opportunity {opportunity.id}")


def _place(opportunity: Opportunity, settings: Settings, mapping: Mapping) -> tuple[str, str]:
    """Pipeline and stage: the configured stage, unless it says another stage than AWS has and a stage says that one."""
    first = next(iter(mapping.stages))
    pipeline, _, stage = settings.new_deals.partition("/")
    pipeline = pipeline or first
    stages = mapping.stages.get(pipeline, {})
    stage = stage or next(iter(stages))
    at_aws = str(paths.get(opportunity.body, STAGE) or "")
    wanted = STAGE_OF_A_DEAL.get(at_aws, at_aws)
    fitting = [name for name, meaning in stages.items() if meaning == wanted]
    return pipeline, stage if stage in fitting or not fitting else fitting[0]


def _company(opportunity: Opportunity, mapping: Mapping) -> dict[str, str]:
    """Empty where AWS does not say who the customer is, as in a matter of national security."""
    shown = fields.seen(opportunity, mapping)
    rows = [field.rows[0] for field in mapping.fields if field.object == "company"]
    said = {row.property: _text(row, shown.get(row.path or ""), mapping) for row in rows}
    if "domain" in said:
        said["domain"] = _host(said["domain"])
    return {name: value for name, value in said.items() if value} if said.get("name") else {}


def _contacts(opportunity: Opportunity, mapping: Mapping) -> tuple[dict[str, str], ...]:
    """People without an e-mail address stay at AWS: nothing would tell them apart.

    None of them is marked as shared: that mark is a person's word, and it would hold for all deals of the contact.
    """
    field = next((field for field in mapping.fields if field.path == CONTACTS), None)
    people = paths.get(opportunity.body, CONTACTS) or ()
    found = []
    for person in people if field is not None else ():
        rows = [(row, person.get((row.path or "").rpartition(".")[2])) for row in field.rows] if field else []
        said = {row.property: _text(row, _canonical(row, value, mapping), mapping) for row, value in rows}
        if said.get("email"):
            found.append({name: value for name, value in said.items() if value})
    return tuple(found)


def _canonical(row: Row, value: Any, mapping: Mapping) -> Any:
    return transforms.canonical(value, Context(mapping, row))


def _text(row: Row, value: Any, mapping: Mapping) -> str:
    """What the property takes of AWS's value; empty where it can take nothing."""
    try:
        return transforms.to_hubspot(value, Context(mapping, row))
    except Unfit:
        return ""


def _host(url: str) -> str:
    """A domain as HubSpot keeps it: without scheme, path, port and `www.`."""
    host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
    return host.removeprefix("www.")
