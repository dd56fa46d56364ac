//! Datagrams in, datagrams out, deadlines: the table of the module doc and what lies beside it.

use super::*;
use crate::chunks::ChunkStore;
use crate::peer::{self, Peer};
use crate::rules::{Duplicates, Ttl};
use crate::wire::{Chunk, ChunkId, IdList, Message, Query, carried};

const TIMEOUT: Duration = Duration::from_millis(50);

fn at(millis: u64) -> Time {
    Time::from_start(Duration::from_millis(millis))
}

fn address(number: u16) -> SocketAddrV4 {
    SocketAddrV4::new([127, 0, 0, 1].into(), 5000 + number)
}

fn hello() -> Bytes {
    Message::Hello(IdList::new(vec![ChunkId(7)]).unwrap()).encode()
}

fn query(ttl: u16) -> Bytes {
    let query = Query {
        client: address(100),
        ttl: Ttl(ttl),
        ids: IdList::new(vec![ChunkId(7)]).unwrap(),
    };
    Message::Query(query).encode()
}

fn numbered(number: u64, query: &[u8]) -> Bytes {
    Extension::NumberedQuery { number, query }.encode()
}

fn ack(number: u64) -> Bytes {
    Extension::Ack { number }.encode()
}

/// Peer 1 with neighbours 2 and 3, of which 2 alone speaks the extension; it holds chunk 7.
fn reliable() -> Driven {
    let held = [(ChunkId(7), Chunk::generated(ChunkId(7)))];
    let peer = Peer::new(peer::Config {
        address: address(1),
        neighbours: [address(2), address(3)].into(),
        chunks: Arc::new(held.into_iter().collect::<ChunkStore>()),
        ttl: Ttl(3),
        duplicates: Duplicates::Literal,
        answer_anywhere: false,
    });
    let config = Config {
        speakers: Arc::new(BTreeSet::from([address(2)])),
        timeout: TIMEOUT,
        retries: 2,
        first_number: 10,
    };
    Driven {
        endpoint: Reliable::new(peer, config),
        out: Outbox::default(),
    }
}

/// A peer with what it has sent and nobody has looked at.
struct Driven {
    endpoint: Reliable<Peer>,
    out: Outbox,
}

impl Driven {
    fn handle_datagram(&mut self, now: Time, from: SocketAddrV4, datagram: &[u8]) -> Receipt {
        let out = &mut self.out;
        self.endpoint.handle_datagram(now, from, datagram, out)
    }

    fn handle_deadline(&mut self, now: Time) {
        self.endpoint.handle_deadline(now, &mut self.out);
    }

    fn poll_deadline(&self) -> Option<Time> {
        self.endpoint.poll_deadline()
    }
}

fn drain(peer: &mut Driven) -> Vec<(SocketAddrV4, Bytes)> {
    let sent = peer.out.iter();
    let sent = sent.map(|t| (t.to, Bytes::copy_from_slice(t.payload)));
    let sent = sent.collect();
    peer.out.clear();
    sent
}

#[test]
fn speaks_the_extension_to_whom_it_was_given_and_nobody_else() {
    let mut peer = reliable();
    peer.handle_datagram(at(0), address(100), &hello());
    let sent = drain(&mut peer);
    let to: Vec<SocketAddrV4> = sent.iter().map(|(to, _)| *to).collect();
    assert_eq!(to, [address(100), address(2), address(3)]);
    assert_eq!(Type::of_datagram(&sent[0].1), Some(Type::ChunksInfo));
    assert_eq!(sent[1].1, numbered(10, &query(3)));
    assert_eq!(sent[2].1, query(3));

    // From a neighbour that was not given, an ACK and a numbered QUERY are unknown types.
    for stranger in [ack(10), numbered(1, &query(3))] {
        let receipt = peer.handle_datagram(at(1), address(3), &stranger);
        assert_eq!(receipt.ignored.unwrap().name(), "unknown-type");
        assert_eq!(drain(&mut peer), []);
    }
    assert_eq!(peer.poll_deadline(), Some(at(50)));
}

