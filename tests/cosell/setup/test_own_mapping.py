"""A partner's own mapping: every stage and owner is decided or flagged, and what a file changes can be read."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cosell.setup.own_mapping import DECIDE, Difference, differences, draft, undecided
from lambdas.domain import referrals
from lambdas.mapping import load
from stacks.mapping import read
from tests.cosell.setup.conftest import Portal


def pipeline(*stages: tuple[str, str], id_: str = "95311420", label: str = "Sales") -> dict[str, Any]:
    """Stages by label and probability; ids are numbers."""
    listed = [
        {"id": str(183920411 + at), "label": name, "displayOrder": at, "metadata": {"probability": probability}}
        for at, (name, probability) in enumerate(stages)
    ]
    return {"id": id_, "label": label, "displayOrder": 0, "stages": listed}


def owner(id_: str, email: str | None, name: str = "Ada") -> dict[str, Any]:
    return {"id": id_, "email": email, "firstName": name, "lastName": "Lovelace"}


def lines(text: str) -> dict[str, str]:
    """Each line with a comment that names a stage or owner, by that name."""
    found = [line.partition("  # ") for line in text.splitlines() if "  # " in line]
    return {
        name.partition(f" {DECIDE}")[0]: f"{said.strip()}{name[name.find(DECIDE) :] if DECIDE in name else ''}"
        for said, _, name in found
    }


def test_hubspots_own_pipeline_is_decided(portal: Portal) -> None:
    made = draft(portal.api.get("crm/pipelines", "deals")["results"], [], load())

    assert made.undecided == 0
    assert read(made.text, "mapping.yaml").stages == load().stages


def test_the_referral_pipeline_is_not_the_partners(portal: Portal) -> None:
    portal.set_up(apply=True)
    made_by_hand = pipeline(("New referral", "0.1"), ("Declined", "0.0"), id_="77", label="AWS Referrals")

    made = draft([*portal.api.get("crm/pipelines", "deals")["results"], made_by_hand], [], load())

    assert read(made.text, "mapping.yaml").stages == load().stages
    assert (made.stages, made.undecided) == (7, 0)


def test_referrals_in_front_of_the_partners_own_stages_say_nothing_about_aws_stages() -> None:
    sales = pipeline(("Discovery", "0.1"), ("Won", "1.0"))
    ahead = [
        {"id": one.id, "label": one.label, "displayOrder": at - 9, "metadata": {"probability": one.probability}}
        for at, one in enumerate(referrals.STAGES)
    ]

    made = draft([sales | {"stages": [*ahead, *sales["stages"]]}], [], load())

    stages = read(made.text, "mapping.yaml").stages["95311420"]
    assert list(stages.values()) == [None, None, None, None, "Prospect", "Committed"]
    assert made.undecided == 0


@pytest.mark.parametrize(
    ("stages", "decided"),
    [
        (
            [("Discovery call", "0.1"), ("Qualified", "0.3"), ("PoC", "0.5"), ("Proposal sent", "0.7"), ("Won", "1.0")],
            ["Prospect", "Qualified", "Technical Validation", "Business Validation", "Committed"],
        ),
        ([("Lost", "0.0"), ("Disqualified", "0.0")], ["Closed Lost", "Closed Lost"]),
        ([("Erstgespräch", "0.2")], [None]),
        ([("Demo of the proposal", "0.5")], [None]),
        ([("Proposal", "0.5"), ("Discovery", "0.6")], ["Business Validation", None]),
    ],
)
def test_stages_are_read_by_probability_and_name_or_flagged(
    stages: list[tuple[str, str]], decided: list[str | None]
) -> None:
    made = draft([pipeline(*stages)], [], load())

    assert list(read(made.text, "mapping.yaml").stages["95311420"].values()) == decided
    assert made.undecided == decided.count(None)
    assert len(undecided(made.text)) == decided.count(None)


def test_a_flag_says_why() -> None:
    stages = [("Demo of the proposal", "0.5"), ("Erstgespräch", "0.2"), ("Contract", "0.8"), ("Lead", "0.9")]
    said = lines(draft([pipeline(*stages)], [], load()).text)

    assert "could be Technical Validation or Business Validation; probability 0.5" in said["Demo of the proposal"]
    assert "its name says nothing of AWS's stages; probability 0.2" in said["Erstgespräch"]
    assert "Prospect by its name, but it comes after Business Validation" in said["Lead"]


def test_a_stage_of_hubspots_that_was_renamed_is_read_by_its_name_first(portal: Portal) -> None:
    portal.hubspot.admin.renames_stage("contractsent", "Pilot with the customer")
    portal.hubspot.admin.renames_stage("appointmentscheduled", "Neu")
    portal.hubspot.admin.renames_stage("decisionmakerboughtin", "Poc")

    made = draft(portal.api.get("crm/pipelines", "deals")["results"], [], load())

    stages = read(made.text, "mapping.yaml").stages["default"]
    assert stages["contractsent"] == stages["decisionmakerboughtin"] == "Technical Validation"
    assert stages["appointmentscheduled"] == "Prospect"
    assert "the id says appointmentscheduled, its name does not" in lines(made.text)["Neu"]


def test_owners_are_known_by_their_address_or_flagged() -> None:
    owners = [owner("1", "Ada@partner.example"), owner("2", "bob@partner.example", "Bob")]
    strangers = [owner("3", "eve@freelance.example", "Eve"), owner("4", None, "Tim")]

    made = draft([pipeline(("Won", "1.0"))], [*owners, *strangers], load())

    mapping = read(made.text, "mapping.yaml")
    assert mapping.owners == {"1": "ada@partner.example", "2": "bob@partner.example", "3": None, "4": None}
    assert made.undecided == 2
    assert "not of partner.example; eve@freelance.example if that is" in lines(made.text)["Eve Lovelace"]
    assert "has no e-mail address in HubSpot" in lines(made.text)["Tim Lovelace"]


_LABELS = st.text(min_size=1, max_size=30)


@given(
    st.lists(st.tuples(_LABELS, st.sampled_from(["0.0", "0.2", "1.0", "", "?"])), min_size=1, max_size=6),
    st.lists(st.tuples(_LABELS, st.none() | st.emails()), max_size=3),
)
@settings(deadline=None, max_examples=20)
def test_whatever_people_call_things_the_file_is_a_mapping(
    stages: list[tuple[str, str]], people: list[tuple[str, str | None]]
) -> None:
    owners = [owner(str(at), email, name) for at, (name, email) in enumerate(people)]

    made = draft([pipeline(*stages, label=stages[0][0])], owners, load())

    mapping = read(made.text, "mapping.yaml")
    assert len(mapping.stages["95311420"]) == len(stages)
    assert mapping.owners.keys() == {one["id"] for one in owners}
    assert made.undecided == len(undecided(made.text))
    assert yaml.safe_load(made.text)["extends"] == "default"


def test_owners_who_are_all_assigned_are_just_counted() -> None:
    own = read("extends: default\nowners:\n  ada@example.com: ada@partner.example", "mapping.yaml")

    assert differences(own, load()) == [Difference("owners", "1 named")]


def test_a_draft_lists_what_it_changes() -> None:
    text = """
extends: default
profile: core
also: [aws_tags]
spend: {mode: term, term: 36}
stages:
  default: {contractsent: Committed}
  "95311420": {"183920411": null}
owners: {ada@example.com: null}
rows:
  - {object: deal, property: aws_use_case, label: What for}
  - {object: deal, property: aws_sales_activities, disabled: true}
  - object: deal
    property: partner_comment
    label: Comment
    standard: true
    path: Project.AdditionalComments
    direction: to_aws
"""

    assert differences(read(text, "mapping.yaml"), load()) == [
        Difference("profile", "core instead of standard"),
        Difference("also", "aws_tags"),
        Difference("spend", "mode term, term 36"),
        Difference("owners", "1 named, 1 of them never assigned"),
        Difference("stages.default.contractsent", "Committed"),
        Difference("stages.95311420.183920411", "not told"),
        Difference("deal.aws_use_case", "changed: label"),
        Difference("deal.aws_sales_activities", "switched off"),
        Difference("deal.partner_comment", "new, for Project.AdditionalComments"),
    ]


def test_the_default_mapping_changes_nothing() -> None:
    assert differences(read("extends: default\n", "mapping.yaml"), load()) == []
