"""A portal is given what it lacks, and keeps what it has."""

from __future__ import annotations

from typing import Any

import pytest

from cosell.sandbox.portal import set_up
from cosell.setup.api import Answer, Api
from cosell.setup.plan import plan
from cosell.setup.portal import apply, missing_scopes, read
from cosell.terminal import Trouble
from lambdas.domain.mapping import Mapping
from lambdas.domain.properties import property_definitions, scopes
from lambdas.mapping import load
from stacks.mapping import read as read_mapping
from tests.cosell.setup.conftest import Portal

CORE = read_mapping("extends: default\nprofile: core\n", "mapping.yaml")
STAGES = ["New referral", "New lead", "Declined", "Expired"]


def wanted(mapping: Mapping, kind: str = "deal") -> set[str]:
    return {one.name for one in property_definitions(mapping) if one.object_type == kind}


def change(portal: Portal, name: str, **members: Any) -> None:
    """Somebody edits a deal property."""
    portal.api.call("PATCH", f"/crm/properties/2026-09/deals/{name}", members)
    portal.written.clear()


def test_without_apply_nothing_is_written(portal: Portal) -> None:
    told = portal.set_up()

    assert told.code == 0
    assert "HubSpot account 44000001 (STANDARD, America/New_York, USD)" in told.text
    assert "aws_customer_problem" in told.text
    assert "run this again with --apply" in told.text
    assert portal.written == []
    assert portal.names() == set()


def test_an_empty_portal_gets_all_that_the_mapping_needs(portal: Portal) -> None:
    told = portal.set_up(apply=True)

    assert told.code == 0
    assert portal.names() == wanted(load())
    assert portal.names("products") == wanted(load(), "product")
    own = portal.hubspot.portal.pipelines["aws_referrals"]
    assert [(stage.label, stage.probability) for stage in own.stages] == list(
        zip(STAGES, ["0.1", "0.1", "0.0", "0.0"], strict=True)
    )
    assert portal.hubspot.portal.definitions["deals"]["aws_opportunity_id"].unique


def test_the_second_time_everything_is_there(portal: Portal) -> None:
    portal.set_up(apply=True)
    portal.written.clear()

    told = portal.set_up(apply=True)

    assert told.code == 0
    assert "Everything is there." in told.text
    assert portal.written == []


@pytest.mark.parametrize("calls", [0, 1, 4, 5, 9])
def test_what_a_broken_line_left_undone_is_done_the_next_time(portal: Portal, calls: int) -> None:
    whole = Portal()
    whole.set_up(apply=True)
    portal.breaks_at = calls

    with pytest.raises(Trouble, match="cannot be reached"):
        portal.set_up(apply=True)
    portal.breaks_at = None
    told = portal.set_up(apply=True)

    assert told.code == 0
    assert portal.hubspot.portal == whole.hubspot.portal
    assert len(whole.written) == 10


def test_the_sandboxs_portal_is_one_that_this_has_set_up(portal: Portal) -> None:
    set_up(portal.hubspot, load(), solutions=[("S-0000001", "Data lake")])

    assert "Everything is there." in portal.set_up().text


def test_a_property_whose_options_come_later_has_one_that_nobody_can_choose(portal: Portal) -> None:
    portal.set_up(apply=True)

    (option,) = portal.hubspot.portal.definitions["deals"]["aws_solutions"].options

    assert option.hidden


# What differs


def test_what_an_admin_has_renamed_stays_and_is_said(portal: Portal) -> None:
    portal.set_up(apply=True)
    change(portal, "aws_use_case", label="Anwendungsfall", description="Unser Text")

    told = portal.set_up(apply=True)

    assert told.code == 0
    assert 'is called "Anwendungsfall" here' in told.text
    assert portal.written == []


def test_missing_options_are_added_after_those_that_are_there(portal: Portal) -> None:
    portal.set_up(apply=True)
    change(portal, "aws_share", options=[{"label": "Ja", "value": "yes"}, {"label": "Vielleicht", "value": "maybe"}])

    told = portal.set_up(apply=True)

    assert told.code == 0
    assert "gets the option Paused" in told.text
    options = portal.hubspot.portal.definitions["deals"]["aws_share"].options
    assert [(one.value, one.label) for one in options] == [("yes", "Ja"), ("maybe", "Vielleicht"), ("paused", "Paused")]


@pytest.mark.parametrize(
    ("name", "defined", "said"),
    [
        ("aws_use_case", {}, "is of type string, and enumeration is needed"),
        ("aws_opportunity_id", {}, "its values are not unique"),
        (
            "aws_primary_needs",
            {"type": "enumeration", "field_type": "select", "options": ["one"]},
            "takes one value, and several are needed",
        ),
        (
            "aws_share",
            {"type": "enumeration", "field_type": "radio", "options": ["yes", "Paused"]},
            "another option is called Paused",
        ),
    ],
)
def test_a_property_that_cannot_be_ours_stops_everything(
    portal: Portal, name: str, defined: dict[str, Any], said: str
) -> None:
    portal.hubspot.define("deals", name, **defined)

    told = portal.set_up(apply=True)

    assert told.code == 1
    assert said in " ".join(told.text.split())
    assert portal.written == []


# The portal's limits


def test_a_free_portal_is_offered_the_profile_that_fits() -> None:
    portal = Portal(custom_property_limit_in_all=10, pipeline_limit=1)

    told = portal.set_up(apply=True)

    assert told.code == 1
    assert "room for 10 custom properties more in all" in told.text
    assert "The profile core fits: write `extends: default` and `profile: core` into a mapping file" in told.text
    assert portal.written == []
    assert portal.set_up(CORE, apply=True).code == 0
    assert portal.names() == wanted(CORE)
    assert len(portal.names()) == 10
    assert portal.names("companies") == set()


