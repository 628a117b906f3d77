"""What an opportunity is about: solutions, AWS products and a private offer, kept in step with the deal's properties.

They are sets, so each entry is judged by itself: it is on the deal, at AWS, and in what both had when they last agreed.
New on one side, it goes to the other; gone from one side, it goes from the other. Two edits cannot clash, but for the
one offer, where the seller's new one wins.

Line items are a second source, of deals that Cosell made: what the seller adds or removes there since the last round
counts as an edit of the property. They are never removed by Cosell, because each can have a price.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lambdas.domain import locks, rules, stages, telling
from lambdas.domain.associated import PATH, Association
from lambdas.domain.lookups import Lookup
from lambdas.domain.mapping import Mapping
from lambdas.domain.records import Deal, Opportunity, Problem
from lambdas.domain.refusals import Refusal, problems_of
from lambdas.domain.situation import Situation

LINE_ITEMS: Final = "line items"
"""Key of the solutions that the deal's line items were known to name."""
SELLER_MADE: Final = frozenset({None, "partner_referral"})
"""Values of `aws_origin` of deals that Cosell did not make."""
OTHER_SOLUTION: Final = rules.OTHER_SOLUTION
STAND_FOR_A_SOLUTION: Final = ("Solutions", "AwsMarketplaceSolutions", "AwsMarketplaceProducts")

_SOLUTION = re.compile(r"S-[0-9]{1,19}")
_OFFER_ID = re.compile(r"(offer|offerset)-[A-Za-z0-9]+")


@dataclass(frozen=True)
class Kind:
    """A property whose entries are linked to the opportunity."""

    property: str
    label: str
    """Where the mapping has no such property."""
    types: tuple[str, ...]
    """AWS's RelatedEntityTypes; together they have the one quota."""
    most: int
    """AWS's quota for an opportunity (developer guide, "Quotas")."""
    form: re.Pattern[str]
    looks_like: str

    def type_of(self, entry: str) -> str:
        return "AwsMarketplaceOfferSets" if "/OfferSet/" in entry else self.types[0]


SOLUTIONS: Final = Kind(
    "aws_solutions",
    "AWS: our solutions",
    ("Solutions",),
    10,
    _SOLUTION,
    "no solution of AWS, which look like S-0012345",
)
PRODUCTS: Final = Kind(
    "aws_products",
    "AWS: AWS products",
    ("AwsProducts",),
    20,
    re.compile(r"[A-Za-z0-9_-]{1,255}"),
    "no AWS product, which look like AmazonRedshift",
)
OFFER: Final = Kind(
    "aws_offer",
    "AWS: Marketplace private offer",
    ("AwsMarketplaceOffers", "AwsMarketplaceOfferSets"),
    1,
    re.compile(
        r"arn:aws:aws-marketplace:[a-z0-9-]+:\d{12}:AWSMarketplace/(Offer/offer|OfferSet/offerset)-[A-Za-z0-9]+"
    ),
    "no private offer of AWS Marketplace, which look like offer-abc123def456g",
)
KINDS: Final = (SOLUTIONS, PRODUCTS, OFFER)
KIND_OF: Final = {kind_type: kind for kind in KINDS for kind_type in kind.types}


