//! The program itself, over loopback: credentials, limits, callbacks, the clock.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::desk::{ACCOUNT, text};

pub(super) const TOKEN: &str = "a-secret-that-nobody-logs";
/// `ACCOUNT:TOKEN` in Base64.
const BASIC: &str =
    "QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDphLXNlY3JldC10aGF0LW5vYm9keS1sb2dz";

pub(super) struct Server {
    child: Child,
    pub(super) address: String,
}

/// What a server answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) text: String,
    pub(super) body: Json,
}

impl Server {
    pub(super) fn start(more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_trsim"))
            .args(["serve", "--port", "0", "--auth-token", TOKEN, "--log", "debug"])
            .args(more)
            .env_remove("TWILIO_ACCOUNT_SID")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().expect("piped"))
            .read_line(&mut first)
            .expect("a line");
        let address = first.trim().rsplit('/').next().expect("an address").to_owned();
        Self { child, address }
    }

    fn raw(&self, bytes: &[u8]) -> Answer {
        exchange(&self.address, bytes)
    }

    pub(super) fn send(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        send(&self.address, method, path, form)
    }

    pub(super) fn post(&self, path: &str, form: &[(&str, &str)]) -> Json {
        let answer = self.send("POST", path, form);
        assert!(answer.status < 300, "{path}: {} {}", answer.head, answer.body);
        answer.body
    }

    pub(super) fn get(&self, path: &str) -> Json {
        self.send("GET", path, &[]).body
    }

    /// Tells it to stop; what it logged, if it ended well.
    #[cfg(unix)]
    fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(id).status().expect("kill").success());
        assert!(self.child.wait().expect("it ends").success());
        let mut log = String::new();
        self.child.stderr.take().expect("piped").read_to_string(&mut log).expect("text");
        log
    }
}

/// What the server at `address` answers to `bytes`.
fn exchange(address: &str, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    // The server may answer, and close, before it has read all of what is too long.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).expect("text");
    let (head, text) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
    let body = serde_json::from_str(text).unwrap_or(Json::Null);
    Answer { status, head: head.to_ascii_lowercase(), text: text.into(), body }
}

/// Sends a form with the right token.
pub(super) fn send(address: &str, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
    let encode =
        |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let form: Vec<String> =
        form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let body = form.join("&");
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic {BASIC}\r\n\
         Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    exchange(address, (head + &body).as_bytes())
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An application that answers every request with `answer` after `delay`, and passes on what it
/// was sent.
pub(super) fn application(delay: Duration, answer: &'static str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/assign", listener.local_addr().expect("an address"));
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, sender) = (stream.expect("a connection"), sender.clone());
            thread::spawn(move || {
                let mut seen = Vec::new();
                let mut part = [0; 4096];
                loop {
                    let n = stream.read(&mut part).unwrap_or(0);
                    seen.extend_from_slice(&part[..n]);
                    let text = String::from_utf8_lossy(&seen);
                    let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
                        let length = head.to_ascii_lowercase();
                        let length = length.split("content-length: ").nth(1);
                        let length = length.and_then(|it| it.lines().next()?.parse().ok());
                        length.is_some_and(|length: usize| length <= body.len())
                    });
                    if whole || n == 0 {
                        break;
                    }
                }
                let _ = sender.send(String::from_utf8_lossy(&seen).into_owned());
                thread::sleep(delay);
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\
                     Content-Length: {}\r\n\r\n{answer}",
                    answer.len()
                );
            });
        }
    });
    (url, receiver)
}

