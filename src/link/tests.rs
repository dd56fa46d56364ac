//! Links, one datagram after another, and thousands with fixed seeds.

use proptest::prelude::*;

use super::*;
use crate::event::{Culprit, EventId, What};
use crate::faults::{Conditions, Effect, Fault, Jitter, Links, Nth, Pattern, Rate, Shape};
use crate::roster::Entry;
use crate::wire::{ChunkId, IdList, Message, Type};

const A: EndpointId = EndpointId(0);
const B: EndpointId = EndpointId(1);
/// The client.
const C: EndpointId = EndpointId(2);

fn roster() -> Roster {
    let entry = |(name, role): (&str, Role)| Entry {
        name: name.to_owned(),
        address: format!("127.0.0.1:{}", 5001 + name.len()).parse().unwrap(),
        role,
    };
    let all = [("a", Role::Peer), ("bb", Role::Peer), ("ccc", Role::Client)];
    Roster::new(all.map(entry).into())
}

/// Links whose peers' ones have `conditions`.
fn links(conditions: Conditions) -> Faults {
    Faults {
        links: Links {
            peers: conditions,
            ..Links::all_taking(MILLI)
        },
        ..Faults::default()
    }
}

const MILLI: Duration = Duration::from_millis(1);

fn fault(effect: Effect, nth: &[u32]) -> Fault {
    Fault {
        effect,
        pattern: Pattern {
            message: Some(Type::Get),
            ..Pattern::default()
        },
        nth: match nth {
            [] => Nth::Every,
            some => Nth::These(some.to_vec()),
        },
        since: Duration::ZERO,
        until: None,
        label: String::new(),
    }
}

fn get(chunk: u16) -> Bytes {
    Message::Get(IdList::distinct([ChunkId(chunk)])).encode()
}

/// A network with its world.
struct Stage {
    faults: Faults,
    roster: Roster,
    network: Network,
}

impl Stage {
    fn new(faults: Faults) -> Self {
        Self {
            network: Network::new(&faults, 7),
            roster: roster(),
            faults,
        }
    }

    fn send_at(&mut self, millis: u64, (from, to): Ends, payload: &Bytes) -> Fate {
        let world = World {
            faults: &self.faults,
            roster: &self.roster,
        };
        let now = Time::from_nanos(millis * 1_000_000);
        let datagram = Datagram { from, to, payload };
        self.network.send(world, now, datagram)
    }

    fn send(&mut self, ends: Ends) -> Fate {
        self.send_at(0, ends, &get(5))
    }

    /// What becomes of so many datagrams from a to b.
    fn send_many(&mut self, count: usize) -> Vec<Fate> {
        (0..count).map(|_| self.send((A, B))).collect()
    }
}

/// A fate as lines: `#0 arrives 3ms`, events as the trace has them, without their causes.
fn told(fate: Fate) -> Vec<String> {
    let mut lines = Vec::new();
    let mut next = 0;
    let arrivals = fate.tell(EventId(0), |cause, what| {
        next += 1;
        lines.push(match what {
            What::Delayed {
                datagram,
                by,
                culprit,
            } => format!("{datagram} delayed {by:?} by {culprit}"),
            What::Corrupted {
                datagram,
                payload,
                culprit,
            } => format!("{datagram} corrupted {:02x} by {culprit}", payload[0]),
            What::Duplicated { original, culprit } => {
                format!("{original} copied as #{next} by {culprit}")
            }
            What::Dropped { datagram, reason } => format!("{datagram} dropped {reason:?}"),
            other => panic!("a link does not tell of {other:?}"),
        });
        assert!(cause.0 < next);
        EventId(next)
    });
    let arrivals = arrivals.iter();
    lines.extend(arrivals.map(|(id, after)| format!("{id} arrives {after:?}")));
    lines
}

#[test]
fn links_without_faults_take_their_delay() {
    let mut common = Stage::new(links(Conditions {
        delay: MILLI,
        ..Conditions::default()
    }));
    assert_eq!(common.send((A, B)), Fate::Arrives(MILLI));
    let mut slow = links(Conditions {
        delay: 3 * MILLI,
        ..Conditions::default()
    });
    let other = Conditions {
        delay: 9 * MILLI,
        ..Conditions::default()
    };
    slow.links.between.insert((B, A), other);
    let mut stage = Stage::new(slow);
    assert_eq!(stage.send((A, B)), Fate::Arrives(3 * MILLI));
    assert_eq!(stage.send((B, A)), Fate::Arrives(9 * MILLI));
    assert_eq!(stage.send((C, A)), Fate::Arrives(MILLI));
    assert_eq!(stage.send((A, C)), Fate::Arrives(MILLI));
    assert!(stage.network.sent.is_empty(), "nothing to remember");
}

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
        let arrivals = stage.send((A, B)).tell(EventId(0), |_, what| {
            let What::Corrupted { payload, .. } = what else {
                panic!("{what:?}");
            };
            assert_eq!(payload[1..], sent[1..]);
            let flipped = payload[0] ^ sent[0];
            assert_eq!(flipped.count_ones(), 1);
            assert_eq!(Type::of_datagram(&payload), None);
            bits |= flipped;
            EventId(1)
        });
        assert_eq!(arrivals.len(), 1);
    }
    assert_eq!(bits, 0xff, "each bit at times");
    let short = Bytes::from_static(b"\0");
    let fate = stage.send_at(0, (A, C), &short);
    assert_eq!(fate, Fate::Arrives(MILLI * 0), "too short to be damaged");
}

#[test]
fn copies_take_their_place_in_the_queue() {
    let conditions = Conditions {
        delay: MILLI,
        duplication: 1.0,
        rate: Some(Rate {
            bytes_per_second: 6_000,
            queue: 2,
        }),
        ..Conditions::default()
    };
    let mut stage = Stage::new(links(conditions));
    // A GET of one id has six bytes.
    assert_eq!(
        told(stage.send((A, B))),
        [
            "#0 copied as #1 by chance",
            "#0 arrives 2ms",
            "#1 arrives 3ms"
        ]
    );
    assert_eq!(
        told(stage.send((A, B))),
        [
            "#0 copied as #1 by chance",
            "#1 dropped QueueFull",
            "#0 arrives 4ms"
        ]
    );
    let other_way = told(stage.send((B, A)));
    assert_eq!(other_way[1], "#0 arrives 2ms", "a queue of its own");
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
        fate.tell(EventId(0), |_, what| {
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
            let arrivals = fate.tell(EventId(0), |_, what| {
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
