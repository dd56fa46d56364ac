//! HELLOs, their waits and their repeats.

use super::*;

#[test]
fn a_hello_goes_to_the_contact_exact_to_the_byte() {
    let mut client = Client::new(config(Choose::Random, &[5, 6, 258]));
    assert_eq!(client.poll_deadline(), Some(Time::ZERO));
    let mut out = Outbox::default();
    client.handle_deadline(Time::ZERO, &mut out);
    let hello = Transmit {
        to: peer(1),
        payload: &[0, 1, 0, 3, 0, 5, 0, 6, 1, 2],
    };
    assert!(out.iter().eq([hello]));
}

#[test]
fn ids_are_asked_for_once_in_the_order_wanted() {
    let mut script = Script::new(config(Choose::Random, &[9, 5, 9, 0, 65_535, 5]));
    script.at(0);
    assert_eq!(script.story(), ["0 HELLO 9,5,0,65535"]);
    script.tell(2, &info(&[0, 5, 9]));
    script.tell(2, &info(&[65_535]));
    assert_eq!(script.at(100).story(), ["100 GET 9,5,0,65535 > 2"]);
    for id in [5, 9, 0, 65_535] {
        assert_eq!(script.tell(2, &response(id)), None);
    }
    let outcomes = [
        "100 5 from 2",
        "100 9 from 2",
        "100 0 from 2",
        "100 65535 from 2",
    ];
    assert_eq!(script.story(), outcomes);
    assert!(script.client.is_done());
}

#[test]
fn a_client_that_wants_nothing_is_done_and_waits_for_nothing() {
    let mut script = Script::new(config(Choose::Random, &[]));
    assert!(script.client.is_done());
    assert_eq!(script.deadline(), None);
    assert_eq!(script.tell(2, &info(&[5])), Some(Ignored::NotWanted));
    script.client.handle_deadline(Time::ZERO, &mut script.out);
    assert!(script.out.is_empty());
}

#[test]
fn it_starts_when_told_and_knows_nothing_before() {
    let mut script = Script::new(Config {
        start: Time::from_start(Duration::from_secs(3)),
        ..config(Choose::First, &[5, 6])
    });
    assert_eq!(script.deadline(), Some(3_000));
    script.client.handle_deadline(Time::ZERO, &mut script.out);
    // An answer to somebody who had the address before.
    assert_eq!(
        script.at(1_000).tell(2, &info(&[5])),
        Some(Ignored::NotWanted)
    );
    assert_eq!(script.tell(2, &response(5)), Some(Ignored::Unasked));
    assert_eq!(script.story(), [""; 0]);
    assert_eq!(script.at(3_000).story(), ["3000 HELLO 5,6"]);
    script.tell(3, &info(&[5, 6]));
    assert_eq!(script.at(3_000).story(), ["3000 GET 5,6 > 3"]);
}

#[test]
fn six_hellos_and_then_missing() {
    let mut script = Script::new(config(Choose::Random, &[4]));
    assert_eq!(
        script.rest(),
        [
            "0 HELLO 4",
            "5000 HELLO 4",
            "10000 HELLO 4",
            "15000 HELLO 4",
            "20000 HELLO 4",
            "25000 HELLO 4",
            "30000 4 missing",
        ]
    );
    assert!(script.client.is_done());
    assert_eq!(script.deadline(), None);
}

#[test]
fn no_repeats_mean_one_hello_and_one_wait() {
    let mut quick = config(Choose::Random, &[4]);
    quick.patience.repeats = 0;
    quick.patience.wait = Duration::from_secs(2);
    assert_eq!(Script::new(quick).rest(), ["0 HELLO 4", "2000 4 missing"]);
}

#[test]
fn as_many_repeats_as_can_be_said_are_made() {
    let mut stubborn = config(Choose::Random, &[4]);
    stubborn.patience.repeats = u16::MAX;
    let story = Script::new(stubborn).rest();
    assert_eq!(story.len(), 65_537);
    assert_eq!(story[65_536], "327680000 4 missing");
}

