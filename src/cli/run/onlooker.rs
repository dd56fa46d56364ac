//! What is seen while a run goes on: how far it is, or each event as a line.

use std::io::{LineWriter, Write};

use crate::cli::progress::{Counter, Progress, Unit};
use crate::driver::Watcher;
use crate::event::{EventId, Recording, What};
use crate::oracle::Prediction;
use crate::roster::Roster;
use crate::scenario::Scenario;

/// A reader of the events that shows them, or counts the datagrams whose way has ended.
pub(super) struct Onlooker {
    /// How many there are, where somebody looks at it.
    count: Option<Counting>,
    /// Where events go as lines, with the names for them.
    lines: Option<(LineWriter<std::io::Stderr>, Roster)>,
}

/// Counts datagrams for whoever looks on.
struct Counting {
    /// What goes on as soon as the first event is there.
    what: String,
    total: Option<u64>,
    progress: Progress,
    ended: u64,
    shown: Option<Counter>,
}

/// Shows what is left to show.
impl Drop for Onlooker {
    fn drop(&mut self) {
        if let Some((lines, _)) = &mut self.lines {
            // A closed standard error is nothing to tell anybody of.
            let _unused = lines.flush();
        }
    }
}

impl Onlooker {
    /// Shows each event if `verbose`; else `progress` has how many datagrams there were.
    pub(super) fn new(
        scenario: &Scenario,
        prediction: &Prediction,
        verbose: bool,
        progress: &Progress,
    ) -> Self {
        let count = progress.is_shown().then(|| Counting {
            what: format!("{}: running", scenario.name),
            total: u64::try_from(prediction.total()).ok(),
            progress: progress.clone(),
            ended: 0,
            shown: None,
        });
        let lines = verbose.then(|| {
            let lines = LineWriter::new(std::io::stderr());
            (lines, scenario.roster.clone())
        });
        Self { count, lines }
    }
}

impl Watcher for Onlooker {
    fn event(&mut self, recording: &Recording, id: EventId) {
        if let Some((lines, roster)) = &mut self.lines {
            let _unused = writeln!(lines, "{}", recording.line(id, roster));
        }
        if let Some(count) = &mut self.count {
            count.note(&recording.event(id).what);
        }
    }
}

impl Counting {
    fn note(&mut self, what: &What) {
        let shown = self.shown.get_or_insert_with(|| {
            let datagrams = Unit::Things("datagrams");
            self.progress.count(&self.what, datagrams, self.total)
        });
        let has_ended = matches!(
            what,
            What::Delivered { .. } | What::Dropped { .. } | What::LostByKernel { .. }
        );
        if has_ended {
            self.ended += 1;
            shown.set(self.ended);
        }
    }
}
