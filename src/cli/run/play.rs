//! One run, in lockstep or live: bind, open the logs, drive, judge.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::RunArgs;
use super::folders::Place;
use super::plan::Planned;
use super::progress::Onlooker;
use crate::check::{self, Verdict};
use crate::cli::failure::Failure;
use crate::cli::signal::Requests;
use crate::cli::trace_files::Outputs;
use crate::driver::{self, BindError, Cast, Control, Ran, Watcher, live, lockstep};
use crate::host::Clock;
use crate::log::LogError;
use crate::oracle::Prediction;
use crate::report::{self, Mode, Report};
use crate::rules::Carriage;
use crate::scenario::Scenario;
use crate::time::Time;

/// What came of a run.
pub(super) struct Played {
    pub(super) report: Report,
    /// Whether the files that were to be made of it could be written.
    pub(super) written: Result<(), Failure>,
}

/// Runs one scenario, judges it and makes its `files`; nothing when somebody did not want to wait
/// for the verdict.
pub(super) async fn play(
    args: &RunArgs,
    place: &Arc<Place>,
    planned: Planned,
    files: Option<Outputs>,
    requests: &Requests,
) -> Result<Option<Played>, Failure> {
    let Planned {
        scenario,
        prediction,
        mode,
    } = planned;
    let pens = files.as_ref().map(Outputs::pens).transpose()?.flatten();
    let clock = Clock::start();
    let onlooker = Onlooker::new(
        &scenario,
        &prediction,
        args.verbose,
        args.quiet || args.repeat.is_some(),
    );
    let scenario = Arc::new(scenario);
    let stop = requests.any();
    let ran = match mode {
        Mode::RealTime => play_live(args, &scenario, place, stop, onlooker).await?,
        Mode::Lockstep(carriage) => {
            let terms = (carriage, args.max_datagrams);
            play_lockstep(terms, &scenario, place, stop, onlooker).await?
        }
    };
    let write = |scenario: &Scenario, ran: Ran, verdict: &Verdict, report: &Report| {
        let written = pens.map(|pens| pens.write(&report::keep(scenario, ran, verdict, report)));
        written.unwrap_or(Ok(()))
    };
    let judged = judge(scenario, prediction, ran, (mode, clock), requests, write).await;
    Ok(judged.map(|(report, written)| Played {
        report,
        written: written.and_then(|()| files.map_or(Ok(()), Outputs::finish)),
    }))
}

/// Judges a run that began with a clock, and does with it what is left to do; nothing when somebody
/// did not want to wait for that.
pub(in crate::cli) async fn judge<T: Send + 'static>(
    scenario: Arc<Scenario>,
    prediction: Prediction,
    ran: Ran,
    (mode, clock): (Mode, Clock),
    requests: &Requests,
    then: impl FnOnce(&Scenario, Ran, &Verdict, &Report) -> T + Send + 'static,
) -> Option<(Report, T)> {
    // The first request ends the run, and what came of it is told; the second ends that too.
    let judged = requests.unless(2, move || {
        let verdict = check::judge(&scenario, &prediction, &ran);
        let wall = clock.now().since(Time::ZERO);
        let report = Report::new(&scenario, &prediction, &ran, &verdict, mode, wall);
        let done = then(&scenario, ran, &verdict, &report);
        (report, done)
    });
    judged.await
}

/// Lockstep blocks on its sockets, so it has a thread of its own.
pub(in crate::cli) async fn play_lockstep(
    (carriage, max_datagrams): (Carriage, u64),
    scenario: &Arc<Scenario>,
    place: &Arc<Place>,
    stop: &Arc<AtomicBool>,
    mut watcher: impl Watcher + 'static,
) -> Result<Ran, Failure> {
    let (scenario, stop) = (Arc::clone(scenario), Arc::clone(stop));
    let place = Arc::clone(place);
    let run = tokio::task::spawn_blocking(move || {
        let carrier = driver::carrier(carriage, &scenario.roster);
        let mut carrier = carrier.map_err(|e| unbound(&e))?;
        let logs = driver::open_logs(&scenario, &place.make(&scenario)?).map_err(unwritten)?;
        let control = Control {
            max_datagrams,
            stop: &stop,
            watcher: &mut watcher,
        };
        let cast = Cast::of(&scenario);
        lockstep::run(&scenario, cast, &mut *carrier, logs, control).map_err(unwritten)
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
pub(in crate::cli) fn unbound(error: &BindError) -> Failure {
    let failure = Failure::environment(error.to_string());
    match error {
        BindError::Taken { .. } => {
            failure.hint("end the program that has it, or move the whole run with `--net 127.77`")
        }
        BindError::Refused { .. } => failure.hint("give the scenario an address of this machine"),
        BindError::TooManyFiles {
            need,
            sockets,
            limit,
        } => {
            let raise = format!("raise the limit, which only root may: `ulimit -n {need}`");
            match need - sockets <= *limit {
                true => failure
                    .hint("`--carrier memory` runs it in lockstep, without sockets")
                    .hint(raise),
                // Logs alone are too many.
                false => failure.hint(raise).hint("or run fewer clients"),
            }
        }
    }
}

/// A log or chunk file can't be written.
fn unwritten(error: LogError) -> Failure {
    Failure::environment(error.to_string()).hint("name another folder with `--out`")
}
