"""One loopback port for everything: clients in other processes, and webhooks over a real socket."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from cosell.sandbox import Sandbox
from cosell.sandbox.stepfunctions import Clock
from cosell.sandbox.wire import Request, json_response

AWS = str(Path(sys.executable).parent / "aws")
BOTO3 = """
import json, sys, boto3
client = lambda name: boto3.client(name, endpoint_url=sys.argv[1])
machines = client("stepfunctions").list_state_machines()["stateMachines"]
machine = next(one["stateMachineArn"] for one in machines if one["name"].endswith("deal-lifecycle"))
execution = client("stepfunctions").list_executions(stateMachineArn=machine)["executions"][-1]
partner_central = client("partnercentral-selling")
print(json.dumps({
    "status": execution["status"],
    "tables": client("dynamodb").list_tables()["TableNames"],
    "opportunities": len(partner_central.list_opportunities(Catalog="Sandbox")["OpportunitySummaries"]),
    "buses": [bus["Name"] for bus in client("events").list_event_buses()["EventBuses"]],
    "queue": client("sqs").list_queues()["QueueUrls"][0].rpartition("/")[2],
    "secret": client("secretsmanager").list_secrets()["SecretList"][0]["Name"],
}))
"""
HUBSPOT = """
import sys
from hubspot import HubSpot
client = HubSpot(access_token=sys.argv[2])
client.config["host"] = sys.argv[1]
page = client.crm.deals.basic_api.get_page(limit=10, properties=["dealname"])
print([deal.properties["dealname"] for deal in page.results])
"""


def outside(sandbox: Sandbox, *command: str) -> str:
    """Runs a program that talks to the sandbox, and serves it meanwhile; returns what it printed."""
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": "AKIASANDBOX",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }
    with subprocess.Popen(  # noqa: S603 - the commands are this file's
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        output: list[tuple[str, str]] = []
        reader = threading.Thread(target=lambda: output.append(process.communicate()))
        reader.start()
        sandbox.listen().serve_while(reader.is_alive)
        reader.join()
    assert process.returncode == 0, output[0][1]
    return output[0][0]


def aws(sandbox: Sandbox, *arguments: str) -> Any:
    printed = outside(sandbox, AWS, "--endpoint-url", sandbox.listen().url, "--output", "json", *arguments)
    return json.loads(printed) if printed.strip() else None


def fails_to_start(sandbox: Sandbox) -> str:
    """An execution that failed at its first state, because DynamoDB was down; the fault is healed."""
    sandbox.dynamodb.fail(with_="unavailable", until_healed=True)
    sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
    sandbox.run_until_quiet()
    sandbox.dynamodb.heal()
    return sandbox.executions.failed[0].arn


def test_the_aws_cli_lists_describes_and_redrives(sandbox: Sandbox) -> None:
    arn = fails_to_start(sandbox)
    machines = aws(sandbox, "stepfunctions", "list-state-machines")["stateMachines"]
    machine = next(one["stateMachineArn"] for one in machines if one["name"].endswith("deal-lifecycle"))

    listed = aws(
        *(sandbox, "stepfunctions", "list-executions", "--state-machine-arn", machine),
        *("--status-filter", "FAILED"),
    )["executions"]
    assert arn in [execution["executionArn"] for execution in listed]
    assert aws(sandbox, "stepfunctions", "describe-execution", "--execution-arn", arn)["status"] == "FAILED"
    history = aws(sandbox, "stepfunctions", "get-execution-history", "--execution-arn", arn)["events"]
    assert history[0]["type"] == "ExecutionStarted"
    assert history[-1]["type"] == "ExecutionFailed"

    aws(sandbox, "stepfunctions", "redrive-execution", "--execution-arn", arn)
    sandbox.run_until_quiet()

    assert aws(sandbox, "stepfunctions", "describe-execution", "--execution-arn", arn)["status"] == "SUCCEEDED"


def test_boto3_and_the_hubspot_client_in_another_process_see_the_same_world(sandbox: Sandbox) -> None:
    sandbox.hubspot.seller.creates_deal(name="Seen from outside", shared_with_aws=True)
    sandbox.run_until_quiet()
    url = sandbox.listen().url

    seen = json.loads(outside(sandbox, sys.executable, "-c", BOTO3, url))
    deals = outside(sandbox, sys.executable, "-c", HUBSPOT, url, sandbox.hubspot.simulator.app.token)

    assert seen == {
        "status": "SUCCEEDED",
        "tables": ["cosell-sandbox-links", "cosell-sandbox-sync-state"],
        "opportunities": 1,
        "buses": ["default", "cosell-sandbox-events"],
        "queue": "cosell-sandbox-undelivered",
        "secret": "cosell-sandbox/hubspot",
    }
    assert deals.strip() == "['Seen from outside']"


def test_what_is_served_to_others_is_in_no_trace(sandbox: Sandbox) -> None:
    before = len(sandbox.calls)

    aws(sandbox, "dynamodb", "list-tables")

    assert len(sandbox.calls) == before


def run(assembly: Path, *, over_a_socket: bool) -> list[Any]:
    """A day of a deal, call by call."""
    with Sandbox(assembly, seed=5) as sandbox:
        if over_a_socket:
            sandbox.listen()
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
        sandbox.hubspot.deliver_webhooks(copies=3, shuffled=True, batch=4)
        sandbox.run_until_quiet()
        assert deal.now["aws_opportunity_id"]
        webhook = [call for call in sandbox.calls if call.function.endswith("webhook")]
        assert webhook
        return [(call.at, call.caller, call.remote, call.operation, call.ok) for call in sandbox.calls]


def test_webhooks_over_a_socket_change_nothing_in_a_run(assembly: Path) -> None:
    assert run(assembly, over_a_socket=True) == run(assembly, over_a_socket=False)


def test_the_webhooks_signature_covers_the_loopback_url(sandbox: Sandbox) -> None:
    url = sandbox.listen().url
    assert sandbox.hubspot.simulator.app.target_url == f"{url}/prod/webhooks/hubspot"
    answers: list[Any] = []
    forged = Request("POST", f"{url}/prod/webhooks/hubspot", {"x-hubspot-signature-v3": "bm8="}, b"[]")

    sandbox.listen().post(forged, answers.append)
    sandbox.run_until_quiet()

    assert [answer.status for answer in answers] == [401]


def test_an_unknown_path_is_a_404_that_says_so(sandbox: Sandbox) -> None:
    url = sandbox.listen().url
    printed = outside(sandbox, sys.executable, "-c", f"import httpx; print(httpx.get('{url}/nothing/here').text)")

    assert json.loads(printed) == {"message": "nothing in the sandbox answers GET /nothing/here"}


def test_a_page_is_asked_first(sandbox: Sandbox) -> None:
    server = sandbox.listen()
    server.router.pages.append(
        lambda request: json_response(200, {"page": request.path}) if request.path == "/" else None
    )

    printed = outside(sandbox, sys.executable, "-c", f"import httpx; print(httpx.get('{server.url}/').text)")

    assert json.loads(printed) == {"page": "/"}


def test_in_real_time_the_clock_follows_the_wall_and_stops_when_told(assembly: Path) -> None:
    with Sandbox(assembly, clock=Clock()) as sandbox:
        server = sandbox.listen()
        deal = sandbox.hubspot.seller.creates_deal(shared_with_aws=True)
        began = sandbox.clock.now
        seen: list[int] = []

        def ask_and_stop() -> None:
            while not deal.now["aws_opportunity_id"] and not sandbox.executions.failed:
                seen.append(httpx.get(f"{server.url}/nothing").status_code)
            server.stop()

        client = threading.Thread(target=ask_and_stop)
        client.start()
        server.serve_forever(speed=200)
        client.join()

        assert sandbox.executions.failed == []
        assert set(seen) == {404}
        assert sandbox.clock.now > began + 8, "the settling wait has passed"


def test_a_request_that_nobody_can_read_is_a_500_and_no_more(assembly: Path) -> None:
    with Sandbox(assembly) as sandbox:
        server = sandbox.listen()
        answers: list[httpx.Response] = []

        def ask_and_stop() -> None:
            answers.append(httpx.get(server.url, headers={"Host": "["}))
            answers.append(httpx.get(f"{server.url}/nothing"))
            server.stop()

        client = threading.Thread(target=ask_and_stop)
        client.start()
        server.serve_forever()
        client.join()

    assert [answer.status_code for answer in answers] == [500, 404]
    assert answers[0].json() == {"message": "the sandbox failed at this: ValueError: Invalid IPv6 URL"}


INTERRUPTED = """
import os, signal, sys, time, types
from cosell.sandbox.cloud import Cloud
from cosell.sandbox.functions import Function
from cosell.sandbox.hubspot import HubSpot
from cosell.sandbox.router import Router
from cosell.sandbox.server import Server
from cosell.sandbox.stepfunctions import Clock

