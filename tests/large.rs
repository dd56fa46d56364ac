//! The large scenarios, made small enough for a test: what they load to and what is predicted.

#![cfg(test)]

use std::fs;
use std::path::Path;

use p2p_sim::oracle::{self, Count, Order, Prediction};
use p2p_sim::roster::EndpointId;
use p2p_sim::scenario::Scenario;
use p2p_sim::wire::ChunkId;

/// `scenarios/large/million.toml` with so many peers, and its last chunk so many hops away.
fn with_peers(peers: u32, hops: u32) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/large/million.toml");
    let mut text = fs::read_to_string(&path).unwrap();
    for (written, instead) in [
        ("peers = 1_000_000\n", format!("peers = {peers}\n")),
        ("hops = 10 }", format!("hops = {hops} }}")),
    ] {
        assert_eq!(text.matches(written).count(), 1, "{written}");
        text = text.replace(written, &instead);
    }
    Scenario::read(&path, text, None, None).unwrap_or_else(|rejected| panic!("{rejected}"))
}

fn predict(scenario: &Scenario) -> Prediction {
    oracle::predict(scenario, Order::Lockstep)
}

#[test]
fn a_million_is_told_as_a_few_thousand_are() {
    let scenario = with_peers(20_000, 7);
    let prediction = predict(&scenario);
    let [viewer] = &prediction.clients[..] else {
        panic!("one client");
    };
    assert_eq!(viewer.reach.len(), 20_000);
    // The contact sends six QUERYs, everybody else five.
    assert_eq!(prediction.query, Count::exact(5 * 20_000 + 1));
    assert_eq!(prediction.hello, Count::exact(1));
    assert!(prediction.chunks_info.max <= 61, "the answers are no flood");
    assert!(viewer.loose.is_empty());
    for (id, sources) in &viewer.sources {
        let copies = if *id == ChunkId(21) { 1 } else { 3 };
        assert_eq!(sources.holders.len(), copies, "chunk {id}");
        assert!(!sources.may_be_missing());
    }
    let last = viewer.sources[&ChunkId(21)].holders[0];
    assert_eq!(viewer.reach.hops(last), Some(7));
}

#[test]
fn peers_share_what_is_alike() {
    let scenario = with_peers(2_000, 5);
    let holding = |peer: &&p2p_sim::scenario::PeerSpec| !peer.chunks.is_empty();
    assert!(scenario.peers.iter().filter(holding).count() <= 61);
    let mut empty = scenario.peers.iter().filter(|peer| !holding(peer));
    let first = empty.next().expect("most hold nothing");
    assert!(empty.all(|peer| std::sync::Arc::ptr_eq(&peer.chunks, &first.chunks)));
    // Their neighbours stand one behind the other.
    for (one, next) in scenario.peers.iter().zip(&scenario.peers[1..]) {
        assert_eq!(one.neighbours.len(), 6);
        assert_eq!(one.neighbours.as_ptr_range().end, next.neighbours.as_ptr());
    }
    let address = scenario.roster.address(EndpointId(1_999));
    assert_eq!(address.to_string(), "127.0.0.8:5250");
    assert_eq!(scenario.roster.at(address), Some(EndpointId(1_999)));
}
