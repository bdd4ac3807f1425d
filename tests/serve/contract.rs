//! Every operation answers, and every answer is what TaskRouter's OpenAPI file says.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use taskrouter_sim::serve::Method;

use super::desk::{Desk, text};

/// A request that went well: method, path, status, body.
pub(crate) type Exchange = (Method, String, u16, Option<Json>);

/// Everything that can be asked of a workspace, and how it is answered.
struct Walk {
    desk: Desk,
    exchanges: Vec<Exchange>,
}

impl Walk {
    fn send(&mut self, method: Method, url: &str, form: &[(&str, &str)]) -> Json {
        let reply = self.desk.send(method, url, form, None);
        assert!(reply.status < 300, "{method:?} {url}: {reply:?}");
        let path = url.strip_prefix("http://here").unwrap_or(url);
        let path = path.split('?').next().unwrap_or(path).to_owned();
        self.exchanges.push((method, path, reply.status, reply.body.clone()));
        self.desk.account.audit().expect("the records agree with the router");
        reply.body.unwrap_or(Json::Null)
    }

    fn get(&mut self, url: &str) -> Json {
        self.send(Method::Get, url, &[])
    }

    fn post(&mut self, url: &str, form: &[(&str, &str)]) -> Json {
        self.send(Method::Post, url, form)
    }
}

/// Uses all operations.
fn walk() -> Vec<Exchange> {
    let mut walk = Walk { desk: Desk::new(), exchanges: Vec::new() };
    let form =
        [("FriendlyName", "w"), ("EventCallbackUrl", "http://app/events"), ("Template", "FIFO")];
    let workspace = walk.post("/v1/Workspaces", &form);
    let ws = text(&workspace, "url");
    walk.get("/v1/Workspaces");
    walk.get(&ws);
    walk.post(&ws, &[("EventsFilter", "task.created, task.completed")]);
    let idle = list(&walk.get(&format!("{ws}/Activities?Available=true")), "activities")[0].clone();
    let (idle, idle_url) = (text(&idle, "sid"), text(&idle, "url"));
    walk.get(&idle_url);
    walk.post(&idle_url, &[("FriendlyName", "Ready")]);
    let spare = walk.post(&format!("{ws}/Activities"), &[("FriendlyName", "Spare")]);
    let channels = walk.get(&format!("{ws}/TaskChannels"));
    walk.get(&text(&list(&channels, "channels")[0], "url"));
    let fax = [("FriendlyName", "Fax"), ("UniqueName", "fax")];
    let fax = walk.post(&format!("{ws}/TaskChannels"), &fax);
    walk.post(&text(&fax, "url"), &[("ChannelOptimizedRouting", "true")]);
    let queue = walk.post(
        &format!("{ws}/TaskQueues"),
        &[("FriendlyName", "all"), ("MaxReservedWorkers", "2"), ("ReservationActivitySid", &idle)],
    );
    let (queue, queue_url) = (text(&queue, "sid"), text(&queue, "url"));
    walk.get(&format!("{ws}/TaskQueues?EvaluateWorkerAttributes={{}}"));
    walk.get(&queue_url);
    walk.post(&queue_url, &[("TaskOrder", "LIFO"), ("TargetWorkers", "1==1")]);
    let text_of = json!({"task_routing": {"default_filter": {"queue": queue}}}).to_string();
    let form = [("FriendlyName", "main"), ("Configuration", text_of.as_str())];
    let workflow = walk.post(&format!("{ws}/Workflows"), &form);
    let (workflow, workflow_url) = (text(&workflow, "sid"), text(&workflow, "url"));
    walk.get(&format!("{ws}/Workflows"));
    walk.get(&workflow_url);
    walk.post(&workflow_url, &[("TaskReservationTimeout", "60"), ("ReEvaluateTasks", "true")]);
    let form = [("FriendlyName", "ada"), ("ActivitySid", idle.as_str())];
    let ada = text(&walk.post(&format!("{ws}/Workers"), &form), "url");
    let bob = text(&walk.post(&format!("{ws}/Workers"), &[("FriendlyName", "bob")]), "url");
    walk.get(&format!("{ws}/Workers"));
    walk.get(&ada);
    walk.post(&ada, &[("Attributes", "{\"a\": 1}")]);
    walk.get(&format!("{ada}/Channels"));
    walk.get(&format!("{ada}/Channels/voice"));
    walk.post(&format!("{ada}/Channels/default"), &[("Capacity", "2")]);
    tasks(&mut walk, (&ws, &ada, &workflow));
    events(&mut walk, &ws);
    statistics(&mut walk, (&ws, &queue, &queue_url), &workflow_url, &ada);
    let fifo = list(
        &walk.get(&format!("{ws}/Workflows?FriendlyName=Default%20Fifo%20Workflow")),
        "workflows",
    )[0]
    .clone();
    let sample =
        list(&walk.get(&format!("{ws}/TaskQueues?FriendlyName=Sample%20Queue")), "task_queues")[0]
            .clone();
    for url in
        [text(&fifo, "url"), text(&sample, "url"), bob, text(&fax, "url"), text(&spare, "url"), ws]
    {
        walk.send(Method::Delete, &url, &[]);
    }
    walk.exchanges
}

