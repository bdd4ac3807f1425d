//! What was found, as TOML: by itself, or put into a scenario whose other lines stay as they are.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use crate::fit::answers::Answers;
use crate::fit::counters::{Counters, Guess};
use crate::fit::joint::Count;
use crate::fit::law::{Family, Form, Law};
use crate::fit::times::{Timing, Work};

/// What was found, ready to be written.
#[derive(Clone, Debug, Default)]
pub struct Overlay {
    /// Behaviors.
    pub behaviors: Vec<BehaviorFound>,
    /// Sources.
    pub sources: Vec<SourceFound>,
}

/// What workers do with offers.
#[derive(Clone, Debug)]
pub struct BehaviorFound {
    /// The name of the behavior.
    pub name: String,
    /// The groups of workers that are to have it, in place of another behavior of which the rest is
    /// kept; none if all who are meant have it already.
    pub groups: Vec<String>,
    /// Where it comes from, one sentence.
    pub from: String,
    /// The time to answer.
    pub response: Law,
    /// The share of offers never answered.
    pub miss: f64,
    /// The share rejected, and after which time.
    pub reject: Option<(f64, Law)>,
    /// The longest timeout, in seconds, about which what was measured says something.
    pub supported: f64,
    /// Other behaviors that show the same numbers.
    pub alternatives: Vec<Guess>,
}

/// How long customers wait and tasks take.
#[derive(Clone, Debug)]
pub struct SourceFound {
    /// The name of the source.
    pub name: String,
    /// Where it comes from, one sentence.
    pub from: String,
    /// Until they hang up.
    pub patience: Option<Law>,
    /// The talk; its mean is that of the sample.
    pub talk: Option<Law>,
    /// The wrap-up; its mean is that of the sample.
    pub wrap_up: Option<Law>,
}

impl BehaviorFound {
    /// What offers that were watched one by one say.
    #[must_use]
    pub fn of_answers(name: &str, groups: Vec<String>, answers: &Answers) -> Self {
        let outcomes = answers.outcomes;
        let reject = answers.reject_after.clone().map(|after| (outcomes.reject(), after));
        Self {
            name: name.to_owned(),
            groups,
            from: format!("Fitted to {} offers.", outcomes.created()),
            response: answers.response().clone(),
            miss: answers.miss(),
            reject,
            supported: answers.supported(),
            alternatives: Vec::new(),
        }
    }

    /// What counters say: the middle behavior, and the others as its alternatives.
    #[must_use]
    pub fn of_guesses(
        name: &str,
        groups: Vec<String>,
        [low, mid, high]: [Guess; 3],
        counts: &[Count],
    ) -> Self {
        let after = Law::lognormal(3.0, 0.5);
        let all =
            counts.iter().map(|count| count.counters).fold(Counters::default(), Counters::plus);
        let (reject, supported) =
            (all.reject(), counts.iter().map(|count| count.timeout).fold(0.0, f64::max));
        Self {
            name: name.to_owned(),
            groups,
            from: origin(counts, all),
            response: mid.response,
            miss: mid.miss,
            reject: (0.0 < reject).then_some((reject, after)),
            supported,
            alternatives: vec![low, high],
        }
    }
}

/// Where counts come from.
fn origin(counts: &[Count], all: Counters) -> String {
    let mut timeouts: Vec<f64> = counts.iter().map(|count| count.timeout).collect();
    timeouts.sort_by(f64::total_cmp);
    timeouts.dedup_by(|a, b| a.total_cmp(b).is_eq());
    let timeouts: Vec<String> = timeouts.iter().map(|timeout| format!("{timeout} s")).collect();
    let several = if timeouts.len() == 1 { "a timeout" } else { "timeouts" };
    format!(
        "From {} offers under {several} of {}, of which {} timed out.",
        all.created,
        timeouts.join(", "),
        all.timed_out
    )
}

impl SourceFound {
    /// What tasks that were watched one by one say; `None` if that is nothing.
    #[must_use]
    pub fn of(name: &str, work: &Work) -> Option<Self> {
        let law = |timing: &Option<Timing>| Some(timing.as_ref()?.fits.best().law.clone());
        // Work is seen to its end: its mean is known better than its law.
        let kept = |timing: &Option<Timing>| {
            let (law, mean) = (law(timing)?, timing.as_ref()?.sample.mean_ended()?);
            (0.0 < mean).then(|| law.scaled(mean / written_mean(&law)))
        };
        let found = Self {
            name: name.to_owned(),
            from: format!("Fitted to {} tasks.", work.n),
            patience: law(&work.patience),
            talk: kept(&work.talk),
            wrap_up: kept(&work.wrap_up),
        };
        let is_some =
            [&found.patience, &found.talk, &found.wrap_up].iter().any(|law| law.is_some());
        is_some.then_some(found)
    }
}

