"""Whatever a partner, AWS and time do, in whatever order: no write is lost, and none that was refused leaves a trace.

A model of the account (`expected.py`) predicts each answer. For more runs, with new chances:
`COSELL_HAMMER=2000 pytest tests/cosell/sandbox/partner_central/test_stateful.py`.
"""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from cosell.sandbox.partner_central import NotPossible
from cosell.sandbox.partner_central.instants import MILLISECOND, read, write
from cosell.sandbox.wire import Response
from tests.cosell.sandbox.partner_central.expected import (
    APPROVED,
    ASKED,
    CLOSED,
    EDGES,
    IN_REVIEW,
    PENDING,
    REJECTED,
    SUBMITTED,
    Known,
    Task,
    dig,
    plain,
)
from tests.cosell.sandbox.partner_central.partner import SOLUTION, Document, complete, partner, with_value

CHANGES = [
    ("Project.Title", "Another title"),
    ("Project.AdditionalComments", "Soon"),
    ("Project.AdditionalComments", "Later"),
    ("LifeCycle.NextSteps", "Visit the customer"),
    ("LifeCycle.NextSteps", "Send the offer"),
    ("LifeCycle.TargetCloseDate", "2027-05-05"),
    ("LifeCycle.TargetCloseDate", "2028-06-06"),
    ("LifeCycle.Stage", "Technical Validation"),
    ("LifeCycle.Stage", "Committed"),
]
ENTITIES = [("Solutions", SOLUTION), ("AwsProducts", "AmazonRedshift"), ("AwsProducts", "AmazonS3")]

few = some.integers(0, 2)


