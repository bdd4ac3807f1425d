//! Student's t.

use std::f64::consts::{FRAC_2_PI, PI};

use libm::{atan, exp, lgamma};

/// Above this many degrees of freedom the next term of the expansion in 1/degrees takes over.
const MANY: u32 = 2_000;

/// The quantile of `p` of Student's t distribution, `p` between 0 and 1, both excluded.
///
/// Relative error below 1e-10 up to 2,000 degrees of freedom, below 1e-6 above. Infinite when
/// there are no degrees of freedom. Cost: some ten passes of `degrees / 2` steps.
///
/// Source: Abramowitz & Stegun 26.7.3 and 26.7.4 (finite sums), Newton's method; 26.7.5 above.
#[must_use]
pub fn student_t(p: f64, degrees: usize) -> f64 {
    if degrees == 0 {
        return if p < 0.5 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    if p < 0.5 {
        return -student_t(1.0 - p, degrees);
    }
    let counted = u32::try_from(degrees).unwrap_or(u32::MAX).min(MANY);
    let t = upper_quantile(p, counted);
    if counted as usize == degrees { t } else { t + change(t, counted, degrees) }
}

/// How the quantile `t` changes from `few` to `many` degrees of freedom, both large.
fn change(t: f64, few: u32, many: usize) -> f64 {
    let (few, many) = (1.0 / f64::from(few), 1.0 / many as f64);
    let first = |z: f64| z * (z * z + 1.0) / 4.0;
    let z = t - first(t) * few;
    let second = z * (z * z * (5.0 * z * z + 16.0) + 3.0) / 96.0;
    first(z) * (many - few) + second * (many * many - few * few)
}

/// On this side the distribution function is concave, so Newton's steps from 0 never go too far.
fn upper_quantile(p: f64, degrees: u32) -> f64 {
    let wanted = 2.0 * p - 1.0;
    let top = 2.0 * density_at_zero(degrees);
    let mut t = 0.0;
    for _ in 0..200 {
        let missing = wanted - central_share(t, degrees);
        let step = missing / (top * falloff(t, degrees));
        if step.is_nan() || step <= 1e-15 * t {
            break;
        }
        t += step;
    }
    t
}

/// The probability of being between `-t` and `t`, by a finite sum.
fn central_share(t: f64, degrees: u32) -> f64 {
    let n = f64::from(degrees);
    let squared_cosine = n / (n + t * t);
    let sine = t / (n + t * t).sqrt();
    let odd = degrees % 2 == 1;
    let (mut factor, mut sum) = if degrees == 1 { (0.0, 0.0) } else { (1.0, 1.0) };
    let first = if odd { 3 } else { 2 };
    for k in (first..=degrees.saturating_sub(2)).step_by(2) {
        factor *= squared_cosine * f64::from(k - 1) / f64::from(k);
        sum += factor;
    }
    if odd {
        FRAC_2_PI * (atan(t / n.sqrt()) + sine * squared_cosine.sqrt() * sum)
    } else {
        sine * sum
    }
}

fn density_at_zero(degrees: u32) -> f64 {
    let n = f64::from(degrees);
    exp(lgamma(0.5 * (n + 1.0)) - lgamma(0.5 * n)) / (PI * n).sqrt()
}

/// The density at `t` over that at 0.
fn falloff(t: f64, degrees: u32) -> f64 {
    let n = f64::from(degrees);
    exp(-0.5 * (n + 1.0) * libm::log1p(t * t / n))
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, StudentsT};

    use super::*;

    #[test]
    fn the_printed_tables_come_out() {
        // Abramowitz & Stegun, table 26.10.
        for (p, degrees, t) in [
            (0.975, 1, 12.706),
            (0.95, 2, 2.920),
            (0.975, 9, 2.262),
            (0.995, 19, 2.861),
            (0.9995, 30, 3.646),
            (0.975, 120, 1.980),
        ] {
            assert!((student_t(p, degrees) - t).abs() < 6e-4, "{p} {degrees}");
        }
        assert!((student_t(0.975, 1_000_000_000) - 1.959_963_985).abs() < 1e-5);
    }

    #[test]
    fn it_agrees_with_an_independent_implementation() {
        for degrees in [1, 2, 3, 4, 7, 19, 99, 100, 999, 2_000, 5_000, 100_000] {
            let reference = StudentsT::new(0.0, 1.0, degrees as f64).expect("valid");
            for p in [0.501, 0.9, 0.975, 0.9995, 0.999_999] {
                let share = reference.cdf(student_t(p, degrees));
                let tolerance = if degrees > 2_000 { 1e-5 } else { 1e-8 };
                assert!((share - p).abs() < tolerance * (1.0 - p), "{p} {degrees} {share}");
            }
        }
    }

    #[test]
    fn it_is_odd_and_infinite_without_degrees_of_freedom() {
        assert_eq!(student_t(0.1, 5).to_bits(), (-student_t(0.9, 5)).to_bits());
        assert!(student_t(0.975, 0).is_infinite());
        assert!(student_t(0.5, 3).abs() < 1e-15);
    }
}
