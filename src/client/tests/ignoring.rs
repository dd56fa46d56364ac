//! What a client does not act on, and why. Whatever it ignores leaves no trace in it.

use super::*;
use crate::rules::Ttl;
use crate::wire::{DecodeError, Query};

impl Script {
    /// Hands over a message that changes nothing, and says why it does not.
    fn ignores(&mut self, from: u16, message: &Message) -> Ignored {
        let before = format!("{:?}", self.client);
        let reason = self.tell(from, message).expect("ignored");
        assert_eq!(format!("{:?}", self.client), before, "after {message}");
        reason
    }
}

#[test]
fn a_response_that_nobody_was_asked_for_is_unasked() {
    let wanted: Vec<u16> = (1..=65).collect();
    let mut script = Script::started(config(Choose::Random, &wanted));
    // Not wanted; wanted and nowhere; announced, but the client is still gathering.
    assert_eq!(script.ignores(2, &response(99)), Ignored::Unasked);
    assert_eq!(script.ignores(2, &response(1)), Ignored::Unasked);
    script.tell(2, &info(&wanted));
    assert_eq!(script.ignores(2, &response(1)), Ignored::Unasked);
    // The burst holds 65 back.
    assert_eq!(script.at(100).story(), ["100 GET 1-64 > 2"]);
    assert_eq!(script.ignores(2, &response(65)), Ignored::Unasked);
    assert_eq!(script.tell(2, &response(1)), None);
}

#[test]
fn only_who_was_asked_for_a_chunk_may_send_it() {
    let mut script = Script::started(config(Choose::First, &[5, 6]));
    script.tell(2, &info(&[5]));
    script.tell(3, &info(&[5, 6]));
    assert_eq!(script.at(0).story(), ["0 GET 5 > 2", "0 GET 6 > 3"]);
    // The contact, a stranger, and a holder that was asked for another chunk.
    for from in [1, 99, 3] {
        assert_eq!(script.ignores(from, &response(5)), Ignored::NotAsked);
    }
    // Port and address must both be right.
    let elsewhere = SocketAddrV4::new([127, 0, 0, 2].into(), peer(2).port());
    let (client, out) = (&mut script.client, &mut script.out);
    let receipt = client.handle_datagram(script.now, elsewhere, &response(5).encode(), out);
    assert_eq!(receipt.ignored, Some(Ignored::NotAsked));
    assert_eq!(script.tell(2, &response(5)), None);
}

#[test]
fn what_arrived_needs_no_second_copy() {
    let mut script = Script::started(config(Choose::First, &[5, 6]));
    script.tell(2, &info(&[5, 6]));
    script.at(0).tell(2, &response(5));
    for from in [2, 3, 99] {
        assert_eq!(
            script.at(1_000).ignores(from, &response(5)),
            Ignored::SecondCopy
        );
    }
    // Nor does one count as a sign of life.
    assert_eq!(script.deadline(), Some(5_000));
}

#[test]
fn what_was_logged_as_missing_comes_too_late() {
    let mut brief = config(Choose::First, &[4, 5, 6]);
    brief.patience.repeats = 0;
    let mut script = Script::started(brief);
    script.tell(2, &info(&[5]));
    script.tell(3, &info(&[6]));
    assert_eq!(
        script.at(10_000).story(),
        [
            "5000 4 missing",
            "5000 GET 5 > 2",
            "5000 GET 6 > 3",
            "10000 5 missing",
            "10000 6 missing",
        ]
    );
    assert_eq!(script.ignores(2, &response(5)), Ignored::TooLate);
    assert_eq!(script.ignores(3, &response(5)), Ignored::TooLate);
    // Nobody was ever asked for 4.
    assert_eq!(script.ignores(2, &response(4)), Ignored::Unasked);
}

#[test]
fn messages_for_peers_are_not_for_clients() {
    let mut script = Script::started(config(Choose::First, &[5]));
    let query = Query {
        client: peer(9),
        ttl: Ttl(3),
        ids: ids(&[5]),
    };
    for message in [
        Message::Hello(ids(&[5])),
        Message::Query(query),
        Message::Get(ids(&[5])),
    ] {
        assert_eq!(script.ignores(1, &message), Ignored::NotForMe);
    }
}

