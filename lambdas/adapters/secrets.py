"""HubSpot's token, client secrets and ids: one secret, kept for five minutes."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final

from botocore.exceptions import ClientError
from pydantic import Field, ValidationError

from lambdas import runtime
from lambdas.adapters import aws
from lambdas.domain.records import Frozen
from lambdas.errors import Misconfigured
from lambdas.settings import settings

KEPT: Final = 300.0
"""Seconds. A rotated secret is in use everywhere after this time; while both client secrets are valid nothing fails."""


class Secret(Frozen):
    """The members of the secret's JSON. None of them is ever shown."""

    hubspot_token: str = Field(repr=False)
    hubspot_client_secret: str = Field(repr=False)
    hubspot_previous_client_secret: str = Field(default="", repr=False)
    """Valid beside the current one until a rotation is over."""
    hubspot_app_id: str = ""
    portal_id: str = ""

    @property
    def client_secrets(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.hubspot_client_secret, self.hubspot_previous_client_secret)))


def read(*, fresh: bool = False) -> Secret:
    """The secret; `fresh` reads it again now. Raises Misconfigured, NotPermitted, RateLimited, RemoteUnavailable."""
    if fresh:
        _read.cache_clear()
    return _read(settings().secret, int(runtime.now() // KEPT))


def portal_id() -> str:
    """The HubSpot account this deployment works with."""
    return read().portal_id


@lru_cache(maxsize=1)
def _read(name: str, _period: int) -> Secret:
    """The cache's key has the five minutes in it: when they are over, nothing is found."""
    try:
        answer = aws.call("secretsmanager", "get_secret_value", expected={"ResourceNotFoundException"}, SecretId=name)
    except ClientError:
        raise Misconfigured(f"secret {name} is missing or has no value") from None
    try:
        members = json.loads(answer["SecretString"]).items()
        return Secret.model_validate({name: str(value) for name, value in members if value is not None})
    except ValidationError as error:
        wrong = ", ".join(str(e["loc"][0]) for e in error.errors(include_input=False))
        raise Misconfigured(f"secret {name}: {wrong} is missing") from None
    except (AttributeError, KeyError, ValueError):
        raise Misconfigured(f"secret {name} is not a JSON object") from None
