//! Runs in which something goes wrong: by meaning, by chance, in time, in lockstep and live.

mod by_chance;
mod by_meaning;
mod in_time;
mod live;
mod requests;

use std::sync::Mutex;
use std::time::Duration;

use p2p_sim::check::{Accounting, Census};
use p2p_sim::driver::{Cast, Ended, Ran};
use p2p_sim::faults::{Change, Cut, Effect, Fault, Nth, Pattern, Scheduled, When};
use p2p_sim::roster::{EndpointId, Roster};
use p2p_sim::scenario::Scenario;
use p2p_sim::wire::{ChunkId, Type};

use crate::support::stage::{Played, named, play, play_on_sockets, written};

/// Sockets of these runs are on 127.135, one run at a time.
const NET: u8 = 135;
static SOCKETS: Mutex<()> = Mutex::new(());

/// Four peers in a row; chunk n is at peer n, and 7 at both p3 and p4.
const ROW: &str = "links = [[\"p1\", \"p2\"], [\"p2\", \"p3\"], [\"p3\", \"p4\"]]
[[peer]]
name = \"p1\"
chunks = [1]
[[peer]]
name = \"p2\"
chunks = [2]
[[peer]]
name = \"p3\"
chunks = [3, 7]
[[peer]]
name = \"p4\"
chunks = [4, 7, 8]
";

/// The row with one client called `viewer` at `contact`, who wants `chunks`.
fn row(contact: &str, chunks: &str) -> Scenario {
    let client =
        format!("[[client]]\nname = \"viewer\"\ncontact = \"{contact}\"\nchunks = {chunks}\n");
    written(&format!("{ROW}{client}"), NET)
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Datagrams of type `message` between those of these names; no name means anybody.
fn pattern(scenario: &Scenario, message: Type, from: &str, to: &str) -> Pattern {
    let who = |name: &str| match name {
        "" => Vec::new(),
        name => vec![named(&scenario.roster, name)],
    };
    Pattern {
        message: Some(message),
        from: who(from),
        to: who(to),
        chunk: None,
    }
}

fn fault(effect: Effect, pattern: Pattern, nth: &[u32]) -> Fault {
    Fault {
        effect,
        pattern,
        nth: match nth {
            [] => Nth::Every,
            some => Nth::These(some.to_vec()),
        },
        since: Duration::ZERO,
        until: None,
        label: "[[fault]]".to_owned(),
    }
}

fn at(time: u64, change: Change) -> Scheduled {
    Scheduled {
        when: When::At(millis(time)),
        change,
        label: Some("[[event]]".to_owned()),
    }
}

fn after(pattern: Pattern, nth: u32, by: u64, change: Change) -> Scheduled {
    let by = millis(by);
    Scheduled {
        when: When::After { pattern, nth, by },
        ..at(0, change)
    }
}

fn cut(roster: &Roster, from: &[&str], to: &[&str], both_ways: bool) -> Cut {
    let ends = |names: &[&str]| {
        let mut ends: Vec<EndpointId> = names.iter().map(|name| named(roster, name)).collect();
        ends.sort_unstable();
        ends.into()
    };
    Cut {
        from: ends(from),
        to: ends(to),
        both_ways,
    }
}

/// Asserts that each datagram of `ran` ended once.
fn books(ran: &Ran, scenario: &Scenario) -> Accounting {
    assert_eq!((ran.ended, ran.in_flight), (Ended::Complete, 0));
    let census = Census::take(scenario, ran);
    assert!(census.accounting.balances(), "{:?}", census.accounting);
    census.accounting
}

/// Plays `scenario` twice in memory and twice on sockets: the same to the byte, and balanced.
fn everywhere(scenario: &Scenario) -> Played {
    let played = play(scenario, Cast::of(scenario));
    books(&played.ran, scenario);
    let _turn = SOCKETS.lock();
    for again in [
        play(scenario, Cast::of(scenario)),
        play_on_sockets(scenario, Cast::of(scenario)),
        play_on_sockets(scenario, Cast::of(scenario)),
    ] {
        assert_eq!(again.lines(), played.lines());
        assert_eq!(again.ran.recording, played.ran.recording);
        assert_eq!(again.ran.clock, played.ran.clock);
    }
    played
}

impl Played {
    /// The lines that have all of `words`, without their numbers and causes: `0.001000 sent …`.
    fn telling(&self, words: &[&str]) -> Vec<String> {
        let lines = self.lines().into_iter();
        let lines = lines.filter(|line| words.iter().all(|word| line.contains(word)));
        let bare = lines.map(|line| {
            let line = line.split(" (by ").next().unwrap_or_default();
            let (_, line) = line.split_once(' ').unwrap_or_default();
            line.to_owned()
        });
        bare.collect()
    }

    /// The log of the first client: who sent which chunk, or `-`.
    fn logged(&self) -> Vec<(String, u16)> {
        logged(&self.ran, 0, &self.scenario.roster)
    }
}

/// The log of client number `client`, by chunk: the source's name, or `-`.
fn logged(ran: &Ran, client: usize, roster: &Roster) -> Vec<(String, u16)> {
    let log = std::fs::read_to_string(&ran.logs[client]).expect("a log");
    let entry = |line: &str| {
        let (source, chunk) = line.split_once(" - ").expect("a line of a log");
        let chunk: ChunkId = ChunkId(chunk.parse().expect("an id"));
        let source = match source {
            "0.0.0.0:0" => "-".to_owned(),
            source => roster.name_of(source.parse().expect("an address")),
        };
        (source, chunk.0)
    };
    let mut logged: Vec<(String, u16)> = log.lines().map(entry).collect();
    logged.sort_by_key(|(_, chunk)| *chunk);
    logged
}

/// What [`logged`] should give.
fn from(sources: &[(&str, u16)]) -> Vec<(String, u16)> {
    let owned = sources
        .iter()
        .map(|(who, chunk)| ((*who).to_owned(), *chunk));
    owned.collect()
}
