"""What people may do to a pair, drawn from the field mapping: a new row is drawn as soon as it is there.

An act is plain data, so that a failing example reads as a story. What is not possible when its time comes (HubSpot has
no such option, AWS approves no draft) does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cosell.sandbox.partner_central import NotPossible
from lambdas.domain import locks, stages, transforms
from lambdas.domain.mapping import FieldRule, Mapping, Row
from lambdas.domain.records import Base
from lambdas.domain.transforms import Context, Unfit
from tests.support.two_sides.pair import TwoSides
from tests.support.two_sides.services import ESTIMATE, SOLUTIONS

WORDS: Final = (
    *("Globex", "Reports take two days, and nobody reads them.", "Ünïcödé & sons", "New York", "Germany", "GB", "US"),
    *("10001", "10115", "SW1A 1AA", "123456789012", "123456789", "example.com", "https://example.org/shop", "Retail"),
    *("2027-06-30", "2028-01-01", "2027-06-30T12:00:00Z", "120000", "800.50", "36", "+12125550100", "true", "false"),
    *("ada@example.com", "newbusiness", "existingbusiness", ESTIMATE, *SOLUTIONS, "S-1234567;S-7654321", "AmazonS3"),
    *("segment=enterprise", "segment=smb\nteam=red"),
)
"""Something for every kind of property; what does not fit one is as good as anything odd."""
ODD: Final = (
    *("", " ", "x", "0", "-1", "1e999", "12,500", "yes", ";;", "2027-02-30", "2020-01-01", "2099-01-01"),
    *("9" * 400, "\u202e", "&amp;colon;", "Atlantis", "S-9999999", "no tag", "https://"),
)
BESIDE: Final = ("aws_solutions", "aws_products", "aws_tags", "aws_involvement", "aws_visibility")
"""Properties that a seller writes and that stand for no field of the opportunity."""
NOT_BY_EDIT: Final = frozenset({"LifeCycle.Stage", "LifeCycle.ClosedLostReason", "PartnerOpportunityIdentifier"})
"""What AWS's people change by other means, or not at all."""


class Act(Protocol):
    def do(self, sides: TwoSides) -> None: ...


@dataclass(frozen=True)
class Seller:
    """Edits a record of the deal's."""

    kind: str
    properties: Dict[str, str]

    def do(self, sides: TwoSides) -> None:
        sides.seller_edits(self.kind, self.properties)


@dataclass(frozen=True)
class Aws:
    """AWS's people edit the opportunity itself: values by path."""

    values: Dict[str, Any]

    def do(self, sides: TwoSides) -> None:
        if sides.opportunity is not None:
            sides.aws_edits(self.values)


@dataclass(frozen=True)
class Verb:
    """AWS's people do what only they do: `approves`, `rejects`, `moves_stage`."""

    name: str
    members: Dict[str, Any] = field(default_factory=dict)

    def do(self, sides: TwoSides) -> None:
        if sides.opportunity is None:
            return
        try:
            getattr(sides.central.aws, self.name)(sides.opportunity, **self.members)
        except NotPossible:
            return


@dataclass(frozen=True)
class Moves:
    """AWS's people move an approved opportunity to a stage that AWS takes of it."""

    members: Dict[str, Any]

    def do(self, sides: TwoSides) -> None:
        if sides.opportunity is None or sides.stored.review_status != locks.APPROVED:
            return
        if self.members["stage"] in stages.LATE and not sides.stored.has_solution:
            return
        sides.central.aws.moves_stage(sides.opportunity, **self.members)


@dataclass(frozen=True)
class Colleague:
    """Somebody of the partner's links or unlinks something in Partner Central."""

    operation: str
    kind: str
    entity: str

    def do(self, sides: TwoSides) -> None:
        link = {"RelatedEntityType": self.kind, "RelatedEntityIdentifier": self.entity}
        if sides.opportunity is not None:
            sides.colleague_does(self.operation, OpportunityIdentifier=sides.opportunity, **link)


@dataclass(frozen=True)
class Sync:
    """Cosell looks at the pair, as often as it takes."""

    def do(self, sides: TwoSides) -> None:
        sides.syncs()


@dataclass(frozen=True)
class CutShort:
    """A run of Cosell's that ends for good after so many steps."""

    steps: int

    def do(self, sides: TwoSides) -> None:
        sides.round(stops_after=self.steps)


@dataclass(frozen=True)
class Forgets:
    """What both sides agreed on is gone."""

    def do(self, sides: TwoSides) -> None:
        sides.base = Base()


# Values


def edited_rows(mapping: Mapping, kind: str | None = None) -> list[Row]:
    """The rows whose property somebody may write."""
    sent = [
        row for row in mapping.active if (row.path and row.direction in {"to_aws", "both"}) or row.property in BESIDE
    ]
    return [row for row in sent if row.object in ({kind} if kind else {"deal", "company", "contact"})]


def fitting(row: Row, mapping: Mapping) -> list[str]:
    """Values of the row's property that can be said to AWS: its options, its example, and all words that fit."""
    context = Context(mapping, row, country="US")
    own = [*mapping.options(row), *row.values, *([row.example] if row.example else [])]
    own += mapping.stages["default"] if row.transform == "stage" else ()
    candidates = dict.fromkeys([*own, *WORDS])
    return [value for value in candidates if _fits(value, context)]


def _fits(value: str, context: Context) -> bool:
    try:
        return bool(transforms.to_aws(value, context))
    except Unfit:
        return False


