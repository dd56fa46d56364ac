//! A trace that nobody ran, in which all happens that can.

use std::net::SocketAddrV4;
use std::time::Duration;

use bytes::Bytes;
use p2p_sim::chunks::ChunkStore;
use p2p_sim::endpoint::{Ignored, Receipt};
use p2p_sim::event::{Culprit, Damage, DropReason, EventId, Hold, Recording, What};
use p2p_sim::faults::{Change, Cut};
use p2p_sim::roster::{EndpointId, Entry, Role, Roster};
use p2p_sim::time::Time;
use p2p_sim::trace::{About, Client, End, Finding, Peer, Trace};
use p2p_sim::wire::{Chunk, ChunkId, Extension, IdList, Message};

const PEER: EndpointId = EndpointId(0);
const OTHER: EndpointId = EndpointId(1);
const CLIENT: EndpointId = EndpointId(2);
const NOBODY: EndpointId = EndpointId(3);

fn address(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new([127, 70, 0, 1].into(), port)
}

fn entry(name: &str, port: u16, role: Role) -> Entry<'_> {
    Entry {
        name,
        address: address(port),
        role,
    }
}

fn ids(numbers: &[u16]) -> IdList {
    IdList::new(numbers.iter().copied().map(ChunkId).collect()).unwrap()
}

/// Every reason to ignore a datagram that is a message, but one that can't be: no `_` here, so that
/// a new one is missed.
fn reasons_to_ignore() -> Vec<Ignored> {
    let mut all = vec![Ignored::NotForMe];
    loop {
        all.push(match all[all.len() - 1] {
            Ignored::NotForMe => Ignored::EmptyList,
            Ignored::EmptyList => Ignored::ImpossibleClient,
            Ignored::ImpossibleClient => Ignored::OutOfScope,
            Ignored::OutOfScope => Ignored::Duplicate,
            Ignored::Duplicate => Ignored::SentAgain,
            Ignored::SentAgain => Ignored::NothingHeld,
            Ignored::NothingHeld => Ignored::NotWanted,
            Ignored::NotWanted => Ignored::NothingNew,
            Ignored::NothingNew => Ignored::Unasked,
            Ignored::Unasked => Ignored::NotAsked,
            Ignored::NotAsked => Ignored::SecondCopy,
            Ignored::SecondCopy => Ignored::TooLate,
            Ignored::TooLate | Ignored::Malformed(_) => return all,
        });
    }
}

/// Every reason to drop a datagram.
fn reasons_to_drop() -> Vec<DropReason> {
    let mut all = vec![DropReason::NobodyThere];
    loop {
        all.push(match all[all.len() - 1] {
            DropReason::NobodyThere => DropReason::Unroutable,
            DropReason::Unroutable => DropReason::LeftTheRun,
            DropReason::LeftTheRun => DropReason::TooLong,
            DropReason::TooLong => DropReason::CannotSend,
            DropReason::CannotSend => DropReason::Stranger,
            DropReason::Stranger => DropReason::Loss,
            DropReason::Loss => DropReason::QueueFull,
            DropReason::QueueFull => DropReason::Cut,
            DropReason::Cut => DropReason::Down,
            DropReason::Down => DropReason::Fault(0),
            DropReason::Fault(0) => DropReason::Fault(u32::MAX),
            DropReason::Fault(_) => return all,
        });
    }
}

fn changes() -> Vec<Change> {
    let cut = Cut {
        from: [PEER].into(),
        to: [OTHER, CLIENT, NOBODY].into(),
        both_ways: false,
    };
    let both = Cut {
        both_ways: true,
        ..cut.clone()
    };
    let nothing = Cut {
        from: [].into(),
        ..cut.clone()
    };
    let chunks = [(3, vec![0, 1, 255]), (9, Vec::new())];
    let gained = chunks.map(|(id, bytes)| (ChunkId(id), Chunk::new(bytes.into()).unwrap()));
    let gained: ChunkStore = gained.into_iter().collect();
    vec![
        Change::Stop(PEER),
        Change::Crash(OTHER),
        Change::Start(PEER),
        Change::Pause(PEER, Duration::new(3, 7)),
        Change::Resume(PEER),
        Change::Cut(cut.clone()),
        Change::Cut(both),
        Change::Heal(cut),
        Change::Heal(nothing),
        Change::HealAll,
        Change::Gain(PEER, gained.into()),
        Change::Gain(PEER, ChunkStore::default().into()),
        Change::Lose(OTHER, vec![ChunkId(9), ChunkId(3)]),
        Change::Lose(OTHER, Vec::new()),
    ]
}

