//! Integrals over an interval, for functions that are smooth in pieces.

/// How often an interval may be halved: a jump then costs its height times 2⁻⁴⁰ of the whole.
const HALVINGS_MAX: u32 = 40;

/// The integral of `f` from `from` to `to`, both finite, with an error of about 1e-12 of the
/// largest panel; jumps are hunted down by halving.
///
/// Source: adaptive Simpson rule, Lyness, J. ACM 16 (1969), with the correction of one Richardson
/// step.
pub(super) fn integrate(f: &dyn Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    // Sixteen panels to begin with, so that a feature narrower than the whole is not overlooked.
    let width = (to - from) / 16.0;
    let panels = (0..16).map(|i| Panel::new(f, from + width * f64::from(i), width));
    let panels: Vec<Panel> = panels.collect();
    let scale: f64 = panels.iter().map(|panel| panel.simpson().abs()).sum();
    panels.into_iter().map(|panel| panel.refined(f, 1e-13 * scale, HALVINGS_MAX)).sum()
}

/// An interval with the function at its ends and in its middle.
#[derive(Clone, Copy)]
struct Panel {
    from: f64,
    width: f64,
    values: [f64; 3],
}

impl Panel {
    fn new(f: &dyn Fn(f64) -> f64, from: f64, width: f64) -> Self {
        Self { from, width, values: [f(from), f(from + width / 2.0), f(from + width)] }
    }

    fn simpson(&self) -> f64 {
        let [left, middle, right] = self.values;
        self.width / 6.0 * (left + 4.0 * middle + right)
    }

    fn halves(&self, f: &dyn Fn(f64) -> f64) -> [Self; 2] {
        let [left, middle, right] = self.values;
        let width = self.width / 2.0;
        let half = |from, values| Self { from, width, values };
        [
            half(self.from, [left, f(self.from + width / 2.0), middle]),
            half(self.from + width, [middle, f(self.from + 1.5 * width), right]),
        ]
    }

    fn refined(&self, f: &dyn Fn(f64) -> f64, tolerance: f64, halvings: u32) -> f64 {
        let halves = self.halves(f);
        let sum = halves[0].simpson() + halves[1].simpson();
        let error = (sum - self.simpson()) / 15.0;
        if halvings == 0 || error.abs() <= tolerance {
            return sum + error;
        }
        halves.iter().map(|half| half.refined(f, tolerance / 2.0, halvings - 1)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::integrate;

    #[test]
    fn smooth_functions_and_jumps_are_integrated() {
        assert!((integrate(&f64::sin, 0.0, std::f64::consts::PI) - 2.0).abs() < 1e-12);
        assert!((integrate(&|x| (-x).exp(), 0.0, 50.0) - 1.0).abs() < 1e-12);
        let step = |x: f64| if x < 1.0 / 3.0 { 1.0 } else { 0.0 };
        assert!((integrate(&step, 0.0, 1.0) - 1.0 / 3.0).abs() < 1e-10);
        assert!((integrate(&|x| x.sqrt(), 0.0, 1.0) - 2.0 / 3.0).abs() < 1e-10);
    }
}
