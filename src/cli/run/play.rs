//! One run, in lockstep or live: bind, open the logs, drive, judge.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::RunArgs;
use super::folders::Place;
use super::plan::Planned;
use super::progress::Onlooker;
use crate::check;
use crate::cli::failure::Failure;
use crate::cli::signal::Requests;
use crate::driver::{self, BindError, Cast, Control, Ran, Sockets, Watcher, live, lockstep};
use crate::host::Clock;
use crate::log::LogError;
use crate::oracle::Prediction;
use crate::report::{Mode, Report};
use crate::scenario::Scenario;
use crate::time::Time;

/// Runs one scenario and judges it; nothing when somebody did not want to wait for the verdict.
pub(super) async fn play(
    args: &RunArgs,
    place: &Arc<Place>,
    planned: Planned,
    requests: &Requests,
) -> Result<Option<Report>, Failure> {
    let Planned {
        scenario,
        prediction,
    } = planned;
    let clock = Clock::start();
    let onlooker = Onlooker::new(
        &scenario,
        &prediction,
        args.verbose,
        args.quiet || args.repeat.is_some(),
    );
    let scenario = Arc::new(scenario);
    let mode = args.mode();
    let stop = requests.any();
    let ran = match mode {
        Mode::RealTime => play_live(args, &scenario, place, stop, onlooker).await?,
        Mode::Lockstep => {
            play_lockstep(args.max_datagrams, &scenario, place, stop, onlooker).await?
        }
    };
    Ok(judge(scenario, prediction, ran, mode, clock, requests).await)
}

/// Judges a run that began with `clock`; nothing when somebody did not want to wait for it.
pub(in crate::cli) async fn judge(
    scenario: Arc<Scenario>,
    prediction: Prediction,
    ran: Ran,
    mode: Mode,
    clock: Clock,
    requests: &Requests,
) -> Option<Report> {
    // The first request ends the run, and what came of it is told; the second ends that too.
    let report = requests.unless(2, move || {
        let verdict = check::judge(&scenario, &prediction, &ran);
        let wall = clock.now().since(Time::ZERO);
        Report::new(&scenario, &prediction, &ran, &verdict, mode, wall)
    });
    report.await
}

/// Lockstep blocks on its sockets, so it has a thread of its own.
pub(in crate::cli) async fn play_lockstep(
    max_datagrams: u64,
    scenario: &Arc<Scenario>,
    place: &Arc<Place>,
    stop: &Arc<AtomicBool>,
    mut watcher: impl Watcher + 'static,
) -> Result<Ran, Failure> {
    let (scenario, stop) = (Arc::clone(scenario), Arc::clone(stop));
    let place = Arc::clone(place);
    let run = tokio::task::spawn_blocking(move || {
        let mut sockets = Sockets::bind(&scenario.roster).map_err(|e| unbound(&e))?;
        let logs = driver::open_logs(&scenario, &place.make(&scenario)?).map_err(unwritten)?;
        let control = Control {
            max_datagrams,
            stop: &stop,
            watcher: &mut watcher,
        };
        let cast = Cast::of(&scenario);
        lockstep::run(&scenario, cast, &mut sockets, logs, control).map_err(unwritten)
    });
    run.await.expect("a run does not panic")
}

async fn play_live(
    args: &RunArgs,
    scenario: &Arc<Scenario>,
    place: &Arc<Place>,
    stop: &Arc<AtomicBool>,
    onlooker: Onlooker,
) -> Result<Ran, Failure> {
    let bound = live::bind(&scenario.roster).map_err(|e| unbound(&e))?;
    let logs = driver::open_logs(scenario, &place.make(scenario)?).map_err(unwritten)?;
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
