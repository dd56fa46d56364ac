//! That the lines which are put together by hand are those that the types of lines give.

use super::*;
use crate::endpoint::{Ignored, Receipt};
use crate::event::{Culprit, DropReason, EventId, KINDS, Recording, What};
use crate::roster::Entry;
use crate::time::Time;

/// Names that JSON has other letters for.
const NAMES: [&str; 5] = ["plain", "\"quoted\"", "back\\slash\n\u{1}", "é 🦀", ""];

fn roster() -> Roster {
    let entry = |(place, name): (u16, &'static str)| Entry {
        name,
        address: SocketAddrV4::new([127, 9, 0, 1].into(), 5001 + place),
        role: Role::Peer,
    };
    Roster::new((0..).zip(NAMES).map(entry))
}

/// Every event of which `hot.rs` may write the line, and some of which it must not.
fn recording(roster: &Roster) -> Recording {
    let mut recording = Recording::default();
    let query = [0, 2, 127, 0, 0, 1, 0x13, 0x8a, 0, 3, 0, 1, 0, 7];
    let payloads: [&[u8]; 4] = [&query, b"", b"\"no\\message\x01", &[0xff; 2_000]];
    let times = [0, 9, 10, 1_000_000, u64::MAX].map(Time::from_nanos);
    let causes = [None, Some(EventId(0)), Some(EventId(u32::MAX))];
    let elsewhere = SocketAddrV4::new([10, 0, 0, 1].into(), 80);
    let put = |recording: &mut Recording, what| {
        let place = recording.len();
        recording.record(times[place % 5], causes[place % 3], what);
    };
    for (endpoint, member) in roster.iter() {
        for bytes in payloads {
            // Twice: the second time it is known.
            for to in [member.address, member.address, elsewhere] {
                let (from, payload) = (endpoint, recording.intern(bytes));
                put(&mut recording, What::Sent { from, to, payload });
                let (at, from) = (endpoint, to);
                put(&mut recording, What::Outside { at, from, payload });
            }
        }
        let datagram = EventId(endpoint.0 * 1_000);
        for tail in [0, 1, u16::MAX] {
            for ignored in [None, Some(Ignored::Duplicate), Some(Ignored::TooLate)] {
                put(
                    &mut recording,
                    What::Delivered {
                        datagram,
                        to: endpoint,
                        receipt: Receipt { tail, ignored },
                    },
                );
            }
        }
        for reason in [DropReason::Loss, DropReason::Down, DropReason::Fault(1)] {
            put(&mut recording, What::Dropped { datagram, reason });
        }
        let culprit = Culprit::Chance;
        let original = datagram;
        put(&mut recording, What::Duplicated { original, culprit });
        put(&mut recording, What::LostByKernel { datagram });
        put(&mut recording, What::Woke { endpoint });
    }
    recording
}

#[test]
fn a_line_put_together_by_hand_is_the_line_that_its_type_gives() {
    let roster = roster();
    let recording = recording(&roster);
    // With room for all that is rendered, for some of it, and for nothing.
    for room in [usize::MAX, 300, 0] {
        let mut hot = Hot::with_room(&roster, &recording, room).unwrap();
        let mut by_hand = [0; 12];
        for (id, event) in recording.iter() {
            let line = events::line(id, event, Names(&roster), &recording);
            let typed = serde_json::to_string(&line).unwrap() + "\n";
            let mut put = b"before\n".to_vec();
            if hot.put(&mut put, id, event).unwrap() {
                by_hand[event.what.kind()] += 1;
                assert_eq!(str::from_utf8(&put), Ok(&*format!("before\n{typed}")));
            } else {
                assert_eq!(put, b"before\n");
            }
        }
        let members = NAMES.len();
        let mut expected = [0; 12];
        for (kind, count) in [("sent", 8), ("delivered", 9), ("dropped", 2)] {
            let place = KINDS.iter().position(|known| *known == kind);
            expected[place.unwrap()] = count * members;
        }
        assert_eq!(by_hand, expected);
    }
}
