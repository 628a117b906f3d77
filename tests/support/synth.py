"""The project's own synth for tests of what is deployed: once per process, whoever asks first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import app

if TYPE_CHECKING:  # app.py chooses the Node that aws_cdk runs on, so nothing may import it before
    from aws_cdk import App, cx_api

Resource = dict[str, Any]

WITHOUT_ZIP: dict[str, object] = {"aws:cdk:bundling-stacks": []}
"""The context that leaves out the functions' zip: templates are complete without it."""

_PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::URLSuffix": "amazonaws.com",
}


@dataclass(frozen=True)
class Synthesized:
    """The construct tree and its templates."""

    app: App
    assembly: cx_api.CloudAssembly

    def template(self, stack: str) -> dict[str, Any]:
        template: dict[str, Any] = self.assembly.get_stack_by_name(stack).template
        return template

    def resources(self, kind: str) -> dict[str, Resource]:
        """Properties of all resources of a type, in both stacks, by logical id."""
        return {
            logical_id: resource.get("Properties", {})
            for stack in self.assembly.stacks
            for logical_id, resource in stack.template["Resources"].items()
            if resource["Type"] == kind
        }

    def by_name(self, kind: str, key: str) -> dict[str, Resource]:
        """As `resources`, by the property that names them."""
        return {properties[key]: properties for properties in self.resources(kind).values()}

    def definitions(self) -> dict[str, dict[str, Any]]:
        """The ASL of each state machine by its name; a function's ARN in it ends in the function's logical id."""
        return {
            name: json.loads(flat(properties["DefinitionString"]))
            for name, properties in self.by_name("AWS::StepFunctions::StateMachine", "StateMachineName").items()
        }


def flat(value: Any) -> str:
    """A template's text with its intrinsic functions filled in well enough to be read."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return _PSEUDO.get(str(name), str(name))
        case {"Fn::GetAtt": [logical_id, "Arn"]}:
            return f"arn:aws:lambda:us-east-1:{_PSEUDO['AWS::AccountId']}:function:{logical_id}"
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"{logical_id}.{attribute}"
        case {"Fn::ImportValue": name}:
            return str(name)
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(flat(part) for part in parts)
    raise TypeError(f"no plain text: {value}")


@cache
def synthesized() -> Synthesized:
    tree = app.application(WITHOUT_ZIP)
    return Synthesized(tree, tree.synth())
