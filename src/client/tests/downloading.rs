//! Choosing holders, GETs, their repeats and the burst.

use super::network::{Holder, Network};
use super::*;

/// A client that wants `chunks`, all announced by peer 2 and asked for at time 0.
fn asking(chunks: &[u16]) -> Script {
    let mut script = Script::started(config(Choose::First, chunks));
    script.tell(2, &info(chunks));
    script.at(0);
    script.story();
    script
}

#[test]
fn each_holder_is_asked_once_for_all_its_ids() {
    let mut script = Script::started(config(Choose::First, &[5, 6, 7, 8]));
    script.tell(3, &info(&[8, 6]));
    script.tell(2, &info(&[5, 6, 7, 8]));
    // In the order wanted, whatever the order announced.
    assert_eq!(script.at(0).story(), ["0 GET 5,7 > 2", "0 GET 6,8 > 3"]);
}

#[test]
fn a_get_is_exact_to_the_byte() {
    let mut client = Client::new(config(Choose::First, &[5, 258]));
    let mut out = Outbox::default();
    client.handle_deadline(Time::ZERO, &mut out);
    assert_eq!(out.len(), 1, "a HELLO");
    out.clear();
    client.handle_datagram(Time::ZERO, peer(2), &info(&[5, 258]).encode(), &mut out);
    client.handle_deadline(Time::ZERO, &mut out);
    let get = Transmit {
        to: peer(2),
        payload: &[0, 4, 0, 2, 0, 5, 1, 2],
    };
    assert!(out.iter().eq([get]));
}

#[test]
fn a_peer_is_asked_only_for_what_it_announced() {
    let mut script = Script::started(config(Choose::Spread, &[5, 6, 7]));
    script.tell(2, &info(&[5, 6]));
    script.tell(3, &info(&[7]));
    assert_eq!(script.at(100).story(), ["100 GET 5,6 > 2", "100 GET 7 > 3"]);
}

#[test]
fn six_gets_to_a_silent_holder_and_then_missing() {
    let mut script = Script::started(config(Choose::Random, &[5, 6]));
    script.tell(2, &info(&[5, 6]));
    assert_eq!(
        script.rest(),
        [
            "100 GET 5,6 > 2",
            "5100 GET 5,6 > 2",
            "10100 GET 5,6 > 2",
            "15100 GET 5,6 > 2",
            "20100 GET 5,6 > 2",
            "25100 GET 5,6 > 2",
            "30100 5 missing",
            "30100 6 missing",
        ]
    );
}

#[test]
fn after_six_gets_the_next_holder_is_asked_and_each_one_only_once() {
    let mut brief = config(Choose::First, &[5]);
    brief.patience.repeats = 1;
    let mut script = Script::started(brief);
    for holder in [4, 2, 3] {
        script.tell(holder, &info(&[5]));
    }
    assert_eq!(
        script.rest(),
        [
            "0 GET 5 > 4",
            "5000 GET 5 > 4",
            "10000 GET 5 > 2",
            "15000 GET 5 > 2",
            "20000 GET 5 > 3",
            "25000 GET 5 > 3",
            "30000 5 missing",
        ]
    );
}

#[test]
fn a_holder_that_is_heard_of_later_counts_too() {
    let mut brief = config(Choose::Random, &[5]);
    brief.patience.repeats = 0;
    let mut script = Script::started(brief);
    script.tell(2, &info(&[5]));
    script.at(3_000).tell(3, &info(&[5]));
    assert_eq!(
        script.at(5_100).story(),
        ["100 GET 5 > 2", "5100 GET 5 > 3"]
    );
    // Announcing again does not make a silent holder a new one.
    assert_eq!(script.tell(2, &info(&[5])), Some(Ignored::NothingNew));
    assert_eq!(script.rest(), ["10100 5 missing"]);
}

#[test]
fn repeats_list_what_has_not_arrived_5_s_after_each_response() {
    let mut script = asking(&[1, 2, 3]);
    assert_eq!(script.deadline(), Some(5_000));
    script.at(4_000).tell(2, &response(2));
    assert_eq!(script.deadline(), Some(9_000));
    script.at(13_000).tell(2, &response(1));
    script.at(17_999);
    assert_eq!(
        script.story(),
        ["4000 2 from 2", "9000 GET 1,3 > 2", "13000 1 from 2"]
    );
    // A sixth GET is the last, whatever came in between.
    assert_eq!(
        script.rest(),
        [
            "18000 GET 3 > 2",
            "23000 GET 3 > 2",
            "28000 GET 3 > 2",
            "33000 GET 3 > 2",
            "38000 3 missing",
        ]
    );
}

#[test]
fn the_response_of_one_holder_says_nothing_of_another() {
    let mut script = Script::started(config(Choose::First, &[5, 6]));
    script.tell(2, &info(&[5]));
    script.tell(3, &info(&[6]));
    script.at(0);
    script.at(4_000).tell(3, &response(6));
    assert_eq!(script.deadline(), Some(5_000));
}

