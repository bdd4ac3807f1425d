"use strict";
// The page of the local TaskRouter: it asks /_sim/state every second and shows what it is told.
// Whatever a button does goes over the REST interface, as an application's own requests do.

const $ = (id) => document.getElementById(id);
const POLL_MS = 1000, EVENTS_SHOWN = 200, ZEROS = "0".repeat(32);
const own = (key, other) => sessionStorage.getItem(key) ?? other;

let account = { sid: own("sid", "AC" + ZEROS), token: own("token", ZEROS) };
let state = null;          // what was answered last
let seen = 0;              // performance.now() when it came
let lastEvent = 0;         // the number of the last event that is shown
let shown = "";            // the workspace that is shown
let asking = null, timer = 0; // the request in hand, and the wait for the next one

// the server
async function request(method, path, form) {
  const answer = await fetch(location.origin + path, {
    method,
    credentials: "omit",
    cache: "no-store",
    headers: { Authorization: "Basic " + btoa(`${account.sid}:${account.token}`) },
    body: form && new URLSearchParams(form),
  });
  const body = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) {
    const error = new Error(body?.message ?? `the server answered ${answer.status}`);
    error.status = answer.status;
    throw error;
  }
  return body;
}

/// Does something for the user, says what went wrong if it did, and shows what came of it.
async function act(button, work) {
  if (button) button.disabled = true;
  try {
    await work();
    say("");
  } catch (error) {
    say(error.message, true);
  } finally {
    if (button) button.disabled = false;
    await refresh();
  }
}

const inWorkspace = (path) => `/v1/Workspaces/${shown}${path}`;
const post = (path, form) => request("POST", inWorkspace(path), form);

async function load() {
  if ($("door").open) return;
  const query = new URLSearchParams({ After: lastEvent, Find: $("find").value });
  if (shown) query.set("Workspace", shown);
  try {
    const fresh = await request("GET", "/_sim/state?" + query);
    const last = fresh.workspace?.last_event ?? 0;
    // The server was reset, or another workspace is shown: what is known of events is void.
    const isOther = fresh.workspace?.sid !== shown || last < lastEvent
      || (state && fresh.clock.now_ms < state.clock.now_ms);
    state = fresh;
    seen = performance.now();
    if (isOther) {
      const mustAskAgain = 0 < lastEvent;
      shown = fresh.workspace?.sid ?? "";
      lastEvent = 0;
      $("events").replaceChildren();
      if (mustAskAgain) return load();
    }
    if ($("message").dataset.lost) say("");
    show();
  } catch (error) {
    if (error.status === 401) askWho();
    else if (error.status === 404 && shown) { shown = ""; lastEvent = 0; return load(); }
    else say(`The server cannot be reached: ${error.message}`, true, true);
  }
}

function refresh() {
  clearTimeout(timer);
  asking = (asking ?? Promise.resolve()).then(load).finally(() => {
    clearTimeout(timer);
    timer = setTimeout(refresh, document.hidden ? 10 * POLL_MS : POLL_MS);
  });
  return asking;
}

function askWho() {
  if ($("door").open) return;
  $("sid").value = account.sid;
  $("door").showModal();
  $("token").focus();
}

function say(text, isBad = false, isLost = false) {
  const box = $("message");
  box.hidden = !text;
  box.textContent = text;
  box.className = isBad ? "bad" : "";
  if (isLost) box.dataset.lost = "yes"; else delete box.dataset.lost;
}

// small things
function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function button(text, className, work) {
  const made = make("button", className, text);
  made.type = "button";
  made.addEventListener("click", () => act(made, work));
  return made;
}

/// The children of `parent` become those of `items`, in their order; whoever stays is not touched,
/// so that focus and open lists are kept.
function sync(parent, items, key, create, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let child = known.get(name);
    if (child) known.delete(name);
    else { child = create(item); child.dataset.key = name; }
    update?.(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of known.values()) child.remove();
}

