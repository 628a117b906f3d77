from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

import app
from stacks import nag
from tests.support.synth import WITHOUT_ZIP

# With everything that a deployment can switch on.
CONTEXT = WITHOUT_ZIP | {
    "deployment": "nagged",
    "cosell": {
        "nagged": {
            "catalog": "AWS",
            "alarm_email": "operations@example.com",
            "alarm_topic_arn": "arn:aws:sns:us-east-1:123456789012:alarms",
        }
    },
}


class Recorder:
    """Stands in for CDK's Validations: notes what is acknowledged instead of doing so."""

    def __init__(self) -> None:
        self.acknowledged: set[tuple[str, str]] = set()
        self.path = ""

    def of(self, construct: Any) -> Recorder:
        self.path = construct.node.path
        return self

    def acknowledge(self, acknowledgment: aws_cdk.Acknowledgment) -> None:
        assert len(acknowledgment.reason) > len("because")
        self.acknowledged.add((self.path, acknowledgment.id))


def test_every_finding_is_acknowledged_and_every_acknowledgement_answers_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    monkeypatch.setattr(nag, "Validations", recorder)
    tree = app.application(CONTEXT, str(tmp_path))
    aws_cdk.Validations.of(tree).add_plugins(AwsSolutionsChecks(tree), ServerlessChecks(tree))

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        tree.synth()

    found = _findings(tmp_path)
    acknowledged = recorder.acknowledged
    assert {finding for finding in found if not any(_answers(one, finding) for one in acknowledged)} == set()
    assert {one for one in acknowledged if not any(_answers(one, finding) for finding in found)} == set()


def test_nothing_is_left_to_say(tmp_path: Path) -> None:
    tree = app.application(CONTEXT, str(tmp_path))
    aws_cdk.Validations.of(tree).add_plugins(AwsSolutionsChecks(tree), ServerlessChecks(tree))

    tree.synth()

    assert _findings(tmp_path) == set()


def _findings(outdir: Path) -> set[tuple[str, str]]:
    """Construct path and rule id of each finding."""
    report = json.loads((outdir / "validation-report.json").read_text())
    return {
        (construct["constructPath"], violation["ruleName"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }


def _answers(acknowledged: tuple[str, str], finding: tuple[str, str]) -> bool:
    (where, rule), (path, name) = acknowledged, finding
    return rule == name and f"{path}/".startswith(f"{where}/")
