"""A partner's own mapping: whole or as differences, checked against AWS's members, mistakes named by file and line."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import botocore.session
import pytest
from botocore.model import ListShape, Shape, StructureShape

from lambdas.domain.properties import property_definitions
from lambdas.errors import Misconfigured
from lambdas.mapping import load, parse
from stacks.mapping import DEFAULT, GET, MEMBERS, OPERATIONS, SUMMARY, packed, read

WHOLE = DEFAULT.read_text(encoding="utf-8")


def complaints(text: str) -> list[str]:
    with pytest.raises(Misconfigured) as refused:
        read(text, "own.yaml")
    return str(refused.value).splitlines()


def test_the_list_of_members_is_botocores() -> None:
    """When it differs: a new botocore. Write the file anew, then give each new member a row or a reason."""
    service = botocore.session.get_session().get_service_model("partnercentral-selling")
    paths: dict[str, set[str]] = {}
    for operation in OPERATIONS:
        model = service.operation_model(operation)
        for path in _leaves(model.output_shape if operation in {GET, SUMMARY} else model.input_shape):
            paths.setdefault(path, set()).add(operation)

    with MEMBERS.open(encoding="utf-8", newline="") as file:
        listed = {row["path"]: {name for name in OPERATIONS if row[name]} for row in csv.DictReader(file)}
    assert listed == paths


def test_the_default_mapping_passes() -> None:
    assert read(WHOLE, "default.yaml") == load()


def test_differences_change_add_and_switch_off_rows() -> None:
    mapping = read(
        """
extends: default
profile: core
also: [aws_tags]
owners: {ada@example.com: ada@partner.example}
stages: {default: {contractsent: Committed}, "77": {"1": Qualified, "2": null}}
rows:
  - {object: deal, property: aws_use_case, label: What it is for}
  - {object: deal, property: aws_action, options: {submit: Send to AWS}}
  - {object: deal, property: aws_sync_message, disabled: true}
  - {object: deal, property: aws_spend_currency, path: "Project.ExpectedCustomerSpend[].CurrencyCode", default: EUR}
  - {object: deal, property: comment, label: C, standard: true, path: Project.AdditionalComments, direction: to_aws}
constants:
  - {path: Origin, value: AWS Referral}
""",
        "own.yaml",
    )

    made = {one.name: one for one in property_definitions(mapping) if one.object_type == "deal"}
    assert len(made) == 10 - 1 + 1
    assert made["aws_use_case"].label == "What it is for"
    assert len(made["aws_use_case"].options) == 39
    assert {option.value: option.label for option in made["aws_action"].options}["submit"] == "Send to AWS"
    assert "aws_tags" in made
    assert not mapping.has("aws_sync_message")
    assert mapping.has("comment")
    assert mapping.stage("default", "contractsent") == (True, "Committed")
    assert mapping.stage("default", "qualifiedtobuy") == (True, "Qualified")
    assert mapping.stage("77", "2") == (True, None)
    assert {one.path: one.value for one in mapping.constants}["Origin"] == "AWS Referral"
    currency = next(field for field in mapping.fields if field.path.endswith("Spend[].CurrencyCode"))
    assert [row.default for row in currency.rows] == ["EUR"]


def test_a_row_that_is_switched_off_leaves_its_default_and_makes_way_for_another() -> None:
    mapping = read(
        """
extends: default
rows:
  - {object: deal, property: aws_sales_activities, disabled: true}
  - {object: deal, property: aws_comments, disabled: true}
  - {object: deal, property: comment, label: C, standard: true, path: Project.AdditionalComments, direction: both}
