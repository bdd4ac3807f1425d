//! Scenarios to open workspaces from, each read once.

use std::path::Path;
use std::sync::Arc;

use crate::scenario::Scenario;
use crate::scenario::load::{Document, Failed, load_text};
use crate::scenario::problem::Problem;
use crate::scenario::render::render;
use crate::serve::blueprint::Blueprint;
use crate::serve::fields::Fields;
use crate::serve::people::People;
use crate::serve::request::ApiError;

/// What a workspace is opened from.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The workspace.
    pub blueprint: Blueprint,
    /// Who lives in it, if anybody does.
    pub people: Option<People>,
    /// What it was read for.
    pub purpose: Purpose,
    /// SHA-256 of all that was read, in hexadecimal.
    pub sha256: String,
}

/// What a scenario is read for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purpose {
    /// Whether its customers and workers are to live in the workspace.
    pub with_people: bool,
    /// The workers whom others play, by name.
    pub by_hand: Vec<String>,
}

/// Scenarios that were read. People stay in memory for good, so each are made but once.
#[derive(Debug, Default)]
pub struct Library {
    /// With the digests of what was read.
    seeds: Vec<(String, Arc<Seed>)>,
}

impl Seed {
    /// What `document` says.
    ///
    /// # Errors
    /// Everything that is wrong with it; and names `by_hand` that are no worker's.
    pub fn of(document: Document, purpose: &Purpose) -> Result<Self, Failed> {
        let loaded = Scenario::of(document.clone(), false)?;
        let (scenario, texts) = (loaded.scenario, loaded.texts);
        let blueprint = Blueprint::of(&document, &scenario);
        let sha256 = scenario.sha256.clone();
        let people = purpose.with_people.then(|| People::of(scenario, &purpose.by_hand));
        let people = people.transpose().map_err(|unknown| {
            let problem = |name: &String| Problem::nowhere(format!("no worker is named `{name}`"));
            Failed { problems: unknown.iter().map(problem).collect(), texts }
        })?;
        Ok(Self { blueprint, people, purpose: purpose.clone(), sha256 })
    }
}

impl Library {
    /// What a form asks for: the text of a `Scenario`; `People`, whether its people live there;
    /// `ByHand`, as often as there are workers whom others play.
    ///
    /// # Errors
    /// 400, with everything that is wrong with the scenario.
    pub fn read(&mut self, form: &Fields) -> Result<Arc<Seed>, ApiError> {
        let text = form.required("Scenario")?;
        let purpose = Purpose {
            with_people: form.flag("People").unwrap_or(false),
            by_hand: form.all("ByHand").map(str::to_owned).collect(),
        };
        let refused = |failed: Failed| {
            ApiError::invalid(render(&failed.problems, &failed.texts, false).trim_end())
        };
        let document = load_text("Scenario", text, Path::new(""), &[]).map_err(refused)?;
        let sha256 = document.texts.sha256();
        let is_it =
            |(known, seed): &&(String, Arc<Seed>)| *known == sha256 && seed.purpose == purpose;
        if let Some((_, seed)) = self.seeds.iter().find(is_it) {
            return Ok(Arc::clone(seed));
        }
        let seed = Arc::new(Seed::of(document, &purpose).map_err(refused)?);
        self.seeds.push((sha256, Arc::clone(&seed)));
        Ok(seed)
    }
}
