//! What is seen while a run goes on: a bar on a terminal, or each event as a line.

use std::io::{IsTerminal, LineWriter, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::driver::Watcher;
use crate::event::{EventId, Recording, What};
use crate::oracle::Prediction;
use crate::roster::Roster;
use crate::scenario::Scenario;

/// A reader of the events that shows them, or how many there are.
pub(super) struct Onlooker {
    bar: ProgressBar,
    /// Where events go as lines, with the names for them.
    lines: Option<(LineWriter<std::io::Stderr>, Roster)>,
}

/// Takes the bar away and shows what is left to show.
impl Drop for Onlooker {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        if let Some((lines, _)) = &mut self.lines {
            // A closed standard error is nothing to tell anybody of.
            let _unused = lines.flush();
        }
    }
}

impl Onlooker {
    /// Shows a bar if standard error is a terminal, each event instead if `verbose`, nothing if
    /// `quiet`.
    pub(super) fn new(
        scenario: &Scenario,
        prediction: &Prediction,
        verbose: bool,
        quiet: bool,
    ) -> Self {
        let shown = std::io::stderr().is_terminal() && !verbose && !quiet;
        let bar = match shown {
            true => bar(&scenario.name, prediction),
            false => ProgressBar::hidden(),
        };
        let lines = verbose.then(|| {
            let lines = LineWriter::new(std::io::stderr());
            (lines, scenario.roster.clone())
        });
        Self { bar, lines }
    }
}

impl Watcher for Onlooker {
    fn event(&mut self, recording: &Recording, id: EventId) {
        if let Some((lines, roster)) = &mut self.lines {
            let _unused = writeln!(lines, "{}", recording.line(id, roster));
        }
        let has_ended = matches!(
            recording.event(id).what,
            What::Delivered { .. } | What::Dropped { .. } | What::LostByKernel { .. }
        );
        if has_ended {
            self.bar.inc(1);
        }
    }
}

/// A bar that appears when a run takes longer than a moment.
fn bar(name: &str, prediction: &Prediction) -> ProgressBar {
    let total = u64::try_from(prediction.total()).ok();
    let template = match total {
        Some(_) => "{prefix} {wide_bar} {human_pos} of some {human_len} datagrams",
        None => "{prefix} {spinner} {human_pos} datagrams, {per_sec}",
    };
    let style = ProgressStyle::with_template(template).expect("the template is well-formed");
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
    bar.set_style(style);
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