class Hammer(RuleBasedStateMachine):
    """A partner with a heavy hand."""

    opportunities = Bundle("opportunities")

    @initialize(
        target=opportunities, twice=some.booleans(), pairs=some.booleans(), scatter=some.sampled_from([0.0, 9.0])
    )
    def begins(self, *, twice: bool, pairs: bool, scatter: float) -> object:
        """With one that AWS has before it in each catalog, and one whose task is under way: the steps are few."""
        self.us = partner(events_twice=twice, updates_in_pairs=pairs, event_scatter=scatter)
        self.copies, self.siblings = 2 if twice else 1, 2 if pairs else 1
        self.known: dict[str, Known] = {}
        self.tokens: dict[tuple[str, str, int], tuple[object, Response]] = {}
        first = [self.creates(catalog=catalog, token=2, title="Lake") for catalog in ("AWS", "Sandbox")]
        first.append(self.creates(catalog="AWS", token=1, title="Lake"))
        for id_ in first:
            self.relates(id=id_, entity=ENTITIES[0], there=True)
        for entity in ENTITIES[1:]:
            self.relates(id=first[2], entity=entity, there=True)
        for id_ in first[:2]:
            self.submits(id=id_)
        self.starts_task(id=first[2], token=0, involvement="Co-Sell")
        return multiple(*first)

    # What the partner does

    @precondition(lambda self: len(self.known) < 5)
    @rule(
        target=opportunities,
        catalog=some.sampled_from(["AWS", "AWS", "Sandbox"]),
        token=few,
        title=some.sampled_from(["Lake", "Sea"]),
    )
    def creates(self, *, catalog: str, token: int, title: str) -> object:
        body = with_value(complete(), "Project.Title", title)
        response = self.ask("CreateOpportunity", catalog, ClientToken=f"t{token}", **body)
        if not self.is_new(("create", catalog, token), title, response):
            return multiple()
        assert response.json()["Id"] not in self.known
        made = self.meets(response.json()["Id"], catalog)
        assert dig(made.body, "Project.Title") == title
        return made.id

    @rule(id=opportunities, change=some.sampled_from(CHANGES), off_by=some.sampled_from([0, 0, -1, 1]))
    def updates(self, *, id: str, change: tuple[str, str], off_by: int) -> None:  # noqa: A002 - the bundle's word
        one, (path, value) = self.known[id], change
        response = self.puts(one, path, value, off_by=off_by)
        if off_by:
            assert self.refused(response) == "ConflictException"
        elif one.can_take(path, value):
            assert response.status == 200, response.body
            one.writes(path, value)
            if one.status == ASKED:
                one.decided(SUBMITTED)
            one.changed()
            assert read(response.json()["LastModifiedDate"]) > one.date
        else:
            assert self.refused(response) == "ValidationException"

    @rule(id=opportunities, status=some.sampled_from([APPROVED, ASKED, REJECTED, IN_REVIEW]))
    def plays_aws(self, *, id: str, status: str) -> None:  # noqa: A002
        """Where it is the real AWS that reviews, or where there is nothing to set, this is an update like others."""
        one = self.known[id]
        response = self.puts(one, "LifeCycle.ReviewStatus", status)
        if one.catalog == "AWS" or status == one.status:
            accepted = one.status in (PENDING, ASKED, APPROVED)
            verdict = SUBMITTED if one.status == ASKED else None
        else:
            accepted = status != IN_REVIEW and one.status in (SUBMITTED, IN_REVIEW)
            verdict = status
        if not accepted:
            assert self.refused(response) == "ValidationException"
            return
        assert response.status == 200, response.body
        if verdict is not None:
            one.decided(
                verdict, dig(one.body, "LifeCycle.ReviewComments"), dig(one.body, "LifeCycle.ReviewStatusReason")
            )
        one.changed()

    @rule(id=opportunities, entity=some.sampled_from(ENTITIES), there=some.booleans())
    def relates(self, *, id: str, entity: tuple[str, str], there: bool) -> None:  # noqa: A002
        one, (kind, name) = self.known[id], entity
        response = self.ask(
            "AssociateOpportunity" if there else "DisassociateOpportunity",
            one.catalog,
            OpportunityIdentifier=id,
            RelatedEntityType=kind,
            RelatedEntityIdentifier=name,
        )
        needed = kind == "Solutions" and one.status != PENDING
        if one.status in CLOSED or there == (name in one.of(kind)) or (needed and not there):
            assert self.refused(response) in ("ValidationException", "ResourceNotFoundException")
            return
        assert response.status == 200, response.body
        others = [other for other in one.of(kind) if other != name]
        one.writes(f"RelatedEntityIdentifiers.{kind}", [*others, name] if there else others)
        if kind == "Solutions" and there:
            one.writes("Project.OtherSolutionDescription", None)
        one.changed()

    @rule(id=opportunities, token=few, involvement=some.sampled_from(["Co-Sell", "For Visibility Only"]))
    def starts_task(self, *, id: str, token: int, involvement: str) -> None:  # noqa: A002
        one, key = self.known[id], ("start", self.known[id].catalog, token)
        submission = {"InvolvementType": involvement}
        response = self.ask(
            "StartEngagementFromOpportunityTask",
            one.catalog,
            ClientToken=f"t{token}",
            Identifier=id,
            AwsSubmission=submission,
        )
        if key not in self.tokens and one.task is not None:
            assert self.refused(response) == "ConflictException"
        elif key not in self.tokens and (one.status != PENDING or not one.of("Solutions")):
            assert self.refused(response) == "ValidationException"
        elif self.is_new(key, (id, involvement), response):
            one.task = Task(response.json()["TaskId"], self.us.clock.now + 4.0, involvement)

    @rule(id=opportunities)
    def submits(self, *, id: str) -> None:  # noqa: A002
        one = self.known[id]
        response = self.ask("SubmitOpportunity", one.catalog, Identifier=id, InvolvementType="Co-Sell")
        if one.status == PENDING and one.of("Solutions"):
            assert response.status == 200, response.body
            one.submitted("Co-Sell")
        else:
            assert self.refused(response) == "ValidationException"

    @rule(id=opportunities, value=some.sampled_from("xy"), size=some.integers(1, 3))
    def looks_around(self, *, id: str, value: str, size: int) -> None:  # noqa: A002
        one = self.known[id]
        arn = one.body["Arn"]
        assert self.us.post("TagResource", ResourceArn=arn, Tags=[{"Key": str(size), "Value": value}]).status == 200
        one.tags[str(size)] = value
        listed = self.us.post("ListTagsForResource", ResourceArn=arn).json()["Tags"]
        assert {tag["Key"]: tag["Value"] for tag in listed} == one.tags
        other = "Sandbox" if one.catalog == "AWS" else "AWS"
        assert self.refused(self.ask("GetOpportunity", other, Identifier=id)) == "ResourceNotFoundException"
        assert sorted(self.listed(one.catalog, size)) == sorted(
            same.id for same in self.known.values() if same.catalog == one.catalog
        )

    # What AWS does

    @rule(id=opportunities, verb=some.sampled_from(["starts_review", "approves", "asks_for_changes", "rejects"]))
    def reviews(self, *, id: str, verb: str) -> None:  # noqa: A002
        one = self.known[id]
        words = {"asks_for_changes": ("Which region?", "Unclear"), "rejects": ("Duplicate", "Known")}.get(verb, ())
        possible = one.status == SUBMITTED or (one.status == IN_REVIEW and verb != "starts_review")
        try:
            getattr(self.us.central.aws, verb)(id, *words)
        except NotPossible:
            assert not possible
            return
        assert possible
        verdicts = {
            "starts_review": (IN_REVIEW,),
            "approves": (APPROVED,),
            "asks_for_changes": (ASKED, "Which region?", "Unclear"),
            "rejects": (REJECTED, "Known", "Duplicate"),
        }
        one.decided(*verdicts[verb])
        one.changed()

    @rule(id=opportunities, change=some.sampled_from([*CHANGES[:5], (None, "Engaged"), (None, "Qualify")]))
    def edits(self, *, id: str, change: tuple[str | None, str]) -> None:  # noqa: A002
        """The opportunity, or AWS's own stage, which has no path."""
        one, (path, value) = self.known[id], change
        if path is None:
            self.us.central.aws.moves_own_stage(id, value)
            one.own_stage = value
        else:
            self.us.central.aws.edits(id, path, value)
            one.writes(path, value)
        one.changed(moves=path is not None)

    @precondition(lambda self: len(self.known) < 5)
    @rule(target=opportunities, catalog=some.sampled_from(["AWS", "Sandbox"]))
    def refers(self, *, catalog: str) -> str:
        made = self.meets(self.us.central.aws.refers(catalog=catalog), catalog)
        assert made.status == APPROVED
        made.updates = 1
        return made.id

    @rule(id=opportunities)
    def fails_task(self, *, id: str) -> None:  # noqa: A002
        one = self.known[id]
        self.us.central.aws.fails_task(id, "InternalError")
        one.doomed, one.task = one.doomed or one.task is None, None

    # What time does

    @rule(seconds=some.sampled_from([0.0001, 0.5, 3.0, 5.0, 600.0]))
    def waits(self, *, seconds: float) -> None:
        self.us.clock.advance(seconds)
        self.tasks_end(self.us.clock.now)

    @rule()
    def restarts(self) -> None:
        self.us = self.us.restarted()

    @rule()
    def hears_all(self) -> None:
        """One event at least for every change, and none for what did not happen."""
        self.us.clock.run_until_quiet()
        self.tasks_end(float("inf"))
        told = [event for event in self.us.events if event["detail-type"].startswith("Opportunity")]
        copies = Counter(event["id"] for event in told)
        assert set(copies.values()) <= {self.copies}
        kinds = Counter((event["detail-type"], event["detail"]["opportunity"]["identifier"]) for event in told)
        expected = {("Opportunity Created", id_): 1 for id_ in self.known}
        expected |= {("Opportunity Updated", one.id): one.updates * self.siblings for one in self.known.values()}
        assert kinds == Counter({kind: count * self.copies for kind, count in expected.items() if count})

    def teardown(self) -> None:
        if hasattr(self, "us"):
            self.hears_all()
            self.every_write_is_there_and_nothing_else()

    # What always holds

    @invariant()
    def every_write_is_there_and_nothing_else(self) -> None:
        for one in self.known.values():
            body = self.ask("GetOpportunity", one.catalog, Identifier=one.id).json()
            assert plain(body) == one.body
            assert [entry["Value"] for entry in dig(body, "LifeCycle.NextStepsHistory") or []] == one.steps  # type: ignore[attr-defined]
            date = read(body["LastModifiedDate"])
            assert (date > one.date) if one.moved else (date == one.date)
            one.date, one.moved = date, False
            assert one.status == one.seen or (one.seen, one.status) in EDGES
            one.seen = one.status
            summary = self.ask("GetAwsOpportunitySummary", one.catalog, RelatedOpportunityIdentifier=one.id).json()
            assert dig(summary, "LifeCycle.Stage") == one.own_stage

    # How it asks

    def ask(self, operation: str, catalog: str, **body: object) -> Response:
        return self.us.post(operation, Catalog=catalog, **body)

    def refused(self, response: Response) -> str:
        assert response.status == 400, response.body
        return str(response.json()["__type"]).rpartition("#")[2]

    def meets(self, id_: str, catalog: str) -> Known:
        body = self.ask("GetOpportunity", catalog, Identifier=id_).json()
        made = Known(id_, catalog, plain(body), read(body["LastModifiedDate"]), body["LifeCycle"]["ReviewStatus"])
        made.steps = [entry["Value"] for entry in body["LifeCycle"]["NextStepsHistory"] or []]
        self.known[id_] = made
        return made

    def listed(self, catalog: str, size: int) -> list[str]:
        found: list[str] = []
        token: Document = {}
        while True:
            page = self.ask("ListOpportunities", catalog, MaxResults=size, **token).json()
            found += [row["Id"] for row in page["OpportunitySummaries"]]
            if page["NextToken"] is None:
                return found
            token = {"NextToken": page["NextToken"]}

    def is_new(self, key: tuple[str, str, int], asked: object, response: Response) -> bool:
        """Whether the token was; if not, the answer is the first one, or a conflict."""
        before, first = self.tokens.get(key, (None, response))
        if before not in (None, asked):
            assert self.refused(response) == "ConflictException"
            return False
        assert response.status == 200, response.body
        self.tokens.setdefault(key, (asked, response))
        name = "Id" if key[0] == "create" else "TaskId"
        assert response.json()[name] == first.json()[name]
        return before is None

    def puts(self, one: Known, path: str, value: str, *, off_by: int = 0) -> Response:
        """Reads, changes one thing, writes everything; `off_by` are milliseconds by which the date is another."""
        body = self.ask("GetOpportunity", one.catalog, Identifier=one.id).json()
        body["LastModifiedDate"] = write(read(body["LastModifiedDate"]) + off_by * MILLISECOND)
        return self.us.post("UpdateOpportunity", Identifier=one.id, **with_value(body, path, value))

    def tasks_end(self, now: float) -> None:
        for one in self.known.values():
            if one.task is None or one.task.due > now:
                continue
            task, doomed, one.task, one.doomed = one.task, one.doomed, None, False
            submittable = not doomed and one.status == PENDING and bool(one.of("Solutions"))
            if submittable:
                one.submitted(task.involvement)
            (row,) = self.ask("ListEngagementFromOpportunityTasks", one.catalog, TaskIdentifier=[task.id]).json()[
                "TaskSummaries"
            ]
            assert row["TaskStatus"] == ("COMPLETE" if submittable else "FAILED")


TestHammer = Hammer.TestCase
MORE = int(os.environ.get("COSELL_HAMMER", "0"))
TestHammer.settings = settings(
    max_examples=MORE or 20,
    stateful_step_count=60 if MORE else 40,
    derandomize=not MORE,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
