//! Workflows: their names, their timeouts, and the documents that they run on.

use crate::id::IdVec;
use crate::routing::{ConfigurationId, Workflow, WorkflowId};
use crate::scenario::json::parse_json;
use crate::scenario::node::Node;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::draft::{Draft, WrittenConfiguration};
use crate::scenario::resolve::sid::{Kind, sid};
use crate::scenario::resolve::unique::unique;
use crate::scenario::resolve::value;
use crate::time::Span;

/// What TaskRouter does where a workflow says nothing.
const USUAL_TIMEOUT: Span = Span::from_secs(120);
/// What TaskRouter takes (TR-332).
const SHORTEST_TIMEOUT: Span = Span::from_secs(1);
const LONGEST_TIMEOUT: Span = Span::from_secs(86_400);
/// The longest configuration that TaskRouter takes, in bytes (TR-336).
const LONGEST: usize = 1_038_576;

impl Draft {
    /// The workflows in the list at `node`; how long after its creation an offer of each rings.
    pub(super) fn workflows(
        &mut self,
        cx: &mut Context<'_>,
        node: Option<&Node>,
    ) -> IdVec<WorkflowId, Span> {
        let mut latencies = IdVec::new();
        for node in value::list(node) {
            let Some(name) = value::text(node.get("friendly_name")) else { continue };
            let Some(document) = node.get("configuration") else { continue };
            let written = value::seconds(node.get("task_reservation_timeout"));
            let workflow = Workflow {
                sid: sid(cx, Kind::Workflow, name, Some(node)),
                friendly_name: name.into(),
                task_reservation_timeout: written.unwrap_or(USUAL_TIMEOUT),
                configuration: self.document(cx, document),
            };
            if let (Some(node), Some(timeout)) = (node.get("task_reservation_timeout"), written)
                && !(SHORTEST_TIMEOUT..=LONGEST_TIMEOUT).contains(&timeout)
            {
                cx.error("a reservation timeout is 1 s to 86400 s", &node.place);
            }
            if written.is_none() {
                cx.assume(format!("workflow `{name}`: reservations time out after 120 s"));
            }
            if unique(cx, &self.workflows, &workflow, node) {
                self.workflows.push(workflow);
                let latency = value::span(node.get("assignment_latency"));
                latencies.push(latency.unwrap_or(Span::ZERO));
            }
        }
        latencies
    }

    /// The configuration at `node`: a table, or JSON text as TaskRouter's answers have it. An
    /// empty one if it cannot be read.
    pub(super) fn document(&mut self, cx: &mut Context<'_>, node: &Node) -> ConfigurationId {
        if LONGEST < node.place.range.len() {
            let bytes = node.place.range.len();
            cx.warn(format!("{bytes} bytes; TaskRouter takes at most {LONGEST}"), &node.place);
        }
        let inner = node.as_str().and_then(|text| embedded(cx, node, text));
        let body = inner.as_ref().unwrap_or(node);
        let mut written = WrittenConfiguration::default();
        let configuration = self.configuration(cx, body, &mut written);
        self.written.configurations.push(written);
        self.configurations.push(configuration)
    }
}

fn embedded(cx: &mut Context<'_>, node: &Node, text: &str) -> Option<Node> {
    let id = cx.texts.embed(&node.place, text);
    let parsed = parse_json(cx.texts, id, &mut cx.problems);
    parsed.map_err(|problems| cx.problems.extend(problems)).ok()
}
