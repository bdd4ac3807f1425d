//! From estimates to files and text: the results folder, and what the terminal shows.
//!
//! Nothing here computes; what is not in a [`Results`] is not in the results. The rows of all
//! files, in the order of their columns, are in `rows`; numbers are rounded only in `report`.

mod batch;
mod csv;
mod folder;
mod manifest;
mod report;
mod results;
mod rows;
mod store;
mod trace;
mod tuning;
mod tunings;
mod validation;

pub use batch::{Batch, BatchFiles, CellResults};
pub use folder::{Folder, FolderError};
pub use report::{
    BatchReport, FitReport, LightTraffic, Report, TimeoutRow, TuningReport, failed_assertions,
    failed_in_cell, in_unit, light_traffic_table, routes_report, summary_csv, summary_json,
    tunings_markdown, tunings_text, validation_table,
};
pub use results::{Cost, Options, Results};
pub use store::{CellPlan, Found, Store, StoreError, StudyPlan};
pub use tuning::{TuningResults, tuning_json};
pub use tunings::{Tunings, tunings_json};
pub use validation::{Judged, validation_csv};
