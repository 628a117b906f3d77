"""The packaged mapping holds against AWS's own model, and mistakes in a mapping file are named with their line."""

from __future__ import annotations

import re
from functools import cache

import botocore.session
import botocore.validate
import pytest
from botocore.model import ListShape, Shape, StructureShape

from lambdas.domain.mapping import Constant, Row
from lambdas.domain.paths import bare
from lambdas.domain.planning import make_plan
from lambdas.domain.records import Base, Deal
from lambdas.errors import Misconfigured
from lambdas.mapping import HERE, load, parse
from lambdas.settings import Settings

MAPPING = load()
TEXT = (HERE / "default.yaml").read_text(encoding="utf-8")

# Option list -> AWS's enumeration. Use cases and states are free text in the model; of the currencies AWS takes two.
ENUMERATIONS = {
    "industries": "Industry",
    "delivery_models": "DeliveryModel",
    "primary_needs": "PrimaryNeedFromAws",
    "sales_activities": "SalesActivity",
    "opportunity_types": "OpportunityType",
    "stages": "Stage",
    "closed_lost_reasons": "ClosedLostReason",
    "review_statuses": "ReviewStatus",
    "involvements": "SalesInvolvementType",
    "visibilities": "Visibility",
}


@cache
def service() -> botocore.model.ServiceModel:
    return botocore.session.get_session().get_service_model("partnercentral-selling")


def shape_at(path: str, shape: Shape) -> Shape:
    for name in bare(path).split("."):
        here = shape.member if isinstance(shape, ListShape) else shape
        assert isinstance(here, StructureShape)
        assert name in here.members, f"{path}: {here.name} has no {name}"
        shape = here.members[name]
    return shape


def paths(direction: set[str]) -> list[Row]:
    return [row for row in MAPPING.rows if row.path and row.direction in direction]


@pytest.mark.parametrize("operation", ["CreateOpportunity", "UpdateOpportunity"])
@pytest.mark.parametrize("row", paths({"to_aws", "both"}), ids=lambda row: f"{row.object}.{row.property}")
def test_what_is_sent_exists_and_keeps_to_its_length(row: Row, operation: str) -> None:
    shape = shape_at(row.path or "", service().operation_model(operation).input_shape)

    length = re.fullmatch(r"\(\?s\)\.\{(\d+),(\d+)\}", str(shape.metadata.get("pattern", "")))
    if length and row.transform in {"text", "website"}:
        at_least, at_most = map(int, length.groups())
        assert row.max_length <= at_most
        assert row.min_length >= at_least


@pytest.mark.parametrize("row", paths({"from_aws", "both"}), ids=lambda row: row.property)
def test_what_is_shown_exists(row: Row) -> None:
    operation = "GetOpportunity" if row.of == "opportunity" else "GetAwsOpportunitySummary"

    shape_at(row.path or "", service().operation_model(operation).output_shape)


@pytest.mark.parametrize("constant", MAPPING.constants, ids=lambda constant: constant.path)
def test_constants_are_aws_values(constant: Constant) -> None:
    shape = shape_at(constant.path, service().operation_model("CreateOpportunity").input_shape)

    assert constant.value in shape.metadata["enum"]
    if constant.when == "always":
        shape_at(constant.path, service().operation_model("UpdateOpportunity").input_shape)


@pytest.mark.parametrize(("name", "enumeration"), ENUMERATIONS.items())
def test_option_lists_are_aws_enumerations(name: str, enumeration: str) -> None:
    assert sorted(MAPPING.tables.options[name]) == sorted(service().shape_for(enumeration).metadata["enum"])


def test_free_lists_are_those_of_aws_documentation() -> None:
    account = service().shape_for("AddressPart").documentation + str(
        service().shape_for("Address").members["StateOrRegion"].documentation
    )
    said = re.sub(
        r"\s+",
        " ",
        re.sub("<[^>]+>", " ", str(service().shape_for("Project").members["CustomerUseCase"].documentation)),
    )

    for use_case in MAPPING.tables.options["use_cases"]:
        squeezed = use_case.replace(" / ", "/").replace("&", "&amp;")
        assert squeezed in said or use_case in said, use_case
    for state in MAPPING.tables.states:
        assert state.name in account, state.name


def test_every_list_is_used_or_compared() -> None:
    used = {row.options for row in MAPPING.rows if isinstance(row.options, str)}

    assert set(MAPPING.tables.options) == used | ENUMERATIONS.keys()
    assert set(MAPPING.tables.options["currencies"]) <= set(service().shape_for("CurrencyCode").metadata["enum"])


def test_countries_are_those_of_aws() -> None:
    assert sorted(country.code for country in MAPPING.tables.countries) == sorted(
        service().shape_for("CountryCode").metadata["enum"]
    )


def test_a_name_means_one_country() -> None:
    names: dict[str, str] = {}
    for country in MAPPING.tables.countries:
        for name in (country.code, country.name, *country.aliases):
            found = MAPPING.tables.country(name)
            assert found is not None
            assert found.code == country.code, f"{name} means {found.code} and {names.get(name, country.code)}"
            names[name] = country.code


def test_industries_lead_to_aws_industries() -> None:
    assert set(MAPPING.tables.industries.values()) <= set(MAPPING.tables.options["industries"])


