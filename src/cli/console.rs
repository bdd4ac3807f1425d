//! The one place that prints: results on standard output, everything else on standard error.

use std::io::{self, IsTerminal, Write};

use crate::cli::args::ColorChoice;
use crate::cli::failure::Failure;
use crate::scenario::problem::Problem;
use crate::scenario::render::render;
use crate::scenario::text::Texts;

/// Both outputs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Console {
    color: ColorChoice,
}

impl Console {
    /// Both outputs, in color if that is wanted.
    pub(super) const fn new(color: ColorChoice) -> Self {
        Self { color }
    }

    /// Prints a result.
    pub(super) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let done = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        done.map_err(|error| Failure::printing(&error))
    }

    /// Says something about the work; that nobody can hear it does not stop us.
    pub(super) fn tell(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Tells problems.
    pub(super) fn problems(&self, problems: &[Problem], texts: &Texts) {
        let color = self.has_color(io::stderr().is_terminal());
        self.tell(&render(problems, texts, color));
    }

    /// Whether results are printed in color.
    pub(super) fn prints_color(&self) -> bool {
        self.has_color(io::stdout().is_terminal())
    }

    fn has_color(&self, is_terminal: bool) -> bool {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !is_set("NO_COLOR"),
        }
    }
}
