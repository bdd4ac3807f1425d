//! A workspace that is served: the router, and all that the REST interface knows beyond it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::expr::Paths;
use crate::id::{IdVec, SecondaryMap};
use crate::routing::{
    Activity, ActivityId, AttributesId, ChannelId, Command, Event, Matcher, QueueId, Refusal,
    ReservationId, Router, Settings, TaskChannel, TaskId, TaskOrder, WorkerId, WorkflowId,
    Workspace,
};
use crate::serve::blueprint::Blueprint;
use crate::serve::history::History;
use crate::serve::post::Effect;
use crate::serve::records::{
    ChannelRecord, QueueRecord, ReservationRecord, Stamp, TaskRecord, WorkerRecord, WorkflowRecord,
};
use crate::serve::request::ApiError;
use crate::serve::sid::{Kind, Minter};
use crate::simulation::Resident;
use crate::time::{Span, Time};

/// How long a task can be read after its end (T11).
const RETENTION: Span = Span::from_secs(300);
/// Task channels that every workspace has.
const CHANNELS: [(&str, &str); 6] = [
    ("Default", "default"),
    ("Programmable Chat", "chat"),
    ("Voice", "voice"),
    ("SMS", "sms"),
    ("Video", "video"),
    ("Email", "email"),
];
/// Beyond this many attributes documents, those that nobody has are forgotten now and then.
const DOCUMENTS_MIN: usize = 1024;

/// What a sid names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    Activity(ActivityId),
    Channel(ChannelId),
    Queue(QueueId),
    Worker(WorkerId),
    Workflow(WorkflowId),
    Task(u64),
    Reservation(u64),
}

/// A workspace that is served.
#[derive(Debug)]
pub(crate) struct Center {
    pub(crate) account_sid: String,
    pub(crate) sid: String,
    pub(crate) friendly_name: String,
    pub(crate) default_activity: ActivityId,
    /// Empty if there is none.
    pub(crate) event_callback_url: String,
    pub(crate) events_filter: Option<String>,
    pub(crate) stamp: Stamp,

    pub(crate) router: Router,
    /// Who lives here, if anybody is simulated.
    pub(crate) people: Option<Resident>,
    pub(crate) now: Time,
    pub(crate) minter: Minter,
    /// All that can be read, by sid.
    pub(crate) things: BTreeMap<String, Thing>,

    pub(crate) activities: IdVec<ActivityId, Stamp>,
    pub(crate) channels: IdVec<ChannelId, ChannelRecord>,
    pub(crate) queues: IdVec<QueueId, QueueRecord>,
    pub(crate) workers: IdVec<WorkerId, WorkerRecord>,
    pub(crate) workflows: IdVec<WorkflowId, WorkflowRecord>,
    pub(crate) tasks: BTreeMap<u64, TaskRecord>,
    pub(crate) reservations: BTreeMap<u64, ReservationRecord>,
    pub(crate) task_numbers: SecondaryMap<TaskId, u64>,
    pub(crate) reservation_numbers: SecondaryMap<ReservationId, u64>,
    /// How many tasks and reservations there were.
    pub(crate) n_tasks: u64,
    pub(crate) n_reservations: u64,
    /// Tasks that are over, and when they can no longer be read.
    pub(crate) over: VecDeque<(Time, u64)>,

    pub(crate) history: History,
    /// What is to be sent out.
    pub(crate) effects: Vec<Effect>,
    /// The task that a command is about to create.
    pub(crate) coming: Option<TaskText>,
    /// Why a command is about to end a task.
    pub(crate) reason: Option<String>,
    /// How many attributes documents were left when those that nobody has were last forgotten.
    documents: usize,
}

/// What the router does not know of a task that is about to be created.
#[derive(Clone, Debug)]
pub(crate) struct TaskText {
    pub(crate) attributes: Arc<str>,
    pub(crate) routing_target: Option<String>,
    pub(crate) ignore_capacity: Option<bool>,
}

/// How a workspace begins.
#[derive(Clone, Debug)]
pub(crate) struct Beginning<'a> {
    pub(crate) account_sid: &'a str,
    pub(crate) seed: u64,
    pub(crate) sid: String,
    pub(crate) friendly_name: String,
    pub(crate) activities: &'a [(&'static str, bool)],
    pub(crate) now: Time,
}

