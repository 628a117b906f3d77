"""What every portal has from the start: HubSpot's own properties, their groups, the sales pipeline.

The properties are those that the object guides describe, not all of the several hundred a portal lists.
"""

from __future__ import annotations

from cosell.sandbox.hubspot.state import Definition, Group, Option, Pipeline, Portal, Stage

_INDUSTRIES = """
ACCOUNTING AIRLINES_AVIATION ALTERNATIVE_DISPUTE_RESOLUTION ALTERNATIVE_MEDICINE ANIMATION APPAREL_FASHION
ARCHITECTURE_PLANNING ARTS_AND_CRAFTS AUTOMOTIVE AVIATION_AEROSPACE BANKING BIOTECHNOLOGY BROADCAST_MEDIA
BUILDING_MATERIALS BUSINESS_SUPPLIES_AND_EQUIPMENT CAPITAL_MARKETS CHEMICALS CIVIC_SOCIAL_ORGANIZATION
CIVIL_ENGINEERING COMMERCIAL_REAL_ESTATE COMPUTER_NETWORK_SECURITY COMPUTER_GAMES COMPUTER_HARDWARE
COMPUTER_NETWORKING COMPUTER_SOFTWARE INTERNET CONSTRUCTION CONSUMER_ELECTRONICS CONSUMER_GOODS CONSUMER_SERVICES
COSMETICS DAIRY DEFENSE_SPACE DESIGN EDUCATION_MANAGEMENT E_LEARNING ELECTRICAL_ELECTRONIC_MANUFACTURING ENTERTAINMENT
ENVIRONMENTAL_SERVICES EVENTS_SERVICES EXECUTIVE_OFFICE FACILITIES_SERVICES FARMING FINANCIAL_SERVICES FINE_ART
FISHERY FOOD_BEVERAGES FOOD_PRODUCTION FUND_RAISING FURNITURE GAMBLING_CASINOS GLASS_CERAMICS_CONCRETE
GOVERNMENT_ADMINISTRATION GOVERNMENT_RELATIONS GRAPHIC_DESIGN HEALTH_WELLNESS_AND_FITNESS HIGHER_EDUCATION
HOSPITAL_HEALTH_CARE HOSPITALITY HUMAN_RESOURCES IMPORT_AND_EXPORT INDIVIDUAL_FAMILY_SERVICES INDUSTRIAL_AUTOMATION
INFORMATION_SERVICES INFORMATION_TECHNOLOGY_AND_SERVICES INSURANCE INTERNATIONAL_AFFAIRS
INTERNATIONAL_TRADE_AND_DEVELOPMENT INVESTMENT_BANKING INVESTMENT_MANAGEMENT JUDICIARY LAW_ENFORCEMENT LAW_PRACTICE
LEGAL_SERVICES LEGISLATIVE_OFFICE LEISURE_TRAVEL_TOURISM LIBRARIES LOGISTICS_AND_SUPPLY_CHAIN LUXURY_GOODS_JEWELRY
MACHINERY MANAGEMENT_CONSULTING MARITIME MARKET_RESEARCH MARKETING_AND_ADVERTISING
MECHANICAL_OR_INDUSTRIAL_ENGINEERING MEDIA_PRODUCTION MEDICAL_DEVICES MEDICAL_PRACTICE MENTAL_HEALTH_CARE MILITARY
MINING_METALS MOBILE_GAMES MOTION_PICTURES_AND_FILM MUSEUMS_AND_INSTITUTIONS MUSIC NANOTECHNOLOGY NEWSPAPERS
NON_PROFIT_ORGANIZATION_MANAGEMENT OIL_ENERGY ONLINE_MEDIA OUTSOURCING_OFFSHORING PACKAGE_FREIGHT_DELIVERY
PACKAGING_AND_CONTAINERS PAPER_FOREST_PRODUCTS PERFORMING_ARTS PHARMACEUTICALS PHILANTHROPY PHOTOGRAPHY PLASTICS
POLITICAL_ORGANIZATION PRIMARY_SECONDARY_EDUCATION PRINTING PROFESSIONAL_TRAINING_COACHING PROGRAM_DEVELOPMENT
PUBLIC_POLICY PUBLIC_RELATIONS_AND_COMMUNICATIONS PUBLIC_SAFETY PUBLISHING RAILROAD_MANUFACTURE RANCHING REAL_ESTATE
RECREATIONAL_FACILITIES_AND_SERVICES RELIGIOUS_INSTITUTIONS RENEWABLES_ENVIRONMENT RESEARCH RESTAURANTS RETAIL
SECURITY_AND_INVESTIGATIONS SEMICONDUCTORS SHIPBUILDING SPORTING_GOODS SPORTS STAFFING_AND_RECRUITING SUPERMARKETS
TELECOMMUNICATIONS TEXTILES THINK_TANKS TOBACCO TRANSLATION_AND_LOCALIZATION TRANSPORTATION_TRUCKING_RAILROAD
UTILITIES VENTURE_CAPITAL_PRIVATE_EQUITY VETERINARY WAREHOUSING WHOLESALE WINE_AND_SPIRITS WIRELESS
WRITING_AND_EDITING
"""

