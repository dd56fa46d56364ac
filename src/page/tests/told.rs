//! What the page knows of small runs made by hand.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{LEFT, OUTSIDE, RIGHT, VIEWER, address, data, hello, record, small};
use crate::endpoint::{Ignored, Receipt};
use crate::event::{Culprit, Damage, DropReason, Hold, What};
use crate::faults::{Change, Cut};
use crate::trace::Finding;
use crate::wire::ChunkId;

#[test]
fn a_run_in_which_nothing_happened_has_endpoints_and_no_events() {
    let data = data(&small());
    assert_eq!(data["version"], 1);
    assert_eq!(data["about"]["seed"], u64::MAX.to_string());
    assert_eq!(data["verdict"], "pass");
    assert_eq!(data["ended"], "complete");
    assert_eq!(data["clock"], 3_000_000);
    assert_eq!(data["checks"], json!([["silent", "pass"]]));
    assert_eq!(
        data["endpoints"],
        json!([
            {"name": "left", "role": "peer", "address": "127.0.0.1:5001",
             "neighbours": [1], "chunks": [], "contact": null},
            {"name": "right", "role": "peer", "address": "127.0.0.1:5002",
             "neighbours": [0], "chunks": [7], "contact": null},
            {"name": "viewer", "role": "client", "address": "127.0.0.1:5003",
             "neighbours": [], "chunks": [7], "contact": 0},
        ])
    );
    for list in ["payloads", "texts", "searches", "changes", "logged"] {
        assert_eq!(data[list], json!([]), "{list}");
    }
    for column in ["time", "cause", "kind", "who", "datagram", "text"] {
        assert_eq!(data["events"][column], json!([]), "{column}");
    }
}

#[test]
fn a_trace_that_breaks_off_has_no_verdict() {
    let mut trace = small();
    trace.end = None;
    let data = data(&trace);
    for none in ["verdict", "ended", "clock"] {
        assert!(data[none].is_null(), "{none}");
    }
    assert_eq!(data["checks"], json!([]));
    assert_eq!(data["findings"], json!([]));
}

#[test]
fn messages_are_those_of_the_codec() {
    let data = data(&small());
    let query = &data["messages"][1];
    assert_eq!(
        (&query["number"], &query["name"]),
        (&json!(2), &json!("QUERY"))
    );
    assert_eq!(
        query["fields"][3],
        json!({"name": "ttl", "label": "TTL", "kind": "number"})
    );
    let names = data["messages"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|message| message["name"].as_str()).collect();
    assert_eq!(names.len(), crate::wire::layout::LAYOUTS.len());
}

#[test]
fn what_a_link_does_to_a_datagram_is_told_in_words_and_places() {
    let mut trace = small();
    let sent = What::Sent {
        from: VIEWER,
        to: address(LEFT),
        payload: trace.recording.intern(&hello(7)),
    };
    let sent = record(&mut trace, None, sent);
    let copy = record(
        &mut trace,
        Some(sent),
        What::Duplicated {
            original: sent,
            culprit: Culprit::Fault(1),
        },
    );
    record(
        &mut trace,
        Some(sent),
        What::Delayed {
            datagram: sent,
            hold: Box::new(Hold {
                by: Duration::from_millis(2),
                culprit: Culprit::Chance,
            }),
        },
    );
    let damage = Box::new(Damage {
        payload: trace.recording.intern(&[0, 1, 0]),
        culprit: Culprit::Chance,
    });
    let corrupted = What::Corrupted {
        datagram: sent,
        damage,
    };
    record(&mut trace, Some(sent), corrupted);
    record(
        &mut trace,
        Some(sent),
        What::Delivered {
            datagram: sent,
            to: LEFT,
            receipt: Receipt {
                tail: 3,
                ignored: Some(Ignored::Duplicate),
            },
        },
    );
    record(
        &mut trace,
        Some(copy),
        What::Dropped {
            datagram: copy,
            reason: DropReason::Fault(1),
        },
    );
    let data = data(&trace);
    let texts = json!([
        "by fault 2",
        "for 2ms by chance",
        "by chance: 3 bytes, too short: 3 of the 4 bytes of its fixed fields",
        "3 bytes behind it ignored, ignored: duplicate",
    ]);
    assert_eq!(data["texts"], texts);
    assert_eq!(data["reasons"], json!(["fault 2"]));
    let events = &data["events"];
    assert_eq!(events["time"][5], 5_000_000);
    assert_eq!(events["cause"], json!([-1, 0, 0, 0, 0, 1]));
    assert_eq!(events["who"], json!([2, -1, -1, -1, 0, -1]));
    assert_eq!(events["datagram"], json!([0, 1, 0, 0, 0, 1]));
    assert_eq!(events["text"], json!([-1, 0, 1, 2, 3, -1]));
    let kinds = events["kind"].as_array().unwrap().iter();
    let kinds: Vec<_> = kinds
        .map(|kind| &data["kinds"][usize::try_from(kind.as_u64().unwrap()).unwrap()])
        .collect();
    let words = [
        "sent",
        "duplicated",
        "delayed",
        "corrupted",
        "delivered",
        "dropped",
    ];
    assert_eq!(kinds, words);
    let datagrams = json!({
        "born": [0, 1], "end": [4, 5], "from": [2, 2], "to": [0, 0],
        "fromAddress": {}, "toAddress": {},
        "payload": [0, 0], "arrived": [1, -1], "fate": [1, 2], "reason": [-1, 0],
        "search": [-1, -1], "hop": [-1, -1], "duplicate": [0, 0], "copyOf": [-1, 0],
    });
    assert_eq!(data["datagrams"], datagrams);
    assert_eq!(
        data["payloads"],
        json!([
            {"hex": "000100010007", "text": "HELLO ids 7", "type": "HELLO", "ids": [7]},
            {"hex": "000100", "text": "3 bytes, too short: 3 of the 4 bytes of its fixed fields",
             "type": "HELLO", "ids": []},
        ])
    );
}

