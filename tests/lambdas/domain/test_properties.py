"""What a portal needs, derived from the mapping."""

from __future__ import annotations

import re

from lambdas.domain.properties import (
    property_definitions,
    property_groups,
    subscribed_properties,
)
from tests.lambdas.domain.builders import MAPPING

DEFINITIONS = {(one.object_type, one.name): one for one in property_definitions(MAPPING)}


def test_a_definition_is_what_hubspot_takes() -> None:
    use_case = DEFINITIONS["deal", "aws_use_case"].payload()

    assert {name: use_case[name] for name in ("name", "label", "groupName", "type", "fieldType", "hasUniqueValue")} == {
        "name": "aws_use_case",
        "label": "AWS: use case",
        "groupName": "aws_we_share",
        "type": "enumeration",
        "fieldType": "select",
        "hasUniqueValue": False,
    }
    assert len(use_case["options"]) == 39
    assert use_case["options"][0] == {
        "label": "AI Machine Learning and Analytics",
        "value": "AI Machine Learning and Analytics",
        "displayOrder": 0,
        "hidden": False,
    }


def test_only_enumerations_and_booleans_have_options() -> None:
    for definition in DEFINITIONS.values():
        assert ("options" in definition.payload()) == (definition.type in {"enumeration", "bool"})


def test_field_types_go_with_their_types() -> None:
    allowed = {
        "string": {"text", "textarea"},
        "number": {"number"},
        "enumeration": {"select", "radio", "checkbox"},
        "bool": {"booleancheckbox"},
        "date": {"date"},
        "datetime": {"date"},
    }

    for definition in DEFINITIONS.values():
        assert definition.field_type in allowed[definition.type], definition.name


def test_names_groups_and_values_are_hubspots_to_take() -> None:
    groups = {(group.object_type, group.name) for group in property_groups(MAPPING)}

    for definition in DEFINITIONS.values():
        assert re.fullmatch(r"aws_[a-z_]+", definition.name)
        assert (definition.object_type, definition.group) in groups
        assert all(";" not in option.value for option in definition.options)


def test_the_ids_are_unique_and_nothing_else() -> None:
    assert {(kind, name) for kind, name in DEFINITIONS if DEFINITIONS[kind, name].unique} == {
        ("deal", "aws_opportunity_id"),
        ("deal", "aws_invitation_id"),
        ("product", "aws_solution_id"),
    }


def test_options_that_only_a_portal_knows_join() -> None:
    (solutions,) = [
        one
        for one in property_definitions(MAPPING, {"aws_solutions": {"S-1": "Data lake"}})
        if one.name == "aws_solutions"
    ]

    assert [(option.value, option.label) for option in solutions.options] == [("S-1", "Data lake")]


def test_what_sellers_write_is_subscribed_to_and_what_cosell_writes_is_not() -> None:
    subscribed = subscribed_properties(MAPPING)

    assert {"aws_share", "aws_action", "aws_involvement", "dealname", "dealstage", "closedate"} <= set(
        subscribed["deal"]
    )
    assert not {"aws_sync_status", "aws_opportunity_id", "hs_object_id"} & set(subscribed["deal"])
    assert {"name", "country", "aws_industry"} <= set(subscribed["company"])
    assert {"email", "aws_share_contact"} <= set(subscribed["contact"])


def test_a_group_is_what_hubspot_takes() -> None:
    assert property_groups(MAPPING)[0].payload() == {
        "name": "aws_we_share",
        "label": "AWS: what we share",
        "displayOrder": -1,
    }
