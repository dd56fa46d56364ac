//! Requests one after another.

use super::*;
use crate::client::{Later, Script as Play};

/// Two requests: 5 at once, and 6 two seconds after 5 is settled.
fn two_requests() -> Play {
    let first = Config {
        luck: luck::stream(1, "client"),
        ..config(Choose::First, &[5])
    };
    let later = Later {
        after: Duration::from_secs(2),
        config: config(Choose::First, &[6]),
    };
    Play::new(first, [later])
}

fn at(millis: u64) -> Time {
    Time::from_start(Duration::from_millis(millis))
}

/// All that was sent, as messages.
fn sent(out: &mut Outbox) -> Vec<String> {
    let sent = out.iter().map(|t| Message::decode(t.payload).unwrap());
    let sent = sent.map(|decoded| decoded.message.to_string()).collect();
    out.clear();
    sent
}

#[test]
fn the_next_request_begins_a_while_after_the_one_before_is_done() {
    let mut play = two_requests();
    let out = &mut Outbox::default();
    assert_eq!(play.poll_deadline(), Some(at(0)));
    play.handle_deadline(at(0), out);
    assert_eq!(sent(out), ["HELLO ids 5"]);
    play.handle_datagram(at(7), peer(2), &info(&[5]).encode(), out);
    play.handle_deadline(at(7), out);
    assert_eq!(sent(out), ["GET ids 5"]);
    play.handle_datagram(at(9), peer(2), &response(5).encode(), out);
    assert_eq!(play.poll_outcome().unwrap().id, ChunkId(5));
    assert!(!play.is_done(), "another request is to come");
    assert_eq!(play.poll_deadline(), Some(at(2_009)));
    for late in [response(5), info(&[5])] {
        let receipt = play.handle_datagram(at(10), peer(2), &late.encode(), out);
        assert!(receipt.ignored.is_some());
    }
    play.handle_deadline(at(2_009), out);
    assert_eq!(sent(out), ["HELLO ids 6"]);
    let receipt = play.handle_datagram(at(2_010), peer(2), &response(5).encode(), out);
    assert_eq!(receipt.ignored, Some(Ignored::Unasked));
    play.handle_datagram(at(2_011), peer(3), &info(&[6]).encode(), out);
    play.handle_deadline(at(2_011), out);
    play.handle_datagram(at(2_012), peer(3), &response(6).encode(), out);
    assert!(!play.is_done(), "an outcome is to be told");
    assert_eq!(play.poll_outcome().unwrap().id, ChunkId(6));
    assert!(play.is_done());
    assert_eq!(play.poll_deadline(), None);
}

#[test]
fn a_request_that_fails_is_done_too_and_one_for_nothing_at_once() {
    let mut unlucky = config(Choose::Random, &[4]);
    unlucky.patience.repeats = 0;
    let later = |after, chunks: &[u16]| Later {
        after: Duration::from_millis(after),
        config: config(Choose::Random, chunks),
    };
    let mut play = Play::new(unlucky, [later(100, &[]), later(0, &[5])]);
    let out = &mut Outbox::default();
    play.handle_deadline(at(0), out);
    play.handle_deadline(at(5_000), out);
    assert_eq!(play.poll_outcome().unwrap().id, ChunkId(4));
    // The second asks for nothing, and is over before it begins.
    assert_eq!(play.poll_deadline(), Some(at(5_000)));
    sent(out);
    play.handle_deadline(at(5_000), out);
    assert_eq!(sent(out), ["HELLO ids 5"]);
}
