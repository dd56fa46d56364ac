//! What is wrong stays wrong under faults, what is sound stays sound, and neither is blamed for what
//! a link did.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use p2p_sim::check::{Check, Verdict};
use p2p_sim::chunks::ChunkStore;
use p2p_sim::driver::{Cast, Memory};
use p2p_sim::faults::{
    Change, Conditions, Cut, Effect, Fault, Jitter, Nth, Pattern, Scheduled, Shape, When,
};
use p2p_sim::oracle::{self, Order};
use p2p_sim::roster::EndpointId;
use p2p_sim::scenario::Scenario;
use p2p_sim::wire::{Chunk, ChunkId, Type};

use crate::broken_runs::SLOW_LINK;
use crate::cases::Case;
use crate::support::stage::{Played, Stage, in_short, named, play, written};
use crate::{broken_clients, broken_peers};

/// Puts faults into a scenario, such that what is broken still has to show.
struct World {
    name: &'static str,
    faults: fn(&mut Scenario),
}

const WORLDS: [World; 11] = [
    World {
        name: "the first HELLO is lost",
        faults: |scenario| first(scenario, Type::Hello, Effect::Drop),
    },
    World {
        name: "the first CHUNKS_INFO is damaged",
        faults: |scenario| first(scenario, Type::ChunksInfo, Effect::Corrupt),
    },
    World {
        name: "the first GET is lost",
        faults: |scenario| first(scenario, Type::Get, Effect::Drop),
    },
    World {
        name: "the first RESPONSE is late",
        faults: |scenario| first(scenario, Type::Response, Effect::Delay(WAIT)),
    },
    World {
        name: "each QUERY is duplicated",
        faults: |scenario| every(scenario, Type::Query, Effect::Duplicate),
    },
    World {
        name: "each GET and RESPONSE is duplicated",
        faults: |scenario| {
            every(scenario, Type::Get, Effect::Duplicate);
            every(scenario, Type::Response, Effect::Duplicate);
        },
    },
    World {
        name: "links duplicate",
        faults: |scenario| chances(scenario, |link| link.duplication = 0.3),
    },
    World {
        name: "links reorder and jitter",
        faults: |scenario| {
            chances(scenario, |link| {
                let (shape, scale) = (Shape::Exponential, Duration::from_millis(2));
                link.jitter = Some(Jitter { shape, scale });
                link.reordering = 0.2;
                link.reorder_by = Duration::from_millis(10);
            });
        },
    },
    World {
        name: "links lose and damage",
        faults: |scenario| {
            chances(scenario, |link| {
                link.loss = 0.05;
                link.corruption = 0.05;
            });
        },
    },
    World {
        name: "each peer crashes and is there again",
        faults: |scenario| {
            each_peer(scenario, |peer| {
                vec![Change::Crash(peer), Change::Start(peer)]
            });
        },
    },
    World {
        name: "each peer pauses",
        faults: |scenario| each_peer(scenario, |peer| vec![Change::Pause(peer, WAIT)]),
    },
];

/// Changes after which what is broken need not show, or is right.
const CHANGES: [World; 5] = [
    World {
        name: "each peer crashes where links are slow",
        faults: |scenario| {
            each_peer(scenario, |peer| {
                vec![Change::Crash(peer), Change::Start(peer)]
            });
            for scheduled in &mut scenario.faults.timeline {
                scheduled.when = When::At(Duration::from_millis(900));
            }
        },
    },
    World {
        name: "each peer gains what there is",
        faults: |scenario| {
            let all: ChunkStore = everything().map(|id| (id, Chunk::generated(id))).collect();
            let all = Arc::new(all);
            each_peer(scenario, |peer| vec![Change::Gain(peer, all.clone())]);
        },
    },
    World {
        name: "each peer loses all",
        faults: |scenario| {
            each_peer(scenario, |peer| {
                vec![Change::Lose(peer, everything().collect())]
            });
        },
    },
    World {
        name: "each peer stops for good",
        faults: |scenario| each_peer(scenario, |peer| vec![Change::Stop(peer)]),
    },
    World {
        name: "each link is cut",
        faults: |scenario| {
            let all: Arc<[EndpointId]> = scenario.roster.iter().map(|(id, _)| id).collect();
            let cut = Change::Cut(Cut {
                from: all.clone(),
                to: all,
                both_ways: true,
            });
            change(scenario, cut);
        },
    },
];

/// The chunks that scenarios of trials have to do with.
fn everything() -> impl Iterator<Item = ChunkId> {
    (1..100).map(ChunkId)
}

