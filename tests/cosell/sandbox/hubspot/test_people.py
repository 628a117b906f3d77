"""People in the portal, and the views tests look through."""

from __future__ import annotations

import pytest

from cosell.sandbox.hubspot import HubSpot, Refused
from cosell.sandbox.stepfunctions.clock import Clock


def test_a_seller_works_on_a_deal(hubspot: HubSpot, clock: Clock) -> None:
    company = hubspot.people.creates("company", {"name": "Vandelay", "industry": "COMPUTER_SOFTWARE"})
    deal = hubspot.people.creates("deal", {"dealname": "Data platform"}, [("company", company)])
    clock.advance(60)
    hubspot.people.as_user(75000002).edits("deals", deal, {"amount": "7", "closedate": "2026-12-31"})

    seen = hubspot.record("deals", deal)

    assert seen.properties["dealstage"] == "appointmentscheduled"
    assert seen.properties["pipeline"] == "default"
    assert seen.properties["description"] is None
    assert seen.associations == {"companies": {company: [5, 341]}}
    assert [(past.value, past.source.id) for past in seen.history["amount"]] == [("7", "userId:75000002")]
    assert not seen.archived
    with pytest.raises(KeyError):
        seen.properties["nope"]


def test_activities_are_found_from_the_deal(hubspot: HubSpot) -> None:
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    task = hubspot.people.creates("tasks", {"hs_task_subject": "Call"}, [("deals", deal)])
    note = hubspot.people.creates("notes", {"hs_note_body": "Called"}, [("deals", deal)])
    hubspot.people.creates("notes", {"hs_note_body": "Somewhere else"})

    assert [view.id for view in hubspot.tasks_of(deal)] == [task]
    assert [view.id for view in hubspot.notes_of(deal)] == [note]
    hubspot.people.deletes("tasks", task)
    assert hubspot.tasks_of(deal) == []


def test_the_record_page_checks_what_the_api_checks(hubspot: HubSpot) -> None:
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    with pytest.raises(Refused, match="was not a valid number"):
        hubspot.people.edits("deals", deal, {"amount": "a lot"})
    with pytest.raises(Refused, match="Some required properties were not set"):
        hubspot.people.creates("deals", {"amount": "1"})


@pytest.mark.parametrize(
    "act",
    [
        lambda people: people.edits("deals", "404", {"amount": "1"}),
        lambda people: people.restores("deals", "31000000001"),
        lambda people: people.creates("deals", {"dealname": "x"}, [("companies", "404")]),
        lambda people: people.associates("deals", "31000000001", "products", "41000000001"),
        lambda people: people.merges("products", "41000000001", "41000000001"),
        lambda people: people.merges("deals", "31000000001", "31000000001"),
        lambda people: people.moves("31000000001", "nowhere"),
    ],
)
def test_what_is_not_there(hubspot: HubSpot, act: object) -> None:
    hubspot.people.creates("deals", {"dealname": "x"})
    hubspot.people.creates("products", {"name": "Support"})

    with pytest.raises(LookupError):
        act(hubspot.people)  # type: ignore[operator]


def test_a_restored_record_takes_its_unique_value_back_unless_it_is_taken(hubspot: HubSpot) -> None:
    hubspot.define("deals", "order_id", unique=True)
    first = hubspot.people.creates("deals", {"dealname": "a", "order_id": "O1"})
    hubspot.people.deletes("deals", first)
    second = hubspot.people.creates("deals", {"dealname": "b", "order_id": "O1"})

    hubspot.people.restores("deals", first)
    with pytest.raises(Refused, match=f"{second} already has that value"):
        hubspot.people.creates("deals", {"dealname": "c", "order_id": "O1"})


def test_archived_records_stay_in_the_list_of_views(hubspot: HubSpot) -> None:
    deal = hubspot.people.creates("deals", {"dealname": "x"})
    hubspot.people.deletes("deals", deal)

    assert [(view.id, view.archived) for view in hubspot.records("deals")] == [(deal, True)]


def test_a_seller_moves_a_deal_to_another_pipeline_and_gives_it_away(hubspot: HubSpot) -> None:
    hubspot.add_pipeline("148309411", "Referrals", [("148309412", "New", "0.1")])
    colleague = hubspot.add_owner("kim@example.com", "Kim", "Colleague")
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    hubspot.people.moves(deal, "148309412")
    hubspot.people.assigns("deals", deal, colleague)

    seen = hubspot.record("deals", deal).properties
    assert (seen["pipeline"], seen["dealstage"], seen["hubspot_owner_id"]) == ("148309411", "148309412", colleague)
    hubspot.people.assigns("deals", deal, None)
    assert hubspot.record("deals", deal).properties["hubspot_owner_id"] is None


def test_a_bulk_edit_changes_all(hubspot: HubSpot) -> None:
    deals = [hubspot.people.creates("deals", {"dealname": name}) for name in "abc"]

    hubspot.people.edits_all("deals", deals[:2], {"amount": "5"})

    assert [view.properties["amount"] for view in hubspot.records("deals")] == ["5", "5", None]


def test_an_admin_changes_the_options_of_a_property(hubspot: HubSpot) -> None:
    hubspot.define("deals", "region", type="enumeration", options=["north", "south"])
    deal = hubspot.people.creates("deals", {"dealname": "x", "region": "south"})

    hubspot.admin.adds_option("deals", "region", "east", "Far East")
    hubspot.admin.renames_option("deals", "region", "north", "Up north")
    hubspot.admin.removes_option("deals", "region", "south")

    options = hubspot.portal.definitions["deals"]["region"].options
    assert [(option.value, option.label) for option in options] == [("north", "Up north"), ("east", "Far East")]
    assert hubspot.record("deals", deal).properties["region"] == "south"
    with pytest.raises(Refused, match="south was not one of the allowed options"):
        hubspot.people.creates("deals", {"dealname": "y", "region": "south"})
    with pytest.raises(LookupError):
        hubspot.admin.removes_option("deals", "region", "south")
    with pytest.raises(LookupError):
        hubspot.admin.adds_option("deals", "dealstage", "x")


def test_an_admin_adds_a_stage(hubspot: HubSpot) -> None:
    deal = hubspot.people.creates("deals", {"dealname": "x"})

    hubspot.admin.adds_stage("legal", "Legal review")
    hubspot.people.edits("deals", deal, {"dealstage": "legal"})

    assert hubspot.record("deals", deal).properties["dealstage"] == "legal"
    with pytest.raises(LookupError):
        hubspot.admin.adds_stage("legal", "Legal review", pipeline="nowhere")


def test_an_admin_renames_a_stage_and_archives_an_owner(hubspot: HubSpot) -> None:
    deal = hubspot.people.creates("deals", {"dealname": "x", "hubspot_owner_id": "12000001"})

    hubspot.admin.renames_stage("closedwon", "Hooray")
    hubspot.admin.archives_owner("12000001")

    assert hubspot.portal.pipelines["default"].stages[5].label == "Hooray"
    assert hubspot.record("deals", deal).properties["hubspot_owner_id"] == "12000001"
    with pytest.raises(LookupError):
        hubspot.admin.archives_owner("404")
    with pytest.raises(LookupError):
        hubspot.admin.renames_stage("nowhere", "x")


def test_ids_and_events_follow_the_seed(clock: Clock) -> None:
    def events(seed: int) -> list[object]:
        hubspot = HubSpot(clock, seed=seed)
        hubspot.app.subscribe("deal.creation")
        hubspot.people.creates("deals", {"dealname": "x"})
        return list(hubspot.webhooks.pending)

    assert events(1) == events(1)
    assert events(1) != events(2)
