//! One seed and one net, one stream of events: run after run, on sockets and in memory, whoever
//! else sends to a run's addresses.

use std::net::{SocketAddrV4, UdpSocket};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use p2p_sim::driver::{Carried, Carrier, Cast, Memory, Sockets, Watcher};
use p2p_sim::event::{DropReason, EventId, Recording, What};
use p2p_sim::roster::EndpointId;
use p2p_sim::rules::Carriage;
use p2p_sim::time::Time;
use p2p_sim::wire::{ChunkId, IdList, Message};
use p2p_sim::{capture, page, trace};
use serde_json::Value;

use crate::support::stage::{
    Played, Stage, all_shipped, assert_passes, play, play_on_sockets, shipped,
};

#[test]
fn every_shipped_scenario_is_the_same_each_time_on_sockets_and_in_memory() {
    for name in all_shipped() {
        let scenario = shipped(&name, 70);
        let on_sockets = play_on_sockets(&scenario, Cast::of(&scenario));
        for again in [
            play(&scenario, Cast::of(&scenario)),
            play(&scenario, Cast::of(&scenario)),
            play_on_sockets(&scenario, Cast::of(&scenario)),
        ] {
            assert_eq!(again.ran.recording, on_sockets.ran.recording, "{name}");
            assert_eq!(again.lines(), on_sockets.lines(), "{name}");
            assert_eq!(again.ran.clock, on_sockets.ran.clock, "{name}");
        }
    }
}

/// Counts the turns of a run that goes step by step.
struct Steps<'a>(&'a AtomicU64);

impl Watcher for Steps<'_> {
    fn event(&mut self, _: &Recording, _: EventId) {}

    fn goes_step_by_step(&self) -> bool {
        true
    }

    fn before(&mut self, _: &Recording, _: Time) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Carries in memory; nothing may cross before its turn.
struct InStep<'a> {
    turns: &'a AtomicU64,
    carried: u64,
}

impl Carrier for InStep<'_> {
    fn carry(
        &mut self,
        from: EndpointId,
        to: EndpointId,
        payload: &[u8],
        strangers: &mut Vec<(SocketAddrV4, Bytes)>,
    ) -> Carried {
        self.carried += 1;
        let turns = self.turns.load(Ordering::Relaxed);
        assert!(
            self.carried <= turns,
            "{} after {turns} turns",
            self.carried
        );
        Memory.carry(from, to, payload, strangers)
    }
}

#[test]
fn who_goes_step_by_step_sees_the_same_run_and_nothing_crosses_before_its_turn() {
    for name in all_shipped() {
        let scenario = shipped(&name, 72);
        let at_once = play(&scenario, Cast::of(&scenario));
        let turns = AtomicU64::new(0);
        let stage = Stage {
            scenario: &scenario,
            cast: Cast::of(&scenario),
            carrier: &mut InStep {
                turns: &turns,
                carried: 0,
            },
            max_datagrams: 1_000_000,
            watcher: &mut Steps(&turns),
            stop: &AtomicBool::new(false),
        };
        let in_steps = stage.play();
        assert_eq!(in_steps.ran.recording, at_once.ran.recording, "{name}");
        assert_eq!(in_steps.ran.clock, at_once.ran.clock, "{name}");
    }
}

/// What the program writes of `played`, whose carrier was `carriage`: trace, capture and page.
fn files(played: &Played, carriage: Carriage) -> [Vec<u8>; 3] {
    let kept = played.keep_as(&played.judge(), carriage);
    let mut files = [Vec::new(), Vec::new(), page::page(&kept).into_bytes()];
    trace::write(&kept, &mut files[0]).expect("memory takes all");
    capture::write(&kept, &mut files[1], &mut |_| ()).expect("memory takes all");
    files
}

#[test]
fn no_file_of_a_run_tells_sockets_from_memory() {
    for name in all_shipped() {
        let scenario = shipped(&name, 71);
        let on_sockets = play_on_sockets(&scenario, Cast::of(&scenario));
        let in_memory = play(&scenario, Cast::of(&scenario));
        assert!(on_sockets.ran.recording.len() > 1, "{name} has events");
        let on_sockets = files(&on_sockets, Carriage::Sockets);
        let in_memory = files(&in_memory, Carriage::Memory);
        // Compared in whole: shown side by side they would fill the screen.
        for (file, place) in ["trace", "capture", "page"].into_iter().zip(0..) {
            assert!(on_sockets[place] == in_memory[place], "{name}: {file}");
        }
    }
}

#[test]
fn another_net_moves_addresses_and_nothing_else() {
    let lines = |net: u8| {
        let scenario = shipped("mesh", net);
        play(&scenario, Cast::of(&scenario)).lines().join("\n")
    };
    assert_ne!(lines(1), lines(2));
    assert_eq!(lines(1).replace("127.1.", "127.2."), lines(2));
}

#[test]
fn another_seed_makes_other_choices() {
    let lines = |seed: u64| {
        let mut scenario = shipped("edge/same-chunk-everywhere", 70);
        scenario.seed = seed;
        play(&scenario, Cast::of(&scenario)).lines()
    };
    assert_eq!(lines(1), lines(1));
    // Four chunks with four holders each: 1 in 256 that two seeds choose alike.
    assert_ne!(lines(1), lines(2));
}

