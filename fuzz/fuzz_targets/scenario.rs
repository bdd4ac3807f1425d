//! Any text is a scenario that can be simulated, or has faults at places.

#![no_main]

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use libfuzzer_sys::{Corpus, fuzz_target};
use taskrouter_sim::experiment::estimate_scopes;
use taskrouter_sim::observation::{Recorder, Traces};
use taskrouter_sim::scenario::Scenario;
use taskrouter_sim::simulation::{Fact, Observer, World, simulate};
use taskrouter_sim::time::Time;
use taskrouter_sim_fuzz::assert_shown;

/// A run that is longer is broken off.
const MAX_FACTS: u32 = 5_000;
/// The router recounts itself after that many facts.
const AUDIT_EVERY: u32 = 64;
/// More than this takes too long to be looked at often.
const MAX_WORKERS: usize = 200;
/// Longer texts are slow and say nothing new.
const MAX_BYTES: usize = 8192;

fuzz_target!(|text: &str| -> Corpus {
    if names_files_elsewhere(text) || MAX_BYTES < text.len() {
        return Corpus::Reject;
    }
    match Scenario::parse("s.toml", text, Path::new("no-such-folder"), &[]) {
        Ok(loaded) => {
            assert_shown(&loaded.warnings, &loaded.texts);
            play(&loaded.scenario);
        }
        Err(failed) => {
            assert!(!failed.problems.is_empty());
            assert_shown(&failed.problems, &failed.texts);
        }
    }
    Corpus::Keep
});

/// Whether a path may lead out of the folder, which is not there.
fn names_files_elsewhere(text: &str) -> bool {
    ["\"/", "'/", "\n/", "..", "\\u", "\\U", "\\x"].iter().any(|part| text.contains(part))
}

fn play(scenario: &Scenario) {
    if MAX_WORKERS < scenario.workspace.workers.len() {
        return;
    }
    let traces = Traces { tasks: true, reservations: true, events: true };
    let watch = || (Budget { left: MAX_FACTS }, Recorder::new(scenario, traces));
    let run = AssertUnwindSafe(|| simulate(scenario, 0, watch()));
    match panic::catch_unwind(run) {
        Ok((_, recorder)) => drop(estimate_scopes(scenario, &[recorder.finish()])),
        Err(payload) if payload.is::<BrokenOff>() => {}
        Err(payload) => panic::resume_unwind(payload),
    }
}

/// What a run ends with that has gone on for long enough.
struct BrokenOff;

struct Budget {
    left: u32,
}

impl Observer for Budget {
    fn observe(&mut self, now: Time, _: Fact<'_>, world: &World<'_>) {
        if self.left % AUDIT_EVERY == 0 {
            world.router().audit(now).unwrap_or_else(|fault| panic!("{now:?}: {fault}"));
        }
        self.left -= 1;
        if self.left == 0 {
            // Not a panic: that would be a finding.
            panic::resume_unwind(Box::new(BrokenOff));
        }
    }
}