/// Datagrams that are no messages, one for each way to be none, and with them what a peer sees in a
/// numbered QUERY.
fn no_messages() -> Vec<(Bytes, Ignored)> {
    let bad: [&[u8]; 6] = [
        &[],
        &[0, 77],
        &[0, 1, 0, 9, 0, 1],
        &[0, 5, 0, 1, 0, 9, 1],
        &[0, 5, 0, 1, 0xff, 0xff],
        &[0, 2, 127, 0, 0, 1, 0, 9, 0, 1, 0, 5, 0, 1],
    ];
    let error = |bytes: &[u8]| Ignored::Malformed(Message::decode(bytes).unwrap_err().defect());
    let mut all: Vec<(Bytes, Ignored)> = bad
        .iter()
        .map(|bytes| (Bytes::copy_from_slice(bytes), error(bytes)))
        .collect();
    let query = bad[5];
    let numbered = Extension::NumberedQuery { number: 5, query }.encode();
    all.push((numbered.clone(), error(query)));
    let of_the_whole = error(&numbered);
    all.push((numbered, of_the_whole));
    all
}

struct Making(Recording);

impl Making {
    fn happens(&mut self, cause: Option<EventId>, what: What) -> EventId {
        let time = Time::from_nanos(1_234_567_891 * self.0.len() as u64);
        self.0.record(time, cause, what)
    }

    fn sent(&mut self, payload: Bytes) -> EventId {
        let to = address(5_002);
        let from = PEER;
        let payload = self.0.intern(&payload);
        self.happens(None, What::Sent { from, to, payload })
    }

    fn delivered(&mut self, datagram: EventId, to: EndpointId, receipt: Receipt) -> EventId {
        let what = What::Delivered {
            datagram,
            to,
            receipt,
        };
        self.happens(Some(datagram), what)
    }

    /// Somebody sends, to whomever, and strangers do.
    fn comes_and_goes(&mut self) {
        let woke = self.happens(None, What::Woke { endpoint: CLIENT });
        let hello = Message::Hello(ids(&[1, 2])).encode();
        for to in [
            address(5_001),
            address(7_000),
            "10.0.0.1:9".parse().unwrap(),
        ] {
            let sent = What::Sent {
                from: CLIENT,
                to,
                payload: self.0.intern(&hello),
            };
            let sent = self.happens(Some(woke), sent);
            let received = Receipt {
                tail: 5,
                ignored: None,
            };
            self.delivered(sent, PEER, received);
        }
        for from in ["10.0.0.1:9".parse().unwrap(), address(5_002)] {
            let payload = self.0.intern(&hello);
            let outside = self.happens(
                None,
                What::Outside {
                    at: PEER,
                    from,
                    payload,
                },
            );
            self.happens(Some(outside), What::LostByKernel { datagram: outside });
        }
    }

    /// Datagrams for each reason not to act on them, or to drop them.
    fn is_ignored_and_dropped(&mut self) {
        let hello = Message::Hello(ids(&[1, 2])).encode();
        for ignored in reasons_to_ignore() {
            let sent = self.sent(hello.clone());
            let ignored = Some(ignored);
            self.delivered(sent, OTHER, Receipt { tail: 0, ignored });
        }
        for (payload, ignored) in no_messages() {
            let sent = self.sent(payload);
            let ignored = Some(ignored);
            self.delivered(sent, OTHER, Receipt { tail: 0, ignored });
        }
        for reason in reasons_to_drop() {
            let datagram = self.sent(hello.clone());
            self.happens(Some(datagram), What::Dropped { datagram, reason });
        }
    }

