//! The command lines of the three programs: the only code that touches the terminal.

mod failure;
mod progress;
mod run;
mod signal;
pub mod sim;
