"""TaskRouter's quickstart with the vendor's own client, unchanged but for one line.

    python3 tests/serve/walkthrough.py target/debug/trsim

needs `pip install twilio`. It starts a server with a virtual clock and an application that takes
assignment callbacks, and ends with code 0 if all went as TaskRouter's quickstart says.
"""

import http.server
import json
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from base64 import b64encode

from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

SID, TOKEN = "AC" + "0" * 32, "secret"


class Application(http.server.BaseHTTPRequestHandler):
    """Notes every callback and answers `{}`: the decision comes by REST."""

    calls = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        url = f"http://127.0.0.1:{self.server.server_port}{self.path}"
        signature = self.headers["X-Twilio-Signature"]
        assert RequestValidator(TOKEN).validate(url, form, signature), "a valid signature"
        Application.calls.append((self.path, form))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def offers():
    calls = [form for path, form in Application.calls if path == "/assignment_callback"]
    Application.calls = [call for call in Application.calls if call[0] != "/assignment_callback"]
    return calls


def start_server(program):
    server = subprocess.Popen(
        [program, "serve", "--port", "0", "--clock", "virtual", "--auth-token", TOKEN],
        stdout=subprocess.PIPE,
        text=True,
    )
    return server, server.stdout.readline().split()[-1]


def advance(base, length):
    form = urllib.parse.urlencode({"Advance": length}).encode()
    request = urllib.request.Request(base + "/_sim/clock", form)
    request.add_header("Authorization", "Basic " + b64encode(f"{SID}:{TOKEN}".encode()).decode())
    return json.load(urllib.request.urlopen(request))


def walk(base, application):
    client = Client(SID, TOKEN)
    client.taskrouter.base_url = base  # the only line that is not the quickstart's
    root = f"http://127.0.0.1:{application.server_port}"

    workspace = client.taskrouter.v1.workspaces.create(
        friendly_name="quickstart", multi_task_enabled=False, event_callback_url=root + "/events"
    )
    here = client.taskrouter.v1.workspaces(workspace.sid)
    assert [it.friendly_name for it in here.activities.list()] == ["Offline", "Available", "Unavailable"]
    idle = here.activities.create(friendly_name="Idle", available=True)
    busy = here.activities.create(friendly_name="Busy", available=False)
    reserved = here.activities.create(friendly_name="Reserved", available=False)
    queue = here.task_queues.create(
        friendly_name="Customer Care Requests - Spanish",
        target_workers='languages HAS "es"',
        reservation_activity_sid=reserved.sid,
        assignment_activity_sid=busy.sid,
    )
    configuration = {
        "task_routing": {
            "filters": [
                {
                    "filter_friendly_name": "Language - Spanish",
                    "expression": "selected_language=='es'",
                    "targets": [{"queue": queue.sid}],
                }
            ]
        }
    }
    workflow = here.workflows.create(
        friendly_name="Incoming Customer Care Requests",
        configuration=json.dumps(configuration),
        assignment_callback_url=root + "/assignment_callback",
        task_reservation_timeout=15,
    )
    alice = here.workers.create(
        friendly_name="Alice", attributes='{"languages": ["en", "es"]}', activity_sid=idle.sid
    )
    here.workers.create(friendly_name="Bob", attributes='{"languages": ["en"]}', activity_sid=idle.sid)

    # Nobody answers in 15 s.
    task = here.tasks.create(attributes='{"selected_language": "es"}', workflow_sid=workflow.sid)
    assert task.assignment_status == "pending"
    clock = advance(base, "14s")
    assert clock["callbacks_in_flight"] == 0
    [offer] = offers()
    assert (offer["TaskSid"], offer["WorkerName"]) == (task.sid, "Alice")
    assert here.workers(alice.sid).fetch().activity_name == "Reserved"
    advance(base, "1s")
    first = here.tasks(task.sid).reservations(offer["ReservationSid"])
    assert first.fetch().reservation_status == "timeout"
    assert here.workers(alice.sid).fetch().activity_name == "Offline"
    assert here.tasks(task.sid).fetch().assignment_status == "pending"

    # With a longer timeout, and Alice back, it is accepted.
    here.workflows(workflow.sid).update(task_reservation_timeout=120)
    here.workers(alice.sid).update(activity_sid=idle.sid)
    advance(base, "60s")
    [offer] = offers()
    second = here.tasks(task.sid).reservations(offer["ReservationSid"])
    accepted = second.update(reservation_status="accepted")
    assert (accepted.worker_name, accepted.reservation_status) == ("Alice", "accepted")
    assert here.workers(alice.sid).fetch().activity_name == "Busy"
    assert here.tasks(task.sid).fetch().assignment_status == "assigned"
    try:
        here.tasks(task.sid).update(assignment_status="canceled", reason="no")
        raise AssertionError("an assigned task cannot be canceled")
    except TwilioRestException as error:
        assert (error.status, error.code) == (400, 20001)
        assert "because it is not pending or reserved" in error.msg
    here.tasks(task.sid).update(assignment_status="completed", reason="done")

    # Pages are followed to the end.
    for number in range(7):
        here.tasks.create(attributes=json.dumps({"selected_language": "es", "n": number}))
    assert len(list(here.tasks.stream(page_size=3))) == 8
    assert [it.friendly_name for it in here.workers.list(target_workers_expression="languages HAS 'es'")] == ["Alice"]
    try:
        here.tasks("WT" + "f" * 32).fetch()
        raise AssertionError("there is no such task")
    except TwilioRestException as error:
        assert (error.status, error.code) == (404, 20404)

    # What happened can be read, and was told.
    statistics = here.task_queues(queue.sid).cumulative_statistics().fetch()
    assert (statistics.reservations_accepted, statistics.reservations_timed_out) == (1, 1)
    assert here.task_queues(queue.sid).real_time_statistics().fetch().total_tasks == 7
    events = [it.event_type for it in here.events.list(task_sid=task.sid)]
    advance(base, "1s")
    told = [form["EventType"] for path, form in Application.calls if form.get("TaskSid") == task.sid]
    assert told == events[::-1], (told, events)
    assert told[:5] == [
        "task.created",
        "workflow.entered",
        "workflow.target-matched",
        "task-queue.entered",
        "reservation.created",
    ]


def main():
    application = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=application.serve_forever, daemon=True).start()
    server, base = start_server(sys.argv[1])
    try:
        walk(base, application)
        print("the quickstart went as TaskRouter's does")
    finally:
        server.terminate()
        assert server.wait(10) == 0, "it stops when it is told to"


main()
