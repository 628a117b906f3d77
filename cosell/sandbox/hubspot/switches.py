"""What HubSpot does where its documentation is silent or contradicts itself: one named switch each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Switches:
    """Contested behaviour. Where nothing is known, the default is what is hardest on a client.

    Guides and guidelines are those of developers.hubspot.com.
    """

    # Limits
    limits: bool = True
    """Whether call limits are enforced. The headers come either way."""
    burst_limit: int = 100
    """Calls in ten seconds per app: 100 on Free and Starter, 190 from Professional (usage guidelines)."""
    daily_limit: int = 250_000
    """Calls per account and day: 250,000 on Free and Starter. Two official pages differ on Professional."""
    search_limit: int = 5
    """Searches per account and second (search guide)."""
    retry_after: int | None = None
    """Seconds in a `Retry-After` header on 429; None sends no header. Not documented; single reports of one exist."""

    # Records
    null_value: Literal["refused", "clears"] = "refused"
    """What `null` as a property value does. Not documented: the guides clear a value with an empty string."""
    deals_need_name_and_stage: bool = True
    """Whether creating a deal without `dealname` or `dealstage` is refused. The deals guide calls both required;
    users report that v3 accepts an empty deal."""
    stage_of_other_pipeline: Literal["refused", "accepted"] = "refused"
    """What a stage of another pipeline does when `pipeline` is not set with it. How it is refused is not known."""
    archived_keeps_unique_value: bool = False
    """Whether an archived record still holds its unique values. Not documented."""
    cleared_in_answer: str | None = ""
    """What the answer to a write shows for a property it cleared. Reads show null; for writes both are reported."""
    same_value_changes_modified: bool = True
    """Whether writing the value that is there changes the last-modified date. Not documented; webhooks: never."""
    merge_makes_new_record: bool = True
    """Whether a merge ends in a record with a new id. The webhook's `newObjectId` says so; the object guides do not."""
    merged_ids_redirect: bool = True
    """Whether reading one record by an id merged away answers with the survivor. Not documented."""

    # Associations
    first_company_is_primary: bool = True
    """Whether the first company of a deal or contact becomes its primary one, however associated. Reports differ."""
    line_items_key: str = "line items"
    """Key of line items under a record's `associations`. Not documented; users report the name with a blank."""

    # Lag, in seconds
    search_lag: float = 0.0
    """How old the search index is: "a few moments" (search guide), 30 s seen."""
    association_lag: float = 0.0
    """How long a new association stays invisible to reads. Not documented; half a second seen."""

    # Webhooks
    webhook_delay: tuple[float, float] = (0.2, 2.0)
    """Seconds between a change and its first delivery, drawn from this range. Not documented."""
    webhook_order: Literal["shuffled", "as it happened"] = "shuffled"
    """Order of messages that leave together. The webhooks guide guarantees none."""
    webhook_pieces: int = 3
    """Into how many requests messages that leave together are split at most. Seen, not documented."""
    webhook_duplicates: float = 0.0
    """Share of messages that are delivered twice. The guide says that duplicates happen, not how often."""
    cleared_value: str | None = ""
    """`propertyValue` of a property that was cleared; None leaves the field out. Not documented."""
    association_change_has_subscription: bool = False
    """Whether associationChange messages carry `subscriptionId`: a field of all by the guide, missing in a capture."""
    merge_has_object_id: bool = True
    """Whether merge messages carry `objectId`, the surviving record. Not documented."""
