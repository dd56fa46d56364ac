//! The program `peer` against somebody who speaks bytes.

use std::net::{Ipv4Addr, SocketAddrV4};

use super::common::{Peer, Stranger, address, be, chunk, ip, peer, query, store};
use crate::args;

/// A peer with chunks 5 to 8, two of its neighbours, and a client.
struct Stage {
    peer: Peer,
    at: SocketAddrV4,
    client: Stranger,
    near: Stranger,
    far: Stranger,
    _dir: tempfile::TempDir,
}

fn stage(test: u8) -> Stage {
    let dir = tempfile::tempdir().unwrap();
    store(dir.path(), &[5, 6, 7, 8]);
    let [client, near, far] = [9, 2, 3].map(|host| Stranger::at(ip(test, host)));
    let own = SocketAddrV4::new(ip(test, 1), 0);
    let peer = peer(own, dir.path(), args![near.address, far.address]);
    Stage {
        at: peer.address(),
        peer,
        client,
        near,
        far,
        _dir: dir,
    }
}

/// The bytes of a RESPONSE.
fn response(id: u16) -> Vec<u8> {
    let bytes = chunk(id);
    let size = u16::try_from(bytes.len()).unwrap();
    [be(&[5, id, size]), bytes].concat()
}

impl Stage {
    /// `near` sends `bytes`, and the client a HELLO behind it. What `bytes` alone made the peer send
    /// to the client and to `far` must be what is given; `near` gets nothing back.
    fn odd(&self, bytes: &[u8], to_client: &[Vec<u8>], to_far: &[Vec<u8>]) {
        self.near.send(self.at, bytes);
        self.hello_is_answered(to_client, to_far);
    }

    /// A HELLO is answered, after whatever else had to come.
    fn hello_is_answered(&self, to_client: &[Vec<u8>], to_far: &[Vec<u8>]) {
        self.client.send(self.at, &be(&[1, 1, 8]));
        for expected in to_client {
            assert_eq!(self.client.hear(self.at), *expected);
        }
        assert_eq!(self.client.hear(self.at), be(&[3, 1, 8]));
        let search = query(self.client.address, 3, &[8]);
        assert_eq!(self.near.hear(self.at), search);
        for expected in to_far {
            assert_eq!(self.far.hear(self.at), *expected);
        }
        assert_eq!(self.far.hear(self.at), search);
    }
}

#[test]
fn answers_hello_query_and_get_to_the_byte() {
    let stage = stage(10);
    let Stage {
        at,
        client,
        near,
        far,
        ..
    } = &stage;
    client.send(*at, &[0, 1, 0, 3, 0, 5, 0, 9, 0, 7]);
    assert_eq!(client.hear(*at), [0, 3, 0, 2, 0, 5, 0, 7]);
    let [a, b, c, d] = client.address.ip().octets();
    let [high, low] = client.address.port().to_be_bytes();
    let search = [0, 2, a, b, c, d, high, low, 0, 3, 0, 3, 0, 5, 0, 9, 0, 7];
    assert_eq!(near.hear(*at), search);
    assert_eq!(far.hear(*at), search);
    client.send(*at, &[0, 4, 0, 3, 0, 7, 0, 9, 0, 5]);
    assert_eq!(client.hear(*at), response(7));
    assert_eq!(client.hear(*at), response(5));
    let on = |ttl| vec![query(client.address, ttl, &[6, 9])];
    let held = || vec![be(&[3, 1, 6])];
    stage.odd(&query(client.address, 3, &[6, 9]), &held(), &on(2));
    stage.odd(&query(client.address, 2, &[6, 9]), &held(), &on(1));
    stage.odd(&query(client.address, 1, &[6, 9]), &held(), &[]);
    stage.odd(
        &query(client.address, 2, &[9]),
        &[],
        &[query(client.address, 1, &[9])],
    );
}

#[test]
fn lives_with_tails_and_reencodes_what_it_forwards() {
    let stage = stage(11);
    let client = stage.client.address;
    let padded = [query(client, 3, &[5]), be(&[0; 40])].concat();
    stage.odd(&padded, &[be(&[3, 1, 5])], &[query(client, 2, &[5])]);
    let junk = [query(client, 2, &[5]), vec![0xff]].concat();
    stage.odd(&junk, &[be(&[3, 1, 5])], &[query(client, 1, &[5])]);
    stage.client.send(stage.at, &be(&[1, 1, 6, 0, 0, 0]));
    assert_eq!(stage.client.hear(stage.at), be(&[3, 1, 6]));
    for neighbour in [&stage.near, &stage.far] {
        assert_eq!(neighbour.hear(stage.at), query(client, 3, &[6]));
    }
    stage.client.send(stage.at, &be(&[4, 1, 6, 6, 5]));
    assert_eq!(stage.client.hear(stage.at), response(6));
    stage.client.send(stage.at, &be(&[4, 3, 6, 6, 6]));
    assert_eq!(stage.client.hear(stage.at), response(6));
    stage.hello_is_answered(&[], &[]);
}

