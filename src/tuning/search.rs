//! Search: which of too many combinations are worth being candidates.
//!
//! A round fixes its replications, so that costs are a deterministic function of the combination,
//! and walks downhill on it: along the gradient of the piecewise linear interpolation first, then
//! from neighbor to neighbor. The next round has more replications and shorter steps, and starts
//! where the last one ended. Nothing is promised of what is found; that is for
//! [`select`](crate::tuning::select) and [`certify`](crate::tuning::certify), which see other
//! replications.
//!
//! Source: Wang, Pasupathy & Schmeiser, "Integer-ordered simulation optimization using R-SPLINE",
//! ACM TOMACS 23 (2013); long steps first are ours.

use std::collections::BTreeMap;
use std::ops::Range;

use libm::pow;

use crate::tuning::Outcome;

/// A combination: for each decision, which of its values.
pub type Point = Vec<usize>;

/// Simulates: the outcomes of each of some combinations on each of some replications, in that
/// order.
pub type Probe<'a, E> = dyn FnMut(&[Point], Range<u32>) -> Result<Vec<Vec<Outcome>>, E> + 'a;

/// Where is searched, and how long.
#[derive(Clone, Debug)]
pub struct Space {
    /// For each decision, how many values it has; at least one, of one or more.
    pub sizes: Vec<usize>,
    /// The combination in force: one of the places where the search starts.
    pub present: Point,
    /// Costs that differ by no more are as good as equal; more than 0.
    pub indifference: f64,
    /// How many replications, over all combinations, may be simulated.
    pub budget: u64,
    /// How many combinations are to be left at most; 1 or more.
    pub most: usize,
}

/// What a search leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The combinations to judge, the best first, without repetition.
    pub points: Vec<Point>,
    /// How many combinations were simulated.
    pub n_visited: usize,
    /// How many replications were simulated, over all combinations.
    pub spent: u64,
}

/// The number of the first replication of a search: selections do not get so far, and certificates
/// begin later.
pub const SEARCHED: u32 = 3 << 29;
/// In how many places the search starts, the one in force among them.
const STARTS: u32 = 8;
/// How many of them are followed after the first round.
const FOLLOWED: usize = 3;
/// How many replications a combination has in the first round; half as many more in each next.
const FIRST: u32 = 20;
/// How many rounds there are with the shortest steps.
const FINEST: u32 = 2;

/// The smallest budget with which a search gets to see the first steps from everywhere it starts.
#[must_use]
pub const fn least_budget(n_decisions: usize) -> u64 {
    STARTS as u64 * FIRST as u64 * (n_decisions as u64 + 1)
}

/// Looks for combinations that cost little and keep the constraints.
///
/// # Errors
/// Whatever `probe` fails with.
pub fn search<E>(space: &Space, probe: &mut Probe<'_, E>) -> Result<Found, E> {
    let longest = space.sizes.iter().map(|size| (size - 1) / 4).max().unwrap_or(0).max(1);
    let halvings = longest.ilog2();
    let mut walk = Walk { space, probe, known: BTreeMap::new(), n: FIRST, spent: 0, units: None };
    let mut places = starts(space);
    for round in 0..halvings + FINEST {
        let stride = 1 << halvings.saturating_sub(round);
        let mut ends: Vec<Point> = Vec::new();
        for place in places {
            let end = walk.descend(place, stride)?;
            if !ends.contains(&end) {
                ends.push(end);
            }
        }
        ends.sort_by(|a, b| walk.value(a).order(walk.value(b)));
        ends.truncate(FOLLOWED);
        places = ends;
        walk.n += walk.n / 2;
    }
    Ok(walk.found(&places))
}

/// The combination in force, and others that fill the space evenly.
///
/// Source: Roberts, "The unreasonable effectiveness of quasirandom sequences" (2018): multiples of
/// the powers of `1/φ`, where `φ` to the number of decisions and one is `φ + 1`.
fn starts(space: &Space) -> Vec<Point> {
    let d = f64::from(u32::try_from(space.sizes.len()).expect("few decisions"));
    let phi = (0..64).fold(2.0, |phi: f64, _| pow(1.0 + phi, 1.0 / (d + 1.0)));
    let coordinate = |number: u32, (decision, size): (usize, &usize)| {
        let power = f64::from(u32::try_from(decision + 1).expect("few decisions"));
        let share = (0.5 + f64::from(number) * pow(phi, -power)).fract();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place among at most a hundred thousand"
        )]
        let at = (share * *size as f64) as usize;
        at.min(size - 1)
    };
    let point = |number| space.sizes.iter().enumerate().map(|at| coordinate(number, at)).collect();
    let mut all = vec![space.present.clone()];
    for number in 1..STARTS {
        let point: Point = point(number);
        if !all.contains(&point) {
            all.push(point);
        }
    }
    all
}

