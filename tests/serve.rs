//! The server's REST interface, without a network but where that is what is tested.
#![cfg(feature = "serve")]

#[path = "serve/desk.rs"]
mod desk;
#[path = "serve/quickstart.rs"]
mod quickstart;
