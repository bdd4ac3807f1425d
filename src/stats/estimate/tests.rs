use super::*;
use crate::stats::{Counts, Pooled};
use crate::time::Span;

fn assert_close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-9 * expected.abs().max(1.0), "{got}, not {expected}");
}

fn interval(estimate: Option<Estimate>) -> Interval {
    estimate.and_then(|estimate| estimate.interval).expect("an interval")
}

/// Numbers between 0 and 1 that look random: the golden ratio's, scrambled by squaring.
struct Lottery(u64);

impl Lottery {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Twelve uniform numbers make one that is nearly normal.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// The share of 2,000 trials whose 95 % interval contains the truth.
fn coverage(truth: f64, mut trial: impl FnMut(&mut Lottery) -> Interval) -> f64 {
    let mut lottery = Lottery(1);
    let hits = (0..2_000).filter(|_| trial(&mut lottery).contains(truth)).count();
    hits as f64 / 2_000.0
}

#[test]
fn a_mean_has_the_interval_of_the_textbook() {
    // Mean 3, variance 2.5, t(0.975, 4) = 2.776445.
    let five = mean_interval(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95);
    assert_close(five.map_or(0.0, |estimate| estimate.value), 3.0);
    assert!((interval(five).half_width() - 2.776_445 * 0.5_f64.sqrt()).abs() < 1e-6);
    assert!((interval(five).low - (3.0 - 1.963_243)).abs() < 1e-5);
}

#[test]
fn one_replication_gives_a_value_and_none_gives_nothing() {
    assert_eq!(mean_interval(&[7.0], 0.95), Some(Estimate { value: 7.0, interval: None }));
    assert_eq!(mean_interval(&[], 0.95), None);
    let none = Ratio { numerators: &[0.0, 0.0], denominators: &[0.0, 0.0] };
    assert_eq!(ratio_interval(none, 0.95), None);
    assert_eq!(Pooled::new(vec![&Counts::default()]).quantile_interval(0.5, 0.95), None);
}

#[test]
fn a_ratio_is_of_sums_not_a_mean_of_ratios() {
    let ratio = Ratio { numerators: &[80.0, 99.0], denominators: &[100.0, 110.0] };
    let estimate = ratio_interval(ratio, 0.95);
    assert_close(estimate.map_or(0.0, |estimate| estimate.value), 179.0 / 210.0);
    // e = (80 - r 100, 99 - r 110) = (-5.238, 5.238): t(0.975, 1) 5.238 / 105.
    assert!((interval(estimate).half_width() - 12.706_205 * 5.238_095 / 105.0).abs() < 1e-5);
}

#[test]
fn equal_denominators_make_a_ratio_a_mean() {
    let values = [1.0, 4.0, 2.0, 8.0, 5.0];
    let ratio = ratio_interval(Ratio { numerators: &values, denominators: &[2.0; 5] }, 0.9);
    let mean = mean_interval(&values.map(|x| x / 2.0), 0.9);
    assert_close(interval(ratio).low, interval(mean).low);
    assert_close(interval(ratio).high, interval(mean).high);
}

#[test]
fn uncertain_denominators_make_the_interval_lopsided_or_endless() {
    let numerators = [1.0, 0.0, 2.0, 1.0, 0.0, 4.0, 1.0, 0.0];
    let denominators = [2.0, 1.0, 5.0, 1.0, 1.0, 6.0, 4.0, 2.0];
    let estimate =
        ratio_interval(Ratio { numerators: &numerators, denominators: &denominators }, 0.95);
    let fieller = interval(estimate);
    // Where |mean(x - r y)| is t(0.975, 7) times its standard error, found by bisection.
    assert!((fieller.low - -0.006692698).abs() < 1e-8 && (fieller.high - 0.617580541).abs() < 1e-8);
    let rare = Ratio { numerators: &[1.0, 0.0, 0.0], denominators: &[1.0, 0.0, 0.0] };
    let endless = ratio_interval(rare, 0.95).expect("a value");
    assert_eq!((endless.value, endless.interval), (1.0, None));
}

#[test]
fn pairs_forget_what_they_share() {
    let base = [10.0, 30.0, 20.0, 50.0];
    let shifted = base.map(|x| x + 2.0);
    let difference = interval(paired_mean_difference(&shifted, &base, 0.95));
    assert_close(difference.low, 2.0);
    assert_close(difference.high, 2.0);
    let ratio = |numerators| Ratio { numerators, denominators: &[100.0; 4] };
    let difference = interval(paired_ratio_difference(ratio(&shifted), ratio(&base), 0.95));
    assert_close(difference.low, 0.02);
    assert_close(difference.high, 0.02);
}

#[test]
fn means_and_ratios_cover_the_truth_as_often_as_they_say() {
    let of_mean = coverage(5.0, |lottery| {
        let values: Vec<f64> = (0..10).map(|_| 5.0 + lottery.normal()).collect();
        interval(mean_interval(&values, 0.95))
    });
    assert!((0.93..0.97).contains(&of_mean), "{of_mean}");
    let of_ratio = coverage(0.8, |lottery| {
        let days = (0..20).map(|_| 100.0 + 20.0 * lottery.normal());
        let denominators: Vec<f64> = days.collect();
        let served = denominators.iter().map(|n| 0.8 * n + 3.0 * lottery.normal());
        let numerators: Vec<f64> = served.collect();
        let ratio = Ratio { numerators: &numerators, denominators: &denominators };
        interval(ratio_interval(ratio, 0.95))
    });
    assert!((0.93..0.97).contains(&of_ratio), "{of_ratio}");
    let of_small_ratio = coverage(0.5, |lottery| {
        let denominators: Vec<f64> = (0..20).map(|_| (-lottery.uniform().ln()).ceil()).collect();
        let half = denominators.iter().map(|n| n * 0.5 + 0.3 * lottery.normal());
        let numerators: Vec<f64> = half.collect();
        let ratio = Ratio { numerators: &numerators, denominators: &denominators };
        interval(ratio_interval(ratio, 0.95))
    });
    assert!((0.93..0.97).contains(&of_small_ratio), "{of_small_ratio}");
}

#[test]
fn a_skewed_mean_ends_where_halls_cubic_is_students_quantile() {
    let values = [0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 9.0, 1.0, 3.0, 0.0];
    let found = mean_interval(&values, 0.95).expect("ten values");
    let interval = found.interval.expect("ten values");
    let error = interval.error.expect("it was made from one");
    let (n, mean) = (values.len() as f64, found.value);
    let moment = |power| values.iter().map(|x| (x - mean).powi(power)).sum::<f64>() / n;
    assert_close(error, (moment(2) / (n - 1.0)).sqrt());
    let g = moment(3) / moment(2).powf(1.5);
    let cubic = |end: f64| {
        let t = (mean - end) / error;
        t + g * (t * t / 3.0 + 1.0 / 6.0) / n.sqrt() + g * g * t.powi(3) / (27.0 * n)
    };
    // t(0.975, 9) = 2.262157.
    assert!((cubic(interval.low) - 2.262_157).abs() < 1e-6, "{interval:?}");
    assert!((cubic(interval.high) + 2.262_157).abs() < 1e-6, "{interval:?}");
    assert!(interval.high - mean > 2.0 * (mean - interval.low), "{interval:?}");
    // Turned round, the interval is.
    let turned = mean_interval(&values.map(|x| -x), 0.95).and_then(|estimate| estimate.interval);
    let turned = turned.expect("ten values");
    assert_close(turned.low, -interval.high);
    assert_close(turned.high, -interval.low);
}

#[test]
fn days_that_are_much_worse_than_others_are_reckoned_with() {
    // Exponential values have a skewness of 2; without correction 92 % hold.
    let of_mean = coverage(1.0, |lottery| {
        let values: Vec<f64> = (0..20).map(|_| -lottery.uniform().ln()).collect();
        interval(mean_interval(&values, 0.95))
    });
    assert!((0.935..0.97).contains(&of_mean), "{of_mean}");
    let of_ratio = coverage(0.05, |lottery| {
        let denominators: Vec<f64> = (0..20).map(|_| 100.0 + 10.0 * lottery.normal()).collect();
        let lost = denominators.iter().map(|n| -0.05 * n * lottery.uniform().ln());
        let numerators: Vec<f64> = lost.collect();
        let ratio = Ratio { numerators: &numerators, denominators: &denominators };
        interval(ratio_interval(ratio, 0.95))
    });
    assert!((0.935..0.97).contains(&of_ratio), "{of_ratio}");
}

#[test]
fn a_control_takes_out_what_it_explains_and_keeps_the_coverage() {
    let plain = coverage(5.0, |lottery| interval(mean_interval(&controlled(lottery).0, 0.95)));
    let mut widths = [0.0, 0.0];
    let with = coverage(5.0, |lottery| {
        let (values, control) = controlled(lottery);
        let control = Control { values: &control, mean: 100.0 };
        let found = interval(controlled_interval(&values, control, 0.95));
        widths[0] += interval(mean_interval(&values, 0.95)).half_width();
        widths[1] += found.half_width();
        found
    });
    assert!((0.93..0.97).contains(&plain) && (0.93..0.97).contains(&with), "{plain}, {with}");
    // Four fifths of the variance are explained: the width falls to about 0.45.
    assert!((0.4..0.5).contains(&(widths[1] / widths[0])), "{widths:?}");
    let none = |control: &[f64]| {
        controlled_interval(
            &[1.0, 2.0, 3.0][..control.len()],
            Control { values: control, mean: 1.0 },
            0.95,
        )
    };
    assert_eq!((none(&[1.0, 1.0, 1.0]), none(&[1.0, 2.0])), (None, None));
}

/// Twenty values around 5, and what explains them, around 100.
fn controlled(lottery: &mut Lottery) -> (Vec<f64>, Vec<f64>) {
    let pair = |_| {
        let control = 100.0 + 10.0 * lottery.normal();
        (5.0 + 0.2 * (control - 100.0) + lottery.normal(), control)
    };
    (0..20).map(pair).unzip()
}

#[test]
fn quantiles_of_busy_and_quiet_days_cover_the_truth() {
    // Waits are exponential times a factor of the day, 0.5 or 1.5: the median m of all solves
    // exp(-m / 0.5) + exp(-m / 1.5) = 1.
    let truth = {
        let excess = |m: f64| (-m / 0.5_f64).exp() + (-m / 1.5_f64).exp() - 1.0;
        let (mut low, mut high) = (0.0, 5.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if excess(middle) > 0.0 { low = middle } else { high = middle }
        }
        low
    };
    let covered = coverage(truth, |lottery| {
        let day = |_| {
            let factor = if lottery.uniform() < 0.5 { 0.5 } else { 1.5 };
            Counts::of((0..40).map(|_| Span::from_secs_f64(-factor * lottery.uniform().ln())))
        };
        let days: Vec<Counts> = (0..20).map(day).collect();
        interval(Pooled::new(days.iter().collect()).quantile_interval(0.5, 0.95))
    });
    assert!((0.92..0.98).contains(&covered), "{covered}");
}
