//! Distributions: `"20s"`, or `{ dist = "lognormal", mean = "4m10s", cv = 1.1 }`.

use crate::random::{Dist, DistError};
use crate::scenario::node::Node;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::csv_file::CsvFile;
use crate::scenario::resolve::value;
use crate::time::Span;

/// What a distribution is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Seconds, written as durations with a unit.
    Duration,
    /// Factors, written as numbers.
    Factor,
}

/// The distribution at `node`; a bare value is a constant.
pub(super) fn distribution(cx: &mut Context<'_>, node: &Node, unit: Unit) -> Option<Dist> {
    if node.as_table().is_none() {
        let value = quantity(node, unit)?;
        return built(cx, node, Dist::constant(value));
    }
    let family = node.get("dist")?.as_str()?;
    let parameters = Parameters { node, unit };
    let dist = parameters.family(cx, family)?;
    let dist = built(cx, node, dist)?;
    let dist = match parameters.quantity("shift") {
        Some(shift) => built(cx, node, dist.with_shift(shift))?,
        None => dist,
    };
    match parameters.number("zero_mass") {
        Some(zero_mass) => built(cx, node, dist.with_zero_mass(zero_mass)),
        None => Some(dist),
    }
}

/// The distribution, or a problem at the parameter that is to blame.
fn built(cx: &mut Context<'_>, node: &Node, dist: Result<Dist, DistError>) -> Option<Dist> {
    dist.map_err(|error| {
        let place = &node.get(error.parameter()).unwrap_or(node).place;
        cx.error(error.to_string(), place);
    })
    .ok()
}

fn quantity(node: &Node, unit: Unit) -> Option<f64> {
    match unit {
        Unit::Duration => value::span(Some(node)).map(Span::as_secs_f64),
        Unit::Factor => value::number(Some(node)),
    }
}

struct Parameters<'a> {
    node: &'a Node,
    unit: Unit,
}

impl Parameters<'_> {
    fn number(&self, key: &str) -> Option<f64> {
        self.node.get(key)?.as_number()
    }

    fn quantity(&self, key: &str) -> Option<f64> {
        quantity(self.node.get(key)?, self.unit)
    }

    /// The family with its parameters; `None` if one is missing, which the check of the shape has
    /// reported.
    fn family(&self, cx: &mut Context<'_>, name: &str) -> Option<Result<Dist, DistError>> {
        let mean = self.quantity("mean");
        let (cv, shape) = (self.number("cv"), self.number("shape"));
        Some(match name {
            "constant" => Dist::constant(self.quantity("value").or(mean)?),
            "uniform" => Dist::uniform(self.quantity("min")?, self.quantity("max")?),
            "exponential" => Dist::exponential(mean?),
            "erlang" => Dist::erlang(u32::try_from(self.node.get("k")?.as_integer()?).ok()?, mean?),
            "gamma" => match (cv, shape) {
                (Some(cv), _) => Dist::gamma(mean?, cv),
                (None, shape) => Dist::gamma_mean_shape(mean?, shape?),
            },
            "weibull" => match (shape, cv) {
                (Some(shape), _) => Dist::weibull(mean?, shape),
                (None, cv) => Dist::weibull_mean_cv(mean?, cv?),
            },
            "lognormal" => match self.quantity("median") {
                Some(median) => Dist::lognormal_median_sigma(median, self.number("sigma")?),
                None => Dist::lognormal_mean_cv(mean?, cv?),
            },
            "hyperexponential" => return self.hyperexponential(cx, mean),
            "triangular" => Dist::triangular(
                self.quantity("min")?,
                self.quantity("mode")?,
                self.quantity("max")?,
            ),
            "empirical" => return self.empirical(cx),
            _ => return None,
        })
    }

    fn hyperexponential(
        &self,
        cx: &mut Context<'_>,
        mean: Option<f64>,
    ) -> Option<Result<Dist, DistError>> {
        let Some(shares) = self.node.get("probabilities") else {
            return Some(Dist::hyperexponential_mean_cv(mean?, self.number("cv")?));
        };
        let (shares, means) = (value::list(Some(shares)), self.node.get("means")?);
        if shares.len() != value::list(Some(means)).len() {
            cx.error("`means` must be as many as `probabilities`", &means.place);
            return None;
        }
        let pairs = shares.iter().zip(value::list(Some(means)));
        let branch = |(p, mean)| Some((value::share(Some(p))?, quantity(mean, self.unit)?));
        let branches: Option<Vec<(f64, f64)>> = pairs.map(branch).collect();
        Some(Dist::hyperexponential(&branches?))
    }

    fn empirical(&self, cx: &mut Context<'_>) -> Option<Result<Dist, DistError>> {
        if self.node.get("file").is_some() {
            let values = self.column(cx)?;
            return Some(Dist::empirical(&values, &vec![1.0; values.len()]));
        }
        let values = self.node.get("values")?.as_array()?;
        let values: Option<Vec<f64>> =
            values.iter().map(|value| quantity(value, self.unit)).collect();
        let values = values?;
        let weights = match self.node.get("weights") {
            Some(weights) => {
                weights.as_array()?.iter().map(Node::as_number).collect::<Option<Vec<_>>>()?
            }
            None => vec![1.0; values.len()],
        };
        Some(Dist::empirical(&values, &weights))
    }

    /// The cells of a column, empty ones left out. Durations may have a unit of their own.
    fn column(&self, cx: &mut Context<'_>) -> Option<Vec<f64>> {
        let mut file = CsvFile::open(cx, self.node.get("file")?)?;
        let column = file.column(cx, self.node.get("column")?)?;
        let scale = match self.unit {
            Unit::Duration => match value::text(self.node.get("unit")) {
                Some("ms") => 0.001,
                Some("m") => 60.0,
                Some("h") => 3600.0,
                _ => 1.0,
            },
            Unit::Factor => 1.0,
        };
        let mut values = Vec::with_capacity(file.len());
        for row in 0..file.len() {
            values.extend(file.read(cx, (row, column), |cell| self.cell(cell, scale)));
        }
        file.is_sound(cx).then_some(values)
    }

    fn cell(&self, cell: &str, scale: f64) -> Result<f64, String> {
        match (cell.parse::<f64>(), self.unit) {
            (Ok(number), _) if number.is_finite() && 0.0 <= number => Ok(number * scale),
            (_, Unit::Factor) => Err(format!("`{cell}` is not a number from 0 up")),
            (_, Unit::Duration) => {
                cell.parse().map(Span::as_secs_f64).map_err(|why| format!("`{cell}`: {why}"))
            }
        }
    }
}
