//! The candidates: every combination of values, and what is in force.

use crate::scenario::{Decision, Setting};
use crate::tuning::search::neighbors;

/// More candidates than this are not simulated one by one.
pub const MOST_CANDIDATES: usize = 2_000;

/// The candidates, and which of them is in force.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Where the decisions stand.
    pub paths: Vec<String>,
    /// For each candidate, a value for each decision.
    pub candidates: Vec<Vec<Setting>>,
    /// Which candidate is in force.
    pub present: usize,
    /// Where the candidates come from if they are not all that there are.
    pub searched: Option<Searched>,
}

/// From how many combinations a search picked the candidates.
#[derive(Clone, Debug)]
pub struct Searched {
    /// For each decision, its values in order, with what is in force.
    pub(super) axes: Vec<Vec<Setting>>,
    /// How many combinations there are.
    pub n_combinations: u64,
    /// How many of them were simulated.
    pub n_visited: usize,
    /// How many replications that took, over all combinations.
    pub spent: u64,
}

/// There are too many candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// How many there are.
    pub n: usize,
}

impl Grid {
    /// Every combination of the values of `decisions`, the last decision changing fastest, and
    /// what is in force among them.
    ///
    /// # Errors
    /// If there are more than [`MOST_CANDIDATES`].
    pub fn new(decisions: &[Decision]) -> Result<Self, TooMany> {
        let sizes = decisions.iter().map(|decision| decision.values.len());
        let n = sizes.fold(1_usize, usize::saturating_mul);
        if MOST_CANDIDATES < n {
            return Err(TooMany { n });
        }
        let mut candidates: Vec<Vec<Setting>> = vec![Vec::new()];
        for decision in decisions {
            let longer = |known: &Vec<Setting>| {
                let with =
                    |value: &Setting| [known.as_slice(), std::slice::from_ref(value)].concat();
                decision.values.iter().map(with).collect::<Vec<_>>()
            };
            candidates = candidates.iter().flat_map(longer).collect();
        }
        let present: Vec<Setting> = decisions.iter().map(|each| each.present.clone()).collect();
        let at = candidates.iter().position(|candidate| *candidate == present);
        let present = at.unwrap_or_else(|| {
            let place = place(&candidates, &present);
            candidates.insert(place, present);
            place
        });
        Ok(Self { paths: paths(decisions), candidates, present, searched: None })
    }

    /// What is in force, and nothing else.
    #[must_use]
    pub fn present(decisions: &[Decision]) -> Self {
        let present = decisions.iter().map(|each| each.present.clone()).collect();
        Self { paths: paths(decisions), candidates: vec![present], present: 0, searched: None }
    }

    /// What a search picked, and what is in force.
    pub(super) fn picked(
        decisions: &[Decision],
        mut candidates: Vec<Vec<Setting>>,
        searched: Searched,
    ) -> Self {
        let present: Vec<Setting> = decisions.iter().map(|each| each.present.clone()).collect();
        let at = candidates.iter().position(|candidate| *candidate == present);
        let present = at.unwrap_or_else(|| {
            candidates.push(present);
            candidates.len() - 1
        });
        Self { paths: paths(decisions), candidates, present, searched: Some(searched) }
    }

    /// Whether all combinations that differ from a candidate by one step in one decision are
    /// candidates too.
    #[must_use]
    pub fn surrounds(&self, candidate: usize) -> bool {
        let Some(Searched { axes, .. }) = &self.searched else { return true };
        let settings = &self.candidates[candidate];
        let place = |(axis, setting): (&Vec<Setting>, &Setting)| {
            axis.iter().position(|value| value == setting)
        };
        let point: Option<Vec<usize>> = axes.iter().zip(settings).map(place).collect();
        let sizes: Vec<usize> = axes.iter().map(Vec::len).collect();
        point.is_some_and(|point| {
            neighbors(&sizes, &point, 1).iter().all(|neighbor| {
                let settings = axes.iter().zip(neighbor).map(|(axis, &at)| &axis[at]);
                self.candidates.iter().any(|other| other.iter().eq(settings.clone()))
            })
        })
    }

    /// The changes that make a candidate of the scenario, as `PATH=VALUE`.
    #[must_use]
    pub fn overrides(&self, candidate: usize) -> Vec<String> {
        let settings = self.paths.iter().zip(&self.candidates[candidate]);
        settings.map(|(path, setting)| format!("{path}={}", setting.toml())).collect()
    }