/// In mid-flood, where a hop takes a millisecond.
const CHANGE: Duration = Duration::from_micros(2_500);

fn change(scenario: &mut Scenario, change: Change) {
    scenario.faults.timeline.push(Scheduled {
        when: When::At(CHANGE),
        change,
        label: Some("[[event]] in line 1".to_owned()),
    });
}

fn each_peer(scenario: &mut Scenario, changes: impl Fn(EndpointId) -> Vec<Change>) {
    let peers: Vec<EndpointId> = scenario.peers.iter().map(|peer| peer.endpoint).collect();
    for of_peer in peers.into_iter().flat_map(changes) {
        change(scenario, of_peer);
    }
}

/// More than a client waits for an answer.
const WAIT: Duration = Duration::from_secs(6);

fn fault(scenario: &mut Scenario, message: Type, effect: Effect, nth: Nth) {
    let number = scenario.faults.named.len() + 1;
    scenario.faults.named.push(Fault {
        effect,
        pattern: Pattern {
            message: Some(message),
            ..Pattern::default()
        },
        nth,
        since: Duration::ZERO,
        until: None,
        label: format!("[[fault]] in line {number}"),
    });
}

fn first(scenario: &mut Scenario, message: Type, effect: Effect) {
    fault(scenario, message, effect, Nth::These(vec![1]));
}

fn every(scenario: &mut Scenario, message: Type, effect: Effect) {
    fault(scenario, message, effect, Nth::Every);
}

fn chances(scenario: &mut Scenario, set: impl Fn(&mut Conditions)) {
    set(&mut scenario.faults.links.peers);
    set(&mut scenario.faults.links.clients);
}

/// The findings of `verdict` in short, those of `checks` left out.
fn found_beside(checks: &[Check], verdict: &Verdict, scenario: &Scenario) -> Vec<String> {
    let found = in_short(verdict, &scenario.roster).into_iter();
    found.filter(|finding| !is_of(checks, finding)).collect()
}

/// Plays `cast` for a while: what is broken may answer copies with copies without end.
fn play_a_while(scenario: &Scenario, cast: Cast) -> Played {
    let stage = Stage {
        scenario,
        cast,
        carrier: &mut Memory,
        max_datagrams: 1_000,
        watcher: &mut (),
        stop: &AtomicBool::new(false),
    };
    stage.play()
}

/// Checks that any single wrong datagram breaks, whatever links do to others.
const OF_EACH_DATAGRAM: [Check; 7] = [
    Check::Silent,
    Check::Answer,
    Check::Forward,
    Check::Serve,
    Check::Stray,
    Check::OneGet,
    Check::Announced,
];

/// Whether `finding`, in short, is of one of `checks`.
fn is_of(checks: &[Check], finding: &str) -> bool {
    let mut checks = checks.iter();
    checks.any(|check| finding.split(' ').next() == Some(check.name()))
}

/// Faults that a small scenario never meets.
const BESIDE: [Check; 1] = [Check::Unmet];

