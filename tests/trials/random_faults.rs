//! Random scenarios with random faults: what comes out is never called wrong, and most of it is
//! predicted for sure.
//!
//! The suite plays 200 of them. `P2P_SIM_RANDOM_FAULTS=5000 cargo test --release --test trials
//! random_faults -- --nocapture` plays more and says how much was predicted for sure.

#![expect(clippy::print_stdout, reason = "what was predicted for sure is told")]

use std::fmt::Write as _;

use p2p_sim::check::Check;
use p2p_sim::driver::Cast;
use p2p_sim::oracle::{self, Order, Sources};
use p2p_sim::rules::Duplicates;
use p2p_sim::scenario::Scenario;
use p2p_sim::wire::ChunkId;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use tempfile::TempDir;

use crate::support::stage::play;

/// How many scenarios the suite plays.
const TRIALS: u64 = 200;
/// What may send more is left out.
const LARGE: u128 = 20_000;
/// Chunks 0 to 5 are held by somebody or nobody; clients want some of them.
const CHUNKS: u16 = 6;

/// A scenario while it is thought up.
struct Draft<'a> {
    luck: &'a mut ChaCha8Rng,
    peers: usize,
    /// Pairs that are linked both ways.
    links: Vec<(usize, usize)>,
    clients: usize,
    toml: String,
}