@dataclass(frozen=True)
class Links:
    """What is to be done about associations."""

    associate: tuple[Association, ...] = ()
    disassociate: tuple[Association, ...] = ()
    deal_changes: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    """Paths of kinds with edits that wait."""
    agreed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What both sides have, by property, before anything of this is done; and of line items under LINE_ITEMS."""
    linking: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """`Base.linking` from now on."""
    line_items: tuple[str, ...] = ()
    """Solutions that get a line item on the deal."""
    lookups: tuple[Lookup, ...] = ()
    standing: tuple[str, ...] = ()
    """What the opportunity has, once this is done, of what AWS wants before a submission and in its late stages."""


def decide(now: Situation) -> Links:
    """Both ways, for every kind that the mapping has a property for."""
    found = [_decide(kind, now) for kind in KINDS]
    lines = _line_items(now, {*_at_aws(SOLUTIONS, now.opportunity)} & {*found[0].agreed.get(SOLUTIONS.property, ())})
    agreed = {key: ids for links in found for key, ids in links.agreed.items()}
    associate = tuple(one for links in found for one in links.associate)
    disassociate = tuple(one for links in found for one in links.disassociate)
    return Links(
        associate=associate,
        disassociate=disassociate,
        deal_changes={name: value for links in found for name, value in links.deal_changes.items()},
        problems=tuple(problem for links in found for problem in links.problems),
        notices=tuple(notice for links in found for notice in links.notices),
        held=tuple(path for links in found for path in links.held),
        agreed={key: ids for key, ids in (now.base.beside.related | agreed | lines).items() if ids},
        linking=_linking(now, associate),
        line_items=tuple(sorted({*lines.get(LINE_ITEMS, ())} - _of_line_items(now.deal))),
        lookups=tuple(lookup for links in found for lookup in links.lookups),
        standing=tuple(sorted(entry for _, entry in _like_solutions(now.opportunity, associate, disassociate))),
    )


def _linking(now: Situation, associate: Iterable[Association]) -> dict[str, tuple[str, ...]]:
    """Those that the deal itself names, by property: a default that it does not show is nobody's edit."""
    found: dict[str, tuple[str, ...]] = {}
    for one in associate:
        kind = KIND_OF[one.kind]
        if one.id in _named(kind, now):
            found[kind.property] = (*found.get(kind.property, ()), one.id)
    return found


def refused(refusal: Refusal, one: Association, mapping: Mapping) -> tuple[Problem, ...]:
    """AWS's "no" to one association, said with the label of its property."""
    kind = KIND_OF.get(one.kind, SOLUTIONS)
    return problems_of(refusal, mapping, about={"relatedentityidentifier": kind.property})


def undescribed(said: Dict[str, Any], shown: Dict[str, Any], now: Situation) -> dict[str, Any]:
    """AWS empties the description of another solution when one is linked: it is then taken to be as both agreed."""
    is_emptied = OTHER_SOLUTION in shown and shown[OTHER_SOLUTION] is None
    if not is_emptied or not _like_solutions(now.opportunity, (), ()):
        return {}
    if not now.base.known:
        return {OTHER_SOLUTION: said.get(OTHER_SOLUTION)}
    last = now.base.fields.get(OTHER_SOLUTION)
    return {OTHER_SOLUTION: last.get("aws") if isinstance(last, dict) else last}


# One kind


def _decide(kind: Kind, now: Situation) -> Links:
    before = now.base.beside.related.get(kind.property, ())
    if kind is not SOLUTIONS and not now.mapping.has(kind.property):
        return Links()
    named = _named(kind, now)
    if wrong := _wrong(kind, named, now):
        return Links(problems=(_problem(kind, now, wrong),), agreed={kind.property: before})
    ours, theirs = _with_line_items(kind, named or _configured(kind, now), now), _at_aws(kind, now.opportunity)
    known = {*before} | ({*now.base.linking.get(kind.property, ())} & {*theirs})
    add = [entry for entry in ours if entry not in known and entry not in theirs]
    drop = [entry for entry in theirs if entry in known and entry not in ours]
    new = [entry for entry in theirs if entry not in known and entry not in ours]
    if kind.most == 1 and (add or drop):
        drop, new = [entry for entry in theirs if entry not in ours], []
    kept = [entry for entry in ours if entry in theirs or entry not in known]
    changes, notices, lookups, shown = _flow_back(kind, now, kept, new, named)
    # A default counts as the deal's own word once the deal shows it, and not before.
    both = ({*shown} | known) & {*theirs}
    links = Links(deal_changes=changes, notices=notices, lookups=lookups, agreed={kind.property: tuple(sorted(both))})
    return _to_send(kind, now, links, add, drop)