fn tasks(walk: &mut Walk, (ws, ada, workflow): (&str, &str, &str)) {
    let form = [("WorkflowSid", workflow), ("Attributes", "{\"n\": 1}"), ("Priority", "3")];
    let task = text(&walk.post(&format!("{ws}/Tasks"), &form), "url");
    let other = text(&walk.post(&format!("{ws}/Tasks"), &form), "url");
    walk.get(&format!("{ws}/Tasks?Ordering=Priority:desc,DateCreated:asc"));
    walk.get(&task);
    walk.post(&task, &[("Attributes", "{\"n\": 2}")]);
    let offers = walk.get(&format!("{task}/Reservations"));
    let offer = list(&offers, "reservations")[0].clone();
    walk.get(&text(&offer, "url"));
    walk.post(&text(&offer, "url"), &[("ReservationStatus", "accepted")]);
    walk.get(&format!("{ada}/Reservations"));
    let under_worker = format!("{ada}/Reservations/{}", text(&offer, "sid"));
    walk.get(&under_worker);
    walk.desk.wait(20);
    walk.post(&under_worker, &[("ReservationStatus", "wrapping")]);
    walk.post(&task, &[("AssignmentStatus", "completed"), ("Reason", "done")]);
    walk.get(&task);
    walk.send(Method::Delete, &other, &[]);
    let late = text(
        &walk.post(&format!("{ws}/Tasks"), &[("WorkflowSid", workflow), ("Timeout", "5")]),
        "url",
    );
    walk.post(ada, &[("RejectPendingReservations", "false")]);
    walk.desk.wait(5);
    let canceled = walk.get(&late);
    assert_eq!(
        (&canceled["assignment_status"], &canceled["reason"]),
        (&json!("canceled"), &json!("Task TTL Exceeded"))
    );
}

fn events(walk: &mut Walk, ws: &str) {
    let events = walk.get(&format!("{ws}/Events?PageSize=1000"));
    for event in list(&events, "events") {
        let fetched = walk.get(&text(event, "url"));
        assert_eq!(&fetched, event);
    }
}

fn statistics(walk: &mut Walk, queue: (&str, &str, &str), workflow: &str, ada: &str) {
    let (ws, queue, queue_url) = queue;
    for of in [ws, queue_url, workflow, &format!("{ws}/Workers")] {
        for kind in ["Statistics", "RealTimeStatistics", "CumulativeStatistics"] {
            walk.get(&format!("{of}/{kind}?Minutes=60&SplitByWaitTime=5,30"));
        }
    }
    walk.get(&format!("{ada}/Statistics"));
    walk.get(&format!("{ws}/TaskQueues/Statistics"));
    walk.post(&format!("{ws}/TaskQueues/RealTimeStatistics"), &[("TaskQueueSids", queue)]);
}

pub(crate) fn list<'a>(body: &'a Json, key: &str) -> &'a Vec<Json> {
    body[key].as_array().unwrap_or_else(|| panic!("{key} in {body}"))
}

#[test]
fn every_operation_answers() {
    let exchanges = walk();
    for (method, path, status, body) in &exchanges {
        assert_eq!(*status == 204, body.is_none(), "{method:?} {path}");
        assert_eq!(*method == Method::Delete, body.is_none(), "{method:?} {path}");
    }
}

