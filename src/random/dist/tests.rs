use super::*;

const DRAWS: Draws = Draws::new(20_260_101, 3);

fn entity() -> Entity {
    Entity::named("test", "dist")
}

fn one_of_each() -> Vec<Dist> {
    let all = [
        Dist::constant(20.0),
        Dist::uniform(5.0, 9.0),
        Dist::exponential(35.0),
        Dist::erlang(4, 20.0),
        Dist::gamma(1.0, 0.1),
        Dist::gamma(30.0, 1.8),
        Dist::weibull(240.0, 0.8),
        Dist::weibull_mean_cv(240.0, 0.5),
        Dist::lognormal_mean_cv(250.0, 1.1),
        Dist::lognormal_median_sigma(5.0, 0.7),
        Dist::hyperexponential(&[(0.3, 200.0), (0.7, 10.0)]),
        Dist::hyperexponential_mean_cv(60.0, 2.0),
        Dist::triangular(10.0, 15.0, 40.0),
        Dist::empirical(&[30.0, 10.0, 20.0], &[1.0, 2.0, 1.0]),
    ];
    all.into_iter().map(|dist| dist.expect("valid")).collect()
}

fn continuous() -> impl Iterator<Item = Dist> {
    one_of_each()
        .into_iter()
        .filter(|dist| !matches!(dist.family, Family::Constant { .. } | Family::Empirical(_)))
}

/// The mean of `n` samples and its standard error.
fn mean_and_error(n: u32, sample: impl Fn(u32) -> f64) -> (f64, f64) {
    let values: Vec<f64> = (0..n).map(sample).collect();
    let mean = values.iter().sum::<f64>() / f64::from(n);
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / f64::from(n - 1);
    (mean, (variance / f64::from(n)).sqrt())
}

fn assert_mean_of_samples(dist: &Dist) {
    let sample = |index| dist.sample(&DRAWS, entity(), Purpose::Talk, index);
    let (mean, error) = mean_and_error(20_000, sample);
    let off = (mean - dist.mean()).abs();
    assert!(off <= 4.0 * error + 1e-9, "{}: {mean} +- {error}", dist.describe());
}

#[test]
fn samples_have_the_mean_that_was_asked_for() {
    for dist in one_of_each() {
        assert_mean_of_samples(&dist);
        let shifted = dist.with_shift(3.0).expect("valid");
        assert_mean_of_samples(&shifted.with_zero_mass(0.2).expect("valid"));
    }
}

#[test]
fn samples_fall_below_each_quantile_as_often_as_they_should() {
    for dist in continuous() {
        for u in [0.1, 0.5, 0.9] {
            let below = |index| {
                let x = dist.sample(&DRAWS, entity(), Purpose::Patience, index);
                f64::from(u8::from(x <= dist.quantile(u)))
            };
            let (share, error) = mean_and_error(10_000, below);
            assert!((share - u).abs() < 4.0 * error, "{}: {share} at {u}", dist.describe());
        }
    }
}

#[test]
fn the_distribution_function_undoes_the_quantile() {
    for dist in continuous() {
        for u in [1e-9, 0.01, 0.3, 0.5, 0.77, 0.99, 0.999_999] {
            let back = dist.cdf(dist.quantile(u));
            assert!((back - u).abs() < 1e-9, "{}: {back} at {u}", dist.describe());
        }
    }
}

#[test]
fn quantiles_never_fall_and_bear_any_argument() {
    for dist in one_of_each() {
        let quantiles: Vec<f64> =
            (0..=1_000).map(|i| dist.quantile(f64::from(i) / 1_000.0)).collect();
        assert!(quantiles.is_sorted(), "{}", dist.describe());
        assert!(quantiles.iter().all(|x| x.is_finite() && *x >= 0.0), "{}", dist.describe());
        assert!(dist.quantile(f64::NAN).is_finite());
    }
}

#[test]
fn what_is_inverted_comes_from_the_uniform_draw() {
    let dist = Dist::lognormal_mean_cv(250.0, 1.1).expect("valid");
    let u = DRAWS.uniform(entity(), Purpose::Talk, 5);
    let x = dist.sample(&DRAWS, entity(), Purpose::Talk, 5);
    assert_eq!(x.to_bits(), dist.quantile(u).to_bits());
}

#[test]
fn gamma_samples_are_repeatable_and_their_own() {
    let dist = Dist::gamma(30.0, 0.5).expect("valid");
    let sample = |index| dist.sample(&DRAWS, entity(), Purpose::Talk, index).to_bits();
    assert_eq!(sample(1), sample(1));
    assert_ne!(sample(1), sample(2));
}

#[test]
fn zeros_come_first_and_are_not_shifted() {
    let dist = Dist::uniform(0.0, 10.0).and_then(|dist| dist.with_shift(5.0));
    let dist = dist.and_then(|dist| dist.with_zero_mass(0.25)).expect("valid");
    let at = |u| dist.quantile(u);
    assert_eq!([at(0.1), at(0.25), at(0.625)], [0.0, 0.0, 10.0]);
    assert_eq!([dist.cdf(-1.0), dist.cdf(0.0), dist.cdf(4.9)], [0.0, 0.25, 0.25]);
    assert_eq!([dist.cdf(10.0), dist.cdf(15.0), dist.mean()], [0.625, 1.0, 7.5]);
}

#[test]
fn a_distribution_can_be_all_zeros() {
    let zero = |dist: Result<Dist, DistError>| dist.expect("valid").is_zero();
    assert!(zero(Dist::constant(0.0)));
    assert!(zero(Dist::exponential(5.0).and_then(|dist| dist.with_zero_mass(1.0))));
    assert!(!zero(Dist::constant(0.0).and_then(|dist| dist.with_shift(1.0))));
    assert!(!zero(Dist::exponential(5.0)));
    let all = Dist::exponential(5.0).and_then(|dist| dist.with_zero_mass(1.0)).expect("valid");
    assert_eq!([all.quantile(0.999), all.mean(), all.cdf(0.0)], [0.0, 0.0, 1.0]);
}

