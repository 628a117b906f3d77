"""What a deployment decides: the block of `cdk.json` that bears its name, checked before anything is synthesized."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from aws_cdk.aws_logs import RetentionDays
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from lambdas.errors import Misconfigured
from lambdas.mapping import did_you_mean
from lambdas.mapping import load as default_mapping
from stacks import mapping
from stacks.names import REGION

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_MAPPING = "lambdas/mapping/default.yaml"

_RETENTION = {
    1: RetentionDays.ONE_DAY,
    3: RetentionDays.THREE_DAYS,
    7: RetentionDays.ONE_WEEK,
    14: RetentionDays.TWO_WEEKS,
    30: RetentionDays.ONE_MONTH,
    60: RetentionDays.TWO_MONTHS,
    90: RetentionDays.THREE_MONTHS,
    180: RetentionDays.SIX_MONTHS,
    365: RetentionDays.ONE_YEAR,
    731: RetentionDays.TWO_YEARS,
}


class ConfigError(Exception):
    """A key of `cdk.json` is missing or wrong; one sentence per key, with an example."""


def _wrong(sentence: str) -> PydanticCustomError:
    # The braces would be read as placeholders of the message.
    return PydanticCustomError("config", sentence.replace("{", "{{").replace("}", "}}"))


def _region(value: object) -> object:
    if value != REGION:
        raise _wrong(
            f"must be {REGION}, not {value!r}: Partner Central and its events exist only there. Leave the key out or "
            f'write "region": "{REGION}"'
        )
    return value


def _mapping(value: object) -> object:
    if not isinstance(value, str) or not value.endswith(".yaml") or not (ROOT / value).is_file():
        raise _wrong(f'must name a .yaml file that exists in this project, not {value!r}; e.g. "{DEFAULT_MAPPING}"')
    try:
        # Here, not in the first function that reads it.
        _stages((ROOT / value).read_text(encoding="utf-8"), value)
    except Misconfigured as error:
        raise _wrong(str(error)) from None
    return value


@cache
def _stages(text: str, name: str) -> Mapping[str, Mapping[str, str | None]]:
    """By pipeline, of the mapping in this text. Raises Misconfigured."""
    return mapping.read(text, name).stages


def _place(value: str, info: ValidationInfo) -> str:
    """`pipeline/stage`, both in the mapping; where that is wrong itself, it is not known yet."""
    if value and "mapping" in info.data:
        (stages, called), (pipeline, _, stage) = _mapped(info), value.partition("/")
        _check("pipeline", pipeline, stages, called)
        _check("stage", stage, stages[pipeline], called, f" in the pipeline {pipeline}")
    return value


def _stage(value: str, info: ValidationInfo) -> str:
    """A stage in any pipeline of the mapping."""
    if "mapping" in info.data:
        stages, called = _mapped(info)
        _check("stage", value, [stage for pipeline in stages.values() for stage in pipeline], called)
    return value


def _mapped(info: ValidationInfo) -> tuple[Mapping[str, Mapping[str, str | None]], str]:
    name = info.data["mapping"]
    return _stages((ROOT / name).read_text(encoding="utf-8"), name), name


def _check(what: str, value: str, known: Iterable[str], mapping_name: str, where: str = "") -> None:
    if value not in known:
        near = did_you_mean(value, known) or "."
        raise _wrong(
            f"the field mapping ({mapping_name}) has no {what} {value!r}{where}{near} Name one that stands under "
            "stages there, or add it there"
        )


def _retention(value: object) -> object:
    if type(value) is not int or value not in _RETENTION:  # true is an int as well
        raise _wrong(f"must be a number of days that CloudWatch knows ({_listed(_RETENTION)}), not {value!r}; e.g. 90")
    return value


def _day(value: object) -> object:
    try:
        return value if value == "" else date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise _wrong(f'must be a day, not {value!r}; e.g. "2027-03-01"') from None


def _lost_reason(value: object) -> object:
    mapping = default_mapping()
    reasons = next(mapping.options(row) for row in mapping.rows if row.path == "LifeCycle.ClosedLostReason")
    if not isinstance(value, str) or value not in reasons:
        known = ", ".join(reasons)
        raise _wrong(f'must be one of AWS\'s reasons for Closed Lost ({known}), not {value!r}; e.g. "Other"')
    return value


def _linked_account(value: object) -> object:
    raise _wrong(
        f"a Partner Central account elsewhere ({value!r}) is not supported: deploy Cosell into the account that "
        "is linked to Partner Central and leave this key out"
    )


def _listed(values: Mapping[int, object]) -> str:
    return ", ".join(str(value) for value in values)


_StageId = Annotated[str, Field(pattern=r"^[^,\s]+$"), AfterValidator(_stage)]


class Config(BaseModel):
    """One deployment. Each field is a key of its block in `cdk.json`; all but `catalog` have a default."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    deployment: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=24)]
    """Stands before every name, so that several deployments live side by side in one account."""
    catalog: Literal["AWS", "Sandbox"]
    region: Annotated[str, BeforeValidator(_region)] = REGION
    partner_central_account: Annotated[None, BeforeValidator(_linked_account)] = None
    hubspot_api: Annotated[str, Field(pattern=r"^(v3|20\d\d-\d\d)$")] = "2026-09"
    mapping: Annotated[str, BeforeValidator(_mapping)] = DEFAULT_MAPPING
    """Path of the field mapping from the project's root: the default one, a partner's own, or one that extends it."""
    submission: Literal["task", "direct"] = "task"
    submit_stages: Annotated[list[_StageId], Field(max_length=20)] = []
    involvement: Literal["Co-Sell", "For Visibility Only"] = "Co-Sell"
    visibility: Literal["Full", "Limited"] = "Full"
    solutions: Annotated[list[Annotated[str, Field(pattern=r"^S-[0-9]{1,19}$")]], Field(max_length=10)] = []
    mode: Literal["live", "observe"] = "live"
    """`observe` reads and plans, and writes to neither side: what would be done is in the audit trail."""
    go_live: Annotated[str, BeforeValidator(_day)] = ""
    """From this day on (UTC), an opportunity that was made at AWS becomes a deal; empty: only deals become
    opportunities."""
    new_deals: Annotated[str, Field(pattern=r"^([^/\s]+/[^/\s]+)?$"), AfterValidator(_place)] = ""
    """Pipeline and stage where such deals begin; empty: the mapping's first."""
    fallback_owner: Annotated[str, Field(pattern=r"^[0-9]{0,20}$")] = ""
    """Id of the HubSpot owner who gets the tasks of deals whose owner has left or that have none."""
    deletion_grace: Annotated[int, Field(ge=1, le=36)] = 24
    """Hours after which a deleted deal's opportunity is closed; until then the deal can be restored."""
    deletion_reason: Annotated[str, BeforeValidator(_lost_reason)] = "Other"
    """Why it is closed then, in AWS's words."""
    most_deletions: Annotated[int, Field(ge=1, le=1_000)] = 10
    """Deals that may be deleted within an hour; of more, none is closed until an operator confirms it."""
    webhook_url: Annotated[str, Field(pattern=r"^(https://\S+)?$")] = ""
    accept_v1: bool = False
    log_retention_days: Annotated[int, BeforeValidator(_retention)] = 90
    alarm_email: Annotated[str, Field(pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")] = ""
    """Where alarms are sent; AWS asks that address to confirm."""
    alarm_topic_arn: Annotated[str, Field(pattern=r"^(arn:aws:sns:us-east-1:\d{12}:\S+)?$")] = ""
    """An SNS topic of your own for the alarms, instead of or besides `alarm_email`."""

    @property
    def log_retention(self) -> RetentionDays:
        return _RETENTION[self.log_retention_days]


_BLOCKS = '"cosell": {"cosell-sandbox": {"catalog": "Sandbox"}}'
_EXPECTED = {
    "deployment": ("lower-case words joined by dashes, at most 24 characters", "cosell-sandbox"),
    "catalog": ("AWS or Sandbox", '"Sandbox"'),
    "hubspot_api": ("v3 or one of HubSpot's dated versions", '"2026-09"'),
    "submission": ("task or direct", '"task"'),
    "submit_stages": ("a list of at most 20 ids of deal stages", '["presentationscheduled"]'),
    "involvement": ("Co-Sell or For Visibility Only", '"Co-Sell"'),
    "visibility": ("Full or Limited", '"Full"'),
    "solutions": ("a list of at most 10 ids of solutions at Partner Central", '["S-0012345"]'),
    "mode": ("live or observe", '"observe"'),
    "new_deals": ("the ids of a pipeline and of a stage in it, with a slash between", '"default/qualifiedtobuy"'),
    "fallback_owner": ("the id of an owner in HubSpot", '"76001234"'),
    "deletion_grace": ("hours, 1 to 36", "24"),
    "most_deletions": ("a number of deals an hour, 1 to 1000", "10"),
    "webhook_url": ("the https URL that HubSpot calls", '"https://hooks.example.com/webhooks/hubspot"'),
    "accept_v1": ("true or false", "false"),
    "alarm_email": ("an e-mail address", '"operations@example.com"'),
    "alarm_topic_arn": (f"the ARN of an SNS topic in {REGION}", f'"arn:aws:sns:{REGION}:123456789012:alarms"'),
}
"""What a key wants, and an example; keys with a validator of their own say it there."""


def read_context(path: Path) -> dict[str, object]:
    """The context in a `cdk.json`. Raises ConfigError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"cdk.json cannot be read: {error}.") from None
    context = content.get("context") if isinstance(content, dict) else None
    if not isinstance(context, dict):
        raise ConfigError(
            f'cdk.json: context is missing; e.g. "context": {{"deployment": "cosell-sandbox", {_BLOCKS}}}.'
        )
    return context


def load(deployment: object, blocks: object) -> Config:
    """The configuration of `deployment`, from the blocks under `cosell` in `cdk.json`'s context.

    Raises ConfigError.
    """
    if not isinstance(blocks, Mapping) or not blocks:
        raise ConfigError(f"cdk.json: context.cosell is missing; e.g. {_BLOCKS}.")
    if not isinstance(deployment, str) or deployment not in blocks:
        known = ", ".join(sorted(str(name) for name in blocks))
        raise ConfigError(
            f"cdk.json: deployment: {deployment!r} has no block under context.cosell, which has {known}; "
            f"e.g. -c deployment={next(iter(blocks))}."
        )
    block = blocks[deployment]
    if not isinstance(block, Mapping):
        raise ConfigError(f'cdk.json: context.cosell.{deployment} must be an object; e.g. {{"catalog": "Sandbox"}}.')
    try:
        return Config.model_validate({**block, "deployment": deployment})
    except ValidationError as error:
        sentences = [_sentence(deployment, problem) for problem in error.errors()]
        raise ConfigError("\n".join(sentences)) from None


def _sentence(deployment: str, problem: ErrorDetails) -> str:
    key = str(problem["loc"][0])
    where = "deployment" if key == "deployment" else f"cosell.{deployment}.{key}"
    reason = _reason(key, problem)
    return f"cdk.json: {where}: {reason}" + "." * (not reason.endswith("?"))


def _reason(key: str, problem: ErrorDetails) -> str:
    if problem["type"] == "config":
        return problem["msg"]
    if problem["type"] == "extra_forbidden":
        known = sorted(Config.model_fields.keys() - {"deployment", "partner_central_account"})
        return f"is no key of Cosell's; known are {', '.join(known)}"
    wanted, example = _EXPECTED[key]
    if problem["type"] == "missing":
        return f"is missing: must be {wanted}; e.g. {example}"
    return f"must be {wanted}, not {problem['input']!r}; e.g. {example}"
