//! How tasks get to queues: for each filter, attributes that it takes and no earlier one does.

use std::fmt::Write as _;

use crate::expr::ast::Operator;
use crate::expr::{Context, Documents, Pairing, Paths, Value, parse, witness};
use crate::onboarding::inventory::{Filter, Inventory, Target, Workflow};

/// A way for tasks to get to a queue.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    pub(super) workflow: usize,
    /// The name of the filter; `None` for the default filter.
    pub(super) filter: Option<String>,
    pub(super) queue: usize,
    pub(super) attributes: Value,
}

/// All ways to queues, and what has none.
#[derive(Debug)]
pub(super) struct Leads {
    pub(super) found: Vec<Lead>,
    /// Filters for which there is none, a sentence each.
    pub(super) left_out: Vec<String>,
}

/// All ways to queues, workflow by workflow, filter by filter.
pub(super) fn leads(inventory: &Inventory) -> Leads {
    let mut leads = Leads { found: Vec::new(), left_out: Vec::new() };
    for (index, workflow) in inventory.workflows.iter().enumerate() {
        for number in 0..workflow.filters.len() {
            match of_filter(inventory, workflow, number) {
                Ok((queue, attributes)) => {
                    let filter = Some(name(&workflow.filters[number], number));
                    leads.found.push(Lead { workflow: index, filter, queue, attributes });
                }
                Err(why) => {
                    let filter = name(&workflow.filters[number], number);
                    leads.left_out.push(format!(
                        "no source for the filter `{filter}` of `{}`: {why}",
                        workflow.name
                    ));
                }
            }
        }
        if let Some(queue) = workflow.default {
            let earlier: Vec<&str> = workflow.filters.iter().map(expression).collect();
            match attributes("1==1", &earlier) {
                Ok(attributes) => {
                    leads.found.push(Lead { workflow: index, filter: None, queue, attributes });
                }
                Err(_) => leads.left_out.push(format!(
                    "no source for the default filter of `{}`: the filters take everything",
                    workflow.name
                )),
            }
        }
    }
    leads
}

fn name(filter: &Filter, number: usize) -> String {
    if filter.name.is_empty() { format!("number {}", number + 1) } else { filter.name.clone() }
}

fn expression(filter: &Filter) -> &str {
    &filter.expression
}

/// The queue that a filter leads to first, and attributes that lead there.
fn of_filter(
    inventory: &Inventory,
    workflow: &Workflow,
    number: usize,
) -> Result<(usize, Value), &'static str> {
    let filter = &workflow.filters[number];
    let target = filter.targets.iter().find(|target| !target.is_personal);
    let target = target.ok_or("it sends each task to one worker whom the task names")?;
    let mut wanted = format!("({})", filter.expression);
    for part in agreeing(inventory, target) {
        write!(wanted, " AND {part}").expect("a string");
    }
    let earlier: Vec<&str> = workflow.filters[..number].iter().map(expression).collect();
    Ok((target.queue, attributes(&wanted, &earlier)?))
}

/// What a task must have for some worker of the queue to suit it.
fn agreeing(inventory: &Inventory, target: &Target) -> Vec<String> {
    let pairings = target.expression.iter().flat_map(|expression| expression.pairings());
    pairings.filter_map(|pairing| agree(inventory, target.queue, &pairing)).collect()
}

fn agree(inventory: &Inventory, queue: usize, pairing: &Pairing) -> Option<String> {
    let path = pairing.worker.as_ref()?;
    let mut has = inventory.members(queue).map(|worker| worker.attributes.get(path));
    let value = has.find(|value| !value.is_null() && value.as_array() != Some(&[]))?;
    let task = &pairing.task;
    match (pairing.operator, value) {
        (Operator::Equal, value) if value.is_scalar() => Some(format!("{task} == {value}")),
        (Operator::In | Operator::Has, Value::Array(elements)) => {
            let first = elements.iter().find(|element| element.is_scalar())?;
            Some(format!("{task} == {first}"))
        }
        (Operator::Has, value) if pairing.task_is_left && value.is_scalar() => {
            Some(format!("{task} HAS {value}"))
        }
        _ => None,
    }
}

/// Attributes that `expression` takes and none of the `earlier` ones.
fn attributes(expression: &str, earlier: &[&str]) -> Result<Value, &'static str> {
    let nothing = Value::object(Vec::<(&str, Value)>::new());
    if takes(expression, &nothing) && !earlier.iter().any(|earlier| takes(earlier, &nothing)) {
        return Ok(nothing);
    }
    let mut wanted = format!("({expression})");
    for round in 0..=earlier.len() {
        let parsed = parse(&wanted, Context::Filter).map_err(|_| "it cannot be read")?;
        let Some(found) = witness(&parsed) else {
            return Err(match round {
                0 => "no attributes were found that it takes",
                _ => "an earlier filter takes its tasks",
            });
        };
        match earlier.iter().find(|earlier| takes(earlier, &found)) {
            Some(earlier) => write!(wanted, " AND NOT ({earlier})").expect("a string"),
            None => return Ok(found),
        }
    }
    Err("no attributes were found that no earlier filter takes")
}

/// Whether a filter takes a task with these attributes.
fn takes(expression: &str, attributes: &Value) -> bool {
    let mut paths = Paths::new();
    let Ok(parsed) = parse(expression, Context::Filter) else { return false };
    let compiled = parsed.compile(Context::Filter, &mut paths);
    let resolved = paths.resolve(attributes);
    compiled.matches(&Documents { task: Some(&resolved), worker: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_lead_past_earlier_filters() {
        let of =
            |expression, earlier: &[&str]| attributes(expression, earlier).map(|v| v.to_string());
        assert_eq!(of("a == 1", &[]), Ok("{'a': 1}".into()));
        assert_eq!(of("a > 0", &["a == 1"]), Ok("{'a': 2}".into()));
        assert_eq!(of("a == 1 OR a == 2", &["a == 1"]), Ok("{'a': 2}".into()));
        assert_eq!(of("1==1", &["a == 1"]), Ok("{}".into()));
        assert_eq!(of("1==1", &["a != 1"]), Ok("{'a': 1}".into()));
        assert_eq!(of("a == 1", &["a > 0"]), Err("an earlier filter takes its tasks"));
        assert!(of("a ==", &[]).is_err());
    }
}