@pytest.mark.parametrize("stages", ["{}", "{default: {}}"])
def test_a_deal_has_a_stage_to_begin_in(stages: str) -> None:
    text = re.sub(r"\nstages:\n(  .*\n)+", f"\nstages: {stages}\n", TEXT)

    with pytest.raises(Misconfigured, match="stages: each pipeline has a stage at least"):
        parse(text, "own.yaml")


def test_stages_are_aws_stages_and_launched_is_nobodys() -> None:
    reached = {stage for stages in MAPPING.stages.values() for stage in stages.values()}

    assert reached == set(MAPPING.tables.options["stages"]) - {"Launched"}


def test_a_create_is_valid_for_aws_model() -> None:
    deal = Deal(
        id="310",
        portal="1",
        properties={
            "hs_object_id": "310",
            "dealname": "Data platform",
            "dealstage": "qualifiedtobuy",
            "closedate": "2027-01-31T12:00:00Z",
            "aws_share": "yes",
            "aws_customer_problem": "Reports take two days to be made.",
            "aws_use_case": "Database",
            "aws_monthly_spend": "5000",
        },
        company={
            "id": "9",
            "properties": {"name": "V", "domain": "v.example", "country": "DE", "zip": "10115", "industry": "RETAIL"},
        },
        companies=1,
    )

    plan = make_plan(
        pair="p",
        fence=1,
        deal=deal,
        opportunity=None,
        base=Base(),
        submission=None,
        settings=Settings(catalog="Sandbox"),
        mapping=MAPPING,
        now=1_795_492_800.0,
    )

    assert plan.problems == ()
    request = {"Catalog": "Sandbox", "ClientToken": "t"} | (plan.create or {})
    report = botocore.validate.ParamValidator().validate(
        request, service().operation_model("CreateOpportunity").input_shape
    )
    assert not report.has_errors(), report.generate_report()


MISTAKES = {
    # what the line says, what it says instead -> where the mistake is, and what
    ("transform: options", "transform: optons"): r"rows\.\d+\.transform \(deal\.aws_delivery_models\): must be text",
    (
        "options: use_cases",
        "options: cases",
    ): r"rows\.\d+\.options \(deal\.aws_use_case\): no option list is called cases",
    (
        "    group: aws_tells_us",
        "    group: aws",
    ): r"rows\.\d+\.group \(deal\.aws_sync_status\): no group of a deal is called",
    ('{"yes": "Yes", paused', "{yes: Yes, paused"): r"rows\.0\.options\S* \(deal\.aws_share\): ",
    (
        "contractsent: Business",
        "contractsent: Some",
    ): r"stages\.default\.contractsent: AWS has no stage Some Validation",
    ("closedwon: Committed", "closedwon: Launched"): r"stages\.default\.closedwon: no stage stands for Launched",
    (
        "property: aws_use_case",
        "property: aws_share",
    ): r"rows\.\d+\.property \(deal\.aws_share\): this property has a row above",
    ("direction: both", "direction: none"): r"rows\.\d+ \(deal\.aws_project_title\): a path needs a direction",
    ("max_length: 2000", "longest: 2000"): r"rows\.\d+\.longest \(deal\.aws_customer_problem\): there is no such key",
    ("profile: standard", "profile: huge"): r"profile: must be core",
}


@pytest.mark.parametrize(("change", "complaint"), MISTAKES.items())
def test_a_mistake_is_named_with_its_line(change: tuple[str, str], complaint: str) -> None:
    old, new = change
    changed = TEXT[: TEXT.index(old)].count("\n") + 1

    with pytest.raises(Misconfigured) as refused:
        parse(TEXT.replace(old, new, 1), "default.yaml")

    (first, *_) = str(refused.value).splitlines()
    named = re.fullmatch(r"default\.yaml:(\d+): (.*)", first)
    assert named is not None, first
    assert re.match(complaint, named[2]), first
    # A key is named by its own line, a row that does not hold together by its first.
    assert int(named[1]) == changed or (" a path needs" in first and 0 < changed - int(named[1]) < 10)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("rows: ]", r"own\.yaml:1: not YAML: "),
        ("", r"own\.yaml:1: a mapping file begins with extends: default, or holds groups, stages and rows"),
        ("- a", r"own\.yaml:1: a mapping file begins with extends: default, or holds groups, stages and rows"),
        ("profile: core", r"own\.yaml:1: groups: is missing"),
    ],
)
def test_what_is_no_mapping_at_all(text: str, complaint: str) -> None:
    with pytest.raises(Misconfigured, match=complaint):
        parse(text, "own.yaml")


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"own\.yaml: no such mapping file"):
        load("own.yaml")


def test_a_mapping_is_read_once() -> None:
    assert load() is load()


def test_a_row_that_is_not_whole_is_refused() -> None:
    row = "  - {object: deal, property: aws_extra, label: Extra, group: aws_we_share, %s}\n"
    for members, complaint in {
        "type: enumeration": "an enumeration needs options",
        "path: Project.Title, direction: both, transform: lookup": "the transform lookup needs values",
        "path: project.title, direction: both": "must match ",
    }.items():
        with pytest.raises(Misconfigured, match=complaint):
            parse(TEXT + row % members, "default.yaml")
    with pytest.raises(Misconfigured, match="a property of our own needs a group"):
        parse(TEXT + (row % "type: string").replace("group: aws_we_share, ", ""), "default.yaml")
