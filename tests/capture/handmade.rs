//! A trace that no run would give: datagrams that are none, and every end that one can have.

use std::net::SocketAddrV4;
use std::time::Duration;

use p2p_sim::endpoint::Receipt;
use p2p_sim::event::{Culprit, Damage, DropReason, EventId, Hold, Recording, What};
use p2p_sim::roster::{EndpointId, Entry, Role, Roster};
use p2p_sim::time::Time;
use p2p_sim::trace::{About, Trace};

use crate::datagram;

/// Datagrams, most of them no messages, each with the line that says what it is.
const DATAGRAMS: [(&[u8], &str); 25] = [
    (
        &[],
        "0 bytes, too short: 0 of the 2 bytes of its fixed fields",
    ),
    (
        &[7],
        "1 bytes, too short: 1 of the 2 bytes of its fixed fields",
    ),
    (
        &[0, 1, 0],
        "3 bytes, too short: 3 of the 4 bytes of its fixed fields",
    ),
    (&[0, 1, 0, 1, 0, 9], "HELLO ids 9"),
    (&[0, 4, 0, 3, 0, 9, 0, 10, 0, 11], "GET ids 9-11"),
    (
        &[0, 3, 0, 5, 0, 9, 0, 10, 0, 1, 0, 1, 255, 255],
        "CHUNKS_INFO ids 9,10,1,1,65535",
    ),
    (&[0, 4, 0, 0], "GET without ids"),
    (
        &[0, 4, 0, 1, 0, 5, 1, 2, 3],
        "GET ids 5 and 3 bytes behind it",
    ),
    (
        &[0, 4, 0, 2, 0, 1, 9],
        "7 bytes, count 2 needs 8 bytes, the datagram has 7",
    ),
    (
        &[0, 1, 255, 255],
        "4 bytes, count 65535 needs 131074 bytes, the datagram has 4",
    ),
    (&[1, 0, 0, 0], "4 bytes, unknown type 256"),
    (&[0, 0], "2 bytes, unknown type 0"),
    (
        &[0, 2, 1, 2, 3, 4, 255, 255, 0, 3, 0, 1, 0, 5],
        "QUERY client 1.2.3.4:65535 ttl 3 ids 5",
    ),
    (
        &[0, 2, 1, 2, 3, 4, 0, 1, 0, 3, 0],
        "11 bytes, too short: 11 of the 12 bytes of its fixed fields",
    ),
    (
        &[0, 2, 1, 2, 3],
        "5 bytes, too short: 5 of the 12 bytes of its fixed fields",
    ),
    (&[0, 5, 0, 7, 0, 3, 97, 98, 99], "RESPONSE id 7 size 3"),
    (&[0, 5, 0, 7, 0, 0], "RESPONSE id 7 size 0"),
    (
        &[0, 5, 0, 7, 0, 3, 97, 98],
        "8 bytes, size 3 needs 9 bytes, the datagram has 8",
    ),
    (
        &[0, 5, 0, 7, 4, 1, 97, 98],
        "8 bytes, size 1025 is over the 1024 bytes of a chunk",
    ),
    (
        &[0, 103, 1, 0, 0, 0, 0, 0, 0, 9],
        "ACK number 72057594037927945",
    ),
    (
        &[0, 103, 0, 0, 0, 0, 0, 0, 0],
        "9 bytes, too short: 9 of the 10 bytes of its fixed fields",
    ),
    (
        &[
            0, 102, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 2, 3, 4, 0, 1, 0, 3, 0, 1, 0, 5, 1,
        ],
        "QUERY client 1.2.3.4:1 ttl 3 ids 5 and 1 bytes behind it number 9",
    ),
    (
        &[0, 102, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1],
        "3 bytes, too short: 3 of the 12 bytes of its fixed fields number 9",
    ),
    (
        &[0, 102, 0, 0, 0, 0, 0, 0, 0, 9],
        "0 bytes, too short: 0 of the 2 bytes of its fixed fields number 9",
    ),
    (
        &[
            0, 102, 0, 0, 0, 0, 0, 0, 0, 9, 0, 103, 0, 0, 0, 0, 0, 0, 0, 1,
        ],
        "10 bytes, unknown type 103 number 9",
    ),
];

fn address(text: &str) -> SocketAddrV4 {
    text.parse().unwrap()
}

fn roster() -> Roster {
    let entries = [
        ("p1", "127.151.0.1:5001", Role::Peer),
        // Ports that other protocols have in Wireshark: SIP and CAPWAP.
        ("küche 2", "127.151.0.1:5060", Role::Peer),
        ("c", "127.151.0.1:5246", Role::Client),
        ("127.151.0.1:5250", "127.151.0.1:5250", Role::Nobody),
        ("far", "10.9.8.7:40053", Role::Client),
    ];
    let entries = entries.map(|(name, at, role)| Entry {
        name,
        address: address(at),
        role,
    });
    Roster::new(entries)
}

