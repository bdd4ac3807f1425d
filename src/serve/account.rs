//! Everything that is served, as a machine without clock and network: a request and an instant go
//! in, an answer comes out, and what is to be sent lies ready.

use std::collections::BTreeMap;

use serde_json::json;

use crate::serve::blueprint::Blueprint;
use crate::serve::call::Call;
use crate::serve::center::{Beginning, Center};
use crate::serve::fields::Fields;
use crate::serve::library::Library;
use crate::serve::operation::{Operation, allowed};
use crate::serve::people::People;
use crate::serve::post::{Effect, Outcome};
use crate::serve::request::{Answer, ApiError, Reply, Request};
use crate::serve::sid::{Kind, Minter};
use crate::time::Time;

/// The activities of a new workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activities {
    /// Offline, Available, Unavailable: what TaskRouter gives today.
    #[default]
    Modern,
    /// Offline, Idle, Busy, Reserved: what older accounts and the quickstart have.
    Classic,
}

impl Activities {
    /// What it is called on the command line and in logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Classic => "classic",
        }
    }

    /// The one that is called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Modern, Self::Classic].into_iter().find(|it| it.name() == name)
    }

    /// Names, and whether tasks are offered there.
    const fn list(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::Modern => &[("Offline", false), ("Available", true), ("Unavailable", false)],
            Self::Classic => {
                &[("Offline", false), ("Idle", true), ("Busy", false), ("Reserved", false)]
            }
        }
    }
}

/// An account with its workspaces.
#[derive(Debug)]
pub struct Account {
    sid: String,
    seed: u64,
    activities: Activities,
    now: Time,
    /// Up to which instant, and with it, everything that was due has happened.
    passed: Option<Time>,
    minter: Minter,
    /// Workspaces in order of creation.
    order: Vec<String>,
    centers: BTreeMap<String, Center>,
    alerts: Vec<Alert>,
}

/// Something that TaskRouter would tell in its debugger, because it has nobody to answer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// When.
    pub at: Time,
    /// TaskRouter's number.
    pub code: u32,
    /// What is wrong.
    pub message: String,
}

/// Where a workspace is opened from a scenario.
pub(crate) const SEED: &str = "/_sim/seed";
/// How many alerts are kept.
const ALERTS_MAX: usize = 1000;

impl Account {
    /// An account without workspaces; all sids follow from `seed`.
    #[must_use]
    pub fn new(sid: &str, seed: u64, activities: Activities) -> Self {
        Self {
            sid: sid.into(),
            seed,
            activities,
            now: Time::ZERO,
            passed: None,
            minter: Minter::new(seed, String::new()),
            order: Vec::new(),
            centers: BTreeMap::new(),
            alerts: Vec::new(),
        }
    }

    /// Opens a workspace made from a blueprint; its sid. If there are `people`, their scenario, which
    /// must be the blueprint's, begins now.
    pub fn open(&mut self, now: Time, blueprint: &Blueprint, people: Option<&People>) -> String {
        self.now = self.now.max(now);
        let sid = self.minter.mint(Kind::Workspace);
        let minter = Minter::new(self.seed, sid.clone());
        let mut center = Center::of(blueprint, minter, (&self.sid, sid.clone()), now);
        center.people = people.map(|people| people.move_in(now));
        self.order.push(sid.clone());
        self.centers.insert(sid.clone(), center);
        sid
    }

    /// The workspaces in order of creation.
    pub(crate) fn workspaces(&self) -> impl Iterator<Item = &Center> {
        self.order.iter().map(|sid| &self.centers[sid])
    }

    /// The workspace with that sid.
    pub(crate) fn center(&self, sid: &str) -> Option<&Center> {
        self.centers.get(sid)
    }

