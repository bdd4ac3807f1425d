//! The log of a server, done again by another one.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::desk::text;
use super::network::{Server, application, floor};

/// A scenario's people, an application that answers, requests, a clock that is moved: all of it is
/// there again, sid by sid.
#[test]
fn a_log_done_again_comes_to_the_same_end() {
    let (url, _seen) = application(Duration::ZERO, "{\"instruction\": \"accept\"}");
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/impatient.toml");
    let with = ["--scenario", scenario, "--people"];
    let server = Server::start(&[["--clock", "virtual"].as_slice(), &with].concat());
    server.post("/_sim/clock", &[("Advance", "10m")]);
    let (ws, workflow) = floor(&server, &url);
    let task = server.post(&format!("{ws}/Tasks"), &[("WorkflowSid", &workflow)]);
    server.post("/_sim/clock", &[("Advance", "0s")]);
    let path = format!("{ws}/Tasks/{}", text(&task, "sid"));
    assert_eq!(server.get(&path)["assignment_status"], "assigned");
    server.post(&path, &[("AssignmentStatus", "completed"), ("Reason", "done")]);
    server.post(&format!("{ws}/Tasks"), &[("WorkflowSid", &workflow), ("Timeout", "60")]);
    server.post("/_sim/clock", &[("Advance", "next")]);
    server.post("/_sim/clock", &[("Advance", "20m")]);

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("log.json");
    let log = server.get("/_sim/log");
    std::fs::write(&file, log.to_string()).expect("written");
    let file = file.to_str().expect("text");
    let again = Server::start(&[["--replay", file].as_slice(), &with].concat());
    assert_eq!(again.get("/_sim/log"), log);
    let bare = |server: &Server, path: &str| -> Json {
        // URLs begin with the address.
        let body = server.get(path).to_string().replace(&server.address, "here");
        serde_json::from_str(&body).expect("JSON")
    };
    let all = server.get("/v1/Workspaces");
    let workspaces = all["workspaces"].as_array().expect("a list");
    assert_eq!(workspaces.len(), 2);
    for workspace in workspaces {
        let here = format!("/v1/Workspaces/{}", text(workspace, "sid"));
        for list in [
            "Events?Minutes=600&PageSize=1000",
            "Tasks?PageSize=1000",
            "Workers",
            "RealTimeStatistics",
        ] {
            let path = format!("{here}/{list}");
            assert_eq!(bare(&again, &path), bare(&server, &path), "{path}");
        }
    }
    let n = server.get(&format!(
        "/v1/Workspaces/{}/Events?Minutes=600&PageSize=1000",
        text(&workspaces[0], "sid")
    ));
    assert!(100 < n["events"].as_array().map_or(0, Vec::len), "the people lived");
    // It goes on from there.
    let clock = [&server, &again].map(|it| it.post("/_sim/clock", &[("Advance", "next")]));
    assert_eq!(clock[0], clock[1]);
}

/// Whatever is no log is refused, with its places, and nothing is served.
#[test]
fn what_is_no_log_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("log.json");
    let good = json!({
        "account_sid": "AC00000000000000000000000000000000", "seed": 1, "activities": "classic",
        "scenario_sha256": null, "start": 0, "end": 1000, "is_complete": true,
        "log": [{"at": 0, "is_late": true, "method": "POST", "path": "/v1/Workspaces",
                 "form": [["FriendlyName", "a"]], "if_match": null}],
    });
    let refused = |change: &dyn Fn(&mut Json)| {
        let mut log = good.clone();
        change(&mut log);
        std::fs::write(&file, format!("{log:#}")).expect("written");
        let output = Command::new(env!("CARGO_BIN_EXE_trsim"))
            .args(["serve", "--port", "0", "--color", "never", "--replay"])
            .arg(&file)
            .output()
            .expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).expect("text")
    };
    let said = refused(&|log| {
        log["log"][0]["at"] = json!("soon");
        log["is_complete"] = json!(false);
        log.as_object_mut().expect("an object").remove("seed");
    });
    for part in
        ["a whole number is wanted here", "its end is missing", "`seed` is missing", "log.json:"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let said = refused(&|log| log["scenario_sha256"] = json!("abc"));
    assert!(said.contains("another scenario"), "{said}");
    let said = refused(&|log| log["by_hand"] = json!(["ada"]));
    assert!(said.contains("other people"), "{said}");
    let said = refused(&|log| {
        log["log"][0] = json!({"at": 5, "callback": "WRx", "answer": "{}"});
    });
    assert!(said.contains("line 1 of the log answers for WRx"), "{said}");
    let said = refused(&|log| *log = json!([1]));
    assert!(said.contains("is missing"), "{said}");
}
