//! How fast this machine runs floods, as a part of what it can do at all (docs/performance.md).
//!
//! Every figure stands beside its ceiling, measured in the same minute: [`Beside`] runs a flood in
//! slices and lets the datagrams of each slice cross the kernel raw. What comes out is the median of
//! many ratios; a single long run says little on a machine that has other things to do.

mod all;
mod bare;
mod beside;
mod ceiling;
mod codec;
mod figure;
mod floods;
mod live;
mod lockstep;
mod outcome;
mod processes;
mod room;
mod shares;
mod slices;
mod stats;
mod stopwatch;
pub mod table;
mod written;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use all::FIGURES;
pub use bare::Bare;
pub use beside::{Beside, SLICE};
pub use ceiling::{Ceiling, MemoryBesideSockets};
pub use codec::{query, response};
pub use figure::{Figure, picked};
pub use outcome::{Goal, Measured, Outcome, Results, Row, Unit};
pub use room::{Room, weigh};
pub use shares::{Shares, share};
pub use slices::Slices;
pub use stats::Quartiles;

use crate::driver::BindError;
use crate::driver::live::LiveError;
use crate::log::LogError;
use crate::scenario::{Net, Rejected};

/// What is measured, and how thoroughly.
#[derive(Clone, Debug)]
pub struct Options {
    /// Fewer ratios and smaller floods, for a first look.
    pub quick: bool,
    /// How many peers the largest floods have.
    pub peers: u32,
    /// The snapshot of Gnutella, an edge list; floods on it are skipped without it.
    pub gnutella: Option<PathBuf>,
    /// The block of addresses.
    pub net: Option<Net>,
    /// The program `p2p-sim`, for what is measured of whole processes.
    pub program: PathBuf,
}

impl Options {
    /// How many ratios of slices are enough.
    const fn slices(&self) -> usize {
        if self.quick { 10 } else { 100 }
    }

    /// How many ratios of whole runs are enough.
    const fn runs(&self) -> usize {
        if self.quick { 3 } else { 20 }
    }
}

/// What keeps a figure from being measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The sockets of a flood can't be bound.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// A client's log can't be written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A live flood can't go on.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// A flood can't be made.
    #[error("{0}")]
    Scenario(#[from] Box<Rejected>),
    /// Something else that the machine said no to.
    #[error("{0}: {1}")]
    Machine(&'static str, io::Error),
    /// Somebody asked to end.
    #[error("interrupted")]
    Interrupted,
    /// It can't be measured here, and why.
    #[error("{0}")]
    Skip(String),
}

/// Who looks on while figures are measured.
pub trait Onlooker: Send {
    /// The figure called `name` comes next, number `at` of `of`, counted from 1.
    fn figure(&mut self, name: &str, at: usize, of: usize) {
        let _ = (name, at, of);
    }

    /// `so_far` of the `of` ratios of a figure have been measured.
    fn ratio(&mut self, so_far: usize, of: usize) {
        let _ = (so_far, of);
    }
}

/// Looks at nothing.
impl Onlooker for () {}

/// Who is told of the ratios of a figure, and how many there are to be.
pub struct Told<'a> {
    onlooker: &'a mut dyn Onlooker,
    of: usize,
}

impl<'a> Told<'a> {
    /// Tells `onlooker` of `of` ratios.
    pub fn new(onlooker: &'a mut dyn Onlooker, of: usize) -> Self {
        Self { onlooker, of }
    }

    /// There are `so_far` ratios.
    fn ratio(&mut self, so_far: usize) {
        self.onlooker.ratio(so_far.min(self.of), self.of);
    }
}

/// What measures figures, one after another.
struct Bench<'a> {
    options: &'a Options,
    stop: &'a Arc<AtomicBool>,
    onlooker: &'a mut dyn Onlooker,
}

impl Bench<'_> {
    /// Whether somebody has asked to end.
    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Measures `figures`, and gives what was measured, with what kept it from going on. When `stop` is
/// set in between, that is all there is by then. That there are too few open files for one flood, or
/// that something is not on this machine, only skips a figure.
pub fn run(
    figures: &[&'static Figure],
    options: &Options,
    stop: &Arc<AtomicBool>,
    onlooker: &mut dyn Onlooker,
) -> (Results, Option<BenchError>) {
    let mut results = Results::new(options);
    let mut bench = Bench {
        options,
        stop,
        onlooker,
    };
    for (at, figure) in (1..).zip(figures) {
        bench.onlooker.figure(figure.name, at, figures.len());
        let outcome = match figure.measure(&mut bench, &results) {
            Ok(measured) => Outcome::Measured(measured),
            Err(BenchError::Skip(why)) => Outcome::Skipped(why),
            Err(BenchError::Bind(error @ BindError::TooManyFiles { .. })) => {
                Outcome::Skipped(error.to_string())
            }
            Err(_) if bench.is_stopped() => return (results, Some(BenchError::Interrupted)),
            Err(error) => return (results, Some(error)),
        };
        results.add(figure, outcome);
        if bench.is_stopped() {
            return (results, Some(BenchError::Interrupted));
        }
    }
    results.complete = true;
    (results, None)
}
