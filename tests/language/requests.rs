//! `[[client.then]]`, what clients do and what must come out.

use std::time::Duration;

use p2p_sim::rules::{Choose, Gets};
use p2p_sim::wire::ChunkId;

use super::{P1, P3, load, ms};

#[test]
fn further_requests_have_the_clients_defaults() {
    let scenario = load(
        r#"repeats = 2
        gets = "twice"
        done_by = "9s"
        most_queries = 40

        [[client.then]]
        chunks = "3,2"

        [[client.then]]
        after = "2s"
        chunks = [4]
        choose = "first"
        wait = "3s"
        repeats = 0

        [client.expect]
        4 = "missing"
    "#,
    );
    let client = &scenario.clients[1];
    assert_eq!(client.chunks, [1, 3, 2, 4].map(ChunkId));
    assert_eq!(
        (client.gets, client.done_by),
        (Gets::Twice, Some(ms(9_000)))
    );
    assert_eq!(client.most_queries, Some(40));
    let [first, second, third] = &client.requests[..] else {
        panic!("three requests");
    };
    assert_eq!(second.chunks, [3, 2].map(ChunkId));
    assert_eq!(second.after, Duration::ZERO);
    assert_eq!(
        (second.choose, second.patience),
        (Choose::Random, first.patience)
    );
    assert_eq!((third.after, third.choose), (ms(2_000), Choose::First));
    let patience = third.patience;
    assert_eq!((patience.wait, patience.repeats), (ms(3_000), 0));
    assert_eq!(patience.gather, Duration::ZERO);
    let other = &scenario.clients[0];
    assert_eq!((other.gets, other.done_by), (Gets::Once, None));
}

#[test]
fn what_the_run_must_show_is_read() {
    let scenario = load(
        r#"
        [expect]
        most_queries = 100
        reached_by = { p3 = "200ms", p1 = "0s" }
        must_fail = ["one-get", "unmet"]
    "#,
    );
    let expect = &scenario.expect;
    assert_eq!(expect.most_queries, Some(100));
    let reached: Vec<_> = expect.reached_by.iter().collect();
    assert_eq!(reached, [(&P1, &ms(0)), (&P3, &ms(200))]);
    assert!(expect.must_fail.iter().eq(["one-get", "unmet"]));
}