impl Draft<'_> {
    fn line(&mut self, line: impl AsRef<str>) {
        self.toml.push_str(line.as_ref());
        self.toml.push('\n');
    }

    fn one_of<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.luck.random_range(0..some.len())]
    }

    fn peer(&mut self) -> usize {
        self.luck.random_range(0..self.peers)
    }

    fn overlay(&mut self) {
        for peer in 1..self.peers {
            // Mostly connected.
            if self.luck.random_range(0..10) > 0 {
                let other = self.luck.random_range(0..peer);
                self.links.push((other, peer));
            }
        }
        for _ in 0..self.luck.random_range(0..=self.peers) {
            let (a, b) = (self.peer(), self.peer());
            if a < b && !self.links.contains(&(a, b)) {
                self.links.push((a, b));
            }
        }
        let mut links = String::new();
        for (a, b) in &self.links {
            write!(links, "[\"p{a}\", \"p{b}\"], ").expect("a string");
        }
        self.line(format!("links = [{links}]"));
    }

    fn endpoints(&mut self) {
        for peer in 0..self.peers {
            let held: Vec<u16> = (0..CHUNKS)
                .filter(|_| self.luck.random_range(0..3) == 0)
                .collect();
            self.line(format!("[[peer]]\nname = \"p{peer}\"\nchunks = {held:?}"));
        }
        for client in 0..self.clients {
            let wanted: Vec<u16> = (0..self.luck.random_range(1..=CHUNKS)).collect();
            let contact = self.peer();
            let choose = self.one_of(&["random", "first", "spread"]);
            let repeats = self.luck.random_range(0..=3);
            let wait = self.one_of(&["3s", "5s"]);
            let start = self.one_of(&["0s", "0s", "700ms", "2s"]);
            self.line(format!(
                "[[client]]\nname = \"c{client}\"\ncontact = \"p{contact}\"\nchunks = {wanted:?}\n\
                 choose = \"{choose}\"\nrepeats = {repeats}\nwait = \"{wait}\"\nstart = \"{start}\""
            ));
            if self.luck.random_range(0..6) == 0 {
                let id = CHUNKS - 1;
                if !wanted.contains(&id) {
                    self.line(format!("[[client.then]]\nafter = \"1s\"\nchunks = [{id}]"));
                }
            }
        }
    }

    /// A `[[link]]` on one link, one kind of links or all.
    fn chances(&mut self) {
        self.line("[[link]]");
        let some = self.luck.random_range(0..10);
        let place = match some {
            0 => "between = \"peers\"".to_owned(),
            1 => "between = \"clients\"".to_owned(),
            2 => "between = \"all\"".to_owned(),
            3 | 4 => {
                let (client, peer) = (self.luck.random_range(0..self.clients), self.peer());
                format!("between = [\"c{client}\", \"p{peer}\"]")
            }
            _ if self.links.is_empty() => "between = \"peers\"".to_owned(),
            _ => {
                let (a, b) = self.links[self.luck.random_range(0..self.links.len())];
                match self.luck.random_range(0..3) {
                    0 => format!("from = \"p{b}\"\nto = \"p{a}\""),
                    _ => format!("between = [\"p{a}\", \"p{b}\"]"),
                }
            }
        };
        self.line(place);
        let what = self.one_of(&[
            "loss = 0.05",
            "loss = 0.5",
            "loss = 1",
            "duplication = 0.5",
            "duplication = 1",
            "corruption = 0.3",
            "reordering = 0.3",
            "reordering = 0.5\nreorder_by = \"40ms\"",
            "delay = \"30ms\"",
            "delay = \"700ms\"",
            "jitter = { uniform = \"20ms\" }",
            "jitter = { normal = \"5ms\" }",
            "jitter = { exponential = \"5ms\" }",
            "jitter = { pareto = \"5ms\" }",
            "rate = \"10kB/s\"\nqueue = 2",
            "rate = \"1MB/s\"",
        ]);
        self.line(what);
    }

    /// Peers that acknowledge QUERYs, one of which may not.
    fn reliable(&mut self) {
        let timeout = self.one_of(&["3ms", "50ms", "1s"]);
        let retries = self.one_of(&["0", "2", "10"]);
        self.line(format!(
            "[reliable]\ntimeout = \"{timeout}\"\nretries = {retries}"
        ));
        if self.luck.random_range(0..3) == 0 {
            let peer = self.peer();
            self.line(format!("except = \"p{peer}\""));
        }
    }

    /// A `[[fault]]` about datagrams that there may be.
    fn meaning(&mut self) {
        let message = self.one_of(&["HELLO", "QUERY", "CHUNKS_INFO", "GET", "RESPONSE", "any"]);
        let effect = self.one_of(&["drop", "drop", "delay", "duplicate", "corrupt"]);
        self.line(format!("[[fault]]\n{effect} = \"{message}\""));
        if effect == "delay" {
            let by = self.one_of(&["10ms", "400ms", "3s", "7s"]);
            self.line(format!("by = \"{by}\""));
        }
        let client = self.luck.random_range(0..self.clients);
        let peer = self.peer();
        match message {
            "HELLO" | "GET" => {
                if self.luck.random() {
                    self.line(format!("from = \"c{client}\""));
                }
                if message == "GET" && self.luck.random() {
                    self.line(format!("to = \"p{peer}\""));
                }
            }
            "CHUNKS_INFO" | "RESPONSE" => {
                if self.luck.random() {
                    self.line(format!("from = \"p{peer}\""));
                }
                if self.luck.random() {
                    self.line(format!("to = \"c{client}\""));
                }
            }
            "QUERY" if !self.links.is_empty() => {
                let (a, b) = self.links[self.luck.random_range(0..self.links.len())];
                self.line(format!("from = \"p{a}\"\nto = \"p{b}\""));
            }
            _ => {}
        }
        if self.luck.random_range(0..3) == 0 && message != "any" {
            let chunk = self.luck.random_range(0..CHUNKS);
            self.line(format!("chunk = {chunk}"));
        }
        let which = self.one_of(&["", "nth = 1", "nth = 1", "nth = [1, 3]", "nth = \"2-4\""]);
        self.line(which);
        let window = self.one_of(&[
            "",
            "",
            "until = \"2s\"",
            "since = \"1s\"",
            "since = \"2ms\"\nuntil = \"4s\"",
        ]);
        self.line(window);
    }

    /// One or two `[[event]]`s that belong together.
    fn changes(&mut self) {
        let at = self.one_of(&["0s", "1ms", "2ms", "3500us", "104ms", "1s", "2900ms"]);
        let back = self.one_of(&["2950ms", "2960ms"]);
        let peer = self.peer();
        let when = match self.luck.random_range(0..4) {
            0 => {
                let message = self.one_of(&["QUERY", "CHUNKS_INFO", "RESPONSE"]);
                let by = self.one_of(&["0s", "1ms", "1s"]);
                format!("after = {{ message = \"{message}\", from = \"p{peer}\", by = \"{by}\" }}")
            }
            _ => format!("at = \"{at}\""),
        };
        let some = self.luck.random_range(0..8);
        match some {
            0 | 1 => {
                let how = self.one_of(&["stop", "crash"]);
                self.line(format!("[[event]]\n{when}\n{how} = \"p{peer}\""));
                if self.luck.random() {
                    self.line(format!("[[event]]\nat = \"{back}\"\nstart = \"p{peer}\""));
                }
            }
            2 => {
                let time = self.one_of(&["5ms", "1s", "4s"]);
                self.line(format!(
                    "[[event]]\n{when}\npause = \"p{peer}\"\nfor = \"{time}\""
                ));
            }
            3 => self.line(format!("[[event]]\nat = \"{at}\"\njoin = \"p{peer}\"")),
            4 if !self.links.is_empty() => {
                let (a, b) = self.links[self.luck.random_range(0..self.links.len())];
                let one_way = self.one_of(&["", "one_way = true"]);
                self.line(format!(
                    "[[event]]\n{when}\ncut = [[\"p{a}\", \"p{b}\"]]\n{one_way}"
                ));
                if self.luck.random() {
                    self.line(format!("[[event]]\nat = \"{back}\"\nheal = \"all\""));
                }
            }
            5 if self.peers > 2 => {
                let one_way = self.one_of(&["", "one_way = true"]);
                let set = format!("[\"p0\", \"p{}\"]", self.luck.random_range(1..self.peers));
                self.line(format!("[[event]]\n{when}\npartition = {set}\n{one_way}"));
                if self.luck.random() {
                    self.line(format!("[[event]]\nat = \"{back}\"\nheal = \"all\""));
                }
            }
            6 => self.line(format!(
                "[[event]]\n{when}\ngain = \"p{peer}\"\nchunks = [0, 3]"
            )),
            _ => self.line(format!(
                "[[event]]\n{when}\nlose = \"p{peer}\"\nchunks = \"0-5\""
            )),
        }
    }
}