/// How good a combination looks: first by how much it breaks constraints, then by its cost.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Value {
    broken: f64,
    cost: f64,
}

impl Value {
    const UNKNOWN: Self = Self { broken: f64::INFINITY, cost: f64::INFINITY };

    fn order(self, other: Self) -> std::cmp::Ordering {
        self.broken.total_cmp(&other.broken).then(self.cost.total_cmp(&other.cost))
    }

    fn is_better(self, other: Self) -> bool {
        self.order(other).is_lt()
    }
}

struct Walk<'s, 'p, E> {
    space: &'s Space,
    probe: &'s mut Probe<'p, E>,
    /// By combination, in order of replication.
    known: BTreeMap<Point, Vec<Outcome>>,
    /// How many replications count in this round.
    n: u32,
    spent: u64,
    /// For each constraint, what its excess is counted in: how much it varies where the search
    /// began.
    units: Option<Vec<f64>>,
}

impl<E> Walk<'_, '_, E> {
    /// Downhill from `place`, with steps of `stride` values, until no step is better.
    fn descend(&mut self, place: Point, stride: usize) -> Result<Point, E> {
        let mut here = place;
        loop {
            let mut best = self.slide(&here, stride)?;
            let around = neighbors(&self.space.sizes, &best, stride);
            self.look(&around)?;
            for point in around {
                if self.value(&point).is_better(self.value(&best)) {
                    best = point;
                }
            }
            if best == here {
                return Ok(here);
            }
            here = best;
        }
    }

    /// The best point along the gradient; `here` if there is none better.
    fn slide(&mut self, here: &Point, stride: usize) -> Result<Point, E> {
        let chain = self.chain(here, stride);
        self.look(&chain)?;
        let values: Vec<Value> = chain.iter().map(|point| self.value(point)).collect();
        let mut best = here.clone();
        // Where constraints are broken they are mended first.
        let is_broken = 0.0 < values[0].broken;
        let height = |value: &Value| if is_broken { value.broken } else { value.cost };
        let rise = |decision: usize| {
            let rise = height(&values[decision + 1]) - height(&values[decision]);
            if chain[decision] < chain[decision + 1] { rise } else { -rise }
        };
        let slope: Vec<f64> = (0..here.len()).map(rise).collect();
        let steepest = slope.iter().map(|rise| rise.abs()).fold(0.0, f64::max);
        if steepest <= 0.0 || values.contains(&Value::UNKNOWN) {
            return Ok(best);
        }
        let mut length = 1.0;
        loop {
            let step = |decision: usize| length * slope[decision] / steepest;
            let there: Point =
                (0..here.len()).map(|d| self.moved((d, here[d]), -step(d), stride)).collect();
            if there == best || there == *here {
                return Ok(best);
            }
            self.look(std::slice::from_ref(&there))?;
            if !self.value(&there).is_better(self.value(&best)) {
                return Ok(best);
            }
            best = there;
            length *= 2.0;
        }
    }

