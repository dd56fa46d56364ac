//! What links do by chance, in whole runs.

use p2p_sim::event::{DropReason, What};
use p2p_sim::faults::{Conditions, Jitter, Links, Rate, Shape};

use super::*;

/// The row, all of whose links do everything now and then.
fn restless() -> Scenario {
    let mut scenario = row("p1", "[1, 2, 3, 4, 7, 8, 9]");
    let conditions = Conditions {
        delay: millis(2),
        jitter: Some(Jitter {
            shape: Shape::Normal,
            scale: millis(3),
        }),
        loss: 0.1,
        duplication: 0.2,
        reordering: 0.2,
        reorder_by: millis(9),
        corruption: 0.1,
        rate: Some(Rate {
            bytes_per_second: 20_000,
            queue: 0,
        }),
    };
    scenario.faults.links = Links {
        peers: conditions.clone(),
        clients: conditions,
        ..Links::default()
    };
    scenario
}

#[test]
fn every_chance_is_told_and_the_same_each_time() {
    let mut scenario = restless();
    let played = everywhere(&scenario);
    let told = |words: &[&str]| played.telling(words).len();
    assert!(told(&["delayed", "for 9ms by chance"]) > 0);
    assert!(told(&["duplicated", "by chance"]) > 0);
    assert!(told(&["corrupted", "by chance"]) > 0);
    let books = books(&played.ran, &scenario);
    assert!(books.dropped[&DropReason::Loss] > 0);
    assert!(books.dropped[&DropReason::QueueFull] > 0);
    assert_eq!(books.lost, 0);
    scenario.seed += 1;
    let other = play(&scenario, Cast::of(&scenario));
    assert_ne!(other.lines(), played.lines(), "another seed, other luck");
}

#[test]
fn nothing_but_the_chances_of_its_own_link_decides_on_a_datagram() {
    // A second client that asks p4 alone uses no link of the first but p4's own.
    let fates = |scenario: &Scenario| {
        let played = play(scenario, Cast::of(scenario));
        let [p1, viewer] = ["p1", "viewer"].map(|name| named(&scenario.roster, name));
        let mut fates = Vec::new();
        for (id, event) in played.ran.recording.iter() {
            if let What::Sent { from, .. } = event.what
                && [p1, viewer].contains(&from)
            {
                let dropped = played.ran.recording.iter().any(|(_, e)| match e.what {
                    What::Dropped { datagram, .. } => datagram == id,
                    _ => false,
                });
                fates.push((event.time, from, dropped));
            }
        }
        fates
    };
    let client = "[[client]]\nname = \"viewer\"\ncontact = \"p1\"\nchunks = [1, 9]\n";
    let other = "[[client]]\nname = \"other\"\ncontact = \"p4\"\nchunks = [4]\n";
    let mut alone = written(&format!("ttl = 0\n{ROW}{client}"), NET);
    let mut both = written(&format!("ttl = 0\n{ROW}{client}{other}"), NET);
    for scenario in [&mut alone, &mut both] {
        scenario.faults.links = restless().faults.links;
        scenario.faults.links.clients.loss = 0.4;
    }
    let own = |scenario: &Scenario| {
        let number = |endpoint: EndpointId| scenario.roster.name(endpoint).to_owned();
        let fates = fates(scenario).into_iter();
        fates
            .map(|(time, from, dropped)| (time, number(from), dropped))
            .collect::<Vec<_>>()
    };
    let fates_alone = own(&alone);
    assert!(fates_alone.iter().any(|(_, _, dropped)| *dropped));
    assert_eq!(own(&both), fates_alone);
}

#[test]
fn a_slow_link_sends_one_after_another_and_drops_what_finds_its_queue_full() {
    let mut scenario = row("p1", "[4, 7, 8]");
    let [p4, viewer] = ["p4", "viewer"].map(|name| named(&scenario.roster, name));
    let slow = Conditions {
        delay: millis(1),
        rate: Some(Rate {
            bytes_per_second: 10_000,
            queue: 1,
        }),
        ..Conditions::default()
    };
    scenario.faults.links.between.insert((p4, viewer), slow);
    // All of p3 is dropped, so that p4 has to send all three.
    let p3 = pattern(&scenario, Type::ChunksInfo, "p3", "");
    scenario.faults.named = vec![fault(Effect::Drop, p3, &[])];
    let played = everywhere(&scenario);
    assert_eq!(played.telling(&["dropped", "queue-full"]).len(), 1);
    let mut free_at = 0;
    for (_, event) in played.ran.recording.iter() {
        let What::Delivered { datagram, to, .. } = event.what else {
            continue;
        };
        let recording = &played.ran.recording;
        let sender = recording.sender(datagram, &scenario.roster);
        if to == viewer && sender == Some(scenario.roster.address(p4)) {
            let bytes = recording.payload(datagram).expect("bytes").len() as u64;
            let sent = recording.event(datagram).time.as_nanos();
            free_at = sent.max(free_at) + bytes * 100_000;
            assert_eq!(event.time.as_nanos(), free_at + 1_000_000);
        }
    }
    assert_eq!(played.logged(), from(&[("p4", 4), ("p4", 7), ("p4", 8)]));
    assert!(
        played.ran.clock.as_nanos() > 5_000_000_000,
        "one was asked for again"
    );
}

#[test]
fn when_all_is_lost_all_is_missing() {
    let mut scenario = row("p1", "[1, 2]");
    scenario.faults.links.clients.loss = 1.0;
    let played = everywhere(&scenario);
    assert_eq!(played.telling(&["delivered"]), [""; 0]);
    assert_eq!(played.logged(), from(&[("-", 1), ("-", 2)]));
    let books = books(&played.ran, &scenario);
    assert_eq!((books.sent, books.dropped[&DropReason::Loss]), (6, 6));
}
