//! The product and the independent machine, asked the same.

use std::collections::BTreeSet;

use taskrouter_sim::routing::{Event, Matcher, QueueId, ReservationRef, TaskRef, WorkflowId};
use taskrouter_sim::time::Time;

use super::model::Model;
use super::world::World;
use crate::support::draw::Story;
use crate::support::play::Player;

pub(crate) struct Duel {
    player: Player,
    model: Model,
    /// Names of events, reasons of cancellations, and refusals.
    pub(crate) seen: BTreeSet<String>,
}

impl Duel {
    pub(crate) fn new(setup: &str, matcher: Matcher) -> Self {
        let (player, model) = (Player::new(setup, matcher), Model::new(World::read(setup)));
        Self { player, model, seen: BTreeSet::new() }
    }

    /// Plays the story on both.
    ///
    /// # Errors
    /// The first difference, after all that was asked and happened.
    pub(crate) fn play(&mut self, story: &Story) -> Result<(), String> {
        for step in &story.moves {
            let at = self.player.now + step.after;
            while let Some(due) = self.next_deadline().filter(|due| *due < at) {
                self.advance(due)?;
            }
            self.player.now = at;
            if step.insists {
                self.refuse_all()?;
            } else if let Some(text) = step.text(&self.player) {
                self.ask(&text)?;
            }
            if step.passes {
                self.advance(self.player.now)?;
            }
        }
        let at = self.player.now;
        self.advance(at)
    }

    /// Rejects the newest offer as soon as it is made, a thousand times; then time has passed.
    fn refuse_all(&mut self) -> Result<(), String> {
        for _ in 0..2100 {
            self.advance(self.player.now)?;
            let known = &self.player.known.reservations;
            let is_open =
                known.last().is_some_and(|id| self.player.router.reservation(*id).is_some());
            if is_open {
                self.ask(&format!("reject r{}", known.len()))?;
            } else if let Some(due) = self.next_deadline() {
                self.player.now = due;
            }
        }
        Ok(())
    }

    /// The earlier of both: who wakes up in vain says nothing, who sleeps too long is found out.
    fn next_deadline(&self) -> Option<Time> {
        let model = self.model.next_deadline().map(Time::from_millis);
        self.player.router.next_deadline().into_iter().chain(model).min()
    }

    fn ask(&mut self, text: &str) -> Result<(), String> {
        let now = self.player.now;
        self.player.lines.push(format!("{now} s: {text}"));
        let (_, answer) = self.player.ask(text);
        let said = match answer {
            Ok(events) => self.lines(&events),
            Err(refusal) => vec![format!("refused: {refusal}")],
        };
        if let Err(refusal) = self.model.ask(now.as_millis(), text) {
            self.model.lines.push(format!("refused: {refusal}"));
        }
        self.compare(&said)
    }

    fn advance(&mut self, now: Time) -> Result<(), String> {
        let due = self.player.router.next_deadline();
        let events = self.player.advance(now);
        let said = self.lines(&events);
        self.model.advance(now.as_millis());
        if !self.model.lines.is_empty() && due.is_none_or(|due| now < due) {
            return Err(self.difference(&format!("the product would sleep past {now} s")));
        }
        self.compare(&said)?;
        let product = self.player.router.next_deadline();
        // It may wake up in vain, for what was outlived, but not again and again.
        let latest = self.model.next_deadline().map_or(Time::NEVER, Time::from_millis);
        let told = product.unwrap_or(Time::NEVER);
        if told <= now || latest < told {
            let what = format!("deadline {product:?}, which should be after {now}, by {latest}");
            return Err(self.difference(&what));
        }
        Ok(())
    }

    fn compare(&mut self, said: &[String]) -> Result<(), String> {
        let model = std::mem::take(&mut self.model.lines);
        for line in said {
            let name = if line.starts_with("refused") {
                Some(line.as_str())
            } else {
                line.split(' ').next()
            };
            let reason = line.split_once('(').map(|(_, reason)| reason.trim_end_matches(')'));
            self.seen.extend(name.into_iter().chain(reason).map(String::from));
        }
        if said == model {
            return Ok(());
        }
        let (said, model) = (said.join("\n  "), model.join("\n  "));
        Err(self.difference(&format!("product:\n  {said}\nmodel:\n  {model}")))
    }

    fn difference(&self, what: &str) -> String {
        format!("at {} s\n{}\n{what}", self.player.now, self.player.lines.join("\n"))
    }

    /// Events with all their fields.
    fn lines(&self, events: &[Event]) -> Vec<String> {
        let (known, workspace) = (&self.player.known, self.player.router.workspace());
        let line = |event: &Event| {
            let short = known.line(event, workspace);
            let name = event.name();
            match (event.task(), event.reservation()) {
                (Some(TaskRef { task, queue, workflow }), _) => {
                    let task = known.tasks.iter().rposition(|it| *it == task).expect("known") + 1;
                    let reason = match event {
                        Event::TaskCanceled(_, reason) => format!(" ({reason})"),
                        _ => String::new(),
                    };
                    format!("{name} t{task}{}{reason}", self.place(queue, workflow))
                }
                (_, Some(ReservationRef { queue, workflow, .. })) => {
                    let words: Vec<&str> = short.split(' ').take(4).collect();
                    format!("{}{}", words.join(" "), self.place(queue, workflow))
                }
                _ => short,
            }
        };
        events.iter().map(line).collect()
    }

    fn place(&self, queue: Option<QueueId>, workflow: Option<WorkflowId>) -> String {
        let workspace = self.player.router.workspace();
        let queue = queue.map_or("-", |id| &workspace.queues[id].friendly_name);
        let workflow = workflow.map_or("-", |id| &workspace.workflows[id].friendly_name);
        format!(" queue={queue} workflow={workflow}")
    }
}