    /// The corners of the simplex at `here`: each differs from the one before in the next
    /// decision, upward where there is room.
    fn chain(&self, here: &Point, stride: usize) -> Vec<Point> {
        let mut chain = vec![here.clone()];
        for decision in 0..here.len() {
            let mut next = chain[decision].clone();
            let size = self.space.sizes[decision];
            let up = (next[decision] + stride).min(size - 1);
            next[decision] =
                if next[decision] < up { up } else { next[decision].saturating_sub(stride) };
            chain.push(next);
        }
        chain
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "places among at most a hundred thousand"
    )]
    fn moved(&self, (decision, from): (usize, usize), steps: f64, stride: usize) -> usize {
        let by = (steps.round() * stride as f64).clamp(-1e9, 1e9) as isize;
        from.saturating_add_signed(by).min(self.space.sizes[decision] - 1)
    }

    /// Simulates what is not known yet of `points`, unless the budget ends.
    fn look(&mut self, points: &[Point]) -> Result<(), E> {
        let mut missing: BTreeMap<u32, Vec<Point>> = BTreeMap::new();
        for point in points {
            let known = self.known.get(point).map_or(0, Vec::len);
            let known = u32::try_from(known).expect("few replications");
            let with = missing.entry(known).or_default();
            if known < self.n && !with.contains(point) {
                with.push(point.clone());
            }
        }
        for (known, points) in missing.into_iter().filter(|(_, points)| !points.is_empty()) {
            let needed = u64::from(self.n - known) * points.len() as u64;
            if self.space.budget < self.spent + needed {
                continue;
            }
            let rows = (self.probe)(&points, SEARCHED + known..SEARCHED + self.n)?;
            self.spent += needed;
            for (point, row) in points.into_iter().zip(rows) {
                self.known.entry(point).or_default().extend(row);
            }
        }
        if self.units.is_none() {
            self.units =
                points.first().and_then(|point| self.known.get(point)).map(|row| units(row));
        }
        Ok(())
    }

    /// How good a combination looks by the replications of this round.
    fn value(&self, point: &Point) -> Value {
        let n = self.n as usize;
        match self.known.get(point) {
            Some(row) if n <= row.len() => self.of(&row[..n]),
            _ => Value::UNKNOWN,
        }
    }

    fn of(&self, row: &[Outcome]) -> Value {
        let units = self.units.as_deref().unwrap_or_default();
        let excess = |(constraint, unit): (usize, &f64)| {
            mean(row.iter().map(|outcome| outcome.excesses[constraint])).max(0.0) / unit
        };
        Value {
            broken: units.iter().enumerate().map(excess).sum(),
            cost: mean(row.iter().map(|outcome| outcome.cost)),
        }
    }

    /// What is to be judged: where the search ended and all around, then what looks as good as the
    /// best, then what is around that.
    fn found(&self, ends: &[Point]) -> Found {
        let best = &ends[0];
        let own = self.known.get(best).map_or(&[][..], Vec::as_slice);
        // By the replications that both have.
        let above = |row: &[Outcome]| {
            let n = row.len().min(own.len());
            let (one, other) = (self.of(&row[..n]), self.of(&own[..n]));
            Value { broken: one.broken - other.broken, cost: one.cost - other.cost }
        };
        let all = self.known.iter().map(|(point, row)| (above(row), point));
        let is_near =
            |value: &Value| value.broken <= 0.0 && value.cost <= 2.0 * self.space.indifference;
        let mut near: Vec<(Value, &Point)> = all.filter(|(value, _)| is_near(value)).collect();
        near.sort_by(|(a, x), (b, y)| a.cost.total_cmp(&b.cost).then(x.cmp(y)));
        let around = |point: &Point| neighbors(&self.space.sizes, point, 1);
        let mut points = vec![best.clone()];
        let rest = around(best)
            .into_iter()
            .chain(ends.iter().cloned())
            .chain(near.iter().map(|(_, point)| (*point).clone()))
            .chain(near.iter().flat_map(|(_, point)| around(point)));
        for point in rest {
            if self.space.most <= points.len() {
                break;
            }
            if !points.contains(&point) {
                points.push(point);
            }
        }
        Found { points, n_visited: self.known.len(), spent: self.spent }
    }
}

/// The combinations one step of `stride` values away in one decision.
#[must_use]
pub fn neighbors(sizes: &[usize], point: &[usize], stride: usize) -> Vec<Point> {
    let mut all = Vec::new();
    for (decision, &size) in sizes.iter().enumerate() {
        let at = point[decision];
        let (down, up) = (at.saturating_sub(stride), (at + stride).min(size - 1));
        for to in [down, up].into_iter().filter(|to| *to != at) {
            let mut neighbor = point.to_vec();
            neighbor[decision] = to;
            all.push(neighbor);
        }
    }
    all
}

/// For each constraint, how much its excess varies; 1 if it does not.
fn units(row: &[Outcome]) -> Vec<f64> {
    let n_constraints = row.first().map_or(0, |outcome| outcome.excesses.len());
    let unit = |constraint: usize| {
        let values = || row.iter().map(|outcome| outcome.excesses[constraint]);
        let center = mean(values());
        let spread = mean(values().map(|value| (value - center) * (value - center))).sqrt();
        if 0.0 < spread { spread } else { 1.0 }
    };
    (0..n_constraints).map(unit).collect()
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a number of replications")]
    let n = values.len().max(1) as f64;
    values.sum::<f64>() / n
}
