"""What comes from AWS: an opportunity that the partner has accepted.

In the order of things AWS invites the partner first; the invitation has operations of its own, which are not here.
"""

from __future__ import annotations

import copy
from datetime import timedelta

from cosell.sandbox.partner_central import engagements, instants
from cosell.sandbox.partner_central.state import APPROVED, Document, Opportunity
from cosell.sandbox.partner_central.world import World

_DAYS_TO_CLOSE = 90

_EXAMPLE: Document = {
    "PrimaryNeedsFromAws": ["Co-Sell - Deal Support"],
    "NationalSecurity": "No",
    "OpportunityType": "Net New Business",
    "Customer": {
        "Account": {
            "CompanyName": "Kramerica Industries",
            "Industry": "Consumer Goods",
            "WebsiteUrl": "https://kramerica.example",
            "AwsAccountId": "222233334444",
            "Address": {
                "CountryCode": "US",
                "PostalCode": "10024",
                "StateOrRegion": "New York",
                "City": "New York",
                "StreetAddress": "129 West 81st Street",
            },
        },
        "Contacts": [
            {
                "FirstName": "Darren",
                "LastName": "Intern",
                "Email": "darren@kramerica.example",
                "BusinessTitle": "Head of IT",
                "Phone": "+12125550177",
            }
        ],
    },
    "Project": {
        "Title": "Bottle tracking on AWS",
        "CustomerBusinessProblem": "Every bottle should be traceable from the factory to the shop.",
        "CustomerUseCase": "IOT",
        "DeliveryModels": ["SaaS or PaaS"],
        "SalesActivities": ["Initialized discussions with customer"],
        "OtherSolutionDescription": "To be agreed with the partner",
        "ExpectedCustomerSpend": [
            {"Amount": "8000", "CurrencyCode": "USD", "Frequency": "Monthly", "TargetCompany": "AWS"}
        ],
    },
    "Marketing": {"Source": "None"},
}


def accept(world: World, catalog: str, members: Document, *, days_ago: float) -> Opportunity:
    """Approved from the start, at Prospect, with the customer's full data (recorded); `members` replace those of a
    believable example. AWS made it `days_ago`: CreatedDate is then, LastModifiedDate is now (recorded)."""
    now = instants.from_seconds(world.clock.now)
    created = now - int(days_ago * 86_400) * instants.SECOND
    closes = (world.today + timedelta(days=_DAYS_TO_CLOSE)).isoformat()
    example = {**_EXAMPLE, "LifeCycle": {"Stage": "Prospect", "TargetCloseDate": closes}}
    opportunity = Opportunity(
        id=world.new_opportunity_id(),
        catalog=catalog,
        origin="AWS Referral",
        created=created // instants.SECOND * instants.SECOND,
        modified=0,
        fields=copy.deepcopy(
            {**dict.fromkeys(("PartnerOpportunityIdentifier", "SoftwareRevenue")), **example, **members}
        ),
        team=[user.as_owner() for user in world.state.users[:1]],
        review_status=APPROVED,
        involvement="Co-Sell",
        visibility="Full",
    )
    world.touch(opportunity)
    world.state.opportunities[opportunity.id] = opportunity
    engagements.join_aws(world, opportunity)
    return opportunity
