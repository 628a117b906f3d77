"""Tags and settings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cosell.sandbox.partner_central.partner import Partner, partner, refused
from tests.support.rules import Source, rule

PREFIX = "arn:aws:partnercentral:us-east-1:111122223333:catalog/AWS"


def pairs(**tags: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tags_of(us: Partner, identifier: str) -> Any:
    return us.client.list_tags_for_resource(ResourceArn=f"{PREFIX}/opportunity/{identifier}")["Tags"]


@rule("Tags are put, changed and taken away by key, and are in no other answer.", Source.PC_MODEL)
def test_tags_are_put_changed_and_taken_away() -> None:
    us = partner()
    identifier = us.create(Tags=pairs(team="north"))
    arn = f"{PREFIX}/opportunity/{identifier}"
    us.client.tag_resource(ResourceArn=arn, Tags=pairs(team="south", deal="1"))
    assert tags_of(us, identifier) == pairs(deal="1", team="south")
    us.client.untag_resource(ResourceArn=arn, TagKeys=["deal", "nothing"])
    assert tags_of(us, identifier) == pairs(team="south")
    assert "Tags" not in us.raw(identifier)


@rule("TagResource answers with an empty object.", Source.PC_MODEL)
def test_tagging_answers_with_an_empty_object() -> None:
    us = partner()
    response = us.post("TagResource", ResourceArn=f"{PREFIX}/opportunity/{us.create()}", Tags=pairs(a="b"))
    assert (response.status, response.json()) == (200, {})


@rule(
    "A key comes once, not with `aws:` in front, and a resource has at most 50; at creation too.",
    Source.PC_TAGGING,
    Source.PC_MODEL,
)
@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}], "DUPLICATE_KEY_VALUE"),
        (pairs(**{"aws:made": "up"}), "ACTION_NOT_PERMITTED"),
        ([{"Key": f"k{number}", "Value": ""} for number in range(51)], "TOO_MANY_VALUES"),
    ],
)
def test_tags_have_rules(tags: list[dict[str, str]], code: str) -> None:
    us = partner()
    identifier = us.create()
    with refused() as refusal:
        us.client.tag_resource(ResourceArn=f"{PREFIX}/opportunity/{identifier}", Tags=tags)
    assert [one for one, _ in refusal.errors] == [code]
    assert tags_of(us, identifier) == []
    with refused() as refusal:
        us.create(Tags=tags)
    assert [one for one, _ in refusal.errors] == [code]


@rule("A resource has at most 50 tags, counting those that it has.", Source.PC_TAGGING)
def test_a_resource_has_fifty_tags_over_all() -> None:
    us = partner()
    arn = f"{PREFIX}/opportunity/{us.create(Tags=pairs(**{f'k{number}': '' for number in range(50)}))}"
    us.client.tag_resource(ResourceArn=arn, Tags=pairs(k0="again"))
    with refused() as refusal:
        us.client.tag_resource(ResourceArn=arn, Tags=pairs(more=""))
    assert refusal.errors == [("TOO_MANY_VALUES", "tags")]
    us.client.untag_resource(ResourceArn=arn, TagKeys=["k0"])
    us.client.tag_resource(ResourceArn=arn, Tags=pairs(more=""))


@rule("Opportunities and snapshot jobs of the account have tags, nothing else.", Source.PC_IAM)
@pytest.mark.parametrize(
    "arn",
    [
        f"{PREFIX}/opportunity/O1",
        f"{PREFIX}/solution/S-1234567",
        f"{PREFIX}/resource-snapshot-job/job-0123456789abc",
        "arn:aws:partnercentral:us-east-1:999999999999:catalog/AWS/opportunity/O1",
    ],
)
def test_only_what_is_there_has_tags(arn: str) -> None:
    us = partner()
    requests: dict[str, dict[str, Any]] = {
        "ListTagsForResource": {},
        "TagResource": {"Tags": pairs(a="b")},
        "UntagResource": {"TagKeys": ["a"]},
    }
    for operation, body in requests.items():
        response = us.post(operation, ResourceArn=arn, **body)
        assert response.json()["__type"].endswith("#ResourceNotFoundException")


@rule("The catalog of a tagged resource is that of its ARN.", Source.PC_MODEL)
def test_the_catalog_is_in_the_arn() -> None:
    us = partner("Sandbox")
    identifier = us.create()
    with refused() as refusal:
        tags_of(us, identifier)
    assert refusal.code == "ResourceNotFoundException"


@rule("The role for snapshot jobs is set by name or ARN for a catalog, and answered as ARN.", Source.PC_MODEL)
def test_settings_are_of_the_catalog_and_always_name_the_arn() -> None:
    us = partner()
    assert us.post("GetSellingSystemSettings", Catalog="AWS").json() == {
        "Catalog": "AWS",
        "ResourceSnapshotJobRoleArn": None,
    }
    answer = us.client.put_selling_system_settings(Catalog="AWS", ResourceSnapshotJobRoleIdentifier="snapshots")
    assert answer["ResourceSnapshotJobRoleArn"] == "arn:aws:iam::111122223333:role/snapshots"
    given = "arn:aws:iam::111122223333:role/path/other"
    us.client.put_selling_system_settings(Catalog="AWS", ResourceSnapshotJobRoleIdentifier=given)
    assert us.client.get_selling_system_settings(Catalog="AWS")["ResourceSnapshotJobRoleArn"] == given
    assert "ResourceSnapshotJobRoleArn" not in us.client.get_selling_system_settings(Catalog="Sandbox")


@rule("To put settings without a role takes it away.", Source.PC_MODEL, switch="omitted_role_clears")
@pytest.mark.parametrize("clears", [True, False])
def test_leaving_the_role_out_clears_it(clears: bool) -> None:
    us = partner(omitted_role_clears=clears)
    us.client.put_selling_system_settings(Catalog="AWS", ResourceSnapshotJobRoleIdentifier="snapshots")
    us.client.put_selling_system_settings(Catalog="AWS")
    assert ("ResourceSnapshotJobRoleArn" in us.client.get_selling_system_settings(Catalog="AWS")) is not clears