#[test]
fn no_repeats_mean_one_get() {
    let mut brief = config(Choose::First, &[5]);
    brief.patience.repeats = 0;
    let mut script = Script::started(brief);
    script.tell(2, &info(&[5]));
    assert_eq!(script.rest(), ["0 GET 5 > 2", "5000 5 missing"]);
}

#[test]
fn as_many_gets_as_can_be_said_are_sent() {
    let mut stubborn = config(Choose::First, &[5]);
    stubborn.patience.repeats = u16::MAX;
    let mut script = Script::started(stubborn);
    script.tell(2, &info(&[5]));
    assert_eq!(gets(&script.rest()), 65_536);
}

#[test]
fn a_late_response_from_a_holder_asked_before_is_accepted() {
    let mut brief = config(Choose::First, &[5, 6]);
    brief.patience.repeats = 0;
    let mut script = Script::started(brief);
    script.tell(2, &info(&[5, 6]));
    script.tell(3, &info(&[5, 6]));
    assert_eq!(
        script.at(6_000).story(),
        ["0 GET 5,6 > 2", "5000 GET 5,6 > 3"]
    );
    assert_eq!(script.tell(2, &response(5)), None);
    assert_eq!(script.tell(3, &response(5)), Some(Ignored::SecondCopy));
    // It was peer 2 that was heard, so peer 3 is as silent as before.
    assert_eq!(script.rest(), ["6000 5 from 2", "10000 6 missing"]);
}

/// A client that has asked peer 2 for chunk 65, once and for all, and will turn to peer 3 after
/// 5 s, where the burst then holds chunk 65 back behind 64 others.
pub(super) fn about_to_turn_to_the_second_holder() -> Script {
    let wanted: Vec<u16> = (1..=65).collect();
    let mut brief = config(Choose::First, &wanted);
    brief.patience.repeats = 0;
    let mut script = Script::started(brief);
    script.tell(2, &info(&[65]));
    script.tell(3, &info(&wanted));
    assert_eq!(script.at(0).story(), ["0 GET 65 > 2"]);
    script
}

#[test]
fn a_late_response_saves_a_get_that_was_held_back() {
    let mut script = about_to_turn_to_the_second_holder();
    assert_eq!(script.at(5_000).story(), ["5000 GET 1-64 > 3"]);
    // Chosen is not asked.
    assert_eq!(script.tell(3, &response(65)), Some(Ignored::NotAsked));
    assert_eq!(script.tell(2, &response(65)), None);
    for id in 1..=64 {
        script.tell(3, &response(id));
    }
    let story = script.rest();
    assert_eq!(story[0], "5000 65 from 2");
    assert_eq!((story.len(), gets(&story)), (65, 0));
    assert!(script.client.is_done());
}

/// Whom a client with this seed asks for a chunk that peers 2 to 5 hold.
fn choice(choose: Choose, seed: u64) -> Vec<String> {
    let mut script = Script::started(Config {
        luck: luck::stream(seed, "client"),
        ..config(choose, &[5])
    });
    for holder in [4, 2, 5, 3] {
        script.tell(holder, &info(&[5]));
    }
    script.at(100).story()
}

#[test]
fn random_follows_the_seed_and_chooses_each_holder_at_times() {
    let choices: Vec<_> = (0..64).map(|seed| choice(Choose::Random, seed)).collect();
    let again: Vec<_> = (0..64).map(|seed| choice(Choose::Random, seed)).collect();
    assert_eq!(choices, again);
    for holder in 2..=5 {
        let line = format!("100 GET 5 > {holder}");
        let often = choices
            .iter()
            .filter(|story| **story == [line.clone()])
            .count();
        assert!((6..=28).contains(&often), "{holder} {often} times of 64");
    }
}

#[test]
fn first_is_the_first_to_announce() {
    for seed in 0..8 {
        assert_eq!(choice(Choose::First, seed), ["0 GET 5 > 4"]);
    }
}

#[test]
fn spread_asks_each_holder_for_as_many_as_the_others() {
    for (chunks, holders) in [(10, 3), (9, 3), (2, 3), (64, 5), (1_000, 3)] {
        let wanted: Vec<u16> = (1..=chunks).collect();
        let mut network = Network::new(config(Choose::Spread, &wanted), 1);
        for number in 1..=holders {
            network.add(Holder::honest(number, &wanted));
        }
        network.run();
        let counts: Vec<usize> = (1..=holders)
            .map(|number| network.arrived_from(number))
            .collect();
        assert_eq!(counts.iter().sum::<usize>(), wanted.len());
        let (least, most) = (counts.iter().min(), counts.iter().max());
        assert!(most.unwrap() - least.unwrap() <= 1, "{counts:?}");
    }
}