#[test]
fn scaling_scales_every_quantile() {
    for dist in one_of_each() {
        let dist = dist.with_shift(2.0).and_then(|dist| dist.with_zero_mass(0.1)).expect("valid");
        let (doubled, renamed) = (dist.scaled(2.0), dist.with_mean(7.0));
        assert!((renamed.mean() - 7.0).abs() < 1e-12);
        for u in [0.05, 0.2, 0.5, 0.9] {
            let expected = 2.0 * dist.quantile(u);
            assert!((doubled.quantile(u) - expected).abs() < 1e-9 * expected.max(1.0));
        }
    }
    assert!(Dist::exponential(5.0).expect("valid").scaled(0.0).is_zero());
    assert_eq!(Dist::constant(0.0).expect("valid").with_mean(3.0), Dist::constant(3.0).unwrap());
}

#[test]
fn the_weibull_and_the_balanced_hyperexponential_have_the_cv_that_was_asked_for() {
    for dist in [
        Dist::weibull_mean_cv(10.0, 2.0),
        Dist::hyperexponential_mean_cv(10.0, 2.0),
        Dist::lognormal_mean_cv(10.0, 2.0),
    ] {
        let dist = dist.expect("valid");
        let n = 400_000;
        let squares = (0..n).map(|i| dist.quantile((f64::from(i) + 0.5) / f64::from(n)));
        let second_moment = squares.map(|x| x * x).sum::<f64>() / f64::from(n);
        let cv = (second_moment / 100.0 - 1.0).sqrt();
        assert!((cv - 2.0).abs() < 0.02, "{}: {cv}", dist.describe());
    }
    let flat = Dist::weibull_mean_cv(10.0, 1.0).expect("valid");
    assert!((flat.quantile(0.5) - 10.0 * std::f64::consts::LN_2).abs() < 1e-9);
}

#[test]
fn errors_say_which_parameter_and_why() {
    let text = |dist: Result<Dist, DistError>| dist.expect_err("invalid").to_string();
    assert_eq!(text(Dist::exponential(0.0)), "`mean` must be more than 0");
    assert_eq!(text(Dist::exponential(f64::NAN)), "`mean` must be a finite number");
    assert_eq!(text(Dist::constant(-1.0)), "`value` must not be negative");
    assert_eq!(text(Dist::uniform(3.0, 2.0)), "`max` must not be less than `min`");
    assert_eq!(text(Dist::triangular(1.0, 0.5, 2.0)), "`mode` must not be less than `min`");
    assert_eq!(text(Dist::lognormal_mean_cv(1.0, -0.1)), "`cv` must not be negative");
    assert_eq!(text(Dist::erlang(0, 1.0)), "`k` must be more than 0");
    assert_eq!(text(Dist::hyperexponential(&[(0.5, 1.0)])), "`p` must add up to 1");
    assert_eq!(text(Dist::hyperexponential_mean_cv(1.0, 0.5)), "`cv` must be at least 1");
    assert_eq!(text(Dist::empirical(&[1.0], &[])), "`weights` must be as many as `values`");
    assert_eq!(text(Dist::empirical(&[1.0], &[0.0])), "`weights` must not all be 0");
    assert_eq!(text(Dist::gamma(1.0, 1e9)), "`cv` is out of any reasonable range");
    let zeros = Dist::constant(1.0).and_then(|dist| dist.with_zero_mass(1.5));
    assert_eq!(text(zeros), "`zero_mass` must be between 0 and 1");
}

#[test]
fn words_name_what_people_know() {
    let words = |dist: Result<Dist, DistError>| dist.expect("valid").describe();
    assert_eq!(words(Dist::lognormal_mean_cv(250.0, 1.1)), "lognormal, mean 250 s, cv 1.1");
    assert_eq!(words(Dist::erlang(4, 20.0)), "erlang, 4 phases, mean 20 s");
    assert_eq!(words(Dist::constant(0.0)), "constant 0 s");
    assert_eq!(words(Dist::uniform(0.5, 3600.0)), "uniform, 0.5 to 3600 s");
    assert_eq!(words(Dist::exponential(1_234_567.0)), "exponential, mean 1234567 s");
    assert_eq!(
        words(Dist::weibull(240.0, 0.8).and_then(|dist| dist.with_zero_mass(0.02))),
        "weibull, mean 240 s, shape 0.8, 2 % zero"
    );
    assert_eq!(Dist::gamma(1.0, 0.1).expect("valid").describe_in(""), "gamma, mean 1, cv 0.1");
}

#[test]
fn what_is_left_is_the_rest_and_accurate_far_out() {
    let laws = [
        Dist::exponential(10.0),
        Dist::weibull(10.0, 0.8),
        Dist::lognormal_median_sigma(10.0, 0.7),
        Dist::gamma(10.0, 0.6),
        Dist::hyperexponential_mean_cv(10.0, 1.5),
        Dist::uniform(5.0, 15.0),
    ];
    for law in laws.map(|law| law.unwrap().with_zero_mass(0.2).unwrap()) {
        for x in [0.0, 0.3, 9.0, 14.0] {
            assert!((law.survival(x) + law.cdf(x) - 1.0).abs() < 1e-12, "{law:?} {x}");
        }
    }
    let far = Dist::exponential(1.0).unwrap().survival(100.0);
    assert!((far / (-100.0_f64).exp() - 1.0).abs() < 1e-9, "{far}");
}
