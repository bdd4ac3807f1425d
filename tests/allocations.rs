//! Nothing is allocated for a task once a run has been as full as it gets.

#![expect(unsafe_code, reason = "an allocator is unsafe to write; this one only counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use taskrouter_sim::express::Express;
use taskrouter_sim::observation::Traces;
use taskrouter_sim::scenario::Scenario;

/// The system's allocator, counted.
struct Counting;

static N_ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call is the system allocator's own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        N_ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many allocations a run of so many tasks makes, in the express lane or the long way.
fn allocations(name: &str, n_tasks: u64, is_express: bool) -> u64 {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/bench");
    let path = Path::new(folder).join(name).with_extension("toml");
    let set = [format!("horizon={{tasks={n_tasks}}}")];
    let Ok(loaded) = Scenario::load(&path, &set, false) else { panic!("{name} does not load") };
    let express = Express::new(&loaded.scenario, Traces::default());
    let before = N_ALLOCATIONS.load(Ordering::Relaxed);
    let recorder = if is_express {
        express.try_to_play(0).expect("a common scenario")
    } else {
        express.play_the_long_way(0)
    };
    let after = N_ALLOCATIONS.load(Ordering::Relaxed);
    assert_eq!(recorder.finish().n_tasks, n_tasks);
    after - before
}

/// One test, because other threads would be counted too. What is still allocated is the tree of
/// those that wait behind thirty-two others, and what grows.
#[test]
fn thirty_thousand_more_tasks_allocate_next_to_nothing() {
    for name in ["w1", "w2", "w3", "w4"] {
        for is_express in [true, false] {
            let [few, many] = [30_000, 60_000].map(|n| allocations(name, n, is_express));
            let told = format!("{name}, {is_express}: {few} for 30,000 tasks, {many} for 60,000");
            assert!(0 < few && many < few + 300, "{told}");
        }
    }
}
