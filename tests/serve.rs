//! The server's REST interface, without a network but where that is what is tested.
#![cfg(feature = "serve")]

#[path = "serve/contract.rs"]
mod contract;
#[path = "serve/desk.rs"]
mod desk;
#[path = "serve/differential.rs"]
mod differential;
#[path = "serve/network.rs"]
mod network;
#[path = "serve/people.rs"]
mod people;
#[path = "serve/quickstart.rs"]
mod quickstart;
#[path = "serve/replay.rs"]
mod replay;
#[path = "serve/resources.rs"]
mod resources;
mod support;
