//! Endpoints are judged by what really arrived: events of sound runs are changed so that what was
//! done does not fit what came.

use std::sync::Arc;

use p2p_sim::chunks::ChunkStore;
use p2p_sim::event::{Culprit, Damage, Event, EventId, What};
use p2p_sim::faults::{Change, Scheduled, When};
use p2p_sim::wire::{Chunk, ChunkId, Type};

use crate::broken_clients::PAIR;
use crate::cases::{Case, tampered, try_all};
use crate::support::stage::{Played, assert_passes, named, play, written};

/// As [`PAIR`], with a policy that suppresses copies.
const FIRST_PAIR: &str = concat!(
    "duplicates = \"first\"\n",
    "links = [[\"a\", \"b\"]]\n",
    "[[peer]]\nname = \"a\"\n",
    "[[peer]]\nname = \"b\"\nchunks = [5]\n",
    "[[client]]\nname = \"viewer\"\ncontact = \"a\"\nchunks = [5]\n",
);

/// The first datagram of `message` that was sent.
fn first(played: &Played, message: Type) -> EventId {
    let recording = &played.ran.recording;
    let found = recording.iter().find(|(_, event)| match event.what {
        What::Sent { payload, .. } => Type::of_datagram(recording.bytes(payload)) == Some(message),
        _ => false,
    });
    found.expect("one was sent").0
}

/// Has something happen right behind `after`.
fn insert(played: &mut Played, after: EventId, what: impl Fn(EventId) -> What) {
    played.change_events(|id, event| {
        let time = event.time;
        let cause = None;
        let what = (id == after).then(|| what(id));
        let behind = what.map(|what| Event { time, cause, what });
        [event].into_iter().chain(behind).collect()
    });
}

/// Damages the first datagram of `message`.
fn damage(message: Type) -> impl Fn(&mut Played) {
    move |played| {
        let sent = first(played, message);
        let payload = played.ran.recording.payload(sent).expect("bytes");
        let mut damaged = payload.to_vec();
        damaged[0] ^= 0x10;
        let damage = Damage {
            payload: played.ran.recording.intern(&damaged),
            culprit: Culprit::Chance,
        };
        insert(played, sent, |datagram| What::Corrupted {
            datagram,
            damage: Box::new(damage),
        });
    }
}

/// What `played` holds as an event in time that has happened.
fn changed(played: &mut Played, change: Change) -> What {
    let timeline = &mut played.scenario.faults.timeline;
    let place = u32::try_from(timeline.len()).expect("few");
    timeline.push(Scheduled {
        when: When::At(std::time::Duration::ZERO),
        change: change.clone(),
        label: Some("[[event]] in line 20".to_owned()),
    });
    let change = Arc::new(change);
    What::Changed { place, change }
}

/// Has a peer gain or lose chunk 5 right behind the first datagram of `message`.
fn held_from(message: Type, change: impl Fn(&Played) -> Change + 'static) -> impl Fn(&mut Played) {
    move |played| {
        let sent = first(played, message);
        let change = change(played);
        let what = changed(played, change);
        insert(played, sent, |_| what.clone());
    }
}

fn gain(played: &Played, name: &str) -> Change {
    let chunks: ChunkStore = [(ChunkId(5), Chunk::generated(ChunkId(5)))]
        .into_iter()
        .collect();
    Change::Gain(named(&played.scenario.roster, name), Arc::new(chunks))
}

fn lose(played: &Played, name: &str) -> Change {
    Change::Lose(named(&played.scenario.roster, name), vec![ChunkId(5)])
}

/// Has a copy of the first QUERY arrive at its receiver, which does nothing.
fn copy(played: &mut Played) {
    let original = first(played, Type::Query);
    let clock = played.ran.clock;
    let to = named(&played.scenario.roster, "b");
    let recording = &mut played.ran.recording;
    let culprit = Culprit::Chance;
    let duplicated = What::Duplicated { original, culprit };
    let datagram = recording.record(clock, Some(original), duplicated);
    let receipt = Default::default();
    let delivered = What::Delivered {
        datagram,
        to,
        receipt,
    };
    recording.record(clock, Some(datagram), delivered);
}

