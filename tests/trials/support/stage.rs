//! Plays a scenario with any cast over any carrier, and judges it, as `p2p-sim run` does.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use p2p_sim::check::{self, Check, CheckVerdict, Verdict};
use p2p_sim::driver::{self, Carrier, Cast, Control, Memory, Ran, Sockets, Watcher, lockstep};
use p2p_sim::oracle::{self, Order, Prediction};
use p2p_sim::roster::{EndpointId, Roster};
use p2p_sim::scenario::{Net, Scenario};
use tempfile::TempDir;

/// The most datagrams that a trial may send.
const ENOUGH: u64 = 50_000;

/// The shipped scenario `scenarios/NAME.toml`, moved to 127.`net`.
pub(crate) fn shipped(name: &str, net: u8) -> Scenario {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    load(&root.join(format!("scenarios/{name}.toml")), net)
}

/// The scenario that `toml` says, moved to 127.`net`.
pub(crate) fn written(toml: &str, net: u8) -> Scenario {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("small.toml");
    std::fs::write(&path, toml).expect("a temporary file");
    load(&path, net)
}

fn load(path: &Path, net: u8) -> Scenario {
    Scenario::load(path, Some(Net(net)), None).unwrap_or_else(|rejected| panic!("{rejected}"))
}

/// The files of every shipped scenario that needs no others than shipped ones and is not large,
/// without the ending, as [`shipped`] takes them.
pub(crate) fn all_shipped() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut names = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of scenarios") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                // What is large has tests of its own.
                folders.retain(|folder| !folder.ends_with("large"));
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                let name = path.strip_prefix(&root).expect("below it");
                names.push(name.with_extension("").display().to_string());
            }
        }
    }
    names.retain(|name| name != "gnutella" && !name.starts_with("large/"));
    names.sort();
    names
}

/// Who is called `name`.
pub(crate) fn named(roster: &Roster, name: &str) -> EndpointId {
    let mut all = roster.iter();
    let found = all.find(|(_, entry)| entry.name == name);
    found.unwrap_or_else(|| panic!("nobody is called {name}")).0
}

/// A run that was played, with all that is needed to judge it.
pub(crate) struct Played {
    pub(crate) scenario: Scenario,
    pub(crate) prediction: Prediction,
    pub(crate) ran: Ran,
    /// Where the logs are, as long as this is kept.
    pub(crate) _dir: TempDir,
}

/// What a trial may choose; the rest is as in a usual run.
pub(crate) struct Stage<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) cast: Cast,
    pub(crate) carrier: &'a mut dyn Carrier,
    pub(crate) max_datagrams: u64,
    pub(crate) watcher: &'a mut dyn Watcher,
    pub(crate) stop: &'a AtomicBool,
}

impl Stage<'_> {
    pub(crate) fn play(self) -> Played {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let logs = driver::open_logs(self.scenario, dir.path()).expect("logs");
        let prediction = oracle::predict(self.scenario, Order::Lockstep);
        let control = Control {
            max_datagrams: self.max_datagrams,
            stop: self.stop,
            watcher: self.watcher,
        };
        let ran = lockstep::run(self.scenario, self.cast, self.carrier, logs, control);
        Played {
            scenario: self.scenario.clone(),
            prediction,
            ran: ran.expect("logs can be written"),
            _dir: dir,
        }
    }
}

/// Plays `scenario` with `cast` over `carrier`.
pub(crate) fn play_over(scenario: &Scenario, cast: Cast, carrier: &mut dyn Carrier) -> Played {
    let stage = Stage {
        scenario,
        cast,
        carrier,
        max_datagrams: ENOUGH,
        watcher: &mut (),
        stop: &AtomicBool::new(false),
    };
    stage.play()
}

/// Plays `scenario` with `cast` in memory.
pub(crate) fn play(scenario: &Scenario, cast: Cast) -> Played {
    play_over(scenario, cast, &mut Memory)
}

/// Plays `scenario` with `cast` on sockets.
pub(crate) fn play_on_sockets(scenario: &Scenario, cast: Cast) -> Played {
    let mut sockets = Sockets::bind(&scenario.roster).expect("addresses of our own");
    play_over(scenario, cast, &mut sockets)
}

impl Played {
    pub(crate) fn judge(&self) -> Verdict {
        check::judge(&self.scenario, &self.prediction, &self.ran)
    }

    /// The log of the first client.
    pub(crate) fn log(&self) -> &PathBuf {
        &self.ran.logs[0]
    }

    /// Every event as a line of text.
    pub(crate) fn lines(&self) -> Vec<String> {
        let recording = &self.ran.recording;
        let ids = recording.iter().map(|(id, _)| id);
        ids.map(|id| recording.line(id, &self.scenario.roster))
            .collect()
    }
}

/// Each finding in short: its check, whom it is about, and the chunk.
pub(crate) fn in_short(verdict: &Verdict, roster: &Roster) -> Vec<String> {
    let short = |finding: &check::Finding| {
        let who = finding.who.map(|who| format!(" {}", roster.name(who)));
        let chunk = finding.chunk.map(|chunk| format!(" {chunk}"));
        let (who, chunk) = (who.unwrap_or_default(), chunk.unwrap_or_default());
        format!("{}{who}{chunk}", finding.check)
    };
    verdict.findings.iter().map(short).collect()
}

/// Asserts that `played` passes every check.
pub(crate) fn assert_passes(played: &Played) -> Verdict {
    let verdict = played.judge();
    let passed = |(_, verdict): &(Check, CheckVerdict)| *verdict == CheckVerdict::Pass;
    let name = &played.scenario.name;
    assert!(
        verdict.checks.iter().all(passed) && verdict.passes() && verdict.findings.is_empty(),
        "{name}: {:#?}",
        verdict.findings
    );
    verdict
}
