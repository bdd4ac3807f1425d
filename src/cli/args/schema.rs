//! What can be typed after `schema`.

use clap::ValueEnum;

/// The arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct SchemaArgs {
    /// Of which files.
    #[arg(value_enum, default_value_t)]
    pub(in crate::cli) of: SchemaOf,
}

/// What a schema is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SchemaOf {
    /// What `run` reads.
    #[default]
    Scenario,
    /// What `batch` reads.
    Study,
}
