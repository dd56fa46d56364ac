//! Runs all combinations side by side, each on one thread; of those on sockets one at a time.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::SweepArgs;
use super::plan::Planned;
use crate::cli::failure::Failure;
use crate::cli::progress::{Progress, Unit};
use crate::cli::run::play::unbound;
use crate::report::FORMAT_VERSION;
use crate::rules::Carriage;
use crate::sweep::Combination;
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

/// A sweep that goes on: what there is of it can be had at any time.
pub(super) struct Sweep {
    args: Arc<SweepArgs>,
    planned: Planned,
    tasks: Vec<Task>,
    outcomes: Mutex<Vec<Option<Outcome>>>,
}

impl Sweep {
    /// The sweep of `planned`, of which nothing has been run.
    pub(super) fn new(args: Arc<SweepArgs>, planned: Planned) -> Self {
        let tasks = tasks(&args, &planned);
        Self {
            args,
            planned,
            outcomes: Mutex::new(vec![None; tasks.len()]),
            tasks,
        }
    }

    /// Runs what the file of `--resume` does not know yet. `stop` ends it early.
    pub(super) fn run(
        &self,
        folder: &Path,
        stop: &AtomicBool,
        progress: &Progress,
    ) -> Result<(), Failure> {
        let (text, limit) = (&self.planned.text, self.args.max_datagrams);
        let journal = self.args.resume.as_ref();
        let journal = journal.map(|file| Journal::open(file, text, limit));
        let mut journal = journal.transpose().map_err(|error| unkept(&error))?;
        if let Some(journal) = &journal {
            self.recall(journal);
        }
        let open: Vec<usize> = {
            let outcomes = self.outcomes();
            let tasks = 0..self.tasks.len();
            tasks.filter(|task| outcomes[*task].is_none()).collect()
        };
        let count = progress.count(
            self.called(open.len()),
            Unit::Things("runs"),
            Some(open.len() as u64),
        );
        let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let jobs = self.args.jobs.map_or_else(cores, usize::from);
        let jobs = jobs.min(open.len());
        let crew = Crew {
            sweep: self,
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
                        let (combination, seed) = self.task(task);
                        let added = journal.add(&self.planned.axes, combination, seed, &outcome);
                        added.map_err(|error| unkept(&error))?;
                    }
                    Ok(outcome)
                });
                match kept {
                    Ok(outcome) => self.outcomes()[task] = Some(outcome),
                    Err(fault) => {
                        crew.failed.store(true, Ordering::Relaxed);
                        failure.get_or_insert(fault);
                    }
                }
                count.add(1);
            }
        });
        failure.map_or(Ok(()), Err)
    }

    /// Takes over what `journal` knows.
    fn recall(&self, journal: &Journal) {
        let mut outcomes = self.outcomes();
        for (task, outcome) in outcomes.iter_mut().enumerate() {
            let (combination, seed) = self.task(task);
            *outcome = journal
                .known(&self.planned.axes, combination, seed)
                .cloned();
        }
    }

    /// The combination and the seed of a task.
    fn task(&self, task: usize) -> (&Combination, u64) {
        let Task { combination, seed } = self.tasks[task];
        (&self.planned.combinations[combination].0, seed)
    }

    /// What came of the runs so far.
    fn outcomes(&self) -> MutexGuard<'_, Vec<Option<Outcome>>> {
        // Each is put there at once, so a thread that panicked leaves them whole.
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the sweep is called while it goes on with `open` runs.
    fn called(&self, open: usize) -> String {
        let name = &self.planned.name;
        match self.tasks.len() - open {
            0 => name.clone(),
            known => format!("{name} ({known} known)"),
        }
    }

    /// What came of it so far, added up in the order of the tasks, so that sums are the same whoever
    /// was first.
    pub(super) fn results(&self) -> Results {
        let (planned, outcomes) = (&self.planned, self.outcomes());
        let rows = planned.combinations.iter();
        let rows = rows.map(|(combination, _)| Row::new(&planned.axes, combination));
        let mut rows: Vec<Row> = rows.collect();
        for (task, outcome) in self.tasks.iter().zip(outcomes.iter()) {
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
}

/// What all workers share.
struct Crew<'a> {
    sweep: &'a Sweep,
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
            let told = match self.play(*task, folder) {
                Ok(Some(outcome)) => Ok(outcome),
                Ok(None) => return,
                Err(failure) => Err(failure),
            };
            if tell.send((*task, told)).is_err() {
                return;
            }
        }
    }

    fn play(&self, task: usize, folder: &Path) -> Result<Option<Outcome>, Failure> {
        let Sweep { args, planned, .. } = self.sweep;
        let (combination, seed) = self.sweep.task(task);
        let scenario = planned.scenario(args, combination, Some(seed));
        let scenario = scenario.map_err(|unfit| planned.refusal(combination, unfit))?;
        let said = args.carrier.or(scenario.carriage);
        let carriage = said.unwrap_or(Carriage::Memory);
        // All runs have the same addresses. What another run left here is as it should be.
        let _alone = (carriage == Carriage::Sockets)
            .then(|| self.sockets.lock().unwrap_or_else(PoisonError::into_inner));
        let limit = args.max_datagrams;
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

/// The file for results can't be had.
fn unkept(error: &JournalError) -> Failure {
    match error {
        JournalError::Io { .. } => Failure::environment(error.to_string()),
        JournalError::OfAnother(_) | JournalError::NotAResult { .. } => {
            Failure::usage(error.to_string())
        }
    }
}
