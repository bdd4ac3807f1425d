//! Activities: `…/Activities`.

use serde_json::{Value as Json, json};

use crate::routing::{Activity, ActivityId};
use crate::serve::call::Call;
use crate::serve::center::{Center, Thing};
use crate::serve::history::Pairs;
use crate::serve::moment::iso;
use crate::serve::records::Stamp;
use crate::serve::request::{Answer, ApiError, Reply};
use crate::serve::sid::Kind;
use crate::serve::tell::add;

/// TaskRouter's most activities of a workspace (TR-338).
const ACTIVITIES_MAX: usize = 100;

impl Center {
    pub(crate) fn list_activities(&self, call: &Call<'_>) -> Answer {
        let all = &self.workspace().activities;
        let name = call.query().filled("FriendlyName");
        let available = call.query().flag("Available");
        let wanted = self.activities.iter_with_id().filter(|(id, stamp)| {
            !stamp.is_gone
                && name.is_none_or(|name| all[*id].friendly_name == name)
                && available.is_none_or(|available| all[*id].available == available)
        });
        let wanted: Vec<ActivityId> = wanted.map(|(id, _)| id).collect();
        call.list(
            "activities",
            &wanted,
            |id| all[*id].sid.clone(),
            |id| self.activity_body(call, *id),
        )
    }

    pub(crate) fn create_activity(&mut self, call: &Call<'_>) -> Answer {
        let friendly_name = call.form().required("FriendlyName")?.to_owned();
        let available = call.form().flag("Available").unwrap_or(false);
        if ACTIVITIES_MAX <= self.activities.iter().filter(|stamp| !stamp.is_gone).count() {
            let message = format!("A workspace has at most {ACTIVITIES_MAX} activities");
            return Err(ApiError::invalid(message));
        }
        let sid = self.minter.mint(Kind::Activity);
        self.reshape(|workspace| {
            let activity = Activity { sid: sid.clone(), friendly_name, available };
            workspace.activities.push(activity);
        });
        let id = self.activities.push(Stamp::new(self.now));
        self.things.insert(sid, Thing::Activity(id));
        self.tell_activity("activity.created", id);
        Ok(Reply::created(self.activity_body(call, id)))
    }

    pub(crate) fn fetch_activity(&self, call: &Call<'_>) -> Answer {
        Ok(Reply::ok(self.activity_body(call, self.activity(call)?)))
    }

    pub(crate) fn update_activity(&mut self, call: &Call<'_>) -> Answer {
        let id = self.activity(call)?;
        if let Some(name) = call.form().filled("FriendlyName") {
            let name = name.to_owned();
            self.reshape(|workspace| workspace.activities[id].friendly_name = name);
        }
        self.activities[id].updated = self.now;
        self.tell_activity("activity.updated", id);
        Ok(Reply::ok(self.activity_body(call, id)))
    }

    pub(crate) fn delete_activity(&mut self, call: &Call<'_>) -> Answer {
        let id = self.activity(call)?;
        self.check_unpeopled(Thing::Activity(id))?;
        let workspace = self.workspace();
        let name = &workspace.activities[id].friendly_name;
        let refuse = |why: &str| {
            Err(ApiError::invalid(format!("Cannot delete activity {name} because {why}")))
        };
        if id == self.default_activity {
            return refuse("it is the default activity of the workspace");
        }
        if id == workspace.timeout_activity {
            return refuse("it is the timeout activity of the workspace");
        }
        let is_in = |(worker, _): (_, _)| self.router.worker(worker).activity == id;
        if self.living_workers().any(is_in) {
            return refuse("workers are in it");
        }
        let mut queues =
            workspace.queues.iter().zip(&self.queues).filter(|(_, it)| !it.stamp.is_gone);
        if queues.any(|(queue, _)| {
            [queue.reservation_activity, queue.assignment_activity].contains(&Some(id))
        }) {
            return refuse("a task queue uses it");
        }
        self.tell_activity("activity.deleted", id);
        self.things.remove(call.part(2));
        self.activities[id].is_gone = true;
        Ok(Reply::no_content())
    }

    fn activity(&self, call: &Call<'_>) -> Result<ActivityId, ApiError> {
        match self.things.get(call.part(2)) {
            Some(Thing::Activity(id)) => Ok(*id),
            _ => Err(call.not_found()),
        }
    }

    fn activity_body(&self, call: &Call<'_>, id: ActivityId) -> Json {
        let (activity, stamp) = (&self.workspace().activities[id], &self.activities[id]);
        json!({
            "account_sid": self.account_sid,
            "workspace_sid": self.sid,
            "sid": activity.sid,
            "friendly_name": activity.friendly_name,
            "available": activity.available,
            "date_created": iso(stamp.created),
            "date_updated": iso(stamp.updated),
            "url": call.url(&self.sid, &format!("/Activities/{}", activity.sid)),
            "links": {"workspace": call.url(&self.sid, "")},
        })
    }

    fn tell_activity(&mut self, name: &'static str, id: ActivityId) {
        let activity = &self.workspace().activities[id];
        let sid = activity.sid.clone();
        let mut pairs = Pairs::new();
        add(&mut pairs, "ActivitySid", &sid);
        add(&mut pairs, "ActivityName", &activity.friendly_name);
        add(&mut pairs, "ActivityAvailable", if activity.available { "true" } else { "false" });
        let what = name.rsplit('.').next().unwrap_or_default();
        let description = format!("Activity {} {what}", activity.friendly_name);
        self.tell(name, ("activity", sid), description, pairs);
    }
}
