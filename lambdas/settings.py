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
    fallback_owner: str = ""
    """Id of the HubSpot owner who gets the tasks of deals without an owner; empty: nobody does."""
    webhook_url: str = ""
    """The URL HubSpot calls, where it is not the API's own (a custom domain)."""
    mode: Literal["live", "observe"] = "live"
    """`observe`: everything is read and planned, and nothing is written to HubSpot or AWS."""
    go_live: str = ""
    """ISO day (UTC): opportunities that AWS has since then and HubSpot has not become deals; empty: none does."""
    new_deals: str = ""
    """`pipeline/stage`, by id, where such deals begin; empty: the first pipeline and stage of the mapping."""
    deletion_grace: int = 24
    """Hours after which a deleted deal's opportunity is closed."""
    deletion_reason: str = "Other"
    """What AWS is told then: one of its reasons for Closed Lost."""
    most_deletions: int = 10
    """Deals that may be deleted within an hour; of more, none is closed until an operator confirms it."""
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
