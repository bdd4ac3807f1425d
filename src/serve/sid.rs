//! TaskRouter's identifiers, which follow from the seed and the order of creation.

use sha2::{Digest, Sha256};

/// What has a sid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Workspace,
    Activity,
    TaskChannel,
    WorkerChannel,
    TaskQueue,
    Worker,
    Workflow,
    Task,
    Reservation,
    Event,
}

impl Kind {
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Workspace => "WS",
            Self::Activity => "WA",
            Self::TaskChannel => "TC",
            Self::WorkerChannel => "WC",
            Self::TaskQueue => "WQ",
            Self::Worker => "WK",
            Self::Workflow => "WW",
            Self::Task => "WT",
            Self::Reservation => "WR",
            Self::Event => "EV",
        }
    }

    /// Whether `text` has the form of such a sid.
    pub(crate) fn is_form_of(self, text: &str) -> bool {
        let digits = text.strip_prefix(self.prefix());
        digits.is_some_and(|digits| {
            digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }
}

/// The sid of whatever `name` is unique for among things of `kind`.
pub(crate) fn derived(seed: u64, kind: Kind, name: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_le_bytes());
    hasher.update(kind.prefix());
    hasher.update(name);
    let mut sid = String::with_capacity(34);
    sid.push_str(kind.prefix());
    for byte in hasher.finalize().iter().take(16) {
        for digit in [byte >> 4, byte & 15] {
            sid.push(char::from_digit(u32::from(digit), 16).expect("below 16"));
        }
    }
    sid
}

/// Gives out sids.
#[derive(Clone, Debug)]
pub(crate) struct Minter {
    seed: u64,
    /// What the numbers are counted in: the sid of a workspace, or nothing.
    within: String,
    next: u64,
}

impl Minter {
    pub(crate) const fn new(seed: u64, within: String) -> Self {
        Self { seed, within, next: 0 }
    }

    /// The next one.
    pub(crate) fn mint(&mut self, kind: Kind) -> String {
        self.next += 1;
        derived(self.seed, kind, &format!("{} {}", self.within, self.next))
    }

    /// The one that always belongs to `name`.
    pub(crate) fn of(&self, kind: Kind, name: &str) -> String {
        derived(self.seed, kind, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sids_look_like_taskrouters_and_follow_from_seed_and_order() {
        let mint = |seed| {
            let mut minter = Minter::new(seed, "WS".into());
            [minter.mint(Kind::Task), minter.mint(Kind::Task)]
        };
        let [first, second] = mint(1);
        assert!(Kind::Task.is_form_of(&first) && !Kind::Worker.is_form_of(&first));
        assert_ne!(first, second);
        assert_eq!(mint(1), [first.clone(), second]);
        assert_ne!(mint(2)[0], first);
        assert!(!Kind::Task.is_form_of("WTxxx") && !Kind::Task.is_form_of(""));
    }
}
