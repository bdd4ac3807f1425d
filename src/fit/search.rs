//! The lowest point of a function of a few numbers, without its slope.

/// After so many evaluations for each dimension a search gives up.
const EVALUATIONS: usize = 400;
/// A search ends when the values at its corners differ by less.
const FLAT: f64 = 1e-8;
/// How often a search starts again from where it ended, so that a simplex that has collapsed is no
/// end.
const RESTARTS: usize = 2;

/// A point and its value.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) at: Vec<f64>,
    pub(super) value: f64,
}

/// A low point of `f` near `start`, searched for with first steps of `step`. What `f` calls
/// infinite is avoided. The same input gives the same result.
///
/// Source: Nelder & Mead, Computer Journal 7 (1965), with the usual coefficients 1, 2, ½, ½.
pub(super) fn minimum(f: &dyn Fn(&[f64]) -> f64, start: &[f64], step: f64) -> Found {
    let mut best = Found { at: start.to_vec(), value: f(start) };
    for restart in 0..=RESTARTS {
        let found = descend(f, &best, step / (1.0 + 3.0 * restart as f64));
        let gain = best.value - found.value;
        best = found;
        if restart != 0 && gain < FLAT {
            break;
        }
    }
    best
}

fn descend(f: &dyn Fn(&[f64]) -> f64, start: &Found, step: f64) -> Found {
    let n = start.at.len();
    let eval = |at: Vec<f64>| {
        let value = f(&at);
        Found { at, value: if value.is_nan() { f64::INFINITY } else { value } }
    };
    let mut corners = vec![start.clone()];
    for axis in 0..n {
        let mut at = start.at.clone();
        at[axis] += step;
        corners.push(eval(at));
    }
    for _ in 0..EVALUATIONS * n {
        corners.sort_by(|a, b| a.value.total_cmp(&b.value));
        if corners[n].value - corners[0].value < FLAT {
            break;
        }
        let center = center(&corners[..n]);
        let along = |by: f64| -> Vec<f64> {
            center.iter().zip(&corners[n].at).map(|(c, worst)| c + by * (c - worst)).collect()
        };
        let reflected = eval(along(1.0));
        if reflected.value < corners[0].value {
            let expanded = eval(along(2.0));
            corners[n] = if expanded.value < reflected.value { expanded } else { reflected };
        } else if reflected.value < corners[n - 1].value {
            corners[n] = reflected;
        } else {
            let by = if reflected.value < corners[n].value { 0.5 } else { -0.5 };
            let contracted = eval(along(by));
            if contracted.value < corners[n].value.min(reflected.value) {
                corners[n] = contracted;
            } else {
                shrink(&mut corners, &eval);
            }
        }
    }
    corners.swap_remove(0)
}

fn center(corners: &[Found]) -> Vec<f64> {
    let n = corners.len() as f64;
    let of = |axis: usize| corners.iter().map(|corner| corner.at[axis]).sum::<f64>() / n;
    (0..corners[0].at.len()).map(of).collect()
}

/// Moves all corners halfway to the best one.
fn shrink(corners: &mut [Found], eval: &dyn Fn(Vec<f64>) -> Found) {
    let best = corners[0].at.clone();
    for corner in &mut corners[1..] {
        let half = corner.at.iter().zip(&best).map(|(x, best)| f64::midpoint(*x, *best));
        *corner = eval(half.collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bottom_of_a_curved_valley_is_found() {
        // Rosenbrock's valley.
        let f = |x: &[f64]| {
            let bend = x[1] - x[0] * x[0];
            100.0 * bend * bend + (1.0 - x[0]) * (1.0 - x[0])
        };
        let found = minimum(&f, &[-1.2, 1.0], 0.5);
        assert!(found.at.iter().all(|x| (x - 1.0).abs() < 1e-3), "{found:?}");
    }

    #[test]
    fn what_is_infinite_is_avoided() {
        let f = |x: &[f64]| if x[0] < 1.0 { f64::INFINITY } else { x[0] };
        assert!((minimum(&f, &[3.0], 0.5).at[0] - 1.0).abs() < 1e-6);
    }
}
