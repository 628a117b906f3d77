"""Records that Cosell makes at HubSpot for an opportunity: the deal, its company, its contacts.

Search lags behind, so it never decides whether something was made already: the deal is known by its unique opportunity
id, a contact by its e-mail address, the company by being the deal's, and for a while by a note of who is making it.
Raises what `hubspot_client.request` raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from lambdas.adapters import hubspot_client as client
from lambdas.adapters import secrets, sync_state

IDENTITY: Final = "aws_opportunity_id"
COMPANY: Final = "company"
"""The marker that it is about to be made."""

# HubSpot's numbers for its own unlabelled association types.
COMPANY_TO_DEAL, CONTACT_TO_DEAL, CONTACT_TO_COMPANY = 342, 4, 279


class Made(NamedTuple):
    """The opportunity's deal."""

    deal: str
    company: str | None


def find_deal(opportunity: str) -> Made | None:
    query = {"idProperty": IDENTITY, "properties": IDENTITY, "associations": "companies"}
    found = client.request("GET", client.objects("deals", opportunity), query=query)
    if found is None:
        return None
    companies = found.get("associations", {}).get("companies", {}).get("results", ())
    return Made(str(found["id"]), str(companies[0]["id"]) if companies else None)


def make_deal(opportunity: str, properties: Mapping[str, str]) -> str:
    """Makes the deal of the opportunity, or finds that there is one, whose properties then become these."""
    entry = {"id": opportunity, "idProperty": IDENTITY, "properties": dict(properties)}
    answer = client.request("POST", client.objects("deals", "batch/upsert"), json={"inputs": [entry]})
    return str(answer["results"][0]["id"])


def find_company(domain: str) -> str | None:
    """The oldest company of this domain, or the one that was made a moment ago and that searches do not show yet."""
    body = {
        "filterGroups": [{"filters": [{"propertyName": "domain", "operator": "EQ", "value": domain}]}],
        "properties": ["domain"],
        "sorts": [{"propertyName": "createdate", "direction": "ASCENDING"}],
        "limit": 1,
    }
    answer = client.request("POST", client.objects("companies", "search"), json=body) or {}
    found = next((str(row["id"]) for row in answer.get("results", ())), None)
    return found or _made_just_now(domain)


def _made_just_now(domain: str) -> str | None:
    begun = sync_state.begun(_whose(domain), COMPANY)
    if begun is None or begun.made is None or client.is_shown(begun.at):
        return None
    # It may be deleted again, or merged into another, which HubSpot answers with then.
    there = client.request("GET", client.objects("companies", begun.made))
    return str(there["id"]) if there else None


def has_open_deal_of_its_own(company: str) -> bool:
    """Whether the company has an open deal that no opportunity belongs to; one of the last seconds is not seen."""
    filters = [
        {"propertyName": "associations.company", "operator": "EQ", "value": company},
        {"propertyName": "hs_is_closed", "operator": "NEQ", "value": "true"},
        {"propertyName": IDENTITY, "operator": "NOT_HAS_PROPERTY"},
    ]
    body = {"filterGroups": [{"filters": filters}], "properties": [IDENTITY], "limit": 1}
    answer = client.request("POST", client.objects("deals", "search"), json=body) or {}
    return bool(answer.get("results"))


def make_company(pair: str, properties: Mapping[str, str], deal: str) -> str:
    """A company that is the deal's from its first moment: found there, it is not made again.

    Several opportunities of a new customer may come at once: by the customer's domain, one of them makes the company
    and the others wait for it. Raises RemoteUnavailable while one that a try just before may have made, this one's or
    another's, would not be seen.
    """
    owner = _whose(properties["domain"]) if "domain" in properties else pair
    begun = sync_state.begin(owner, COMPANY)
    if begun is not None:
        client.await_shown(begun.at, f"the company of deal {deal}")
        sync_state.begin_again(owner, COMPANY, begun)
    company = client.create(client.objects("companies"), _record(properties, {COMPANY_TO_DEAL: deal})).id
    sync_state.note_made(owner, COMPANY, company)
    return company


def _whose(domain: str) -> str:
    """Under which name all of a customer's pairs note that its company is made."""
    return f"customer#{secrets.portal_id()}#{domain}"


def make_contact(properties: Mapping[str, str], deal: str, company: str | None) -> str:
    """A contact of the deal. One who is known by this e-mail address stays as they are, and is associated."""
    ends = {CONTACT_TO_DEAL: deal} | ({CONTACT_TO_COMPANY: company} if company else {})
    made = client.create(client.objects("contacts"), _record(properties, ends))
    if made.existed:
        associate(deal, "contacts", made.id)
    return made.id


def associate(deal: str, kind: str, identifier: str) -> None:
    """Done already, it is done again without effect."""
    client.request("PUT", _default_association(deal, kind, identifier))


def _default_association(deal: str, kind: str, identifier: str) -> str:
    return client.path("crm/objects", "v4", "deals", deal, "associations", "default", kind, identifier)


def _record(properties: Mapping[str, str], ends: Mapping[int, str]) -> dict[str, Any]:
    associations = [
        {
            "to": {"id": identifier},
            "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": association_type}],
        }
        for association_type, identifier in ends.items()
    ]
    return {"properties": dict(properties), "associations": associations}
