//! What breaks a run without any endpoint's doing: the kernel, the limit, the driver's books, a
//! wrong prediction.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use p2p_sim::check::{Check, CheckVerdict};
use p2p_sim::driver::{Carried, Cast, Ended, Memory, Watcher};
use p2p_sim::event::{DropReason, Event, EventId, Recording, What};
use p2p_sim::oracle::{self, Count, Order};
use p2p_sim::rules::Ttl;
use p2p_sim::scenario::Scenario;
use p2p_sim::wire::{Message, Type};

use crate::broken_clients::PAIR;
use crate::cases::{Case, stage, tampered, try_all};
use crate::support::carriers::LosesOne;
use crate::support::slow_links;
use crate::support::stage::{Played, Stage, assert_passes, in_short, named, play, play_over};
use crate::support::stage::{shipped, written};

/// a hears the long way round first, with no TTL left, and x is never reached under `first`.
pub(crate) const SLOW_LINK: &str = r#"ttl = 2
duplicates = "first"
links = [["c", "a"], ["c", "b"], ["b", "a"], ["a", "x"]]

[[peer]]
name = "c"

[[peer]]
name = "a"

[[peer]]
name = "b"

[[peer]]
name = "x"
chunks = [5]

[[client]]
name = "viewer"
contact = "c"
chunks = [5]
"#;

fn play_slow(scenario: &Scenario) -> Played {
    let slow = (named(&scenario.roster, "c"), named(&scenario.roster, "a"));
    slow_links::play(scenario, |from, to| match (from, to) == slow {
        true => Duration::from_millis(10),
        false => Duration::from_millis(1),
    })
}

/// A case in which the system loses the `nth` datagram of a type.
fn lost(source: &'static str, message_type: Type, nth: u32, fate: Carried) -> Case {
    Case {
        name: format!("{source}: {message_type} number {nth} is {fate:?}"),
        scenario: stage(source),
        play: Box::new(move |scenario, _| {
            let mut seen = 0;
            let pick = move |_, _, payload: &[u8]| {
                seen += u32::from(Type::of_datagram(payload) == Some(message_type));
                seen == nth
            };
            let mut carrier = LosesOne::new(pick, fate);
            let played = play_over(scenario, Cast::of(scenario), &mut carrier);
            assert!(carrier.has_lost());
            played
        }),
        expect: vec!["kernel-loss"],
    }
}

/// Whether `event` is the end of a QUERY at the contact of the ring, on its last hop.
fn is_home(played: &Played, event: &Event) -> bool {
    let What::Delivered { datagram, to, .. } = event.what else {
        return false;
    };
    let payload = played.ran.recording.payload(datagram).expect("bytes");
    let decoded = Message::decode(payload).expect("a message");
    let last_hop = matches!(decoded.message, Message::Query(query) if query.ttl == Ttl(1));
    last_hop && to == named(&played.scenario.roster, "p1")
}

/// Ends the two QUERYs that come home to the contact of the ring so many times each.
fn ends(times: [usize; 2]) -> impl Fn(&mut Played) {
    move |played| {
        let recording = played.ran.recording.clone();
        let home = recording.iter().filter(|(_, event)| is_home(played, event));
        let home: Vec<EventId> = home.map(|(id, _)| id).collect();
        assert_eq!(home.len(), 2);
        played.change_events(|id, event| {
            let place = home.iter().position(|home| *home == id);
            vec![event; place.map_or(1, |place| times[place])]
        });
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        lost("mesh", Type::Hello, 1, Carried::Lost),
        lost("mesh", Type::Query, 3, Carried::Lost),
        lost("mesh", Type::ChunksInfo, 2, Carried::Lost),
        lost("mesh", Type::Get, 1, Carried::Lost),
        lost("mesh", Type::Response, 4, Carried::Lost),
        lost("line", Type::Query, 2, Carried::CannotSend),
    ];
    cases.extend(driving());
    cases.extend(predicting());
    cases
}

/// Has p3 send a datagram by itself, or because of what another peer was handed.
fn unasked(by_itself: bool) -> impl Fn(&mut Played) {
    move |played: &mut Played| {
        let from = named(&played.scenario.roster, "p3");
        let recording = &played.ran.recording;
        let other = recording.iter().find(|(_, event)| is_home(played, event));
        let cause = other.map(|(id, _)| id).filter(|_| !by_itself);
        let clock = played.ran.clock;
        let recording = &mut played.ran.recording;
        let sent = What::Sent {
            from,
            to: played.scenario.roster.address(from),
            payload: recording.intern(&Message::Get(Default::default()).encode()),
        };
        let datagram = recording.record(clock, cause, sent);
        let reason = DropReason::Unroutable;
        recording.record(clock, Some(datagram), What::Dropped { datagram, reason });
    }
}

