"""Fixed lists that the service checks and botocore's model does not have.

The model types these members as plain strings and lists their values in prose (`CreateOpportunity` and `Contact` in
the API reference); values beyond an enum come from recorded traffic in
github.com/aws-samples/partner-crm-integration-samples.
"""

from __future__ import annotations

NO_SUPPORT_NEEDED = "Do Not Need Support from AWS Sales Rep"
"""Stands in PrimaryNeedsFromAws of an opportunity that is for visibility only. Recorded in responses, absent from
the enum."""

CATALOGS = ("AWS", "Sandbox")
CURRENCIES = ("USD", "EUR")
TEAM_TITLES = ("PartnerAccountManager", "OpportunityOwner")

BEYOND_THE_ENUM = {
    "PaymentFrequency": ("None",),  # required on a Self entry, section "deal sizing" of the developer guide
    "PrimaryNeedFromAws": (NO_SUPPORT_NEEDED,),  # a client that reads, merges and writes sends it back
}

_BIG_DATA = "Big Data: Data Warehouse / Data Integration / ETL / Data Lake / BI"
USE_CASES = (
    "AI Machine Learning and Analytics",
    "Archiving",
    _BIG_DATA,
    "Blockchain",
    "Business Applications: Mainframe Modernization",
    "Business Applications & Contact Center",
    "Business Applications & SAP Production",
    "Centralized Operations Management",
    "Cloud Management Tools",
    "Cloud Management Tools & DevOps with Continuous Integration & Continuous Delivery (CICD)",
    "Configuration, Compliance & Auditing",
    "Connected Services",
    "Containers & Serverless",
    "Content Delivery & Edge Services",
    "Database",
    "Edge Computing / End User Computing",
    "Energy",
    "Enterprise Governance & Controls",
    "Enterprise Resource Planning",
    "Financial Services",
    "Healthcare and Life Sciences",
    "High Performance Computing",
    "Hybrid Application Platform",
    "Industrial Software",
    "IOT",
    "Manufacturing, Supply Chain and Operations",
    "Media & High performance computing (HPC)",
    "Migration / Database Migration",
    "Monitoring, logging and performance",
    "Monitoring & Observability",
    "Networking",
    "Outpost",
    "SAP",
    "Security & Compliance",
    "Storage & Backup",
    "Training",
    "VMC",
    "VMWare",
    "Web development & DevOps",
)
PROGRAMS = (
    "APN Immersion Days",
    "APN Solution Space",
    "ATO (Authority to Operate)",
    "AWS Marketplace Campaign",
    "IS Immersion Day SFID Program",
    "ISV Workload Migration",
    "Migration Acceleration Program",
    "P3",
    "Partner Launch Initiative",
    "Partner Opportunity Acceleration Funded",
    "The Next Smart",
    "VMware Cloud on AWS",
    "Well-Architected",
    "Windows",
    "Workspaces/AppStream Accelerator Program",
    "WWPS NDPP",
)
MARKETING_USE_CASES = (
    "AI/ML",
    "Analytics",
    "Application Integration",
    "Blockchain",
    "Business Applications",
    "Cloud Financial Management",
    "Compute",
    "Containers",
    "Customer Engagement",
    "Databases",
    "Developer Tools",
    "End User Computing",
    "Front End Web & Mobile",
    "Game Tech",
    "IoT",
    "Management & Governance",
    "Media Services",
    "Migration & Transfer",
    "Networking & Content Delivery",
    "Quantum Technologies",
    "Robotics",
    "Satellite",
    "Security",
    "Serverless",
    "Storage",
    "VR & AR",
)
FIXED_LISTS = {
    ("Project", "CustomerUseCase"): USE_CASES,
    ("Project", "ApnPrograms"): PROGRAMS,
    ("Marketing", "UseCases"): MARKETING_USE_CASES,
}
"""By structure and member, for members whose values are checked like an enum's wherever the structure appears."""

OTHER_SPELLINGS = {
    "Big Data: Data Warehouse/Data Integration/ETL/Data Lake/BI": _BIG_DATA,
    "Edge Computing/End User Computing": "Edge Computing / End User Computing",
    "Migration/Database Migration": "Migration / Database Migration",
    "ISV Immersion Day SFID Program": "IS Immersion Day SFID Program",
}
"""The prose of the model and AWS's value sheets spell these differently: both are taken, the right-hand one is
given back."""

# fmt: off
US_STATES = frozenset(
    {
        "Alabama", "Alaska", "American Samoa", "Arizona", "Arkansas", "California", "Colorado", "Connecticut",
        "Delaware", "Dist. of Columbia", "Federated States of Micronesia", "Florida", "Georgia", "Guam", "Hawaii",
        "Idaho", "Illinois", "Indiana", "Iowa", "Kansas", "Kentucky", "Louisiana", "Maine", "Marshall Islands",
        "Maryland", "Massachusetts", "Michigan", "Minnesota", "Mississippi", "Missouri", "Montana", "Nebraska",
        "Nevada", "New Hampshire", "New Jersey", "New Mexico", "New York", "North Carolina", "North Dakota",
        "Northern Mariana Islands", "Ohio", "Oklahoma", "Oregon", "Palau", "Pennsylvania", "Puerto Rico",
        "Rhode Island", "South Carolina", "South Dakota", "Tennessee", "Texas", "Utah", "Vermont", "Virginia",
        "Virgin Islands", "Washington", "West Virginia", "Wisconsin", "Wyoming", "APO/AE", "AFO/FPO", "FPO, AP",
    }
)
# fmt: on
"""Values of Customer.Account.Address.StateOrRegion when the country is US; other countries write freely."""
