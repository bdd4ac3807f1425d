//! What is due, and when: a tournament.

use crate::time::Time;

/// When the next thing happens to each of many, and to whom of them the first.
///
/// A tree in which every node has four children and knows the least key below each. To change a key
/// means to play the matches above it again, as far as they end otherwise than before: O(log n).
/// Nobody is entered twice, so nothing is outlived.
#[derive(Debug)]
pub(super) struct Notices {
    /// The root first; the children of node n from 4n + 1 on; the keys are those of the last level.
    nodes: Vec<[u64; 4]>,
    /// The first node of the last level.
    last_level: usize,
    least: u64,
    /// When that is.
    next_due: Time,
}

/// How many bits of a key say whose it is.
const WHICH_BITS: u32 = 24;
/// As many can be told apart.
pub(super) const WHICH_MAX: usize = 1 << WHICH_BITS;
/// From here on, after 34 years, nothing is due any more.
const FAR: u64 = 1 << (u64::BITS - WHICH_BITS);

impl Notices {
    /// Nothing is due to any of `n`.
    pub(super) fn new(n: usize) -> Self {
        let (mut last_level, mut n_nodes) = (0, 1);
        while 4 * (n_nodes - last_level) < n {
            last_level = n_nodes;
            n_nodes = 4 * n_nodes + 1;
        }
        Self {
            nodes: vec![[u64::MAX; 4]; n_nodes],
            last_level,
            least: u64::MAX,
            next_due: Time::NEVER,
        }
    }

    /// Makes room for more.
    pub(super) fn grow(&mut self, n: usize) {
        if 4 * (self.nodes.len() - self.last_level) < n {
            let keys = self.nodes.split_off(self.last_level);
            *self = Self::new(n);
            for (which, key) in keys.into_iter().flatten().enumerate() {
                self.change(which, key);
            }
        }
    }

    /// The next thing happens to this one at `due`; at [`Time::NEVER`] or so late that it does not
    /// matter, nothing does. Whether the moment can be told from never.
    #[inline]
    pub(super) fn set(&mut self, which: usize, due: Time) -> bool {
        let is_near = due.as_millis() < FAR;
        let key = if is_near { due.as_millis() << WHICH_BITS | which as u64 } else { u64::MAX };
        self.change(which, key);
        is_near || due == Time::NEVER
    }

    #[inline]
    fn change(&mut self, which: usize, key: u64) {
        let (mut node, mut child) = (self.last_level + which / 4, which % 4);
        let mut first = key;
        while let Some(keys) = self.nodes.get_mut(node)
            && keys[child] != first
        {
            keys[child] = first;
            first = least(keys);
            if node == 0 {
                self.least = first;
                self.next_due = match first {
                    u64::MAX => Time::NEVER,
                    key => Time::from_millis(key >> WHICH_BITS),
                };
                return;
            }
            (node, child) = ((node - 1) / 4, (node - 1) % 4);
        }
    }

    /// Nothing is due any more to the one to whom the first thing happens. Who it was.
    #[inline]
    pub(super) fn take_first(&mut self) -> usize {
        let first = self.first();
        self.change(first, u64::MAX);
        first
    }

    /// When the first thing happens.
    #[inline]
    pub(super) const fn next_due(&self) -> Time {
        self.next_due
    }

    /// To whom.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "24 bits")]
    pub(super) fn first(&self) -> usize {
        (self.least & (WHICH_MAX as u64 - 1)) as usize
    }
}

#[inline]
fn least(keys: &[u64; 4]) -> u64 {
    keys[0].min(keys[1]).min(keys[2].min(keys[3]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_many_is_found_as_they_change_and_grow() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut number = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 33) % below
        };
        let (mut notices, mut plain) = (Notices::new(3), vec![Time::NEVER; 3]);
        let mut n_ties = 0;
        for _ in 0..20_000 {
            if number(100) == 0 && plain.len() < 150 {
                plain.push(Time::NEVER);
                notices.grow(plain.len());
            }
            let which = usize::try_from(number(plain.len() as u64)).expect("few");
            let due = if number(4) == 0 { Time::NEVER } else { Time::from_millis(number(60)) };
            plain[which] = due;
            assert!(notices.set(which, due));
            let first = plain.iter().copied().min().expect("not empty");
            assert_eq!(notices.next_due(), first);
            if first != Time::NEVER {
                let who = plain.iter().position(|due| *due == first);
                assert_eq!(Some(notices.first()), who);
                n_ties += usize::from(1 < plain.iter().filter(|due| **due == first).count());
                if number(3) == 0 {
                    assert_eq!(Some(notices.take_first()), who);
                    plain[who.expect("there is one")] = Time::NEVER;
                    let next = plain.iter().copied().min().expect("not empty");
                    assert_eq!(notices.next_due(), next);
                }
            }
        }
        assert!(1_000 < n_ties);
    }

    #[test]
    fn what_is_too_far_off_is_told() {
        let mut notices = Notices::new(1);
        assert!(!notices.set(0, Time::from_millis(FAR)));
        assert_eq!(notices.next_due(), Time::NEVER);
    }
}