def property_values(row: Row, mapping: Mapping) -> SearchStrategy[str]:
    """Values that fit, three times as often as others; several options where the property takes several."""
    good, options = fitting(row, mapping), list(mapping.options(row))
    fit = [st.sampled_from(good)] if good else []
    if row.field == "checkbox" and options:
        some = st.lists(st.sampled_from(options), min_size=1, max_size=3, unique=True)
        fit.append(some.map(";".join))
    odd: SearchStrategy[str] = st.sampled_from(list(dict.fromkeys([*ODD, *WORDS])))
    return st.one_of(*fit, *fit, *fit, odd, st.just(""))


def field_values(rule: FieldRule, mapping: Mapping) -> SearchStrategy[Any]:
    """Values that AWS may have of the field, None included."""
    row = rule.rows[0]
    if rule.object == "contact":
        return _people(rule, mapping)
    said = [transforms.to_aws(value, Context(mapping, row, country="US")) for value in fitting(row, mapping)]
    return st.sampled_from([None, *said])


def _people(rule: FieldRule, mapping: Mapping) -> SearchStrategy[Any]:
    members = {
        (row.path or "").rpartition(".")[2]: st.sampled_from(
            [transforms.to_aws(value, Context(mapping, row, country="US")) for value in fitting(row, mapping)]
        )
        for row in rule.rows
    }
    return st.one_of(st.none(), st.lists(st.fixed_dictionaries(members), min_size=1, max_size=2))


# Acts


def seller_edits(mapping: Mapping, *, most: int = 2) -> SearchStrategy[Act]:
    """A seller changes one property of a record, or a few at once."""

    def of(kind: str) -> SearchStrategy[Act]:
        rows = {row.property: row for row in edited_rows(mapping, kind)}
        values = {name: property_values(row, mapping) for name, row in rows.items()}
        one = st.sampled_from(sorted(values)).flatmap(lambda name: st.fixed_dictionaries({name: values[name]}))
        several = st.lists(one, min_size=1, max_size=most).map(
            lambda edits: {k: v for edit in edits for k, v in edit.items()}
        )
        return st.builds(Seller, st.just(kind), several)

    deal = of("deal")
    return st.sampled_from([deal, deal, deal, of("company"), of("contact")]).flatmap(lambda kind: kind)


def edits_of(rule: FieldRule, mapping: Mapping) -> SearchStrategy[Act]:
    """An edit of this field on either side."""
    active = {(row.object, row.property) for row in mapping.active}
    rows = [row for row in rule.rows if (row.object, row.property) in active]
    ours = [seller_edit(row, mapping) for row in rows]
    theirs = [] if rule.path in NOT_BY_EDIT else [aws_edit(rule, mapping)]
    return st.sampled_from([*ours, *theirs]).flatmap(lambda kind: kind)


def seller_edit(row: Row, mapping: Mapping) -> SearchStrategy[Act]:
    values = st.fixed_dictionaries({row.property: property_values(row, mapping)})
    return st.builds(Seller, st.just(row.object), values)


def aws_edit(rule: FieldRule, mapping: Mapping) -> SearchStrategy[Act]:
    return st.builds(Aws, st.fixed_dictionaries({rule.path: field_values(rule, mapping)}))


def aws_edits(mapping: Mapping) -> SearchStrategy[Act]:
    rules = [rule for rule in mapping.fields if rule.path not in NOT_BY_EDIT]
    return st.sampled_from(rules).flatmap(lambda rule: aws_edit(rule, mapping))


STAGES: Final = ("Prospect", "Qualified", "Technical Validation", "Business Validation", "Committed", "Launched")


def reviews() -> SearchStrategy[Act]:
    """What AWS's people do beside editing, and a seller's wishes that lead there."""
    return st.sampled_from(
        [
            Seller("deal", {"aws_action": "submit"}),
            Seller("deal", {"aws_action": "launch"}),
            Seller("deal", {"aws_action": "refresh"}),
            Verb("starts_review"),
            Verb("approves"),
            Verb("asks_for_changes", {"comments": "Which region?"}),
            Verb("rejects", {"reason": "Duplicate"}),
            Verb("turns_to_co_sell", {"reason": "Expansion Opportunity"}),
            Verb("scores", {"engagement": "High", "quality": 70}),
            Verb("moves_own_stage", {"stage": "Qualified", "next_steps": "Call on Monday"}),
        ]
    )


def moves() -> SearchStrategy[Act]:
    """AWS's people move the opportunity, which they do once it is approved."""
    lost: dict[str, Any] = {"stage": "Closed Lost", "lost_reason": "Price"}
    return st.sampled_from([*(Moves({"stage": stage}) for stage in STAGES), Moves(lost)])


def links() -> SearchStrategy[Act]:
    operation = st.sampled_from(["AssociateOpportunity", "DisassociateOpportunity"])
    entities = [("Solutions", one) for one in SOLUTIONS] + [("AwsProducts", "AmazonS3"), ("AwsProducts", "AmazonEC2")]
    return st.builds(lambda what, entity: Colleague(what, *entity), operation, st.sampled_from(entities))


def sharing() -> SearchStrategy[Act]:
    return st.sampled_from(["yes", "paused", ""]).map(lambda value: Seller("deal", {"aws_share": value}))


def cosell() -> SearchStrategy[Act]:
    """A run of Cosell's, one that ends half-way, or the loss of what it remembers."""
    return st.sampled_from([Sync(), Sync(), Sync(), CutShort(1), CutShort(2), Forgets()])


def acts(mapping: Mapping) -> SearchStrategy[Act]:
    """Anything that anybody may do: mostly edits, and Cosell looking at the pair in between."""
    seller, aws = seller_edits(mapping), aws_edits(mapping)
    often = [seller, seller, seller, seller, seller, aws, aws, cosell(), cosell()]
    return st.sampled_from([*often, reviews(), moves(), links(), sharing()]).flatmap(lambda kind: kind)