    /// The numbers of the only decision, in ascending order; `None` if there are others.
    #[must_use]
    pub fn axis(&self) -> Option<Vec<f64>> {
        let number = |settings: &Vec<Setting>| match settings.as_slice() {
            [setting] => setting.number(),
            _ => None,
        };
        let axis: Vec<f64> = self.candidates.iter().map(number).collect::<Option<_>>()?;
        axis.is_sorted_by(|a, b| a < b).then_some(axis)
    }

    /// For each candidate, how far it is from what is in force: the sum over decisions of the
    /// share of the range that lies between; what is no number is near if it is equal.
    #[must_use]
    pub fn distances(&self) -> Vec<f64> {
        let present = &self.candidates[self.present];
        let width = |decision: usize| {
            let numbers = self.candidates.iter().filter_map(|each| each[decision].number());
            let (low, high) = numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                (low.min(x), high.max(x))
            });
            (high - low).max(f64::MIN_POSITIVE)
        };
        let widths: Vec<f64> = (0..present.len()).map(width).collect();
        let distance = |settings: &Vec<Setting>| {
            let apart = settings.iter().zip(present).zip(&widths).map(|((a, b), width)| {
                match (a.number(), b.number()) {
                    (Some(a), Some(b)) => (a - b).abs() / width,
                    _ => f64::from(u8::from(a != b)),
                }
            });
            apart.sum()
        };
        self.candidates.iter().map(distance).collect()
    }
}

fn paths(decisions: &[Decision]) -> Vec<String> {
    decisions.iter().map(|decision| decision.path.clone()).collect()
}

/// The values of each decision in order, with what is in force; and where that is.
pub(super) fn axes(decisions: &[Decision]) -> (Vec<Vec<Setting>>, Vec<usize>) {
    let axis = |decision: &Decision| {
        let mut axis = decision.values.clone();
        if !axis.contains(&decision.present) {
            axis.push(decision.present.clone());
        }
        if axis.iter().all(|setting| setting.number().is_some()) {
            axis.sort_by(|a, b| a.number().partial_cmp(&b.number()).expect("numbers"));
        }
        let present = axis.iter().position(|setting| *setting == decision.present);
        (axis, present.expect("it was added"))
    };
    decisions.iter().map(axis).unzip()
}

/// Where the value of an only decision belongs among ascending ones; else at the end.
fn place(candidates: &[Vec<Setting>], present: &[Setting]) -> usize {
    let number = |settings: &[Setting]| match settings {
        [setting] => setting.number(),
        _ => None,
    };
    let Some(own) = number(present) else { return candidates.len() };
    let is_less = |settings: &Vec<Setting>| number(settings).is_some_and(|other| other < own);
    candidates.iter().take_while(|settings| is_less(settings)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(path: &str, values: &[f64], present: f64) -> Decision {
        let values = values.iter().copied().map(Setting::Number).collect();
        Decision { path: path.into(), values, present: Setting::Number(present) }
    }

    #[test]
    fn what_is_in_force_is_always_a_candidate() {
        let grid = Grid::new(&[decision("x", &[5.0, 10.0, 20.0], 15.0)]).unwrap();
        assert_eq!(grid.axis(), Some(vec![5.0, 10.0, 15.0, 20.0]));
        assert_eq!((grid.present, grid.overrides(2)), (2, vec!["x=15".to_owned()]));
        let grid = Grid::new(&[decision("x", &[5.0, 10.0], 10.0)]).unwrap();
        assert_eq!((grid.present, grid.candidates.len()), (1, 2));
    }

    #[test]
    fn several_decisions_make_a_grid() {
        let decisions = [decision("x", &[1.0, 2.0], 1.0), decision("y", &[3.0, 5.0, 7.0], 9.0)];
        let grid = Grid::new(&decisions).unwrap();
        assert_eq!((grid.candidates.len(), grid.present, grid.axis()), (7, 6, None));
        assert_eq!(grid.overrides(4), ["x=2", "y=5"]);
        let distances = grid.distances();
        assert!((distances[0] - 1.0).abs() < 1e-12 && distances[6].abs() < 1e-12);
    }

    #[test]
    fn too_many_are_refused() {
        let many: Vec<f64> = (0..100).map(f64::from).collect();
        let decisions = [decision("x", &many, 0.0), decision("y", &many, 0.0)];
        assert_eq!(Grid::new(&decisions).unwrap_err(), TooMany { n: 10_000 });
    }
}
