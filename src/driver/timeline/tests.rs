//! Which change finds a peer where, and what it leaves.

use std::path::Path;
use std::time::Duration;

use super::*;
use crate::faults::{Pattern, Scheduled};
use crate::wire::ChunkId;

const PEER: EndpointId = EndpointId(1);

/// A run in which these changes happen at these seconds.
fn scenario(changes: &[(u64, Change)]) -> Scenario {
    let file = Path::new("scenarios/line.toml");
    let Ok(mut scenario) = Scenario::load(file, None, None) else {
        panic!("{} is a scenario", file.display());
    };
    let scheduled = |(at, change): &(u64, Change)| Scheduled {
        when: When::At(Duration::from_secs(*at)),
        change: change.clone(),
        label: None,
    };
    scenario.faults.timeline = changes.iter().map(scheduled).collect();
    scenario
}

/// All that happens, a line each: when, what, how the peer then stands, whether what waits goes on.
fn story(changes: &[(u64, Change)]) -> Vec<String> {
    let scenario = scenario(changes);
    let mut network = Network::new(&scenario.faults, 1);
    let mut timeline = Timeline::new(&scenario.faults);
    let mut story = Vec::new();
    while let Some(at) = timeline.next().map(|due| due.at) {
        let Some(happened) = timeline.happen(&scenario, &mut network, at) else {
            continue;
        };
        let What::Changed { change, .. } = &happened.what else {
            panic!("{happened:?}");
        };
        let text = change.text(&scenario.roster);
        let word = text.split(' ').next().unwrap().to_owned();
        let goes_on = if happened.releases.is_some() {
            ", goes on"
        } else {
            ""
        };
        let forgets = if happened.tell.is_some() {
            ", told"
        } else {
            ""
        };
        let seconds = at.as_nanos() / 1_000_000_000;
        let standing = timeline.standing(PEER);
        story.push(format!("{seconds} {word}: {standing:?}{goes_on}{forgets}"));
    }
    story
}

#[test]
fn every_change_wherever_the_peer_stands() {
    use Change::{Crash, Pause, Start, Stop};
    let pause = |seconds| Pause(PEER, Duration::from_secs(seconds));
    for (changes, expected) in [
        (
            vec![
                (1, Stop(PEER)),
                (2, pause(5)),
                (3, Crash(PEER)),
                (4, Start(PEER)),
            ],
            vec![
                "1 stopped: Gone, goes on",
                "2 paused: Gone",
                "3 crashed: Gone, told",
                "4 started: There",
            ],
        ),
        (
            vec![
                (1, pause(9)),
                (2, Start(PEER)),
                (3, Stop(PEER)),
                (4, Start(PEER)),
            ],
            vec![
                "1 paused: Paused",
                "2 started: Paused",
                "3 stopped: Gone, goes on",
                "4 started: There",
            ],
        ),
        (
            vec![(1, pause(9)), (2, pause(3)), (4, pause(9))],
            vec![
                "1 paused: Paused",
                "2 paused: Paused",
                "4 paused: Paused",
                "13 resumed: There, goes on",
            ],
        ),
        (
            // The first pause was ended; its end is not that of the second.
            vec![
                (1, pause(4)),
                (2, Stop(PEER)),
                (3, Start(PEER)),
                (4, pause(5)),
            ],
            vec![
                "1 paused: Paused",
                "2 stopped: Gone, goes on",
                "3 started: There",
                "4 paused: Paused",
                "9 resumed: There, goes on",
            ],
        ),
        (
            // At one instant the places count, and a resume has that of its pause.
            vec![(3, Stop(PEER)), (1, pause(2)), (3, Start(PEER))],
            vec![
                "1 paused: Paused",
                "3 stopped: Gone, goes on",
                "3 started: There",
            ],
        ),
    ] {
        assert_eq!(story(&changes), expected);
    }
}

#[test]
fn what_a_peer_holds_is_kept_up_to_date() {
    let nine = ChunkStore::from_iter([(ChunkId(9), crate::wire::Chunk::generated(ChunkId(9)))]);
    let changes = [
        (1, Change::Gain(PEER, Arc::new(nine))),
        (2, Change::Lose(PEER, vec![ChunkId(9)])),
    ];
    let scenario = scenario(&changes);
    let first = scenario.peer(PEER).unwrap().chunks.clone();
    let mut network = Network::new(&scenario.faults, 1);
    let mut timeline = Timeline::new(&scenario.faults);
    let mut held = || {
        let happened = timeline
            .happen(&scenario, &mut network, Time::ZERO)
            .unwrap();
        match happened.tell {
            Some((PEER, Happening::Holds(held))) => held,
            other => panic!("{other:?}"),
        }
    };
    let gained = held();
    assert!(gained.holds(ChunkId(9)) && gained.len() == first.len() + 1);
    assert_eq!(held(), first);
}

#[test]
fn a_change_follows_the_nth_datagram_and_no_other() {
    let mut scenario = scenario(&[(0, Change::HealAll)]);
    scenario.faults.timeline[0].when = When::After {
        pattern: Pattern {
            to: vec![PEER],
            ..Pattern::default()
        },
        nth: 2,
        by: Duration::from_secs(3),
    };
    let mut timeline = Timeline::new(&scenario.faults);
    let mut note = |number, to| {
        let sent = Sent {
            datagram: EventId(number),
            from: EndpointId(0),
            to,
            payload: &[],
        };
        let now = Time::from_start(Duration::from_secs(u64::from(number)));
        timeline.note(&scenario.faults, now, &sent)
    };
    let noted = [
        None,
        Some(PEER),
        Some(EndpointId(0)),
        Some(PEER),
        Some(PEER),
    ];
    let followed = (0..).zip(noted).map(|(number, to)| note(number, to));
    let followed: Vec<bool> = followed.collect();
    assert_eq!(followed, [false, false, false, true, false]);
    let due = *timeline.next().unwrap();
    assert_eq!(due.at, Time::from_start(Duration::from_secs(6)));
    assert_eq!(due.waits_for(&scenario.faults), None);
    let mut network = Network::new(&scenario.faults, 1);
    let happened = timeline.happen(&scenario, &mut network, due.at).unwrap();
    assert_eq!(happened.cause, Some(EventId(3)));
}

#[test]
fn it_is_calm_unless_a_datagram_brings_a_change_about_or_somebody_stands_still() {
    let mut network = Network::new(&scenario(&[]).faults, 1);
    let mut scenario = scenario(&[
        (1, Change::Stop(PEER)),
        (2, Change::Start(PEER)),
        (3, Change::Pause(PEER, Duration::from_secs(1))),
    ]);
    let mut timeline = Timeline::new(&scenario.faults);
    let mut calm = vec![timeline.is_calm()];
    while let Some(at) = timeline.next().map(|due| due.at) {
        let happened = timeline.happen(&scenario, &mut network, at);
        assert!(happened.is_some());
        calm.push(timeline.is_calm());
    }
    // At first, stopped, started, paused, resumed.
    assert_eq!(calm, [true, true, true, false, true]);

    scenario.faults.timeline[0].when = When::After {
        pattern: Pattern::default(),
        nth: 1,
        by: Duration::ZERO,
    };
    let mut timeline = Timeline::new(&scenario.faults);
    assert!(!timeline.is_calm());
    let sent = Sent {
        datagram: EventId(0),
        from: EndpointId(0),
        to: Some(PEER),
        payload: &[],
    };
    assert!(timeline.note(&scenario.faults, Time::ZERO, &sent));
    assert!(timeline.is_calm());
}
