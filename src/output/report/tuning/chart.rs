//! The curve of costs, drawn with characters: how much more each candidate costs than the one
//! recommended. Differences on the same replications are far sharper than the costs themselves.

use crate::output::report::numbers::number;
use crate::output::tuning::TuningResults;

/// What the curve shows.
pub(super) const TITLE: &str = "Cost per task above the recommended";

const WIDTH: usize = 78;
const HEIGHT: usize = 14;

/// The curve with its intervals; `None` if candidates are not along one axis, or fewer than three.
pub(super) fn chart(results: &TuningResults<'_>) -> Option<String> {
    let axis = results.study.grid().axis().filter(|axis| 3 <= axis.len())?;
    let points = results.tuned.standings.iter().zip(&axis).enumerate();
    let points = points.map(|(index, (standing, x))| {
        let (cost, interval) = (standing.difference.value, standing.difference.interval);
        Point {
            x: *x,
            cost,
            low: interval.map_or(cost, |interval| interval.low),
            high: interval.map_or(cost, |interval| interval.high),
            is_best: results.best() == Some(index),
            is_now: results.study.grid().present == index,
            is_ok: standing.is_surely_ok,
        }
    });
    Some(draw(&points.collect::<Vec<_>>()))
}

/// One candidate.
#[derive(Clone, Copy, Debug)]
struct Point {
    x: f64,
    cost: f64,
    low: f64,
    high: f64,
    is_best: bool,
    is_now: bool,
    is_ok: bool,
}

fn draw(points: &[Point]) -> String {
    let (bottom, top) = range(points);
    let (first, last) = (points[0].x, points[points.len() - 1].x);
    let column = |x: f64| scale((x - first) / (last - first), WIDTH);
    let row = |cost: f64| HEIGHT - 1 - scale((cost - bottom) / (top - bottom), HEIGHT);
    let mut grid = vec![vec![' '; WIDTH]; HEIGHT];
    let mut marks = vec![' '; WIDTH];
    for point in points {
        let at = column(point.x);
        if point.is_ok {
            marks[at] = '=';
        }
        if top < point.low {
            grid[0][at] = '^';
            continue;
        }
        for line in &mut grid[row(point.high)..=row(point.low)] {
            if line[at] == ' ' {
                line[at] = '|';
            }
        }
    }
    // What matters most is drawn last.
    let rank = |point: &Point| (point.is_best, point.is_now);
    let mut ranked: Vec<&Point> = points.iter().filter(|point| point.cost <= top).collect();
    ranked.sort_by_key(|point| rank(point));
    for point in ranked {
        let sign = match rank(point) {
            (true, _) => '*',
            (false, true) => 'o',
            _ => '.',
        };
        let cell = &mut grid[row(point.cost)][column(point.x)];
        *cell = sign;
    }
    let mut text = String::new();
    for (index, line) in grid.iter().enumerate() {
        let label = match index {
            0 => number(top),
            index if index == HEIGHT - 1 => number(bottom),
            _ => String::new(),
        };
        text += &format!("{label:>9} {}\n", line.iter().collect::<String>().trim_end());
    }
    text += &format!("{:>9} {}\n", "", marks.iter().collect::<String>().trim_end());
    let (from, to) = (number(first), number(last));
    text += &format!("{:>9} {from}{to:>width$}\n", "", width = WIDTH - from.chars().count());
    text +=
        "  * recommended, o now, | intervals that hold together, ^ off the scale, = equally good\n";
    text
}

/// From the lowest interval up to where most of the curve is.
fn range(points: &[Point]) -> (f64, f64) {
    let bottom = points.iter().map(|point| point.low).fold(f64::INFINITY, f64::min);
    let mut highs: Vec<f64> = points.iter().map(|point| point.high).collect();
    highs.sort_by(f64::total_cmp);
    let usual = highs[highs.len() * 3 / 4];
    let most = highs[highs.len() - 1];
    let top = most.min(bottom + 1.6 * (usual - bottom));
    if bottom < top { (bottom, top) } else { (bottom - 0.5, bottom + 0.5) }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place on the screen"
)]
fn scale(share: f64, n: usize) -> usize {
    (share.clamp(0.0, 1.0) * (n - 1) as f64).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_point_is_at_the_bottom_and_what_is_far_off_says_so() {
        let point = |i: u32| {
            let x = f64::from(i);
            let cost = if i == 0 { 1000.0 } else { 20.0 + (x - 10.0) * (x - 10.0) / 10.0 };
            let (is_best, is_now, is_ok) = (i == 10, i == 20, (9..=11).contains(&i));
            Point { x, cost, low: cost - 1.0, high: cost + 1.0, is_best, is_now, is_ok }
        };
        let text = draw(&(0..=20).map(point).collect::<Vec<_>>());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), HEIGHT + 3);
        assert!(lines[0].contains('^') && lines[HEIGHT].contains('='), "{text}");
        let best = lines.iter().position(|line| line.contains('*')).unwrap();
        assert!(HEIGHT - 4 < best && best < HEIGHT, "{text}");
        assert!(lines.iter().all(|line| line.chars().count() <= 100), "{text}");
        let curve = lines[..HEIGHT].concat();
        assert_eq!((curve.matches('o').count(), curve.matches('*').count()), (1, 1), "{text}");
    }

    #[test]
    fn a_flat_curve_is_drawn_too() {
        let point = |x: f64| Point {
            x,
            cost: 5.0,
            low: 5.0,
            high: 5.0,
            is_best: x < 0.5,
            is_now: false,
            is_ok: true,
        };
        assert!(draw(&[point(0.0), point(1.0), point(2.0)]).contains('*'));
    }
}