#[test]
fn what_is_outside_the_run_has_an_address_instead_of_a_place() {
    let mut trace = small();
    let outside = What::Outside {
        at: LEFT,
        from: OUTSIDE,
        payload: trace.recording.intern(b"?"),
    };
    record(&mut trace, None, outside);
    let sent = What::Sent {
        from: LEFT,
        to: OUTSIDE,
        payload: trace.recording.intern(&hello(7)),
    };
    let sent = record(&mut trace, None, sent);
    record(
        &mut trace,
        Some(sent),
        What::LostByKernel { datagram: sent },
    );
    record(
        &mut trace,
        None,
        What::Logged {
            client: VIEWER,
            id: ChunkId(7),
            source: Some(OUTSIDE),
        },
    );
    let data = data(&trace);
    let datagrams = &data["datagrams"];
    assert_eq!(datagrams["from"], json!([-1, 0]));
    assert_eq!(datagrams["to"], json!([0, -1]));
    assert_eq!(datagrams["fromAddress"], json!({"0": "127.9.9.9:4000"}));
    assert_eq!(datagrams["toAddress"], json!({"1": "127.9.9.9:4000"}));
    assert_eq!(datagrams["fate"], json!([0, 3]));
    assert_eq!(datagrams["end"], json!([-1, 2]));
    assert!(data["payloads"][0]["type"].is_null());
    assert_eq!(
        data["logged"],
        json!([{"event": 3, "client": 2, "chunk": 7, "source": "127.9.9.9:4000"}])
    );
}

#[test]
fn changes_and_logs_are_lists_of_their_own() {
    let mut trace = small();
    let cut = Cut {
        from: [LEFT].into(),
        to: [RIGHT].into(),
        both_ways: true,
    };
    for (place, change) in (0..).zip([
        Change::Cut(cut),
        Change::Lose(RIGHT, vec![ChunkId(7)]),
        Change::HealAll,
    ]) {
        let change = Arc::new(change);
        record(&mut trace, None, What::Changed { place, change });
    }
    for source in [Some(address(RIGHT)), None] {
        let logged = What::Logged {
            client: VIEWER,
            id: ChunkId(7),
            source,
        };
        record(&mut trace, None, logged);
    }
    let data = data(&trace);
    assert_eq!(
        data["changes"],
        json!([
            {"event": 0, "change": "cut", "peers": [], "from": [0], "to": [1],
             "bothWays": true, "chunks": []},
            {"event": 1, "change": "lose", "peers": [1], "from": [], "to": [],
             "bothWays": false, "chunks": [7]},
            {"event": 2, "change": "heal-all", "peers": [], "from": [], "to": [],
             "bothWays": false, "chunks": []},
        ])
    );
    assert_eq!(
        data["texts"],
        json!([
            "cut left - right",
            "right lost chunks 7",
            "healed all links"
        ])
    );
    assert_eq!(
        data["logged"],
        json!([
            {"event": 3, "client": 2, "chunk": 7, "source": 1},
            {"event": 4, "client": 2, "chunk": 7, "source": null},
        ])
    );
}

#[test]
fn findings_are_told_as_they_are() {
    let mut trace = small();
    trace.findings.push(Finding {
        check: "answer".to_owned(),
        who: Some(RIGHT),
        chunk: Some(ChunkId(7)),
        entry: None,
        expected: "one CHUNKS_INFO".to_owned(),
        got: "none".to_owned(),
        event: Some(crate::event::EventId(4)),
        more: 2,
    });
    assert_eq!(
        data(&trace)["findings"],
        json!([{"check": "answer", "who": 1, "chunk": 7, "entry": null,
                "expected": "one CHUNKS_INFO", "got": "none", "event": 4, "more": 2}])
    );
}
