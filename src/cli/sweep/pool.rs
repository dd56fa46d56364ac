//! Runs all combinations side by side, each on one thread; of those on sockets one at a time.

use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::SweepArgs;
use super::plan::Planned;
use crate::cli::failure::Failure;
use crate::cli::run::play::unbound;
use crate::report::FORMAT_VERSION;
use crate::rules::Carriage;
use crate::sweep::journal::{Journal, JournalError};
use crate::sweep::measure::{Outcome, Unmeasured, measure};
use crate::sweep::results::{Results, Row};

/// One run: the place of its combination, and its seed.
#[derive(Clone, Copy)]
struct Task {
    combination: usize,
    seed: u64,
}

/// What a worker tells: which task, and what came of it.
type Told = (usize, Result<Outcome, Failure>);

/// Runs what is not known yet and puts all together. `stop` ends it early, with what there is.
pub(super) fn run(
    args: &SweepArgs,
    planned: &Planned,
    folder: &Path,
    stop: &AtomicBool,
) -> Result<Results, Failure> {
    let (text, limit) = (&planned.text, args.max_datagrams);
    let journal = args
        .resume
        .as_ref()
        .map(|file| Journal::open(file, text, limit));
    let mut journal = journal.transpose().map_err(|error| unkept(&error))?;
    let tasks = tasks(args, planned);
    let known = |task: &Task| {
        let combination = &planned.combinations[task.combination].0;
        journal
            .as_ref()?
            .known(&planned.axes, combination, task.seed)
            .cloned()
    };
    let mut outcomes: Vec<Option<Outcome>> = tasks.iter().map(known).collect();
    let open: Vec<usize> = (0..tasks.len())
        .filter(|task| outcomes[*task].is_none())
        .collect();
    let bar = bar(&planned.name, tasks.len(), open.len());
    let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = args.jobs.map_or_else(cores, usize::from).min(open.len());
    let crew = Crew {
        args,
        planned,
        tasks: &tasks,
        open: &open,
        next: AtomicUsize::new(0),
        stop,
        sockets: Mutex::new(()),
        failed: AtomicBool::new(false),
    };
    let mut failure = None;
    thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        for worker in 0..jobs {
            let (crew, tell) = (&crew, tell.clone());
            let folder = folder.join(worker.to_string());
            scope.spawn(move || crew.work(&folder, &tell));
        }
        drop(tell);
        for (task, outcome) in told {
            let kept = outcome.and_then(|outcome| {
                if let Some(journal) = &mut journal {
                    let Task { combination, seed } = tasks[task];
                    let combination = &planned.combinations[combination].0;
                    let added = journal.add(&planned.axes, combination, seed, &outcome);
                    added.map_err(|error| unkept(&error))?;
                }
                Ok(outcome)
            });
            match kept {
                Ok(outcome) => outcomes[task] = Some(outcome),
                Err(fault) => {
                    crew.failed.store(true, Ordering::Relaxed);
                    failure.get_or_insert(fault);
                }
            }
            bar.inc(1);
        }
    });
    bar.finish_and_clear();
    match failure {
        Some(failure) => Err(failure),
        None => Ok(results(planned, &tasks, &outcomes)),
    }
}

/// What all workers share.
struct Crew<'a> {
    args: &'a SweepArgs,
    planned: &'a Planned,
    tasks: &'a [Task],
    open: &'a [usize],
    /// The place in `open` of the next task that nobody has taken.
    next: AtomicUsize,
    stop: &'a AtomicBool,
    /// Held by the one run that may be on sockets.
    sockets: Mutex<()>,
    failed: AtomicBool,
}

impl Crew<'_> {
    /// Takes one task after another until there are none, or somebody ends it.
    fn work(&self, folder: &Path, tell: &Sender<Told>) {
        while !self.stop.load(Ordering::Relaxed) && !self.failed.load(Ordering::Relaxed) {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = self.open.get(place) else {
                return;
            };
            let told = match self.play(self.tasks[*task], folder) {
                Ok(Some(outcome)) => Ok(outcome),
                Ok(None) => return,
                Err(failure) => Err(failure),
            };
            if tell.send((*task, told)).is_err() {
                return;
            }
        }
    }

    fn play(&self, task: Task, folder: &Path) -> Result<Option<Outcome>, Failure> {
        let combination = &self.planned.combinations[task.combination].0;
        let scenario = self
            .planned
            .scenario(self.args, combination, Some(task.seed));
        let scenario = scenario.map_err(|unfit| self.planned.refusal(combination, unfit))?;
        let said = self.args.carrier.or(scenario.carriage);
        let carriage = said.unwrap_or(Carriage::Memory);
        // All runs have the same addresses. What another run left here is as it should be.
        let _alone = (carriage == Carriage::Sockets)
            .then(|| self.sockets.lock().unwrap_or_else(PoisonError::into_inner));
        let limit = self.args.max_datagrams;
        let measured = measure(&scenario, folder, carriage, limit, self.stop);
        measured.map_err(|error| match error {
            Unmeasured::Log(error) => Failure::environment(error.to_string()),
            Unmeasured::Bind(error) => unbound(&error),
        })
    }
}

/// Each combination with each of its seeds.
fn tasks(args: &SweepArgs, planned: &Planned) -> Vec<Task> {
    let combinations = planned.combinations.iter().enumerate();
    let each = combinations.flat_map(|(combination, (_, first))| {
        let seeds = (0..u64::from(args.repeat)).map(move |number| first + number);
        seeds.map(move |seed| Task { combination, seed })
    });
    each.collect()
}

/// Added up in the order of the tasks, so that sums are the same whoever was first.
fn results(planned: &Planned, tasks: &[Task], outcomes: &[Option<Outcome>]) -> Results {
    let rows = planned.combinations.iter();
    let rows = rows.map(|(combination, _)| Row::new(&planned.axes, combination));
    let mut rows: Vec<Row> = rows.collect();
    for (task, outcome) in tasks.iter().zip(outcomes) {
        if let Some(outcome) = outcome {
            rows[task.combination].add(outcome);
        }
    }
    Results {
        format_version: FORMAT_VERSION,
        scenario: planned.name.clone(),
        keys: planned.axes.iter().map(|axis| axis.key.clone()).collect(),
        complete: outcomes.iter().all(Option::is_some),
        combinations: rows,
    }
}

/// The file for results can't be had.
fn unkept(error: &JournalError) -> Failure {
    match error {
        JournalError::Io { .. } => Failure::environment(error.to_string()),
        JournalError::OfAnother(_) | JournalError::NotAResult { .. } => {
            Failure::usage(error.to_string())
        }
    }
}

/// A bar that counts runs, where somebody may look at it.
fn bar(name: &str, all: usize, open: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = "{prefix} {wide_bar} {human_pos} of {human_len} runs, {eta} left";
    let style = ProgressStyle::with_template(template).expect("the template is well-formed");
    let target = ProgressDrawTarget::stderr_with_hz(10);
    let bar = ProgressBar::with_draw_target(Some(open as u64), target);
    bar.set_style(style);
    bar.set_prefix(match all - open {
        0 => name.to_owned(),
        known => format!("{name} ({known} known)"),
    });
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
