"""Deploys a CDK cloud assembly into the sandbox's account: templates in order of dependency, strictly.

A resource type, a property, or an intrinsic function that is not known is an error that names it: what runs here is
what is deployed, or it does not run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cosell.sandbox.cloud import Cloud
from cosell.sandbox.wire import ACCOUNT, REGION

_NOT_GIVEN = object()
_ATTRIBUTES = {"Type", "Properties", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"}
"""Of a resource. Another, such as Condition, would change what is deployed."""


class TemplateError(Exception):
    """The template says something the sandbox does not know, or contradicts itself."""


@dataclass(frozen=True)
class Made:
    """A deployed resource: what `Ref` and `Fn::GetAtt` give."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


Builder = Callable[[Cloud, "Resource"], Made]


@dataclass(frozen=True)
class Resource:
    """A resource of a template, its properties resolved."""

    id: str
    type: str
    stack: str
    properties: Mapping[str, Any]

    @property
    def default_name(self) -> str:
        """A name as CloudFormation makes one up, but the same each time."""
        return f"{self.stack}-{self.id}"[:64]


@dataclass
class Deployment:
    """What is deployed: all resources by stack and logical id, and the stacks' outputs."""

    made: dict[tuple[str, str], Made] = field(default_factory=dict)
    resources: dict[tuple[str, str], Resource] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    exports: dict[str, Any] = field(default_factory=dict)

    def of_type(self, kind: str) -> list[tuple[Resource, Made]]:
        return [(self.resources[key], made) for key, made in self.made.items() if self.resources[key].type == kind]

    def policies(self) -> dict[str, list[Mapping[str, Any]]]:
        """The policy documents of every role, by its ARN."""
        arns: dict[str, str] = {}
        documents: dict[str, list[Mapping[str, Any]]] = {}
        for role, made in self.of_type("AWS::IAM::Role"):
            arn = arns[made.ref] = made.attributes["Arn"]
            documents[arn] = [policy["PolicyDocument"] for policy in role.properties.get("Policies", [])]
        for policy, _ in self.of_type("AWS::IAM::Policy"):
            for name in policy.properties.get("Roles", []):
                documents[arns[name]].append(policy.properties["PolicyDocument"])
        return documents


