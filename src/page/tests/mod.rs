//! What goes into a page, and that nothing in it can get out.

mod assembly;
mod hostile;
mod told;

use std::net::SocketAddrV4;

use bytes::Bytes;
use serde_json::Value;

use super::page;
use crate::event::{EventId, Recording, What};
use crate::roster::{EndpointId, Entry, Role, Roster};
use crate::time::Time;
use crate::trace::{About, Client, End, Peer, Trace};
use crate::wire::{ChunkId, IdList, Message};

const LEFT: EndpointId = EndpointId(0);
const RIGHT: EndpointId = EndpointId(1);
const VIEWER: EndpointId = EndpointId(2);

/// An address at which nobody of the run is.
const OUTSIDE: SocketAddrV4 = SocketAddrV4::new(std::net::Ipv4Addr::new(127, 9, 9, 9), 4000);

/// The address of an endpoint of [`small`].
fn address(endpoint: EndpointId) -> SocketAddrV4 {
    let port = u16::try_from(5001 + endpoint.0).unwrap();
    SocketAddrV4::new([127, 0, 0, 1].into(), port)
}

/// A run with two peers and a client in which nothing happens.
fn small() -> Trace {
    let entry = |endpoint, name, role| Entry {
        name,
        address: address(endpoint),
        role,
    };
    Trace {
        about: About {
            scenario: "small".to_owned(),
            description: String::new(),
            seed: u64::MAX,
            mode: "lockstep".to_owned(),
            ttl: 3,
            duplicates: "first".to_owned(),
            reliable: false,
        },
        roster: Roster::new([
            entry(LEFT, "left", Role::Peer),
            entry(RIGHT, "right", Role::Peer),
            entry(VIEWER, "viewer", Role::Client),
        ]),
        peers: vec![
            Peer {
                neighbours: [address(RIGHT), OUTSIDE].into(),
                chunks: Vec::new(),
            },
            Peer {
                neighbours: [address(LEFT)].into(),
                chunks: vec![ChunkId(7)],
            },
        ],
        clients: vec![Client {
            contact: LEFT,
            chunks: vec![ChunkId(7)],
        }],
        recording: Recording::default(),
        findings: Vec::new(),
        end: Some(End {
            ended: "complete".to_owned(),
            clock: Time::from_nanos(3_000_000),
            in_flight: 0,
            verdict: "pass".to_owned(),
            checks: vec![("silent".to_owned(), "pass".to_owned())],
        }),
    }
}

/// Adds an event at a later millisecond than the last.
fn record(trace: &mut Trace, cause: Option<EventId>, what: What) -> EventId {
    let millis = u64::try_from(trace.recording.len()).unwrap();
    let time = Time::from_nanos(millis * 1_000_000);
    trace.recording.record(time, cause, what)
}

/// A HELLO for `id`.
fn hello(id: u16) -> Bytes {
    let ids = IdList::new(vec![ChunkId(id)]).unwrap();
    Message::Hello(ids).encode()
}

/// What stands between `before` and `after` in `text`.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}

/// The data in `page`, as a browser finds it: the text up to the first end of a script.
fn data_text(page: &str) -> &str {
    let data = r#"<script type="application/json" id="run">"#;
    assert_eq!(page.matches(data).count(), 1);
    between(page, data, "</script")
}

/// What the page of `trace` knows.
fn data(trace: &Trace) -> Value {
    serde_json::from_str(data_text(&page(trace))).unwrap()
}