#[test]
fn drops_what_is_no_message_or_not_for_it() {
    let stage = stage(12);
    let client = stage.client.address;
    let too_long = [be(&[5, 5, 3_072]), vec![0; 3_072]].concat();
    let whole = query(client, 3, &[5, 6]);
    for odd in [
        vec![],
        vec![0],
        be(&[1]),
        be(&[0, 1, 5]),
        be(&[6, 1, 5]),
        be(&[65_535, 1, 5]),
        be(&[256, 1, 5]),
        be(&[512, 1, 5]),
        be(&[1, 0]),
        be(&[1, 3, 5, 6]),
        be(&[4, 0]),
        be(&[4, 2, 5]),
        be(&[4, 2, 9, 10]),
        be(&[3, 0]),
        be(&[3, 1, 5]),
        be(&[3, 9, 5]),
        [be(&[5, 5, 4]), b"five".to_vec()].concat(),
        [be(&[5, 5, 40]), b"five".to_vec()].concat(),
        [too_long, vec![0; 3]].concat(),
        whole[..whole.len() - 1].to_vec(),
        whole[..11].to_vec(),
        query(client, 3, &[]),
        vec![0xff; 65_507],
        [be(&[1, 60_000]), vec![0; 65_503]].concat(),
    ] {
        stage.odd(&odd, &[], &[]);
    }
}

#[test]
fn neither_answers_nor_forwards_searches_of_impossible_or_far_clients() {
    let stage = stage(13);
    for client in [
        "127.0.0.1:0",
        "0.0.0.0:5001",
        "224.0.0.1:5001",
        "239.255.255.250:1900",
        "240.0.0.1:5001",
        "255.255.255.255:5001",
        "10.0.0.1:5001",
        "8.8.8.8:53",
    ] {
        stage.odd(&query(client.parse().unwrap(), 3, &[5]), &[], &[]);
    }
    let line = stage.peer.process.stderr_line();
    assert_eq!(
        line,
        "warning: 10.0.0.1:5001 gets no answer: this peer answers loopback addresses only"
    );
    let line = stage.peer.process.stderr_line();
    assert_eq!(
        line,
        "help: start it with --answer-anywhere if it shall answer all"
    );
}

#[test]
fn caps_a_forged_ttl_and_forwards_none_at_zero() {
    let stage = stage(14);
    let client = stage.client.address;
    let held = [be(&[3, 1, 5])];
    stage.odd(
        &query(client, 65_535, &[5]),
        &held,
        &[query(client, 7, &[5])],
    );
    stage.odd(&query(client, 0, &[5]), &held, &[]);
}

