//! The share left as time goes by, as it was seen and as the law has it, drawn with characters.

use crate::fit::{Fitted, Sample};
use crate::output::report::numbers::{duration, percent};

const WIDTH: usize = 72;
const HEIGHT: usize = 12;

/// Kaplan and Meier's curve and the law, over the time that the data support; `None` if that is no
/// time.
pub(super) fn chart(sample: &Sample, fitted: &Fitted) -> Option<String> {
    let end = sample.supported();
    let steps = sample.kaplan_meier();
    if end <= 0.0 || steps.is_empty() {
        return None;
    }
    let seen = |time: f64| {
        let before = steps.partition_point(|step| step.time <= time);
        before.checked_sub(1).map_or(1.0, |index| steps[index].left)
    };
    let bottom = seen(end).min(fitted.left(end)).min(0.99);
    let row = |left: f64| {
        let height = ((1.0 - left) / (1.0 - bottom)).clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a row")]
        let row = (height * (HEIGHT - 1) as f64).round() as usize;
        row
    };
    let mut grid = vec![vec![' '; WIDTH]; HEIGHT];
    let times = (0..WIDTH).map(|column| end * column as f64 / (WIDTH - 1) as f64);
    for (column, time) in times.enumerate() {
        let (of_law, as_seen) = (row(fitted.left(time)), row(seen(time)));
        grid[of_law][column] = '-';
        grid[as_seen][column] = if as_seen == of_law { '=' } else { 'o' };
    }
    let mut text = "Share left\n".to_owned();
    for (index, line) in grid.iter().enumerate() {
        let label = match index {
            0 => percent(1.0),
            index if index == HEIGHT - 1 => percent(bottom),
            _ => String::new(),
        };
        text += &format!("{label:>9} {}\n", line.iter().collect::<String>().trim_end());
    }
    let width = WIDTH - 1;
    text += &format!("{:>9} 0{:>width$}\n", "", duration(end));
    text += "  o as seen (Kaplan and Meier), - the law, = both\n";
    Some(text)
}