def test_where_no_profile_fits_that_is_said() -> None:
    told = Portal(custom_property_limit=9).set_up(apply=True)

    assert told.code == 1
    assert "room for 9 custom properties more of a deal, and" in told.text
    assert "No smaller profile fits either" in told.text


def test_unique_properties_are_counted_first(portal: Portal) -> None:
    for number in range(9):
        portal.hubspot.define("deals", f"erp_{number}", unique=True)

    told = portal.set_up(apply=True)

    assert told.code == 1
    assert "A deal has at most 10 properties with unique values, and 9 are there: archive 1" in told.text


def test_a_portal_that_does_not_tell_its_limits_is_set_up_all_the_same(portal: Portal) -> None:
    plain = portal.api.answer
    portal.api = Api(lambda method, path, body: Answer(404, {}) if "/limits/" in path else plain(method, path, body))

    assert portal.set_up(apply=True).code == 0
    assert portal.names() == wanted(load())


# The referral pipeline


def test_a_portal_with_one_pipeline_gets_the_stages_in_front_of_its_own() -> None:
    portal = Portal(pipeline_limit=1)
    before = [stage.id for stage in portal.hubspot.portal.pipelines["default"].stages]

    told = portal.set_up(apply=True)

    stages = portal.hubspot.portal.pipelines["default"].stages
    assert told.code == 0
    assert "referrals get stages in front of its own" in " ".join(told.text.split())
    assert [stage.label for stage in stages[:4]] == STAGES
    assert [stage.id for stage in stages[4:]] == before
    portal.written.clear()
    assert portal.set_up(apply=True).code == 0
    assert portal.written == []


def test_a_pipeline_of_that_name_is_taken_and_its_labels_are_the_admins() -> None:
    portal = Portal(pipeline_limit=2)
    portal.hubspot.add_pipeline("7001", "aws Referrals", [("7002", "new referral", "0.1"), ("7003", "Expired", "0.3")])

    told = portal.set_up(apply=True)

    stages = portal.hubspot.portal.pipelines["7001"].stages
    assert told.code == 0
    assert "its probability is 0.3, which stays" in told.text
    assert {stage.label for stage in stages} == {"new referral", "New lead", "Declined", "Expired"}


def test_stages_that_the_mapping_does_not_know_are_named(portal: Portal) -> None:
    portal.hubspot.admin.adds_stage("183920411", "Security review")
    portal.set_up(apply=True)

    told = portal.set_up()

    assert told.code == 0
    assert "Stages that the mapping does not know: Security review (Sales Pipeline)." in told.text
    assert "referral" not in told.text


# The token


@pytest.mark.parametrize("scope", [scope for scope in scopes(load()) if scope != "oauth"])
def test_each_scope_that_is_missing_is_named_before_anything_is_written(portal: Portal, scope: str) -> None:
    # For products and line items HubSpot takes the older scope as well.
    older = {"e-commerce"} if "product" in scope or "line_item" in scope else set()
    portal.hubspot.app.scopes -= {scope} | older

    told = portal.set_up(apply=True)

    assert told.code == 1
    assert f"  {scope}\n" in told.text
    assert portal.written == []


def test_trying_scopes_changes_nothing(portal: Portal) -> None:
    before = portal.hubspot.dump()["portal"]

    assert missing_scopes(portal.api, load()) == []
    assert portal.hubspot.dump()["portal"] == before


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "HubSpot does not know this token."),
        (503, "HubSpot asks for patience"),
    ],
)
def test_what_hubspot_answers_is_said_in_words(portal: Portal, status: int, sentence: str) -> None:
    portal.api = Api(lambda *_: Answer(status, {}))

    with pytest.raises(Trouble, match=sentence):
        portal.set_up()


@pytest.mark.parametrize(("retry_after", "seconds"), [(None, 10), (3, 3)])
def test_set_up_waits_while_hubspot_asks_for_it_and_goes_on(retry_after: int | None, seconds: int) -> None:
    portal = Portal(burst_limit=20, retry_after=retry_after)
    began = portal.clock.now

    told = portal.set_up(apply=True)

    assert told.code == 0
    assert f"HubSpot asks for patience: going on in {seconds} seconds.\n" in told.text
    assert "Written in 10 calls." in told.text
    assert portal.clock.now - began >= 20


def test_an_hour_is_not_waited_for() -> None:
    with pytest.raises(Trouble, match=r"HubSpot asks for patience \(429, 3600 seconds\)\. Run this again then"):
        Portal(burst_limit=20, retry_after=3600).set_up()


def test_hubspot_that_only_asks_for_patience_gets_a_minute(portal: Portal) -> None:
    portal.api = Api(lambda *_: Answer(429, {}))
    began = portal.clock.now

    with pytest.raises(Trouble, match="HubSpot asks for patience"):
        portal.set_up()

    assert portal.clock.now - began == 60


def test_a_day_that_is_used_up_is_said() -> None:
    with pytest.raises(Trouble, match=r"calls of this day are used up .* Run this again after midnight"):
        Portal(daily_limit=25).set_up()


def test_a_refusal_names_hubspots_reason(portal: Portal) -> None:
    planned = plan(load(), read(portal.api, load()))
    for number in range(10):
        portal.hubspot.define("deals", f"erp_{number}", unique=True)

    with pytest.raises(Trouble, match=r"refuses 2 of .* properties: DEAL has 10 unique properties already"):
        apply(portal.api, planned)