def deploy(assembly: Path, cloud: Cloud, builders: Mapping[str, Builder]) -> Deployment:
    """Deploys all stacks of the assembly in this directory. Raises TemplateError."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    deployment = Deployment()
    for name in _in_order(manifest["artifacts"]):
        path = assembly / manifest["artifacts"][name]["properties"]["templateFile"]
        Stack(name, json.loads(path.read_text(encoding="utf-8")), cloud, builders, deployment).deploy()
    return deployment


def _in_order(artifacts: Mapping[str, Any]) -> list[str]:
    ordered: list[str] = []

    def visit(name: str) -> None:
        for needed in artifacts[name].get("dependencies", []):
            visit(needed)
        if artifacts[name]["type"] == "aws:cloudformation:stack" and name not in ordered:
            ordered.append(name)

    for name in sorted(artifacts):
        visit(name)
    return ordered


class Stack:
    """One template. Resources are made when something needs them, so their order in the template does not matter."""

    def __init__(
        self, name: str, template: Mapping[str, Any], cloud: Cloud, builders: Mapping[str, Builder], into: Deployment
    ) -> None:
        known = {"Resources", "Outputs", "Parameters", "Rules", "Description", "AWSTemplateFormatVersion", "Metadata"}
        if unknown := set(template) - known:
            raise TemplateError(f"{name}: section {', '.join(sorted(unknown))} is not known to the sandbox")
        self.name = name
        self._template = template
        self._cloud = cloud
        self._builders = builders
        self._into = into
        self._under_way: list[str] = []

    def deploy(self) -> None:
        for logical_id in self._template.get("Resources", {}):
            self._make(logical_id)
        for name, output in self._template.get("Outputs", {}).items():
            value = self.resolve(output["Value"])
            self._into.outputs[name] = value
            if "Export" in output:
                self._into.exports[self.resolve(output["Export"]["Name"])] = value

    def _make(self, logical_id: str) -> Made:
        key = (self.name, logical_id)
        if key in self._into.made:
            return self._into.made[key]
        if logical_id in self._under_way:
            raise TemplateError(f"{self.name}: {' -> '.join([*self._under_way, logical_id])} go in circles")
        declared = self._template["Resources"].get(logical_id)
        if declared is None:
            raise TemplateError(f"{self.name}: nothing is called {logical_id}")
        kind = declared["Type"]
        if kind not in self._builders:
            raise TemplateError(f"{self.name}.{logical_id}: the sandbox has no {kind}; add one to its resources")
        if unknown := set(declared) - _ATTRIBUTES:
            raise TemplateError(f"{self.name}.{logical_id}: {', '.join(sorted(unknown))} is not known to the sandbox")
        self._under_way.append(logical_id)
        properties = self.resolve(declared.get("Properties", {}))
        resource = Resource(logical_id, kind, self.name, properties)
        try:
            made = self._builders[kind](self._cloud, resource)
        except (KeyError, ValueError) as error:
            raise TemplateError(f"{self.name}.{logical_id} ({kind}): {error}") from error
        self._under_way.pop()
        self._into.made[key] = made
        self._into.resources[key] = resource
        return made

    def resolve(self, value: Any) -> Any:
        """The value with all intrinsic functions replaced by what they give. Raises TemplateError."""
        if isinstance(value, list):
            resolved = [self.resolve(each) for each in value]
            return [each for each in resolved if each is not _NOT_GIVEN]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._intrinsic(name, argument)
        resolved_members = {name: self.resolve(member) for name, member in value.items()}
        return {name: member for name, member in resolved_members.items() if member is not _NOT_GIVEN}

    def _intrinsic(self, name: str, argument: Any) -> Any:
        functions: Mapping[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::ImportValue": self._import_value,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::Sub": self._sub,
        }
        if name not in functions:
            raise TemplateError(f"{self.name}: {name} is not known to the sandbox; there are {', '.join(functions)}")
        return functions[name](argument)

    def _ref(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self.name,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.name}/sandbox",
            "AWS::NoValue": _NOT_GIVEN,
        }
        if name in pseudo:
            return pseudo[name]
        parameter = self._template.get("Parameters", {}).get(name)
        if parameter is None:
            return self._make(name).ref
        if "Default" not in parameter:
            raise TemplateError(f"{self.name}: parameter {name} has no default, and nobody gives it a value")
        return parameter["Default"]

    def _get_att(self, argument: Any) -> str:
        logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        made = self._make(logical_id)
        if attribute not in made.attributes:
            known = ", ".join(made.attributes) or "none"
            raise TemplateError(f"{self.name}.{logical_id} has no attribute {attribute}; the sandbox knows {known}")
        return made.attributes[attribute]

    def _import_value(self, argument: Any) -> Any:
        export = self.resolve(argument)
        if export not in self._into.exports:
            raise TemplateError(f"{self.name}: no stack deployed before exports {export}")
        return self._into.exports[export]

    def _join(self, argument: Any) -> str:
        separator, parts = argument
        return str(separator).join(str(part) for part in self.resolve(parts))

    def _select(self, argument: Any) -> Any:
        index, values = argument
        return self.resolve(values)[int(self.resolve(index))]

    def _split(self, argument: Any) -> list[str]:
        separator, text = argument
        return str(self.resolve(text)).split(separator)

    def _sub(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument

        def value_of(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in given:
                return str(self.resolve(given[name]))
            return str(self._get_att(name) if "." in name else self._ref(name))

        return re.sub(r"\$\{([^}]+)\}", value_of, text)
