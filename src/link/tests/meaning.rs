//! Faults by meaning: what they count, and what they do.

use super::*;

#[test]
fn faults_by_meaning_act_in_order_and_all_count() {
    let delay = Effect::Delay(3 * MILLI);
    for (named, expected) in [
        (vec![fault(Effect::Drop, &[1])], vec!["#0 dropped Fault(0)"]),
        (vec![fault(Effect::Drop, &[2])], vec!["#0 arrives 1ms"]),
        (
            vec![fault(delay, &[]), fault(delay, &[1])],
            vec![
                "#0 delayed 3ms by fault 1",
                "#0 delayed 3ms by fault 2",
                "#0 arrives 7ms",
            ],
        ),
        (
            vec![fault(Effect::Drop, &[]), fault(delay, &[])],
            vec!["#0 dropped Fault(0)"],
        ),
        // A copy stays as it was when it was made.
        (
            vec![
                fault(delay, &[]),
                fault(Effect::Duplicate, &[]),
                fault(Effect::Corrupt, &[]),
                fault(Effect::Duplicate, &[]),
                fault(Effect::Drop, &[]),
            ],
            vec![
                "#0 delayed 3ms by fault 1",
                "#0 copied as #2 by fault 2",
                "#0 corrupted 80 by fault 3",
                "#0 copied as #4 by fault 4",
                "#0 dropped Fault(4)",
                "#2 arrives 4ms",
                "#4 arrives 4ms",
            ],
        ),
        (
            vec![fault(Effect::Corrupt, &[]), fault(Effect::Corrupt, &[])],
            vec!["#0 corrupted 80 by fault 1", "#0 arrives 1ms"],
        ),
    ] {
        let faults = Faults {
            named,
            ..Faults {
                links: Links::all_taking(MILLI),
                ..Faults::default()
            }
        };
        assert_eq!(told(Stage::new(faults).send((A, B))), expected);
    }
}

#[test]
fn a_dropped_datagram_is_counted_by_later_faults_and_a_cut_one_by_none() {
    let named = vec![fault(Effect::Drop, &[1]), fault(Effect::Drop, &[3])];
    let mut stage = Stage::new(Faults {
        named,
        ..Faults::default()
    });
    let cut = Cut {
        from: [A].into(),
        to: [B].into(),
        both_ways: false,
    };
    stage.network.cut(&cut);
    assert_eq!(stage.send((A, B)), Fate::Dropped(DropReason::Cut));
    stage.network.heal(&cut);
    let dropped = |number| Fate::Dropped(DropReason::Fault(number));
    assert_eq!(stage.send((A, B)), dropped(0));
    assert_eq!(told(stage.send((A, B))), ["#0 arrives 0ns"]);
    assert_eq!(stage.send((A, B)), dropped(1));
}

#[test]
fn a_window_has_its_beginning_and_not_its_end() {
    let mut named = fault(Effect::Drop, &[]);
    named.since = 5 * MILLI;
    named.until = Some(7 * MILLI);
    named.pattern.chunk = Some(ChunkId(7));
    let mut stage = Stage::new(Faults {
        named: vec![named],
        ..Faults::default()
    });
    for (at, chunk, is_dropped) in [
        (4, 7, false),
        (5, 7, true),
        (5, 6, false),
        (6, 7, true),
        (7, 7, false),
    ] {
        let fate = stage.send_at(at, (A, B), &get(chunk));
        let dropped = Fate::Dropped(DropReason::Fault(0));
        assert_eq!(fate == dropped, is_dropped, "{chunk} at {at}");
    }
}
