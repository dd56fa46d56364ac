//! A run that is kept is the run: written and read back it is the same, cut off it gives what is
//! whole, and what can't be is refused and never believed.

#![cfg(test)]

mod cut;
mod journeys;
mod made;
mod mutated;
mod refused;
mod round_trip;

use p2p_sim::driver::Cast;
use p2p_sim::report::{self, Mode, Report};
use p2p_sim::rules::Carriage;
use p2p_sim::trace::{self, Trace, Unreadable};
use std::time::Duration;

use crate::support::stage::{Played, play, shipped};

/// The trace of `played`.
fn kept(played: Played) -> Trace {
    let verdict = played.judge();
    let Played {
        scenario,
        prediction,
        ran,
        ..
    } = played;
    let mode = Mode::Lockstep(Carriage::Memory);
    let report = Report::new(&scenario, &prediction, &ran, &verdict, mode, Duration::ZERO);
    report::keep(&scenario, ran, &verdict, &report)
}

/// The trace of the shipped scenario `name`, played in memory.
fn kept_of(name: &str) -> Trace {
    let scenario = shipped(name, 70);
    kept(play(&scenario, Cast::of(&scenario)))
}

fn written(trace: &Trace) -> Vec<u8> {
    let mut file = Vec::new();
    trace::write(trace, &mut file).expect("a vector takes all");
    file
}

fn read(mut file: &[u8]) -> Result<Trace, Unreadable> {
    trace::read(&mut file)
}
