"""Code that cannot be changed, sent to a local server by what it is started with.

    python3 tests/serve/shims.py target/debug/trsim

The shims are fetched from the server itself. Each client is tried if it is installed (`pip install
twilio`, `npm install twilio` and NODE_PATH); at least one must be. TWILIO_REGION is set, as it may
be where the code runs, and must not lead anywhere else.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from base64 import b64encode
from pathlib import Path

SID, TOKEN = "AC" + "0" * 32, "secret"

PYTHON = """
import os
from twilio.rest import Client

client = Client(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"])
made = client.taskrouter.v1.workspaces.create(friendly_name="from python")
for number in range(3):
    client.taskrouter.v1.workspaces(made.sid).workers.create(friendly_name=f"worker {number}")
print(len(list(client.taskrouter.v1.workspaces(made.sid).workers.stream(page_size=2))))
# Nobody else's requests are sent there.
print(client.api.base_url)
"""

NODE = """
const client = require("twilio")(process.env.TWILIO_ACCOUNT_SID, process.env.TWILIO_AUTH_TOKEN);
(async () => {
  const made = await client.taskrouter.v1.workspaces.create({ friendlyName: "from node" });
  const { workers } = client.taskrouter.v1.workspaces(made.sid);
  for (const number of [0, 1, 2]) await workers.create({ friendlyName: `worker ${number}` });
  console.log((await workers.list({ pageSize: 2 })).length);
  console.log(client.api.baseUrl);
})();
"""


def get(base, path, with_token=True):
    request = urllib.request.Request(base + path)
    if with_token:
        credentials = b64encode(f"{SID}:{TOKEN}".encode()).decode()
        request.add_header("Authorization", "Basic " + credentials)
    return urllib.request.urlopen(request).read().decode()


def run(name, command, environment, base):
    environment = {
        **os.environ,
        **environment,
        "TASKROUTER_URL": base,
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_REGION": "au1",
    }
    output = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert output.returncode == 0, output.stderr
    assert output.stdout.split() == ["3", "https://api.twilio.com"], output.stdout
    names = [it["friendly_name"] for it in json.loads(get(base, "/v1/Workspaces"))["workspaces"]]
    assert name in names, names


def has(*command):
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except FileNotFoundError:
        return False


def main():
    server = subprocess.Popen(
        [sys.argv[1], "serve", "--port", "0", "--auth-token", TOKEN],
        stdout=subprocess.PIPE,
        text=True,
    )
    base = server.stdout.readline().split()[-1]
    tried = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            files = {
                "sitecustomize.py": get(base, "/_sim/shim/sitecustomize.py", False),
                "local-taskrouter.js": get(base, "/_sim/shim/local-taskrouter.js", False),
                "app/app.py": PYTHON,
                "app/app.js": NODE,
            }
            (folder / "app").mkdir()
            for name, text in files.items():
                (folder / name).write_text(text)
            if has(sys.executable, "-c", "import twilio"):
                shim = {"PYTHONPATH": str(folder)}
                run("from python", [sys.executable, folder / "app/app.py"], shim, base)
                tried.append("python")
            if has("node", "-e", "require('twilio')"):
                shim = {"NODE_OPTIONS": f"--require {folder}/local-taskrouter.js"}
                run("from node", ["node", folder / "app/app.js"], shim, base)
                tried.append("node")
    finally:
        server.terminate()
        assert server.wait(10) == 0, "it stops when it is told to"
    assert tried, "there is no client to try"
    print("unchanged code reached the local server:", ", ".join(tried))


main()
