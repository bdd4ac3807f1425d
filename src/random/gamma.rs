//! The incomplete gamma function and its inverse: the gamma and the Poisson distribution's tools.

use std::f64::consts::TAU;

use libm::{exp, lgamma, log, log1p};

use super::normal;

/// What is left out of a sum when it no longer counts.
const NEGLIGIBLE: f64 = 1e-17;

/// The shares of the gamma distribution of `shape` and scale 1 below and above `x`.
///
/// Both are accurate for themselves, also when tiny. Cost: about `sqrt(shape)` steps near the
/// middle. Source: Abramowitz & Stegun 6.5.29 (series) and 6.5.31 (continued fraction).
pub(super) fn shares(shape: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x < shape + 1.0 {
        let below = term(shape, x) * series(shape, x);
        (below, 1.0 - below)
    } else {
        let above = term(shape, x) * shape / fraction(shape, x);
        (1.0 - above, above)
    }
}

/// `x^a e^-x / Γ(a + 1)`: for whole `a`, the Poisson probability of `a` when `x` are expected.
///
/// Source: Loader, "Fast and accurate computation of binomial probabilities" (2000), for `a` of
/// 15 and more; there the plain formula would lose digits to cancellation.
pub(super) fn term(a: f64, x: f64) -> f64 {
    if a < 15.0 {
        return exp(a * log(x) - x - lgamma(a + 1.0));
    }
    let excess = (x - a) / a;
    exp(-stirling_error(a) - a * (excess - log1p(excess))) / (TAU * a).sqrt()
}

/// By how much `ln Γ(a + 1)` exceeds Stirling's formula; `a` at least 15.
fn stirling_error(a: f64) -> f64 {
    let b = 1.0 / (a * a);
    (1.0 / 12.0 - b * (1.0 / 360.0 - b * (1.0 / 1260.0 - b * (1.0 / 1680.0 - b / 1188.0)))) / a
}

/// `1 + x/(a+1) + x²/((a+1)(a+2)) + …`
fn series(a: f64, x: f64) -> f64 {
    let (mut sum, mut summand, mut below) = (1.0, 1.0, a);
    while summand > sum * NEGLIGIBLE {
        below += 1.0;
        summand *= x / below;
        sum += summand;
    }
    sum
}

/// `x + 1 - a - 1(1-a)/(x + 3 - a - 2(2-a)/(x + 5 - a - …))`, by Lentz's method.
fn fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let (mut value, mut c, mut d) = (b, b, 0.0);
    for n in 1..100_000 {
        let n = f64::from(n);
        let numerator = n * (a - n);
        b += 2.0;
        d = 1.0 / away_from_zero(b + numerator * d);
        c = away_from_zero(b + numerator / c);
        value *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

/// The quantile of `u`, between 0 and 1 excluded, of the gamma distribution of scale 1.
///
/// Relative error below 1e-12. Newton's method on the logarithm, kept between two proven bounds.
pub(super) fn quantile(shape: f64, u: f64) -> f64 {
    // P(X <= x) is at most x^a / Γ(a+1), and P(X > a + sqrt(2at) + t) at most e^-t.
    let mut low = (log(u) + lgamma(shape + 1.0)) / shape;
    if low < -700.0 {
        return exp(low); // nothing but the first term of the series
    }
    let t = -log1p(-u) + 1.0;
    let mut high = log(shape + (2.0 * shape * t).sqrt() + t);
    let mut y = first_guess(shape, u).clamp(low, high);
    for _ in 0..200 {
        let error = excess(shape, exp(y), u);
        if error > 0.0 {
            high = y;
        } else {
            low = y;
        }
        let step = error / (shape * term(shape, exp(y)));
        let next = if (low..=high).contains(&(y - step)) { y - step } else { 0.5 * (low + high) };
        let moved = (next - y).abs();
        y = next;
        if moved < 1e-13 {
            break;
        }
    }
    exp(y)
}

/// By how much the share below `x` exceeds `u`, computed from the smaller tail.
fn excess(shape: f64, x: f64, u: f64) -> f64 {
    let (below, above) = shares(shape, x);
    if u < 0.5 { below - u } else { (1.0 - u) - above }
}

/// The logarithm of Wilson & Hilferty's approximation, where it has one.
fn first_guess(shape: f64, u: f64) -> f64 {
    let root = 1.0 - 1.0 / (9.0 * shape) + normal::quantile(u) / (3.0 * shape.sqrt());
    if root > 0.0 { log(shape) + 3.0 * log(root) } else { f64::NEG_INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(got: f64, expected: f64, tolerance: f64) {
        assert!((got / expected - 1.0).abs() < tolerance, "{got} instead of {expected}");
    }

    #[test]
    fn whole_shapes_agree_with_their_finite_sum() {
        for x in [0.01, 0.5, 2.0, 3.0, 7.0, 40.0] {
            let above = exp(-x) * (1.0 + x + x * x / 2.0);
            assert_close(shares(3.0, x).1, above, 1e-13);
        }
    }

    #[test]
    fn chi_square_tables_come_out() {
        // Abramowitz & Stegun table 26.8: upper 5 % points for 1, 10 and 100 degrees of freedom.
        for (degrees, point) in [(1.0, 3.841_46), (10.0, 18.307_0), (100.0, 124.342)] {
            assert_close(2.0 * quantile(degrees / 2.0, 0.95), point, 3e-6);
        }
    }

    #[test]
    fn the_quantile_undoes_the_distribution_function() {
        for shape in [0.01, 0.3, 1.0, 2.5, 20.0, 100.0, 400.0, 1e4, 1e6] {
            for u in [1e-12, 1e-3, 0.1, 0.4999, 0.5, 0.8, 0.999, 1.0 - 1e-12] {
                let x = quantile(shape, u);
                let (below, above) = shares(shape, x);
                if u < 0.5 && x > 0.0 {
                    assert_close(below, u, 1e-10);
                } else if u >= 0.5 {
                    assert_close(above, 1.0 - u, 1e-10);
                }
            }
        }
    }
}
