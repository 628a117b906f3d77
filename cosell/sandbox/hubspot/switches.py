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
    """Searches per account and second: 5 (search guide), 4 by older pages."""
    retry_after: int | None = None
    """Seconds in a `Retry-After` header on 429; None sends no header. Not documented; single reports of one exist."""
    search_refusal_names_policy: bool = False
    """Whether the 429 of a search says `policyName: SECONDLY` beside its category. Both are seen."""
    moving_retry_after: int = 60
    """Seconds in the `Retry-After` of a 477, while the account moves to another data centre: up to 24 hours (error
    handling)."""
    longest_url: int = 8_192
    """Characters of a URL, beyond which the answer is 414. The error is documented, the number is not."""

    # Records
    null_value: Literal["refused", "clears"] = "refused"
    """What `null` as a property value does. Not documented: the guides clear a value with an empty string."""
    deals_need_name_and_stage: bool = True
    """Whether creating a deal without `dealname` or `dealstage` is refused. The deals guide calls both required;
    users report that v3 accepts an empty deal."""
    stage_of_other_pipeline: Literal["refused", "accepted"] = "refused"
    """What a stage of another pipeline does when `pipeline` is not set with it. How it is refused is not known."""
    lifecycle_backwards: Literal["ignored", "refused", "accepted"] = "ignored"
    """What an earlier `lifecyclestage` does that is written before the later one was cleared. Users report that it is
    ignored without a word; the guides say no more than that stages move forward."""
    archived_owner: Literal["refused", "accepted"] = "refused"
    """What an archived owner's id in `hubspot_owner_id` does. Not documented."""
    unknown_product: Literal["refused", "accepted"] = "refused"
    """What an `hs_product_id` does that no product has. Not documented."""
    unique_values_ignore_case: bool = True
    """Whether unique values that differ in case alone are the same value. Users report it; e-mails always are."""
    unique_conflict_has_code: bool = False
    """Whether a unique value somebody else has is refused with the code CONFLICTING_UNIQUE_VALUE, which is documented,
    instead of the sentence that captures show."""
    archived_keeps_unique_value: bool = False
    """Whether an archived record still holds its unique values. Not documented."""
    secondary_email_finds: bool = False
    """Whether a contact is found by its secondary e-mail addresses too, which are taken in any case. Not documented."""
    partial_upsert_by_email: Literal["refused", "accepted"] = "refused"
    """What an upsert by e-mail does that leaves out properties the contact has. The guide calls partial upserts by
    e-mail unsupported, and does not say what comes of them."""
    bad_input_in_batch_write: Literal["refuses all", "is listed"] = "refuses all"
    """What one bad input does to a batch that updates or upserts, without trace ids. The guide says it of creates: all
    are refused."""
    contact_batch_update_by_email: Literal["refused", "accepted"] = "refused"
    """What `idProperty: email` does in a batch update of contacts. The guide asks for record ids, the schema has it."""
    history_page_limit: int = 50
    """Records of a page that is asked for with history: fewer than 100 (object guides), how many is not documented."""
    cleared_in_answer: str | None = ""
    """What the answer to a write shows for a property it cleared. Reads show null; for writes both are reported."""
    same_value_changes_modified: bool = True
    """Whether writing the value that is there changes the last-modified date. Not documented; webhooks: never."""
    merge_makes_new_record: bool = True
    """Whether a merge ends in a record with a new id. The webhook's `newObjectId` says so; the object guides do not."""
    merged_ids_redirect: bool = True
    """Whether reading one record by an id merged away answers with the survivor. Not documented."""
    merged_ids_take_writes: bool = True
    """Whether an update by an id merged away, where such ids redirect, changes the survivor. Not documented."""
    merged_ids_in_batches: Literal["left out", "listed as missing"] = "left out"
    """What batches say of ids merged away. Users report that updates leave them out silently."""
    merged_email_becomes_secondary: bool = True
    """Whether the e-mail of a contact merged away becomes a secondary one of the survivor. Not documented."""

    # Associations
    first_company_is_primary: bool = True
    """Whether the first company of a deal or contact becomes its primary one, however associated. Reports differ."""
    unlabelled_beside_primary: bool = True
    """Whether a record's `associations` list the unlabelled type beside the primary one. Not documented."""
    line_item_second_parent: Literal["refused", "accepted"] = "refused"
    """What a second deal does to a line item. The guide says that a line item has one parent, not how it insists."""
    line_items_go_with_deal: bool = True
    """Whether deleting a deal deletes its line items. The guide warns that it can, for shared ones."""
    label_limit: int = 10
    """Labels that people may add for each pair of object types: 10 by older pages, 50 by newer ones."""
    label_in_use: Literal["refused", "removed"] = "refused"
    """What deleting an association label does while records have it. Not documented."""
    dated_association_list: bool = False
    """Whether dated versions list the associations of one record, as v4 does. Not in their documents of before 2026-09
    came out."""
    dated_association_statuses: Literal["200", "as v4"] = "200"
    """How dated versions answer batches of associations that are made or removed: 200 with a body by their documents of
    before 2026-09 came out, 201 and 204 in v4."""
    line_items_key: str = "line items"
    """Key of line items under a record's `associations`. Not documented; users report the name with a blank."""

    # Properties and pipelines
    custom_property_limit: int = 1_000
    """Custom properties of an object type: 1,000 on paid tiers; free accounts have far fewer (said to be 10)."""
    custom_property_limit_in_all: int = 10_000
    """Custom properties of all object types together. The allowances name such a number; users of free accounts report
    10."""
    unique_change: Literal["refused", "ignored"] = "refused"
    """What a property's update does with another `hasUniqueValue`. The guide says that it cannot be changed, users that
    it is ignored."""
    pipeline_limit: int = 2
    """Deal pipelines: 1 on Free, 2 on Starter (pipelines guide), by reports 15 on Professional, 100 on Enterprise."""
    probability_in_tenths: bool = True
    """Whether a stage's probability must be a multiple of 0.1, as the reference of the endpoints says. Users report
    that any number from 0 to 1 is accepted."""
    stage_check_can_be_skipped: bool = False
    """Whether `validateDealStageUsagesBeforeDelete=false` lets a stage in use be deleted on 2026-09. The guide says
    so, users report that it has no effect."""

    # Search
    search_negatives_find_empty: bool = False
    """Whether NEQ, NOT_IN and NOT_CONTAINS_TOKEN find records that have no value at all. Not documented."""

    # Lag, in seconds
    search_lag: float = 0.0
    """How old the search index is: "a few moments" (search guide), 30 s seen."""
    association_lag: float = 0.0
    """How long a new association stays invisible to reads. Not documented; half a second seen."""
    property_lag: float = 0.0
    """How long a new property stays invisible to reads of definitions. Not documented; 250 to 700 ms seen."""

    # Webhooks
    webhook_delay: tuple[float, float] = (0.2, 2.0)
    """Seconds between a change and its first delivery, drawn from this range. Not documented."""
    webhook_order: Literal["shuffled", "as it happened"] = "shuffled"
    """Order of messages that leave together. The webhooks guide guarantees none."""
    webhook_pieces: int = 3
    """Into how many requests messages that leave together are split at most. Seen, not documented."""
    webhook_duplicates: float = 0.0
    """Share of messages that are delivered twice. The guide says that duplicates happen, not how often."""
    webhook_first_retry: float = 60.0
    """Seconds before the first retry, a quarter more or less; each further one waits twice as long. The guide says ten
    retries within 24 hours, randomly spaced, no more. A small value brings them close together."""
    retries_are_signed_anew: bool = True
    """Whether a retry carries the time and signature of its own attempt. Not documented; with those of the first one,
    receivers that keep to the five minutes of the guide refuse every later retry."""
    webhook_settings_age: float = 300.0
    """For how many seconds a target URL and concurrency are used once they were read: "up to five minutes" (webhooks
    guide)."""
    webhook_event_ids: int = 2**32 - 1
    """How many event ids there are to draw from. The guide does not promise unique ones; 1 makes all the same."""
    new_subscriptions_paused: bool = True
    """Whether a subscription that the API makes without `active` starts paused. Those made by hand do (webhooks guide);
    of the API nothing is said."""
    message_type_member: Literal["subscriptionType", "eventType"] = "subscriptionType"
    """What a message calls its type. The guide's table says `eventType`, all captures `subscriptionType`."""
    creation_flag: str = "CREATED"
    """`changeFlag` of a creation. The guide's sample has NEW, captures have CREATED."""
    restore_flag: str | None = "RESTORED"
    """`changeFlag` of a restore; None leaves the field out. No capture is known."""
    privacy_deletion_flag: str | None = "DELETED"
    """`changeFlag` of a privacy deletion; None leaves the field out. No capture is known."""
    cleared_value: str | None = ""
    """`propertyValue` of a property that was cleared; None leaves the field out. Not documented."""
    generic_messages_redact: bool = True
    """Whether `object.*` messages hide sensitive values, as the classic ones do. The guide gives them `isSensitive` and
    does not say what their value is then."""
    association_change_has_subscription: bool = False
    """Whether associationChange messages carry `subscriptionId`: a field of all by the guide, missing in a capture."""
    association_change_has_primary: bool = True
    """Whether associationChange messages carry `isPrimaryAssociation`: by the guide they do, in a capture it is
    missing."""
    association_change_has_type: bool = False
    """Whether `object.associationChange` carries `associationTypeId` and `associationCategory`. By reports only."""
    merge_has_object_id: bool = True
    """Whether merge messages carry `objectId`, the surviving record. Not documented."""
    app_source_id: str | None = None
    """`sourceId` of what the app itself writes; None is its app id. Captures are of apps older than static ones."""
    workflow_source: str = "AUTOMATION_PLATFORM"
    """`changeSource` of what a workflow writes. Not documented; the guide calls the set of sources open."""
