from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_cdk.aws_logs import RetentionDays

from stacks.config import ConfigError, load, read_context


def _load(**keys: Any) -> Any:
    return load("cosell", {"cosell": {"catalog": "AWS", **keys}})


def test_a_catalog_is_all_that_must_be_said() -> None:
    config = _load()

    assert (config.deployment, config.catalog, config.region) == ("cosell", "AWS", "us-east-1")
    assert config.submission == "task"
    assert config.log_retention == RetentionDays.THREE_MONTHS


def test_every_key_can_be_set() -> None:
    config = _load(
        region="us-east-1",
        hubspot_api="v3",
        mapping="lambdas/mapping/default.yaml",
        submission="direct",
        submit_stages=["presentationscheduled", "contractsent"],
        involvement="For Visibility Only",
        visibility="Limited",
        solutions=["S-0012345"],
        mode="observe",
        go_live="2027-03-01",
        new_deals="default/qualifiedtobuy",
        webhook_url="https://hooks.example.com/webhooks/hubspot",
        accept_v1=True,
        log_retention_days=30,
        alarm_email="operations@example.com",
        alarm_topic_arn="arn:aws:sns:us-east-1:123456789012:alarms",
    )

    assert config.submit_stages == ["presentationscheduled", "contractsent"]
    assert config.log_retention == RetentionDays.ONE_MONTH


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("catalog", "aws", "must be AWS or Sandbox, not 'aws'"),
        ("region", "eu-central-1", "Partner Central and its events exist only there"),
        ("partner_central_account", "111122223333", "deploy Cosell into the account that is linked"),
        ("hubspot_api", "v4", "must be v3 or one of HubSpot's dated versions"),
        ("mapping", "mine.yaml", "must name a .yaml file that exists"),
        ("mapping", "README.md", "must name a .yaml file that exists"),
        ("submission", "both", "must be task or direct"),
        ("submit_stages", "won,lost", "must be a list of at most 20 ids of deal stages"),
        ("submit_stages", ["won,lost"], "must be a list of at most 20 ids of deal stages, not 'won,lost'"),
        ("involvement", "Cosell", "must be Co-Sell or For Visibility Only"),
        ("visibility", "Partial", "must be Full or Limited"),
        ("solutions", ["our solution"], "must be a list of at most 10 ids of solutions"),
        ("mode", "dry-run", "must be live or observe"),
        ("go_live", "1 March 2027", "must be a day, not '1 March 2027'; e.g. \"2027-03-01\""),
        ("new_deals", "qualifiedtobuy", "must be the ids of a pipeline and of a stage in it"),
        ("deletion_grace", 48, "must be hours, 1 to 36"),
        ("deletion_reason", "Lost", "must be one of AWS's reasons for Closed Lost (Customer Deficiency,"),
        ("deletion_reason", ["Other"], "must be one of AWS's reasons for Closed Lost (Customer Deficiency,"),
        ("most_deletions", 0, "must be a number of deals an hour, 1 to 1000"),
        ("webhook_url", "http://example.com", "must be the https URL that HubSpot calls"),
        ("accept_v1", "yes", "must be true or false"),
        ("log_retention_days", True, "must be a number of days that CloudWatch knows (1, 3, 7,"),
        ("log_retention_days", 91, "must be a number of days that CloudWatch knows (1, 3, 7,"),
        ("alarm_email", "operations", "must be an e-mail address"),
        ("alarm_topic_arn", "arn:aws:sns:eu-west-1:123456789012:x", "must be the ARN of an SNS topic in us-east-1"),
        ("catalogue", "AWS", "is no key of Cosell's; known are accept_v1,"),
    ],
)
def test_a_wrong_value_is_told_in_a_sentence_that_names_the_key(key: str, value: object, sentence: str) -> None:
    with pytest.raises(ConfigError) as error:
        _load(**{key: value})

    said = str(error.value)
    assert said.startswith(f"cdk.json: cosell.cosell.{key}: ")
    assert sentence in said
    assert "\n" not in said


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as error:
        _load(region="eu-west-1", accept_v1="no")

    assert [line.split(": ")[1] for line in str(error.value).splitlines()] == [
        "cosell.cosell.region",
        "cosell.cosell.accept_v1",
    ]


