//! A workspace out of bytes, as set-up text; in parts and proportions as the tests draw theirs.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::support::draw::{EXPRESSIONS, FILTERS, NAMES, ORDERS, PEOPLE, SKIPS};

/// The set-up text of a workspace.
#[derive(Clone, Debug)]
pub(crate) struct Workspace(pub(crate) String);

impl<'a> Arbitrary<'a> for Workspace {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut text = String::from("activity Ready available\nactivity Break\n");
        for name in &NAMES[..u.int_in_range(1..=NAMES.len())?] {
            text += &worker(u, name)?;
        }
        for number in 0..3 {
            text += &queue(u, number)?;
        }
        text += &format!("workflow main\n{}", workflow(u)?);
        text += &settings(u)?;
        text += &format!("text alternative\n{}", workflow(u)?);
        if u.arbitrary()? {
            text += &format!("workflow other\n{}", workflow(u)?);
        }
        Ok(Self(text))
    }
}

fn worker(u: &mut Unstructured<'_>, name: &str) -> Result<String> {
    let mut text = format!("worker {name} {}", u.choose(&PEOPLE)?);
    for channel in ["default", "voice", "chat"] {
        let capacity = u.choose(&["1", "2", "3", "0", "off"])?;
        text += &format!(" {channel}={capacity}");
    }
    let activity = u.choose(&["Available", "Ready", "Offline"])?;
    Ok(format!("{text} activity={activity}\n"))
}

fn queue(u: &mut Unstructured<'_>, number: usize) -> Result<String> {
    let who = u.choose(&[
        r#" "1==1""#,
        r#" "skills HAS 'x'""#,
        r#" "level > 0""#,
        "",
        ": ada",
        ": bob cat dan",
    ])?;
    let reserve = u.int_in_range(1..=4)?;
    let order = u.choose(&["", " lifo"])?;
    let reserved = u.choose(&["", " reserved=Reserved", " reserved=Ready"])?;
    let busy = u.choose(&["", " busy=Busy", " busy=Ready"])?;
    Ok(format!("queue q{number}{who} reserve={reserve}{order}{reserved}{busy}\n"))
}

fn workflow(u: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    for number in 0..u.int_in_range(0..=3)? {
        text += &format!("  filter f{number}: {}\n", u.choose(&FILTERS)?);
        for _ in 0..u.int_in_range(1..=3)? {
            text += &target(u)?;
        }
    }
    if u.ratio(4, 5)? {
        text += &format!("  default q{}", u.int_in_range(0..=2)?);
        text += &setting(u, "priority", |u| u.int_in_range(0..=3))?;
        text += "\n";
    }
    Ok(text)
}

fn target(u: &mut Unstructured<'_>) -> Result<String> {
    let queue = u.int_in_range(0..=2)?;
    let parts = [
        setting(u, "priority", |u| u.int_in_range(0..=3))?,
        setting(u, "timeout", |u| u.int_in_range(1..=12))?,
        setting(u, "skip_if", |u| u.choose(&SKIPS))?,
        setting(u, "expression", |u| u.choose(&EXPRESSIONS))?,
        setting(u, "order_by", |u| u.choose(&ORDERS))?,
        setting(u, "known_worker_sid", |_| Ok("task.agent"))?,
    ];
    Ok(format!("    target q{queue}{}\n", parts.concat()))
}

/// ` key="value"` or nothing.
fn setting<'a, T: std::fmt::Display>(
    u: &mut Unstructured<'a>,
    key: &str,
    value: impl FnOnce(&mut Unstructured<'a>) -> Result<T>,
) -> Result<String> {
    if u.ratio(2, 5)? { Ok(format!(" {key}=\"{}\"", value(u)?)) } else { Ok(String::new()) }
}

fn settings(u: &mut Unstructured<'_>) -> Result<String> {
    let idle = u.choose(&["last_reserved", "last_accepted", "last_completed", "idle_since"])?;
    let gap = u.choose(&["1", "0", "3"])?;
    let timeout = u.int_in_range(1..=12)?;
    let activity = u.choose(&["Offline", "Ready", "Break"])?;
    let mut text = format!(
        "set longest_idle {idle}\nset reoffer_gap {gap} s\n\
         reservation timeout {timeout} s\ntimeout activity {activity}\n"
    );
    for line in [
        "set on_reservation_failure advance\n",
        "set skip_if_after_failure false\n",
        "set redrive_base now\n",
        "set skipped_targets_count true\n",
        "set immediate_attempt false\n",
        "set auto_reject_on_unavailable true\n",
        "prioritize LIFO\nchannel chat optimized\n",
        "single-tasking\n",
    ] {
        if u.ratio(3, 10)? {
            text += line;
        }
    }
    Ok(text)
}