""",
        "own.yaml",
    )

    rules = {field.path: field for field in mapping.fields}
    assert rules["Project.SalesActivities"].back is None
    assert [row.default for row in rules["Project.SalesActivities"].rows] == [
        ("Initialized discussions with customer",)
    ]
    assert [row.property for row in rules["Project.AdditionalComments"].rows] == ["comment"]


MISTAKES = {
    "extends: base": "own.yaml:1: extends: only default can be extended; write extends: default",
    "extends: default\nprofile: huge": "own.yaml:2: profile: must be core, standard or extra",
    "extends: default\nprofil: core": "own.yaml:2: profil: there is no such key; did you mean profile?",
    "extends: default\nalso:\n - aws_tags\n - aws_tag": (
        "own.yaml:4: also.1: no property of ours is called aws_tag; did you mean aws_tags?"
    ),
    "extends: default\nstages:\n  default:\n    closedwon: Comitted": (
        "own.yaml:4: stages.default.closedwon: AWS has no stage Comitted; did you mean Committed?"
    ),
    "extends: default\nrows: {a: b}": "own.yaml:2: rows: must be a list",
    "extends: default\nrows: [a]": "own.yaml:2: rows.0: must be keys with values",
    "extends: default\nrows:\n - {property: aws_tags}": "own.yaml:3: rows.0: a row begins with object and property",
    "extends: default\nrows:\n - {object: deal, property: aws_us_case, default: SAP}": (
        "own.yaml:3: rows.0 (deal.aws_us_case): the default mapping has no such property; did you mean aws_use_case?"
    ),
    "extends: default\nrows:\n - {object: company, property: zzz, disabled: true}": (
        "own.yaml:3: rows.0 (company.zzz): the default mapping has no such property; "
        "a new one needs a label, and a group or standard: true"
    ),
    "extends: default\nrows:\n - {object: deal, property: aws_spend_currency, default: EUR}": (
        "own.yaml:3: rows.0 (deal.aws_spend_currency): the property has several rows; say which one by its path, "
        "Project.ExpectedCustomerSpend[].CurrencyCode or SoftwareRevenue.Value.CurrencyCode"
    ),
    "extends: default\nrows:\n - {object: deal, property: aws_tags, profile: core}\n"
    " - {object: deal, property: aws_tags, profile: standard}": (
        "own.yaml:4: rows.1 (deal.aws_tags): this file has changed the same entry above"
    ),
    "extends: default\nrows:\n - object: deal\n   property: aws_comments\n   path: Project.Comments": (
        "own.yaml:5: rows.0.path (deal.aws_comments): CreateOpportunity has no Project.Comments"
    ),
    "extends: default\nrows:\n - {object: deal, property: aws_tags, transform: tags}": (
        "own.yaml:3: rows.0.transform (deal.aws_tags): must be text, email, "
    ),
    "extends: default\nrows:\n - {object: deal, property: x, label: X, standard: true, path: Project.Title,"
    " direction: both}": (
        "own.yaml:3: rows.0.direction (deal.x): aws_project_title already takes AWS's value of Project.Title; "
        "make one of the two to_aws"
    ),
    "extends: default\nconstants:\n - {path: Project.AwsPartitio, value: aws-eusc}": (
        "own.yaml:3: constants.0.path: CreateOpportunity has no Project.AwsPartitio; did you mean Project.AwsPartition?"
    ),
    "extends: default\ngroups:\n - {object: deal, name: Mine, label: Mine}": (
        "own.yaml:3: groups.0.name: must match ^[a-z]"
    ),
    "extends: default\nrows:\n - {object: deal, property: aws_tags, group: mine}": (
        "own.yaml:3: rows.0.group (deal.aws_tags): no group of a deal is called mine"
    ),
    "extends: default\nstages:\n  95311420: {}": (
        'own.yaml:3: stages.95311420: must be text: put it in quotes, "95311420"'
    ),
    "extends: default\nstages: {default: {a: no}}": (
        "own.yaml:2: stages.default.a: must be text, and YAML takes this word for more: put it in quotes"
    ),
    "extends: default\nstages: {default: {a: [Qualified]}}": "own.yaml:2: stages.default.a: must be text",
    "extends: default\nstages:\n  default:": "own.yaml:3: stages.default: must be keys with values",
    "extends: default\nstages: {default: {a: Qualified,\n  a: Committed}}": (
        "own.yaml:3: a stands here twice, first in line 2; keep one"
    ),
    "extends: default\nrows:\n - {object: deal, property: aws_tags, lable: Tags}": (
        "own.yaml:3: rows.0.lable (deal.aws_tags): there is no such key; did you mean label?"
    ),
    "extends: default\nrows:\n - {object: deal, property: aws_tags, max_length: ten}": (
        "own.yaml:3: rows.0.max_length (deal.aws_tags): must be a whole number"
    ),
    "extends: default\nrows:\n - {object: deal, property: aws_tags, disabled: maybe}": (
        "own.yaml:3: rows.0.disabled (deal.aws_tags): must be true or false"
    ),
    "extends: default\nrows:\n - {object: deal, property: aws_share, disabled: true}": (
        "own.yaml:3: rows.0.disabled (deal.aws_share): cannot be switched off"
    ),
    "extends: default\nrows:\n - {object: deal, property: aws_use_case, disabled: true}": (
        "own.yaml:3: rows.0.disabled (deal.aws_use_case): AWS always wants Project.CustomerUseCase: "
        "give it a default, or a row with another property"
    ),
    "extends: default\nspend: {mode: ratio, ratio: 2}": "own.yaml:2: spend.ratio: must be less than or equal to 1",
    "extends: default\nowners:\n  ada@example.com: Ada": (
        "own.yaml:3: owners.ada@example.com: must be an e-mail address, or null for nobody, not Ada"
    ),
    "extends: default\nowners:\n  ada: ada@example.com": (
        "own.yaml:3: owners.ada: an owner in HubSpot is named by their id or their e-mail address"
    ),
    "extends: default\nrows:\n - {object: deal, property: aws_delivery_models, default: [Managed Servces]}": (
        "own.yaml:3: rows.0.default (deal.aws_delivery_models): Managed Servces is none of the options; "
        "did you mean Managed Services?"
    ),
}


def test_a_path_that_only_begins_like_others_is_not_taken_for_one_of_them() -> None:
    (complaint,) = complaints("extends: default\nconstants:\n - {path: Project.Nowhere, value: x}")

    assert complaint == "own.yaml:3: constants.0.path: CreateOpportunity has no Project.Nowhere"


@pytest.mark.parametrize(("text", "sentence"), MISTAKES.items())
def test_a_mistake_is_named_in_the_partners_own_file(text: str, sentence: str) -> None:
    (complaint,) = complaints(text)

    assert complaint.startswith(sentence)


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file() -> None:
    text = (
        "extends: default\nalso: [aws_x]\nstages: {default: {a: Won}}\n"
        "rows:\n - {object: deal, property: aws_tags, group: mine}"
    )

    assert [line.partition(": ")[0] for line in complaints(text)] == ["own.yaml:2", "own.yaml:3", "own.yaml:5"]


def test_mistakes_of_shape_hide_none_of_names() -> None:
    text = """extends: default