    /// What links do to datagrams.
    fn is_harmed(&mut self) {
        let hello = Message::Hello(ids(&[1, 2])).encode();
        for culprit in [Culprit::Chance, Culprit::Fault(0), Culprit::Fault(u32::MAX)] {
            let datagram = self.sent(hello.clone());
            let payload = self.0.intern(b"\xff\xff\x00");
            let by = Duration::from_nanos(u64::MAX);
            for what in [
                What::Delayed {
                    datagram,
                    hold: Box::new(Hold { by, culprit }),
                },
                What::Corrupted {
                    datagram,
                    damage: Box::new(Damage { payload, culprit }),
                },
            ] {
                self.happens(Some(datagram), what);
            }
            let original = datagram;
            let copy = self.happens(Some(datagram), What::Duplicated { original, culprit });
            let ignored = Message::decode(b"\xff\xff\x00").unwrap_err();
            let ignored = Some(Ignored::Malformed(ignored.defect()));
            self.delivered(copy, OTHER, Receipt { tail: 0, ignored });
            // What links do to a datagram ends where it does, but whoever keeps a run need not know.
            self.delivered(copy, OTHER, Receipt::default());
        }
    }

    /// What changes, and what a client says of it all.
    fn changes_and_ends(&mut self) -> EventId {
        let woke = EventId(0);
        for (place, change) in (0..).zip(changes()) {
            let change = change.into();
            self.happens(None, What::Changed { place, change });
        }
        for source in [Some(address(5_001)), Some(address(1)), None] {
            let (client, id) = (CLIENT, ChunkId(u16::MAX));
            self.happens(Some(woke), What::Logged { client, id, source });
        }
        self.happens(Some(woke), What::Done { client: CLIENT })
    }
}

/// The trace.
pub(super) fn with_all() -> Trace {
    let mut making = Making(Recording::default());
    making.comes_and_goes();
    making.is_ignored_and_dropped();
    making.is_harmed();
    let done = making.changes_and_ends();
    let finding = Finding {
        check: "silent".into(),
        who: Some(CLIENT),
        chunk: Some(ChunkId(0)),
        entry: Some("[[fault]] in line 12".into()),
        expected: "\"nothing\"".into(),
        got: "a\nline\u{7}\u{2028}".into(),
        event: Some(done),
        more: 3,
    };
    let bare = Finding {
        who: None,
        chunk: None,
        entry: None,
        event: None,
        more: 0,
        ..finding.clone()
    };
    Trace {
        about: About {
            scenario: "all \"of\" it".into(),
            description: "Zwei\nZeilen – 𝕫".into(),
            seed: u64::MAX,
            mode: "real-time".into(),
            ttl: u16::MAX,
            duplicates: "best".into(),
            reliable: true,
        },
        roster: Roster::new(vec![
            entry("Ä peer", 5_001, Role::Peer),
            entry("neighbours", 5_002, Role::Peer),
            entry("kind", 5_003, Role::Client),
            entry("127.70.0.1:7000", 7_000, Role::Nobody),
        ]),
        peers: vec![
            Peer {
                neighbours: [address(5_002), address(7_000), address(9), address(5_001)].into(),
                chunks: vec![ChunkId(0), ChunkId(7), ChunkId(u16::MAX)],
            },
            Peer {
                neighbours: Default::default(),
                chunks: Vec::new(),
            },
        ],
        clients: vec![Client {
            contact: PEER,
            chunks: vec![ChunkId(2), ChunkId(1)],
        }],
        recording: making.0,
        findings: vec![finding, bare],
        end: Some(End {
            ended: "limit-reached".into(),
            clock: Time::from_nanos(u64::MAX),
            in_flight: 2,
            verdict: "fail".into(),
            checks: vec![
                ("silent".into(), "fail".into()),
                ("answer".into(), "pass".into()),
            ],
        }),
    }
}
