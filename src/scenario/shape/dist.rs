//! Distributions. Parameters are what people know: mean, coefficient of variation, median.

use super::{Distribution, Kind};

/// What may be drawn for a duration.
pub(super) static DURATIONS: Distribution = Distribution {
    of: "durations",
    constant: super::DURATION,
    shapes: &[
        ("constant", &duration::CONSTANT),
        ("uniform", &duration::UNIFORM),
        ("exponential", &duration::EXPONENTIAL),
        ("erlang", &duration::ERLANG),
        ("gamma", &duration::GAMMA),
        ("weibull", &duration::WEIBULL),
        ("lognormal", &duration::LOGNORMAL),
        ("hyperexponential", &duration::HYPEREXPONENTIAL),
        ("triangular", &duration::TRIANGULAR),
        ("empirical", &duration::EMPIRICAL),
    ],
};

/// What may be drawn for a factor.
pub(super) static FACTORS: Distribution = Distribution {
    of: "factors",
    constant: POSITIVE_FACTOR,
    shapes: &[
        ("constant", &factor::CONSTANT),
        ("uniform", &factor::UNIFORM),
        ("exponential", &factor::EXPONENTIAL),
        ("erlang", &factor::ERLANG),
        ("gamma", &factor::GAMMA),
        ("weibull", &factor::WEIBULL),
        ("lognormal", &factor::LOGNORMAL),
        ("hyperexponential", &factor::HYPEREXPONENTIAL),
        ("triangular", &factor::TRIANGULAR),
        ("empirical", &factor::EMPIRICAL),
    ],
};

/// A distribution of durations, or a bare duration.
pub(super) const TIME: Kind = Kind::Distribution(&DURATIONS);

const FACTOR: Kind = Kind::Number { min: 0.0, max: 1e6, above: false };
const POSITIVE_FACTOR: Kind = Kind::Number { min: 0.0, max: 1e6, above: true };

