//! The traces of scenarios, run in memory.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use p2p_sim::driver::{self, Cast, Control, Memory, lockstep};
use p2p_sim::scenario::{Net, Scenario};
use p2p_sim::trace::{About, Trace};

/// The trace of the shipped scenario `name`, moved to the block of `net`.
pub(crate) fn of(name: &str, net: Option<Net>) -> Trace {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios")
        .join(name);
    let scenario = Scenario::load(&file, net, None).unwrap();
    let out = tempfile::tempdir().unwrap();
    let logs = driver::open_logs(&scenario, out.path()).unwrap();
    let stop = AtomicBool::new(false);
    let control = Control {
        max_datagrams: 100_000,
        stop: &stop,
        watcher: &mut (),
    };
    let cast = Cast::of(&scenario);
    let ran = lockstep::run(&scenario, cast, &mut Memory, logs, control).unwrap();
    Trace {
        about: About {
            scenario: name.to_owned(),
            description: String::new(),
            seed: scenario.seed,
            mode: "lockstep".to_owned(),
            ttl: 3,
            duplicates: "literal".to_owned(),
            reliable: false,
        },
        roster: scenario.roster.clone(),
        peers: Vec::new(),
        clients: Vec::new(),
        recording: ran.recording,
        findings: Vec::new(),
        end: None,
    }
}
