//! The Poisson distribution by inversion.

use libm::exp;

use super::gamma;

/// Below this, counting up from 0 is both exact and quick.
const SMALL: f64 = 20.0;
/// Sums near 1 do not feel probabilities this small any more.
const UNFELT: f64 = 1e-18;

/// The Poisson quantile: the least count that is not exceeded with probability `u` when `mean`
/// are expected.
///
/// - Range: `u` between 0 and 1, both excluded. Zero for a mean that is zero, negative or NaN.
/// - Order: never falls as `u` grows.
/// - Cost: steps in the order of `sqrt(mean)`; from the middle of the distribution outwards.
///
/// # Panics
/// When `mean` exceeds 10^9: nobody counts that far.
#[must_use]
pub fn poisson_quantile(mean: f64, u: f64) -> u64 {
    if mean.is_nan() || mean <= 0.0 {
        return 0;
    }
    assert!(mean <= 1e9, "a Poisson mean is at most 10^9");
    if mean < SMALL {
        return count_up(Place { count: 0, probability: exp(-mean), share: exp(-mean) }, mean, u);
    }
    let middle = mean.floor();
    let place = Place {
        count: whole(middle),
        probability: gamma::term(middle, mean),
        share: gamma::shares(middle + 1.0, mean).1,
    };
    if place.share < u { count_up(place, mean, u) } else { count_down(place, mean, u) }
}

/// A count, its probability, and the share of the distribution up to it, itself included.
#[derive(Clone, Copy)]
struct Place {
    count: u64,
    probability: f64,
    share: f64,
}

/// The first count from `at` upwards whose share reaches `u`.
fn count_up(mut at: Place, mean: f64, u: f64) -> u64 {
    while at.share < u && at.probability > UNFELT {
        at.count += 1;
        at.probability *= mean / at.count as f64;
        at.share += at.probability;
    }
    at.count
}

/// The last count from `at` downwards whose share still reaches `u`.
fn count_down(mut at: Place, mean: f64, u: f64) -> u64 {
    while at.count > 0 && at.share - at.probability >= u && at.probability > UNFELT {
        at.share -= at.probability;
        at.probability *= at.count as f64 / mean;
        at.count -= 1;
    }
    at.count
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number between 0 and 10^9"
)]
const fn whole(x: f64) -> u64 {
    x as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Draws, Entity, Purpose};

    fn by_direct_summation(mean: f64, u: f64) -> u64 {
        let (mut count, mut probability) = (0, exp(-mean));
        let mut share = probability;
        while share < u {
            count += 1;
            probability *= mean / count as f64;
            share += probability;
        }
        count
    }

    #[test]
    fn it_agrees_with_direct_summation() {
        for mean in [0.001, 0.3, 1.0, 4.5, 19.0, 20.0, 21.7, 60.0, 250.0] {
            for i in 1..4_000 {
                let u = f64::from(i) / 4_000.0 + 1e-7;
                assert_eq!(poisson_quantile(mean, u), by_direct_summation(mean, u), "{mean} {u}");
            }
        }
    }

    #[test]
    fn nothing_is_expected_and_nothing_comes() {
        assert_eq!([0.0, -1.0, f64::NAN].map(|mean| poisson_quantile(mean, 0.999)), [0, 0, 0]);
    }

    #[test]
    fn the_extremes_come_to_an_end() {
        let (least, most) = (0.5f64.powi(53), 1.0 - 0.5f64.powi(53));
        for mean in [1e-9_f64, 1.0, 19.9, 20.0, 500.0, 1e5, 1e7] {
            let spread = 9.0 * mean.sqrt() + 25.0;
            assert!(poisson_quantile(mean, most) as f64 <= mean + spread, "{mean}");
            assert!(poisson_quantile(mean, least) as f64 >= mean - spread, "{mean}");
        }
    }

    #[test]
    fn it_never_falls_as_u_grows() {
        for mean in [3.0, 33.3, 1e4] {
            let counts: Vec<u64> =
                (1..5_000).map(|i| poisson_quantile(mean, f64::from(i) / 5_000.0)).collect();
            assert!(counts.is_sorted(), "{mean}");
        }
    }

    #[test]
    fn large_means_have_the_right_mean_and_variance() {
        let (draws, entity) = (Draws::new(1, 0), Entity::named("test", "poisson"));
        for mean in [50.0_f64, 1_000.0, 1e6] {
            let n = 4_000u32;
            let squares = |around: f64, power: i32| {
                let total: f64 = (0..n)
                    .map(|i| draws.uniform(entity, Purpose::CountInInterval, i))
                    .map(|u| (poisson_quantile(mean, u) as f64 - around).powi(power))
                    .sum();
                total / f64::from(n)
            };
            assert!((squares(0.0, 1) - mean).abs() < 4.0 * (mean / f64::from(n)).sqrt(), "{mean}");
            assert!((squares(mean, 2) / mean - 1.0).abs() < 4.0 * (2.0 / f64::from(n)).sqrt());
        }
    }
}
