//! Steps, and that what is shown is what happened.

use std::collections::BTreeSet;
use std::path::Path;

use p2p_sim::event::{EventId, What};
use p2p_sim::watch::Kind;
use p2p_sim::wire::Type;

use crate::stage::{Step, play, shipped};

#[test]
fn a_step_is_a_datagram() {
    let mut moves = Vec::new();
    let played = play(&shipped("mesh.toml"), |model, _| {
        moves.push(model.traffic().moves);
        Step::Datagram
    });
    assert_eq!(moves[0], 0);
    assert!(moves.windows(2).all(|pair| pair[0] < pair[1]), "{moves:?}");
    assert_eq!(
        played.model.traffic().moves,
        2 * played.report.accounting.sent
    );
    // Once before anything has happened, then after each delivery, and each deadline that sent.
    let recording = &played.ran.recording;
    let is_turn = |cause: EventId| matches!(recording.event(cause).what, What::Woke { .. });
    let causes = recording.iter().filter_map(|(_, event)| match event.what {
        What::Sent { .. } => event.cause.filter(|cause| is_turn(*cause)),
        _ => None,
    });
    let sending: BTreeSet<EventId> = causes.collect();
    let turns = played.report.accounting.delivered + sending.len() as u64;
    assert_eq!(moves.len() as u64, 1 + turns);
}

#[test]
fn a_step_is_a_hop() {
    let mut heard = Vec::new();
    let mut done = false;
    play(&shipped("line.toml"), |model, _| {
        let standings = model.sights[0].by_hop(model.ttl);
        let here: Vec<usize> = standings.iter().map(|s| s.heard).collect();
        done |= here.iter().all(|count| *count > 0);
        match done {
            true => Step::ToTheEnd,
            false => {
                heard.push(here.iter().sum::<usize>());
                Step::Hop
            }
        }
    });
    // Nothing, the HELLO under way, then a peer a hop along the chain.
    let expected: Vec<usize> = (0..heard.len())
        .map(|step| step.saturating_sub(1))
        .collect();
    assert_eq!(heard, expected);
    assert!(heard.len() > 3, "{heard:?}");
}

#[test]
fn what_is_shown_is_what_happened() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut seen = 0;
    for folder in ["faults", "edge"] {
        for entry in std::fs::read_dir(scenarios.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let file = format!("{folder}/{name}");
            let played = play(&shipped(&file), |_, _| Step::ToTheEnd);
            let (model, report) = (&played.model, &played.report);
            let sent = |kind| model.sent.get(&kind).copied().unwrap_or(0);
            let of = |kind| sent(Kind::Message(kind));
            let datagrams = &report.datagrams;
            assert_eq!(of(Type::Hello), datagrams.hello, "{file}");
            assert_eq!(
                of(Type::Query),
                datagrams.query + datagrams.query_again,
                "{file}"
            );
            assert_eq!(of(Type::ChunksInfo), datagrams.chunks_info, "{file}");
            assert_eq!(of(Type::Get), datagrams.get, "{file}");
            assert_eq!(of(Type::Response), datagrams.response, "{file}");
            assert_eq!(sent(Kind::Ack), datagrams.ack, "{file}");
            assert_eq!(model.duplicates, report.duplicates, "{file}");
            assert_eq!(model.lost, report.accounting.dropped, "{file}");
            assert_eq!(
                model.in_flight() as u64,
                report.accounting.in_flight,
                "{file}"
            );
            assert_eq!(model.events, played.ran.recording.len(), "{file}");
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen}");
}

#[test]
fn looking_changes_nothing() {
    for file in ["mesh.toml", "faults/jitter-and-reordering.toml"] {
        let scenario = shipped(file);
        let stepped = play(&scenario, |_, _| Step::Datagram);
        let hopped = play(&scenario, |_, _| Step::Hop);
        let whole = play(&scenario, |_, _| Step::ToTheEnd);
        assert_eq!(stepped.ran.recording, whole.ran.recording, "{file}");
        assert_eq!(hopped.ran.recording, whole.ran.recording, "{file}");
        assert_eq!(stepped.ran.clock, whole.ran.clock, "{file}");
    }
}

#[test]
fn only_flights_of_a_client_are_its_own() {
    let mut seen = 0;
    play(&shipped("mesh.toml"), |model, _| {
        let own = |client| model.flights(client).count();
        let clients = model.sights.iter().map(|sight| own(sight.client));
        assert_eq!(clients.sum::<usize>(), model.in_flight());
        seen += 1;
        Step::Datagram
    });
    assert!(seen > 50, "{seen}");
}
