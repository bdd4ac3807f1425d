//! Keyed draws: who, what for, which time, in which replication.

use std::convert::Infallible;

use rand::TryRng;

use super::philox::{Key, philox4x32_10};
use super::purpose::Purpose;
use super::sampling::{STRATA, Sampling};

const ENTITY_BITS: u32 = 48;
/// Set in the block numbers of mini-streams, clear in those of single draws.
const STREAM: u16 = 0x8000;
/// How many blocks a mini-stream reads under one key; the last one becomes its next key.
const STREAM_BLOCKS: u16 = 1 << 7;

/// Who a draw is for: 48 bits that follow from names and numbers, not from order of creation.
///
/// A task is `source.child(interval).child(ordinal)`, its retry `task.child(attempt)`. Adding a
/// queue, a source or a worker leaves all other entities, and so their draws, alone. Two entities
/// can coincide; among a million the odds are 1 in 560, and the harm is that two of them share
/// their luck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entity(u64);

impl Entity {
    /// The entity that a scenario names, as in `Entity::named("source", "calls")`.
    #[must_use]
    pub fn named(kind: &str, name: &str) -> Self {
        // No UTF-8 text contains 0xFF, so "ab" + "c" and "a" + "bc" stay apart.
        let bytes = kind.bytes().chain([0xFF]).chain(name.bytes());
        Self::from_hash(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }

    /// The `number`-th entity of this one.
    #[inline]
    #[must_use]
    pub const fn child(self, number: u64) -> Self {
        Self::from_hash(self.0 ^ scramble(number.wrapping_add(0x9e37_79b9_7f4a_7c15)))
    }

    #[inline]
    const fn from_hash(hash: u64) -> Self {
        Self(scramble(hash) >> (u64::BITS - ENTITY_BITS))
    }
}

/// The finaliser of SplitMix64 (Stafford's variant 13).
#[inline]
const fn scramble(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// All the chance there is in one replication.
///
/// A draw is the Philox block of `[entity: 48 | block: 16 | index: 32 | replication: 32]` under
/// the seed. It is a pure function: nothing is used up, and order does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    key: Key,
    seed: u64,
    replication: u32,
    sampling: Sampling,
    /// The replication whose uniform numbers these are.
    twin: u32,
    /// Every bit, if they are turned round.
    mirror: u64,
}

impl Draws {
    /// The draws of replication number `replication` under `seed`, independent of all others.
    #[must_use]
    pub const fn new(seed: u64, replication: u32) -> Self {
        Self::sampled(seed, replication, Sampling::Independent)
    }

    /// The draws of replication number `replication` under `seed`, dependent on others as
    /// `sampling` says.
    #[must_use]
    pub const fn sampled(seed: u64, replication: u32, sampling: Sampling) -> Self {
        let is_mirrored = matches!(sampling, Sampling::Antithetic) && replication % 2 == 1;
        let twin = if is_mirrored { replication - 1 } else { replication };
        let mirror = if is_mirrored { u64::MAX } else { 0 };
        Self { key: Key::new(split(seed)), seed, replication, sampling, twin, mirror }
    }

    /// The uniform number between 0 and 1, both excluded, that `entity` has for `purpose`.
    ///
    /// An odd multiple of 2^-53, so that `1.0 - u` is exact and is such a number as well.
    /// Cost: one Philox block.
    #[inline]
    #[must_use]
    pub fn uniform(&self, entity: Entity, purpose: Purpose, index: u32) -> f64 {
        let words = self.block(entity, purpose.block(), index);
        let pair = if purpose.second_lane() { [words[2], words[3]] } else { [words[0], words[1]] };
        open_unit(join(pair) ^ self.mirror)
    }

    /// The uniform number of the busyness factor that belongs to `entity`: as from
    /// [`uniform`](Self::uniform) or, if replications are stratified, from the stratum that this
    /// replication has in its block.
    #[must_use]
    pub fn busyness(&self, entity: Entity) -> f64 {
        let u = self.uniform(entity, Purpose::Busyness, 0);
        match self.sampling {
            Sampling::Stratified => {
                let within = (f64::from(self.stratum(entity)) + u) / f64::from(STRATA);
                // The last stratum may round up to 1.
                within.min(1.0 - f64::EPSILON / 2.0)
            }
            Sampling::Independent | Sampling::Antithetic => u,
        }
    }

    /// The rank of this replication's number among those of its block: 0 to `STRATA - 1`, each of
    /// them once.
    fn stratum(&self, entity: Entity) -> u32 {
        let block = Self::new(self.seed, self.replication / STRATA);
        let own = self.replication % STRATA;
        let at = |index| block.uniform(entity, Purpose::Stratum, index);
        let comes_before = |other: &u32| (at(*other), *other) < (at(own), own);
        (0..STRATA).filter(comes_before).map(|_| 1).sum()
    }

