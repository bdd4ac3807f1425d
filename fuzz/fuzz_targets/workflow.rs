//! Any bytes are a TaskRouter document or have faults at places, as `trsim check FILE.json` finds
//! them; beside TaskQueues and without.

#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use taskrouter_sim::scenario::check_documents;
use taskrouter_sim::scenario::load::load_documents;
use taskrouter_sim_fuzz::assert_shown;
use tempfile::TempDir;

const QUEUES: &str = r#"[
    {"sid": "WQ00000000000000000000000000000001", "friendly_name": "Sales",
     "target_workers": "skills HAS 'sales'"},
    {"sid": "WQ00000000000000000000000000000002", "friendly_name": "Everyone",
     "target_workers": "1==1", "max_reserved_workers": 2, "task_order": "LIFO"}
]"#;

/// The two files, in a folder that goes with the process.
struct Files {
    _folder: TempDir,
    document: PathBuf,
    queues: PathBuf,
}

static FILES: LazyLock<Files> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let [document, queues] = ["document.json", "queues.json"].map(|name| folder.path().join(name));
    fs::write(&queues, QUEUES).expect("to be written");
    Files { _folder: folder, document, queues }
});

fuzz_target!(|bytes: &[u8]| {
    let Files { document, queues, .. } = &*FILES;
    fs::write(document, bytes).expect("to be written");
    for paths in [vec![document.clone()], vec![document.clone(), queues.clone()]] {
        for lenient in [false, true] {
            match load_documents(&paths) {
                Ok(mut documents) => {
                    let mut problems = std::mem::take(&mut documents.warnings);
                    problems.extend(check_documents(&mut documents, lenient));
                    assert_shown(&problems, &documents.texts);
                }
                Err(failed) => {
                    assert!(!failed.problems.is_empty());
                    assert_shown(&failed.problems, &failed.texts);
                }
            }
        }
    }
});
