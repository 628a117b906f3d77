"""Puts an operator's event on the bus of a deployment, at AWS or in a running sandbox."""

from __future__ import annotations

from typing import Any

import boto3
from botocore import exceptions
from botocore.config import Config

from cosell.terminal import Trouble
from stacks import names


def put(detail_type: str, deployment: str | None, sandbox_port: int | None) -> str:
    """Returns the deployment's name; None takes the sandbox's only one. Raises Trouble."""
    where = "AWS" if sandbox_port is None else "The sandbox"
    try:
        events = _client(sandbox_port)
        found = _found(events, deployment, sandbox_port)
        entry = {"EventBusName": names.bus(found), "Source": "cosell", "DetailType": detail_type, "Detail": "{}"}
        (result,) = events.put_events(Entries=[entry])["Entries"]
    except exceptions.ClientError as error:
        told = error.response["Error"]
        raise Trouble(f"{where} refuses it ({told.get('Code')}): {told.get('Message')}") from None
    except exceptions.BotoCoreError as error:
        raise Trouble(_why(error, sandbox_port)) from None
    if "ErrorCode" in result:
        raise Trouble(f"{where} refuses it ({result['ErrorCode']}): {result.get('ErrorMessage')}")
    return found


def _client(sandbox_port: int | None) -> Any:
    config = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard"})
    if sandbox_port is None:
        return boto3.client("events", region_name=names.REGION, config=config)
    return boto3.client(
        "events",
        region_name=names.REGION,
        config=config,
        endpoint_url=f"http://127.0.0.1:{sandbox_port}",
        aws_access_key_id="sandbox",
        aws_secret_access_key="sandbox",  # noqa: S106 - opens nothing
    )


def _found(events: Any, deployment: str | None, sandbox_port: int | None) -> str:
    """The deployment, whose bus is there: PutEvents need not say that it is not."""
    suffix = names.bus("")
    named = {"NamePrefix": deployment} if deployment else {}
    buses = [bus["Name"] for bus in events.list_event_buses(**named)["EventBuses"] if bus["Name"].endswith(suffix)]
    if deployment is None and buses:
        return str(buses[0].removesuffix(suffix))
    if deployment is None or names.bus(deployment) not in buses:
        missing = f"No bus is called {names.bus(deployment or '<deployment>')}"
        if sandbox_port is not None:
            raise Trouble(f"{missing} in the sandbox on port {sandbox_port}: leave --deployment out, it has only one.")
        raise Trouble(
            f"{missing} in {names.REGION} of this account: is the deployment's name as in cdk.json, and are these the "
            "credentials of the account that it is in?"
        )
    return deployment


def _why(error: exceptions.BotoCoreError, sandbox_port: int | None) -> str:
    if sandbox_port is not None:
        return (
            f"No sandbox answers on port {sandbox_port}: start one with `make sandbox` in another terminal, or name "
            "its port with --port."
        )
    if isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError):
        return f"AWS cannot be reached ({type(error).__name__}). Is this machine online?"
    # Mostly no credentials, half of them, a profile that is not there, a login that has run out: botocore says which.
    return (
        f"AWS cannot be asked: {str(error).rstrip('.')}. Log in to the account that the deployment is in, or name a "
        "profile of it with AWS_PROFILE."
    )