/// The document that the program writes of the mesh and the line, and the program's text of it.
fn document(out: &Path) -> (Value, String) {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let run = Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
        .args(["run", "--format", "json", "--net", "127.72", "--seed", "7"])
        .arg("--out")
        .arg(out)
        .args(["mesh.toml", "line.toml"].map(|name| scenarios.join(name)))
        .output()
        .expect("the program starts");
    let text = String::from_utf8(run.stdout).expect("text");
    assert!(run.status.success(), "{text}");
    (serde_json::from_str(&text).expect("JSON"), text)
}

/// Takes out what may differ between two runs.
fn take_out(document: &mut Value) -> Vec<String> {
    let mut logs = Vec::new();
    for run in document["runs"].as_array_mut().expect("runs") {
        run["wall_ms"].take();
        for client in run["clients"].as_array_mut().expect("clients") {
            let log = client["log"].take();
            logs.push(log.as_str().expect("a path").to_owned());
        }
    }
    logs
}

#[test]
fn two_documents_differ_only_in_wall_clock_time_and_paths() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (mut one, text_of_one) = document(&dir.path().join("one"));
    let (mut two, text_of_two) = document(&dir.path().join("two"));
    assert_eq!(text_of_one.lines().count(), text_of_two.lines().count());
    for (a, b) in text_of_one.lines().zip(text_of_two.lines()) {
        let may_differ = a.contains("\"wall_ms\"") || a.contains("\"log\"");
        assert!(a == b || may_differ, "{a}\n{b}");
    }
    let logs = (take_out(&mut one), take_out(&mut two));
    assert_eq!(one, two);
    assert_eq!(logs.0.len(), 3);
    for (a, b) in logs.0.iter().zip(&logs.1) {
        assert_eq!(a.replace("/one/", "/two/"), *b);
        let read = |path: &String| std::fs::read(path).expect("a log");
        assert_eq!(read(a), read(b));
    }
}

/// Sends to whoever is about to be sent something, from a socket of its own.
struct Stranger {
    socket: UdpSocket,
    /// What it sends next; each goes before another datagram of the run.
    left: Vec<Vec<u8>>,
    every: usize,
    seen: usize,
}

impl Watcher for Stranger {
    fn event(&mut self, recording: &Recording, id: EventId) {
        let What::Sent { to, .. } = recording.event(id).what else {
            return;
        };
        self.seen += 1;
        if self.seen.is_multiple_of(self.every)
            && let Some(datagram) = self.left.pop()
        {
            let sent = self.socket.send_to(&datagram, to);
            assert_eq!(sent.expect("loopback takes it"), datagram.len());
        }
    }
}

#[test]
fn strangers_are_counted_and_dropped_and_change_nothing() {
    let scenario = shipped("mesh", 73);
    let undisturbed = play(&scenario, Cast::of(&scenario));
    let usual = assert_passes(&undisturbed);
    let everything = IdList::distinct((0..=10).map(ChunkId));
    let datagrams: Vec<Vec<u8>> = vec![
        Message::Hello(everything.clone()).encode().to_vec(),
        Message::Get(everything.clone()).encode().to_vec(),
        Message::ChunksInfo(everything).encode().to_vec(),
        Vec::new(),
        b"junk".to_vec(),
        vec![0; 60_000],
    ];
    let count = datagrams.len();
    let own: SocketAddrV4 = "127.73.9.9:0".parse().expect("an address");
    let mut stranger = Stranger {
        socket: UdpSocket::bind(own).expect("an address of our own"),
        left: datagrams,
        every: 3,
        seen: 0,
    };
    let mut sockets = Sockets::bind(&scenario.roster).expect("addresses of our own");
    let stage = Stage {
        scenario: &scenario,
        cast: Cast::of(&scenario),
        carrier: &mut sockets,
        max_datagrams: 1_000,
        watcher: &mut stranger,
        stop: &AtomicBool::new(false),
    };
    let disturbed = stage.play();
    assert!(stranger.left.is_empty());
    let verdict = assert_passes(&disturbed);
    let books = &verdict.census.accounting;
    assert_eq!(books.outside, count as u64);
    assert_eq!(books.dropped[&DropReason::Stranger], count as u64);
    assert_eq!(verdict.census.sent_by_type, usual.census.sent_by_type);
    assert_eq!(verdict.census.ignored, usual.census.ignored);
    for (log, usual) in disturbed.ran.logs.iter().zip(&undisturbed.ran.logs) {
        let read = |path| std::fs::read(path).expect("a log");
        assert_eq!(read(log), read(usual));
    }
    // Only the strangers' events are more: what a datagram of the run does and when stays.
    let own = |recording: &Recording| -> Vec<_> {
        let own = recording.iter().map(|(_, event)| event);
        let own = own.filter_map(|event| match &event.what {
            What::Sent { from, to, payload } => {
                Some((event.time, *from, *to, recording.bytes(*payload).to_vec()))
            }
            _ => None,
        });
        own.collect()
    };
    assert_eq!(
        own(&disturbed.ran.recording),
        own(&undisturbed.ran.recording)
    );
    let from = stranger.socket.local_addr().expect("its address");
    let told = format!("outside {from} -> ");
    let lines = disturbed.lines();
    assert_eq!(lines.iter().filter(|l| l.contains(&told)).count(), count);
}
