//! Arrivals one by one, from a CSV file.

use crate::expr::Value;
use crate::scenario::node::Node;
use crate::scenario::resolve::attributes::{attributes, from_json, overlaid};
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::csv_file::CsvFile;
use crate::scenario::source::TraceRow;
use crate::time::{Span, Time};

/// The rows of the trace that `arrivals` of `source` names, in order of arrival.
pub(super) fn trace(cx: &mut Context<'_>, source: &Node, arrivals: &Node) -> Option<Vec<TraceRow>> {
    let mut file = CsvFile::open(cx, arrivals.get("trace")?)?;
    let columns = Columns::find(cx, &file, arrivals)?;
    let base = match columns.attributes {
        Some(_) => attributes(cx, source.get("attributes")),
        None => Value::Null,
    };
    let mut rows = Vec::with_capacity(file.len());
    for row in 0..file.len() {
        rows.extend(columns.row(cx, &mut file, (row, &base)));
    }
    rows.sort_by_key(|row| row.arrival);
    file.is_sound(cx).then_some(rows)
}

/// Where the file has what.
struct Columns {
    arrival: usize,
    talk: Option<usize>,
    wrap_up: Option<usize>,
    patience: Option<usize>,
    priority: Option<usize>,
    attributes: Option<usize>,
}

impl Columns {
    fn find(cx: &mut Context<'_>, file: &CsvFile, arrivals: &Node) -> Option<Self> {
        let names = arrivals.get("columns");
        let mut named = |key: &str| match names.and_then(|names| names.get(key)) {
            Some(node) => file.column(cx, node).map(Some),
            None => Some(file.position(key)),
        };
        let arrival = named("arrival_ms");
        let talk = named("talk_ms");
        let wrap_up = named("wrap_up_ms");
        let patience = named("patience_ms");
        let priority = named("priority");
        let attributes = named("attributes");
        let arrival = match arrival? {
            Some(column) => column,
            None => file.named(cx, "arrival_ms", &arrivals.get("trace")?.place)?,
        };
        Some(Self {
            arrival,
            talk: talk?,
            wrap_up: wrap_up?,
            patience: patience?,
            priority: priority?,
            attributes: attributes?,
        })
    }

    fn row(
        &self,
        cx: &mut Context<'_>,
        file: &mut CsvFile,
        (row, base): (usize, &Value),
    ) -> Option<TraceRow> {
        if file.cell(row, self.arrival).is_empty() {
            file.fault(cx, (row, self.arrival), "the arrival is missing");
        }
        let arrival = file.read(cx, (row, self.arrival), millis);
        let mut span = |column: Option<usize>| {
            column.and_then(|column| file.read(cx, (row, column), millis)).map(Span::from_millis)
        };
        let (talk, wrap_up) = (span(self.talk), span(self.wrap_up));
        let patience = span(self.patience);
        let priority = self.priority.and_then(|column| file.read(cx, (row, column), priority));
        let brought = self.attributes.and_then(|column| file.read(cx, (row, column), json_object));
        let attributes = brought.map(|over| cx.attributes.intern(&overlaid(base, &over)));
        let arrival = Time::from_millis(arrival?);
        Some(TraceRow { arrival, talk, wrap_up, patience, priority, attributes })
    }
}

/// Milliseconds from 0 up; a fraction is rounded.
fn millis(cell: &str) -> Result<u64, String> {
    if let Ok(millis) = cell.parse() {
        return Ok(millis);
    }
    match cell.parse::<f64>() {
        Ok(millis) if millis.is_finite() && 0.0 <= millis => {
            Ok(Span::from_secs_f64(millis / 1000.0).as_millis())
        }
        _ => Err(format!("`{cell}` is not a number of milliseconds from 0 up")),
    }
}

fn priority(cell: &str) -> Result<u32, String> {
    let priority = cell.parse().ok().filter(|priority: &u32| i32::try_from(*priority).is_ok());
    priority.ok_or_else(|| format!("`{cell}` is not a priority from 0 to 2147483647"))
}

fn json_object(cell: &str) -> Result<Value, String> {
    match serde_json::from_str(cell) {
        Ok(value @ serde_json::Value::Object(_)) => Ok(from_json(&value)),
        Ok(_) => Err("attributes are a JSON object".into()),
        Err(error) => Err(format!("this is not JSON: {error}")),
    }
}
