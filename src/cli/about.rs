//! The program on itself: `trsim schema`, `completions`, `man`.

use clap_complete::Shell;

use crate::cli::Outcome;
use crate::cli::args::{SchemaOf, command};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::scenario::schema::{scenario_schema, study_schema};

/// The JSON Schema of scenario or study files.
pub(super) fn schema(of: SchemaOf, console: &Console) -> Outcome {
    let schema = match of {
        SchemaOf::Scenario => scenario_schema(),
        SchemaOf::Study => study_schema(),
    };
    console.print(&format!("{schema:#}\n"))
}

/// Completions for a shell.
pub(super) fn completions(shell: Shell, console: &Console) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "trsim", &mut script);
    console.print(&String::from_utf8_lossy(&script))
}

/// The manual page, for `man -l -`: the program, then each command.
pub(super) fn man(console: &Console) -> Outcome {
    let page = page().map_err(|error| Failure::output(error.to_string()))?;
    console.print(&page)
}

fn page() -> std::io::Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command()).render(&mut page)?;
    let mut page = String::from_utf8_lossy(&page).into_owned();
    for sub in command().get_subcommands() {
        let mut section = Vec::new();
        let name = format!("trsim {}", sub.get_name());
        let man = clap_mangen::Man::new(sub.clone().display_name(&name).bin_name(&name));
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        let section = String::from_utf8_lossy(&section).replace(".SH ", ".SS ");
        page += &format!(".SH {}\n{section}", name.to_uppercase());
    }
    Ok(page)
}