#[test]
fn an_ack_ends_the_waiting() {
    let mut peer = reliable();
    peer.handle_datagram(at(0), address(100), &hello());
    drain(&mut peer);
    // Another's number, and the same number again: nothing waits for them.
    assert!(
        peer.handle_datagram(at(2), address(2), &ack(11))
            .ignored
            .is_some()
    );
    assert_eq!(
        peer.handle_datagram(at(2), address(2), &ack(10)),
        Receipt::default()
    );
    assert_eq!(peer.poll_deadline(), None);
    assert!(
        peer.handle_datagram(at(3), address(2), &ack(10))
            .ignored
            .is_some()
    );
    assert_eq!(drain(&mut peer), []);
}

#[test]
fn what_is_not_acknowledged_is_sent_again_as_often_as_told() {
    let mut peer = reliable();
    peer.handle_datagram(at(0), address(100), &hello());
    drain(&mut peer);
    for retry in 1..=2 {
        assert_eq!(peer.poll_deadline(), Some(at(50 * retry)));
        peer.handle_deadline(at(50 * retry - 1));
        assert_eq!(drain(&mut peer), [], "not before its time");
        peer.handle_deadline(at(50 * retry));
        assert_eq!(drain(&mut peer), [(address(2), numbered(10, &query(3)))]);
    }
    peer.handle_deadline(at(150));
    assert_eq!(drain(&mut peer), []);
    assert_eq!(peer.poll_deadline(), None);
    // It comes after all: nobody waits for it any more.
    assert!(
        peer.handle_datagram(at(160), address(2), &ack(10))
            .ignored
            .is_some()
    );
}

#[test]
fn a_query_is_acknowledged_each_time_and_handed_on_once() {
    let mut peer = reliable();
    let first = peer.handle_datagram(at(0), address(2), &numbered(5, &query(2)));
    assert_eq!(first.ignored, None);
    let sent = drain(&mut peer);
    assert_eq!(sent[0], (address(2), ack(5)));
    assert_eq!(Type::of_datagram(&sent[1].1), Some(Type::ChunksInfo));
    assert_eq!(sent[2], (address(3), query(1)));

    let again = peer.handle_datagram(at(50), address(2), &numbered(5, &query(2)));
    assert_eq!(again.ignored, Some(Ignored::SentAgain));
    assert_eq!(drain(&mut peer), [(address(2), ack(5))]);
    // The same QUERY with another number is another copy, which `literal` handles again.
    peer.handle_datagram(at(60), address(2), &numbered(6, &query(2)));
    assert_eq!(drain(&mut peer).len(), 3);
}

#[test]
fn numbers_go_on_over_all_neighbours_and_searches() {
    let mut peer = reliable();
    let mut numbers = Vec::new();
    for millis in 0..3 {
        peer.handle_datagram(at(millis), address(100), &hello());
        for (_, payload) in drain(&mut peer) {
            if let Some(Extension::NumberedQuery { number, query }) = Extension::decode(&payload) {
                assert_eq!(carried(&payload), query);
                numbers.push(number);
            }
        }
    }
    assert_eq!(numbers, [10, 11, 12]);
}

#[test]
fn only_a_query_may_be_in_a_numbered_one() {
    let mut peer = reliable();
    for inside in [hello(), Bytes::new(), ack(1), numbered(1, &query(3))] {
        let number = 100 + inside.len() as u64;
        let receipt = peer.handle_datagram(at(0), address(2), &numbered(number, &inside));
        assert_eq!(receipt.ignored, Some(Ignored::NotForMe));
        assert_eq!(drain(&mut peer), [(address(2), ack(number))]);
    }
}

#[test]
fn a_crash_forgets_what_waits_and_goes_on_above_all_numbers() {
    let mut peer = reliable();
    peer.handle_datagram(at(0), address(100), &hello());
    peer.handle_datagram(at(1), address(2), &numbered(5, &query(1)));
    drain(&mut peer);
    peer.endpoint.handle_happening(at(7), Happening::Forgot);
    assert_eq!(peer.poll_deadline(), None);
    // What it had before the crash is new to it.
    let again = peer.handle_datagram(at(8), address(2), &numbered(5, &query(1)));
    assert_eq!(again.ignored, None);
    drain(&mut peer);
    peer.handle_datagram(at(9), address(100), &hello());
    let number = 10 + 7_000_000;
    assert!(drain(&mut peer).contains(&(address(2), numbered(number, &query(3)))));
}