#[test]
fn repeats_list_only_ids_without_a_holder() {
    let mut script = Script::new(config(Choose::Random, &[1, 2, 3]));
    script.at(1_000).tell(2, &info(&[2]));
    // The wait ends 5 s after the new holder: 2 is asked for, the others are searched again.
    assert_eq!(
        script.at(6_000).story(),
        ["0 HELLO 1-3", "6000 HELLO 1,3", "6000 GET 2 > 2"]
    );
    script.tell(2, &response(2));
    script.at(7_000).tell(3, &info(&[3]));
    assert_eq!(
        script.at(12_000).story(),
        ["6000 2 from 2", "12000 HELLO 1", "12000 GET 3 > 3"]
    );
    script.tell(3, &response(3));
    assert_eq!(
        script.rest(),
        [
            "12000 3 from 3",
            "17000 HELLO 1",
            "22000 HELLO 1",
            "27000 HELLO 1",
            "32000 1 missing"
        ]
    );
}

#[test]
fn only_a_new_pair_of_id_and_holder_makes_the_wait_longer() {
    use Ignored::{EmptyList, NotWanted, NothingNew};
    // Each tells at 4 s what it does; peer 2 was heard of as a holder of 5 at 1 s.
    for (from, list, ignored, ends) in [
        (2, &[5][..], Some(NothingNew), 6_000),
        (2, &[5, 5, 7, 8], Some(NothingNew), 6_000),
        (2, &[7, 8], Some(NotWanted), 6_000),
        (9, &[7, 8], Some(NotWanted), 6_000),
        (2, &[], Some(EmptyList), 6_000),
        (3, &[5], None, 9_000),
        (3, &[9, 8, 5, 7], None, 9_000),
    ] {
        let mut script = Script::started(config(Choose::Random, &[5, 6]));
        assert_eq!(script.at(1_000).tell(2, &info(&[5])), None);
        assert_eq!(script.deadline(), Some(6_000));
        assert_eq!(
            script.at(4_000).tell(from, &info(list)),
            ignored,
            "{list:?}"
        );
        assert_eq!(script.deadline(), Some(ends), "{from} {list:?}");
    }
}

#[test]
fn a_pair_is_new_even_when_its_chunk_has_arrived() {
    // The silence tells that the flood is over, and such an answer that it is not.
    let mut script = Script::started(config(Choose::Random, &[5, 6]));
    script.tell(2, &info(&[5]));
    script.at(5_000).tell(2, &response(5));
    assert_eq!(script.deadline(), Some(10_000));
    assert_eq!(script.at(8_000).tell(3, &info(&[5])), None);
    assert_eq!(script.deadline(), Some(13_000));
}

#[test]
fn chunks_are_asked_for_once_each_has_a_holder_and_others_were_gathered() {
    let mut script = Script::started(config(Choose::Spread, &[5, 6]));
    script.at(20).tell(2, &info(&[5]));
    script.at(30).tell(2, &info(&[6]));
    assert_eq!(script.deadline(), Some(130));
    // Gathered in time, and no reason to gather longer.
    script.at(129).tell(3, &info(&[5, 6]));
    assert_eq!(script.deadline(), Some(130));
    assert_eq!(script.at(130).story(), ["130 GET 5 > 2", "130 GET 6 > 3"]);
}

#[test]
fn the_first_to_answer_is_asked_at_once() {
    let mut script = Script::started(config(Choose::First, &[5, 6]));
    script.at(20).tell(2, &info(&[5]));
    script.at(30).tell(3, &info(&[5, 6]));
    assert_eq!(script.deadline(), Some(30));
    assert_eq!(script.at(30).story(), ["30 GET 5 > 2", "30 GET 6 > 3"]);
}

#[test]
fn gathering_ends_with_the_wait_at_the_latest() {
    let mut hurried = config(Choose::Random, &[5]);
    hurried.patience.wait = Duration::from_millis(50);
    let mut script = Script::started(hurried);
    script.at(10).tell(2, &info(&[5]));
    assert_eq!(script.at(60).story(), ["60 GET 5 > 2"]);
}

#[test]
fn downloads_run_beside_repeats() {
    let mut script = Script::started(config(Choose::Random, &[4, 5]));
    script.at(500).tell(2, &info(&[5]));
    // Neither holds the other up: 4 is searched every 5 s, and 2 is asked again every 5 s.
    assert_eq!(
        script.at(10_500).story(),
        [
            "5500 HELLO 4",
            "5500 GET 5 > 2",
            "10500 HELLO 4",
            "10500 GET 5 > 2"
        ]
    );
    script.at(11_000).tell(3, &info(&[4]));
    script.at(11_100);
    script.tell(3, &response(4));
    script.at(12_000).tell(2, &response(5));
    let end = ["11100 GET 4 > 3", "11100 4 from 3", "12000 5 from 2"];
    assert_eq!(script.story(), end);
    assert!(script.client.is_done());
    assert_eq!(script.deadline(), None);
}