GROUPS = {
    "deals": ("dealinformation", "Deal information"),
    "contacts": ("contactinformation", "Contact information"),
    "companies": ("companyinformation", "Company information"),
    "products": ("productinformation", "Product information"),
    "line_items": ("lineiteminformation", "Line item information"),
    "tasks": ("task", "Task information"),
    "notes": ("note", "Note information"),
}

# Per type, one property a line: name, type/fieldType, and flags: `read` where HubSpot alone writes it; `owners`,
# `stages` or `pipelines` where the options are kept there.
_LINES = {
    "deals": """
        dealname string/text
        amount number/number
        dealstage enumeration/radio stages
        pipeline enumeration/select pipelines
        closedate datetime/date
        description string/textarea
        dealtype enumeration/radio
        hubspot_owner_id enumeration/select owners
        hs_priority enumeration/select
        hs_next_step string/textarea
        deal_currency_code enumeration/select
        closed_lost_reason string/textarea
        closed_won_reason string/textarea
        hs_pinned_engagement_id number/number
        hs_deal_stage_probability number/number read
        hs_is_closed bool/booleancheckbox read
        hs_is_closed_won bool/booleancheckbox read
        num_associated_contacts number/number read
        createdate datetime/date read
        hs_lastmodifieddate datetime/date read
        hs_object_id number/number read
        """,
    "contacts": """
        email string/text
        firstname string/text
        lastname string/text
        phone string/phonenumber
        mobilephone string/phonenumber
        company string/text
        jobtitle string/text
        website string/text
        address string/text
        city string/text
        state string/text
        zip string/text
        country string/text
        lifecyclestage enumeration/radio
        hs_lead_status enumeration/radio
        hubspot_owner_id enumeration/select owners
        hs_additional_emails string/text
        createdate datetime/date read
        lastmodifieddate datetime/date read
        hs_object_id number/number read
        """,
    "companies": """
        name string/text
        domain string/text
        website string/text
        phone string/phonenumber
        address string/text
        address2 string/text
        city string/text
        state string/text
        zip string/text
        country string/text
        industry enumeration/select
        numberofemployees number/number
        annualrevenue number/number
        description string/textarea
        lifecyclestage enumeration/radio
        hubspot_owner_id enumeration/select owners
        createdate datetime/date read
        hs_lastmodifieddate datetime/date read
        hs_object_id number/number read
        """,
    "products": """
        name string/text
        description string/textarea
        price number/number
        hs_sku string/text
        hs_cost_of_goods_sold number/number
        recurringbillingfrequency enumeration/select
        hs_recurring_billing_period string/text
        hs_product_type enumeration/select
        hs_url string/text
        hs_folder number/number read
        createdate datetime/date read
        hs_lastmodifieddate datetime/date read
        hs_object_id number/number read
        """,
    "line_items": """
        hs_product_id number/number
        name string/text
        description string/textarea
        quantity number/number
        price number/number
        amount number/number read
        discount number/number
        hs_discount_percentage number/number
        hs_sku string/text
        hs_cost_of_goods_sold number/number
        hs_position_on_quote number/number
        recurringbillingfrequency enumeration/select
        hs_recurring_billing_period string/text
        hs_recurring_billing_start_date date/date
        hs_line_item_currency_code enumeration/select
        createdate datetime/date read
        hs_lastmodifieddate datetime/date read
        hs_object_id number/number read
        """,
    "tasks": """
        hs_timestamp datetime/date
        hs_task_subject string/text
        hs_task_body string/textarea
        hs_task_status enumeration/select
        hs_task_priority enumeration/select
        hs_task_type enumeration/select
        hs_task_reminders string/text
        hubspot_owner_id enumeration/select owners
        hs_queue_membership_ids string/text
        hs_task_completion_date datetime/date read
        hs_createdate datetime/date read
        hs_lastmodifieddate datetime/date read
        hs_object_id number/number read
        """,
    "notes": """
        hs_timestamp datetime/date
        hs_note_body string/html
        hubspot_owner_id enumeration/select owners
        hs_attachment_ids string/text
        hs_createdate datetime/date read
        hs_lastmodifieddate datetime/date read
        hs_object_id number/number read
        """,
}