#[test]
fn lists_that_tell_nothing_are_ignored() {
    let mut script = Script::started(config(Choose::Random, &[5, 6]));
    script.tell(2, &info(&[5]));
    assert_eq!(script.ignores(2, &info(&[])), Ignored::EmptyList);
    assert_eq!(script.ignores(3, &info(&[7, 8])), Ignored::NotWanted);
    assert_eq!(script.ignores(2, &info(&[7, 5])), Ignored::NothingNew);
}

#[test]
fn what_is_no_message_is_malformed_with_its_reason() {
    let mut script = Script::started(config(Choose::First, &[5]));
    script.tell(2, &info(&[5]));
    script.at(0);
    script.story();
    let (need, got) = (6, 5);
    for (datagram, error) in [
        (&[][..], DecodeError::TooShort { need: 2, got: 0 }),
        (&[0, 3, 0], DecodeError::TooShort { need: 4, got: 3 }),
        (&[0, 6, 0, 0], DecodeError::UnknownType(6)),
        // Types in the wrong byte order.
        (&[3, 0, 0, 1, 0, 5], DecodeError::UnknownType(768)),
        (&[5, 0, 0, 5, 0, 0], DecodeError::UnknownType(1_280)),
        (
            &[0, 3, 0, 1, 5],
            DecodeError::IdsMissing {
                count: 1,
                need,
                got,
            },
        ),
        (
            &[0, 5, 0, 5, 0, 2, 9],
            DecodeError::ChunkMissing {
                size: 2,
                need: 8,
                got: 7,
            },
        ),
        (
            &[0, 5, 0, 5, 4, 1, 9],
            DecodeError::ChunkTooLong { size: 1_025 },
        ),
    ] {
        let receipt = script.tell_bytes(2, datagram);
        assert_eq!(
            receipt,
            Receipt::ignored(Ignored::Malformed(error.defect()))
        );
        assert_eq!(script.story(), [""; 0], "{datagram:?}");
    }
    assert_eq!(script.deadline(), Some(5_000));
}

#[test]
fn a_tail_is_noted_and_means_nothing() {
    let mut script = Script::started(config(Choose::First, &[0, 5]));
    // A list padded with zero ids does not announce chunk 0.
    let padded = [&info(&[5]).encode()[..], &[0; 4]].concat();
    let receipt = script.tell_bytes(2, &padded);
    assert_eq!((receipt.tail, receipt.ignored), (4, None));
    assert_eq!(script.at(5_000).story(), ["5000 HELLO 0", "5000 GET 5 > 2"]);
    // A RESPONSE of 3,078 bytes.
    let long = [&response(5).encode()[..], &[7; 3_070]].concat();
    let receipt = script.tell_bytes(2, &long);
    assert_eq!((receipt.tail, receipt.ignored), (3_070, None));
    assert_eq!(script.story(), ["5000 5 from 2"]);
}

#[test]
fn a_client_that_is_done_ignores_everything() {
    let mut script = Script::started(config(Choose::First, &[5]));
    script.tell(2, &info(&[5]));
    script.at(0).tell(2, &response(5));
    assert_eq!(script.story(), ["0 GET 5 > 2", "0 5 from 2"]);
    assert!(script.client.is_done());
    assert_eq!(script.deadline(), None);
    assert_eq!(script.ignores(2, &response(5)), Ignored::SecondCopy);
    assert_eq!(script.ignores(2, &info(&[5])), Ignored::NothingNew);
    assert_eq!(script.ignores(3, &info(&[5])), Ignored::NotWanted);
    assert_eq!(script.deadline(), None);
}

#[test]
fn a_client_is_done_only_once_its_last_outcome_was_taken() {
    let mut client = Client::new(config(Choose::First, &[5]));
    let out = &mut Outbox::default();
    client.handle_deadline(Time::ZERO, out);
    client.handle_datagram(Time::ZERO, peer(2), &info(&[5]).encode(), out);
    client.handle_deadline(Time::ZERO, out);
    client.handle_datagram(Time::ZERO, peer(2), &response(5).encode(), out);
    assert!(!client.is_done());
    assert_eq!(client.poll_deadline(), None);
    assert!(client.poll_outcome().is_some());
    assert!(client.is_done());
    assert_eq!(client.poll_outcome(), None);
}
