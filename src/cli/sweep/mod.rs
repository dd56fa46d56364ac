//! `p2p-sim sweep`: a scenario with many values of some keys, every combination run in memory.
//!
//! [`plan`] makes and checks all combinations before anything runs, [`pool`] runs them side by
//! side, [`show`] prints what came of them.

mod plan;
mod pool;
mod show;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use pool::Sweep;

use super::failure::{Failure, INTERRUPTED};
use super::output::Output;
use super::progress::Progress;
use super::signal::Requests;
use super::stderr::interrupted;
use super::values::carriage;
use crate::rules::Carriage;
use crate::scenario::Net;
use crate::sweep::values::Axis;

const EXAMPLES: &str = "\
Values: a list 1,2,5, a range 1..7 with both ends, a step 0..1:0.25, or `all`.
Keys are those of the file, with dots between; tables of arrays by number from
0. The first key runs along the chart, each value of the others has a line.

Runs are in lockstep and in memory, without sockets, side by side on all cores;
on sockets, if the scenario or --carrier says so, one at a time. They are checked against what is worked out from the overlay; what the file
expects is left aside, as it is for the values of the file.

Examples:
  p2p-sim sweep scenarios/mesh.toml --ttl 1..7 --duplicates all
  p2p-sim sweep scenarios/mesh.toml --set client.0.wait=3s,5s --repeat 20
  p2p-sim sweep scenarios/mesh.toml --ttl 1..7 --svg ttl.svg --y found
  p2p-sim sweep scenarios/mesh.toml --ttl 1..7 --resume ttl.jsonl

Exit codes:
  0    every check of every run held
  1    a check failed in some run
  2    the command line or a combination is wrong; nothing was run
  3    the machine said no: a file can't be written
  130  interrupted; what came of it so far is told";

/// What can be said on the command line of `p2p-sim sweep`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SweepArgs {
    /// Scenario file (TOML)
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Values of the TTL; the same as --set ttl=VALUES
    #[arg(long, value_name = "VALUES", value_parser = |text: &str| Axis::new("ttl", text))]
    ttl: Option<Axis>,
    /// Policies; the same as --set duplicates=VALUES
    #[arg(long, value_name = "VALUES", value_parser = |text: &str| Axis::new("duplicates", text))]
    duplicates: Option<Axis>,
    /// Seeds; the same as --set seed=VALUES
    #[arg(long, value_name = "VALUES", value_parser = |text: &str| Axis::new("seed", text))]
    seed: Option<Axis>,
    /// A key of the scenario and its values; may be given several times
    #[arg(long, value_name = "KEY=VALUES")]
    set: Vec<Axis>,
    /// Run each combination with so many seeds, from its own on
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    repeat: u32,
    /// What datagrams go through [default: the scenario's, else memory]
    #[arg(long, value_name = "CARRIER", value_parser = carriage())]
    carrier: Option<Carriage>,
    /// Block of loopback addresses [default: 127.0]
    #[arg(long, value_name = "127.B")]
    net: Option<Net>,
    /// How many runs go on at a time [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    jobs: Option<u16>,
    /// Don't begin a run that may send more datagrams than this
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    max_datagrams: u64,
    /// Keep results in this file as they come, and skip what is there
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// What goes to standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Draw a chart into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// What the chart shows
    #[arg(long, value_enum, default_value_t = Measure::Queries)]
    y: Measure,
}

/// The forms of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for people
    Text,
    /// Comma-separated values, with the smallest and the largest
    Csv,
    /// One JSON document (docs/output.md)
    Json,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Measure {
    Queries,
    Reach,
    Duplicates,
    Found,
    Time,
    Hops,
}

impl SweepArgs {
    /// The keys with their values, in the order of the columns.
    fn axes(&self) -> Vec<Axis> {
        let shorthands = [&self.ttl, &self.duplicates, &self.seed];
        let shorthands = shorthands.into_iter().flatten();
        shorthands.chain(&self.set).cloned().collect()
    }
}

/// Runs all combinations and gives the exit code. The first request to end lets the runs that go on
/// end, the second does not wait for them; what there is is told.
pub(super) async fn run(args: Arc<SweepArgs>, requests: Requests) -> Result<u8, Failure> {
    let progress = Progress::new(true);
    let (to_plan, shows) = (Arc::clone(&args), progress.clone());
    let planned = requests
        .unless(1, move || plan::plan(&to_plan, &shows))
        .await;
    progress.rest();
    let Some(planned) = planned else {
        progress.close();
        interrupted("nothing has been run");
        return Ok(INTERRUPTED);
    };
    let planned = planned?;
    // Both go when this function ends, however it ends.
    let svg = args.svg.as_deref().map(Output::open).transpose()?;
    let folder = tempfile::Builder::new().prefix("p2p-sim-sweep-").tempdir();
    let folder = folder.map_err(|error| {
        Failure::environment(format!("cannot make a folder for logs: {error}"))
            .hint("name one that can be written with TMPDIR")
    })?;
    let (path, stop) = (folder.path().to_owned(), Arc::clone(requests.any()));
    let sweep = Arc::new(Sweep::new(Arc::clone(&args), planned));
    let (runs, shows) = (Arc::clone(&sweep), progress.clone());
    let done = requests
        .unless(2, move || runs.run(&path, &stop, &shows))
        .await;
    progress.close();
    done.unwrap_or(Ok(()))?;
    let results = sweep.results();
    show::results(&args, &results, svg)?;
    match (results.complete, results.any_failed()) {
        (false, _) => Ok(INTERRUPTED),
        (true, failed) => Ok(u8::from(failed || results.ran_nothing())),
    }
}
