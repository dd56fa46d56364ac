//! Clients that ask several times, and that break the rule of one GET.

use p2p_sim::rules::Gets;
use p2p_sim::scenario::Request;

use super::*;

#[test]
fn a_second_request_begins_when_the_first_is_done() {
    let mut scenario = row("p1", "[3, 4]");
    let client = &mut scenario.clients[0];
    let first = client.requests[0].clone();
    let of = |chunk, after| Request {
        chunks: vec![ChunkId(chunk)],
        after,
        ..first.clone()
    };
    client.requests = vec![of(3, Duration::ZERO), of(4, millis(2_000))];
    let played = everywhere(&scenario);
    assert_eq!(
        played.telling(&["HELLO"]),
        [
            "0.000000 sent viewer -> p1: HELLO ids 3",
            "2.106000 sent viewer -> p1: HELLO ids 4",
        ]
    );
    assert_eq!(
        played.telling(&["logged"])[0],
        "0.106000 logged viewer chunk 3 from p3"
    );
    assert_eq!(played.telling(&["done"]).len(), 1);
    assert_eq!(played.logged(), from(&[("p3", 3), ("p4", 4)]));
}

#[test]
fn no_gets_or_each_twice() {
    let mut scenario = row("p1", "[2, 3]");
    scenario.clients[0].gets = Gets::Never;
    let never = everywhere(&scenario);
    assert_eq!(never.telling(&["GET"]), [""; 0]);
    assert_eq!(never.logged(), from(&[("-", 2), ("-", 3)]));
    scenario.clients[0].gets = Gets::Twice;
    let twice = everywhere(&scenario);
    assert_eq!(twice.telling(&["sent viewer", "GET"]).len(), 4);
    assert_eq!(twice.telling(&["ignored: second-copy"]).len(), 2);
    assert_eq!(twice.logged(), from(&[("p2", 2), ("p3", 3)]));
}
