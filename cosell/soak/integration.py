"""What an integration does with HubSpot all day: reads, patches, imports in batches, and follows changes by search."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from cosell.soak.book import WRITTEN, Broken, Deals
from cosell.soak.hubspot_client import HubSpotClient, Json
from cosell.soak.processes import Process
from cosell.soak.sellers import Sellers

_DEAL_TO_CONTACT, _DEAL_TO_PRIMARY_COMPANY = 3, 5
_PAGE, _BATCH = 200, 100
_SHARE_OF_TAKEN_REFERENCES = 0.03
_READ = f"properties={','.join(sorted(WRITTEN))}"


class Integration:
    """Every method that gives a Process raises Broken, on its way, when HubSpot answers what it must not answer."""

    def __init__(self, client: HubSpotClient, deals: Deals, sellers: Sellers, chance: random.Random) -> None:
        self._client, self._deals, self._sellers, self._chance = client, deals, sellers, chance
        self._references: list[tuple[str, str]] = []

    # Single deals

    def visits(self, deal: str) -> Process[None]:
        """Reads a deal, then writes a property of it."""
        yield from self.reads(deal)
        yield self._chance.uniform(0.1, 3.0)
        entry = self._deals.entries.get(deal)
        if entry is None or entry.archived:
            return
        if "external_reference" not in entry.properties:
            yield from self._gives_reference(deal)
        elif self._chance.random() < 0.5:
            yield from self.writes(deal, {"hs_next_step": f"Reminder {self._chance.randrange(1_000)}"})
        else:
            yield from self._associates(deal)

    def reads(self, deal: str) -> Process[None]:
        """A deal must be what was written; only one that is deleted may not be found."""
        path = f"/objects/deals/{deal}?{_READ}&associations=contacts,companies"
        response = yield from self._client.call("GET", path)
        if response.status == 200:
            self._deals.check(response.json())
        elif self._deals.is_live(deal):
            raise Broken(f"Deal {deal} exists, and HubSpot answers {response.status} when asked for it.")

    def writes(self, deal: str, properties: dict[str, str]) -> Process[None]:
        """Patches a deal, or what it was merged into; one that is deleted by then stays as it is."""
        response = yield from self._client.call("PATCH", f"/objects/deals/{deal}", {"properties": properties})
        if response.status == 404 and not self._deals.is_live(deal):
            return
        if response.status != 200:
            raise Broken(f"HubSpot answered {response.status} to {properties}: {response.body.decode()[:300]}")
        self._deals.wrote(str(response.json()["id"]), properties)

    def creates_deal(self, properties: dict[str, str]) -> Process[str]:
        """Returns the id of the new deal."""
        written = {**self._sellers.new_deal(len(self._deals.born)), **properties}
        answer = yield from self._client.expect(201, "POST", "/objects/deals", {"properties": written})
        self._deals.created(str(answer["id"]), written)
        return str(answer["id"])

    def _associates(self, deal: str) -> Process[None]:
        contact = self._chance.choice(self._sellers.contacts)
        path = f"/objects/deals/{deal}/associations/default/contacts/{contact}"
        response = yield from self._client.call("PUT", path, undated="v4")
        if response.status == 200:
            self._deals.associated(deal, contact)
        elif self._deals.is_live(deal) and contact in self._sellers.contacts:
            raise Broken(f"HubSpot answered {response.status} to associating deal {deal} with contact {contact}.")

    def _gives_reference(self, deal: str) -> Process[None]:
        """A unique value: one of its own, or now and then one that another deal has, which must be refused."""
        if self._references and self._chance.random() < _SHARE_OF_TAKEN_REFERENCES:
            self._claims(deal, *self._chance.choice(self._references))
            return
        reference = f"REF-{len(self._references)}"
        self._references.append((deal, reference))
        yield from self.writes(deal, {"external_reference": reference})

    def _claims(self, deal: str, holder: str, reference: str) -> None:
        if not self._deals.is_live(holder) or holder == deal:
            return
        held = self._deals.entries[holder].properties.get("external_reference")
        body = {"properties": {"external_reference": reference}}
        if held == reference and self._client.once("PATCH", f"/objects/deals/{deal}", body).status == 200:
            raise Broken(f"Deals {holder} and {deal} both hold the unique value {reference}.")

    # Batches

    def imports(self, count: int) -> Process[None]:
        """So many deals with a contact each, all in two batches. One contact more has an e-mail that is taken."""
        emails = [f"import-{len(self._sellers.emails) + number}@lists.example" for number in range(count)]
        self._sellers.emails += emails
        inputs: list[Json] = [
            {"properties": {"email": email, "firstname": "Grace"}, "objectWriteTraceId": str(number)}
            for number, email in enumerate([*emails, emails[0].upper()])
        ]
        answer = yield from self._client.expect(207, "POST", "/objects/contacts/batch/create", {"inputs": inputs})
        contacts = {one["objectWriteTraceId"]: str(one["id"]) for one in answer["results"]}
        if sorted(contacts, key=int) != [str(number) for number in range(count)]:
            raise Broken(f"Of {count} new contacts and one with a taken e-mail HubSpot created {len(contacts)}.")
        yield self._chance.uniform(0.1, 2.0)
        yield from self._imports_deals(list(contacts.values()))

    def _imports_deals(self, contacts: list[str]) -> Process[None]:
        company = self._chance.choice(self._sellers.companies)
        born = len(self._deals.born)
        written = [self._sellers.new_deal(born + number) for number in range(len(contacts))]
        inputs = [
            {
                "properties": properties,
                "objectWriteTraceId": str(number),
                "associations": [
                    _association(contacts[number], _DEAL_TO_CONTACT),
                    _association(company, _DEAL_TO_PRIMARY_COMPANY),
                ],
            }
            for number, properties in enumerate(written)
        ]
        answer = yield from self._client.expect(201, "POST", "/objects/deals/batch/create", {"inputs": inputs})
        for one in answer["results"]:
            number = int(one["objectWriteTraceId"])
            self._deals.created(str(one["id"]), written[number], [contacts[number]])
        self._sellers.contacts += contacts

    def follows_changes(self, since: float) -> Process[None]:
        """Searches what has changed since then, page by page, and gives a part of it another priority."""
        found = yield from self._search(since)
        chosen = self._chance.sample(found, min(len(found), 3 * _BATCH))
        for ids in _pieces(chosen, _BATCH):
            yield self._chance.uniform(0.0, 1.0)
            yield from self._reads_batch(ids)
            yield from self._prioritises(ids)

    def _search(self, since: float) -> Process[list[str]]:
        """Ids, each once, though pages shift while they are read."""
        changed = {"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": str(round(since * 1000))}
        body: Json = {"filterGroups": [{"filters": [changed]}], "sorts": ["hs_object_id"], "limit": _PAGE}
        found: dict[str, None] = {}
        while True:
            answer = yield from self._client.expect(200, "POST", "/objects/deals/search", body)
            found |= dict.fromkeys(str(one["id"]) for one in answer["results"])
            if "paging" not in answer:
                return list(found)
            body["after"] = answer["paging"]["next"]["after"]

    def reads_sample(self, most: int) -> Process[None]:
        """A batch read of any deals: all must be there, as they were written last."""
        yield from self._reads_batch(self._deals.sample(self._chance, min(most, _BATCH)))

    def _reads_batch(self, ids: list[str]) -> Process[None]:
        if not ids:
            return
        body = {"inputs": [{"id": one} for one in ids], "properties": sorted(WRITTEN)}
        response = yield from self._client.call("POST", "/objects/deals/batch/read", body)
        shown = {str(one["id"]): one for one in response.json()["results"]}
        for one in shown.values():
            self._deals.check(one)
        missing = [one for one in ids if one not in shown and self._deals.is_live(one)]
        if missing:
            raise Broken(f"Deal {missing[0]} exists, and a batch read leaves it out.")

    def _prioritises(self, ids: list[str]) -> Process[None]:
        priority = {"hs_priority": self._chance.choice(("low", "medium", "high"))}
        inputs = [{"id": one, "properties": priority} for one in ids]
        response = yield from self._client.call("POST", "/objects/deals/batch/update", {"inputs": inputs})
        if response.status not in {200, 207}:
            raise Broken(f"HubSpot answered {response.status} to a batch update: {response.body.decode()[:300]}")
        for one in response.json()["results"]:
            self._deals.wrote(str(one["id"]), priority)

    def counts_stage(self, stage: str) -> Process[None]:
        """A search must find as many deals of a stage as there are."""
        only = {"propertyName": "dealstage", "operator": "EQ", "value": stage}
        body = {"filterGroups": [{"filters": [only]}], "limit": 1}
        answer = yield from self._client.expect(200, "POST", "/objects/deals/search", body)
        there = self._deals.in_stage(stage)
        if answer["total"] != there:
            raise Broken(f"A search finds {answer['total']} deals in {stage}; there are {there}.")

    def crawls(self, object_type: str, *, archived: bool = False) -> Process[list[Any]]:
        """All records of a type, listed page by page; deals must be what was written."""
        path = f"/objects/{object_type}?{_READ},email&limit={_BATCH}&archived={str(archived).lower()}"
        records: list[Any] = []
        after = ""
        while True:
            answer = yield from self._client.expect(200, "GET", path + after)
            records += answer["results"]
            for record in answer["results"] if object_type == "deals" else ():
                self._deals.check(record)
            if "paging" not in answer:
                return records
            after = f"&after={answer['paging']['next']['after']}"


def _association(record: str, type_id: int) -> Json:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}]
    return {"to": {"id": record}, "types": types}


def _pieces(ids: list[str], size: int) -> Iterator[list[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
