from __future__ import annotations

import json

from lambdas.adapters.secrets import Secret
from tests.support.synth import synthesized


def test_tables_are_on_demand_kept_and_can_be_restored() -> None:
    tables = synthesized().by_name("AWS::DynamoDB::GlobalTable", "TableName")

    assert tables.keys() == {"cosell-sandbox-links", "cosell-sandbox-sync-state"}
    for table in tables.values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        (replica,) = table["Replicas"]
        assert replica["DeletionProtectionEnabled"]
        assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_sync_state_forgets_by_ttl_and_finds_open_turns() -> None:
    table = synthesized().by_name("AWS::DynamoDB::GlobalTable", "TableName")["cosell-sandbox-sync-state"]

    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "open"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["open", "since"]
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table["AttributeDefinitions"]}
    assert types == {"pk": "S", "sk": "S", "open": "S", "since": "N"}


def test_whatever_holds_data_outlives_its_stack() -> None:
    resources = synthesized().template("cosell-sandbox-data")["Resources"].values()

    for resource in resources:
        if resource["Type"] in {"AWS::DynamoDB::GlobalTable", "AWS::SecretsManager::Secret"}:
            assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"


def test_the_secret_has_every_key_and_no_client_secret_that_can_be_guessed() -> None:
    (secret,) = synthesized().resources("AWS::SecretsManager::Secret").values()

    assert secret["Name"] == "cosell-sandbox/hubspot"
    template = json.loads(secret["GenerateSecretString"]["SecretStringTemplate"])
    assert template.keys() == Secret.model_fields.keys()
    assert secret["GenerateSecretString"]["GenerateStringKey"] == "hubspot_client_secret"


def test_everything_on_the_bus_is_archived() -> None:
    (bus,) = synthesized().resources("AWS::Events::EventBus").values()
    (archive,) = synthesized().resources("AWS::Events::Archive").values()

    assert bus["Name"] == "cosell-sandbox-events"
    assert archive["EventPattern"] == {"source": [{"prefix": ""}]}
    assert archive["RetentionDays"] == 90
