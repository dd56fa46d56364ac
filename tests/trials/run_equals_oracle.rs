//! Random overlays come out as the oracle predicted, and what dies is found by the repeat.

use std::fmt::Write as _;
use std::time::Duration;

use p2p_sim::check::Verdict;
use p2p_sim::driver::{Carried, Cast};
use p2p_sim::oracle::{self, Order, Prediction};
use p2p_sim::roster::EndpointId;
use p2p_sim::rules::{Duplicates, MEMORY};
use p2p_sim::scenario::Scenario;
use p2p_sim::time::Time;
use p2p_sim::wire::Type;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use crate::support::carriers::LosesOne;
use crate::support::slow_links;
use crate::support::stage::{Played, assert_passes, in_short, named, play, play_over, written};

/// Delays that are nothing, short, and so long that peers forget or clients wait in vain.
/// With 2.5 s a contact's answer comes at the very end of the client's wait.
const DELAYS: [&str; 7] = ["0s", "1ms", "7ms", "300ms", "900ms", "2s", "2500ms"];
/// What is predicted to send more is left out.
const LARGE: u128 = 4_000;

/// A random scenario, as TOML: directed and other links, self-loops, repeats, neighbours that are
/// not there, peers without chunks, chunks that nobody holds.
fn random(luck: &mut ChaCha8Rng, delay: &str) -> String {
    let peers = luck.random_range(1..=12);
    let (_, policy) = Duplicates::ALL[luck.random_range(0..3)];
    let ttl = luck.random_range(0..=5);
    let seed: u32 = luck.random();
    let mut toml = format!(
        "allow = [\"reach-lost\"]\nttl = {ttl}\nduplicates = \"{policy}\"\ndelay = \"{delay}\"\nseed = {seed}\nlinks = ["
    );
    let linked = luck.random_range(0..=2 * peers);
    for _ in 0..linked {
        let (a, b) = (luck.random_range(0..peers), luck.random_range(0..peers));
        // A link has two ends, and is written once.
        if a < b && !toml.contains(&format!("[\"p{a}\", \"p{b}\"]")) {
            write!(toml, "[\"p{a}\", \"p{b}\"], ").expect("a string");
        }
    }
    toml.push_str("]\n");
    for peer in 0..peers {
        let mut neighbours = Vec::new();
        for _ in 0..luck.random_range(0..=2) {
            neighbours.push(match luck.random_range(0..10) {
                0 => "\"127.0.0.1:7001\"".to_owned(),
                1 => format!("\"p{peer}\""),
                _ => format!("\"p{}\"", luck.random_range(0..peers)),
            });
        }
        let held = (0..6).filter(|_| luck.random_range(0..4) == 0);
        let held: Vec<u16> = held.collect();
        writeln!(
            toml,
            "[[peer]]\nname = \"p{peer}\"\nchunks = {held:?}\nneighbours = [{}]",
            neighbours.join(", ")
        )
        .expect("a string");
    }
    for client in 0..luck.random_range(1..=3) {
        let wanted: Vec<u16> = (0..luck.random_range(1..=7)).collect();
        let choose = ["random", "first", "spread"][luck.random_range(0..3)];
        writeln!(
            toml,
            "[[client]]\nname = \"c{client}\"\ncontact = \"p{}\"\nchunks = {wanted:?}\n\
             choose = \"{choose}\"\nrepeats = {}\nstart = \"{}ms\"",
            luck.random_range(0..peers),
            luck.random_range(0..=5),
            luck.random_range(0..=3) * 1_700,
        )
        .expect("a string");
    }
    toml
}

/// Asserts that what is predicted exactly came out exactly; tells whether all of it was.
fn assert_exact(prediction: &Prediction, verdict: &Verdict, scenario: &Scenario) -> bool {
    let census = &verdict.census;
    let counts = [
        (prediction.hello, Type::Hello),
        (prediction.query, Type::Query),
        (prediction.chunks_info, Type::ChunksInfo),
    ];
    for (count, message_type) in counts {
        let sent = u128::from(census.sent(message_type));
        let right = if count.is_exact() {
            count.max == sent
        } else {
            count.contains(sent)
        };
        assert!(right, "{message_type}: {sent}, predicted {count}");
    }
    for client in &prediction.clients {
        let own = census.searches.iter();
        let own = own.filter(|search| search.client == Some(client.client));
        for search in own {
            let reached: Vec<EndpointId> = search.reached.iter().map(|(peer, _)| peer).collect();
            let predicted: Vec<EndpointId> = client.reach.iter().map(|(peer, _)| peer).collect();
            if client.reach.is_certain() {
                assert_eq!(
                    reached,
                    predicted,
                    "{}",
                    scenario.roster.name(client.client)
                );
            }
            let by_hop = client.queries_by_hop.as_ref();
            if let Some(by_hop) = by_hop.filter(|_| client.reach.is_certain()) {
                let sent = search.queries_by_hop.iter();
                let sent: Vec<u128> = sent.map(|queries| u128::from(*queries)).collect();
                assert_eq!(sent, *by_hop);
            }
        }
    }
    counts.iter().all(|(count, _)| count.is_exact())
}

