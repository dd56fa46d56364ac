//! What links do by chance: how often, and by whose luck.

use super::*;

#[test]
fn certain_chances_are_certain() {
    let mut certain = Conditions {
        delay: MILLI,
        duplication: 1.0,
        reordering: 1.0,
        reorder_by: 2 * MILLI,
        ..Conditions::default()
    };
    let expected = [
        "#0 copied as #1 by chance",
        "#0 delayed 2ms by chance",
        "#1 delayed 2ms by chance",
        "#0 arrives 3ms",
        "#1 arrives 3ms",
    ];
    for fate in Stage::new(links(certain.clone())).send_many(100) {
        assert_eq!(told(fate), expected);
    }
    certain.loss = 1.0;
    for fate in Stage::new(links(certain)).send_many(1_000) {
        assert_eq!(fate, Fate::Dropped(DropReason::Loss));
    }
    let never = Conditions {
        delay: MILLI,
        jitter: Some(Jitter {
            shape: Shape::Uniform,
            scale: Duration::ZERO,
        }),
        ..Conditions::default()
    };
    for fate in Stage::new(links(never)).send_many(1_000) {
        assert_eq!(fate, Fate::Arrives(MILLI));
    }
}

#[test]
fn damage_is_one_bit_of_the_high_byte_of_the_type() {
    let conditions = Conditions {
        corruption: 1.0,
        ..Conditions::default()
    };
    let mut faults = links(conditions.clone());
    faults.links.clients = conditions;
    let mut stage = Stage::new(faults);
    let mut bits = 0;
    for _ in 0..200 {
        let sent = get(5);
        let arrivals = tell(stage.send((A, B)), |payloads, _, what| {
            let What::Corrupted { damage, .. } = what else {
                panic!("{what:?}");
            };
            let payload = payloads.bytes(damage.payload);
            assert_eq!(payload[1..], sent[1..]);
            let flipped = payload[0] ^ sent[0];
            assert_eq!(flipped.count_ones(), 1);
            assert_eq!(Type::of_datagram(payload), None);
            bits |= flipped;
            EventId(1)
        });
        assert_eq!(arrivals.len(), 1);
    }
    assert_eq!(bits, 0xff, "each bit at times");
    let fate = stage.send_at(0, (A, C), b"\0");
    assert_eq!(
        fate,
        Fate::Arrives(Duration::ZERO),
        "too short to be damaged"
    );
}

/// All that a link can do, each now and then.
fn lively() -> Conditions {
    Conditions {
        delay: MILLI,
        jitter: Some(Jitter {
            shape: Shape::Exponential,
            scale: MILLI,
        }),
        loss: 0.1,
        duplication: 0.2,
        reordering: 0.3,
        reorder_by: 5 * MILLI,
        corruption: 0.05,
        rate: None,
    }
}

#[test]
fn chances_come_out_as_often_as_they_should() {
    let mut counts = [0_u32; 4];
    let culprit = Culprit::Chance;
    for fate in Stage::new(links(lively())).send_many(20_000) {
        tell(fate, |_, _, what| {
            let place = match what {
                What::Dropped { .. } => 0,
                What::Corrupted { .. } => 1,
                What::Duplicated { culprit: by, .. } if by == culprit => 2,
                _ => 3,
            };
            counts[place] += 1;
            EventId(1)
        });
    }
    // Of those not lost; and both of a pair may be held back.
    for (count, expected) in counts.into_iter().zip([2_000, 900, 3_600, 6_480]) {
        assert!(count.abs_diff(expected) < expected / 10, "{counts:?}");
    }
}

#[test]
fn a_link_has_its_own_luck_whatever_else_there_is() {
    let alone = Stage::new(links(lively())).send_many(500);
    let mut crowded = Stage::new({
        let mut faults = links(lively());
        faults.links.clients = lively();
        faults
    });
    let mut seen = Vec::new();
    for _ in 0..500 {
        let other = crowded.send((B, A));
        crowded.send((C, A));
        let own = crowded.send((A, B));
        seen.push((own, other));
    }
    let (own, others): (Vec<Fate>, Vec<Fate>) = seen.into_iter().unzip();
    assert_eq!(own, alone);
    assert_ne!(others, alone);
}

#[test]
fn neither_another_condition_nor_a_fault_nor_a_cut_changes_the_luck() {
    let lost = |conditions: Conditions, cut_first: usize, duplicate: bool| {
        let mut faults = links(conditions);
        if duplicate {
            faults.named = vec![fault(Effect::Duplicate, &[])];
        }
        let mut stage = Stage::new(faults);
        let all = Cut {
            from: [A].into(),
            to: [B].into(),
            both_ways: false,
        };
        let mut lost = Vec::new();
        stage.network.cut(&all);
        for number in 0..300 {
            if number == cut_first {
                stage.network.heal_all();
            }
            let told = told(stage.send((A, B)));
            lost.push(told.iter().any(|line| line == "#0 dropped Loss"));
        }
        lost[100..].to_vec()
    };
    let only = Conditions {
        loss: 0.1,
        ..Conditions::default()
    };
    let plain = lost(only.clone(), 0, false);
    assert!(plain.contains(&true));
    assert_eq!(lost(lively(), 0, false), plain);
    assert_eq!(lost(only.clone(), 100, false), plain);
    assert_eq!(lost(only, 0, true), plain);
}
