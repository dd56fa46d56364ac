//! What a scenario says beside chunks: faults that must be met, limits that must hold, checks that
//! must fail.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use p2p_sim::check::{Check, CheckVerdict};
use p2p_sim::driver::{Cast, Memory};
use p2p_sim::faults::{Change, Covers, Effect, Fault, LinkEntry, Nth, Pattern, Scheduled, When};
use p2p_sim::roster::EndpointId;
use p2p_sim::scenario::Scenario;
use p2p_sim::wire::{Message, Type};

use crate::broken_clients::PAIR;
use crate::cases::{Case, tampered, try_all};
use crate::support::rogue::{cast_with, silent, twice};
use crate::support::stage::{Played, Stage, assert_passes, in_short, named, play, written};

/// A fault that drops some of what `pattern` matches.
fn drops(pattern: Pattern, nth: Nth) -> Fault {
    Fault {
        effect: Effect::Drop,
        pattern,
        nth,
        since: Duration::ZERO,
        until: None,
        label: "[[fault]] in line 12".to_owned(),
    }
}

fn every(message: Type) -> Pattern {
    Pattern {
        message: Some(message),
        ..Pattern::default()
    }
}

fn event(when: When, change: Change) -> Scheduled {
    Scheduled {
        when,
        change,
        label: Some("[[event]] in line 20".to_owned()),
    }
}

fn late() -> When {
    When::At(Duration::from_secs(60))
}