/// A random scenario with random faults, as TOML.
fn random(luck: &mut ChaCha8Rng) -> String {
    let (_, policy) = Duplicates::ALL[luck.random_range(0..3)];
    let peers = luck.random_range(2..=8);
    let clients = luck.random_range(1..=2);
    let mut draft = Draft {
        luck,
        peers,
        links: Vec::new(),
        clients,
        toml: String::new(),
    };
    let delay = draft.one_of(&["0s", "1ms", "1ms", "5ms", "50ms", "400ms"]);
    let ttl = draft.luck.random_range(1..=5);
    let seed: u32 = draft.luck.random();
    draft.line("allow = [\"reach-lost\"]");
    draft.line(format!(
        "seed = {seed}\nttl = {ttl}\nduplicates = \"{policy}\""
    ));
    draft.line(format!("delay = \"{delay}\""));
    draft.overlay();
    draft.endpoints();
    for _ in 0..draft.luck.random_range(1..=3) {
        match draft.luck.random_range(0..22) {
            0 => draft.line("[churn]\nlifetime = \"2s\"\nabsence = \"1s\"\nuntil = \"2900ms\""),
            1..=6 => draft.chances(),
            20 | 21 if !draft.toml.contains("[reliable]") => draft.reliable(),
            7..=13 => draft.meaning(),
            _ => draft.changes(),
        }
    }
    draft.toml
}

/// What was predicted of each chunk of each client.
#[derive(Debug, Default)]
struct Certainty {
    must: u32,
    may: u32,
    cannot: u32,
}

impl Certainty {
    fn count(&mut self, sources: &Sources) {
        let place = match (sources.holders.is_empty(), sources.may_be_missing) {
            (true, _) => &mut self.cannot,
            (false, true) => &mut self.may,
            (false, false) => &mut self.must,
        };
        *place += 1;
    }
}

/// The scenario that `toml` says, or why it is none.
fn load(toml: &str) -> Result<Scenario, String> {
    let dir: TempDir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("random.toml");
    std::fs::write(&path, toml).expect("a temporary file");
    Scenario::load(&path, None, None).map_err(|rejected| rejected.to_string())
}

#[test]
fn random_faults_raise_no_false_alarm() {
    let trials = std::env::var("P2P_SIM_RANDOM_FAULTS").ok();
    let trials = trials.map_or(TRIALS, |number| {
        number.parse().expect("a number of scenarios")
    });
    let mut certainty = Certainty::default();
    let (mut played, mut refused, mut seed) = (0, 0, 0);
    let mut wrong: Vec<(u64, String)> = Vec::new();
    while played < trials {
        seed += 1;
        let toml = random(&mut ChaCha8Rng::seed_from_u64(seed));
        let scenario = match load(&toml) {
            Ok(scenario) => scenario,
            // What is thought up at random may be impossible: a peer that starts and never stopped.
            Err(why) => {
                refused += 1;
                assert!(refused <= trials / 4 + 10, "{toml}\n{why}");
                continue;
            }
        };
        if oracle::predict(&scenario, Order::Lockstep).total() > LARGE {
            continue;
        }
        let run = play(&scenario, Cast::of(&scenario));
        let verdict = run.judge();
        // A fault that nothing met is told rightly; the rest would be a false alarm.
        let alarms = verdict.findings.iter();
        let alarms: Vec<_> = alarms
            .filter(|finding| finding.check != Check::Unmet && finding.check != Check::ReachLost)
            .collect();
        if !alarms.is_empty() {
            let lines = run.lines().join("\n");
            wrong.push((seed, format!("{toml}\n{alarms:#?}\n{lines}")));
        }
        for (spec, client) in scenario.clients.iter().zip(&run.prediction.clients) {
            for id in &spec.chunks {
                let id: &ChunkId = id;
                certainty.count(&client.sources[id]);
            }
        }
        played += 1;
    }
    if let Some((first, told)) = wrong.first() {
        let seeds: Vec<u64> = wrong.iter().map(|(seed, _)| *seed).collect();
        panic!("false alarms with seeds {seeds:?}; with {first}:\n{told}");
    }
    let Certainty { must, may, cannot } = certainty;
    let all = must + may + cannot;
    let sure = f64::from(must + cannot) / f64::from(all);
    println!(
        "{played} scenarios, {refused} refused: of {all} verdicts {must} must, {may} may, \
         {cannot} cannot; {:.1} % for sure",
        sure * 100.0
    );
    assert!(
        sure >= 0.6,
        "only {:.1} % were predicted for sure",
        sure * 100.0
    );
}
