//! A server without a network: requests go straight to the account, at instants of our choice.

use serde_json::Value as Json;
use taskrouter_sim::serve::{
    Account, Activities, Effect, Fields, Form, Method, Outcome, Reply, Request,
};
use taskrouter_sim::time::{Span, Time};

pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000000";

/// Noon of the first of June 2026, in the server's time, which counts from 1900.
pub(crate) const NOON: Time = Time::from_secs(2_208_988_800 + 1_780_315_200);

pub(crate) struct Desk {
    pub(crate) account: Account,
    pub(crate) now: Time,
    /// Everything that was to be sent and that nobody has looked at.
    pub(crate) effects: Vec<Effect>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let account = Account::new(ACCOUNT, 1, Activities::Classic);
        Self { account, now: NOON, effects: Vec::new() }
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now = self.now + Span::from_secs(seconds);
        self.account.pass_through(self.now);
        self.effects.extend(self.account.take_effects());
    }

    pub(crate) fn send(
        &mut self,
        method: Method,
        url: &str,
        fields: &[(&str, &str)],
        if_match: Option<&str>,
    ) -> Reply {
        let path = url.strip_prefix("http://here").unwrap_or(url);
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            method,
            path: path.into(),
            query: Fields::parse(query.as_bytes()),
            form: Fields::of(fields.iter().copied()),
            base: "http://here".into(),
            if_match: if_match.map(str::to_owned),
        };
        let reply = self.account.answer(self.now, &request);
        self.effects.extend(self.account.take_effects());
        reply
    }

    /// What a path or URL answers, which must be well.
    pub(crate) fn get(&mut self, url: &str) -> Json {
        let reply = self.send(Method::Get, url, &[], None);
        assert_eq!(reply.status, 200, "{url}: {reply:?}");
        reply.body.expect("a body")
    }

    /// What comes of a form, which must be well.
    pub(crate) fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Json {
        let reply = self.send(Method::Post, url, fields, None);
        assert!(matches!(reply.status, 200 | 201), "{url}: {reply:?}");
        reply.body.expect("a body")
    }

    /// The status and code of a form that is refused, and what is said.
    pub(crate) fn refuse(&mut self, url: &str, fields: &[(&str, &str)]) -> (u16, u64, String) {
        let reply = self.send(Method::Post, url, fields, None);
        assert!(400 <= reply.status, "{url}: {reply:?}");
        let body = reply.body.expect("a body");
        let message = body["message"].as_str().expect("a message").to_owned();
        (reply.status, body["code"].as_u64().expect("a code"), message)
    }

    pub(crate) fn delete(&mut self, url: &str) -> u16 {
        self.send(Method::Delete, url, &[], None).status
    }

    /// The assignment callbacks that are to be sent, which are looked at now.
    pub(crate) fn callbacks(&mut self) -> Vec<Effect> {
        let all = std::mem::take(&mut self.effects);
        let is_callback = |effect: &Effect| matches!(effect, Effect::Assign { .. });
        let (callbacks, others) = all.into_iter().partition(is_callback);
        self.effects = others;
        callbacks
    }

    /// The event callbacks that are to be sent, which are looked at now.
    pub(crate) fn notices(&mut self) -> Vec<Form> {
        let all = std::mem::take(&mut self.effects);
        let form = |effect| match effect {
            Effect::Notify { form, .. } => Some(form),
            Effect::Assign { .. } => None,
        };
        all.into_iter().filter_map(form).collect()
    }

    pub(crate) fn answered(&mut self, asked: &Effect, body: &str) {
        self.account.answered(self.now, asked, Outcome::Answered(body.into()));
        self.effects.extend(self.account.take_effects());
    }

    pub(crate) fn failed(&mut self, asked: &Effect) {
        self.account.answered(self.now, asked, Outcome::Failed("connection refused".into()));
        self.effects.extend(self.account.take_effects());
    }
}

pub(crate) fn text(body: &Json, key: &str) -> String {
    body[key].as_str().unwrap_or_else(|| panic!("{key} of {body}")).to_owned()
}

pub(crate) fn field<'a>(form: &'a Form, name: &str) -> &'a str {
    let pair = form.iter().find(|(key, _)| key == name);
    pair.map_or_else(|| panic!("{name} in {form:?}"), |(_, value)| value)
}
