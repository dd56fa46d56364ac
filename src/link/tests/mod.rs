//! Links, one datagram after another, and thousands with fixed seeds.

mod chance;
mod conservation;
mod meaning;

use bytes::Bytes;

use super::*;
use crate::event::{Culprit, EventId, PayloadId, Recording, What};
use crate::faults::{Conditions, Effect, Fault, Jitter, Links, Nth, Pattern, Rate, Shape};
use crate::roster::Entry;
use crate::wire::{ChunkId, IdList, Message, Type};

const A: EndpointId = EndpointId(0);
const B: EndpointId = EndpointId(1);
/// The client.
const C: EndpointId = EndpointId(2);

fn roster() -> Roster {
    fn entry((name, role): (&str, Role)) -> Entry<'_> {
        Entry {
            name,
            address: format!("127.0.0.1:{}", 5001 + name.len()).parse().unwrap(),
            role,
        }
    }
    let all = [("a", Role::Peer), ("bb", Role::Peer), ("ccc", Role::Client)];
    Roster::new(all.map(entry))
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

    fn send_at(&mut self, millis: u64, (from, to): Ends, payload: &[u8]) -> Fate {
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

/// Hears what is told of a datagram, with the payloads so far.
struct Listener<F> {
    payloads: Recording,
    hear: F,
}

impl<F: FnMut(&Recording, EventId, What) -> EventId> Scribe for Listener<F> {
    fn intern(&mut self, payload: &[u8]) -> PayloadId {
        self.payloads.intern(payload)
    }

    fn record(&mut self, cause: EventId, what: What) -> EventId {
        (self.hear)(&self.payloads, cause, what)
    }
}

/// Has `hear` told of event 0's `fate`; gives what arrives.
fn tell(
    fate: Fate,
    hear: impl FnMut(&Recording, EventId, What) -> EventId,
) -> Vec<(EventId, Duration)> {
    let payloads = Recording::default();
    fate.tell(EventId(0), &mut Listener { payloads, hear })
}

/// A fate as lines: `#0 arrives 3ms`, events as the trace has them, without their causes.
fn told(fate: Fate) -> Vec<String> {
    let mut lines = Vec::new();
    let mut next = 0;
    let arrivals = tell(fate, |payloads, cause, what| {
        next += 1;
        lines.push(match what {
            What::Delayed { datagram, hold } => {
                format!("{datagram} delayed {:?} by {}", hold.by, hold.culprit)
            }
            What::Corrupted { datagram, damage } => {
                let first = payloads.bytes(damage.payload)[0];
                format!("{datagram} corrupted {first:02x} by {}", damage.culprit)
            }
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