fn crash(played: &mut Played) {
    let b = named(&played.scenario.roster, "b");
    let what = changed(played, Change::Crash(b));
    let clock = played.ran.clock;
    played.ran.recording.record(clock, None, what);
}

fn cases() -> Vec<Case> {
    vec![
        tampered(
            PAIR,
            "a reaction to a damaged HELLO",
            damage(Type::Hello),
            &["forward a"],
        ),
        tampered(
            PAIR,
            "an answer to a damaged QUERY",
            damage(Type::Query),
            &["answer b"],
        ),
        tampered(
            PAIR,
            "a GET for what a damaged CHUNKS_INFO announced",
            damage(Type::ChunksInfo),
            &["announced viewer 5"],
        ),
        tampered(
            PAIR,
            "a RESPONSE to a damaged GET",
            damage(Type::Get),
            &["serve b"],
        ),
        tampered(
            PAIR,
            "a chunk of a damaged RESPONSE",
            damage(Type::Response),
            &["sent viewer 5"],
        ),
        tampered(PAIR, "no answer to a copy", copy, &["answer b"]),
        tampered(
            FIRST_PAIR,
            "no answer to a copy after a crash",
            |played| {
                crash(played);
                copy(played);
            },
            &["answer b"],
        ),
        tampered(
            PAIR,
            "no answer by one that has gained the chunk",
            held_from(Type::Hello, |played| gain(played, "a")),
            &["answer a"],
        ),
        tampered(
            PAIR,
            "an answer by one that has lost the chunk",
            |played| {
                held_from(Type::Hello, |played| lose(played, "b"))(played);
                held_from(Type::Get, |played| gain(played, "b"))(played);
            },
            &["answer b"],
        ),
        tampered(
            PAIR,
            "a RESPONSE by one that has lost the chunk",
            held_from(Type::Query, |played| lose(played, "b")),
            &["answer b", "serve b"],
        ),
        tampered(
            PAIR,
            "a RESPONSE by one that has lost the chunk since it answered",
            held_from(Type::Get, |played| lose(played, "b")),
            &["serve b"],
        ),
    ]
}

#[test]
fn what_does_not_fit_what_arrived_is_found_and_nothing_else() {
    try_all(&cases());
}

#[test]
fn what_fits_is_not_told() {
    let pair = || {
        let scenario = written(FIRST_PAIR, 60);
        play(&scenario, p2p_sim::driver::Cast::of(&scenario))
    };
    // A copy that the policy suppresses, as it would a copy that a peer sent.
    let mut played = pair();
    copy(&mut played);
    assert_passes(&played);
    // A stop keeps what a crash forgets.
    let mut played = pair();
    let b = named(&played.scenario.roster, "b");
    for change in [Change::Stop(b), Change::Start(b)] {
        let what = changed(&mut played, change);
        let clock = played.ran.clock;
        played.ran.recording.record(clock, None, what);
    }
    copy(&mut played);
    assert_passes(&played);
    // What it served before it lost it.
    let mut played = pair();
    held_from(Type::Response, |played| lose(played, "b"))(&mut played);
    assert_passes(&played);
    // A RESPONSE that is damaged after it arrived is none of ours: the first copy has come.
    let mut played = pair();
    let response = first(&played, Type::Response);
    let clock = played.ran.clock;
    let to = named(&played.scenario.roster, "viewer");
    let recording = &mut played.ran.recording;
    let culprit = Culprit::Chance;
    let original = response;
    let copy = recording.record(clock, None, What::Duplicated { original, culprit });
    let payload = recording.intern(b"\x10\x05");
    let datagram = copy;
    let corrupted = What::Corrupted {
        datagram,
        damage: Box::new(Damage { payload, culprit }),
    };
    recording.record(clock, None, corrupted);
    let receipt = Default::default();
    let delivered = What::Delivered {
        datagram,
        to,
        receipt,
    };
    recording.record(clock, Some(datagram), delivered);
    assert_passes(&played);
}
