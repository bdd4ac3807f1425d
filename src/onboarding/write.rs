//! The text of a first scenario.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::expr::{Value, witness_worker};
use crate::onboarding::Request;
use crate::onboarding::crews::{crews, unused};
use crate::onboarding::inventory::{Inventory, Worker};
use crate::onboarding::leads::{Lead, Leads};
use crate::onboarding::page::{Page, attributes, key, quoted};
use crate::onboarding::paths::{relative, written};
use crate::onboarding::streams::{Stream, streams};
use crate::onboarding::times::{USUAL_AHT, duration, times};
use crate::onboarding::volumes::Volumes;
use crate::scenario::export::Resource;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The scenario around the exports.
pub(super) fn write(
    request: Request<'_>,
    inventory: &Inventory,
    (leads, volumes): (&Leads, Option<&Volumes>),
) -> Page {
    let folder = request.out.parent().unwrap_or(Path::new(""));
    let writer = Writer { request, folder, inventory, leads, volumes };
    let mut page = Page::default();
    let streams = streams(inventory, leads, volumes);
    writer.head(&mut page);
    writer.workspace(&mut page);
    writer.workers(&mut page, &streams);
    behavior(&mut page);
    writer.sources(&mut page, &streams);
    page
}

struct Writer<'a> {
    request: Request<'a>,
    folder: &'a Path,
    inventory: &'a Inventory,
    leads: &'a Leads,
    volumes: Option<&'a Volumes>,
}

impl<'a> Writer<'a> {
    fn head(&self, page: &mut Page) {
        let name =
            self.request.out.file_stem().map_or("first".into(), |stem| stem.to_string_lossy());
        page.comment(
            "A first scenario, written by `trsim init`. What TaskRouter exported is read from its \
             files; what it does not know is a guess, marked TODO. Next: `trsim check --routes` on \
             this file, then `trsim run`.",
        );
        page.line("schema = 1");
        page.line(format!("name   = {}", quoted(&name)));
        page.todo("the time zone of the center, as in \"America/New_York\".");
        page.line("time_zone = \"UTC\"");
        match self.volumes {
            Some(volumes) => {
                let n_days = (volumes.last - volumes.first).get_days() + 1;
                page.line(format!("start   = {}T00:00:00", volumes.first));
                page.line(format!("horizon = \"{n_days}d\""));
                page.line(format!("interval = \"{}\"", duration(volumes.interval)));
            }
            None => {
                page.line("horizon = \"8h\"");
                page.line("interval = \"30m\"");
            }
        }
        page.gap();
        page.todo("what you promise: 80 % within 20 s is the usual guess.");
        page.line("[service_level]\nthreshold = \"20s\"\ntarget    = 0.80");
        page.gap();
    }

