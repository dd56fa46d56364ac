//! This datagram and no other.

use p2p_sim::event::DropReason;

use super::*;

#[test]
fn the_first_get_for_a_chunk_is_dropped_and_repeated_after_the_wait() {
    let mut scenario = row("p1", "[3]");
    let mut first = fault(Effect::Drop, pattern(&scenario, Type::Get, "", ""), &[1]);
    first.pattern.chunk = Some(ChunkId(3));
    scenario.faults.named = vec![first];
    let played = everywhere(&scenario);
    assert_eq!(
        played.telling(&["GET"]),
        [
            "0.104000 sent viewer -> p3: GET ids 3",
            "5.104000 sent viewer -> p3: GET ids 3",
        ]
    );
    assert_eq!(played.telling(&["dropped"]).len(), 1);
    assert!(played.telling(&["dropped"])[0].ends_with("by fault 1"));
    assert_eq!(played.logged(), from(&[("p3", 3)]));
    let books = books(&played.ran, &scenario);
    assert_eq!(books.dropped[&DropReason::Fault(0)], 1);
}

#[test]
fn every_response_of_a_peer_until_a_time() {
    let mut scenario = row("p1", "[2, 3]");
    scenario.clients[0].requests[0].patience.wait = millis(800);
    let mut early = fault(
        Effect::Drop,
        pattern(&scenario, Type::Response, "p3", ""),
        &[],
    );
    early.until = Some(millis(2_000));
    scenario.faults.named = vec![early];
    let played = everywhere(&scenario);
    let responses = played.telling(&["sent p3 -> viewer: RESPONSE"]);
    let times: Vec<&str> = responses.iter().map(|line| &line[..8]).collect();
    assert_eq!(times, ["0.105000", "0.905000", "1.705000", "2.505000"]);
    assert_eq!(played.telling(&["dropped", "fault 1"]).len(), 3);
    assert_eq!(played.logged(), from(&[("p2", 2), ("p3", 3)]));
}

#[test]
fn what_is_duplicated_delayed_and_damaged_is_told() {
    let mut scenario = row("p1", "[1, 2, 3]");
    let query = |to| pattern(&scenario, Type::Query, "", to);
    scenario.faults.named = vec![
        fault(Effect::Duplicate, query("p2"), &[1]),
        fault(Effect::Delay(millis(40)), query("p3"), &[1]),
        fault(Effect::Corrupt, query("p3"), &[2]),
    ];
    let played = everywhere(&scenario);
    // Both copies of the QUERY are forwarded: the first is delayed on, the second damaged.
    assert_eq!(
        played.telling(&[" by fault"]),
        [
            "0.001000 duplicated #4 by fault 1",
            "0.002000 delayed #9 for 40ms by fault 2",
            "0.002000 corrupted #13 by fault 3: 18 bytes, unknown type 32770",
        ]
    );
    let ignored = played.telling(&["delivered", "ignored: unknown-type"]);
    assert_eq!(ignored.len(), 1, "the damaged one really crossed");
    let last = played.telling(&["delivered #9 to p3"]);
    assert_eq!(last, ["0.043000 delivered #9 to p3"]);
    let books = books(&played.ran, &scenario);
    assert_eq!(books.duplicated, 1);
    assert_eq!(played.logged(), from(&[("p1", 1), ("p2", 2), ("p3", 3)]));
}
