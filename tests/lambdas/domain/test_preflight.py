"""What is found before anything is sent: by table in a seller's words, and at random as Partner Central sees it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosell.sandbox.partner_central import PartnerCentral, Switches
from cosell.sandbox.stepfunctions.clock import Clock
from cosell.sandbox.wire import Response
from lambdas.domain import associations, bodies, fields, preflight, rules, status
from lambdas.domain.plan import Change, Results, Submit
from lambdas.domain.planning import make_plan
from lambdas.domain.records import Base
from lambdas.domain.situation import Situation
from lambdas.mapping import HERE, parse
from stacks.mapping import read
from tests.cosell.sandbox.partner_central.partner import Partner
from tests.lambdas.domain.builders import MAPPING, NOW, SETTINGS, World, a_contact, a_deal, linked, plan_for

TEXT = (HERE / "default.yaml").read_text(encoding="utf-8")
WHOLE = parse(TEXT.replace("\nprofile: standard", "\nprofile: extra"), "whole.yaml")
BARE = MAPPING.model_copy(update={"constants": ()})
SHARED = fields.wanted(a_deal(), MAPPING).fields
TODAY = datetime.fromtimestamp(NOW, UTC).date().isoformat()


def a_situation(world: World | None = None, **properties: str | None) -> Situation:
    deal = world.deal if world else a_deal()
    deal = deal.model_copy(update={"properties": deal.properties | properties})
    opportunity = world.opportunity if world else None
    base = world.base if world else Base()
    return Situation("pair-1", 1, deal, opportunity, base, None, SETTINGS, WHOLE, NOW)


# In a seller's words


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {rules.SECURITY: "Yes", rules.INDUSTRY: "Retail"},
            "AWS: national security: AWS takes Yes only for a customer whose industry is Government",
        ),
        (
            {rules.COMPETITOR: "*Other"},
            'AWS: other competitors: it is empty; AWS wants it where "AWS: competitor" is *Other, for example Example',
        ),
        (
            {rules.OTHER_COMPETITORS: "Globex"},
            'AWS: other competitors: AWS takes it only where "AWS: competitor" is *Other; empty it, or choose that',
        ),
        (
            {rules.SOURCE: "Marketing Activity"},
            'AWS: AWS funding: it is empty; AWS wants it where "AWS: marketing source" is Marketing Activity',
        ),
        (
            {rules.SOURCE: "None", "Marketing.CampaignName": "Cloud days"},
            'AWS: campaign: AWS takes it not where "AWS: marketing source" is None; empty it, or choose something else',
        ),
        (
            {rules.STAGE: "Closed Lost", rules.LOST_REASON: "Price"},
            "Deal stage: AWS takes no deal that is already lost",
        ),
        ({rules.CLOSE_DATE: "2026-11-23"}, "Close date: 2026-11-23 is past; AWS takes today or a later day"),
        ({rules.CLOSE_DATE: "2087-01-01"}, "Close date: 2087-01-01 is more than 60 years ahead; AWS takes no such day"),
        (
            {rules.STARTS: "2027-02-01", rules.ENDS: "2027-01-01"},
            'AWS: contract start: 2027-02-01 is after the day in "AWS: contract end"',
        ),
        (
            {fields.COUNTRY: "US", rules.STATE: "Bavaria"},
            "Company state/Region: the United States have no state Bavaria, for example New York",
        ),
        ({rules.POSTAL_CODE: "12"}, "Company postal code: 12 is no postal code of the customer's country"),
        (
            {rules.CONTACTS: [{"Email": "ada@example.com"}]},
            "Contact details: AWS wants first name, last name and e-mail address of each person",
        ),
        ({rules.CURRENCY: "GBP"}, "AWS: currency of the spend: AWS takes USD and EUR, and no GBP"),
    ],
)
def test_what_aws_would_refuse_names_the_property_and_the_way_out(values: dict[str, Any], sentence: str) -> None:
    found = preflight.problems(a_situation(), SHARED | values)

    assert [problem.sentence[: len(sentence)] for problem in found] == [sentence]


def test_of_a_field_that_has_a_problem_already_nothing_more_is_said() -> None:
    plan = plan_for(a_deal(aws_opportunity_type="Flat Renewal"))

    assert status.message(plan, Results()) == "AWS: renewed opportunity: it is empty, for example O1234567."


def test_a_close_date_that_passed_at_aws_stands_in_no_ones_way() -> None:
    """AWS takes a day that it has had before."""
    past = {rules.CLOSE_DATE: "2026-11-01"}

    kept, found = preflight.sift(
        a_situation(linked()), SHARED | past, [Change(path="Project.Title", before="A", after="B")], standing=()
    )

    assert ([change.path for change in kept], found) == (["Project.Title"], [])


def test_a_close_date_at_aws_that_is_no_date_stands_in_no_ones_way() -> None:
    odd = SHARED | {rules.CLOSE_DATE: "soon"}
    change = Change(path="Project.AdditionalComments", after="b")

    assert preflight.sift(a_situation(linked()), odd, [change], standing=()) == ((change,), [])


def test_what_is_wrong_together_stays_away_together_and_the_rest_goes() -> None:
    changes = [
        Change(path=rules.COMPETITOR, before=None, after="*Other"),
        Change(path="Project.Title", before="A", after="B"),
    ]

    kept, found = preflight.sift(a_situation(linked()), SHARED, changes, standing=())

    assert [change.path for change in kept] == ["Project.Title"]
    assert [problem.path for problem in found] == [rules.OTHER_COMPETITORS]


def test_what_aws_takes_only_with_something_that_stays_away_stays_away_too() -> None:
    """Alone it would be refused, with every later update."""
    title = Change(path="Project.Title", before="A", after="B")
    changes = [
        Change(path=rules.SOURCE, before="None", after="Marketing Activity"),
        Change(path="Marketing.CampaignName", after="Cloud days"),
        title,
    ]

    kept, found = preflight.sift(a_situation(linked()), SHARED | {rules.SOURCE: "None"}, changes, standing=())

    assert kept == (title,)
    assert [problem.path for problem in found] == [rules.FUNDED]


KEPT = [
    ({rules.STATE: None}, {fields.COUNTRY: "US", rules.STATE: "New York", rules.POSTAL_CODE: "10024"}),
    ({fields.COUNTRY: "US"}, {rules.POSTAL_CODE: "10115"}),
    ({rules.MONTHLY: None}, {}),
    ({rules.NEEDS: [rules.NO_SUPPORT]}, {}),
    ({associations.OTHER_SOLUTION: None}, {associations.OTHER_SOLUTION: "Of our own make"}),
]


@pytest.mark.parametrize(("change", "seen"), KEPT)
def test_what_a_submission_needs_is_not_taken_from_a_submitted_opportunity(
    change: dict[str, Any], seen: dict[str, Any]
) -> None:
    """AWS would refuse the whole update, and every one after it."""
    world = linked()
    assert world.opportunity is not None
    submitted = world.opportunity.model_copy(update={"summary": {"InvolvementType": "Co-Sell"}})
    world = World(world.deal, submitted, world.base).reviewed("Approved")
    changes = [Change(path=path, after=value) for path, value in change.items()]
    title = Change(path="Project.AdditionalComments", after="b")

    draft, _ = preflight.sift(a_situation(linked()), SHARED | seen, [*changes, title], standing=())
    kept, found = preflight.sift(a_situation(world), SHARED | seen, [*changes, title], standing=())

    assert draft == (*changes, title)
    assert kept == (title,)
    assert len(found) == 1


def test_a_field_that_the_mapping_leaves_out_goes_by_awss_name() -> None:
    """The standard profile has no property for competitors."""
    found = preflight.problems(replace(a_situation(), mapping=MAPPING), {rules.COMPETITOR: "*Other"})

    assert [problem.sentence for problem in found] == [
        "OtherCompetitorNames: it is empty; AWS wants it where CompetitorName is *Other"
    ]


def test_what_shows_awss_own_summary_is_not_blamed_for_the_opportunitys_field() -> None:
    mapping = read("extends: default\nrows: [{object: deal, property: aws_monthly_spend, disabled: true}]", "own.yaml")

    plan = plan_for(a_deal(aws_action="submit"), mapping=mapping)

    assert [problem.label for problem in plan.problems] == ["Amount"]


def test_what_is_filled_and_belongs_to_no_deal_like_this_is_said() -> None:
    now = a_situation(aws_campaign="Cloud days", aws_lost_reason="Price", aws_other_competitors="Globex")

    assert preflight.left_out(now, fields.wanted(now.deal, WHOLE).idle) == (
        'AWS: other competitors: not sent, because AWS takes it only where "AWS: competitor" is *Other.',
        'AWS: campaign: not sent, because AWS takes it only where "AWS: marketing source" is Marketing Activity.',
    )


def test_a_submission_that_aws_would_refuse_is_not_asked_for() -> None:
    world = linked(aws_action="submit").aws_edits(PrimaryNeedsFromAws=["Do Not Need Support from AWS Sales Rep"])
    submit = Submit(involvement="Co-Sell", visibility="Full", generation=1)

    found = preflight.problems(a_situation(world), SHARED | {rules.ACTIVITIES: None}, before=SHARED, submit=submit)

    assert [problem.sentence.split(",")[0] for problem in found] == [
        "AWS: sales activities: it is empty; AWS wants it of a deal that is co-sold"
    ]


# As Partner Central sees it

CLOCK = Clock(NOW)
PARTNER = Partner(PartnerCentral(CLOCK, switches=Switches(throttling=False)), CLOCK)
TOKENS = itertools.count()


def sends(operation: str, **members: Any) -> Response:
    return PARTNER.post(operation, Catalog="AWS", **members)


def creates(values: dict[str, Any]) -> Response:
    return sends("CreateOpportunity", ClientToken=f"c{next(TOKENS)}", **bodies.create_body(values, BARE))


OWNED = str(creates(SHARED).json()["Id"])
ADA = {"Email": "ada@example.com", "FirstName": "Ada", "LastName": "Lovelace"}
POOLS: dict[str, list[Any]] = {
    rules.INDUSTRY: ["Retail", "Government", "Other"],
    rules.OTHER_INDUSTRY: [None, "Space tourism"],
    rules.SECURITY: [None, "No", "Yes"],
    rules.COMPETITOR: [None, "*Other", "Akamai"],
    rules.OTHER_COMPETITORS: [None, "Globex"],
    rules.SOURCE: ["None", "Marketing Activity"],
    rules.FUNDED: [None, "Yes", "No"],
    "Marketing.CampaignName": [None, "Cloud days"],
    "Marketing.Channels": [None, ["Email"]],
    "Marketing.UseCases": [None, ["Analytics"]],
    rules.TYPE: [None, "Net New Business", "Flat Renewal", "Expansion"],
    rules.RENEWED: [None, OWNED],
    rules.STAGE: [None, "Prospect", "Qualified", "Closed Lost"],
    rules.LOST_REASON: [None, "Price"],
    rules.CLOSE_DATE: ["2026-11-23", TODAY, "2027-02-01", "2086-12-31", "2087-01-01"],
    rules.STARTS: [None, "2027-01-01", "2027-03-01"],
    rules.ENDS: [None, "2027-01-01", "2027-02-01"],
    fields.COUNTRY: ["US", "DE", "GB", "HK", "AE", "AD"],
    rules.STATE: [None, "New York", "Dist. of Columbia", "Bavaria"],
    rules.POSTAL_CODE: [None, "10115", "10001-1234", "SW1A 1AA", "X"],
    rules.CONTACTS: [None, [ADA], [ADA, {"Email": "bob@example.com"}]],
    rules.CURRENCY: ["USD", "EUR", "GBP"],
    rules.NEEDS: [["Co-Sell - Deal Support"], [rules.NO_SUPPORT], [rules.NO_SUPPORT, "Co-Sell - Deal Support"]],
}
SPENDS: list[dict[str, Any]] = [
    {},
    {rules.MONTHLY: None, fields.MONTHS: "36", rules.TOTAL: "36000"},
    {rules.MONTHLY: None, fields.MONTHS: "36"},
    {rules.MONTHLY: None, rules.TOTAL: "36000"},
]


@st.composite
def odd_values(draw: st.DrawFn) -> dict[str, Any]:
    """A complete deal, with a few fields changed: with all of them changed hardly any would be in order."""
    changed = draw(st.sets(st.sampled_from(sorted(POOLS)), max_size=5))
    spend = draw(st.sampled_from(SPENDS))
    values: dict[str, Any] = SHARED | {path: draw(st.sampled_from(POOLS[path])) for path in sorted(changed)} | spend
    return values


@settings(max_examples=250)
@given(values=odd_values())
def test_a_draft_is_refused_by_aws_exactly_where_something_is_found(values: dict[str, Any]) -> None:
    values = values | {"PartnerOpportunityIdentifier": None}
    found = rules.broken(rules.Case(values, TODAY, MAPPING.tables))

    answer = creates(values)

    assert (answer.status == 200) == (not found), (answer.body, [(rule.path, rule.what) for rule in found])


LACKING = [
    *rules.REQUIRED,
    fields.COUNTRY,
    rules.WEBSITE,
    rules.POSTAL_CODE,
    rules.MONTHLY,
    rules.NEEDS,
    rules.ACTIVITIES,
]
AT_SUBMISSION = {path: POOLS[path] for path in (fields.COUNTRY, rules.STATE, rules.NEEDS)}


@st.composite
def submissions(draw: st.DrawFn) -> tuple[dict[str, Any], Submit]:
    lacking = draw(st.sets(st.sampled_from(LACKING), max_size=2))
    values = SHARED | dict.fromkeys(lacking)
    if draw(st.booleans()):
        values |= {rules.INDUSTRY: "Government", rules.SECURITY: draw(st.sampled_from(["Yes", "No"]))}
    if draw(st.booleans()):
        values |= {path: draw(st.sampled_from(pool)) for path, pool in AT_SUBMISSION.items()}
    choice = {
        "involvement": draw(st.sampled_from(["Co-Sell", "For Visibility Only"])),
        "visibility": draw(st.sampled_from(["Full", "Limited"])),
        "generation": 1,
    }
    return values, Submit.model_validate(choice)


@settings(max_examples=200)
@given(drawn=submissions())
def test_a_submission_is_refused_by_aws_exactly_where_something_is_found(drawn: tuple[dict[str, Any], Submit]) -> None:
    values, submit = drawn
    created = creates(values | {"Marketing.Source": "None"})
    found = rules.broken(rules.Case(values, TODAY, MAPPING.tables, submit=submit))
    if created.status != 200:
        assert found
        return
    identifier = created.json()["Id"]
    PARTNER.associate(identifier)

    answer = sends(
        "StartEngagementFromOpportunityTask",
        ClientToken=f"s{next(TOKENS)}",
        Identifier=identifier,
        AwsSubmission={"InvolvementType": submit.involvement, "Visibility": submit.visibility},
    )

    assert (answer.status == 200) == (not found), (answer.body, [(rule.path, rule.what) for rule in found])


ODD = ["", "x", "0", "-1", "1e999", "12,500", "yes", ";;", "2027-02-30", "9" * 400, "Ünïcödé", "\u202e", "&amp;colon;"]
TEXTS = ["Globex", "2027-06-30", "2026-11-01", "120000", "O1", "123456789012", "123456789", "10001", "New York", "GB"]


def records(kind: str) -> st.SearchStrategy[dict[str, str | None]]:
    rows = [row for row in WHOLE.active if row.object == kind and row.path and row.direction in {"to_aws", "both"}]
    known = {row.property: [*WHOLE.options(row), *row.values, *([row.example] if row.example else [])] for row in rows}
    some = {name: st.sampled_from([None, *ODD, *TEXTS, *values, *values]) for name, values in known.items()}
    return st.fixed_dictionaries({}, optional=some)


@settings(max_examples=200)
@given(properties=records("deal"), company=records("company"), contact=records("contact"))
def test_any_deal_is_taken_by_aws_or_has_a_problem(
    properties: dict[str, str | None], company: dict[str, str | None], contact: dict[str, str | None]
) -> None:
    few = dict(itertools.islice(properties.items(), 2)) | {"hs_object_id": "310"}
    person = a_contact(**dict(itertools.islice(contact.items(), 1)))
    deal = a_deal(company=dict(itertools.islice(company.items(), 1)), contacts=(person,), **few)
    parent = {"aws_renewed_opportunity": OWNED} if deal.get("aws_renewed_opportunity") else {}
    deal = deal.model_copy(update={"properties": deal.properties | parent})
    plan = make_plan(
        pair="pair-1",
        fence=1,
        deal=deal,
        opportunity=None,
        base=Base(),
        submission=None,
        settings=SETTINGS,
        mapping=WHOLE,
        now=NOW,
    )

    if plan.create is None:
        assert plan.problems
        return
    answer = sends("CreateOpportunity", ClientToken=f"d{next(TOKENS)}", **plan.create)
    assert answer.status == 200, (answer.body, few)
