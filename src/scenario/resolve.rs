//! From the tree that was read to a [`Scenario`](crate::scenario::Scenario).

mod civil;
mod count_table;
mod shift;
