//! One run, in lockstep or live: bind, open the logs, drive, judge.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::RunArgs;
use super::folders::Place;
use super::onlooker::Onlooker;
use super::plan::Planned;
use super::unjudged::Unjudged;
use crate::check::Verdict;
use crate::cli::failure::Failure;
use crate::cli::progress::Progress;
use crate::cli::signal::Requests;
use crate::cli::trace_files::Outputs;
use crate::driver::live::{self, LiveError};
use crate::driver::{self, BindError, Cast, Control, Ended, Ran, Watcher, lockstep};
use crate::host::Clock;
use crate::log::LogError;
use crate::report::{self, Foretold, Mode, Report};
use crate::rules::Carriage;
use crate::scenario::Scenario;
use crate::time::Time;

/// What came of a run.
pub(super) enum Came {
    /// It was judged.
    Judged(Box<Judged>),
    /// Nobody wanted to wait until it was.
    Unjudged(Unjudged),
    /// Nobody wanted to wait until it had begun, or ended.
    Nothing,
}

/// A run that was judged.
pub(super) struct Judged {
    pub(super) report: Report,
    pub(super) written: Written,
}

/// What became of the files that were to be made of a run.
pub(super) enum Written {
    /// They are there, or can't be.
    Done(Result<(), Failure>),
    /// Nobody wanted to wait for these.
    GivenUp(Vec<PathBuf>),
}

/// Who waits for a run, and for how long.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Waiting<'a> {
    pub(in crate::cli) requests: &'a Requests,
    pub(in crate::cli) progress: &'a Progress,
}

/// Runs one scenario, judges it and makes its `files`. The first request to end ends the run, and
/// what came of it so far is told; another one ends whatever goes on then.
pub(super) async fn play(
    args: &RunArgs,
    place: &Arc<Place>,
    planned: Planned,
    files: Option<Outputs>,
    waiting: Waiting<'_>,
) -> Result<Came, Failure> {
    let Planned {
        scenario,
        foretold,
        mode,
    } = planned;
    let Waiting { requests, progress } = waiting;
    let pens = files.as_ref().map(Outputs::pens).transpose()?.flatten();
    let clock = Clock::start();
    let scenario = Arc::new(scenario);
    let setting_up = match mode.carriage() {
        Carriage::Sockets => "binding",
        Carriage::Memory => "setting up",
    };
    progress.begin(format_args!("{}: {setting_up}", scenario.name));
    let onlooker = Onlooker::new(&scenario, &foretold.prediction, args.verbose, progress);
    let ran = match mode {
        Mode::RealTime => {
            let run = play_live(args, &scenario, place, requests.any(), onlooker);
            requests.before(2, run).await.transpose()?
        }
        Mode::Lockstep(carriage) => {
            let terms = (carriage, args.max_datagrams);
            play_lockstep(terms, &scenario, place, requests, onlooker).await?
        }
    };
    let Some(ran) = ran else {
        return Ok(Came::Nothing);
    };
    let patience = patience(&ran);
    let ran = Arc::new(ran);
    let (scene, how) = ((&scenario, foretold), (mode, clock));
    let Some((verdict, report)) = judge(scene, &ran, how, waiting).await else {
        return Ok(Came::Unjudged(Unjudged::of(&scenario, &ran)));
    };
    let report = Arc::new(report);
    let written = match pens {
        None => Some(Ok(())),
        Some(pens) => {
            let (progress, report) = (progress.clone(), Arc::clone(&report));
            let write = move || {
                let ran = Arc::into_inner(ran).expect("who judged it has given it back");
                let kept = report::keep(&scenario, ran, &verdict, &report);
                pens.write(&kept, &progress)
            };
            requests.unless(patience, write).await
        }
    };
    let unwritten = || files.iter().flat_map(Outputs::paths).map(Path::to_owned);
    let written = match written {
        None => Written::GivenUp(unwritten().collect()),
        Some(written) => {
            Written::Done(written.and_then(|()| files.map_or(Ok(()), Outputs::finish)))
        }
    };
    Ok(Came::Judged(Box::new(Judged {
        report: Arc::unwrap_or_clone(report),
        written,
    })))
}

