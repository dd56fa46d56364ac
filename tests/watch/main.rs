//! The screen of `p2p-sim watch`: what it shows at each instant, and that it shows what happened.
//!
//! Nothing here waits: steps are taken and time is handed in. The terminal itself is tried in
//! `terminal.rs`, on 127.153 to 127.156.

#![cfg(test)]
#![cfg(feature = "watch")]

#[path = "../terminal/mod.rs"]
mod pty;
mod shown;
mod stage;
mod steps;
mod terminal;