#[test]
fn more_than_500_ids_are_several_searches_each_with_its_own_wait() {
    let wanted: Vec<u16> = (1..=1_200).collect();
    let mut script = Script::new(config(Choose::First, &wanted));
    assert_eq!(
        script.at(0).story(),
        ["0 HELLO 1-500", "0 HELLO 501-1000", "0 HELLO 1001-1200"]
    );
    // One CHUNKS_INFO for ids of two searches: both waits go on, the third's does not.
    script.at(1_000).tell(2, &info(&[500, 501]));
    assert_eq!(script.at(5_999).story(), ["5000 HELLO 1001-1200"]);
    assert_eq!(
        script.at(6_000).story(),
        [
            "6000 HELLO 1-499",
            "6000 HELLO 502-1000",
            "6000 GET 500,501 > 2"
        ]
    );
    for id in [500, 501] {
        script.tell(2, &response(id));
    }
    script.story();
    // A search that is complete does not wait for the others.
    let last: Vec<u16> = (1_001..=1_200).collect();
    script.at(7_000).tell(3, &info(&last));
    assert_eq!(script.at(7_000).story(), ["7000 GET 1001-1064 > 3"]);
    // Its own repeats: HELLOs at 11, 16, 21 and 26 s for either of the others.
    let rest = script.rest();
    let hellos: Vec<&String> = rest.iter().filter(|l| l.contains("HELLO")).collect();
    assert_eq!(hellos.len(), 8);
    assert_eq!(hellos[..2], ["11000 HELLO 1-499", "11000 HELLO 502-1000"]);
    assert_eq!(hellos[7], "26000 HELLO 502-1000");
    assert!(rest.contains(&"31000 1 missing".to_owned()));
    assert!(script.client.is_done());
}

#[test]
fn every_id_there_is_can_be_wanted() {
    let all: Vec<u16> = (0..=u16::MAX).collect();
    let mut script = Script::new(config(Choose::Random, &all));
    let story = script.at(0).story();
    assert_eq!(story.len(), 132);
    assert_eq!(story[131], "0 HELLO 65500-65535");
}

#[test]
fn a_chunks_info_may_name_all_that_is_stored_and_come_from_anywhere() {
    let mut script = Script::started(config(Choose::First, &[5]));
    let everything: Vec<u16> = (0..3_000).collect();
    assert_eq!(script.tell(999, &info(&everything)), None);
    assert_eq!(
        script.tell(999, &info(&everything)),
        Some(Ignored::NothingNew)
    );
    assert_eq!(script.at(0).story(), ["0 GET 5 > 999"]);
}

#[test]
fn an_answer_after_the_last_wait_finds_nothing_wanted() {
    let mut brief = config(Choose::Random, &[4, 5]);
    brief.patience.repeats = 0;
    let mut script = Script::started(brief);
    script.tell(2, &info(&[5]));
    assert_eq!(
        script.at(5_000).story(),
        ["5000 4 missing", "5000 GET 5 > 2"]
    );
    assert_eq!(script.tell(2, &info(&[4])), Some(Ignored::NotWanted));
    // Whoever holds what is still on its way may be needed yet.
    assert_eq!(script.tell(3, &info(&[4, 5])), None);
    assert_eq!(script.at(10_000).story(), ["10000 GET 5 > 3"]);
}

#[test]
fn a_call_before_the_deadline_changes_nothing() {
    let mut script = Script::started(config(Choose::Random, &[4, 5]));
    script.tell(2, &info(&[5]));
    script.at(5_050);
    let before = format!("{:?}", script.client);
    for millis in [5_060, 5_070] {
        let early = Time::from_start(Duration::from_millis(millis));
        script.client.handle_deadline(early, &mut script.out);
        assert!(script.out.is_empty());
        assert_eq!(format!("{:?}", script.client), before);
    }
}

#[test]
fn whoever_calls_late_gets_whole_waits_all_the_same() {
    let mut script = Script::started(config(Choose::Random, &[4, 5]));
    script.tell(2, &info(&[5]));
    script.now = Time::from_start(Duration::from_secs(7));
    script.client.handle_deadline(script.now, &mut script.out);
    script.write_down();
    assert_eq!(script.story(), ["7000 HELLO 4", "7000 GET 5 > 2"]);
    assert_eq!(script.deadline(), Some(12_000));
}