    fn files(&self, kind: Resource) -> Option<&'a [PathBuf]> {
        let found = self.inventory.files.iter().find(|(of, _)| *of == kind);
        found.map(|(_, files)| files.as_slice())
    }

    fn workspace(&self, page: &mut Page) {
        page.line("[workspace]");
        if let Some(files) = self.files(Resource::Workspace) {
            page.line(format!("file = {}", written(files, self.folder)));
        }
        for kind in [Resource::Activity, Resource::TaskChannel] {
            if let Some(files) = self.files(kind) {
                let file = written(files, self.folder);
                page.line(format!("{} = {{ file = {file} }}", kind.list_key()));
            }
        }
        let unknown = self.inventory.queues.iter().filter(|queue| !queue.is_exported);
        let unknown: Vec<String> =
            unknown.map(|queue| format!("{{ friendly_name = {} }}", quoted(&queue.name))).collect();
        if !unknown.is_empty() {
            page.todo(format!(
                "{} queue(s) that workflows name are not in the exports: everybody serves them \
                 here. Export the task queues too.",
                unknown.len()
            ));
        }
        self.list(page, Resource::TaskQueue, unknown);
        if let Some(workers) = self.files(Resource::Worker) {
            let channels = self.files(Resource::WorkerChannel).unwrap_or_default();
            let beside: Vec<PathBuf> =
                channels.iter().filter(|file| !workers.contains(file)).cloned().collect();
            let mut parts = vec![written(workers, self.folder)];
            if !beside.is_empty() {
                parts.push(written(&beside, self.folder));
            }
            let flat: Vec<&str> = parts.iter().map(|part| part.trim_matches(['[', ']'])).collect();
            page.line(format!("workers = {{ file = [{}] }}", flat.join(", ")));
        }
        let bare = self.inventory.workflows.iter().filter_map(|workflow| {
            let file = quoted(&relative(workflow.bare.as_ref()?, self.folder));
            let name = quoted(&workflow.name);
            Some(format!(
                "{{ friendly_name = {name}, task_reservation_timeout = 120, configuration = {{ \
                 file = {file} }} }}"
            ))
        });
        let bare: Vec<String> = bare.collect();
        if !bare.is_empty() {
            page.todo(
                "a bare configuration has no reservation timeout: 120 s is TaskRouter's default.",
            );
        }
        self.list(page, Resource::Workflow, bare);
        page.gap();
    }

    /// The resources of a kind: those of its files, and `more`.
    fn list(&self, page: &mut Page, kind: Resource, more: Vec<String>) {
        let file =
            self.files(kind).map(|files| format!("{{ file = {} }}", written(files, self.folder)));
        match (file, more.is_empty()) {
            (None, true) => {}
            (Some(file), true) => page.line(format!("{} = {file}", kind.list_key())),
            (file, false) => {
                page.line(format!("{} = [", kind.list_key()));
                file.into_iter().chain(more).for_each(|part| page.line(format!("  {part},")));
                page.line("]");
            }
        }
    }

    /// When people are there, as far as the arrivals tell.
    fn shift(&self, page: &mut Page) {
        let Some(Volumes { open: (from, to), days, .. }) = self.volumes else {
            page.todo("when they work: without `shift` or `staffing` they are always there.");
            return;
        };
        if (*from, *to) == (0, 86_400) || to <= from {
            page.todo("when they work: tasks come around the clock, so nobody's hours are known.");
            return;
        }
        page.todo(
            "when they work. This is when tasks came: everybody is there then, nobody has a break.",
        );
        let clock = |seconds: i64| format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
        let listed = days.iter().zip(DAYS).filter(|(is, _)| **is).map(|(_, day)| day);
        let days = listed.collect::<Vec<_>>().join(",");
        page.line(format!(
            "shift    = {{ days = \"{days}\", start = \"{}\", end = \"{}\" }}",
            clock(*from),
            clock(*to)
        ));
    }

    fn workers(&self, page: &mut Page, streams: &[Stream<'_>]) {
        if self.inventory.workers.is_empty() {
            self.invented(page, streams);
            return;
        }
        let unknown = |worker: &&Worker| worker.channels.is_none();
        let n_unknown = self.inventory.workers.iter().filter(unknown).count();
        if n_unknown != 0 {
            page.todo(format!(
                "{n_unknown} worker(s) have no worker channels in the exports, so that each takes \
                 one task at once on every channel. Export them too, or write `channels` below.",
            ));
        }
        match crews(self.inventory) {
            Some(crews) => {
                for crew in crews {
                    page.line("[[assign]]");
                    page.comment(&format!("{} of {}", crew.size, self.inventory.workers.len()));
                    self.assign(page, &crew.name, &crew.expression);
                }
            }
            None => {
                page.todo(
                    "workers differ in too many ways to group them by their attributes: split this \
                     group where people behave or work differently.",
                );
                page.line("[[assign]]");
                self.assign(page, "workers", "1==1");
            }
        }
    }

    fn assign(&self, page: &mut Page, name: &str, expression: &str) {
        page.line(format!("workers  = {}", quoted(expression)));
        page.line(format!("group    = {}", quoted(name)));
        page.line("behavior = \"desk\"");
        self.shift(page);
        page.gap();
    }

    /// Groups of workers for queues of whose workers nothing is known.
    fn invented(&self, page: &mut Page, streams: &[Stream<'_>]) {
        let mut names = BTreeSet::new();
        for (index, queue) in self.inventory.queues.iter().enumerate() {
            let of_queue = streams.iter().filter(|stream| stream.leads[0].queue == index);
            let channels: BTreeSet<&str> =
                of_queue.clone().map(|stream| stream.channel.as_str()).collect();
            let nothing = || Value::object(Vec::<(&str, Value)>::new());
            let wanted = queue.wanted.as_ref();
            let Some(found) = wanted.map_or_else(|| Some(nothing()), witness_worker) else {
                page.todo(format!("nobody serves the queue `{}`: add workers.", queue.name));
                continue;
            };
            let erlangs: f64 = of_queue.filter_map(|stream| self.erlangs(stream)).sum();
            let count = (erlangs * 1.2).ceil() + 2.0;
            page.todo(format!(
                "the workers of `{}` are not in the exports: this is a guess.",
                queue.name
            ));
            page.line("[[workers]]");
            page.line(format!("group    = {}", quoted(&unused(&queue.name, &mut names))));
            page.line(format!("count    = {count}"));
            page.line(format!("attributes = {}", attributes(&found)));
            if !channels.is_empty() {
                let parts: Vec<String> =
                    channels.iter().map(|channel| format!("{} = 1", key(channel))).collect();
                page.line(format!("channels = {{ {} }}", parts.join(", ")));
            }
            page.line("behavior = \"desk\"");
            self.shift(page);
            page.gap();
        }
    }

    /// How many workers a stream keeps busy in its fullest interval.
    #[expect(clippy::cast_precision_loss, reason = "seconds of an interval")]
    fn erlangs(&self, stream: &Stream<'_>) -> Option<f64> {
        let (line, volumes) = (stream.line?, self.volumes?);
        Some(line.peak * line.aht.unwrap_or(USUAL_AHT) / volumes.interval.max(1) as f64)
    }

    fn sources(&self, page: &mut Page, streams: &[Stream<'_>]) {
        for stream in streams {
            self.source(page, stream);
        }
        for why in &self.leads.left_out {
            page.comment(&format!("{why}."));
        }
        let is_fed = |queue| streams.iter().any(|stream| stream.leads[0].queue == queue);
        for line in self.volumes.iter().flat_map(|volumes| &volumes.lines) {
            let queue = &self.inventory.queues[line.queue].name;
            if line.offered <= 0.0 {
                page.comment(&format!("No tasks came for the queue `{queue}`."));
            } else if !is_fed(line.queue) {
                page.todo(format!(
                    "{} tasks for the queue `{queue}` are left out: no filter leads there first. \
                     If they overflow from other queues, they are counted there already.",
                    line.offered
                ));
            }
        }
        page.gap();
    }

    fn source(&self, page: &mut Page, stream: &Stream<'_>) {
        let first = stream.leads[0];
        let queue = &self.inventory.queues[first.queue].name;
        let by = |lead: &Lead| match &lead.filter {
            Some(filter) => format!("the filter `{filter}`"),
            None => "the default filter".to_owned(),
        };
        let all: Vec<String> = stream.leads.iter().map(|lead| by(lead)).collect();
        page.comment(&format!("To the queue `{queue}`, by {}.", all.join(", ")));
        page.line(format!("[source.{}]", key(&stream.name)));
        let workflow = &self.inventory.workflows[first.workflow].name;
        page.line(format!("workflow   = {}", quoted(workflow)));
        if let Some(doubt) = &stream.doubt {
            page.todo(doubt.clone());
        }
        page.line(format!("channel    = {}", quoted(&stream.channel)));
        match stream.leads.as_slice() {
            [only] => page.line(format!("attributes = {}", attributes(&only.attributes))),
            several => {
                page.todo(format!(
                    "{} filters lead to `{queue}`: the shares of their tasks are not known, equal \
                     ones are a guess.",
                    several.len()
                ));
                mix(page, several);
            }
        }
        self.arrivals(page, stream);
        times(page, stream);
        page.gap();
    }

    fn arrivals(&self, page: &mut Page, stream: &Stream<'_>) {
        let (Some(line), Some(volumes), Some(file)) =
            (stream.line, self.volumes, self.request.arrivals)
        else {
            page.todo("how many tasks come: 30 an hour is a guess. See `trsim init --arrivals`.");
            page.line("arrivals   = { per_hour = 30 }");
            return;
        };
        let titles: Vec<String> = volumes.times.iter().map(|title| quoted(title)).collect();
        let time = match titles.as_slice() {
            [one] => one.clone(),
            two => format!("[{}]", two.join(", ")),
        };
        let only: Vec<String> = line
            .only
            .iter()
            .map(|(title, value)| format!("{} = {}", key(title), quoted(value)))
            .collect();
        let only = if only.is_empty() {
            String::new()
        } else {
            format!(", where = {{ {} }}", only.join(", "))
        };
        page.line(format!(
            "arrivals   = {{ file = {}, time = {time}, count = {}, per = \"{}\"{only} }}",
            quoted(&relative(file, self.folder)),
            quoted(&line.count),
            duration(volumes.interval)
        ));
    }
}

/// Equal shares of the attributes of several filters.
fn mix(page: &mut Page, leads: &[&Lead]) {
    page.line("mix        = [");
    let n = leads.len();
    let share = (1e6 / f64::from(u32::try_from(n).unwrap_or(u32::MAX))).floor() / 1e6;
    for (index, lead) in leads.iter().enumerate() {
        let p = if index + 1 == n {
            1.0 - share * f64::from(u32::try_from(n - 1).unwrap_or(u32::MAX))
        } else {
            share
        };
        page.line(format!(
            "  {{ p = {}, set = {} }},",
            (p * 1e6).round() / 1e6,
            attributes(&lead.attributes)
        ));
    }
    page.line("]");
}

fn behavior(page: &mut Page) {
    page.todo(
        "what workers do with an offer. These are defaults, not your numbers: half answer within 5 \
         s, 5 % of offers are never answered, and whoever missed one is Offline for 75 s. Counts of \
         accepted, rejected and timed out reservations tell better.",
    );
    page.line("[behavior.desk]");
    page.line("response = { dist = \"lognormal\", median = \"5s\", sigma = 0.7 }");
    page.line("miss     = 0.05");
    page.line("recovery = { dist = \"exponential\", mean = \"75s\" }");
    page.gap();
}
