//! Every kind of broken peer makes a run fail with the right finding and no other.

mod answering;
mod forgetting;
mod forwarding;

use p2p_sim::wire::{ChunkId, IdList, Message};

use crate::cases::{Case, try_all, try_on_sockets};
use crate::support::rogue::{cast_with, each_query, without};
use crate::support::stage::{play, shipped};

fn is_query(message: &Message) -> bool {
    matches!(message, Message::Query(_))
}

fn is_answer(message: &Message) -> bool {
    matches!(message, Message::ChunksInfo(_))
}

fn is_response(message: &Message) -> bool {
    matches!(message, Message::Response { .. })
}

fn ids(ids: &[u16]) -> IdList {
    IdList::distinct(ids.iter().copied().map(ChunkId))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = forwarding::forwarding();
    cases.extend(forwarding::lifetimes());
    cases.extend(answering::answering());
    cases.extend(answering::serving());
    cases.extend(answering::straying());
    cases.extend(forgetting::forgetting());
    cases
}

#[test]
fn each_broken_peer_is_found_and_nobody_else() {
    try_all(&cases());
}

#[test]
fn on_sockets_too() {
    try_on_sockets(&cases(), 5, 61);
}

#[test]
fn a_finding_says_what_was_expected_what_came_and_which_event_shows_it() {
    let scenario = shipped("edge/chunk-nowhere", 60);
    let keeps = each_query(|query| query.ttl.0 += 1);
    let played = play(&scenario, cast_with(&scenario, "p2", keeps));
    let verdict = played.judge();
    let finding = &verdict.findings[0];
    assert_eq!(
        finding.expected,
        "QUERY client 127.60.0.1:5004 ttl 2 ids 1,9"
    );
    assert_eq!(
        finding.got,
        "QUERY client 127.60.0.1:5004 ttl 3 ids 1,9 to p3"
    );
    let line = &played.lines()[finding.event.expect("an event").0 as usize];
    assert!(line.contains("sent p2 -> p3: QUERY"), "{line}");
    // One for each of the six searches.
    assert_eq!(finding.more, 5);

    let scenario = shipped("line", 60);
    let played = play(&scenario, cast_with(&scenario, "C", without(is_answer)));
    let verdict = played.judge();
    let finding = &verdict.findings[0];
    assert_eq!(finding.expected, "one CHUNKS_INFO ids 2 to viewer");
    assert_eq!(finding.got, "no answer");
    let line = &played.lines()[finding.event.expect("an event").0 as usize];
    assert!(line.contains("to C"), "{line}");
}
