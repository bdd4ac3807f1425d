// The recipe for the vendor's Node client, and the happy path of the quickstart.
//
//     node tests/serve/walkthrough.js target/debug/trsim
//
// needs `npm install twilio` in a folder that `NODE_PATH` names.
"use strict";

const assert = require("node:assert");
const { spawn } = require("node:child_process");
const http = require("node:http");
const readline = require("node:readline");
const twilio = require("twilio");

const SID = "AC" + "0".repeat(32);
const TOKEN = "secret";

/** An application that checks the signature of a callback and accepts the offer. */
function application(offered) {
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      const form = Object.fromEntries(new URLSearchParams(body));
      const url = `http://127.0.0.1:${server.address().port}${request.url}`;
      const signature = request.headers["x-twilio-signature"];
      assert(twilio.validateRequest(TOKEN, signature, url, form), "a valid signature");
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ instruction: "accept" }));
      offered(form);
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function walk(base) {
  const client = twilio(SID, TOKEN);
  client.taskrouter.baseUrl = base; // the only line that is not the quickstart's
  let offered;
  const offer = new Promise((resolve) => (offered = resolve));
  const app = await application(offered);
  const workspace = await client.taskrouter.v1.workspaces.create({ friendlyName: "node" });
  const here = client.taskrouter.v1.workspaces(workspace.sid);
  const [free] = await here.activities.list({ available: "true" });
  const queue = await here.taskQueues.create({ friendlyName: "all" });
  const workflow = await here.workflows.create({
    friendlyName: "main",
    configuration: JSON.stringify({ task_routing: { default_filter: { queue: queue.sid } } }),
    assignmentCallbackUrl: `http://127.0.0.1:${app.address().port}/assign`,
  });
  await here.workers.create({ friendlyName: "Alice", activitySid: free.sid });
  const task = await here.tasks.create({ workflowSid: workflow.sid, attributes: "{}" });
  const form = await offer;
  assert.equal(form.TaskSid, task.sid);
  let status = "";
  for (let n = 0; n < 200 && status !== "assigned"; n++) {
    status = (await here.tasks(task.sid).fetch()).assignmentStatus;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.equal(status, "assigned");
  const [reservation] = await here.tasks(task.sid).reservations.list();
  assert.equal(reservation.workerName, "Alice");
  assert.equal(reservation.reservationStatus, "accepted");
  for (let n = 0; n < 6; n++) await here.tasks.create({ workflowSid: workflow.sid });
  assert.equal((await here.tasks.list({ pageSize: 2 })).length, 7);
  await assert.rejects(here.tasks("WT" + "f".repeat(32)).fetch(), { status: 404, code: 20404 });
  app.close();
}

async function main() {
  const server = spawn(process.argv[2], ["serve", "--port", "0", "--auth-token", TOKEN]);
  const [line] = await require("node:events").once(readline.createInterface(server.stdout), "line");
  try {
    await walk(line.split(" ").pop());
    console.log("the client works as with TaskRouter");
  } finally {
    server.kill();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
