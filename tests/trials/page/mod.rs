//! What a page knows of a run is what was recorded, and what the census counts.

mod columns;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use p2p_sim::check::{Census, Verdict};
use p2p_sim::driver::Cast;
use p2p_sim::event::{Recording, What};
use p2p_sim::page;
use p2p_sim::trace::Trace;
use p2p_sim::wire::Type;
use serde_json::Value;

use crate::support::stage::{Played, all_shipped, play, shipped};
use columns::Columns;

/// What the page of `trace` knows of it.
fn data(trace: &Trace) -> Value {
    let page = page::page(trace);
    let (_, rest) = page.split_once(r#"id="run">"#).expect("data in the page");
    let (data, _) = rest.split_once("</script>").expect("an end of the data");
    serde_json::from_str(data).expect("JSON")
}

/// A shipped scenario, played and judged, with what its page knows.
fn read(name: &str) -> (Played, Verdict, Value) {
    let scenario = shipped(name, 155);
    let played = play(&scenario, Cast::of(&scenario));
    let verdict = played.judge();
    let data = data(&played.keep(&verdict));
    (played, verdict, data)
}

#[test]
fn every_shipped_scenario_is_told_as_it_was_recorded_and_counted() {
    for name in all_shipped() {
        let (played, verdict, data) = read(&name);
        let columns = Columns::of(&data);
        columns.assert_in_range(&name);
        columns.assert_recorded(&played);
        assert_payloads_are_told_once(&data, &name);
        assert_fates_add_up(&columns, &verdict.census, &name);
        assert_types_add_up(&columns, &verdict.census, &name);
        assert_searches_agree(&data, &columns, &verdict.census, &name);
        assert_findings_agree(&data, &verdict, &name);
    }
}

fn assert_payloads_are_told_once(data: &Value, name: &str) {
    let payloads = data["payloads"].as_array().expect("a list");
    let distinct: BTreeSet<_> = payloads.iter().map(|one| one["hex"].as_str()).collect();
    assert_eq!(distinct.len(), payloads.len(), "{name}");
}

fn assert_fates_add_up(columns: &Columns<'_>, census: &Census, name: &str) {
    let books = &census.accounting;
    let begun = books.sent + books.duplicated + books.outside;
    assert_eq!(columns.datagrams() as u64, begun, "{name}");
    let mut dropped: BTreeMap<String, u64> = BTreeMap::new();
    for (reason, times) in &books.dropped {
        *dropped.entry(reason.name().to_owned()).or_default() += times;
    }
    let mut fates = [0; 4];
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for datagram in 0..columns.datagrams() {
        let fate = usize::try_from(columns.datagram("fate", datagram)).expect("a small number");
        fates[fate] += 1;
        if fate == 2 {
            let reason = columns.reason(datagram);
            let word = reason.split(' ').next().unwrap_or(reason);
            *reasons.entry(word.to_owned()).or_default() += 1;
        }
    }
    let dropped_in_all = dropped.values().sum();
    let expected = [books.in_flight, books.delivered, dropped_in_all, books.lost];
    assert_eq!(fates, expected, "{name}");
    assert_eq!(reasons, dropped, "{name}");
}

fn assert_types_add_up(columns: &Columns<'_>, census: &Census, name: &str) {
    let mut sent: BTreeMap<&str, u64> = BTreeMap::new();
    for datagram in columns.sent() {
        *sent.entry(columns.type_of(datagram)).or_default() += 1;
    }
    assert_eq!(sent.remove("ACK").unwrap_or(0), census.acks, "{name}");
    let numbered = sent.remove("NUMBERED_QUERY").unwrap_or(0);
    if numbered > 0 {
        *sent.entry("QUERY").or_default() += numbered - census.resent;
    }
    let counted = census.sent_by_type.iter();
    let counted: BTreeMap<&str, u64> = counted.map(|(kind, n)| (kind.name(), *n)).collect();
    assert_eq!(sent, counted, "{name}");
}

fn assert_searches_agree(data: &Value, columns: &Columns<'_>, census: &Census, name: &str) {
    let searches = data["searches"].as_array().expect("a list");
    assert_eq!(searches.len(), census.searches.len(), "{name}");
    for (told, counted) in searches.iter().zip(&census.searches) {
        let client = counted.client.map(|client| u64::from(client.0));
        assert_eq!(told["client"].as_u64(), client, "{name}");
        let mut before = None;
        let mut reached = BTreeMap::new();
        for one in told["reached"].as_array().expect("a list") {
            let [peer, event, hop] = [0, 1, 2].map(|place| one[place].as_u64().expect("a number"));
            assert!(before < Some(event), "{name}: not in the order of events");
            assert_eq!(hop == 0, told["contact"] == peer, "{name}");
            assert_eq!(columns.hop_of_event(event), hop, "{name}");
            before = Some(event);
            reached.insert(peer, event);
        }
        let counted = counted.reached.iter();
        let counted: BTreeMap<u64, u64> = counted
            .map(|(peer, event)| (u64::from(peer.0), u64::from(event.0)))
            .collect();
        assert_eq!(reached, counted, "{name}");
    }
    let mut by_hop = BTreeMap::new();
    for datagram in columns.sent() {
        if columns.type_of(datagram) == Type::Query.name() && columns.datagram("hop", datagram) > 0
        {
            *by_hop.entry(columns.datagram("hop", datagram)).or_default() += 1;
        }
    }
    if census.acks == 0 {
        let counted: BTreeMap<i64, u64> = (1..).zip(census.queries_by_hop()).collect();
        assert_eq!(by_hop, counted, "{name}");
    }
    let duplicates = (0..columns.datagrams()).map(|one| columns.datagram("duplicate", one));
    let duplicates = u64::try_from(duplicates.sum::<i64>()).expect("a small number");
    assert_eq!(duplicates, census.duplicates(), "{name}");
}

fn assert_findings_agree(data: &Value, verdict: &Verdict, name: &str) {
    let told = data["findings"].as_array().expect("a list");
    assert_eq!(told.len(), verdict.findings.len(), "{name}");
    for (told, found) in told.iter().zip(&verdict.findings) {
        assert_eq!(told["check"], found.check.name(), "{name}");
        assert_eq!(told["got"], found.got, "{name}");
        let event = found.event.map(|event| u64::from(event.0));
        assert_eq!(told["event"].as_u64(), event, "{name}");
    }
}

/// The first `length` events of `recording`.
fn beginning(recording: &Recording, length: usize) -> Recording {
    let mut cut_off = Recording::default();
    for (_, payload) in recording.payloads() {
        cut_off.intern(payload);
    }
    for (_, event) in recording.iter().take(length) {
        cut_off.record(event.time, event.cause, event.what.clone());
    }
    cut_off
}

#[test]
fn a_trace_that_breaks_off_is_told_as_far_as_it_goes() {
    for name in ["mesh", "faults/jitter-and-reordering", "course/churn"] {
        let (played, verdict, whole) = read(name);
        let whole = Columns::of(&whole);
        let length = played.ran.recording.len();
        for kept in [0, 1, 2, length / 3, length / 2, length - 1] {
            let mut trace = played.keep(&verdict);
            trace.recording = beginning(&trace.recording, kept);
            (trace.end, trace.findings) = (None, Vec::new());
            let data = data(&trace);
            assert!(
                data["verdict"].is_null() && data["ended"].is_null(),
                "{name}"
            );
            let part = Columns::of(&data);
            part.assert_in_range(name);
            part.assert_beginning_of(&whole, kept);
        }
    }
}

#[test]
fn the_page_of_the_mesh_is_below_a_megabyte() {
    let scenario = shipped("mesh", 155);
    let played = play(&scenario, Cast::of(&scenario));
    let page = page::page(&played.keep(&played.judge()));
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
}

/// A datagram of a type that no message has, and one too short to have a type, are told as such.
#[test]
fn what_is_no_message_has_no_type() {
    let scenario = shipped("mesh", 155);
    let played = play(&scenario, Cast::of(&scenario));
    let mut trace = played.keep(&played.judge());
    trace.recording = Recording::default();
    for payload in [&b""[..], b"\x00", b"\x00\x63", b"\x00\x66"] {
        let sent = What::Sent {
            from: scenario.peers[0].endpoint,
            to: scenario.roster.address(scenario.peers[1].endpoint),
            payload: trace.recording.intern(payload),
        };
        trace.recording.record(played.ran.clock, None, sent);
    }
    let data = data(&trace);
    let types = data["payloads"].as_array().expect("a list").iter();
    let types: Vec<_> = types.map(|one| one["type"].as_str()).collect();
    assert_eq!(types, [None, None, None, Some("NUMBERED_QUERY")]);
}

/// The runs that unit tests of the page's scripts read. Where one differs, what it should be is
/// written beside the program that runs this test.
#[test]
fn the_runs_of_the_unit_tests_are_what_pages_know() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/unit/runs");
    for name in ["mesh", "faults/duplicated-query", "faults/lost-query"] {
        let (_, _, data) = read(name);
        let file = format!("{}.json", name.rsplit('/').next().unwrap_or(name));
        let text = std::fs::read_to_string(kept.join(&file)).unwrap_or_default();
        let known: Value = serde_json::from_str(&text).unwrap_or_default();
        if known != data {
            let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&file);
            std::fs::write(&new, format!("{data}\n")).expect("a file");
            let new = new.display();
            panic!("tests/page/unit/runs/{file} is out of date: {new} is what it should be");
        }
    }
}