def test_a_missing_catalog_is_told_with_an_example() -> None:
    with pytest.raises(ConfigError, match="catalog: is missing: must be AWS or Sandbox"):
        load("cosell", {"cosell": {}})


@pytest.mark.parametrize("name", ["Cosell", "cosell_prod", "-cosell", "cosell-", "a" * 25])
def test_a_deployment_must_fit_into_every_name(name: str) -> None:
    with pytest.raises(ConfigError, match="deployment: must be lower-case words joined by dashes"):
        load(name, {name: {"catalog": "AWS"}})


@pytest.mark.parametrize(
    ("deployment", "blocks", "sentence"),
    [
        ("cosell", None, "context.cosell is missing"),
        ("cosell", {}, "context.cosell is missing"),
        ("prod", {"cosell": {"catalog": "AWS"}}, "'prod' has no block under context.cosell, which has cosell"),
        (None, {"cosell": {"catalog": "AWS"}}, "None has no block"),
        ("cosell", {"cosell": "AWS"}, "context.cosell.cosell must be an object"),
    ],
)
def test_a_deployment_needs_its_block(deployment: object, blocks: object, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        load(deployment, blocks)


def test_a_mapping_with_a_mistake_is_told_before_anything_is_deployed(tmp_path: Path) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text("profile: everything\ngroups: []\n")

    with pytest.raises(ConfigError, match=rf"^cdk.json: cosell.cosell.mapping: {own}:1: profile") as error:
        _load(mapping=str(own))

    assert len(str(error.value).splitlines()) > 1, "all mistakes at once"


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("new_deals", "defualt/qualifiedtobuy", "pipeline 'defualt'; did you mean default?"),
        ("new_deals", "default/qualified", "stage 'qualified' in the pipeline default; did you mean qualifiedtobuy?"),
        ("new_deals", "default/77", "stage '77' in the pipeline default."),
        ("submit_stages", ["contractsnt", "closedwon"], "stage 'contractsnt'; did you mean contractsent?"),
    ],
)
def test_a_stage_that_the_mapping_does_not_know_is_told(key: str, value: object, what: str) -> None:
    with pytest.raises(ConfigError) as error:
        _load(**{key: value})

    assert str(error.value) == (
        f"cdk.json: cosell.cosell.{key}: the field mapping (lambdas/mapping/default.yaml) has no {what} "
        "Name one that stands under stages there, or add it there."
    )


def test_stages_are_those_of_the_partners_own_mapping(tmp_path: Path) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text('extends: default\nstages: {"77": {"1": Qualified, "2": null}}\n')

    config = _load(mapping=str(own), new_deals="77/1", submit_stages=["2", "contractsent"])

    assert (config.new_deals, config.submit_stages) == ("77/1", ["2", "contractsent"])


def test_a_mapping_that_cannot_be_read_is_told_and_stages_are_not_judged_by_it() -> None:
    with pytest.raises(ConfigError) as error:
        _load(mapping="mine.yaml", new_deals="77/1", submit_stages=["1"])

    assert [line.split(": ")[1] for line in str(error.value).splitlines()] == ["cosell.cosell.mapping"]


def test_a_sentence_that_asks_ends_with_its_question_mark(tmp_path: Path) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text("extends: default\nprofil: core\n")

    with pytest.raises(ConfigError, match=r"did you mean profile\?$"):
        _load(mapping=str(own))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "cdk.json cannot be read: .*No such file"),
        ('{"context": {,}}', "cdk.json cannot be read: .*line 1 column 14"),
        ("[]", "cdk.json: context is missing; e.g. "),
        ("{}", "cdk.json: context is missing; e.g. "),
    ],
)
def test_a_file_that_is_no_configuration_is_told_in_a_sentence(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "cdk.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(ConfigError, match=sentence):
        read_context(path)