function options(select, items, chosen) {
  sync(select, items, (it) => it.value, (it) => new Option(it.text, it.value),
    (option, it) => write(option, it.text));
  if (chosen !== undefined && select.value !== chosen && document.activeElement !== select) {
    select.value = chosen;
  }
}

/// Milliseconds since 1970, by the server's clock.
function now() {
  const { now_ms, factor, kind } = state.clock;
  const goes = kind === "real" ? 1 : state.clock.callbacks_in_flight ? 0 : factor ?? 0;
  return now_ms + (performance.now() - seen) * goes;
}

/// `1:05:09`, `2:31`, `0:07`.
function span(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });
const day = (ms) => DAY.format(ms).replace(/^(...)\w*,? (\d+) (...)\w*/, "$1 $2 $3");
const time = (ms) => new Date(ms).toISOString().slice(11, 19);
const SID = /\b[A-Z]{2}[0-9a-f]{32}\b/g;
const short = (sid) => sid.slice(0, 2) + "…" + sid.slice(-5);
const listed = (n, of) => (n === of ? `${of}` : `${n} of ${of}`);

// what is shown
function show() {
  const { workspace } = state;
  options($("workspace"), state.workspaces.map((it) => ({ value: it.sid, text: it.friendly_name })), shown);
  $("workspace").parentElement.hidden = state.workspaces.length === 0;
  $("controls").hidden = state.clock.kind !== "virtual";
  const pace = String(state.clock.factor ?? 0);
  for (const it of document.querySelectorAll("[data-factor]")) {
    it.setAttribute("aria-pressed", String(it.dataset.factor === pace));
  }
  $("main").hidden = !workspace;
  $("empty").hidden = Boolean(workspace);
  if (workspace) showWorkspace(workspace);
  tick();
}

function showWorkspace(it) {
  const held = grouped(it.reservations);
  const activities = it.activities.map((a) => ({ value: a.sid, text: a.friendly_name }));
  write($("n-workers"), listed(it.workers.length, it.n_workers));
  sync($("workers"), orNone(it.workers, "no workers"), keyOf, makeWorker,
    (li, worker) => updateWorker(li, worker, held.get(worker.sid) ?? [], activities));
  write($("n-queues"), listed(it.task_queues.length, it.n_task_queues));
  sync($("queues"), it.task_queues, keyOf, makeQueue, updateQueue);
  const alive = it.tasks.filter((task) => !isOver(task));
  write($("n-tasks"), listed(alive.length, it.n_tasks));
  sync($("tasks"), orNone(it.tasks, "no tasks"), keyOf, makeTask, updateTask);
  options($("workflow"), it.workflows.map((w) => ({ value: w.sid, text: w.friendly_name })));
  options($("channel"), it.task_channels.map((name) => ({ value: name, text: name })));
  showEvents(it);
}

const keyOf = (it) => it.sid;
const orNone = (items, none) => (items.length ? items : [{ sid: "none", none }]);
const isOver = (task) => ["completed", "canceled"].includes(task.assignment_status);

function grouped(reservations) {
  const groups = new Map();
  for (const it of reservations) groups.set(it.worker_sid, [...(groups.get(it.worker_sid) ?? []), it]);
  return groups;
}

function makeWorker(worker) {
  if (worker.none) return make("li", "none", worker.none);
  const li = make("li", "worker");
  const row = make("div", "row");
  const select = make("select", "activity");
  select.setAttribute("aria-label", `Activity of ${worker.friendly_name}`);
  select.addEventListener("change", () => {
    select.blur();
    act(null, () => post(`/Workers/${worker.sid}`, { ActivitySid: select.value }));
  });
  row.append(make("span", "dot"), make("span", "name grow", worker.friendly_name), make("span", "since quiet"), select);
  li.append(row, make("div", "line"), make("ul", "offers"));
  return li;
}

