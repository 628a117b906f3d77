"""What a deployment decides, read from the function's environment in one place."""

from __future__ import annotations

import os
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from lambdas.domain.plan import Involvement, Visibility
from lambdas.errors import Misconfigured

PREFIX = "COSELL_"


class Settings(BaseModel):
    """Each field is the environment variable `COSELL_<FIELD>`; `stacks/functions.py` sets those a function needs."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    catalog: Literal["AWS", "Sandbox"]
    links_table: str = ""
    sync_table: str = ""
    bus: str = ""
    secret: str = ""
    hubspot_api: str = "2026-09"
    turn_ttl: int = 180
    """Seconds a turn lasts after a hold: more than the longest retry delay and one function timeout together."""
    submission: Literal["task", "direct"] = "task"
    """`task`: StartEngagementFromOpportunityTask, the documented way; `direct`: SubmitOpportunity, and nothing else."""
    submit_stages: str = ""
    """Comma-separated HubSpot stage ids that submit a deal on their own; empty: only `aws_action = submit` does."""
    involvement: Involvement = "Co-Sell"
    visibility: Visibility = "Full"
    solutions: str = ""
    """Comma-separated solution ids for deals that name none."""
    webhook_url: str = ""
    """The URL HubSpot calls, where it is not the API's own (a custom domain)."""
    accept_v1: bool = False
    """Accept HubSpot's v1 signature, which has no timestamp and can be replayed."""


def settings() -> Settings:
    """Raises Misconfigured, naming each variable that is missing or wrong."""
    variables = {name: PREFIX + name.upper() for name in Settings.model_fields}
    given = {name: os.environ[variable] for name, variable in variables.items() if variable in os.environ}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        wrong = ", ".join(f"{PREFIX}{str(e['loc'][0]).upper()} ({e['msg']})" for e in error.errors(include_input=False))
        raise Misconfigured(f"environment: {wrong}") from None
