//! M/M/n with customers of any patience.

use super::{Station, erlang_b};

/// The error of one step, as a share of the sums so far.
const TOLERANCE: f64 = 1e-13;
/// The shortest step, as a share of what has been passed: a jump is stepped over at last.
const STEP_MIN: f64 = 1e-14;
/// What no longer counts in a sum.
const NEGLIGIBLE: f64 = 1e-17;
/// Sums are scaled down when their integrand has grown by so many e-foldings.
const RESCALE: f64 = 50.0;

/// M/M/n, first come first served, whose customers leave after a patience of any distribution
/// (M/M/n+G).
///
/// With `S` the survival function of patience and `H` its integral, the offered wait, that of a
/// customer of endless patience, has a density proportional to `exp(λ H(x) - n μ x)`; all figures
/// are integrals of it, taken together step by step.
///
/// Source: Baccelli & Hebuterne, "On queues with impatient customers" (1981); Zeltyn & Mandelbaum,
/// "Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue", Queueing
/// Systems 51 (2005).
#[derive(Clone, Copy, Debug)]
pub struct MMnG<F> {
    /// The share of tasks that find no server free.
    pub p_wait: f64,
    /// The share of tasks that leave unserved.
    pub p_abandon: f64,
    /// The mean wait of all tasks, until served or gone, those with none included.
    pub mean_wait: f64,
    /// The mean wait of those that are served.
    pub mean_wait_of_served: f64,
    /// The mean wait of those that leave; 0 when nobody does.
    pub mean_wait_of_abandoned: f64,
    /// The mean time that a task with endless patience would wait.
    pub mean_offered_wait: f64,
    /// How many wait on average.
    pub mean_queue: f64,
    /// The busy share of the servers.
    pub occupancy: f64,
    line: Line<F>,
    /// All integrals, to the end.
    whole: Integrals,
    /// How much the time without anybody waiting weighs, on the scale of `whole`.
    none_waits: f64,
}

impl<F: Fn(f64) -> f64> MMnG<F> {
    /// The station in its steady state when the patience is longer than `t` with probability
    /// `survival(t)`: 1 at 0, never growing. It may jump, and need not end at 0.
    ///
    /// Nothing when there is no steady state, for more tasks than can be served would wait forever.
    #[must_use]
    pub fn new(station: Station, survival: F) -> Option<Self> {
        let line = Line { station, survival };
        if station.full_speed() <= station.rate * (line.survival)(f64::MAX) {
            return None;
        }
        let whole = line.integrals(f64::INFINITY);
        let all_but_one_busy = erlang_b(station.load(), station.servers - 1);
        let none_waits = (-whole.scale - (station.rate * all_but_one_busy).ln()).exp();
        let share = |sum: f64| sum / (none_waits + whole.all);
        let (p_abandon, mean_wait) = (share(whole.impatient), share(whole.waited));
        let until_served = share(whole.served_after);
        let until_gone = (mean_wait - until_served).max(0.0);
        Some(Self {
            p_wait: share(whole.all),
            p_abandon,
            mean_wait,
            mean_wait_of_served: until_served / (1.0 - p_abandon),
            mean_wait_of_abandoned: if p_abandon > 0.0 { until_gone / p_abandon } else { 0.0 },
            mean_offered_wait: share(whole.offered),
            mean_queue: station.rate * mean_wait,
            occupancy: station.load() * (1.0 - p_abandon) / f64::from(station.servers),
            line,
            whole,
            none_waits,
        })
    }

    /// The share of tasks that wait longer than `time`, whether they are served then or leave.
    #[must_use]
    pub fn p_wait_longer(&self, time: f64) -> f64 {
        let shorter = self.share_until(time, |sums| sums.all);
        (self.line.survival)(time) * (self.p_wait - shorter).max(0.0)
    }

    /// The share of all tasks that are served within `time`.
    #[must_use]
    pub fn service_level(&self, time: f64) -> f64 {
        1.0 - self.p_wait + self.share_until(time, |sums| sums.all - sums.impatient)
    }

    /// The share of tasks that one integral, taken up to `time`, stands for.
    fn share_until(&self, time: f64, sum: impl Fn(&Integrals) -> f64) -> f64 {
        let part = self.line.integrals(time);
        sum(&part) * (part.scale - self.whole.scale).exp() / (self.none_waits + self.whole.all)
    }
}

/// Who comes, and for how long they wait.
#[derive(Clone, Copy, Debug)]
struct Line<F> {
    station: Station,
    survival: F,
}

/// Integrals from 0 over the offered wait `x`, weighed with `exp(λ H(x) - n μ x - scale)`.
#[derive(Clone, Copy, Debug)]
struct Integrals {
    scale: f64,
    /// Of 1.
    all: f64,
    /// Of `x`.
    offered: f64,
    /// Of `H(x)`: the time waited, until served or gone.
    waited: f64,
    /// Of `1 - S(x)`: those gone before.
    impatient: f64,
    /// Of `x S(x)`: the time waited until served.
    served_after: f64,
}