function updateWorker(li, worker, reservations, activities) {
  if (worker.none) return;
  li.querySelector(".dot").classList.toggle("there", worker.available);
  options(li.querySelector("select"), activities, worker.activity_sid);
  li.querySelector(".since").dataset.since = worker.since_ms;
  const used = worker.channels.filter((it) => it.held || worker.channels.length < 4);
  const chips = (used.length ? used : worker.channels.slice(0, 1)).map((it) => ({ sid: it.unique_name, ...it }));
  if (worker.simulated) chips.unshift({ sid: "simulated" });
  sync(li.querySelector(".line"), chips, keyOf, () => make("span", "chip"), (chip, it) => {
    if (!it.unique_name) {
      write(chip, it.sid);
      chip.className = "chip people";
      return;
    }
    chip.className = `chip${it.held ? " full" : ""}${it.available ? "" : " shut"}`;
    write(chip, `${it.unique_name} ${it.held}/${it.capacity}`);
  });
  sync(li.querySelector(".offers"), reservations, (it) => it.sid + it.reservation_status, makeOffer, (offer, it) => {
    const bar = offer.querySelector("progress");
    if (bar && it.due_ms) { bar.max = it.due_ms - it.created_ms; bar.dataset.due = it.due_ms; }
  });
}

function makeOffer(it) {
  const isPending = it.reservation_status === "pending";
  const li = make("li", `offer${isPending ? " rings" : ""}`);
  const row = make("div", "row");
  const answer = (status) => () =>
    post(`/Tasks/${it.task_sid}/Reservations/${it.sid}`, { ReservationStatus: status });
  row.append(make("span", `pill ${isPending ? "reserved" : it.reservation_status}`,
    isPending ? "ringing" : it.reservation_status), make("span", "grow", short(it.task_sid)));
  row.lastChild.title = `task ${it.task_sid}`;
  const buttons = make("span", "buttons");
  if (isPending) {
    buttons.append(make("span", "left quiet"), button("Accept", "small yes", answer("accepted")),
      button("Reject", "small no", answer("rejected")));
    row.append(buttons);
    li.append(row, make("progress"));
    li.lastChild.setAttribute("aria-label", "time left to answer");
  } else {
    if (it.reservation_status === "accepted") buttons.append(button("Wrap up", "small", answer("wrapping")));
    buttons.append(button("Complete", "small", answer("completed")));
    row.append(buttons);
    li.append(row);
  }
  return li;
}

function makeQueue(queue) {
  const tr = make("tr");
  tr.append(make("td", "name", queue.friendly_name), ...["waiting", "oldest", "hand", "there"].map((name) => make("td", `n ${name}`)));
  tr.children[1].append(make("span"), make("small", "quiet"));
  return tr;
}

function updateQueue(tr, queue) {
  const [, waiting, oldest, hand, there] = tr.children;
  const n = queue.waiting + queue.reserved;
  write(waiting.firstChild, `${n}`);
  write(waiting.lastChild, queue.reserved ? `${queue.reserved} ringing` : "");
  waiting.classList.toggle("much", 0 < queue.waiting);
  if (queue.oldest_ms === null) { delete oldest.dataset.since; write(oldest, "–"); }
  else oldest.dataset.since = queue.oldest_ms;
  write(hand, `${queue.assigned}`);
  write(there, `${queue.available} of ${queue.eligible}`);
}

function makeTask(task) {
  if (task.none) return make("li", "none", task.none);
  const li = make("li", "task");
  const row = make("div", "row");
  const end = button("", "small", () => post(`/Tasks/${task.sid}`, {
    AssignmentStatus: li.dataset.next, Reason: "from the page",
  }));
  row.append(make("span", "pill"), make("span", "name grow", short(task.sid)), make("span", "since quiet"), end);
  row.querySelector(".name").title = task.sid;
  li.append(row, make("div", "line"), make("div", "what"));
  return li;
}