profile: huge
also: [aws_tag]
stages:
  default: {a: [Qualified], b: Comitted}
  95311420: {c: Won}
owners: {ada: ada@example.com}
rows:
  - {object: deal, property: aws_tags, lable: Tags}
  - {object: deal, property: aws_comments, path: Project.Comments}
"""

    said = complaints(text)

    assert [line.rpartition("; ")[0] or line for line in said] == [
        "own.yaml:2: profile: must be core, standard or extra",
        "own.yaml:3: also.0: no property of ours is called aws_tag",
        "own.yaml:5: stages.default.a: must be text",
        "own.yaml:5: stages.default.b: AWS has no stage Comitted",
        'own.yaml:6: stages.95311420: must be text: put it in quotes, "95311420"',
        "own.yaml:7: owners.ada: an owner in HubSpot is named by their id or their e-mail address",
        "own.yaml:9: rows.0.lable (deal.aws_tags): there is no such key",
        "own.yaml:10: rows.1.path (deal.aws_comments): CreateOpportunity has no Project.Comments",
    ]


@pytest.mark.parametrize(
    "text",
    [
        # Once the key is mended, the new row alone takes the path.
        """rows:
 - {object: deal, property: aws_comments, disable: true}
 - {object: deal, property: x, label: X, standard: true, path: Project.AdditionalComments, direction: both}""",
        "rows:\n - {object: deal, property: aws_comments, direction: two_way}",
        "rows:\n - {object: deal, property: aws_tags, group: Mine}",
        "stages: {default: {appointmentscheduled: [Qualified]}}",
    ],
)
def test_nothing_is_said_that_only_follows_from_a_mistake_of_shape(text: str) -> None:
    assert len(complaints(f"extends: default\n{text}\n")) == 1


def test_a_row_that_is_nobodys_hides_no_other_mistake() -> None:
    text = "extends: default\nprofile: huge\nrows:\n - {object: deal, property: aws_us_case}"

    assert [line.partition(": ")[0] for line in complaints(text)] == ["own.yaml:2", "own.yaml:4"]
    assert len(complaints(text.replace("huge", "core"))) == 1


def test_a_file_of_differences_that_does_not_say_so_is_told() -> None:
    assert complaints("profile: core")[0] == (
        "own.yaml:1: groups: is missing; a file that says only what is different begins with extends: default"
    )


def test_a_whole_file_is_checked_against_aws_members_too() -> None:
    old, new = "path: Project.CustomerUseCase", "path: Project.UseCase"
    line = WHOLE[: WHOLE.index(old)].count("\n") + 1

    (complaint,) = complaints(WHOLE.replace(old, new, 1))

    assert complaint.startswith(f"own.yaml:{line}: rows.")
    assert "(deal.aws_use_case): CreateOpportunity has no Project.UseCase; did you mean" in complaint


def test_what_is_packed_is_whole() -> None:
    text = "extends: default\nalso: [aws_tags]\nrows: [{object: deal, property: aws_share, label: Share}]\n"

    assert parse(packed(text, "own.yaml"), "default.yaml") == read(text, "own.yaml")
    assert packed(WHOLE, "own.yaml") == WHOLE


def _leaves(shape: Shape, path: str = "") -> Iterator[str]:
    if isinstance(shape, ListShape) and isinstance(shape.member, StructureShape):
        yield from _leaves(shape.member, f"{path}[]")
    elif isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from _leaves(member, f"{path}.{name}" if path else name)
    else:
        yield path