#[test]
fn as_few_gets_as_bursts_of_64_allow() {
    for (choose, holders, expected) in [
        // 18 × 64 + 48, though three HELLOs found them.
        (Choose::Random, &[1_200][..], 19),
        (Choose::First, &[1_200], 19),
        (Choose::Random, &[64], 1),
        (Choose::Random, &[65], 2),
        (Choose::Random, &[128], 2),
        // No more than 64 together: one each.
        (Choose::First, &[20, 20, 24], 3),
        (Choose::Spread, &[1; 64], 64),
        // One each, but not all at once.
        (Choose::First, &[40, 25], 2),
        (Choose::First, &[64, 64, 1], 3),
        (Choose::First, &[63, 2, 62, 3], 4),
        (Choose::Random, &[130, 70, 64, 5], 3 + 2 + 1 + 1),
    ] {
        let total = holders.iter().sum::<u16>();
        let wanted: Vec<u16> = (1..=total).collect();
        let mut network = Network::new(config(choose, &wanted), 1);
        let mut rest = &wanted[..];
        for (number, count) in (1..).zip(holders) {
            let (stored, others) = rest.split_at(usize::from(*count));
            network.add(Holder::honest(number, stored));
            rest = others;
        }
        network.run();
        assert_eq!(network.gets(), expected, "{holders:?}");
        assert_eq!(
            network.most_outstanding(),
            wanted.len().min(64),
            "{holders:?}"
        );
    }
}

#[test]
fn a_get_waits_until_the_burst_has_room_for_all_of_it() {
    let forty: Vec<u16> = (1..=40).collect();
    let more: Vec<u16> = (41..=65).collect();
    let mut script = Script::started(config(Choose::First, &[&forty[..], &more].concat()));
    script.tell(2, &info(&forty));
    script.tell(3, &info(&more));
    assert_eq!(script.at(0).story(), ["0 GET 1-40 > 2"]);
    script.at(10).tell(2, &response(7));
    assert_eq!(script.story(), ["10 7 from 2", "10 GET 41-65 > 3"]);
}

#[test]
fn who_answers_does_not_wait_for_who_does_not() {
    let forty: Vec<u16> = (1..=40).collect();
    let more: Vec<u16> = (41..=70).collect();
    let mut script = Script::started(config(Choose::First, &[&forty[..], &more].concat()));
    script.tell(2, &info(&forty));
    script.tell(3, &info(&more));
    assert_eq!(
        script.at(5_000).story(),
        ["0 GET 1-40 > 2", "5000 GET 1-40 > 2", "5000 GET 41-64 > 3"]
    );
    // While somebody who answers owes something, room for all that is left is worth waiting for.
    for id in 41..=45 {
        script.tell(3, &response(id));
    }
    assert_eq!(gets(&script.story()), 0);
    script.tell(3, &response(46));
    assert_eq!(script.story(), ["5000 46 from 3", "5000 GET 65-70 > 3"]);
}

#[test]
fn who_stayed_silent_is_not_asked_for_the_rest_when_others_hold_it() {
    let all: Vec<u16> = (1..=100).collect();
    let mut script = Script::started(config(Choose::First, &all));
    script.tell(2, &info(&all));
    // Chunk 100 has no other holder than the silent one.
    script.tell(3, &info(&all[..99]));
    let story = script.rest();
    let at_30_s: Vec<&String> = story
        .iter()
        .filter(|line| line.starts_with("30000 "))
        .collect();
    // Those it was asked for in vain go to the other too; only chunk 100 is left to it.
    assert_eq!(at_30_s, ["30000 GET 100 > 2", "30000 GET 65-99,1-28 > 3"]);
    // Once the other has been silent as well, the first may be asked for what it was not.
    assert!(
        story
            .iter()
            .any(|line| line.contains("GET 65") && line.ends_with("> 2")),
        "{story:?}"
    );
}

#[test]
fn a_client_that_sends_no_gets_logs_what_it_would_choose() {
    let mut script = Script::started(Config {
        gets: Gets::Never,
        ..config(Choose::Random, &[4, 5])
    });
    script.tell(2, &info(&[5]));
    let mut story = vec!["5000 5 missing".to_owned()];
    story.extend((1..=5).map(|n| format!("{}000 HELLO 4", 5 * n)));
    story.push("30000 4 missing".to_owned());
    assert_eq!(script.rest(), story);
    assert_eq!(script.tell(2, &response(5)), Some(Ignored::Unasked));
}

#[test]
fn a_client_may_send_each_get_twice_in_a_row_repeats_too() {
    let mut script = Script::started(Config {
        gets: Gets::Twice,
        ..config(Choose::First, &[5, 6])
    });
    script.tell(2, &info(&[5, 6]));
    assert_eq!(script.at(0).story(), ["0 GET 5,6 > 2", "0 GET 5,6 > 2"]);
    assert_eq!(script.tell(2, &response(5)), None);
    assert_eq!(script.tell(2, &response(5)), Some(Ignored::SecondCopy));
    script.story();
    assert_eq!(
        script.at(5_000).story(),
        ["5000 GET 6 > 2", "5000 GET 6 > 2"]
    );
}