def _to_send(kind: Kind, now: Situation, links: Links, add: list[str], drop: list[str]) -> Links:
    """The same with what goes to AWS now, or why it does not."""
    path = PATH + kind.types[0]
    count = len(_at_aws(kind, now.opportunity)) + len(add) - len(drop)
    if add and count > kind.most:
        return replace(links, problems=(_problem(kind, now, _too_many(kind, count)),))
    if (add or drop) and not _is_open(kind, now.opportunity):
        notices = (*links.notices, _not_sent(kind, now))
        return replace(links, notices=notices, held=(path,) if _waits(now) else ())
    associate, disassociate = _typed(kind, add), _typed(kind, drop)
    if disassociate and kind is SOLUTIONS and _leaves_too_little(now.opportunity, associate, disassociate):
        what = "AWS keeps at least one solution from the submission on; choose the one that takes its place"
        return replace(links, problems=(_problem(kind, now, what),), associate=associate)
    return replace(links, associate=associate, disassociate=disassociate)


def _flow_back(
    kind: Kind, now: Situation, kept: list[str], new: list[str], named: list[str]
) -> tuple[dict[str, str], tuple[str, ...], tuple[Lookup, ...], list[str]]:
    """What the property takes over from AWS: changes, notices, lookups, and what it then holds.

    A default that AWS has is shown on the deal, too. HubSpot takes an option only that it has, so those are looked up.
    """
    theirs = _at_aws(kind, now.opportunity)
    wanted = [*kept, *new]
    unshown = [entry for entry in wanted if entry not in named and entry in theirs]
    if not now.mapping.has(kind.property) or (not unshown and {*named} <= {*wanted}):
        return {}, (), (), named
    lacking: list[str] = []
    lookups: tuple[Lookup, ...] = ()
    if unshown and kind is not OFFER:
        options = now.known.options(kind.property)
        if options is None:
            lookups = (Lookup(kind="options", key=kind.property),)
        lacking = [entry for entry in unshown if options is None or entry not in options]
        unshown = [entry for entry in unshown if entry not in lacking]
    has = [entry for entry in named if entry in wanted] + unshown
    text = ";".join(has)
    changes = {} if {*has} == {*named} else {kind.property: text}
    notices = () if lookups or not lacking else (_without_option(kind, now, lacking),)
    return changes, notices, lookups, has


def _named(kind: Kind, now: Situation) -> list[str]:
    raw = (now.deal.get(kind.property) or "") if now.mapping.has(kind.property) else ""
    return [_full(kind, entry, now.opportunity) for entry in _split(raw)]


def _configured(kind: Kind, now: Situation) -> list[str]:
    return _split(now.settings.solutions) if kind is SOLUTIONS else []


def _split(raw: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in re.split("[;,\n]", raw) if part.strip()))


def _full(kind: Kind, entry: str, opportunity: Opportunity | None) -> str:
    """An offer's ARN for its id: an offer is the partner's own, as the opportunity is."""
    match = _OFFER_ID.fullmatch(entry) if kind is OFFER else None
    parts = str((opportunity.body if opportunity else {}).get("Arn", "")).split(":")
    if match is None or len(parts) < 6:
        return entry
    resource = "OfferSet" if match[1] == "offerset" else "Offer"
    return f"arn:aws:aws-marketplace:us-east-1:{parts[4]}:AWSMarketplace/{resource}/{entry}"


def _wrong(kind: Kind, named: list[str], now: Situation) -> str | None:
    """Why these cannot be sent; None for such as can."""
    forms = (kind.form, _OFFER_ID) if kind is OFFER and now.opportunity is None else (kind.form,)
    odd = next((entry for entry in named if not any(form.fullmatch(entry) for form in forms)), None)
    if odd is not None:
        return f'"{odd}" is {kind.looks_like}'
    return "AWS takes one" if kind.most == 1 and len(named) > 1 else None


def _too_many(kind: Kind, count: int) -> str:
    return f"with these the opportunity would have {count}; AWS takes {kind.most}"


def _at_aws(kind: Kind, opportunity: Opportunity | None) -> list[str]:
    related = opportunity.related if opportunity else {}
    return [entry for name in kind.types for entry in related.get(name, ())]