/// The ten distributions for one quantity: `$any` may be zero, `$positive` may not.
macro_rules! distributions {
    ($module:ident, $any:expr, $positive:expr, $zero:literal) => {
        mod $module {
            use crate::scenario::shape::{Choice, Key, Kind, Shape};

            const ANY: Kind = $any;
            const SOME: Kind = $positive;
            const POSITIVE: Kind = Kind::Number { min: 0.0, max: 1e3, above: true };
            const SPREAD: Kind = Kind::Number { min: 0.0, max: 1e3, above: false };

            const MEAN: Key = Key::new("mean", SOME, "The mean, before `shift` and `zero_mass`.");
            const MIN: Key = Key::new("min", ANY, "The smallest value.").required();
            const MAX: Key = Key::new("max", SOME, "The largest value.").required();
            const CV: Key = Key::new(
                "cv",
                SPREAD,
                "The coefficient of variation: standard deviation divided by mean.",
            );
            const SHIFT: Key = Key::new("shift", ANY, "Added to whatever is drawn.").default($zero);
            const ZERO_MASS: Key =
                Key::new("zero_mass", Kind::Share, "The share of draws that are zero instead.")
                    .default("0.0");

            const fn dist(name: &'static [&'static str]) -> Key {
                Key::new("dist", Kind::OneOf(name), "Which distribution.").required()
            }

            pub(super) static CONSTANT: Shape = Shape {
                title: "constant",
                doc: "Always the same.",
                keys: &[
                    dist(&["constant"]),
                    Key::new("value", ANY, "The value.").required(),
                    SHIFT,
                    ZERO_MASS,
                ],
                choices: &[],
            };
            pub(super) static UNIFORM: Shape = Shape {
                title: "uniform",
                doc: "Equally likely between two values.",
                keys: &[dist(&["uniform"]), MIN, MAX, SHIFT, ZERO_MASS],
                choices: &[],
            };
            pub(super) static EXPONENTIAL: Shape = Shape {
                title: "exponential",
                doc: "Without memory.",
                keys: &[dist(&["exponential"]), MEAN.required(), SHIFT, ZERO_MASS],
                choices: &[],
            };
            pub(super) static ERLANG: Shape = Shape {
                title: "erlang",
                doc: "The sum of `k` exponential steps.",
                keys: &[
                    dist(&["erlang"]),
                    MEAN.required(),
                    Key::new("k", Kind::Integer { min: 1, max: 1000 }, "The number of steps.")
                        .required(),
                    SHIFT,
                    ZERO_MASS,
                ],
                choices: &[],
            };
            pub(super) static GAMMA: Shape = Shape {
                title: "gamma",
                doc: "Between exponential (cv 1) and constant (cv 0), or more variable.",
                keys: &[dist(&["gamma"]), MEAN.required(), CV.required(), SHIFT, ZERO_MASS],
                choices: &[],
            };
            pub(super) static WEIBULL: Shape = Shape {
                title: "weibull",
                doc: "Patience: with a shape below 1, whoever has waited long waits longer.",
                keys: &[
                    dist(&["weibull"]),
                    MEAN.required(),
                    Key::new("shape", POSITIVE, "Below 1: decreasing hazard; 1: exponential.")
                        .required(),
                    SHIFT,
                    ZERO_MASS,
                ],
                choices: &[],
            };
            pub(super) static LOGNORMAL: Shape = Shape {
                title: "lognormal",
                doc: "Times of talking and of answering.",
                keys: &[
                    dist(&["lognormal"]),
                    MEAN,
                    CV,
                    Key::new("median", SOME, "The median, before `shift` and `zero_mass`."),
                    Key::new("sigma", SPREAD, "The standard deviation of the logarithm."),
                    SHIFT,
                    ZERO_MASS,
                ],
                choices: &[Choice {
                    sets: &[&["mean", "cv"], &["median", "sigma"]],
                    required: true,
                }],
            };
            pub(super) static HYPEREXPONENTIAL: Shape = Shape {
                title: "hyperexponential",
                doc: "One of several exponentials, by chance; by `mean` and `cv` it is two, \
                      each with half of the total.",
                keys: &[
                    dist(&["hyperexponential"]),
                    MEAN,
                    CV,
                    Key::new(
                        "probabilities",
                        Kind::NonEmpty(&Kind::Share),
                        "How likely each branch is; they add up to 1.",
                    ),
                    Key::new("means", Kind::NonEmpty(&SOME), "The mean of each branch."),
                    SHIFT,
                    ZERO_MASS,
                ],
                choices: &[Choice {
                    sets: &[&["mean", "cv"], &["probabilities", "means"]],
                    required: true,
                }],
            };
            pub(super) static TRIANGULAR: Shape = Shape {
                title: "triangular",
                doc: "A guess by three points.",
                keys: &[
                    dist(&["triangular"]),
                    MIN,
                    Key::new("mode", ANY, "The most likely value.").required(),
                    MAX,
                    SHIFT,
                    ZERO_MASS,
                ],
                choices: &[],
            };
            pub(super) static EMPIRICAL: Shape = Shape {
                title: "empirical",
                doc: "Values that were seen.",
                keys: &[
                    dist(&["empirical"]),
                    Key::new("values", Kind::NonEmpty(&ANY), "The values."),
                    Key::new(
                        "weights",
                        Kind::NonEmpty(&Kind::Number { min: 0.0, max: 1e12, above: false }),
                        "How often each value was seen; equally often if absent.",
                    ),
                    Key::new("file", Kind::Name, "A CSV file with the values."),
                    Key::new("column", Kind::Name, "The column of the CSV file."),
                    Key::new(
                        "unit",
                        Kind::OneOf(&["ms", "s", "m", "h"]),
                        "The unit of the column's numbers, if they are durations.",
                    )
                    .default("\"s\""),
                    SHIFT,
                    ZERO_MASS,
                ],
                choices: &[Choice { sets: &[&["values"], &["file", "column"]], required: true }],
            };
        }
    };
}

distributions!(
    duration,
    crate::scenario::shape::DURATION,
    crate::scenario::shape::POSITIVE_DURATION,
    "\"0s\""
);
distributions!(factor, super::FACTOR, super::POSITIVE_FACTOR, "0.0");
