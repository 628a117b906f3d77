"""What the tests of the simulators prove, as rows of `docs/sandbox.md`.

    @rule("An update replaces the whole opportunity: what is left out becomes null.", Source.PC_UPDATING)
    def test_what_an_update_leaves_out_is_gone() -> None: ...

The row stands with its test, and nowhere else; `python -m tests.support.pages` writes the page anew.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])

_PC = "https://docs.aws.amazon.com/partner-central/latest/"
_GUIDE, _API, _SALES = f"{_PC}developer-guide/", f"{_PC}APIReference/", f"{_PC}sales-guide/"
_SAMPLES = "https://github.com/aws-samples/partner-crm-integration-samples"
_HS = "https://developers.hubspot.com/"
_CRM, _PLATFORM = f"{_HS}docs/api-reference/latest/crm/", f"{_HS}docs/apps/developer-platform/"


class Source(Enum):
    """The public source of a rule: what the page calls it, and where it is."""

    PC_MODEL = (
        "the service model",
        "https://github.com/boto/botocore/tree/develop/botocore/data/partnercentral-selling",
    )
    PC_API = ("API reference", f"{_API}API_Operations.html")
    PC_OPPORTUNITIES = ("your opportunities", f"{_GUIDE}working-with-your-opportunities.html")
    PC_UPDATES = ("opportunity updates", f"{_GUIDE}working-with-opportunity-updates.html")
    PC_FROM_AWS = ("opportunities from AWS", f"{_GUIDE}working-with-opportunities-from-aws.html")
    PC_PARTNERS = ("multi-partner opportunities", f"{_GUIDE}working-with-multi-partner-opportunities.html")
    PC_DEAL_SIZE = ("deal sizing", f"{_GUIDE}working-with-deal-sizing-insights.html")
    PC_EVENTS = ("events", f"{_GUIDE}selling-api-events.html")
    PC_QUOTAS = ("quotas", f"{_GUIDE}quotas.html")
    PC_RELEASE_NOTES = ("release notes", f"{_GUIDE}release-notes.html")
    PC_TESTING = ("the Sandbox catalog", f"{_GUIDE}testing.html")
    PC_BEST_PRACTICES = ("best practices", f"{_GUIDE}best-practices.html")
    PC_REGIONS = ("regions", f"{_GUIDE}selling-regions.html")
    PC_SALES_STAGES = ("stages, sales guide", f"{_SALES}stage-visibility.html")
    PC_SALES_UPDATING = ("updating, sales guide", f"{_SALES}updating-opportunities.html")
    PC_ASSOCIATING = (
        "associating and assigning",
        f"{_GUIDE}associating-disassociating-assigning-opportunities.html",
    )
    PC_TAGGING = (
        "tagging AWS resources",
        "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    )
    PC_SANDBOX_FLOW = ("testing in the Sandbox", f"{_GUIDE}testing-sandbox.html")
    PC_ERRORS = ("common errors", f"{_API}CommonErrors.html")
    PC_IAM = (
        "IAM actions and ARNs",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awspartnercentralselling.html",
    )
    PC_SAMPLES = ("AWS's samples, with recorded answers", _SAMPLES)
    PC_FIELD_SHEET = ("field sheet of the older interface, in AWS's samples", _SAMPLES)
    PC_EVENTBRIDGE = (
        "EventBridge",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html",
    )

    HS_OBJECTS = ("object APIs", f"{_CRM}using-object-apis")
    HS_UNDERSTANDING = ("understanding the CRM", f"{_CRM}understanding-the-crm")
    HS_DEALS = ("deals", f"{_CRM}objects/deals/guide")
    HS_CONTACTS = ("contacts", f"{_CRM}objects/contacts/guide")
    HS_COMPANIES = ("companies", f"{_CRM}objects/companies/guide")
    HS_PRODUCTS = ("products", f"{_CRM}objects/products/guide")
    HS_LINE_ITEMS = ("line items", f"{_CRM}objects/line-items/guide")
    HS_TASKS = ("tasks", f"{_CRM}activities/tasks/guide")
    HS_NOTES = ("notes", f"{_CRM}activities/notes/guide")
    HS_SEARCH = ("search", f"{_CRM}search-the-crm")
    HS_OWNERS = ("owners", f"{_CRM}owners/guide")
    HS_ASSOCIATIONS = ("associations", f"{_CRM}associations/associate-records/guide")
    HS_LABELS = ("association labels", f"{_CRM}associations/associations-schema/guide")
    HS_PROPERTIES = ("properties", f"{_CRM}properties/guide")
    HS_PIPELINES = ("pipelines", f"{_CRM}pipelines/guide")
    HS_ERRORS = ("error handling", f"{_HS}docs/api-reference/latest/error-handling")
    HS_LIMITS = ("usage guidelines", f"{_HS}docs/developer-tooling/platform/usage-guidelines")
    HS_ALLOWANCES = ("limits tracking", f"{_CRM}limits-tracking/guide")
    HS_ACCOUNT = ("account information", f"{_HS}docs/api-reference/latest/account/account-information/guide")
    HS_WEBHOOKS = ("webhooks", f"{_HS}docs/api-reference/2026-03/webhooks/guide")
    HS_WEBHOOK_FILES = ("webhooks of project apps", f"{_PLATFORM}add-features/configure-webhooks")
    HS_SIGNATURES = ("request validation", f"{_PLATFORM}build-apps/authentication/request-validation")
    HS_SCOPES = ("scopes", f"{_PLATFORM}build-apps/authentication/scopes")
    HS_CHANGELOG = ("changelog", f"{_HS}changelog")
    HS_COMMUNITY = ("reported by users", "https://community.hubspot.com/t5/HubSpot-Developers/ct-p/developers")
    HS_CLIENT = ("HubSpot's Python client", "https://github.com/HubSpot/hubspot-api-python")

    @property
    def label(self) -> str:
        return str(self.value[0])

    @property
    def url(self) -> str:
        return str(self.value[1])


def rule(text: str, *sources: Source, switch: str | None = None) -> Callable[[Test], Test]:
    """Says which rule a test proves: one sentence, its public sources, and the switch that sets it, if there is one.

    Where no public source settles the point, the switch is all there is to name.
    Raises ValueError for a rule with neither.
    """
    if not sources and switch is None:
        raise ValueError(f"{text!r} names neither a source nor a switch")

    def mark(test: Test) -> Test:
        return test

    return mark
