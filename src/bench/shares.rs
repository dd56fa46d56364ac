//! How long a million peers are flooded, and how long all takes that goes on around it.
//!
//! Memory that a process has had before is quicker to have again, so each run is measured in a
//! process of its own, as those are that people start.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::stopwatch::Stopwatch;
use super::{Bench, BenchError, Measured, Options, Told, processes};
use crate::driver::{self, Cast, Control, Memory, lockstep};
use crate::oracle::Order;
use crate::report::{Foretold, Mode, Report, screen};
use crate::rules::Carriage;
use crate::scenario::Scenario;

/// The scenario, and how many peers it has.
const MILLION: &str = include_str!("../../scenarios/large/million.toml");
const PEERS: u32 = 1_000_000;

/// How long the parts of a run take, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Setting up the peers, and their flood.
    pub flood: f64,
    /// Reading the scenario and generating its overlay, predicting, checking and reporting.
    pub around: f64,
}

/// What goes on around the flood, by the flood.
pub(super) fn measure(bench: &mut Bench<'_>) -> Result<Measured, BenchError> {
    if bench.options.peers < PEERS {
        let why = "floods are to have less than a million peers".to_owned();
        return Err(BenchError::Skip(why));
    }
    let wanted = bench.options.runs();
    let mut ratios = Vec::new();
    while ratios.len() < wanted && !bench.is_stopped() {
        let mut program = Command::new(&bench.options.program);
        program.args(["bench", "--share"]);
        if let Some(net) = bench.options.net {
            program.args(["--net", &net.to_string()]);
        }
        let shares: Shares = serde_json::from_slice(&processes::said(&mut program)?)
            .map_err(|error| BenchError::Machine("cannot tell what runs take", error.into()))?;
        ratios.push(shares.around / shares.flood);
        Told::new(bench.onlooker, wanted).ratio(ratios.len());
    }
    Measured::of(&ratios).ok_or(BenchError::Interrupted)
}

/// Runs `scenarios/large/million.toml` as `p2p-sim run` does. Call it in a process that has done
/// nothing else.
pub fn share(options: &Options) -> Result<Shares, BenchError> {
    let before = Stopwatch::start();
    let file = Path::new("million.toml");
    let scenario = Scenario::read(file, MILLION.to_owned(), options.net, None)?;
    let foretold = Foretold::of(&scenario, Order::Lockstep, &|_, _| ());
    let before = before.elapsed();
    let folder = tempfile::tempdir()
        .map_err(|error| BenchError::Machine("cannot make a folder for logs", error))?;
    let logs = driver::open_logs(&scenario, folder.path())?;
    let flood = Stopwatch::start();
    let control = Control {
        max_datagrams: u64::MAX,
        stop: &AtomicBool::new(false),
        watcher: &mut (),
    };
    let ran = lockstep::run(&scenario, Cast::of(&scenario), &mut Memory, logs, control)?;
    let flood = flood.elapsed();
    let after = Stopwatch::start();
    let mode = Mode::Lockstep(Carriage::Memory);
    let (_, report) = Report::judge(&scenario, &foretold, &ran, mode, || flood);
    let told = screen::draw(&report);
    let after = after.elapsed();
    if !report.passed() {
        let why = std::io::Error::other(told);
        return Err(BenchError::Machine("a million peers fail", why));
    }
    Ok(Shares {
        flood: flood.as_secs_f64(),
        around: (before + after).as_secs_f64(),
    })
}