/// `TASKROUTER_SHARED` names the folder that holds `openapi/twilio_taskrouter_v1.json`.
#[test]
#[ignore = "needs TaskRouter's OpenAPI file"]
#[expect(clippy::print_stdout, reason = "what is seen by hand")]
fn every_answer_is_what_the_openapi_file_says() {
    let folder = std::env::var("TASKROUTER_SHARED").expect("TASKROUTER_SHARED");
    let path = format!("{folder}/openapi/twilio_taskrouter_v1.json");
    let spec: Json =
        serde_json::from_str(&std::fs::read_to_string(path).expect("the file")).expect("JSON");
    let (mut used, mut faults) = (BTreeSet::new(), Vec::new());
    for (method, path, status, body) in walk() {
        let (template, operations) = template(&spec, &path).unwrap_or_else(|| panic!("{path}"));
        let operation = &operations[name(method)];
        used.insert(text(operation, "operationId"));
        let answer = &operation["responses"][status.to_string()];
        assert!(!answer.is_null(), "{method:?} {template}: {status} is not foreseen");
        if let Some(body) = body {
            let schema = &answer["content"]["application/json"]["schema"];
            check(&spec, (schema, &body), &format!("{method:?} {template}"), &mut faults);
        }
    }
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let all = spec["paths"].as_object().expect("paths").values().flat_map(|path| {
        ["get", "post", "delete"].into_iter().filter_map(|name| path[name]["operationId"].as_str())
    });
    let missing: Vec<&str> = all.filter(|id| !used.contains(*id)).collect();
    assert!(missing.is_empty(), "not used: {missing:?}");
    println!("{} operations, each as the file says", used.len());
}

fn name(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Delete => "delete",
        Method::Other => "patch",
    }
}

/// The entry of the file for a path; literal segments go before those in braces.
fn template<'a>(spec: &'a Json, path: &str) -> Option<(&'a String, &'a Json)> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let wanted: Vec<&str> = template.split('/').collect();
        let same = |(wanted, part): (&&str, &&str)| wanted.starts_with('{') || wanted == part;
        wanted.len() == parts.len() && wanted.iter().zip(&parts).all(same)
    };
    let mut all: Vec<_> =
        spec["paths"].as_object()?.iter().filter(|(path, _)| fits(path)).collect();
    all.sort_by_key(|(path, _)| path.matches('{').count());
    all.first().copied()
}

/// What is wrong with `body`: every field that is listed must be there, and no other.
fn check(spec: &Json, (schema, body): (&Json, &Json), place: &str, faults: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').expect("of this file");
        let schema = spec.pointer(pointer).expect("it is there");
        return check(spec, (schema, body), place, faults);
    }
    let mut wrong = |what: &str| faults.push(format!("{place}: {what}: {body}"));
    if body.is_null() {
        // Statistics have no longest waiting task, but the file says a number's type only.
        return if schema["nullable"] == true {
        } else {
            wrong("null");
        };
    }
    if let Some(all) = schema["enum"].as_array()
        && !all.contains(body)
    {
        wrong("not of the list");
    }
    match schema["type"].as_str() {
        Some("string") => match body.as_str() {
            None => wrong("no text"),
            Some(text) => {
                let format = schema["format"].as_str().unwrap_or_default();
                let pattern = schema["pattern"].as_str().unwrap_or_default();
                if !keeps_to(text, format, pattern) {
                    wrong(&format!("not {format}{pattern}"));
                }
            }
        },
        Some("boolean") if !body.is_boolean() => wrong("no truth value"),
        Some("integer") if !body.is_i64() && !body.is_u64() => wrong("no whole number"),
        Some("array") if !body.is_array() => wrong("no list"),
        Some("array") => {
            for item in body.as_array().into_iter().flatten() {
                check(spec, (&schema["items"], item), &format!("{place}[]"), faults);
            }
        }
        _ if schema["properties"].is_object() => fields(spec, (schema, body), place, faults),
        _ => {}
    }
}

fn fields(spec: &Json, (schema, body): (&Json, &Json), place: &str, faults: &mut Vec<String>) {
    let known = schema["properties"].as_object().expect("properties");
    let Some(given) = body.as_object() else {
        faults.push(format!("{place}: no object: {body}"));
        return;
    };
    for (name, schema) in known {
        match given.get(name) {
            Some(value) => check(spec, (schema, value), &format!("{place}.{name}"), faults),
            None => faults.push(format!("{place}.{name} is missing")),
        }
    }
    for name in given.keys().filter(|name| !known.contains_key(*name)) {
        faults.push(format!("{place}.{name} is unknown"));
    }
}

fn keeps_to(text: &str, format: &str, pattern: &str) -> bool {
    let is_sid = |prefix: &str| {
        let digits = text.strip_prefix(prefix).unwrap_or_default();
        digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let keeps_format = match format {
        "date-time" => text.len() == 20 && text.ends_with('Z') && text.as_bytes()[10] == b'T',
        // The file's own example of a workspace has an empty URL.
        "uri" => text.starts_with("http") || text.is_empty(),
        _ => true,
    };
    let keeps_pattern = match pattern.strip_suffix("[0-9a-fA-F]{32}$") {
        Some("^[a-zA-Z]{2}") => text.len() == 34,
        Some(prefix) => is_sid(&prefix[1..]),
        None => true,
    };
    keeps_format && keeps_pattern
}
