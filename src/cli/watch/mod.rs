//! `p2p-sim watch`: a run in slow motion, as a screen in the terminal.
//!
//! The run is that of `p2p-sim run`, on a thread of its own; [`stage`] holds what both threads see
//! of it, [`gate`] lets it go on as fast as somebody wants to see it, [`terminal`] shows it and
//! reads the keys.

mod gate;
mod stage;
mod terminal;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;

use super::failure::{Failure, INTERRUPTED};
use super::progress::Progress;
use super::run::folders::Place;
use super::run::plan::{self, Planned, Terms};
use super::run::play::{self, Waiting};
use super::run::show;
use super::signal::Requests;
use super::stderr::interrupted;
use super::values::{carriage, speed};
use super::{MAX_DATAGRAMS, printed};
use crate::host::Clock;
use crate::report::{Report, screen};
use crate::rules::Carriage;
use crate::scenario::{Net, Scenario};
use crate::watch::{Ending, Model, Pace};
use gate::Gate;
use stage::Stage;

const EXAMPLES: &str = "\
Examples:
  p2p-sim watch scenarios/mesh.toml
  p2p-sim watch scenarios/mesh.toml --paused
  p2p-sim watch scenarios/gnutella.toml --speed 100us

Keys: space pauses, . goes on by a datagram, n by a hop, + and - change the
speed, f goes to the end, ? explains, q quits.

Exit codes are those of `run`; 130 when left before the end.";

/// What can be said on the command line of `p2p-sim watch`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WatchArgs {
    /// Scenario file (TOML)
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// So much of the run's clock passes in a second [default: what a datagram takes over a link]
    #[arg(long, value_name = "TIME", value_parser = speed)]
    speed: Option<Duration>,
    /// Begin with a pause
    #[arg(long)]
    paused: bool,
    /// Seed of every draw, instead of the scenario's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// What datagrams go through in lockstep [default: the scenario's, else sockets]
    #[arg(long, value_name = "CARRIER", value_parser = carriage())]
    carrier: Option<Carriage>,
    /// Block of loopback addresses, so that runs side by side never clash [default: 127.0]
    #[arg(long, value_name = "127.B")]
    net: Option<Net>,
    /// Where logs and chunks go, a folder a client [default: the next free runs/NAME-N]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Refuse, and stop, a run with more datagrams than this
    #[arg(long, value_name = "N", default_value_t = MAX_DATAGRAMS)]
    max_datagrams: u64,
}

/// Shows the run until somebody leaves, then prints its report. The exit code is that of `run`.
pub(super) async fn run(args: WatchArgs, requests: Requests) -> Result<u8, Failure> {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        let failure = Failure::usage("watch needs a terminal");
        let file = args.scenario.display();
        return Err(failure.hint(format!(
            "`p2p-sim run {file} --verbose` shows each event as a line"
        )));
    }
    let terms = Terms {
        net: args.net,
        real_time: false,
        carrier: args.carrier,
        seeds: 1,
        max_datagrams: args.max_datagrams,
    };
    let (files, seed) = (vec![args.scenario.clone()], args.seed);
    let progress = Progress::new(true);
    let shows = progress.clone();
    let plan = move || plan::plan(&files, terms, seed, &shows);
    let planned = requests.unless(1, plan).await;
    progress.close();
    let Some(planned) = planned else {
        interrupted("nothing has been run");
        return Ok(INTERRUPTED);
    };
    match planned?.pop() {
        Some(planned) => watch(&args, planned, &requests).await,
        None => Ok(0),
    }
}

/// Runs the scenario on one thread and shows it on another, until both have ended or somebody did
/// not want to wait.
async fn watch(args: &WatchArgs, planned: Planned, requests: &Requests) -> Result<u8, Failure> {
    let hop = usual_delay(&planned.scenario);
    let pace = Pace::new(args.speed.unwrap_or(hop), hop, args.paused);
    let model = Model::new(&planned.scenario, &planned.foretold.prediction);
    let stage = Arc::new(Stage::new(model, pace));
    let _ends = EndsBoth(&stage, requests.any());
    let seen = Arc::clone(&stage);
    let stop = Arc::clone(requests.any());
    let shown = tokio::task::spawn_blocking(move || terminal::show(&seen, &stop));
    let mut shown = std::pin::pin!(shown);
    let mut run = std::pin::pin!(run_on(&stage, args, planned, requests));
    let report = tokio::select! {
        report = &mut run => report,
        left = &mut shown => {
            left.expect("the screen does not panic")?;
            if stage.has_panicked() {
                // The panic goes on from here, with its own exit code.
                run.await?;
            }
            interrupted("left before the verdict");
            return Ok(INTERRUPTED);
        }
    };
    if !matches!(report, Ok(Some(_))) {
        stage.close();
    }
    let left = shown.await.expect("the screen does not panic");
    let Some(report) = report? else {
        interrupted("left before the verdict");
        return Ok(INTERRUPTED);
    };
    left?;
    tell(&report)?;
    match report.was_interrupted() {
        true => Ok(INTERRUPTED),
        false => Ok(u8::from(!report.passed())),
    }
}

/// Ends both threads when it goes: one that panics must not leave the other waiting for a key.
struct EndsBoth<'a>(&'a Stage, &'a AtomicBool);

impl Drop for EndsBoth<'_> {
    fn drop(&mut self) {
        self.1.store(true, Ordering::Relaxed);
        self.0.close();
        self.0.tell();
    }
}

/// Runs the scenario through the gate and judges it. Nothing comes of it when somebody did not want to
/// wait for the verdict.
async fn run_on(
    stage: &Arc<Stage>,
    args: &WatchArgs,
    planned: Planned,
    requests: &Requests,
) -> Result<Option<Report>, Failure> {
    let Planned {
        scenario,
        foretold,
        mode,
    } = planned;
    let clock = Clock::start();
    let scenario = Arc::new(scenario);
    let place = Arc::new(Place::new(args.out.clone(), false));
    let gate = Gate::new(Arc::clone(stage), Arc::clone(requests.any()));
    let terms = (mode.carriage(), args.max_datagrams);
    let Some(ran) = play::play_lockstep(terms, &scenario, &place, requests, gate).await? else {
        return Ok(None);
    };
    stage.lock().model.tell(&ran.recording);
    // The screen tells how far it is.
    let waiting = Waiting {
        requests,
        progress: &Progress::hidden(),
    };
    let (scene, how) = ((&scenario, foretold), (mode, clock));
    let judged = play::judge(scene, &Arc::new(ran), how, waiting).await;
    let report = judged.map(|(_, report)| report);
    if let Some(report) = &report {
        let verdict = screen::verdict_line(report);
        let verdict = anstream::adapter::strip_str(&verdict).to_string();
        stage.lock().model.ending = Some(Ending::of(report, verdict));
    }
    Ok(report)
}

/// What a datagram takes from peer to peer. A hop takes a second to see unless told otherwise.
fn usual_delay(scenario: &Scenario) -> Duration {
    match scenario.faults.links.peers.delay {
        Duration::ZERO => Duration::from_millis(1),
        delay => delay,
    }
}

/// Prints the report, where it stays when the screen has gone.
fn tell(report: &Report) -> Result<(), Failure> {
    show::warn_of_strangers(report);
    let mut out = anstream::stdout().lock();
    printed(out.write_all(screen::draw(report).as_bytes()))
}