fn links(links: &[(u32, u32)]) -> LinkEntry {
    let ends = links
        .iter()
        .map(|(from, to)| (EndpointId(*from), EndpointId(*to)));
    LinkEntry {
        covers: Covers::These(ends.collect()),
        label: "[[link]] in line 9".to_owned(),
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = meeting();
    cases.extend(expecting());
    cases
}

/// Faults that the run does not meet.
fn meeting() -> Vec<Case> {
    vec![
        tampered(
            PAIR,
            "a fault that nothing meets",
            |played| {
                let fault = drops(every(Type::Query), Nth::These(vec![5]));
                played.scenario.faults.named.push(fault);
            },
            &["unmet"],
        ),
        tampered(
            PAIR,
            "links that nothing crosses",
            |played| played.scenario.faults.links.entries.push(links(&[(1, 0)])),
            &["unmet"],
        ),
        tampered(
            PAIR,
            "an event after the end",
            |played| {
                let b = named(&played.scenario.roster, "b");
                let event = event(late(), Change::Stop(b));
                played.scenario.faults.timeline.push(event);
            },
            &["unmet"],
        ),
    ]
}

/// Limits that the run does not keep.
fn expecting() -> Vec<Case> {
    vec![
        tampered(
            PAIR,
            "a QUERY too many",
            |played| played.scenario.expect.most_queries = Some(0),
            &["expectation"],
        ),
        tampered(
            PAIR,
            "a QUERY too many for a client",
            |played| played.scenario.clients[0].most_queries = Some(0),
            &["expectation viewer"],
        ),
        tampered(
            PAIR,
            "a peer reached too late",
            |played| {
                let b = named(&played.scenario.roster, "b");
                let by = Duration::from_micros(1_999);
                played.scenario.expect.reached_by.insert(b, by);
            },
            &["expectation b"],
        ),
        tampered(
            PAIR,
            "a client done too late",
            |played| played.scenario.clients[0].done_by = Some(Duration::from_millis(1)),
            &["expectation viewer"],
        ),
    ]
}

#[test]
fn each_word_that_a_run_breaks_is_told_and_nothing_else() {
    try_all(&cases());
}

fn pair() -> Played {
    let scenario = written(PAIR, 60);
    play(&scenario, Cast::of(&scenario))
}

/// The findings as (entry, expected, got, line of the event).
fn told(played: &Played) -> Vec<[String; 4]> {
    let lines = played.lines();
    let findings = played.judge().findings.into_iter();
    let told = findings.map(|finding| {
        let line = finding.event.map(|event| lines[event.0 as usize].clone());
        let line = line.unwrap_or_default();
        [
            finding.entry.unwrap_or_default(),
            finding.expected,
            finding.got,
            line,
        ]
    });
    told.collect()
}

#[test]
fn a_fault_that_met_nothing_says_how_near_it_was() {
    let until = |until| Fault {
        until: Some(until),
        ..drops(every(Type::Query), Nth::Every)
    };
    let since = |since| Fault {
        since,
        ..drops(every(Type::Query), Nth::Every)
    };
    let about = |chunk| Pattern {
        chunk: Some(p2p_sim::wire::ChunkId(chunk)),
        ..Pattern::default()
    };
    let ms = Duration::from_millis;
    for (fault, expected, got) in [
        (
            drops(every(Type::Query), Nth::These(vec![3, 4])),
            "a QUERY is dropped",
            "1 datagram matched, the 3rd was never sent",
        ),
        (
            drops(about(9), Nth::Every),
            "a datagram is dropped",
            "no datagram matched",
        ),
        // HELLO, QUERY, CHUNKS_INFO, GET and RESPONSE all name it.
        (
            drops(about(5), Nth::These(vec![12])),
            "a datagram is dropped",
            "5 datagrams matched, the 12th was never sent",
        ),
        // The QUERY was sent after one millisecond.
        (until(ms(1)), "a QUERY is dropped", "no datagram matched"),
        (since(ms(2)), "a QUERY is dropped", "no datagram matched"),
        (
            since(ms(1)),
            "a QUERY is dropped",
            "1 datagram matched, none was dropped",
        ),
    ] {
        let mut played = pair();
        played.scenario.faults.named.push(fault);
        let entry = "[[fault]] in line 12";
        assert_eq!(told(&played), [[entry, expected, got, ""]]);
    }
}

#[test]
fn an_event_that_never_happened_says_why() {
    let after = |message, nth, by| When::After {
        pattern: every(message),
        nth,
        by,
    };
    let clock = pair().ran.clock;
    for (when, expected, got) in [
        (
            late(),
            "stopped b at 60s",
            format!("the run ended at {clock}"),
        ),
        (
            after(Type::Get, 2, Duration::ZERO),
            "stopped b after the 2nd datagram that matches",
            "1 datagram matched, the 2nd was never sent".to_owned(),
        ),
        (
            after(Type::Get, 1, Duration::from_secs(9)),
            "stopped b 9s after the 1st datagram that matches",
            format!("the run ended at {clock}"),
        ),
    ] {
        let mut played = pair();
        let b = named(&played.scenario.roster, "b");
        let event = event(when, Change::Stop(b));
        played.scenario.faults.timeline.push(event);
        let entry = "[[event]] in line 20";
        assert_eq!(told(&played), [[entry, expected, &got, ""]]);
    }
}

#[test]
fn churn_need_not_happen_and_what_met_something_is_not_told() {
    let mut played = pair();
    let faults = &mut played.scenario.faults;
    faults.links.entries.push(links(&[(1, 0), (0, 1)]));
    for covers in [Covers::All, Covers::Peers, Covers::Clients] {
        let label = String::new();
        faults.links.entries.push(LinkEntry { covers, label });
    }
    faults.timeline.push(Scheduled {
        label: None,
        ..event(late(), Change::HealAll)
    });
    assert_passes(&played);
}

#[test]
fn several_that_nothing_met_are_told_one_by_one() {
    let mut played = pair();
    for line in [12, 15] {
        let mut fault = drops(every(Type::Query), Nth::These(vec![7]));
        fault.label = format!("[[fault]] in line {line}");
        played.scenario.faults.named.push(fault);
    }
    // One entry of the file may change many peers; it is told once.
    for peer in ["a", "b"] {
        let peer = named(&played.scenario.roster, peer);
        let event = event(late(), Change::Stop(peer));
        played.scenario.faults.timeline.push(event);
    }
    let verdict = played.judge();
    let told = verdict.findings.iter();
    let told: Vec<(&str, u64)> = told
        .map(|f| (f.entry.as_deref().unwrap_or_default(), f.more))
        .collect();
    assert_eq!(
        told,
        [
            ("[[fault]] in line 12", 0),
            ("[[fault]] in line 15", 0),
            ("[[event]] in line 20", 1)
        ]
    );
}

#[test]
fn nobody_asks_whether_faults_were_met_when_a_peer_is_broken_or_the_run_was_stopped() {
    let mut scenario = written(PAIR, 60);
    let fault = drops(every(Type::Query), Nth::These(vec![7]));
    scenario.faults.named.push(fault);
    let played = play(&scenario, cast_with(&scenario, "b", silent()));
    let verdict = played.judge();
    assert_eq!(in_short(&verdict, &scenario.roster), ["silent b"]);
    assert_eq!(verdict.of(Check::Unmet), CheckVerdict::NotJudged);

    let played = stopped(&scenario);
    let verdict = played.judge();
    assert_eq!(in_short(&verdict, &scenario.roster), Vec::<String>::new());
    assert_eq!(verdict.of(Check::Unmet), CheckVerdict::NotJudged);
}

/// A run of `scenario` that somebody stopped before it began.
fn stopped(scenario: &Scenario) -> Played {
    let stage = Stage {
        scenario,
        cast: Cast::of(scenario),
        carrier: &mut Memory,
        max_datagrams: 100,
        watcher: &mut (),
        stop: &AtomicBool::new(true),
    };
    stage.play()
}

#[test]
fn a_limit_that_was_not_kept_says_what_was_and_shows_it() {
    let mut played = pair();
    played.scenario.expect.most_queries = Some(0);
    played.scenario.clients[0].most_queries = Some(0);
    played.scenario.clients[0].done_by = Some(Duration::from_millis(100));
    for (peer, by) in [("a", 1_000), ("b", 1_999)] {
        let peer = named(&played.scenario.roster, peer);
        let by = Duration::from_micros(by);
        played.scenario.expect.reached_by.insert(peer, by);
    }
    let told = told(&played);
    let heads: Vec<[&str; 3]> = told
        .iter()
        .map(|[entry, expected, got, _]| [&**entry, &**expected, &**got])
        .collect();
    assert_eq!(
        heads,
        [
            ["most_queries", "at most 0 QUERYs", "1"],
            [
                "reached_by",
                "heard a search within 1.999ms",
                "heard the first at 0.002000"
            ],
            ["most_queries", "at most 0 QUERYs", "1"],
            ["done_by", "done within 100ms", "done at 0.105000"],
        ]
    );
    for (line, part) in told.iter().map(|told| &told[3]).zip([
        "sent a -> b: QUERY",
        "delivered",
        "delivered",
        "done viewer",
    ]) {
        assert!(line.contains(part), "{line}");
    }
    // The same limits, just kept.
    let mut played = pair();
    played.scenario.expect.most_queries = Some(1);
    played.scenario.clients[0].most_queries = Some(1);
    played.scenario.clients[0].done_by = Some(Duration::from_millis(105));
    let b = named(&played.scenario.roster, "b");
    let by = Duration::from_millis(2);
    played.scenario.expect.reached_by.insert(b, by);
    assert_passes(&played);
}

#[test]
fn a_peer_that_heard_nothing_and_a_client_that_was_never_done_are_told_at_the_end_only() {
    let mut scenario = written(PAIR, 60);
    let b = named(&scenario.roster, "b");
    let by = Duration::from_secs(1);
    scenario.expect.reached_by.insert(b, by);
    scenario.clients[0].done_by = Some(by);
    let played = play(&scenario, cast_with(&scenario, "a", silent()));
    let found = in_short(&played.judge(), &scenario.roster);
    assert_eq!(found, ["silent a", "expectation b", "expectation viewer"]);

    let verdict = stopped(&scenario).judge();
    assert!(verdict.findings.is_empty());
    assert_eq!(verdict.of(Check::Expectation), CheckVerdict::NotJudged);
}

/// `scenario` with checks that must fail.
pub(crate) fn demanding(checks: &[&str]) -> Scenario {
    let mut scenario = written(PAIR, 60);
    let checks = checks.iter().map(|check| (*check).to_owned());
    scenario.expect.must_fail = checks.collect::<BTreeSet<String>>();
    scenario
}

pub(crate) fn is_get(message: &Message) -> bool {
    matches!(message, Message::Get(_))
}

#[test]
fn a_run_passes_when_what_must_fail_does() {
    let scenario = demanding(&["one-get"]);
    let played = play(&scenario, cast_with(&scenario, "viewer", twice(is_get)));
    let verdict = played.judge();
    assert!(verdict.passes());
    assert_eq!(verdict.of(Check::OneGet), CheckVerdict::Demanded);
    assert_eq!(in_short(&verdict, &scenario.roster), ["one-get viewer 5"]);
}

#[test]
fn a_run_fails_when_what_must_fail_does_not() {
    let scenario = demanding(&["one-get"]);
    let played = play(&scenario, Cast::of(&scenario));
    let verdict = played.judge();
    assert!(!verdict.passes());
    assert_eq!(verdict.of(Check::OneGet), CheckVerdict::Fail);
    assert_eq!(
        told(&played),
        [["must_fail", "a finding of one-get", "none", ""]]
    );

    // What could not be judged has no finding either.
    let scenario = demanding(&["reach", "silent"]);
    let played = play(&scenario, cast_with(&scenario, "b", silent()));
    let verdict = played.judge();
    assert!(!verdict.passes());
    assert_eq!(verdict.of(Check::Silent), CheckVerdict::Demanded);
    assert_eq!(verdict.of(Check::Reach), CheckVerdict::Fail);
    assert_eq!(
        told(&played)[1][2],
        "none: it could not be judged",
        "{:?}",
        told(&played)
    );
}

#[test]
fn a_run_fails_when_more_fails_than_must() {
    let scenario = demanding(&["one-get"]);
    let played = play(&scenario, cast_with(&scenario, "viewer", twice(is_get)));
    played.change_line(5, |_| "1.2.3.4:5 -5\n".to_owned());
    let verdict = played.judge();
    assert!(!verdict.passes());
    assert_eq!(verdict.of(Check::OneGet), CheckVerdict::Demanded);
    assert_eq!(verdict.of(Check::LogFormat), CheckVerdict::Fail);
}

#[test]
fn a_run_that_was_stopped_owes_no_failure() {
    let verdict = stopped(&demanding(&["one-get"])).judge();
    assert!(verdict.findings.is_empty());
}

#[test]
fn a_change_of_churn_is_summed() {
    let mut played = pair();
    let b = named(&played.scenario.roster, "b");
    let clock = played.ran.clock;
    for (place, change) in (0..).zip([Change::Crash(b), Change::Start(b), Change::Crash(b)]) {
        played.scenario.faults.timeline.push(Scheduled {
            label: None,
            ..event(When::At(Duration::ZERO), change.clone())
        });
        let change = Arc::new(change);
        let changed = p2p_sim::event::What::Changed { place, change };
        played.ran.recording.record(clock, None, changed);
    }
    let effects = played.judge().effects;
    assert_eq!((effects.leaves, effects.returns), (2, 1));
    assert!(effects.changes.is_empty());
}