def _is_open(kind: Kind, opportunity: Opportunity | None) -> bool:
    """Whether AWS takes changes of this kind now. AWS's field sheet has offers after the submission only."""
    if kind is not OFFER:
        return opportunity is None or opportunity.review_status in locks.ASSOCIABLE
    if opportunity is None or opportunity.review_status == locks.PENDING:
        return False
    return opportunity.review_status in locks.ASSOCIABLE and opportunity.stage != stages.LOST


def _waits(now: Situation) -> bool:
    """Whether what is not sent now goes out by itself later: after the submission, or after the review."""
    status = _review_status(now)
    return status == locks.PENDING or (status in telling.WAITS and status not in locks.ASSOCIABLE)


def _not_sent(kind: Kind, now: Situation) -> str:
    status = _review_status(now)
    if not _waits(now):
        return f"AWS takes no change any more: {_label(kind, now)}; yours stays in HubSpot."
    why = "Waits until the deal is submitted" if status == locks.PENDING else telling.WAITS[status]
    return f"{why}: {_label(kind, now)}."


def _review_status(now: Situation) -> str:
    return now.opportunity.review_status if now.opportunity else locks.PENDING


def _leaves_too_little(
    opportunity: Opportunity | None, associate: Iterable[Association], disassociate: Iterable[Association]
) -> bool:
    if opportunity is None or _like_solutions(opportunity, associate, disassociate):
        return False
    is_described = bool(opportunity.body.get("Project", {}).get("OtherSolutionDescription"))
    is_submitted = opportunity.review_status != locks.PENDING
    return opportunity.stage in stages.LATE or (is_submitted and not is_described)


def _like_solutions(
    opportunity: Opportunity | None, associate: Iterable[Association], disassociate: Iterable[Association]
) -> set[tuple[str, str]]:
    related = opportunity.related if opportunity else {}
    has = {(name, entry) for name in STAND_FOR_A_SOLUTION for entry in related.get(name, ())}
    has |= {(one.kind, one.id) for one in associate if one.kind in STAND_FOR_A_SOLUTION}
    return has - {(one.kind, one.id) for one in disassociate}


def _typed(kind: Kind, entries: Iterable[str]) -> tuple[Association, ...]:
    return tuple(Association(kind=kind.type_of(entry), id=entry) for entry in entries)


def _label(kind: Kind, now: Situation) -> str:
    row = now.mapping.row(kind.property)
    return row.label if row else kind.label


def _problem(kind: Kind, now: Situation, what: str) -> Problem:
    return Problem(record="deal", label=_label(kind, now), what=what, path=PATH + kind.types[0])


def _without_option(kind: Kind, now: Situation, entries: Iterable[str]) -> str:
    return f"{_label(kind, now)}: AWS also has {', '.join(entries)}, which this property has no option for yet."


# Line items


def _of_line_items(deal: Deal) -> set[str]:
    """The solutions that the deal's line items name; a line item has its product's `hs_sku`."""
    skus = (item.get("hs_sku") or "" for item in deal.line_items)
    return {sku for sku in skus if _SOLUTION.fullmatch(sku)}


def _with_line_items(kind: Kind, entries: list[str], now: Situation) -> list[str]:
    """These, as the seller's edits of the line items since the last round have them."""
    if kind is not SOLUTIONS or not is_our_own(now.deal):
        return entries
    has, had = _of_line_items(now.deal), {*now.base.beside.related.get(LINE_ITEMS, ())}
    kept = [entry for entry in entries if entry in has or entry not in had]
    return [*kept, *sorted(has - had - {*kept})]


def _line_items(now: Situation, agreed: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Those that the deal has, or is to get: one for each solution that never had one."""
    if not is_our_own(now.deal):
        return {}
    has, had = _of_line_items(now.deal), {*now.base.beside.related.get(LINE_ITEMS, ())}
    return {LINE_ITEMS: tuple(sorted(has | ({*agreed} - had)))}


def is_our_own(deal: Deal) -> bool:
    """Whether Cosell made the deal: only there it adds line items, which can change a deal's amount."""
    return deal.get("aws_origin") not in SELLER_MADE
