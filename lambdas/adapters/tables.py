"""DynamoDB in terms of plain values: text, numbers and sets of text. Every read is consistent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import ClientError

from lambdas.adapters import aws
from lambdas.errors import RemoteUnavailable

Value = str | int | float | frozenset[str]
Returns = Literal["NONE", "ALL_NEW"]
Item = dict[str, Any]
"""An item's attributes as plain values."""

_REFUSED = "ConditionalCheckFailedException"
_CANCELED = "TransactionCanceledException"


class Refused(Exception):
    """A condition did not hold. `item` is what was there instead, empty where nothing was."""

    def __init__(self, item: Item) -> None:
        super().__init__("condition not met")
        self.item = item


class Canceled(Exception):
    """A transaction did nothing, because the condition of one of its writes did not hold."""


@dataclass(frozen=True)
class Update:
    """An UpdateItem. In the expressions `#name` is the attribute of that name and `:name` the value of that name."""

    key: Mapping[str, str]
    update: str
    values: Mapping[str, Value]
    condition: str | None = None

    def request(self, table: str) -> dict[str, Any]:
        text = f"{self.update} {self.condition or ''}"
        used = set(re.findall(r":(\w+)", text))
        request: dict[str, Any] = {
            "TableName": table,
            "Key": encode(self.key),
            "UpdateExpression": self.update,
            "ExpressionAttributeNames": {f"#{name}": name for name in re.findall(r"#(\w+)", text)},
        }
        if self.condition:
            request["ConditionExpression"] = self.condition
        if used:
            request["ExpressionAttributeValues"] = {
                f":{name}": encode_value(value) for name, value in self.values.items() if name in used
            }
        return request


def get(table: str, **key: str) -> Item | None:
    found = aws.call("dynamodb", "get_item", TableName=table, Key=encode(key), ConsistentRead=True).get("Item")
    return None if found is None else decode(found)


def query(table: str, pk: str, sk: str) -> list[Item]:
    """All items of a partition whose sort key begins with `sk`, in order."""
    found: list[Item] = []
    more: dict[str, Any] = {}
    while True:
        answer = aws.call(
            "dynamodb",
            "query",
            TableName=table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues=encode({":pk": pk, ":sk": sk}),
            ConsistentRead=True,
            **more,
        )
        found += [decode(item) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def delete(table: str, **key: str) -> None:
    """Deletes an item; that there is none is as good."""
    aws.call("dynamodb", "delete_item", TableName=table, Key=encode(key))


def put(table: str, item: Mapping[str, Value]) -> None:
    """Writes an item, whatever was there."""
    aws.call("dynamodb", "put_item", TableName=table, Item=encode(item))


def put_new(table: str, item: Mapping[str, Value]) -> None:
    """Writes an item. Raises Refused, with the item that is there already."""
    try:
        aws.call(
            "dynamodb",
            "put_item",
            expected={_REFUSED},
            TableName=table,
            Item=encode(item),
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        raise Refused(decode(error.response.get("Item", {}))) from None


def apply(table: str, update: Update, returns: Returns = "NONE") -> Item:
    """Does an update and returns the attributes asked for. Raises Refused."""
    try:
        answer = aws.call(
            "dynamodb",
            "update_item",
            expected={_REFUSED},
            **update.request(table),
            ReturnValues=returns,
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        raise Refused(decode(error.response.get("Item", {}))) from None
    return decode(answer.get("Attributes", {}))


def apply_all(table: str, *updates: Update) -> None:
    """Does all updates or none. Raises Canceled, and RemoteUnavailable where another transaction was in the way."""
    try:
        aws.call(
            "dynamodb",
            "transact_write_items",
            expected={_CANCELED},
            TransactItems=[{"Update": update.request(table)} for update in updates],
        )
    except ClientError as error:
        reasons = {str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])} - {"None"}
        if "ConditionalCheckFailed" in reasons:
            raise Canceled from None
        raise RemoteUnavailable(f"dynamodb transact_write_items: {', '.join(sorted(reasons)) or _CANCELED}") from None


def encode(values: Mapping[str, Value]) -> dict[str, dict[str, Any]]:
    return {name: encode_value(value) for name, value in values.items()}


def encode_value(value: Value) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case int() | float():
            return {"N": str(value)}
        case frozenset():
            return {"SS": sorted(value)}


def decode(item: Mapping[str, Mapping[str, Any]]) -> Item:
    return {name: _decode_value(value) for name, value in item.items()}


def _decode_value(value: Mapping[str, Any]) -> Value:
    kind, content = next(iter(value.items()))
    match kind:
        case "N":
            text = str(content)
            return int(text) if text.lstrip("-").isdigit() else float(text)
        case "SS":
            return frozenset(content)
        case _:
            return content  # type: ignore[no-any-return]