impl Overlay {
    /// By itself.
    #[must_use]
    pub fn toml(&self) -> String {
        let written = self.put_into("");
        written.expect("an empty document takes everything").trim_start().to_owned()
    }

    /// The scenario `text` with what was found in place of what it says about the same; everything
    /// else, comments included, is as it was.
    ///
    /// # Errors
    ///
    /// What stands in the way.
    pub fn put_into(&self, text: &str) -> Result<String, String> {
        let mut document = text.parse::<DocumentMut>().map_err(|error| error.to_string())?;
        for behavior in &self.behaviors {
            for group in &behavior.groups {
                assign(&mut document, group, &behavior.name)?;
            }
            behavior.put(table(&mut document, "behavior", &behavior.name)?);
        }
        for source in &self.sources {
            source.put(table(&mut document, "source", &source.name)?);
        }
        Ok(document.to_string())
    }
}

/// The table `[kind.name]`, which is made if it is not there.
fn table<'d>(
    document: &'d mut DocumentMut,
    kind: &str,
    name: &str,
) -> Result<&'d mut dyn TableLike, String> {
    let of_kind = document.entry(kind).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let wrong = || format!("`{kind}` is not a table of tables: write {name} by hand");
    let of_kind = of_kind.as_table_like_mut().ok_or_else(wrong)?;
    let item = of_kind.entry(name).or_insert_with(|| Item::Table(Table::new()));
    item.as_table_like_mut().ok_or_else(wrong)
}

/// Gives a group of workers a behavior, which is a copy of the one it has if it is new.
fn assign(document: &mut DocumentMut, group: &str, behavior: &str) -> Result<(), String> {
    let old = give(document, group, behavior)?;
    let copy = old.and_then(|old| document.get("behavior")?.get(&old).cloned());
    let all = document.get_mut("behavior").and_then(Item::as_table_like_mut);
    if let (Some(mut copy), Some(all)) = (copy, all)
        && !all.contains_key(behavior)
    {
        if let Some(table) = copy.as_table_mut() {
            table.set_position(None);
            table.decor_mut().set_prefix("\n");
        }
        all.insert(behavior, copy);
    }
    Ok(())
}

/// Names a behavior in the entry of a group, and says which one it named before.
fn give(document: &mut DocumentMut, group: &str, behavior: &str) -> Result<Option<String>, String> {
    for list in ["workers", "assign"] {
        let Some(tables) = document.get_mut(list).and_then(Item::as_array_of_tables_mut) else {
            continue;
        };
        for table in tables.iter_mut() {
            if table.get("group").and_then(Item::as_str) == Some(group) {
                let old = table.get("behavior").and_then(Item::as_str).map(str::to_owned);
                set(table, "behavior", behavior.into(), "");
                return Ok(old);
            }
        }
    }
    Err(format!("there is no [[workers]] or [[assign]] of the group `{group}`"))
}

/// Puts a value under a key, with a comment in place of what stood above it.
fn set(table: &mut dyn TableLike, key: &str, value: Value, comment: &str) {
    match table.get_mut(key) {
        Some(item) => *item = Item::Value(value),
        None => {
            table.insert(key, Item::Value(value));
        }
    }
    if !comment.is_empty()
        && let Some(mut key) = table.key_mut(key)
    {
        key.leaf_decor_mut().set_prefix(format!("# {comment}\n"));
    }
}

impl BehaviorFound {
    fn put(&self, table: &mut dyn TableLike) {
        set(table, "response", law(&self.response), &self.from);
        set(table, "miss", number(self.miss), "");
        match &self.reject {
            Some((p, after)) => {
                let mut reject = InlineTable::new();
                reject.insert("p", number(*p));
                reject.insert("after", law(after));
                set(table, "reject", Value::InlineTable(reject), "");
            }
            None => {
                table.remove("reject");
            }
        }
        // In whole seconds, as timeouts are; those who timed out rang a little longer.
        set(table, "supported_to", seconds(self.supported.round().max(1.0)), "");
        // Whoever was away is among those who did not answer.
        table.remove("away");
        if self.alternatives.is_empty() {
            table.remove("alternatives");
            return;
        }
        let mut all = Array::new();
        for other in &self.alternatives {
            let mut one = InlineTable::new();
            one.insert("name", other.name.into());
            one.insert("miss", number(other.miss));
            one.insert("response", law(&other.response));
            let mut one = Value::InlineTable(one);
            one.decor_mut().set_prefix("\n  ");
            all.push_formatted(one);
        }
        all.set_trailing("\n");
        all.set_trailing_comma(true);
        let why = "Counts do not tell these from the one above: tune tries all.";
        set(table, "alternatives", Value::Array(all), why);
    }
}

