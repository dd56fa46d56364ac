//! A run that somebody looks at while it goes on, as one screen in a terminal.
//!
//! [`Model`] follows the events, [`Pace`] says when the run's clock may go on, [`screen`] draws both
//! into a frame. Nothing here touches a terminal or reads a clock: time that passes is handed in, so
//! stepping and drawing are tested without either.

mod flight;
mod kind;
mod lines;
mod model;
mod pace;
pub mod screen;
mod sight;

pub use flight::Flight;
pub use kind::Kind;
pub use lines::{Ending, EventLine};
pub use model::Model;
pub use pace::{Pace, Traffic};
pub use sight::{Place, Sight, Standing};