/// Sends of `payload` by turns to and fro, and from outside, each delivered.
fn exchange(recording: &mut Recording, payload: &[u8]) {
    let payload = recording.intern(payload);
    let nanos = 1_000_000_007 * recording.len() as u64;
    let ways = [
        What::Sent {
            from: EndpointId(0),
            to: address("127.151.0.1:5060"),
            payload,
        },
        What::Sent {
            from: EndpointId(2),
            to: address("127.151.0.1:5001"),
            payload,
        },
        What::Outside {
            at: EndpointId(1),
            from: address("127.151.7.7:5111"),
            payload,
        },
    ];
    for way in ways {
        let datagram = recording.record(Time::from_nanos(nanos), None, way);
        let delivered = What::Delivered {
            datagram,
            to: EndpointId(0),
            receipt: Receipt::default(),
        };
        recording.record(Time::from_nanos(nanos + 1), Some(datagram), delivered);
    }
}

/// One datagram for each way to end, and for all that can happen on the way.
fn ends(recording: &mut Recording) {
    let end_of_time = Time::from_nanos(u64::MAX / 2);
    let sent = |recording: &mut Recording, payload: &[u8]| {
        let payload = recording.intern(payload);
        let from = EndpointId(0);
        let to = address("127.151.0.1:5060");
        recording.record(end_of_time, None, What::Sent { from, to, payload })
    };
    let end = |recording: &mut Recording, what: &dyn Fn(EventId) -> What| {
        let datagram = sent(recording, &[0, 4, 0, 1, 0, 9]);
        recording.record(end_of_time, None, what(datagram));
        datagram
    };
    use DropReason as Why;
    for reason in [
        Why::NobodyThere,
        Why::Unroutable,
        Why::LeftTheRun,
        Why::TooLong,
        Why::CannotSend,
        Why::Stranger,
        Why::Loss,
        Why::QueueFull,
        Why::Cut,
        Why::Down,
        Why::Fault(1),
    ] {
        end(recording, &|datagram| What::Dropped { datagram, reason });
    }
    end(recording, &|datagram| What::LostByKernel { datagram });
    let by = Duration::from_millis(1500);
    let culprit = Culprit::Chance;
    end(recording, &|datagram| What::Delayed {
        datagram,
        hold: Box::new(Hold { by, culprit }),
    });
    let copy = end(recording, &|original| What::Duplicated {
        original,
        culprit,
    });
    let damage = Damage {
        payload: recording.intern(&[0, 4, 0, 2, 0, 9]),
        culprit: Culprit::Fault(2),
    };
    let damaged = What::Corrupted {
        datagram: copy,
        damage: Box::new(damage),
    };
    recording.record(end_of_time, None, damaged);
    let again = recording.record(
        end_of_time,
        None,
        What::Duplicated {
            original: copy,
            culprit,
        },
    );
    recording.record(
        end_of_time,
        None,
        What::Duplicated {
            original: again,
            culprit,
        },
    );
    // More than a packet of IPv4 has room for: 65,535 ids and all of 32,751 of them in it.
    let ids = (0..=u16::MAX - 1).flat_map(u16::to_be_bytes);
    let long: Vec<u8> = [0, 4, 255, 255].into_iter().chain(ids).collect();
    let datagram = sent(recording, &long);
    let reason = Why::TooLong;
    recording.record(end_of_time, None, What::Dropped { datagram, reason });
    // Beyond the usual addresses: known by being exactly a message, from then on in any case.
    for payload in [&[0, 1, 0, 1, 0, 9][..], &[0, 1, 0, 1], &[9, 9]] {
        let from = EndpointId(4);
        let (to, payload) = (address("10.3.3.3:40000"), recording.intern(payload));
        recording.record(end_of_time, None, What::Sent { from, to, payload });
    }
}

/// The trace.
pub(crate) fn trace() -> Trace {
    let mut recording = Recording::default();
    for (payload, _) in DATAGRAMS {
        exchange(&mut recording, payload);
    }
    // Sixteen ids: to Wireshark's heuristics this looks like STUN.
    let ids = (1..=16).flat_map(u16::to_be_bytes);
    let like_stun: Vec<u8> = [0, 1, 0, 16].into_iter().chain(ids).collect();
    exchange(&mut recording, &like_stun);
    ends(&mut recording);
    Trace {
        about: About {
            scenario: "made by hand".to_owned(),
            description: String::new(),
            seed: u64::MAX,
            mode: "lockstep".to_owned(),
            ttl: 3,
            duplicates: "literal".to_owned(),
            reliable: false,
        },
        roster: roster(),
        peers: Vec::new(),
        clients: Vec::new(),
        recording,
        findings: Vec::new(),
        end: None,
    }
}

#[test]
fn what_reads_datagrams_here_says_what_was_written_by_hand() {
    for (payload, line) in DATAGRAMS {
        assert_eq!(datagram::read(payload).line, line, "{payload:?}");
    }
}