/// A case that is stopped by its limit.
fn limited() -> Case {
    Case {
        name: "mesh stops at three datagrams".to_owned(),
        scenario: stage("mesh"),
        play: Box::new(|scenario, _| play_until(scenario, 3, &mut (), &AtomicBool::new(false))),
        expect: vec!["limit"],
    }
}

/// Plays `scenario` in memory until `max_datagrams` were sent or `stop` says so.
fn play_until(
    scenario: &Scenario,
    max_datagrams: u64,
    watcher: &mut dyn Watcher,
    stop: &AtomicBool,
) -> Played {
    let stage = Stage {
        scenario,
        cast: Cast::of(scenario),
        carrier: &mut Memory,
        max_datagrams,
        watcher,
        stop,
    };
    stage.play()
}

/// What the driver may do wrong.
fn driving() -> Vec<Case> {
    let in_flight = |played: &mut Played| played.ran.in_flight = 1;
    // The end of an event that never was a datagram.
    let no_datagram = |played: &mut Played| {
        let woke = EventId(0);
        let dropped = What::Dropped {
            datagram: woke,
            reason: DropReason::NobodyThere,
        };
        let clock = played.ran.clock;
        played.ran.recording.record(clock, None, dropped);
    };
    let no_datagram_delivered = |played: &mut Played| {
        let delivered = What::Delivered {
            datagram: EventId(0),
            to: named(&played.scenario.roster, "p3"),
            receipt: Default::default(),
        };
        let clock = played.ran.clock;
        played.ran.recording.record(clock, None, delivered);
    };
    vec![
        limited(),
        tampered(
            "edge/ring",
            "a datagram without an end",
            ends([0, 1]),
            &["accounting"],
        ),
        tampered(
            "edge/ring",
            "a datagram without an end and one with two",
            ends([0, 2]),
            &["accounting"],
        ),
        tampered(
            "edge/ring",
            "a datagram with two ends",
            ends([1, 2]),
            &["accounting"],
        ),
        tampered(
            "edge/ring",
            "a datagram left in flight",
            in_flight,
            &["accounting"],
        ),
        tampered(
            "edge/ring",
            "an end of no datagram",
            no_datagram,
            &["accounting"],
        ),
        tampered(
            "edge/ring",
            "a delivery of no datagram",
            no_datagram_delivered,
            &["accounting"],
        ),
        tampered(
            "edge/ring",
            "a datagram that p3 sends by itself",
            unasked(true),
            &["stray p3"],
        ),
        tampered(
            "edge/ring",
            "p3 sends what p1 has to",
            unasked(false),
            &["stray p3"],
        ),
    ]
}

/// What a prediction may get wrong: the run is sound, and differs from it.
fn predicting() -> Vec<Case> {
    let with_ttl = |ttl: u16| {
        move |played: &mut Played| {
            let mut other = played.scenario.clone();
            other.ttl = Ttl(ttl);
            played.prediction = oracle::predict(&other, Order::Lockstep);
        }
    };
    let queries = |played: &mut Played| {
        let client = &mut played.prediction.clients[0];
        client.query = client.query + Count::exact(1);
    };
    let answers = |played: &mut Played| {
        let client = &mut played.prediction.clients[0];
        client.chunks_info = client.chunks_info + Count::between(1, 2);
    };
    let slow = Case {
        name: "a slow link under `first`".to_owned(),
        scenario: stage(SLOW_LINK),
        play: Box::new(|scenario, _| play_slow(scenario)),
        expect: vec!["reach-lost viewer"],
    };
    vec![
        tampered("line", "a reach too small", with_ttl(2), &["reach viewer"]),
        tampered("line", "a reach too large", with_ttl(4), &["reach viewer"]),
        tampered(
            "edge/ring",
            "a QUERY too many",
            queries,
            &["query-count viewer"],
        ),
        tampered(
            "edge/ring",
            "an answer too many",
            answers,
            &["chunks-info-count viewer"],
        ),
        slow,
    ]
}

#[test]
fn each_broken_run_is_found_and_nothing_else() {
    try_all(&cases());
}

