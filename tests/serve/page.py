"""The page at /_sim/ in a real browser: clicks through the unhappy path.

    python3 tests/serve/page.py target/debug/trsim [FOLDER FOR SCREENSHOTS]

needs `pip install playwright` and a Chromium (`apt-get install chromium`, or `playwright install
chromium`). It ends with code 0 if everything could be seen and clicked, at desktop and phone width,
without a word on the browser's console and without a request to anybody else.
"""

import json
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

SID, TOKEN = "AC" + "0" * 32, "secret"
NASTY = "<img src=x onerror=alert(1)>"


class Server:
    def __init__(self, program, *more):
        self.process = subprocess.Popen(
            [program, "serve", "--port", "0", "--clock", "virtual", "--activities", "classic"]
            + ["--auth-token", TOKEN, *more],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.base = self.process.stdout.readline().split()[-1]

    def send(self, path, **form):
        body = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.base + path, body)
        credentials = b64encode(f"{SID}:{TOKEN}".encode()).decode()
        request.add_header("Authorization", "Basic " + credentials)
        return json.load(urllib.request.urlopen(request))

    def stop(self):
        self.process.terminate()
        assert self.process.wait(10) == 0, "it stops when it is told to"


def floor(server):
    """Alice is idle, Bob is not there; an offer rings for 15 s. The workspace's path."""
    made = server.send("/v1/Workspaces", FriendlyName="Support", MultiTaskEnabled="false")
    here = f"/v1/Workspaces/{made['sid']}"
    activities = server.send(f"{here}/Activities")["activities"]
    sids = {it["friendly_name"]: it["sid"] for it in activities}
    queue = server.send(
        f"{here}/TaskQueues",
        FriendlyName="Everybody",
        ReservationActivitySid=sids["Reserved"],
        AssignmentActivitySid=sids["Busy"],
    )
    server.send(f"{here}/TaskQueues", FriendlyName="Spanish", TargetWorkers="languages HAS 'es'")
    server.send(
        f"{here}/Workflows",
        FriendlyName="Main",
        Configuration=json.dumps({"task_routing": {"default_filter": {"queue": queue["sid"]}}}),
        TaskReservationTimeout="15",
    )
    for name, activity in [("Alice", "Idle"), ("Bob", "Offline"), (NASTY, "Offline")]:
        attributes = json.dumps({"languages": ["en", "es"]})
        server.send(
            f"{here}/Workers",
            FriendlyName=name,
            ActivitySid=sids[activity],
            Attributes=attributes,
        )
    return here


def worker(page, name):
    return page.locator("#workers > li").filter(has=page.locator(".name", has_text=name))


def sign_in(page):
    """A token of one's own is asked for, until it is the right one."""
    page.get_by_label("Auth token").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Auth token").fill(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()


def miss_and_come_back(page):
    """Alice misses the offer, Bob rejects it, is asked again, and accepts; Alice comes back."""
    page.get_by_role("button", name="New task").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Attributes").fill('{"selected_language": "es"}')
    page.get_by_role("button", name="Create").click()
    task = page.locator("#tasks > li").first
    expect(task.locator(".pill")).to_have_text("reserved")
    expect(task).to_contain_text('"selected_language": "es"')
    alice, bob = worker(page, "Alice"), worker(page, "Bob")
    expect(alice.locator(".offer")).to_contain_text("ringing")
    expect(alice.locator(".left")).to_have_text("0:15")
    expect(alice.get_by_role("combobox")).to_have_value(re.compile("WA"))
    expect(page.locator("#queues tr").first).to_contain_text("1 ringing")

    # TaskRouter refuses to move a worker who is being rung, and the page says so.
    alice.get_by_role("combobox").select_option(label="Offline")
    expect(page.get_by_role("status")).to_contain_text("pending")
    expect(alice.locator("select option:checked")).to_have_text("Reserved")

    page.get_by_role("button", name="+10 s").click()
    expect(page.locator("#now")).to_contain_text("00:00:10")
    expect(alice.locator(".left")).to_have_text("0:05")
    page.get_by_role("button", name="Next event").click()
    expect(page.locator("#now")).to_contain_text("00:00:15")
    expect(alice.locator("select option:checked")).to_have_text("Offline")
    expect(task.locator(".pill")).to_have_text("pending")
    expect(page.locator("#events")).to_contain_text("reservation.timeout")

    bob.get_by_role("combobox").select_option(label="Idle")
    expect(bob.locator(".offer")).to_contain_text("ringing")
    bob.get_by_role("button", name="Reject").click()
    expect(page.locator("#events")).to_contain_text("reservation.rejected")
    expect(bob.locator(".offer")).to_have_count(0)
    expect(task.locator(".pill")).to_have_text("pending")
    # The task is offered again a second later.
    page.get_by_role("button", name="Next event").click()
    bob.get_by_role("button", name="Accept").click()
    expect(task.locator(".pill")).to_have_text("assigned")
    expect(bob.locator("select option:checked")).to_have_text("Busy")
    expect(bob.locator(".offer")).to_contain_text("accepted")
    task.get_by_role("button", name="Complete").click()
    expect(task.locator(".pill")).to_have_text("completed")
    expect(bob.locator(".offer")).to_have_count(0)
    alice.get_by_role("combobox").select_option(label="Idle")
    expect(alice.locator(".dot.there")).to_have_count(1)