/// A workspace with a worker who is free and a workflow that tells `url`; the workspace's path and
/// the workflow's sid.
pub(super) fn floor(server: &Server, url: &str) -> (String, String) {
    let ws = server.post("/v1/Workspaces", &[("FriendlyName", "floor")]);
    let ws = format!("/v1/Workspaces/{}", text(&ws, "sid"));
    let queue = server.post(&format!("{ws}/TaskQueues"), &[("FriendlyName", "all")]);
    let document = json!({"task_routing": {"default_filter": {"queue": queue["sid"]}}}).to_string();
    let workflow = server.post(
        &format!("{ws}/Workflows"),
        &[("FriendlyName", "main"), ("Configuration", &document), ("AssignmentCallbackUrl", url)],
    );
    let free = server.get(&format!("{ws}/Activities?Available=true"));
    let free = text(&free["activities"][0], "sid");
    server.post(&format!("{ws}/Workers"), &[("FriendlyName", "ada"), ("ActivitySid", &free)]);
    (ws, text(&workflow, "sid"))
}

#[test]
fn only_who_knows_the_token_is_served() {
    let server = Server::start(&[]);
    let ask = |authorization: &str| {
        server.raw(
            format!(
                "GET /v1/Workspaces HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{authorization}\r\n"
            )
            .as_bytes(),
        )
    };
    for wrong in [
        "",
        "Authorization: Basic QUM6eA==\r\n",
        "Authorization: Bearer x\r\n",
        "Authorization: Basic %%\r\n",
    ] {
        let answer = ask(wrong);
        assert_eq!((answer.status, &answer.body["code"]), (401, &json!(20003)), "{wrong}");
        assert!(
            answer.head.contains("www-authenticate: basic realm=\"twilio api\""),
            "{}",
            answer.head
        );
    }
    assert_eq!(ask(&format!("Authorization: Basic {BASIC}\r\n")).status, 200);
    assert_eq!(
        ask(&format!("Authorization: Basic {BASIC}\r\nOrigin: http://evil\r\n")).status,
        200
    );
}

#[test]
fn bad_requests_get_their_status_and_change_nothing() {
    let server = Server::start(&[]);
    server.post("/v1/Workspaces", &[("FriendlyName", "kept")]);
    let authorization = format!("Authorization: Basic {BASIC}\r\nConnection: close\r\n");
    let raw = |first: &str, more: &str, body: &[u8]| {
        let head = format!("{first} HTTP/1.1\r\nHost: x\r\n{authorization}{more}\r\n");
        server.raw(&[head.as_bytes(), body].concat()).status
    };
    let long = vec![b'a'; 10 << 20];
    let length = format!("Content-Length: {}\r\n", long.len());
    assert_eq!(raw("POST /v1/Workspaces", &length, &long), 413);
    assert_eq!(raw("PUT /v1/Workspaces", "", b""), 405);
    assert_eq!(raw("QUERY /v1/Workspaces", "", b""), 405);
    for path in [
        "/v1/Workspaces/../../etc/passwd",
        "/v1/Workspaces/%2e%2e",
        "//v1/Workspaces",
        "/_sim/nothing",
    ] {
        assert_eq!(raw(&format!("GET {path}"), "", b""), 404, "{path}");
    }
    let json = "Content-Type: text/plain\r\nContent-Length: 3\r\n";
    assert_eq!(raw("POST /v1/Workspaces", json, b"a=b"), 415);
    let broken = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n";
    assert_eq!(raw("POST /v1/Workspaces", broken, b"%%%&=&&a="), 400);
    assert_eq!(raw("POST /_sim/reset", "Origin: http://evil\r\n", b""), 403);
    assert_eq!(raw("POST /v1/Workspaces", "Origin: http://evil\r\n", b""), 403);
    assert_eq!(raw("GET /_sim/log", "Origin: http://evil\r\n", b""), 403);
    // Half a request, and a client that is gone.
    let mut half = TcpStream::connect(&server.address).expect("it listens");
    half.write_all(b"POST /v1/Workspaces HTTP/1.1\r\nContent-Length: 100\r\n\r\nFriendly")
        .expect("sent");
    let mut head = TcpStream::connect(&server.address).expect("it listens");
    head.write_all(b"GET /v1/Works").expect("sent");
    drop(half);
    let all = server.get("/v1/Workspaces");
    assert_eq!(all["workspaces"].as_array().map(Vec::len), Some(1));
    assert!(
        text(&all["workspaces"][0], "url").starts_with(&format!("http://{}/v1", server.address))
    );
}