#[test]
fn a_loss_of_reach_that_the_scenario_allows_does_not_fail() {
    let scenario = written(&format!("allow = [\"reach-lost\"]\n{SLOW_LINK}"), 60);
    let verdict = play_slow(&scenario).judge();
    assert!(verdict.passes());
    assert_eq!(in_short(&verdict, &scenario.roster), ["reach-lost viewer"]);
    assert_eq!(
        verdict.findings[0].expected,
        "all 4 peers within 2 hops hear it"
    );
    assert_eq!(verdict.findings[0].got, "x did not");
    for (check, verdict) in verdict.checks {
        let expected = match check {
            Check::ReachLost => CheckVerdict::Allowed,
            _ => CheckVerdict::Pass,
        };
        assert_eq!(verdict, expected, "{check}");
    }
}

#[test]
fn best_loses_nobody_over_a_slow_link() {
    let best = SLOW_LINK.replace("first", "best");
    assert_passes(&play_slow(&written(&best, 60)));
}

#[test]
fn a_run_that_was_stopped_says_nothing_of_what_was_still_to_come() {
    let scenario = shipped("mesh", 60);
    let played = play_until(&scenario, 3, &mut (), &AtomicBool::new(false));
    assert_eq!(played.ran.ended, Ended::LimitReached);
    assert!(played.ran.in_flight > 0);
    let verdict = played.judge();
    let finding = &verdict.findings[0];
    assert_eq!(finding.expected, "no more datagrams than the limit");
    let sent = verdict.census.accounting.sent;
    assert_eq!(finding.got, format!("stopped after {sent} datagrams"));
    for (check, verdict) in verdict.checks {
        let judged = !matches!(
            check,
            Check::LogOnce
                | Check::HelloCount
                | Check::QueryCount
                | Check::ChunksInfoCount
                | Check::Reach
                | Check::ReachLost
                | Check::Unmet
        );
        assert_eq!(judged, verdict != CheckVerdict::NotJudged, "{check}");
    }
}

/// Stops the run at an event.
struct StopsAt<'a>(u32, &'a AtomicBool);

impl Watcher for StopsAt<'_> {
    fn event(&mut self, _: &Recording, id: EventId) {
        self.1.fetch_or(id.0 >= self.0, Ordering::Relaxed);
    }
}

#[test]
fn wherever_a_run_is_interrupted_its_books_balance_and_nothing_is_found() {
    let scenario = shipped("mesh", 60);
    let all = play(&scenario, Cast::of(&scenario));
    let events = u32::try_from(all.ran.recording.len()).expect("few");
    for event in 0..events {
        let stop = AtomicBool::new(false);
        let played = play_until(&scenario, 1_000, &mut StopsAt(event, &stop), &stop);
        let verdict = played.judge();
        assert!(
            verdict.findings.is_empty(),
            "{event}: {:?}",
            verdict.findings
        );
        // The last wait's end makes the last three events: woke, logged, done.
        let ended = match event + 3 < events {
            true => Ended::Interrupted,
            false => Ended::Complete,
        };
        assert_eq!(played.ran.ended, ended, "{event} of {events}");
    }
}

#[test]
fn losses_and_books_are_told_in_numbers() {
    let told = |played: &Played| {
        let finding = played.judge().findings.remove(0);
        (finding.expected, finding.got)
    };
    let scenario = written(PAIR, 60);
    let mut carrier = LosesOne::new(|_, _, _: &[u8]| true, Carried::Lost);
    let (expected, got) = told(&play_over(&scenario, Cast::of(&scenario), &mut carrier));
    assert_eq!(expected, "no datagram lost by the kernel");
    assert_eq!(got, "1 lost in receive buffers");

    let mut carrier = LosesOne::new(|_, _, _: &[u8]| true, Carried::CannotSend);
    let (_, got) = told(&play_over(&scenario, Cast::of(&scenario), &mut carrier));
    assert_eq!(got, "1 that the system refused to send");

    let scenario = shipped("edge/ring", 60);
    let mut played = play(&scenario, Cast::of(&scenario));
    ends([0, 1])(&mut played);
    let sent = played.judge().census.accounting.sent;
    let (expected, got) = told(&played);
    assert_eq!(
        expected,
        format!("{sent} datagrams each ended once, none in flight")
    );
    let delivered = sent - 1;
    assert_eq!(
        got,
        format!("{delivered} delivered, 0 dropped, 0 lost, 0 in flight, 0 ended twice")
    );
}