#[test]
fn random_overlays_come_out_as_predicted() {
    let mut luck = ChaCha8Rng::seed_from_u64(2);
    let (mut played, mut exact) = ([0; 3], [0; 3]);
    while played.iter().sum::<u32>() < 400 {
        let delay = DELAYS[luck.random_range(0..DELAYS.len())];
        let toml = random(&mut luck, delay);
        let scenario = written(&toml, 65);
        let prediction = oracle::predict(&scenario, Order::Lockstep);
        if prediction.total() > LARGE {
            continue;
        }
        let run = play(&scenario, Cast::of(&scenario));
        let verdict = run.judge();
        assert!(verdict.passes(), "{toml}{:#?}", verdict.findings);
        // Only where peers forget in mid-flood may `first` lose somebody.
        let may_lose = scenario.duplicates == Duplicates::First
            && scenario.faults.links.peers.delay >= MEMORY / 5;
        assert!(
            verdict.findings.is_empty() || may_lose,
            "{toml}{:#?}",
            verdict.findings
        );
        let policy = scenario.duplicates as usize;
        played[policy] += 1;
        exact[policy] += u32::from(assert_exact(&prediction, &verdict, &scenario));
    }
    for policy in 0..3 {
        assert!(played[policy] > 100, "{played:?}");
        assert!(
            exact[policy] > played[policy] / 2,
            "{exact:?} of {played:?}"
        );
    }
}

#[test]
fn random_overlays_with_random_delays_stay_within_the_bounds() {
    let mut luck = ChaCha8Rng::seed_from_u64(3);
    let (mut played, mut lost) = (0, 0);
    while played < 200 {
        let toml = random(&mut luck, "1ms");
        let scenario = written(&toml, 65);
        if oracle::predict(&scenario, Order::Live).total() > LARGE {
            continue;
        }
        let run = slow_links::play(&scenario, |_, _| {
            Duration::from_micros(luck.random_range(1_000..30_000))
        });
        let verdict = run.judge();
        assert!(verdict.passes(), "{toml}{:#?}", verdict.findings);
        played += 1;
        lost += u32::from(!verdict.findings.is_empty());
        if scenario.duplicates == Duplicates::Literal {
            assert!(assert_exact(&run.prediction, &verdict, &scenario), "{toml}");
        } else if scenario.duplicates == Duplicates::Best {
            assert!(verdict.findings.is_empty(), "{toml}");
        }
    }
    assert!(lost > 0, "`first` lost nobody, so nothing was shown");
}

/// A chain in which the QUERY of the first HELLO dies between b and c; b may hold something.
fn dies_beyond_the_first_hop(policy: &str, held_by_b: &str, wanted: &str) -> (Played, Verdict) {
    let toml = format!(
        "duplicates = \"{policy}\"
links = [[\"a\", \"b\"], [\"b\", \"c\"]]
[[peer]]
name = \"a\"
[[peer]]
name = \"b\"
chunks = {held_by_b}
[[peer]]
name = \"c\"
chunks = [3]
[[client]]
name = \"viewer\"
contact = \"a\"
chunks = {wanted}"
    );
    let scenario = written(&toml, 65);
    assert_passes(&play(&scenario, Cast::of(&scenario)));

    let link = ["b", "c"].map(|name| named(&scenario.roster, name));
    let dies = move |from, to, payload: &[u8]| {
        Type::of_datagram(payload) == Some(Type::Query) && [from, to] == link
    };
    let mut carrier = LosesOne::new(dies, Carried::Lost);
    let run = play_over(&scenario, Cast::of(&scenario), &mut carrier);
    assert!(carrier.has_lost());
    let verdict = run.judge();
    (run, verdict)
}

#[test]
fn a_search_that_died_beyond_the_first_hop_is_found_by_the_repeat() {
    for (_, policy) in Duplicates::ALL {
        // With nothing at b the repeat has the very list that b remembers.
        for (held_by_b, wanted, by_b) in [
            ("[]", "[3]", ""),
            ("[2]", "[2, 3]", "127.65.0.1:5002 - 2\n"),
        ] {
            let (run, verdict) = dies_beyond_the_first_hop(policy, held_by_b, wanted);
            let found = in_short(&verdict, &run.scenario.roster);
            assert_eq!(found, ["kernel-loss"], "{policy}");
            assert_eq!(verdict.census.sent(Type::Hello), 2, "{policy}");
            let log = std::fs::read_to_string(run.log()).expect("a log");
            assert_eq!(log, format!("{by_b}127.65.0.1:5003 - 3\n"), "{policy}");
            assert!(verdict.clients[0].chunks.iter().all(|chunk| chunk.holds));
            // One wait, then the repeat: c alone answers.
            assert_eq!(verdict.census.searches[1].chunks_info, 1, "{policy}");
            assert!(run.ran.clock > Time::from_start(Duration::from_secs(5)));
            assert!(run.ran.clock < Time::from_start(Duration::from_secs(6)));
        }
    }
}