impl Center {
    /// A workspace with activities and task channels, and nobody in it.
    pub(crate) fn new(beginning: Beginning<'_>) -> Self {
        let Beginning { account_sid, seed, sid, friendly_name, activities, now } = beginning;
        let mut minter = Minter::new(seed, sid.clone());
        let activities = activities.iter().map(|(name, available)| Activity {
            sid: minter.mint(Kind::Activity),
            friendly_name: (*name).into(),
            available: *available,
        });
        let activities: IdVec<ActivityId, Activity> = activities.collect();
        let channels = CHANNELS.iter().map(|(_, unique_name)| TaskChannel {
            sid: minter.mint(Kind::TaskChannel),
            unique_name: (*unique_name).into(),
            channel_optimized_routing: false,
        });
        let channels: IdVec<ChannelId, TaskChannel> = channels.collect();
        let offline = activities.ids().next().expect("there are activities");
        let workspace = Workspace {
            multi_task_enabled: true,
            timeout_activity: offline,
            prioritize_queue_order: TaskOrder::Fifo,
            settings: Settings::default(),
            activities,
            channels,
            queues: IdVec::new(),
            workers: IdVec::new(),
            workflows: IdVec::new(),
            configurations: IdVec::new(),
            attributes: IdVec::new(),
            paths: Paths::new(),
        };
        let mut center = Self::around(workspace, minter, (account_sid, sid), now);
        center.friendly_name = friendly_name;
        center.default_activity = offline;
        for (record, (name, _)) in center.channels.iter_mut().zip(CHANNELS) {
            record.friendly_name = name.into();
        }
        center
    }

    /// The workspace of a blueprint.
    pub(crate) fn of(
        blueprint: &Blueprint,
        minter: Minter,
        (account, sid): (&str, String),
        now: Time,
    ) -> Self {
        let workspace = &blueprint.workspace;
        let mut center = Self::around(workspace.clone(), minter, (account, sid), now);
        center.friendly_name.clone_from(&blueprint.friendly_name);
        let stamp = Stamp::new(now);
        for (record, channel) in center.channels.iter_mut().zip(&workspace.channels) {
            record.friendly_name.clone_from(&channel.unique_name);
        }
        for (id, queue) in workspace.queues.iter_with_id() {
            let target_workers = blueprint.target_workers[id].clone();
            center.queues.push(QueueRecord { stamp, target_workers });
            center.things.insert(queue.sid.clone(), Thing::Queue(id));
        }
        for (id, worker) in workspace.workers.iter_with_id() {
            let attributes = blueprint.attributes[id].as_str().into();
            let record = WorkerRecord::new(attributes, center.channel_stamps(), now);
            center.workers.push(record);
            center.things.insert(worker.sid.clone(), Thing::Worker(id));
        }
        for (id, workflow) in workspace.workflows.iter_with_id() {
            center.workflows.push(WorkflowRecord {
                stamp,
                configuration: blueprint.configurations[id].clone(),
                assignment_callback_url: None,
                fallback_assignment_callback_url: None,
            });
            center.things.insert(workflow.sid.clone(), Thing::Workflow(id));
        }
        center
    }

    /// Serves `workspace`, in which nothing has happened yet; queues, workers and workflows have
    /// no records yet.
    fn around(
        workspace: Workspace,
        minter: Minter,
        (account_sid, sid): (&str, String),
        now: Time,
    ) -> Self {
        let stamp = Stamp::new(now);
        let mut things = BTreeMap::new();
        for (id, activity) in workspace.activities.iter_with_id() {
            things.insert(activity.sid.clone(), Thing::Activity(id));
        }
        for (id, channel) in workspace.channels.iter_with_id() {
            things.insert(channel.sid.clone(), Thing::Channel(id));
        }
        let channel = ChannelRecord { stamp, friendly_name: String::new() };
        Self {
            account_sid: account_sid.into(),
            sid,
            friendly_name: String::new(),
            default_activity: workspace.timeout_activity,
            event_callback_url: String::new(),
            events_filter: None,
            stamp,
            now,
            minter,
            things,
            activities: IdVec::filled(stamp, workspace.activities.len()),
            channels: IdVec::filled(channel, workspace.channels.len()),
            queues: IdVec::new(),
            workers: IdVec::new(),
            workflows: IdVec::new(),
            tasks: BTreeMap::new(),
            reservations: BTreeMap::new(),
            task_numbers: SecondaryMap::new(),
            reservation_numbers: SecondaryMap::new(),
            n_tasks: 0,
            n_reservations: 0,
            over: VecDeque::new(),
            history: History::default(),
            effects: Vec::new(),
            coming: None,
            reason: None,
            documents: 0,
            router: Router::new(workspace, Matcher::default()),
            people: None,
        }
    }

