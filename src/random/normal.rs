//! The normal distribution: its quantile and its cumulative distribution function.

use libm::{erfc, log};

// Numerator and denominator in the middle, in the tail and far out, lowest power first.
const MIDDLE: [f64; 8] = [
    3.3871328727963665,
    133.14166789178438,
    1971.5909503065513,
    13731.69376550946,
    45921.95393154987,
    67265.7709270087,
    33430.57558358813,
    2509.0809287301227,
];
const MIDDLE_BELOW: [f64; 8] = [
    1.0,
    42.31333070160091,
    687.1870074920579,
    5394.196021424751,
    21213.794301586597,
    39307.89580009271,
    28729.085735721943,
    5226.495278852854,
];
const TAIL: [f64; 8] = [
    1.4234371107496835,
    4.630337846156546,
    5.769497221460691,
    3.6478483247632045,
    1.2704582524523684,
    0.2417807251774506,
    0.022723844989269184,
    0.0007745450142783414,
];
const TAIL_BELOW: [f64; 8] = [
    1.0,
    2.053191626637759,
    1.6763848301838038,
    0.6897673349851,
    0.14810397642748008,
    0.015198666563616457,
    0.0005475938084995345,
    1.0507500716444169e-09,
];
const FAR: [f64; 8] = [
    6.657904643501103,
    5.463784911164114,
    1.7848265399172913,
    0.29656057182850487,
    0.026532189526576124,
    0.0012426609473880784,
    2.7115555687434876e-05,
    2.0103343992922881e-07,
];
const FAR_BELOW: [f64; 8] = [
    1.0,
    0.599832206555888,
    0.1369298809227358,
    0.014875361290850615,
    0.0007868691311456133,
    1.8463183175100548e-05,
    1.421511758316446e-07,
    2.0442631033899397e-15,
];

/// The standard normal quantile of `u`, between 0 and 1, both excluded.
///
/// Relative error about 1e-16. Source: Wichura, algorithm AS 241 (PPND16), Appl. Statist. 37
/// (1988).
#[inline]
pub(super) fn quantile(u: f64) -> f64 {
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&MIDDLE, r) / polynomial(&MIDDLE_BELOW, r);
    }
    let size = tail(if q < 0.0 { u } else { 1.0 - u });
    if q < 0.0 { -size } else { size }
}

/// How far from 0 the point lies beyond which there is `share`, at most 0.075.
fn tail(share: f64) -> f64 {
    let r = (-log(share)).sqrt();
    if r <= 5.0 {
        polynomial(&TAIL, r - 1.6) / polynomial(&TAIL_BELOW, r - 1.6)
    } else {
        polynomial(&FAR, r - 5.0) / polynomial(&FAR_BELOW, r - 5.0)
    }
}

/// The share of the standard normal distribution that is at most `x`.
pub(super) fn cdf(x: f64) -> f64 {
    0.5 * erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

#[inline]
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_of_every_table_come_out() {
        for (u, z) in [
            (0.5, 0.0),
            (0.75, 0.674_489_750_196_081_7),
            (0.975, 1.959_963_984_540_054),
            (0.999, 3.090_232_306_167_813),
            (1e-20, -9.262_340_089_798_408),
        ] {
            assert!((quantile(u) - z).abs() < 2e-15 * z.abs().max(1.0), "{u}: {}", quantile(u));
        }
    }

    #[test]
    fn the_distribution_function_undoes_the_quantile() {
        for i in 1..2_000 {
            let u = f64::from(i) / 2_000.0;
            assert!((cdf(quantile(u)) - u).abs() < 1e-15, "{u}");
            let small = u * 1e-12;
            assert!((cdf(quantile(small)) / small - 1.0).abs() < 1e-13, "{small}");
        }
    }
}