impl SourceFound {
    fn put(&self, table: &mut dyn TableLike) {
        let laws = [("patience", &self.patience), ("talk", &self.talk), ("wrap_up", &self.wrap_up)];
        if self.talk.is_some() {
            table.remove("aht");
        }
        for (key, found) in laws {
            if let Some(found) = found {
                set(table, key, law(found), &self.from);
            }
        }
    }
}

/// The mean of what is written of a law: a table has no more of the longest times.
fn written_mean(law: &Law) -> f64 {
    if !law.form.is_mixed || law.form.family == Family::Exponential {
        return law.mean();
    }
    let table = law.table();
    table.iter().sum::<f64>() / table.len() as f64
}

/// A distribution of the scenario file.
fn law(law: &Law) -> Value {
    let mut table = InlineTable::new();
    let first = &law.parts[0];
    let names = match law.form {
        Form { family: Family::Exponential, is_mixed: true } => {
            let of = |value: fn(&crate::fit::law::Part) -> Value| {
                Value::Array(law.parts.iter().map(value).collect())
            };
            table.insert("dist", "hyperexponential".into());
            table.insert("probabilities", of(|part| number(part.share)));
            table.insert("means", of(|part| seconds(part.scale)));
            return Value::InlineTable(table);
        }
        Form { is_mixed: true, .. } => {
            table.insert("dist", "empirical".into());
            table.insert("values", Value::Array(law.table().into_iter().map(seconds).collect()));
            return Value::InlineTable(table);
        }
        Form { family, .. } => match family {
            Family::Exponential => ["exponential", "mean", ""],
            Family::LogNormal => ["lognormal", "median", "sigma"],
            Family::Gamma => ["gamma", "mean", "cv"],
            Family::Weibull => ["weibull", "mean", "shape"],
        },
    };
    table.insert("dist", names[0].into());
    table.insert(names[1], seconds(first.scale));
    if !names[2].is_empty() {
        table.insert(names[2], number(first.shape));
    }
    Value::InlineTable(table)
}

/// A duration.
fn seconds(seconds: f64) -> Value {
    format!("{}s", rounded(seconds, 3)).into()
}

/// A number of four digits behind the point.
fn number(value: f64) -> Value {
    let text = rounded(value, 4);
    text.parse::<f64>().unwrap_or(value).into()
}

/// Without zeros at the end.
fn rounded(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A center.\nname = \"x\" # its name\n\n[[assign]]\ngroup = \"a\"\n\
                        behavior = \"desk\"\n\n# What they do.\n[behavior.desk]\n# TODO: a guess\n\
                        response = \"5s\"\nmiss = 0.05\nrecovery = \"75s\" # until they notice\n\
                        away = { every = \"1h\", lasts = \"1m\" }\n\n[source.calls]\naht = \"5m\"\n";

    fn found() -> Overlay {
        let counters =
            Counters { created: 1000.0, accepted: 900.0, rejected: 20.0, timed_out: 80.0 };
        let guesses = counters.guesses(20.0, None).unwrap();
        let count = Count { of: String::new(), counters, timeout: 20.0, ring: None };
        let behavior = BehaviorFound::of_guesses("desk", Vec::new(), guesses, &[count]);
        let mobile = BehaviorFound {
            name: "desk-a".to_owned(),
            groups: vec!["a".to_owned()],
            alternatives: Vec::new(),
            ..behavior.clone()
        };
        let source = SourceFound {
            name: "calls".to_owned(),
            from: "Fitted to 5 tasks.".to_owned(),
            patience: None,
            talk: Some(Law::lognormal(100.0, 1.0)),
            wrap_up: None,
        };
        Overlay { behaviors: vec![behavior, mobile], sources: vec![source] }
    }

    #[test]
    fn only_what_was_found_changes_in_a_scenario() {
        let text = found().put_into(TEXT).unwrap();
        for kept in ["# A center.\nname = \"x\" # its name\n", "# What they do.\n[behavior.desk]"] {
            assert!(text.contains(kept), "{text}");
        }
        assert!(text.contains("recovery = \"75s\" # until they notice"), "{text}");
        assert!(text.contains("behavior = \"desk-a\""), "{text}");
        assert_eq!(text.matches("recovery = \"75s\"").count(), 2, "{text}");
        for gone in ["TODO", "away", "aht", "miss = 0.05"] {
            assert!(!text.contains(gone), "{gone} is still in\n{text}");
        }
        // Writing it again changes nothing.
        assert_eq!(found().put_into(&text).unwrap(), text);
        assert!(found().put_into("behavior = 3").unwrap_err().contains("by hand"));
    }

    #[test]
    fn mixtures_are_tables() {
        let form = Form::two(Family::LogNormal);
        let law = form.law(&[1.0, -0.5, 2.0, -0.5, 0.0]).unwrap();
        assert_eq!(super::law(&law).to_string().matches("s\"").count(), 200);
    }
}