/// Judges a run that began with a clock; nothing when somebody did not want to wait for that.
pub(in crate::cli) async fn judge(
    (scenario, foretold): (&Arc<Scenario>, Foretold),
    ran: &Arc<Ran>,
    (mode, clock): (Mode, Clock),
    Waiting { requests, progress }: Waiting<'_>,
) -> Option<(Verdict, Report)> {
    progress.begin(format_args!("{}: checking", scenario.name));
    let patience = patience(ran);
    let (scenario, ran) = (Arc::clone(scenario), Arc::clone(ran));
    let judge = move || {
        let wall = || clock.now().since(Time::ZERO);
        Report::judge(&scenario, &foretold, &ran, mode, wall)
    };
    requests.unless(patience, judge).await
}

/// At which request whatever comes after `ran` is given up. One has ended the run, if it was; one that
/// came too late for that is as good as one that comes after it.
fn patience(ran: &Ran) -> u32 {
    match ran.ended {
        Ended::Interrupted => 2,
        Ended::Complete | Ended::LimitReached => 1,
    }
}

/// Lockstep blocks on its sockets, so it has a thread of its own. Nothing comes of it when somebody
/// asks to end before it has begun, or did not want to wait for its end.
pub(in crate::cli) async fn play_lockstep(
    (carriage, max_datagrams): (Carriage, u64),
    scenario: &Arc<Scenario>,
    place: &Arc<Place>,
    requests: &Requests,
    mut watcher: impl Watcher + 'static,
) -> Result<Option<Ran>, Failure> {
    let (scenario, stop) = (Arc::clone(scenario), Arc::clone(requests.any()));
    let place = Arc::clone(place);
    let run = move || {
        let carrier = driver::carrier(carriage, &scenario.roster);
        let mut carrier = carrier.map_err(|e| unbound(&e))?;
        let cast = Cast::of(&scenario);
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let logs = driver::open_logs(&scenario, &place.make(&scenario)?).map_err(unwritten)?;
        let control = Control {
            max_datagrams,
            stop: &stop,
            watcher: &mut watcher,
        };
        let ran = lockstep::run(&scenario, cast, &mut *carrier, logs, control);
        ran.map(Some).map_err(unwritten)
    };
    requests.unless(2, run).await.unwrap_or(Ok(None))
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
        threads: live::threads(),
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
    ran.await.map_err(|error| match error {
        LiveError::Log(error) => unwritten(error),
        LiveError::Runtime(_) => Failure::environment(error.to_string()),
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracle::Order;

    const PAIR: &str = "[overlay.line]\npeers = 2\n\
                        [[client]]\nname = \"viewer\"\ncontact = \"p1\"\nchunks = [1]\n";

    /// Whether a run that `ended` so is judged when somebody has asked to end `requests` times.
    async fn is_judged(ended: Ended, requests: u32) -> bool {
        let path = Path::new("pair.toml");
        let scenario = Scenario::read(path, PAIR.to_owned(), None, None).unwrap();
        let foretold = Foretold::of(&scenario, Order::Lockstep, &|_, _| ());
        let folder = tempfile::tempdir().unwrap();
        let logs = driver::open_logs(&scenario, folder.path()).unwrap();
        let control = Control {
            max_datagrams: 100,
            stop: &AtomicBool::new(false),
            watcher: &mut (),
        };
        let cast = Cast::of(&scenario);
        let ran = lockstep::run(&scenario, cast, &mut driver::Memory, logs, control).unwrap();
        let ran = Arc::new(Ran { ended, ..ran });
        let waiting = Waiting {
            requests: &Requests::made(requests),
            progress: &Progress::hidden(),
        };
        let how = (Mode::Lockstep(Carriage::Memory), Clock::start());
        let scenario = Arc::new(scenario);
        let judged = judge((&scenario, foretold), &ran, how, waiting).await;
        judged.is_some()
    }

    #[tokio::test]
    async fn a_request_that_did_not_end_the_run_ends_what_comes_after_it() {
        for (ended, requests, expected) in [
            (Ended::Complete, 0, true),
            (Ended::Complete, 1, false),
            (Ended::LimitReached, 1, false),
            (Ended::Interrupted, 1, true),
            (Ended::Interrupted, 2, false),
        ] {
            let judged = is_judged(ended, requests).await;
            assert_eq!(judged, expected, "{ended:?}, {requests}");
        }
    }
}