/// `H` itself, and the sums of [`Integrals`] in their order.
type Sums = [f64; 6];

impl<F: Fn(f64) -> f64> Line<F> {
    /// The integrals up to `end`, or until nothing more comes: classical Runge–Kutta of the fourth
    /// order, each step also taken in halves, from whose difference follow the error and the next
    /// step.
    fn integrals(&self, end: f64) -> Integrals {
        let unit = 1.0 / (self.station.full_speed() + self.station.rate);
        let (mut x, mut step) = (0.0, 1e-3 * unit);
        let (mut sums, mut scale) = ([0.0; 6], 0.0);
        while x < end && !self.is_over(x, &sums, scale) {
            let last = end <= x + step;
            if last {
                step = end - x;
            }
            let whole = self.step(x, &sums, scale, step);
            let middle = self.step(x, &sums, scale, step / 2.0);
            let halves = self.step(x + step / 2.0, &middle, scale, step / 2.0);
            let error = relative_error(x + step, unit, &whole, &halves) / TOLERANCE;
            if error <= 1.0 || step < STEP_MIN * (x + unit) {
                x = if last { end } else { x + step };
                sums = std::array::from_fn(|i| halves[i] + (halves[i] - whole[i]) / 15.0);
                let exponent = self.exponent(x, &sums);
                if scale + RESCALE < exponent {
                    sums[1..].iter_mut().for_each(|sum| *sum *= (scale - exponent).exp());
                    scale = exponent;
                }
            }
            step *= (0.9 * error.powf(-0.2)).clamp(0.1, 4.0);
        }
        let [_, all, offered, waited, impatient, served_after] = sums;
        Integrals { scale, all, offered, waited, impatient, served_after }
    }

    fn exponent(&self, x: f64, sums: &Sums) -> f64 {
        self.station.rate * sums[0] - self.station.full_speed() * x
    }

    /// Whether the weight falls so fast from here on that what is left is negligible.
    fn is_over(&self, x: f64, sums: &Sums, scale: f64) -> bool {
        let falling = self.station.full_speed() - self.station.rate * (self.survival)(x);
        let left = (self.exponent(x, sums) - scale).exp() / falling;
        let offered_left = left * (x + 1.0 / falling);
        0.0 < falling && left < NEGLIGIBLE * sums[1] && offered_left < NEGLIGIBLE * sums[2]
    }

    fn step(&self, x: f64, sums: &Sums, scale: f64, step: f64) -> Sums {
        let slopes_at = |x: f64, slopes: &Sums, ahead: f64| {
            self.slopes(x, &std::array::from_fn(|i| sums[i] + ahead * slopes[i]), scale)
        };
        let half = step / 2.0;
        let first = self.slopes(x, sums, scale);
        let second = slopes_at(x + half, &first, half);
        let third = slopes_at(x + half, &second, half);
        let fourth = slopes_at(x + step, &third, step);
        std::array::from_fn(|i| {
            sums[i] + step / 6.0 * (first[i] + 2.0 * (second[i] + third[i]) + fourth[i])
        })
    }

    fn slopes(&self, x: f64, sums: &Sums, scale: f64) -> Sums {
        let patient = (self.survival)(x);
        let weight = (self.exponent(x, sums) - scale).exp();
        let weighed = [1.0, x, sums[0], 1.0 - patient, x * patient].map(|value| value * weight);
        let [all, offered, waited, impatient, served_after] = weighed;
        [patient, all, offered, waited, impatient, served_after]
    }
}