    /// Whether the records agree with the routers, counted again from scratch. For tests.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn audit(&self) -> Result<(), String> {
        self.centers.values().try_for_each(Center::audit)
    }

    /// Answers `request` at `now`, which must not lie before an earlier call's. Whatever follows at
    /// that instant has happened when this returns; but the answer shows things as they were right
    /// after the request itself, before what waits is matched.
    pub fn answer(&mut self, now: Time, request: &Request) -> Reply {
        self.pass_until(now);
        let reply = self.route(request).unwrap_or_else(Reply::from);
        self.pass_through(now);
        reply
    }

    /// Carries out what an application answered to an assignment callback.
    pub fn answered(&mut self, now: Time, asked: &Effect, outcome: Outcome) {
        self.pass_until(now);
        if let Effect::Assign { workspace, .. } = asked
            && let Some(center) = self.centers.get_mut(workspace)
        {
            let alert = center.instructed(asked, outcome);
            if let Some((code, message)) = alert {
                self.alert(code, message);
            }
        }
        self.pass_through(now);
    }

    /// When something happens by itself.
    pub fn next_deadline(&mut self) -> Option<Time> {
        self.centers.values_mut().filter_map(Center::next_deadline).min()
    }

    /// Lets `now` and everything before it pass.
    pub fn pass_through(&mut self, now: Time) {
        self.passed = self.passed.max(Some(now));
        self.each(now, Center::pass_through);
    }

    /// Lets everything before `now` pass: what is asked at an instant goes before what is due then.
    pub(crate) fn pass_until(&mut self, now: Time) {
        self.each(now, Center::pass_until);
    }

    fn each(&mut self, now: Time, pass: fn(&mut Center, Time)) {
        self.now = self.now.max(now);
        for center in self.centers.values_mut() {
            pass(center, now);
        }
    }

    /// The latest instant that anything was asked or let pass.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.now
    }

    /// Whether what is due at `now` has happened already.
    pub(crate) fn has_passed(&self, now: Time) -> bool {
        Some(now) <= self.passed
    }

    /// Answers a request that changes something: `/_sim/seed` opens a workspace from a scenario,
    /// anything else is TaskRouter's.
    pub fn ask(&mut self, now: Time, request: &Request, library: &mut Library) -> Reply {
        if request.path.trim_end_matches('/') != SEED {
            return self.answer(now, request);
        }
        self.pass_until(now);
        let reply = self.seed(now, &request.form, library).unwrap_or_else(Reply::from);
        self.pass_through(now);
        reply
    }

    fn seed(&mut self, now: Time, form: &Fields, library: &mut Library) -> Answer {
        let seed = library.read(form)?;
        let sid = self.open(now, &seed.blueprint, seed.people.as_ref());
        Ok(Reply::created(json!({
            "workspace_sid": sid,
            "friendly_name": seed.blueprint.friendly_name,
            "has_people": seed.people.is_some(),
        })))
    }

    /// What is to be sent out since this was last asked.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        self.centers.values_mut().flat_map(|center| std::mem::take(&mut center.effects)).collect()
    }

    /// What went wrong without anybody to tell it to, the newest last.
    #[must_use]
    pub fn alerts(&self) -> &[Alert] {
        &self.alerts
    }

    /// Takes down an alert.
    pub fn alert(&mut self, code: u32, message: impl Into<String>) {
        if self.alerts.len() == ALERTS_MAX {
            self.alerts.remove(0);
        }
        self.alerts.push(Alert { at: self.now, code, message: message.into() });
    }

    fn route(&mut self, request: &Request) -> Answer {
        let not_found = || ApiError::not_found(&request.path);
        let rest = request.path.strip_prefix("/v1/Workspaces").ok_or_else(not_found)?;
        let rest = rest.strip_suffix(".json").unwrap_or(rest);
        if !rest.is_empty() && !rest.starts_with('/') {
            return Err(not_found());
        }
        let path: Vec<&str> = rest.split('/').skip(1).collect();
        let Some(operation) = Operation::of(request.method, &path) else {
            return Err(allowed(&path).map_or_else(not_found, ApiError::wrong_method));
        };
        self.carry_out(operation, &Call { request, path })
    }

    fn carry_out(&mut self, operation: Operation, call: &Call<'_>) -> Answer {
        match operation {
            Operation::ListWorkspace => return self.list_workspaces(call),
            Operation::CreateWorkspace => return self.create_workspace(call),
            Operation::DeleteWorkspace => return self.delete_workspace(call),
            _ => {}
        }
        let center = self.centers.get_mut(call.part(0)).ok_or_else(|| call.not_found())?;
        center.carry_out(operation, call)
    }

    fn list_workspaces(&self, call: &Call<'_>) -> Answer {
        let name = call.query().filled("FriendlyName");
        let wanted =
            self.workspaces().filter(|center| name.is_none_or(|name| center.friendly_name == name));
        let wanted: Vec<&Center> = wanted.collect();
        call.list("workspaces", &wanted, |it| it.sid.clone(), |it| it.workspace_body(call))
    }

    fn create_workspace(&mut self, call: &Call<'_>) -> Answer {
        let friendly_name = call.form().required("FriendlyName")?;
        let template = call.form().word("Template", &["NONE", "FIFO"])?;
        // A request that is refused mints nothing: the same requests give the same sids.
        let mut minter = self.minter.clone();
        let mut center = Center::new(Beginning {
            account_sid: &self.sid,
            seed: self.seed,
            sid: minter.mint(Kind::Workspace),
            friendly_name: friendly_name.into(),
            activities: self.activities.list(),
            now: self.now,
        });
        center.change_workspace(call)?;
        if template == Some("FIFO") {
            center.add_fifo_template()?;
        }
        center.tell_workspace("workspace.created");
        self.minter = minter;
        let body = center.workspace_body(call);
        self.order.push(center.sid.clone());
        self.centers.insert(center.sid.clone(), center);
        Ok(Reply::created(body))
    }

    fn delete_workspace(&mut self, call: &Call<'_>) -> Answer {
        let sid = call.part(0);
        self.centers.remove(sid).ok_or_else(|| call.not_found())?;
        self.order.retain(|known| known != sid);
        Ok(Reply::no_content())
    }

    /// What went wrong, as JSON.
    #[must_use]
    pub fn alerts_body(&self) -> serde_json::Value {
        let one = |alert: &Alert| {
            json!({
                "date": crate::serve::moment::iso(alert.at),
                "code": alert.code,
                "message": alert.message,
            })
        };
        json!({"alerts": self.alerts.iter().map(one).collect::<Vec<_>>()})
    }
}