#[test]
fn a_search_that_fits_no_datagram_is_counted() {
    let stage = stage(15);
    let ids: Vec<u16> = (0..32_751).collect();
    let all = [be(&[1, 32_751]), be(&ids)].concat();
    stage.client.send(stage.at, &all);
    stage.hello_is_answered(&[be(&[3, 4, 5, 6, 7, 8])], &[]);
    let warned = stage.peer.process.stderr_line();
    let expected = format!(
        "warning: cannot send to {}: the datagram is longer than 65507 bytes",
        stage.near.address
    );
    assert_eq!(warned, expected);
    stage.peer.process.signal("TERM");
    let ended = stage.peer.process.end();
    assert!(
        ended.stdout.ends_with("not sent: 2 too-long\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn ends_with_a_count_of_what_it_served() {
    for signal in ["TERM", "INT"] {
        let stage = stage(16);
        stage.odd(
            &query(stage.client.address, 3, &[9]),
            &[],
            &[query(stage.client.address, 2, &[9])],
        );
        stage.odd(&be(&[1, 5, 5]), &[], &[]);
        stage.odd(&[be(&[2]), vec![0; 10]].concat(), &[], &[]);
        stage.client.send(stage.at, &be(&[4, 3, 5, 6, 9, 0]));
        assert_eq!(stage.client.hear(stage.at), response(5));
        assert_eq!(stage.client.hear(stage.at), response(6));
        stage.peer.process.signal(signal);
        let at = stage.at;
        let ended = stage.peer.process.end();
        assert_eq!(ended.code, Some(0));
        assert_eq!(ended.stderr, "");
        let expected = format!(
            "peer {at}: 3 searches begun by clients, 1 QUERY handled, 2 chunks sent
                received    acted on        sent    not sent
HELLO                  3           3           0           0
QUERY                  2           1           7           0
CHUNKS_INFO            0           0           3           0
GET                    1           1           0           0
RESPONSE               0           0           2           0
no message             1           0
ignored: 1 count-too-large, 1 impossible-client
bytes behind a message were ignored 1 times
"
        );
        assert_eq!(ended.stdout, expected);
    }
}

#[test]
fn shows_each_datagram_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    store(dir.path(), &[5]);
    let client = Stranger::at(ip(17, 9));
    let peer = peer(SocketAddrV4::new(ip(17, 1), 0), dir.path(), args!["-v"]);
    client.send(peer.address(), &be(&[1, 2, 5, 6]));
    client.hear(peer.address());
    client.send(peer.address(), &be(&[1, 2, 5]));
    let lines = [(); 3].map(|()| peer.process.stderr_line());
    let shown = lines
        .each_ref()
        .map(|line| line.trim_start().split_once(' ').unwrap().1);
    let who = client.address;
    let expected = [
        format!("<- {who} HELLO ids 5,6"),
        format!("-> {who} CHUNKS_INFO ids 5"),
        format!(
            "<- {who} 6 bytes, count 2 needs 8 bytes, the datagram has 6, ignored: count-too-large"
        ),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn says_who_it_is_and_what_it_leaves_out() {
    let dir = tempfile::tempdir().unwrap();
    store(dir.path(), &[5]);
    let own = address(18, 1);
    let other = address(18, 2);
    let rules = args![other, own, other, "--duplicates", "best", "--ttl", 9];
    let stays = peer(own, dir.path(), rules);
    assert_eq!(
        stays.first_line,
        format!("peer {own} holds 1 chunk, floods 1 neighbour, TTL 9, best")
    );
    let line = stays.process.stderr_line();
    assert_eq!(
        line,
        format!("note: {own} is left out: a peer is no neighbour of its own")
    );
    let line = stays.process.stderr_line();
    assert_eq!(
        line,
        format!("note: {other} is left out: it is a neighbour already")
    );

    let everywhere = peer(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0), dir.path(), &[]);
    assert!(everywhere.address().port() > 0);
    let line = everywhere.process.stderr_line();
    assert!(line.starts_with("note: at 0.0.0.0 it answers"), "{line}");
    let client = Stranger::at(ip(18, 9));
    let there = SocketAddrV4::new(ip(18, 1), everywhere.address().port());
    client.send(there, &be(&[1, 1, 5]));
    let line = everywhere.process.stderr_line();
    assert!(line.contains("private addresses only"), "{line}");
}

#[test]
fn says_that_its_address_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    store(dir.path(), &[]);
    let first = peer(address(19, 1), dir.path(), &[]);
    assert!(
        first
            .first_line
            .contains("holds 0 chunks, floods 0 neighbours")
    );
    let mut again = std::process::Command::new(env!("CARGO_BIN_EXE_peer"));
    again
        .arg(first.address().to_string())
        .arg(dir.path().join("key-values"));
    let ended = super::common::Process::start(&mut again).end();
    assert_eq!(ended.code, Some(3));
    let expected = format!(
        "error: {} is taken by another program\n\
         help: end the program that has it, or choose another port\n",
        first.address()
    );
    assert_eq!(ended.stderr, expected);
}

#[test]
fn acknowledges_and_sends_again_with_a_neighbour_that_is_named_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    store(dir.path(), &[5]);
    let [client, near, far] = [9, 2, 3].map(|host| Stranger::at(ip(29, host)));
    let own = SocketAddrV4::new(ip(29, 1), 0);
    let arguments = args![near.address, far.address, "--reliable", near.address];
    let peer = peer(own, dir.path(), arguments);
    let at = peer.address();
    client.send(at, &be(&[1, 1, 7]));
    assert_eq!(far.hear(at), query(client.address, 3, &[7]));
    // Whoever keeps silent hears it again, with the same number.
    let numbered = near.hear(at);
    assert_eq!(numbered[..2], [0, 102]);
    assert_eq!(numbered[10..], query(client.address, 3, &[7]));
    assert_eq!(near.hear(at), numbered);
    near.send(at, &[&[0, 103], &numbered[2..10]].concat());
    // Its own numbered QUERY is acknowledged, answered and sent on as the base protocol has it.
    let number = [0, 0, 0, 0, 0, 0, 0, 1];
    near.send(
        at,
        &[&[0, 102], &number[..], &query(client.address, 2, &[5])].concat(),
    );
    assert_eq!(near.hear(at), [&[0, 103], &number[..]].concat());
    assert_eq!(client.hear(at), be(&[3, 1, 5]));
    assert_eq!(far.hear(at), query(client.address, 1, &[5]));
    peer.process.signal("TERM");
    let ended = peer.process.end();
    assert_eq!(ended.code, Some(0));
    assert!(ended.stdout.contains("ACK"), "{}", ended.stdout);
}
