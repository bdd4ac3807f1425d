//! How long people wait and tasks take, as far as anybody says.

use crate::onboarding::page::Page;
use crate::onboarding::streams::Stream;

/// What is taken where nobody says how long a task takes, in seconds.
pub(super) const USUAL_AHT: f64 = 300.0;
/// How much of that is wrap-up.
const USUAL_WRAP_UP: f64 = 30.0;

/// The patience, talk and wrap-up of a source.
pub(super) fn times(page: &mut Page, stream: &Stream<'_>) {
    page.todo("how long people wait before they hang up: a mean of 4 minutes is a guess.");
    page.line("patience   = { dist = \"exponential\", mean = \"4m\" }");
    let aht = stream.line.and_then(|line| line.aht);
    let mean = aht.unwrap_or(USUAL_AHT).max(1.0);
    let wrap_up = USUAL_WRAP_UP.min((mean / 4.0).floor());
    page.todo(match aht {
        Some(_) => {
            "the handle time is that of the arrivals; that its spread is as large as its mean, \
                    and how much of it is wrap-up, are guesses."
        }
        None => "how long a task takes: talk and wrap-up together are `aht`. All of it is a guess.",
    });
    page.line(format!(
        "aht        = {{ dist = \"lognormal\", mean = \"{}\", cv = 1.0 }}",
        duration(whole(mean))
    ));
    page.line(format!("wrap_up    = {{ dist = \"exponential\", mean = \"{wrap_up}s\" }}"));
}

#[expect(clippy::cast_possible_truncation, reason = "handle times are short")]
fn whole(seconds: f64) -> i64 {
    seconds.round() as i64
}

/// `30m`, `4m45s`, `1h` of seconds.
pub(super) fn duration(seconds: i64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let parts = parts.iter().filter(|(number, _)| *number != 0);
    let text: String = parts.map(|(number, unit)| format!("{number}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_people_do() {
        assert_eq!([1800, 285, 3600, 0].map(duration), ["30m", "4m45s", "1h", "0s"]);
    }
}
