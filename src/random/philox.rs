//! Philox4x32-10, a counter-based generator: a keyed scrambling of 128 bits, without state.
//!
//! Source: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11;
//! known answers from the Random123 distribution, `kat_vectors`.

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// A key, and what becomes of it in each round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key([[u32; 2]; ROUNDS]);

impl Key {
    pub(super) const fn new(mut key: [u32; 2]) -> Self {
        let mut rounds = [key; ROUNDS];
        let mut round = 1;
        while round < ROUNDS {
            key = [key[0].wrapping_add(KEY_STEPS[0]), key[1].wrapping_add(KEY_STEPS[1])];
            rounds[round] = key;
            round += 1;
        }
        Self(rounds)
    }
}

/// The 128 random bits that belong to `counter` under `key`: the same ones every time.
///
/// Under one key, different counters never give the same four words. Cost: 20 multiplications.
#[inline]
pub(super) fn philox4x32_10(counter: [u32; 4], key: &Key) -> [u32; 4] {
    key.0.iter().fold(counter, |words, key| round(words, *key))
}

#[inline]
const fn round(words: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let (high0, low0) = multiply(MULTIPLIERS[0], words[0]);
    let (high1, low1) = multiply(MULTIPLIERS[1], words[2]);
    [high1 ^ words[1] ^ key[0], low1, high0 ^ words[3] ^ key[1], low0]
}

/// The product's upper and lower half.
#[inline]
const fn multiply(a: u32, b: u32) -> (u32, u32) {
    let product = a as u64 * b as u64;
    ((product >> 32) as u32, (product & 0xFFFF_FFFF) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_answers_of_random123_come_out() {
        assert_eq!(
            philox4x32_10([0; 4], &Key::new([0; 2])),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox4x32_10([u32::MAX; 4], &Key::new([u32::MAX; 2])),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox4x32_10(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                &Key::new([0xa409_3822, 0x299f_31d0])
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }
}