function updateTask(li, task) {
  if (task.none) return;
  const status = task.assignment_status;
  li.classList.toggle("over", isOver(task));
  const pill = li.querySelector(".pill");
  pill.className = `pill ${status}`;
  write(pill, status);
  const since = li.querySelector(".since");
  if (isOver(task)) { delete since.dataset.since; write(since, time(task.updated_ms)); }
  else since.dataset.since = task.created_ms;
  const end = li.querySelector("button");
  li.dataset.next = ["pending", "reserved"].includes(status) ? "canceled" : "completed";
  end.hidden = isOver(task);
  write(end, li.dataset.next === "canceled" ? "Cancel" : "Complete");
  const where = [task.task_queue ?? "no queue", task.workflow, task.task_channel, `priority ${task.priority}`, task.reason];
  write(li.querySelector(".line"), where.filter(Boolean).join(" · "));
  write(li.querySelector(".what"), task.attributes);
}

function showEvents(it) {
  const list = $("events");
  const isFirst = list.childElementCount === 0;
  for (const event of it.events) {
    if (event.number <= lastEvent) continue;
    lastEvent = event.number;
    const isBad = /timeout|canceled|rejected|rescinded|failed/.test(event.event_type);
    const li = make("li", `event of-${event.event_type.split(".")[0]}${isBad ? " bad" : ""}${isFirst ? "" : " fresh"}`);
    const at = make("time", "", time(event.at_ms));
    at.dateTime = new Date(event.at_ms).toISOString();
    li.append(at, make("b", "", event.event_type), make("p", "", event.description.replace(SID, short)));
    li.title = event.description;
    list.prepend(li);
  }
  while (EVENTS_SHOWN < list.childElementCount) list.lastElementChild.remove();
  write($("n-events"), String(it.last_event));
}

/// What goes on between two answers: the clock, ages, time left.
function tick() {
  if (!state) return;
  const at = now();
  const { kind, factor, next_event_ms, callbacks_in_flight } = state.clock;
  write($("now"), `${day(at)} · ${time(at)} UTC`);
  const pace = kind === "real" ? "the machine's clock" : factor ? `runs ${factor}×` : "stands still";
  const waits = callbacks_in_flight ? ` · ${callbacks_in_flight} callback${callbacks_in_flight === 1 ? "" : "s"} in flight` : "";
  const next = next_event_ms === null ? " · nothing is due" : ` · next event in ${span(next_event_ms - at)}`;
  write($("pace"), pace + (waits || next));
  for (const it of document.querySelectorAll("[data-since]")) write(it, span(at - Number(it.dataset.since)));
  for (const bar of document.querySelectorAll("progress[data-due]")) {
    const left = Math.max(0, Number(bar.dataset.due) - at);
    bar.value = left;
    write(bar.parentElement.querySelector(".left"), span(left));
  }
}

// what the user does
for (const it of document.querySelectorAll("[data-advance]")) {
  it.addEventListener("click", () => act(it, () => request("POST", "/_sim/clock", { Advance: it.dataset.advance })));
}
for (const it of document.querySelectorAll("[data-factor]")) {
  it.addEventListener("click", () => act(it, () => request("POST", "/_sim/clock", { Factor: it.dataset.factor })));
}
$("workspace").addEventListener("change", (event) => {
  shown = event.target.value;
  lastEvent = 0;
  $("events").replaceChildren();
  event.target.blur();
  refresh();
});
$("find").addEventListener("input", refresh);
$("new").addEventListener("click", () => {
  const form = $("create");
  form.hidden = !form.hidden;
  $("new").setAttribute("aria-expanded", String(!form.hidden));
  if (!form.hidden) $("attributes").focus();
});
$("create").addEventListener("submit", (event) => {
  event.preventDefault();
  act(event.submitter, () => post("/Tasks", {
    WorkflowSid: $("workflow").value,
    TaskChannel: $("channel").value,
    Priority: $("priority").value || "0",
    Attributes: $("attributes").value,
  }));
});
$("sign-in").addEventListener("submit", () => {
  account = { sid: $("sid").value.trim(), token: $("token").value };
  sessionStorage.setItem("sid", account.sid);
  sessionStorage.setItem("token", account.token);
  $("token").value = "";
  refresh();
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());
setInterval(tick, 250);
refresh();
