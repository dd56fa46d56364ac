//! `p2p-sim run`: plays scenarios on real sockets, checks what came out and says so.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::progress::Onlooker;
use crate::check;
use crate::driver::{self, BindError, Cast, Control, Ran, Sockets, live, lockstep};
use crate::host::Clock;
use crate::log::LogError;
use crate::oracle::{self, Count, Order, Prediction};
use crate::report::{Document, FORMAT_VERSION, Report, screen};
use crate::rules::Duplicates;
use crate::scenario::{Net, Scenario};
use crate::time::Time;

const EXAMPLES: &str = "\
Examples:
  p2p-sim run scenarios/mesh.toml
  p2p-sim run scenarios/*.toml scenarios/edge/*.toml --quiet
  p2p-sim run scenarios/mesh.toml --real-time --verbose
  p2p-sim run scenarios/mesh.toml --format json > mesh.json

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
    /// Seed of every draw, instead of the scenario's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Block of loopback addresses, so that runs side by side never clash [default: 127.0]
    #[arg(long, value_name = "127.B")]
    net: Option<Net>,
    /// Where logs and chunks go, a folder a client [default: the next free runs/NAME-N]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Refuse, and stop, a run with more datagrams than this
    #[arg(long, value_name = "N", default_value_t = 20_000_000)]
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
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A screen for people
    Text,
    /// One JSON document (docs/output.md)
    Json,
}

/// A scenario with what the oracle says of it.
struct Planned {
    scenario: Scenario,
    prediction: Prediction,
}

/// What a report calls the two ways of running.
const LOCKSTEP: &str = "lockstep";
const REAL_TIME: &str = "real-time";

/// Live mode keeps up with so many datagrams a HELLO; beyond them clients would time out and repeat.
const MAX_LIVE_FLOOD: u128 = 500_000;

/// Runs the scenarios and gives the exit code: 0 when all passed, 1 when a check failed.
pub(super) async fn run(args: RunArgs, stop: Arc<AtomicBool>) -> Result<u8, Failure> {
    let planned = plan(&args)?;
    let mut reports = Vec::with_capacity(planned.len());
    let many = planned.len() > 1;
    let mut interrupted = false;
    for Planned {
        scenario,
        prediction,
    } in planned
    {
        let out = match many {
            true => out_of_many(&args, &scenario.name, &reports),
            false => args.out.clone(),
        };
        let ended = play(&args, out, scenario, prediction, &stop).await?;
        warn_of_strangers(&ended);
        interrupted |= ended.ended == "interrupted";
        if args.format == Format::Text {
            show(&args, &ended, !reports.is_empty())?;
        }
        reports.push(ended);
        if interrupted {
            break;
        }
    }
    match args.format {
        Format::Json => print_json(&reports)?,
        Format::Text if many => print_sum(&reports)?,
        Format::Text => {}
    }
    Ok(match interrupted {
        true => 130,
        false => u8::from(!reports.iter().all(Report::passed)),
    })
}

/// Reads and predicts every scenario; nothing is bound before all of them are fit to run.
fn plan(args: &RunArgs) -> Result<Vec<Planned>, Failure> {
    let mut planned = Vec::with_capacity(args.scenarios.len());
    let mut refused = Vec::new();
    for file in &args.scenarios {
        let scenario = match Scenario::load(file, args.net, args.seed) {
            Ok(scenario) => scenario,
            Err(rejected) => {
                refused.push(rejected.coloured());
                continue;
            }
        };
        if !args.real_time && !scenario.outside.is_empty() {
            let problems = scenario
                .outside
                .iter()
                .map(|outside| outside.problem.coloured());
            refused.extend(problems);
            continue;
        }
        let order = if args.real_time {
            Order::Live
        } else {
            Order::Lockstep
        };
        let prediction = oracle::predict(&scenario, order);
        match too_large(args, &scenario, &prediction, order) {
            Some(why) => refused.push(why),
            None => planned.push(Planned {
                scenario,
                prediction,
            }),
        }
    }
    match refused.is_empty() {
        true => Ok(planned),
        false => Err(Failure::drawn(refused.join("\n\n"))),
    }
}

/// Why a flood is too large to be run, and what would help.
fn too_large(
    args: &RunArgs,
    scenario: &Scenario,
    prediction: &Prediction,
    order: Order,
) -> Option<String> {
    let file = scenario.file.display();
    let flood = prediction.largest_flood();
    if args.real_time && flood > MAX_LIVE_FLOOD {
        let failure = Failure::usage(format!(
            "{file}: one HELLO may cause {} datagrams; live mode keeps up with {}",
            Count::exact(flood),
            Count::exact(MAX_LIVE_FLOOD),
        ));
        let failure = failure.hint("run it without --real-time, or lower `ttl`");
        return Some(failure.to_string());
    }
    let limit = u128::from(args.max_datagrams);
    let downloads = downloads(scenario);
    let total = prediction.total().saturating_add(downloads);
    if total <= limit {
        return None;
    }
    let mut failure = Failure::usage(format!(
        "{file}: the run may send {} datagrams; the limit is {}",
        Count::exact(total),
        Count::exact(limit),
    ));
    let for_floods = limit.saturating_sub(downloads);
    if let Some(ttl) = oracle::fitting_ttl(scenario, order, scenario.duplicates, for_floods) {
        failure = failure.hint(format!("`ttl = {ttl}` stays below it"));
    }
    for (policy, word) in Duplicates::ALL {
        let total = oracle::total_datagrams(scenario, order, scenario.ttl, policy);
        let total = total.saturating_add(downloads);
        if total <= limit {
            let total = Count::exact(total);
            failure = failure.hint(format!("`duplicates = \"{word}\"` sends {total} at most"));
        }
    }
    Some(
        failure
            .hint("--max-datagrams N raises the limit")
            .to_string(),
    )
}

/// The most GETs and RESPONSEs that the clients of `scenario` take when nothing is lost: one of each
/// for each wanted chunk.
fn downloads(scenario: &Scenario) -> u128 {
    let chunks = scenario
        .clients
        .iter()
        .map(|client| client.chunks.len() as u128);
    2 * chunks.sum::<u128>()
}

/// Runs one scenario and judges it.
async fn play(
    args: &RunArgs,
    out: Option<PathBuf>,
    scenario: Scenario,
    prediction: Prediction,
    stop: &Arc<AtomicBool>,
) -> Result<Report, Failure> {
    let clock = Clock::start();
    let onlooker = Onlooker::new(&scenario, &prediction, args.verbose, args.quiet);
    let scenario = Arc::new(scenario);
    let (ran, mode) = match args.real_time {
        true => (
            play_live(args, &scenario, out, stop, onlooker).await?,
            REAL_TIME,
        ),
        false => (
            play_lockstep(args, &scenario, out, stop, onlooker).await?,
            LOCKSTEP,
        ),
    };
    let verdict = check::judge(&scenario, &prediction, &ran);
    let wall = clock.now().since(Time::ZERO);
    Ok(Report::new(
        &scenario,
        &prediction,
        &ran,
        &verdict,
        mode,
        wall,
    ))
}

/// Lockstep blocks on its sockets, so it has a thread of its own.
async fn play_lockstep(
    args: &RunArgs,
    scenario: &Arc<Scenario>,
    out: Option<PathBuf>,
    stop: &Arc<AtomicBool>,
    mut onlooker: Onlooker,
) -> Result<Ran, Failure> {
    let (scenario, stop) = (Arc::clone(scenario), Arc::clone(stop));
    let max_datagrams = args.max_datagrams;
    let run = tokio::task::spawn_blocking(move || {
        let mut sockets = Sockets::bind(&scenario.roster).map_err(|e| unbound(&e))?;
        let logs =
            driver::open_logs(&scenario, &out_dir(out, &scenario.name)?).map_err(unwritten)?;
        let control = Control {
            max_datagrams,
            stop: &stop,
            watcher: &mut onlooker,
        };
        let cast = Cast::of(&scenario);
        lockstep::run(&scenario, cast, &mut sockets, logs, control).map_err(unwritten)
    });
    run.await.expect("a run does not panic")
}

async fn play_live(
    args: &RunArgs,
    scenario: &Arc<Scenario>,
    out: Option<PathBuf>,
    stop: &Arc<AtomicBool>,
    onlooker: Onlooker,
) -> Result<Ran, Failure> {
    let bound = live::bind(&scenario.roster).map_err(|e| unbound(&e))?;
    let logs = driver::open_logs(scenario, &out_dir(out, &scenario.name)?).map_err(unwritten)?;
    let control = live::Control {
        max_datagrams: args.max_datagrams,
        stop: Arc::clone(stop),
        watcher: Box::new(onlooker),
    };
    let ran = live::run(
        Arc::clone(scenario),
        Cast::of(scenario),
        bound,
        logs,
        control,
    );
    ran.await.map_err(unwritten)
}

/// A folder in the one that was asked for: the scenario's name, with a number when others before it
/// had that name too.
fn out_of_many(args: &RunArgs, name: &str, before: &[Report]) -> Option<PathBuf> {
    let dir = args.out.as_ref()?;
    match before
        .iter()
        .filter(|report| report.scenario == name)
        .count()
    {
        0 => Some(dir.join(name)),
        namesakes => Some(dir.join(format!("{name}-{}", namesakes + 1))),
    }
}

/// The folder that was asked for, or the next free one of `runs`.
fn out_dir(asked: Option<PathBuf>, name: &str) -> Result<PathBuf, Failure> {
    if let Some(dir) = asked {
        return Ok(dir);
    }
    let runs = Path::new("runs");
    let failed = |error: io::Error| {
        Failure::environment(format!("cannot write {}: {error}", runs.display()))
    };
    fs::create_dir_all(runs).map_err(failed)?;
    for number in 1_u64.. {
        let dir = runs.join(format!("{name}-{number}"));
        match fs::create_dir(&dir) {
            Ok(()) => return Ok(dir),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
    }
    unreachable!("there is a free number")
}

/// A socket of the run can't be had.
fn unbound(error: &BindError) -> Failure {
    let failure = Failure::environment(error.to_string());
    match error {
        BindError::Taken { .. } => {
            failure.hint("end the program that has it, or move the whole run with `--net 127.77`")
        }
        BindError::Refused { .. } => failure.hint("give the scenario an address of this machine"),
        BindError::TooManyFiles { need, .. } => failure.hint(format!(
            "raise the limit with `ulimit -n {need}`, or run fewer endpoints"
        )),
    }
}

/// A log or chunk file can't be written.
fn unwritten(error: LogError) -> Failure {
    Failure::environment(error.to_string()).hint("name another folder with `--out`")
}

/// Lockstep hands what strangers send to nobody; that somebody sends is worth a word.
fn warn_of_strangers(report: &Report) {
    let outside = report.accounting.from_outside;
    if outside > 0 && report.mode == LOCKSTEP {
        // Where standard error is closed there is nobody left to tell.
        let _unused = writeln!(
            anstream::stderr().lock(),
            "warning: {}: datagrams from outside the run were dropped: {outside}; \
             move the run with `--net`, or let them take part with `--real-time`",
            report.scenario
        );
    }
}

/// Prints one report, below a blank line if it is not the first.
fn show(args: &RunArgs, report: &Report, below_another: bool) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    if args.quiet {
        writeln!(out, "{}", screen::verdict_line(report))?;
        return Ok(());
    }
    if below_another {
        writeln!(out)?;
    }
    write!(out, "{}", screen::draw(report))?;
    Ok(())
}

/// Prints the line that sums up several runs.
fn print_sum(reports: &[Report]) -> Result<(), Failure> {
    let failed: Vec<&str> = reports
        .iter()
        .filter(|r| !r.passed())
        .map(|r| r.scenario.as_str())
        .collect();
    let mut out = anstream::stdout().lock();
    let passed = reports.len() - failed.len();
    match failed.is_empty() {
        true => writeln!(out, "\n{} scenarios: all passed", reports.len())?,
        false => writeln!(
            out,
            "\n{} scenarios: {passed} passed, failed: {}",
            reports.len(),
            failed.join(", ")
        )?,
    }
    Ok(())
}

fn print_json(reports: &[Report]) -> Result<(), Failure> {
    let document = Document {
        format_version: FORMAT_VERSION,
        runs: reports,
    };
    let mut out = anstream::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &document).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
