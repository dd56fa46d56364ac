//! Diagrams of traces made by hand, and of every scenario that is shipped.

mod drawn;
mod places;
mod scenarios;

use std::net::SocketAddrV4;
use std::time::Duration;

use bytes::Bytes;
use roxmltree::Document;

use super::Pick;
use super::scene::Spot;
use crate::endpoint::Receipt;
use crate::event::{Culprit, Damage, DropReason, EventId, Hold, Recording, What};
use crate::roster::{EndpointId, Entry, Role, Roster};
use crate::rules::Ttl;
use crate::time::Time;
use crate::trace::{About, Client, Peer, Trace};
use crate::wire::{ChunkId, IdList, Message, Query};

fn address(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new([127, 0, 0, 1].into(), port)
}

/// A run whose peers are in a row, the last one first, of which the viewer asks the last.
fn row(names: &[&str]) -> Trace {
    let peers = u16::try_from(names.len()).unwrap();
    fn entry((port, name): (u16, &str), role: Role) -> Entry<'_> {
        Entry {
            name,
            address: address(port),
            role,
        }
    }
    let mut entries: Vec<Entry<'_>> = (0..)
        .zip(names)
        .map(|(port, name)| entry((port, *name), Role::Peer))
        .collect();
    entries.push(entry((peers, "viewer"), Role::Client));
    entries.push(entry((peers + 1, "nobody"), Role::Nobody));
    let last = EndpointId(u32::from(peers) - 1);
    Trace {
        about: about("row"),
        roster: Roster::new(entries),
        peers: (0..peers)
            .map(|port| Peer {
                neighbours: port.checked_sub(1).map(address).into_iter().collect(),
                chunks: vec![ChunkId(port)],
            })
            .collect(),
        clients: vec![Client {
            contact: last,
            chunks: vec![ChunkId(0)],
        }],
        recording: Recording::default(),
        findings: Vec::new(),
        end: None,
    }
}

fn about(scenario: &str) -> About {
    About {
        scenario: scenario.to_owned(),
        description: String::new(),
        seed: 0,
        mode: "lockstep".to_owned(),
        ttl: 3,
        duplicates: "literal".to_owned(),
        reliable: false,
    }
}

fn hello() -> Bytes {
    Message::Hello(IdList::distinct([ChunkId(0)])).encode()
}

fn query(ttl: u16) -> Bytes {
    let query = Query {
        client: address(9),
        ttl: Ttl(ttl),
        ids: IdList::distinct([ChunkId(0)]),
    };
    Message::Query(query).encode()
}

/// Records by milliseconds.
struct Recorder<'a>(&'a mut Trace);

impl Recorder<'_> {
    fn record(&mut self, ms: u64, cause: Option<EventId>, what: What) -> EventId {
        let time = Time::from_start(Duration::from_millis(ms));
        self.0.recording.record(time, cause, what)
    }

    fn send(&mut self, ms: u64, from: u32, to: u16, payload: Bytes) -> EventId {
        let (from, to) = (EndpointId(from), address(to));
        let payload = self.0.recording.intern(&payload);
        self.record(ms, None, What::Sent { from, to, payload })
    }

    fn deliver(&mut self, ms: u64, datagram: EventId, to: u32) -> EventId {
        let what = What::Delivered {
            datagram,
            to: EndpointId(to),
            receipt: Receipt::default(),
        };
        self.record(ms, Some(datagram), what)
    }

    fn lose(&mut self, ms: u64, datagram: EventId, reason: DropReason) {
        self.record(ms, Some(datagram), What::Dropped { datagram, reason });
    }
}

fn all() -> Pick {
    Pick::default()
}

fn spot(lane: u32, moment: u32, place: u32) -> Spot {
    Spot {
        lane,
        moment,
        place,
    }
}

/// A run in which everything happens to a datagram that can.
fn eventful() -> Trace {
    let mut trace = row(&["b", "a"]);
    let mut recorder = Recorder(&mut trace);
    let culprit = Culprit::Fault(0);
    let ask = recorder.send(0, 2, 1, hello());
    let heard = recorder.deliver(1, ask, 1);
    let flood = |recorder: &mut Recorder<'_>| {
        let sent = What::Sent {
            from: EndpointId(1),
            to: address(0),
            payload: recorder.0.recording.intern(&query(3)),
        };
        recorder.record(1, Some(heard), sent)
    };
    let first = flood(&mut recorder);
    let again = flood(&mut recorder);
    let by = Duration::from_millis(3);
    recorder.record(
        1,
        None,
        What::Delayed {
            datagram: again,
            hold: Box::new(Hold { by, culprit }),
        },
    );
    let copied = What::Duplicated {
        original: first,
        culprit,
    };
    let copy = recorder.record(1, None, copied);
    let payload = recorder.0.recording.intern(b"harmed");
    recorder.record(
        1,
        None,
        What::Corrupted {
            datagram: copy,
            damage: Box::new(Damage { payload, culprit }),
        },
    );
    recorder.deliver(2, first, 0);
    recorder.deliver(4, again, 0);
    recorder.deliver(2, copy, 0);
    for (reason, to) in [
        (DropReason::Fault(1), 0),
        (DropReason::Down, 0),
        (DropReason::NobodyThere, 3),
    ] {
        let lost = recorder.send(5, 1, to, query(2));
        recorder.lose(6, lost, reason);
    }
    let kernel = recorder.send(7, 0, 1, hello());
    recorder.record(8, None, What::LostByKernel { datagram: kernel });
    let own = recorder.send(9, 0, 0, query(1));
    recorder.deliver(10, own, 0);
    let outside = What::Outside {
        at: EndpointId(0),
        from: address(77),
        payload: recorder.0.recording.intern(b"?"),
    };
    recorder.record(10, None, outside);
    recorder.send(11, 0, 1, hello());
    let client = EndpointId(2);
    recorder.record(12, None, What::Done { client });
    trace
}

fn texts_of<'a>(document: &'a Document<'_>) -> Vec<&'a str> {
    let texts = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    texts.filter_map(|text| text.text()).collect()
}
