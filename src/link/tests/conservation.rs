//! Every datagram and every copy ends once, whatever links do.

use proptest::prelude::*;

use super::*;

fn any_conditions() -> impl Strategy<Value = Conditions> {
    let chance = || prop_oneof![Just(0.0), 0.0..1.0, Just(1.0)];
    let rate = proptest::option::of((1_u64..20_000, 0_u32..5));
    let jitter = proptest::option::of((0_usize..4, 0_u64..5_000));
    (chance(), chance(), chance(), chance(), rate, jitter).prop_map(
        |(loss, duplication, reordering, corruption, rate, jitter)| Conditions {
            delay: MILLI,
            jitter: jitter.map(|(shape, micros)| Jitter {
                shape: Shape::ALL[shape].0,
                scale: Duration::from_micros(micros),
            }),
            loss,
            duplication,
            reordering,
            reorder_by: 2 * MILLI,
            corruption,
            rate: rate.map(|(bytes_per_second, queue)| Rate {
                bytes_per_second,
                queue,
            }),
        },
    )
}

fn any_fault() -> impl Strategy<Value = Fault> {
    let effect = prop_oneof![
        Just(Effect::Drop),
        Just(Effect::Delay(MILLI)),
        Just(Effect::Duplicate),
        Just(Effect::Corrupt),
    ];
    (effect, proptest::collection::btree_set(1_u32..10, 0..4))
        .prop_map(|(effect, nth)| fault(effect, &nth.into_iter().collect::<Vec<_>>()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_datagram_and_every_copy_ends_once(
        conditions in any_conditions(),
        named in proptest::collection::vec(any_fault(), 0..4),
    ) {
        let longest = conditions.longest();
        let has_rate = conditions.rate.is_some();
        let mut faults = links(conditions);
        let delayed = MILLI * u32::try_from(named.len()).unwrap();
        faults.named = named;
        let mut stage = Stage::new(faults);
        for number in 0..60 {
            let fate = stage.send_at(number / 4, (A, B), &get(7));
            let mut next = 0;
            let mut open = std::collections::BTreeSet::from([EventId(0)]);
            let mut ended = Vec::new();
            let arrivals = tell(fate, |_, _, what| {
                next += 1;
                match what {
                    What::Duplicated { original, .. } => {
                        assert!(open.contains(&original));
                        open.insert(EventId(next));
                    }
                    What::Dropped { datagram, .. } => ended.push(datagram),
                    What::Delayed { datagram, .. } | What::Corrupted { datagram, .. } => {
                        assert!(open.contains(&datagram));
                    }
                    other => panic!("{other:?}"),
                }
                EventId(next)
            });
            for (datagram, after) in arrivals {
                ended.push(datagram);
                prop_assert!(after >= MILLI);
                prop_assert!(has_rate || after <= longest + delayed);
            }
            ended.sort_unstable();
            prop_assert_eq!(ended, open.into_iter().collect::<Vec<_>>());
        }
    }
}
