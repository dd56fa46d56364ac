//! `p2p-sim run`: plays scenarios on real sockets or in memory, checks what came out and says so.
//!
//! [`plan`] reads and predicts all scenarios before anything is bound, [`play`] runs one, [`show`]
//! prints what came of it.

mod files;
pub(super) mod folders;
mod onlooker;
pub(super) mod plan;
pub(super) mod play;
mod repeat;
pub(super) mod show;
mod unjudged;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use files::RunFiles;
use folders::Place;
use plan::Terms;
use play::Waiting;
use show::Shown;

use super::MAX_DATAGRAMS;
use super::failure::{Failure, INTERRUPTED};
use super::progress::Progress;
use super::signal::Requests;
use super::stderr::interrupted;
use super::values::carriage;
use crate::rules::Carriage;
use crate::scenario::Net;

const EXAMPLES: &str = "\
Examples:
  p2p-sim run scenarios/mesh.toml
  p2p-sim run scenarios/*.toml scenarios/edge/*.toml --quiet
  p2p-sim run scenarios/mesh.toml --real-time --verbose
  p2p-sim run scenarios/mesh.toml --format json > mesh.json
  p2p-sim run scenarios/mesh.toml --carrier memory
  p2p-sim run scenarios/mesh.toml --repeat 100
  p2p-sim run scenarios/mesh.toml --report mesh.html --pcap mesh.pcapng

Exit codes:
  0    every check of every run held
  1    a check failed
  2    the command line or a scenario is wrong; nothing was run
  3    the machine said no: an address is taken, a file can't be written
  130  interrupted";

/// What can be said on the command line of `p2p-sim run`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RunArgs {
    /// Scenario files (TOML), run one after another
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Run live, in wall-clock time, as the standalone programs do
    #[arg(long)]
    real_time: bool,
    /// What datagrams go through in lockstep [default: the scenario's, else sockets]
    #[arg(long, value_name = "CARRIER", value_parser = carriage())]
    carrier: Option<Carriage>,
    /// Seed of every draw, instead of the scenario's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Run each scenario with so many seeds, one after another from its own on, and sum up
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    repeat: Option<u32>,
    /// Block of loopback addresses, so that runs side by side never clash [default: 127.0]
    #[arg(long, value_name = "127.B")]
    net: Option<Net>,
    /// Where logs and chunks go, a folder a client [default: the next free runs/NAME-N]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Refuse, and stop, a run with more datagrams than this
    #[arg(long, value_name = "N", default_value_t = MAX_DATAGRAMS)]
    max_datagrams: u64,
    /// What goes to standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Only the verdict lines
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Every event as a line on standard error
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    files: RunFiles,
}

impl RunArgs {
    fn terms(&self) -> Terms {
        Terms {
            net: self.net,
            real_time: self.real_time,
            carrier: self.carrier,
            seeds: self.repeat.unwrap_or(1),
            max_datagrams: self.max_datagrams,
        }
    }

    /// Passes options that go together.
    fn check(&self) -> Result<(), Failure> {
        if self.real_time && self.carrier == Some(Carriage::Memory) {
            let failure = Failure::usage("--real-time needs sockets; memory carries in lockstep");
            return Err(failure.hint("leave out one of --real-time and --carrier memory"));
        }
        self.files.check(self)
    }
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A screen for people
    Text,
    /// One JSON document (docs/output.md)
    Json,
}

/// Runs the scenarios and gives the exit code: 0 when all passed, 1 when a check failed, 130 when
/// somebody interrupted one. What the machine does not let happen ends it, after telling what came
/// of the runs before.
pub(super) async fn run(args: Arc<RunArgs>, requests: Requests) -> Result<u8, Failure> {
    args.check()?;
    let progress = Progress::new(!args.quiet && !args.verbose);
    let (to_plan, shows) = (Arc::clone(&args), progress.clone());
    let plan = move || plan::plan(&to_plan.scenarios, to_plan.terms(), to_plan.seed, &shows);
    let planned = requests.unless(1, plan).await;
    progress.rest();
    let Some(planned) = planned else {
        progress.close();
        interrupted("nothing has been run");
        return Ok(INTERRUPTED);
    };
    let planned = planned?;
    let mut files = Some(args.files.open(&planned)?);
    let waiting = Waiting {
        requests: &requests,
        progress: &progress,
    };
    let asked = planned.len();
    let many = asked > 1;
    let mut shown = Shown::default();
    let mut folders = BTreeSet::new();
    let mut failure = None;
    for planned in planned {
        let name = planned.scenario.name.clone();
        let out = folders::for_run(&args, &name, many, &mut folders);
        let place = Arc::new(Place::new(out, args.repeat.is_some()));
        let done = match args.repeat {
            Some(repeat) => repeat::run(&args, repeat, &place, planned, waiting, &mut shown).await,
            None => {
                let came = play::play(&args, &place, planned, files.take(), waiting).await;
                progress.rest();
                came.and_then(|came| shown.one(&args, &name, came))
            }
        };
        failure = done.err();
        if failure.is_some() || shown.is_interrupted {
            break;
        }
    }
    progress.close();
    if failure.is_none() || shown.runs > 0 {
        shown.all(&args, asked)?;
    }
    match failure {
        Some(failure) => Err(failure),
        None if shown.is_interrupted => Ok(INTERRUPTED),
        None => Ok(u8::from(!shown.all_passed())),
    }
}