# Values of the enumerations, apart by blanks.
_OPTIONS = {
    "dealtype": "newbusiness existingbusiness",
    "hs_priority": "low medium high",
    "lifecyclestage": (
        "subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer evangelist other"
    ),
    "hs_lead_status": "NEW OPEN IN_PROGRESS OPEN_DEAL UNQUALIFIED ATTEMPTED_TO_CONTACT CONNECTED BAD_TIMING",
    "industry": _INDUSTRIES,
    "recurringbillingfrequency": (
        "weekly biweekly monthly quarterly per_six_months annually per_two_years per_three_years per_four_years "
        "per_five_years"
    ),
    "hs_product_type": "inventory non_inventory service",
    "hs_task_status": "NOT_STARTED IN_PROGRESS WAITING DEFERRED COMPLETED",
    "hs_task_priority": "NONE LOW MEDIUM HIGH",
    "hs_task_type": "TODO CALL EMAIL",
    "hs_is_closed": "true false",
    "hs_is_closed_won": "true false",
}

_STAGES = (
    ("appointmentscheduled", "Appointment Scheduled", "0.2"),
    ("qualifiedtobuy", "Qualified To Buy", "0.4"),
    ("presentationscheduled", "Presentation Scheduled", "0.6"),
    ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
    ("contractsent", "Contract Sent", "0.9"),
    ("closedwon", "Closed Won", "1.0"),
    ("closedlost", "Closed Lost", "0.0"),
)


def _definition(line: str, group: str, currency: str, opened_ms: int) -> Definition:
    name, kinds, *flags = line.split()
    type_, field_type = kinds.split("/")
    values = [currency] if name.endswith("currency_code") else _OPTIONS.get(name, "").split()
    definition = Definition(
        name,
        name.removeprefix("hs_").replace("_", " ").capitalize(),
        type_,
        field_type,
        group,
        [Option(value.replace("_", " ").capitalize(), value, order) for order, value in enumerate(values)],
        read_only="read" in flags,
        standard=True,
        created_ms=opened_ms,
        updated_ms=opened_ms,
    )
    for where in ("owners", "stages", "pipelines"):
        if where in flags:
            definition.external = where
    return definition


def furnish(portal: Portal) -> None:
    """Gives a new portal its standard properties, their groups and the default sales pipeline."""
    for kind, lines in _LINES.items():
        group, label = GROUPS[kind]
        portal.groups[kind][group] = Group(group, label)
        for line in lines.strip().splitlines():
            definition = _definition(line.strip(), group, portal.currency, portal.opened_ms)
            portal.definitions[kind][definition.name] = definition
    stages = [Stage(id_, label, order, probability) for order, (id_, label, probability) in enumerate(_STAGES)]
    portal.pipelines["default"] = Pipeline("default", "Sales Pipeline", 0, stages, portal.opened_ms, portal.opened_ms)
