//! TaskRouter's expression language: from text to a test that answers yes or no.
//!
//! A TaskQueue's `target_workers`, a workflow's filters, its targets' `expression` and `skip_if`
//! are all written in it; `order_by` and the known worker are two small forms beside it. The module
//! knows attributes, not tasks or workers: whoever evaluates answers for [`Names`].
//!
//! Text becomes an [`Expression`] ([`parse`], spans everywhere), that becomes a [`Compiled`] (names
//! bound, attribute paths interned in [`Paths`]), which [`Compiled::matches`] evaluates. [`check`]
//! says what is legal and yet hardly meant. Start reading at `ast`, then `compare`.
//!
//! # Grammar
//!
//! ```text
//! expression = and { OR and }
//! and        = not { AND not }
//! not        = NOT not | "(" expression ")" | comparison
//! comparison = operand operator operand
//! operator   = "==" | "=" | EQ | "!=" | "<>" | "<" | "<=" | ">" | ">="
//!            | [ NOT ] CONTAINS | [ NOT ] HAS | [ NOT ] IN
//! operand    = string | number | TRUE | FALSE | NULL | path | "[" [ operand { "," operand } ] "]"
//! path       = name { "." segment | "[" digits "]" }
//! name       = ( letter | "_" | "$" ) { letter | digit | "_" | "$" }      no keyword
//! segment    = ( letter | digit | "_" | "$" ) { … }                       also a keyword
//! number     = [ "-" ] digits [ "." digits ]
//! string     = "'" … "'" | '"' … '"'      with \' \" \\ \n \t; other \ stand for themselves
//!
//! order_by     = clause { "," clause }          clause = "worker." path [ ASC | DESC ]
//! known_worker = "task." path
//! ```
//!
//! Keywords in any letter case; everything else is case-sensitive.
//!
//! # Meaning
//!
//! A missing attribute is null. There is no third truth value: `missing != 'x'` is true. Null equals
//! null only, and is in no order. A number and a string that looks like one compare as numbers;
//! other pairs of kinds are unequal. `==`, `!=`, `<`, … and CONTAINS are false when either side is an
//! array or object, except that a comparison with null is answered first. HAS and IN want an array
//! on one side and a scalar on the other, else they *and their negations* are false.

pub mod ast;
mod census;
mod check;
mod compare;
mod compile;
mod error;
mod eval;
mod hints;
mod lexer;
mod names;
mod order_by;
mod parser;
mod path;
mod reads;
mod split;
mod value;
mod witness;

pub use ast::Expression;
pub use census::{Census, Crowd};
pub use check::{Known, Lint, Linter, Sample, check, check_order_by};
pub use compile::Compiled;
pub use error::ExprError;
pub use eval::{Documents, Names};
pub use names::{ChannelField, Context, Counter, WorkerField};
pub use order_by::{OrderClause, parse_known_worker, parse_order_by};
pub use parser::parse;
pub use path::{Path, PathId, Paths, Resolved, Segment};
pub use reads::Pairing;
pub use split::Split;
pub use value::Value;
pub use witness::{witness, witness_worker};