def wait_in_vain(page, server, here):
    """A task that nobody can take is canceled by hand."""
    created = server.send(f"{here}/Tasks", Attributes='{"n": 2}')
    task = page.locator(f"[data-key='{created['sid']}']")
    for name in ["Alice", "Bob"]:
        offer = worker(page, name).locator(".offer")
        if offer.count():
            worker(page, name).get_by_role("button", name="Reject").click()
    expect(task).to_be_visible()
    task.get_by_role("button", name="Cancel").click()
    expect(task.locator(".pill")).to_have_text("canceled")
    assert server.send(f"{here}/Tasks/{created['sid']}")["reason"] == "from the page"


def run_the_clock(page):
    page.get_by_role("button", name="60×").click()
    expect(page.get_by_role("button", name="60×")).to_have_attribute("aria-pressed", "true")
    before = page.locator("#now").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator("#now").inner_text() != before, "it runs"
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#pace")).to_contain_text("stands still")


def find(page):
    page.get_by_label("Find a worker").fill("ali")
    expect(page.locator("#workers > li")).to_have_count(1)
    page.get_by_label("Find a worker").fill("")
    expect(page.locator("#workers > li")).to_have_count(3)
    expect(worker(page, NASTY)).to_have_count(1)


def watch(page, base):
    """What must not happen: a word on the console, a request to anybody else."""
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    # The browser itself notes answers of 400 and more; those are asked for here.
    noted = re.compile("Failed to load resource")
    page.on("console", lambda it: noted.match(it.text) or faults.append(it.text))
    page.on("request", lambda it: it.url.startswith(base) or faults.append(it.url))
    return faults


def fits(page):
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"the page is {wide} pixels too wide"


def main():
    program, *folder = sys.argv[1:]
    server = Server(program)
    try:
        with sync_playwright() as playwright:
            own = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=own, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(30_000)
            expect.set_options(timeout=30_000)
            faults = watch(page, server.base)
            page.goto(server.base + "/_sim/")
            sign_in(page)
            expect(page.get_by_text("There is no workspace yet")).to_be_visible()
            here = floor(server)
            expect(page.get_by_role("heading", name="Workers")).to_be_visible()
            miss_and_come_back(page)
            wait_in_vain(page, server, here)
            run_the_clock(page)
            find(page)
            for name in ["one", "two", "three"]:
                server.send(f"{here}/Tasks", Attributes=json.dumps({"customer": name}))
            expect(page.locator("#tasks > li")).to_have_count(5)
            page.wait_for_timeout(1500)
            for width, height in [(1280, 800), (900, 800), (375, 740)]:
                page.set_viewport_size({"width": width, "height": height})
                fits(page)
                for scheme in ["light", "dark"] if folder else []:
                    page.emulate_media(color_scheme=scheme)
                    path = Path(folder[0]) / f"{width}-{scheme}.png"
                    page.screenshot(path=path, full_page=width < 900)
            # On a phone, too, what rings can be answered.
            page.locator(".offer").get_by_role("button", name="Accept").first.click()
            expect(page.locator("#tasks .pill.assigned").first).to_be_visible()
            server.send("/_sim/reset", Seed="2")
            expect(page.get_by_text("There is no workspace yet")).to_be_visible()
            assert not faults, faults
            browser.close()
        print("the page shows and does what it should")
    finally:
        server.stop()


main()
