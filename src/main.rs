//! `trsim`.

fn main() {}