ended = []

def work(times):
    for _ in range(times):
        pass

def handler(event, context):
    os.kill(os.getpid(), signal.SIGINT)
    work(300_000)  # the main thread hears of it meanwhile
    try:
        time.sleep(1)
    finally:
        work(5_000_000)
        ended.append("whole")

signal.signal(signal.SIGINT, signal.default_int_handler)
tiny = sys.modules["tiny"] = types.ModuleType("tiny")
tiny.handler = handler
clock = Clock()
cloud = Cloud(clock)
cloud.functions.add(Function("tiny", "tiny.handler"))
with cloud.running():
    server = Server(clock, Router(cloud, HubSpot(clock)))
    cloud.functions.invoke("tiny", {}, lambda answer: None)
    server.serve_forever()
    server.close()
print(*ended)
"""


def test_after_ctrl_c_no_handler_is_at_work_any_more() -> None:
    done = subprocess.run(  # noqa: S603 - the script above
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout == "whole\n"


def test_sigterm_ends_it_politely(assembly: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from cosell.sandbox import Sandbox\n"
        "with Sandbox(Path(sys.argv[1])) as sandbox:\n"
        "    print(sandbox.listen().url, flush=True); sandbox.listen().serve_forever()\n"
        "print('closed')\n"
    )
    with subprocess.Popen(  # noqa: S603 - the script above
        [sys.executable, "-c", script, str(assembly)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/nothing").status_code == 404
        process.terminate()

        assert process.stdout.read().strip() == "closed"
    assert process.returncode == 0


def test_closing_answers_whoever_still_waits(assembly: Path) -> None:
    statuses: list[int] = []
    with Sandbox(assembly) as sandbox:
        url = sandbox.listen().url
        client = threading.Thread(target=lambda: statuses.append(httpx.get(f"{url}/nothing").status_code))
        client.start()
        while sandbox.listen().waiting == 0 and client.is_alive():
            pass
    client.join()

    assert statuses == [503]


def test_a_client_that_hangs_up_is_no_error_of_ours(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    server = sandbox.listen()
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"GET /nothing HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        while server.waiting == 0:
            pass
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closes with a reset

    server.serve_while(lambda: server.waiting > 0)
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)

    assert capfd.readouterr().err == ""


def test_post_says_when_nobody_listens(sandbox: Sandbox, unused: str) -> None:
    answers: list[Any] = []

    sandbox.listen().post(Request("POST", unused), answers.append)

    assert answers == [None]


@pytest.fixture
def unused() -> str:
    """The URL of a port on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}/"