    /// What [`uniform`](Self::uniform) gives for `purpose` and for the one that shares its block,
    /// the even number first, in one go.
    #[inline]
    #[must_use]
    pub fn pair(&self, entity: Entity, purpose: Purpose, index: u32) -> [f64; 2] {
        let words = self.block(entity, purpose.block(), index);
        let unit = |low, high| open_unit(join([low, high]) ^ self.mirror);
        [unit(words[0], words[1]), unit(words[2], words[3])]
    }

    /// A generator of its own for what cannot be drawn from one uniform number.
    ///
    /// It starts afresh each time and never meets a number that [`uniform`](Self::uniform) gives.
    #[must_use]
    pub fn stream(&self, entity: Entity, purpose: Purpose, index: u32) -> KeyedRng {
        let block = STREAM | (purpose as u16 * STREAM_BLOCKS);
        KeyedRng {
            key: split(self.seed),
            counter: counter(entity, block, index, self.replication),
            position: 0,
            spare: None,
        }
    }

    #[inline]
    fn block(&self, entity: Entity, block: u16, index: u32) -> [u32; 4] {
        philox4x32_10(counter(entity, block, index, self.twin), &self.key)
    }
}

#[inline]
fn counter(entity: Entity, block: u16, index: u32, replication: u32) -> [u32; 4] {
    let [low, high] = split(entity.0 | (u64::from(block) << ENTITY_BITS));
    [low, high, index, replication]
}

/// Low half first.
#[inline]
const fn split(x: u64) -> [u32; 2] {
    [(x & 0xFFFF_FFFF) as u32, (x >> 32) as u32]
}

#[inline]
fn join([low, high]: [u32; 2]) -> u64 {
    u64::from(low) | (u64::from(high) << 32)
}

/// The middle of one of 2^52 equal parts of the unit interval.
#[inline]
fn open_unit(bits: u64) -> f64 {
    const PART: f64 = 1.0 / (1u64 << 52) as f64;
    // Of a number with a sign, which is one instruction.
    ((bits >> 12).cast_signed() as f64 + 0.5) * PART
}

/// A generator that belongs to one entity, purpose and index: see [`Draws::stream`].
///
/// For what rejects and tries again, since nobody knows how many numbers that takes. The first
/// 254 words of 64 bits come from blocks of its own; whoever needs more gets them under a new key.
#[derive(Clone, Debug)]
pub struct KeyedRng {
    key: [u32; 2],
    counter: [u32; 4],
    position: u16,
    spare: Option<u64>,
}

impl KeyedRng {
    fn next(&mut self) -> u64 {
        if let Some(word) = self.spare.take() {
            return word;
        }
        if self.position == STREAM_BLOCKS - 1 {
            let [low, high, ..] = self.block();
            self.key = [low, high];
            self.position = 0;
        }
        let words = self.block();
        self.position += 1;
        self.spare = Some(join([words[2], words[3]]));
        join([words[0], words[1]])
    }

    fn block(&self) -> [u32; 4] {
        let mut counter = self.counter;
        counter[1] += u32::from(self.position) << (ENTITY_BITS - 32);
        philox4x32_10(counter, &Key::new(self.key))
    }
}

impl TryRng for KeyedRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::*;

    const DRAWS: Draws = Draws::new(42, 7);

    fn calls() -> Entity {
        Entity::named("source", "calls")
    }

    #[test]
    fn a_draw_is_the_same_one_however_often_and_in_whatever_order_it_is_asked_for() {
        let first = DRAWS.uniform(calls(), Purpose::Patience, 0);
        let other = DRAWS.uniform(calls(), Purpose::Talk, 0);
        assert_eq!(DRAWS.uniform(calls(), Purpose::Patience, 0).to_bits(), first.to_bits());
        let pair = DRAWS.pair(calls(), Purpose::Talk, 0);
        assert_eq!(pair.map(f64::to_bits), [first, other].map(f64::to_bits));
    }

    #[test]
    fn the_bits_are_a_promise() {
        // Computed once more by a program of its own, in another language.
        assert_eq!(calls(), Entity(28_220_225_193_364));
        assert_eq!(calls().child(3).child(1), Entity(228_425_622_090_342));
        let bits = |purpose, index| DRAWS.uniform(calls(), purpose, index).to_bits();
        assert_eq!(bits(Purpose::Patience, 0), 0x3fee_7949_08c2_032d);
        assert_eq!(bits(Purpose::Patience, 5), 0x3fb4_be26_67f5_1c78);
        assert_eq!(bits(Purpose::Talk, 0), 0x3fea_2067_2c5b_657d);
        assert_eq!(bits(Purpose::Talk, 5), 0x3fe7_861f_058b_332d);
        let mut stream = DRAWS.stream(calls(), Purpose::Talk, 0);
        assert_eq!(stream.next_u64(), 0x67d3_d6df_2776_81b7);
    }