    pub(crate) const fn workspace(&self) -> &Workspace {
        self.router.workspace()
    }

    /// When something happens by itself.
    pub(crate) fn next_deadline(&mut self) -> Option<Time> {
        self.router.forget_outlived();
        let over = self.over.front().map(|(due, _)| *due);
        let cue = self.next_cue();
        self.router.next_deadline().into_iter().chain(over).chain(cue).min()
    }

    /// Lets every instant before `now` pass: what is asked at `now` comes before what is due then.
    pub(crate) fn pass_until(&mut self, now: Time) {
        while let Some(due) = self.next_deadline().filter(|due| *due < now) {
            self.pass(due);
        }
        self.now = self.now.max(now);
    }

    /// Lets `now` and everything before it pass.
    pub(crate) fn pass_through(&mut self, now: Time) {
        self.pass_until(now);
        while self.next_deadline().is_some_and(|due| due <= now) {
            self.pass(now);
        }
    }

    fn pass(&mut self, now: Time) {
        self.now = self.now.max(now);
        self.live();
        while self.over.front().is_some_and(|(due, _)| *due <= now) {
            let Some((_, number)) = self.over.pop_front() else { break };
            self.forget_task(number);
        }
        self.forget_documents();
    }

    /// Asks the router, and takes note of what comes of it. What waits is not matched yet: an
    /// answer shows the task as it was made.
    pub(crate) fn ask(&mut self, command: Command) -> Result<(), Refusal> {
        let mut events: Vec<Event> = Vec::new();
        self.router.handle(self.now, command, &mut events)?;
        self.spread(events);
        self.coming = None;
        Ok(())
    }

    /// Changes the workspace.
    pub(crate) fn reshape(&mut self, change: impl FnOnce(&mut Workspace)) {
        self.router.reshape(self.now, change);
    }

    /// Memory follows the tasks that are alive, however many different ones there were.
    fn forget_documents(&mut self) {
        let many = self.workspace().attributes.len();
        if DOCUMENTS_MIN.max(2 * self.documents) < many {
            self.router.forget_attributes(self.now, self.n_known_documents());
            self.documents = self.workspace().attributes.len();
            self.live();
        }
    }

    /// The attributes that the JSON text says.
    pub(crate) fn attributes(&mut self, text: &str) -> Result<AttributesId, ApiError> {
        /// TaskRouter's longest attributes, in characters (TR-335).
        const LONGEST: usize = 4096;
        let length = text.chars().count();
        if LONGEST < length {
            let message =
                format!("Attributes have {length} characters; at most {LONGEST} are taken");
            return Err(ApiError::invalid(message));
        }
        let value = crate::scenario::read_attributes(text)
            .map_err(|why| ApiError::invalid(format!("Attributes are not valid: {why}")))?;
        Ok(self.router.add_attributes(value))
    }

    /// The task can no longer be read, nor its reservations.
    pub(crate) fn forget_task(&mut self, number: u64) {
        let Some(task) = self.tasks.remove(&number) else { return };
        self.things.remove(&task.sid);
        self.task_numbers.remove(task.key);
        for number in task.reservations {
            if let Some(reservation) = self.reservations.remove(&number) {
                self.things.remove(&reservation.sid);
                self.reservation_numbers.remove(reservation.key);
                self.workers[reservation.worker].reservations.remove(&number);
            }
        }
    }

    /// From when on the task, which ends now, can no longer be read.
    pub(crate) fn keep_for_a_while(&mut self, number: u64) {
        self.over.push_back((self.now + RETENTION, number));
    }
}
