//! `[[event]]`.

use std::sync::Arc;
use std::time::Duration;

use p2p_sim::faults::{Change, Cut, Pattern, Scheduled, When};
use p2p_sim::roster::EndpointId;
use p2p_sim::scenario::Scenario;
use p2p_sim::wire::{ChunkId, Type};

use super::{C1, C2, P1, P2, P3, load, load_whole, ms};

fn at(millis: u64, change: Change, line: Option<usize>) -> Scheduled {
    Scheduled {
        when: When::At(ms(millis)),
        change,
        label: line.map(|line| format!("[[event]] in line {line}")),
    }
}

fn cut(from: &[EndpointId], to: &[EndpointId], both_ways: bool) -> Cut {
    Cut {
        from: Arc::from(from),
        to: Arc::from(to),
        both_ways,
    }
}

#[test]
fn events_are_the_timeline_in_the_order_of_the_file() {
    let scenario = load(
        r#"
        [[event]]
        at = "2s"
        stop = ["p2", "p3"]

        [[event]]
        at = "3s"
        start = "p2"

        [[event]]
        at = "1s"
        join = "p1"

        [[event]]
        at = "4s"
        pause = "p2"
        for = "500ms"

        [[event]]
        at = "5s"
        cut = [["p1", "p2"], ["c1", "p3"]]

        [[event]]
        at = "5s"
        heal = [["p2", "p1"]]
        one_way = true

        [[event]]
        at = "6s"
        heal = "all"

        [[event]]
        at = "7s"
        crash = "p1"
    "#,
    );
    let expected = [
        at(2_000, Change::Stop(P2), Some(26)),
        at(2_000, Change::Stop(P3), Some(26)),
        at(3_000, Change::Start(P2), Some(30)),
        at(0, Change::Stop(P1), None),
        at(1_000, Change::Start(P1), Some(34)),
        at(4_000, Change::Pause(P2, ms(500)), Some(38)),
        at(5_000, Change::Cut(cut(&[P1], &[P2], true)), Some(43)),
        at(5_000, Change::Cut(cut(&[C1], &[P3], true)), Some(43)),
        at(5_000, Change::Heal(cut(&[P2], &[P1], false)), Some(47)),
        at(6_000, Change::HealAll, Some(52)),
        at(7_000, Change::Crash(P1), Some(56)),
    ];
    assert_eq!(scenario.faults.timeline, expected);
}

#[test]
fn an_event_follows_a_datagram() {
    let scenario = load(
        r#"
        [[event]]
        after = { message = "QUERY", from = "p1", to = "p2", chunk = 1, nth = 3, by = "5ms" }
        join = "p3"

        [[event]]
        after = { message = "any" }
        crash = "p2"
    "#,
    );
    let after = When::After {
        pattern: Pattern {
            message: Some(Type::Query),
            from: vec![P1],
            to: vec![P2],
            chunk: Some(ChunkId(1)),
        },
        nth: 3,
        by: ms(5),
    };
    let [stop, start, crash] = &scenario.faults.timeline[..] else {
        panic!("three changes");
    };
    assert_eq!(*stop, at(0, Change::Stop(P3), None));
    assert_eq!((&start.when, &start.change), (&after, &Change::Start(P3)));
    let any = When::After {
        pattern: Pattern::default(),
        nth: 1,
        by: Duration::ZERO,
    };
    assert_eq!((&crash.when, &crash.change), (&any, &Change::Crash(P2)));
}

#[test]
fn clients_are_on_the_side_of_their_contact_unless_named() {
    let partitions = |tables: &str| -> Vec<Change> {
        let timeline = load(tables).faults.timeline;
        timeline.into_iter().map(|s| s.change).collect()
    };
    assert_eq!(
        partitions("[[event]]\nat = \"1s\"\npartition = [\"p2\", \"p1\"]\n"),
        [Change::Cut(cut(&[P1, P2, C1], &[P3, C2], true))]
    );
    assert_eq!(
        partitions("[[event]]\nat = \"1s\"\npartition = [\"c1\", \"p3\"]\none_way = true\n"),
        [Change::Cut(cut(&[P3, C1, C2], &[P1, P2], false))]
    );
}

#[test]
fn chunks_are_gained_and_lost() {
    let scenario = load(
        r#"
        [[event]]
        at = "1s"
        gain = ["p1", "p2"]
        chunks = "9,7"

        [[event]]
        at = "2s"
        lose = "p1"
        chunks = [9]
    "#,
    );
    let [one, other, lost] = &scenario.faults.timeline[..] else {
        panic!("three changes");
    };
    let (Change::Gain(P1, store), Change::Gain(P2, same)) = (&one.change, &other.change) else {
        panic!("two peers gain");
    };
    assert!(Arc::ptr_eq(store, same));
    assert_eq!(store.ids().collect::<Vec<_>>(), [ChunkId(7), ChunkId(9)]);
    assert_eq!(lost.change, Change::Lose(P1, vec![ChunkId(9)]));
}

#[test]
fn what_may_still_happen_is_not_too_late() {
    // Chunk 2 nobody else holds, and each silence may be the last but one.
    let text = |time: &str| {
        format!(
            "[[peer]]\nname = \"p1\"\nchunks = [1]\n\n[[peer]]\nname = \"p2\"\n\n\
             [[client]]\nname = \"c\"\ncontact = \"p1\"\nchunks = [1]\nwait = \"1s\"\n\
             repeats = 1\n\n[[event]]\nat = \"{time}\"\nstop = \"p2\"\n"
        )
    };
    // Two searches of 1 s and 5 hops, four waits for the chunk, 5 hops.
    load_whole(&text("6s 15ms"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("it.toml");
    std::fs::write(&file, text("6s 15ms 1ns")).expect("it can be written");
    let rejected = Scenario::load(&file, None, None).expect_err("it is too late");
    assert!(
        rejected.to_string().contains("6s 15ms at the latest"),
        "{rejected}"
    );
}