    #[test]
    fn every_part_of_the_key_matters() {
        let draw = |draws: Draws, name, purpose, index| {
            draws.uniform(Entity::named("source", name), purpose, index).to_bits()
        };
        let mut all = vec![
            draw(DRAWS, "calls", Purpose::Patience, 0),
            draw(DRAWS, "calls", Purpose::Talk, 0),
            draw(DRAWS, "calls", Purpose::Balk, 0),
            draw(DRAWS, "calls", Purpose::Patience, 1),
            draw(DRAWS, "chats", Purpose::Patience, 0),
            draw(Draws::new(42, 8), "calls", Purpose::Patience, 0),
            draw(Draws::new(42 + (1 << 32), 7), "calls", Purpose::Patience, 0),
        ];
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 7);
    }

    #[test]
    fn antithetic_pairs_add_up_to_one_and_share_nothing_else() {
        let of = |number| Draws::sampled(42, number, Sampling::Antithetic);
        for index in 0..100 {
            let [a, b] = [6, 7].map(|number| of(number).uniform(calls(), Purpose::Talk, index));
            assert_eq!((1.0 - a).to_bits(), b.to_bits());
            let [a, b] = [6, 7].map(|number| of(number).pair(calls(), Purpose::Talk, index));
            assert_eq!(a.map(|u| (1.0 - u).to_bits()), b.map(f64::to_bits));
        }
        let stream = |draws: Draws| draws.stream(calls(), Purpose::Talk, 0).next_u64();
        assert_eq!(stream(of(7)), stream(DRAWS));
        assert_ne!(stream(of(7)), stream(of(6)));
        let even = of(6).uniform(calls(), Purpose::Talk, 0);
        assert_eq!(even.to_bits(), Draws::new(42, 6).uniform(calls(), Purpose::Talk, 0).to_bits());
    }

    #[test]
    fn every_stratum_of_a_block_is_drawn_once_in_an_order_of_its_own() {
        let busyness = |name, number| {
            Draws::sampled(42, number, Sampling::Stratified).busyness(Entity::named("b", name))
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 20")]
        let strata = |name, block: u32| -> Vec<u32> {
            let numbers = block * STRATA..(block + 1) * STRATA;
            numbers.map(|n| (busyness(name, n) * f64::from(STRATA)) as u32).collect()
        };
        let all = [("day", 0), ("day", 1), ("night", 0)].map(|(name, block)| strata(name, block));
        for order in &all {
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..STRATA).collect::<Vec<_>>());
        }
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
        // Nothing but busyness knows of strata.
        let draw = |draws: Draws| draws.uniform(calls(), Purpose::Busyness, 0).to_bits();
        assert_eq!(draw(Draws::sampled(42, 7, Sampling::Stratified)), draw(DRAWS));
        assert_eq!(DRAWS.busyness(calls()).to_bits(), draw(DRAWS));
    }

    #[test]
    fn the_ends_of_the_unit_interval_are_never_drawn() {
        let last = open_unit(u64::MAX);
        assert!(open_unit(0) > 0.0 && last < 1.0);
        assert_eq!((1.0 - last).to_bits(), open_unit(0).to_bits());
    }

    #[test]
    fn siblings_and_generations_differ() {
        let mut all: Vec<Entity> = (0..300)
            .flat_map(|interval| (0..300).map(move |n| calls().child(interval).child(n)))
            .chain((0..300).map(|interval| calls().child(interval)))
            .chain([Entity::named("a", "bc"), Entity::named("ab", "c"), calls()])
            .collect();
        let n_entities = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), n_entities);
    }

    #[test]
    fn a_stream_repeats_itself_and_outlasts_its_first_key() {
        let take = |n| -> Vec<u64> {
            let mut rng = DRAWS.stream(calls(), Purpose::Talk, 3);
            (0..n).map(|_| rng.next_u64()).collect()
        };
        let words = take(2_000);
        assert_eq!(words[..10], take(10));
        let mut distinct = words.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), words.len());
    }

    #[test]
    fn a_stream_fills_bytes_from_the_same_words() {
        let mut bytes = [0; 12];
        DRAWS.stream(calls(), Purpose::Talk, 3).fill_bytes(&mut bytes);
        let word = DRAWS.stream(calls(), Purpose::Talk, 3).next_u64();
        assert_eq!(bytes[..8], word.to_le_bytes());
    }
}
