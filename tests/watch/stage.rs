//! Plays scenarios in lockstep and in memory, step by step, with a screen to look at.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use p2p_sim::check;
use p2p_sim::driver::{self, Cast, Control, Memory, Ran, Watcher, lockstep};
use p2p_sim::event::{EventId, Recording};
use p2p_sim::oracle::{self, Order};
use p2p_sim::report::{Mode, Report, screen::verdict_line};
use p2p_sim::rules::Carriage;
use p2p_sim::scenario::Scenario;
use p2p_sim::time::Time;
use p2p_sim::watch::screen::{self, View};
use p2p_sim::watch::{Ending, Model, Pace};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

/// What a datagram takes from peer to peer.
const HOP: Duration = Duration::from_millis(1);

/// What is done each time that the run stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Datagram,
    Hop,
    ToTheEnd,
}

/// A run with a screen.
pub(crate) struct Stage<F> {
    pub(crate) model: Model,
    pub(crate) pace: Pace,
    /// Looks at the run whenever it stands still, and says how it goes on.
    look: F,
}

impl<F: FnMut(&Model, &Pace) -> Step + Send> Watcher for Stage<F> {
    fn event(&mut self, recording: &Recording, id: EventId) {
        self.model.event(recording, id);
    }

    fn under_way(&mut self, datagram: EventId, arrives: Time) {
        self.model.under_way(datagram, arrives);
    }

    fn before(&mut self, recording: &Recording, next: Time) {
        while self
            .pace
            .tick(next, self.model.traffic(), Duration::ZERO)
            .is_some()
        {
            self.model.tell(recording);
            let traffic = self.model.traffic();
            match (self.look)(&self.model, &self.pace) {
                Step::Datagram => self.pace.step_datagram(traffic),
                Step::Hop => self.pace.step_hop(traffic),
                Step::ToTheEnd => self.pace.to_the_end(),
            }
        }
    }
}

/// A run that has ended, with what was known of it last.
pub(crate) struct Played {
    pub(crate) model: Model,
    pub(crate) pace: Pace,
    pub(crate) ran: Ran,
    pub(crate) report: Report,
}

/// A scenario of the repository.
pub(crate) fn shipped(file: &str) -> Scenario {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios")
        .join(file);
    match Scenario::load(&file, None, None) {
        Ok(scenario) => scenario,
        Err(rejected) => panic!("{rejected}"),
    }
}

/// A scenario that is written here.
pub(crate) fn written(text: &str) -> Scenario {
    let dir = tempfile::tempdir().unwrap();
    let file: PathBuf = dir.path().join("written.toml");
    std::fs::write(&file, text).unwrap();
    match Scenario::load(&file, None, None) {
        Ok(scenario) => scenario,
        Err(rejected) => panic!("{rejected}"),
    }
}

/// Plays `scenario` and lets `look` see it whenever it stands still, first before anything has
/// happened.
pub(crate) fn play(scenario: &Scenario, look: impl FnMut(&Model, &Pace) -> Step + Send) -> Played {
    let prediction = oracle::predict(scenario, Order::Lockstep);
    let out = tempfile::tempdir().unwrap();
    let logs = driver::open_logs(scenario, out.path()).unwrap();
    let mut stage = Stage {
        model: Model::new(scenario, &prediction),
        pace: Pace::new(HOP, HOP, true),
        look,
    };
    let control = Control {
        max_datagrams: 1_000_000,
        stop: &AtomicBool::new(false),
        watcher: &mut stage,
    };
    let ran = lockstep::run(scenario, Cast::of(scenario), &mut Memory, logs, control).unwrap();
    let verdict = check::judge(scenario, &prediction, &ran);
    let took = Duration::ZERO;
    let report = Report::new(
        scenario,
        &prediction,
        &ran,
        &verdict,
        Mode::Lockstep(Carriage::Memory),
        took,
    );
    let told = anstream::adapter::strip_str(&verdict_line(&report)).to_string();
    stage.model.tell(&ran.recording);
    stage.model.ending = Some(Ending::of(&report, told));
    Played {
        model: stage.model,
        pace: stage.pace,
        ran,
        report,
    }
}

/// The screen of `columns` × `rows`, with its colours.
pub(crate) fn painted(model: &Model, pace: &Pace, view: &View, columns: u16, rows: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    let drawn = terminal.draw(|frame| screen::draw(frame, model, pace, view));
    drawn.unwrap().buffer.clone()
}

/// The letters of the screen.
pub(crate) fn screen(model: &Model, pace: &Pace, view: &View, columns: u16, rows: u16) -> String {
    let buffer = painted(model, pace, view, columns, rows);
    let row = |y| {
        let cells = (0..columns).map(|x| buffer[(x, y)].symbol().to_owned());
        cells.collect::<String>().trim_end().to_owned() + "\n"
    };
    (0..rows).map(row).collect()
}
