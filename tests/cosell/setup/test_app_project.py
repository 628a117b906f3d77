"""The app's files, what the mapping needs, and what the portal has are one and the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cosell.sandbox.portal import set_up
from cosell.setup.app_project import APP, PROJECT, WEBHOOKS, write
from cosell.setup.portal import missing_scopes
from cosell.terminal import Trouble
from lambdas.domain.properties import property_definitions
from lambdas.mapping import load
from stacks.mapping import read
from tests.cosell.setup.conftest import Portal

URL = "https://abc123.execute-api.us-east-1.amazonaws.com/prod/webhooks/hubspot"


def content(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, load(), URL)
    return tmp_path


def test_the_three_files_are_new(tmp_path: Path) -> None:
    done = write(tmp_path / "hubspot", load(), URL)

    assert done == {PROJECT: "new", APP: "new", WEBHOOKS: "new"}
    assert content(tmp_path / "hubspot" / PROJECT) == {
        "name": "cosell",
        "srcDir": "src",
        "platformVersion": "2026.09",
    }
    assert content(tmp_path / "hubspot" / APP)["config"]["auth"]["type"] == "static"


def test_hubspot_takes_them_and_hears_what_the_mapping_needs(project: Path, portal: Portal) -> None:
    portal.hubspot.app.upload(content(project / APP), content(project / WEBHOOKS))

    app = portal.hubspot.app
    by_files = {(one.event_type, one.property_name) for one in app.subscriptions}
    assert app.target_url == URL
    assert len(by_files) == len(app.subscriptions)
    assert missing_scopes(portal.api, load()) == []
    other = Portal()
    set_up(other.hubspot, load(), solutions=[])
    assert by_files == {(one.event_type, one.property_name) for one in other.hubspot.app.subscriptions}


def test_no_scope_is_asked_for_in_vain(project: Path, portal: Portal) -> None:
    assert set(content(project / APP)["config"]["auth"]["requiredScopes"]) == portal.hubspot.app.scopes


def test_each_property_that_is_listened_to_exists_in_a_portal_that_was_set_up(project: Path, portal: Portal) -> None:
    portal.set_up(apply=True)
    portal.hubspot.app.upload(content(project / APP), content(project / WEBHOOKS))

    own = {one.name for one in property_definitions(load())}
    plurals = {"deal": "deals", "company": "companies", "contact": "contacts", "line_item": "line_items"}
    edits = [one for one in portal.hubspot.app.subscriptions if one.property_name]
    assert {one.property_name for one in edits} & own
    for one in edits:
        kind = plurals[one.event_type.partition(".")[0]]
        assert one.property_name in portal.hubspot.portal.definitions[kind], one


def test_another_mapping_is_another_list_of_subscriptions(project: Path) -> None:
    mapping = read("extends: default\nalso: [aws_tags]\n", "mapping.yaml")

    done = write(project, mapping, None)

    listed = content(project / WEBHOOKS)["config"]["subscriptions"]["legacyCrmObjects"]
    assert done == {PROJECT: "as it was", APP: "as it was", WEBHOOKS: "changed"}
    assert {"subscriptionType": "deal.propertyChange", "propertyName": "aws_tags", "active": True} in listed


def test_what_somebody_added_stays(project: Path) -> None:
    app, webhooks = content(project / APP), content(project / WEBHOOKS)
    app["uid"] = "our_app"
    app["config"] |= {"name": "AWS sync", "support": {"supportEmail": "crm@example.com"}}
    app["config"]["auth"]["requiredScopes"] = ["oauth", "crm.lists.read"]
    task = {"subscriptionType": "object.propertyChange", "objectType": "task", "propertyName": "hs_task_status"}
    webhooks["config"]["subscriptions"]["crmObjects"] = [task]
    webhooks["config"]["settings"]["maxConcurrentRequests"] = 20
    (project / APP).write_text(json.dumps(app))
    (project / WEBHOOKS).write_text(json.dumps(webhooks))

    done = write(project, load(), None)

    again = content(project / APP)
    assert done == {PROJECT: "as it was", APP: "changed", WEBHOOKS: "as it was"}
    assert (again["uid"], again["config"]["name"]) == ("our_app", "AWS sync")
    assert again["config"]["support"] == {"supportEmail": "crm@example.com"}
    assert {"crm.lists.read", "e-commerce"} <= set(again["config"]["auth"]["requiredScopes"])
    assert content(project / WEBHOOKS) == webhooks


@pytest.mark.parametrize("url", [None, "http://example.com/webhooks/hubspot"])
def test_without_an_https_url_nothing_is_written(tmp_path: Path, url: str | None) -> None:
    with pytest.raises(Trouble, match="--target-url"):
        write(tmp_path, load(), url)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_file_that_is_not_ours_to_read_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / PROJECT).write_text(text)

    with pytest.raises(Trouble, match="Mend it, or move it away"):
        write(tmp_path, load(), URL)

    assert (tmp_path / PROJECT).read_text() == text