/// The largest difference of two versions of the sums, each as a share of what bounds it, be it
/// only in the end, for which the `unit` of time stands.
fn relative_error(x: f64, unit: f64, whole: &Sums, halves: &Sums) -> f64 {
    let (all, offered) = (halves[1] + unit, halves[2] + unit * unit);
    let bounds = [x + unit, all, offered, offered, all, offered];
    let differences = whole.iter().zip(halves).map(|(whole, halves)| (whole - halves).abs());
    differences.zip(bounds).map(|(difference, bound)| difference / bound).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::tests::assert_close;
    use crate::theory::{ErlangA, ErlangC};

    #[test]
    fn exponential_patience_is_erlang_a() {
        // Garnett, Mandelbaum & Reiman (2002), and a small overloaded station.
        let stations = [(0.8, 60.0, 50, 120.0), (0.05, 100.0, 3, 40.0), (1.0, 1.0, 400, 10.0)];
        for (rate, mean_service, servers, mean_patience) in stations {
            let station = Station { rate, mean_service, servers };
            let exact = ErlangA::new(station, mean_patience);
            let same = MMnG::new(station, |t| (-t / mean_patience).exp()).expect("stable");
            if servers == 400 {
                assert!(same.p_wait < 1e-100 && same.mean_wait_of_abandoned.is_finite());
                continue;
            }
            assert_close(same.p_wait, exact.p_wait);
            assert_close(same.p_abandon, exact.p_abandon);
            assert_close(same.mean_wait, exact.mean_wait);
            assert_close(same.mean_wait_of_served, exact.mean_wait_of_served);
            assert_close(same.mean_wait_of_abandoned, exact.mean_wait_of_abandoned);
            assert_close(same.mean_offered_wait, exact.mean_offered_wait);
            assert_close(same.mean_queue, exact.mean_queue);
            assert_close(same.occupancy, exact.occupancy);
            assert_close(same.p_wait_longer(20.0), exact.p_wait_longer(20.0));
            assert_close(same.service_level(20.0), exact.service_level(20.0));
        }
    }

    #[test]
    fn endless_patience_is_erlang_c() {
        let station = Station { rate: 100.0 / 1800.0, mean_service: 180.0, servers: 14 };
        let patient = MMnG::new(station, |_| 1.0).expect("stable");
        let exact = ErlangC::new(station).expect("stable");
        assert_close(patient.p_wait, exact.p_wait);
        assert_close(patient.mean_wait, exact.mean_wait);
        assert_close(patient.service_level(20.0), exact.service_level(20.0));
        let too_much = Station { servers: 9, ..station };
        assert!(MMnG::new(too_much, |_| 1.0).is_none());
        assert!(MMnG::new(too_much, |t| 0.5 + 0.5 * (-t / 60.0).exp()).is_some());
    }

    #[test]
    fn a_fixed_patience_has_a_closed_form() {
        // M/M/n+D: the weight is exp((λ - nμ) x) up to the patience d, and falls by nμ after it.
        let (rate, full_speed, d) = (0.06, 0.05, 90.0);
        let station = Station { rate, mean_service: 100.0, servers: 5 };
        let exact = MMnG::new(station, |t| if t < d { 1.0 } else { 0.0 }).expect("stable");
        let (gain, at_end) = (rate - full_speed, ((rate - full_speed) * d).exp());
        let all = (at_end - 1.0) / gain + at_end / full_speed;
        let none_waits = 1.0 / (rate * erlang_b(6.0, 4));
        assert_close(exact.p_wait, all / (none_waits + all));
        assert_close(exact.p_abandon, at_end / full_speed / (none_waits + all));
        assert_close(exact.mean_wait_of_abandoned, d);
        let in_time = 1.0 - exact.p_wait + (f64::exp(0.2) - 1.0) / gain / (none_waits + all);
        assert_close(exact.service_level(20.0), in_time);
        assert_close(exact.service_level(100.0), 1.0 - exact.p_abandon);
        assert!(exact.p_wait_longer(d).abs() < 1e-12);
    }

    #[test]
    fn who_is_not_served_has_left() {
        // Zeltyn & Mandelbaum: P(abandon) = (1 + (λ - nμ) J) / (E + λ J), whatever the patience.
        let hyperexponential = |t: f64| 0.3 * (-t / 10.0).exp() + 0.7 * (-t / 400.0).exp();
        let weibull = |t: f64| (-(t / 80.0).powf(0.6)).exp();
        let late = |t: f64| (-(t / 80.0).powi(4)).exp();
        let some_balk = |t: f64| if t == 0.0 { 1.0 } else { 0.9 * (-t / 60.0).exp() };
        let patiences: [&dyn Fn(f64) -> f64; 4] = [&hyperexponential, &weibull, &late, &some_balk];
        for (patience, rate) in patiences.into_iter().zip([0.09, 0.12, 0.08, 0.1]) {
            let station = Station { rate, mean_service: 100.0, servers: 10 };
            let exact = MMnG::new(station, patience).expect("stable");
            let all = exact.whole.all * exact.whole.scale.exp();
            let total = 1.0 / erlang_b(station.load(), 9) + rate * all;
            let gone = (1.0 + (rate - 0.1) * all) / total;
            assert!((exact.p_abandon - gone).abs() < 1e-10, "{} {gone}", exact.p_abandon);
            assert_close(exact.p_wait, rate * all / total);
        }
    }

    #[test]
    fn heavy_overload_stays_finite() {
        let station = Station { rate: 1_000.0, mean_service: 1.0, servers: 500 };
        let exact = MMnG::new(station, |t| (-t / 10.0).exp()).expect("stable");
        assert!((exact.p_abandon - 0.5).abs() < 1e-6);
        // Fluid limit: offered wait is mean_patience ln(overload).
        assert!((exact.mean_offered_wait - 10.0 * 2.0_f64.ln()).abs() < 0.05);
        assert!((exact.service_level(1e6) - 0.5).abs() < 1e-6);
    }
}