#[test]
fn an_offer_is_told_signed_and_its_answer_is_carried_out() {
    let (url, seen) = application(Duration::ZERO, "{\"instruction\": \"accept\"}");
    let server = Server::start(&[]);
    let (ws, workflow) = floor(&server, &url);
    let task = server.post(&format!("{ws}/Tasks"), &[("WorkflowSid", &workflow)]);
    let told = seen.recv_timeout(Duration::from_secs(20)).expect("a callback");
    assert!(told.to_ascii_lowercase().contains("x-twilio-signature: "), "{told}");
    assert!(
        told.contains(&format!("AccountSid={ACCOUNT}")) && told.contains("ReservationSid=WR"),
        "{told}"
    );
    let path = format!("{ws}/Tasks/{}", text(&task, "sid"));
    let mut status = String::new();
    for _ in 0..200 {
        status = text(&server.get(&path), "assignment_status");
        if status == "assigned" {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(status, "assigned");
    #[cfg(unix)]
    {
        let log = server.stop();
        assert!(log.contains("assignment callback"), "{log}");
        assert!(!log.contains(TOKEN) && !log.contains(BASIC), "{log}");
    }
}

#[test]
fn a_virtual_clock_stands_still_while_a_callback_is_in_flight() {
    let (url, seen) = application(Duration::from_millis(700), "{}");
    let server = Server::start(&["--clock", "virtual"]);
    let (ws, workflow) = floor(&server, &url);
    let task = server.post(&format!("{ws}/Tasks"), &[("WorkflowSid", &workflow)]);
    seen.recv_timeout(Duration::from_secs(20)).expect("a callback");
    let clock = server.get("/_sim/clock");
    assert_eq!(
        (&clock["now"], &clock["callbacks_in_flight"]),
        (&json!("2026-01-05T00:00:00Z"), &json!(1))
    );
    // Others are served meanwhile; the offer times out only once the application has answered.
    assert_eq!(server.get("/v1/Workspaces")["workspaces"][0]["friendly_name"], "floor");
    let clock = server.post("/_sim/clock", &[("Advance", "next")]);
    assert_eq!(
        (&clock["now"], &clock["callbacks_in_flight"]),
        (&json!("2026-01-05T00:02:00Z"), &json!(0))
    );
    let path = format!("{ws}/Tasks/{}", text(&task, "sid"));
    let offers = server.get(&format!("{path}/Reservations"));
    assert_eq!(offers["reservations"][0]["reservation_status"], "timeout");
    let clock = server.post("/_sim/clock", &[("Factor", "100000")]);
    assert_eq!(clock["factor"], 100_000.0);
    thread::sleep(Duration::from_millis(300));
    let late = server.post("/_sim/clock", &[("Factor", "0")]);
    assert!(clock["now_ms"].as_i64() < late["now_ms"].as_i64(), "{clock} {late}");
    assert_eq!(server.get("/_sim/clock")["now_ms"], late["now_ms"]);
    assert_eq!(server.send("POST", "/_sim/clock", &[("Advance", "soon")]).status, 400);
}

#[test]
fn faults_are_as_many_as_asked_for_and_a_reset_forgets_all() {
    let server = Server::start(&["--clock", "virtual"]);
    // Nobody listens there: a callback fails at once.
    let (ws, workflow) = floor(&server, "http://127.0.0.1:9/assign");
    server.post("/_sim/faults", &[("TooManyRequests", "2")]);
    let statuses: Vec<u16> = (0..3).map(|_| server.send("GET", &ws, &[]).status).collect();
    assert_eq!(statuses, [429, 429, 200]);
    server.post(&format!("{ws}/Tasks"), &[("WorkflowSid", &workflow)]);
    server.post("/_sim/clock", &[("Advance", "500ms")]);
    let alerts = server.get("/_sim/alerts");
    assert!(
        text(&alerts["alerts"][0], "message").contains("the reservation is canceled"),
        "{alerts}"
    );
    let log = server.get("/_sim/log");
    assert_eq!(
        log["log"].as_array().and_then(|log| log.last()).map(|it| it["failure"].is_string()),
        Some(true)
    );
    server.post("/_sim/reset", &[]);
    assert_eq!(server.get("/v1/Workspaces")["workspaces"], json!([]));
    assert_eq!(floor(&server, "http://127.0.0.1:9/assign").0, ws, "the same seed, the same sids");
}

/// The page is for everybody, for it says nothing; what it shows is not.
#[test]
fn the_page_is_there_and_nothing_else_without_the_token() {
    let server = Server::start(&["--clock", "virtual"]);
    let ask = |path: &str| {
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        server.raw(head.as_bytes())
    };
    let page = ask("/_sim/");
    assert_eq!(page.status, 200, "{}", page.head);
    assert!(page.text.contains("<title>Local TaskRouter</title>"), "{}", page.text);
    for needed in ["content-security-policy: default-src 'none'", "content-type: text/html"] {
        assert!(page.head.contains(needed), "{}", page.head);
    }
    assert!(!page.text.contains(TOKEN));
    assert_eq!(ask("/_sim").status, 301);
    assert_eq!((ask("/_sim/page.js").status, ask("/_sim/page.css").status), (200, 200));
    assert_eq!((ask("/_sim/state").status, ask("/_sim/log").status), (401, 401));
    assert_eq!(server.send("POST", "/_sim/", &[]).status, 404);
}

/// The one answer that the page lives on.
#[test]
fn the_state_tells_how_a_workspace_stands() {
    let server = Server::start(&["--clock", "virtual"]);
    assert_eq!(server.get("/_sim/state")["workspace"], Json::Null);
    let (ws, workflow) = floor(&server, "");
    let task = server.post(&format!("{ws}/Tasks"), &[("WorkflowSid", &workflow)]);
    server.post(&format!("{ws}/Tasks"), &[("WorkflowSid", &workflow)]);
    let state = server.get("/_sim/state");
    let it = &state["workspace"];
    assert_eq!(state["clock"]["kind"], "virtual");
    let queue = &it["task_queues"][0];
    assert_eq!(
        ["waiting", "reserved", "assigned", "eligible", "available"].map(|key| &queue[key]),
        [&json!(1), &json!(1), &json!(0), &json!(1), &json!(1)]
    );
    assert_eq!(it["workers"][0]["channels"][0]["held"], 1);
    assert_eq!((&it["n_workers"], &it["n_tasks"]), (&json!(1), &json!(2)));
    assert_eq!(it["tasks"][0]["assignment_status"], "reserved");
    let offer = &it["reservations"][0];
    assert_eq!((&offer["worker_name"], &offer["task_sid"]), (&json!("ada"), &task["sid"]));
    let rings = offer["due_ms"].as_i64().zip(state["clock"]["now_ms"].as_i64());
    assert_eq!(rings.map(|(due, now)| due - now), Some(120_000));

    // Only what is new is told again.
    let last = it["last_event"].as_u64().expect("a number");
    let events = it["events"].as_array().expect("a list");
    assert_eq!(events.last().map(|event| &event["number"]), Some(&json!(last)));
    assert_eq!(events.len() as u64, last);
    let path = format!("{ws}/Tasks/{}", text(&task, "sid"));
    server.post(&path, &[("AssignmentStatus", "canceled")]);
    let ws = ws.rsplit('/').next().expect("a sid");
    let fresh = server.get(&format!("/_sim/state?Workspace={ws}&After={last}&Find=ADA"));
    let fresh = &fresh["workspace"];
    assert_eq!(fresh["events"][0]["number"], last + 1);
    assert_eq!(fresh["n_workers"], 1);
    assert_eq!(server.get("/_sim/state?Find=bob")["workspace"]["n_workers"], 0);
    assert_eq!(server.send("GET", "/_sim/state?Workspace=WSx", &[]).status, 404);
    assert_eq!(server.send("GET", "/_sim/state?After=soon", &[]).status, 400);
}