/// Whom a finding is about, with its check.
fn blamed(finding: &str) -> String {
    finding.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

fn cases() -> Vec<Case> {
    let mut cases = broken_peers::cases();
    cases.extend(broken_clients::cases());
    cases
}

#[test]
fn who_is_broken_is_found_under_faults_and_nobody_else() {
    let mut wrong = Vec::new();
    for case in cases() {
        let expected = case.expect.iter();
        let expected = expected.filter(|finding| is_of(&OF_EACH_DATAGRAM, finding));
        let expected: Vec<String> = expected.map(|finding| blamed(finding)).collect();
        for world in &WORLDS {
            let mut scenario = (case.scenario)(60);
            (world.faults)(&mut scenario);
            let verdict = (case.play)(&scenario, play_a_while).judge();
            let found = in_short(&verdict, &scenario.roster).into_iter();
            let found = found.filter(|finding| is_of(&OF_EACH_DATAGRAM, finding));
            let found: Vec<String> = found.map(|finding| blamed(&finding)).collect();
            let missed = expected.iter().any(|finding| !found.contains(finding));
            let others = found.iter().any(|finding| !expected.contains(finding));
            if missed || others {
                let told = verdict.findings.iter();
                let told = told.map(|f| format!("\n    {}: {} / {}", f.check, f.expected, f.got));
                let told: String = told.collect();
                wrong.push(format!(
                    "{}, {}: {found:?}, not {expected:?}{told}",
                    case.name, world.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_is_sound_is_blamed_for_nothing() {
    let mut wrong = Vec::new();
    let mut tried = BTreeSet::new();
    for case in cases() {
        let scenario = (case.scenario)(60);
        let rules = (scenario.ttl, scenario.duplicates);
        if !tried.insert((scenario.name.clone(), rules, scenario.peers.len())) {
            continue;
        }
        for world in WORLDS.iter().chain(&CHANGES) {
            let mut scenario = scenario.clone();
            (world.faults)(&mut scenario);
            // What scenarios say of chunks they say without faults.
            for client in &mut scenario.clients {
                client.expect.clear();
            }
            let verdict = play(&scenario, Cast::of(&scenario)).judge();
            let found = found_beside(&BESIDE, &verdict, &scenario);
            if !found.is_empty() {
                let told = verdict.findings.iter();
                let told = told.map(|f| format!("\n    {}: {} / {}", f.check, f.expected, f.got));
                let told: String = told.collect();
                wrong.push(format!("{}, {}: {found:?}{told}", case.name, world.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// c hears of what b hears of, and is chosen first.
const TWO_HOLDERS: &str = r#"links = [["a", "c"], ["a", "b"]]

[[peer]]
name = "a"

[[peer]]
name = "b"
chunks = [5, 7]

[[peer]]
name = "c"
chunks = [7]

[[client]]
name = "viewer"
contact = "a"
chunks = [5, 7]
choose = "first"
repeats = 1
"#;

/// A fault about RESPONSEs of a peer with a chunk.
fn of_responses(scenario: &mut Scenario, from: &str, chunk: u16, effect: Effect, nth: Nth) {
    fault(scenario, Type::Response, effect, nth);
    let from = named(&scenario.roster, from);
    if let Some(fault) = scenario.faults.named.last_mut() {
        fault.pattern.from = vec![from];
        fault.pattern.chunk = Some(ChunkId(chunk));
    }
}

#[test]
fn a_chunk_that_comes_when_it_was_given_up_is_no_sign_of_life() {
    let mut scenario = written(TWO_HOLDERS, 60);
    let nth = |number| Nth::These(vec![number]);
    // b is asked for chunk 7 when c has been silent twice, after 10 seconds. Two seconds later its
    // first RESPONSE with chunk 5 comes, which nobody waits for; five after it was asked it is asked
    // again.
    of_responses(&mut scenario, "c", 7, Effect::Drop, Nth::Every);
    let late = Effect::Delay(Duration::from_secs(12));
    of_responses(&mut scenario, "b", 5, late, nth(1));
    of_responses(&mut scenario, "b", 5, Effect::Drop, nth(2));
    of_responses(&mut scenario, "b", 7, Effect::Drop, nth(1));
    let played = play(&scenario, Cast::of(&scenario));
    let log = std::fs::read_to_string(played.log()).expect("a log");
    assert!(log.contains("0.0.0.0:0 - 5"), "{log}");
    let ignored = &played.judge().census.ignored;
    assert_eq!(ignored.get("too-late"), Some(&1));
    let found = found_beside(&BESIDE, &played.judge(), &scenario);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_peer_hears_a_search_by_what_arrives() {
    for effect in [Effect::Drop, Effect::Corrupt] {
        let mut scenario = written(broken_clients::PAIR, 60);
        every(&mut scenario, Type::Query, effect);
        let census = play(&scenario, Cast::of(&scenario)).judge().census;
        assert_eq!(census.searches.len(), 6);
        for search in &census.searches {
            let contact = named(&scenario.roster, "a");
            let reached: Vec<EndpointId> = search.reached.iter().map(|(peer, _)| peer).collect();
            assert_eq!((reached, search.lost), (vec![contact], 1), "{effect:?}");
        }
    }
}

#[test]
fn a_policy_is_blamed_only_for_searches_that_lost_nothing() {
    let mut scenario = written(SLOW_LINK, 60);
    let (c, a) = (named(&scenario.roster, "c"), named(&scenario.roster, "a"));
    let delay = Duration::from_millis(10);
    let slow = Conditions {
        delay,
        ..Conditions::default()
    };
    scenario.faults.links.between.insert((c, a), slow);
    let found = |scenario: &Scenario| {
        let mut played = play(scenario, Cast::of(scenario));
        played.prediction = oracle::predict(scenario, Order::Live);
        found_beside(&[], &played.judge(), scenario)
    };
    assert_eq!(found(&scenario), ["reach-lost viewer"]);
    // The copy that is late anyway.
    fault(&mut scenario, Type::Query, Effect::Drop, Nth::Every);
    scenario.faults.named[0].pattern.from = vec![c];
    scenario.faults.named[0].pattern.to = vec![a];
    assert_eq!(found(&scenario), Vec::<String>::new());
}
