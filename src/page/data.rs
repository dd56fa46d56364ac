//! What the page knows of a run: a [`Trace`] as the page's scripts read it (`web/run.js`). Lists
//! refer to each other by place.

use std::net::SocketAddrV4;

use serde::Serialize;

use super::datagrams::Datagrams;
use super::events::{self, Changed, Events, Logged};
use super::payloads::{Payload, Payloads};
use super::words::Words;
use crate::event::{EventId, KINDS, What};
use crate::roster::Role;
use crate::trace::{About, Finding, Journeys, Search, Trace};
use crate::wire::ChunkId;
use crate::wire::layout::{LAYOUTS, Layout};

/// The version of the data; it grows when something changes its meaning or goes.
const VERSION: u32 = 1;

/// All that the page knows.
#[derive(Serialize)]
pub(super) struct Data<'a> {
    version: u32,
    about: AboutRun<'a>,
    verdict: Option<&'a str>,
    ended: Option<&'a str>,
    /// The run's clock when it ended, in nanoseconds.
    clock: Option<u64>,
    /// Each check with its verdict.
    checks: &'a [(String, String)],
    endpoints: Vec<Endpoint<'a>>,
    messages: Vec<Definition>,
    payloads: Vec<Payload>,
    kinds: [&'static str; KINDS.len()],
    texts: Vec<String>,
    reasons: Vec<String>,
    events: Events,
    datagrams: Datagrams,
    searches: Vec<Searched>,
    changes: Vec<Changed>,
    logged: Vec<Logged>,
    findings: Vec<Found<'a>>,
}

/// What was run, and by which rules.
#[derive(Serialize)]
struct AboutRun<'a> {
    scenario: &'a str,
    description: &'a str,
    /// In digits: scripts keep numbers only up to 2^53 exactly.
    seed: String,
    mode: &'a str,
    ttl: u16,
    duplicates: &'a str,
    reliable: bool,
}

/// Somebody who takes part, or an address where nobody is.
#[derive(Serialize)]
struct Endpoint<'a> {
    name: &'a str,
    role: &'static str,
    address: SocketAddrV4,
    /// A peer's neighbours that are of the run.
    neighbours: Vec<u32>,
    /// What a peer holds when the run begins; what a client wants.
    chunks: Vec<u16>,
    /// Whom a client asks.
    contact: Option<u32>,
}

/// How a message is laid out.
#[derive(Serialize)]
struct Definition {
    number: u16,
    name: &'static str,
    fields: Vec<DefinedField>,
}

/// A field of a message.
#[derive(Serialize)]
struct DefinedField {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
}

/// A HELLO that reached a peer.
#[derive(Serialize)]
struct Searched {
    client: Option<u32>,
    contact: u32,
    /// The datagram of the HELLO.
    hello: u32,
    /// Each peer that heard of it, with the event that first told it and the hop, by event.
    reached: Vec<(u32, u32, u32)>,
}

/// Something that a check found to be wrong.
#[derive(Serialize)]
struct Found<'a> {
    check: &'a str,
    who: Option<u32>,
    chunk: Option<u16>,
    entry: Option<&'a str>,
    expected: &'a str,
    got: &'a str,
    event: Option<u32>,
    more: u64,
}

impl<'a> Data<'a> {
    /// All that the page knows of `trace`.
    pub(super) fn of(trace: &'a Trace) -> Self {
        let journeys = Journeys::read(&trace.recording, &trace.roster);
        let (mut payloads, mut texts, mut reasons) =
            (Payloads::default(), Words::default(), Words::default());
        let events = Events::of(trace, &journeys, &mut texts);
        let datagrams = Datagrams::of(trace, &journeys, &mut payloads, &mut reasons);
        let end = trace.end.as_ref();
        let searches = journeys.searches.iter();
        Self {
            version: VERSION,
            about: AboutRun::of(&trace.about),
            verdict: end.map(|end| end.verdict.as_str()),
            ended: end.map(|end| end.ended.as_str()),
            clock: end.map(|end| end.clock.as_nanos()),
            checks: end.map_or(&[], |end| &end.checks),
            endpoints: endpoints(trace),
            messages: LAYOUTS.iter().map(Definition::of).collect(),
            payloads: payloads.into_list(),
            kinds: KINDS,
            texts: texts.into_list(),
            reasons: reasons.into_list(),
            events,
            datagrams,
            searches: searches
                .map(|search| Searched::of(search, trace, &journeys))
                .collect(),
            changes: events::changes(trace),
            logged: events::logged(trace),
            findings: trace.findings.iter().map(Found::of).collect(),
        }
    }
}

impl<'a> AboutRun<'a> {
    fn of(about: &'a About) -> Self {
        Self {
            scenario: &about.scenario,
            description: &about.description,
            seed: about.seed.to_string(),
            mode: &about.mode,
            ttl: about.ttl,
            duplicates: &about.duplicates,
            reliable: about.reliable,
        }
    }
}

/// Everybody, in the order of the roster: peers, then clients, then addresses where nobody is.
fn endpoints(trace: &Trace) -> Vec<Endpoint<'_>> {
    let roster = &trace.roster;
    let numbers = |ids: &[ChunkId]| ids.iter().map(|id| id.0).collect();
    let (mut peers, mut clients) = (trace.peers.iter(), trace.clients.iter());
    let described = roster.iter().map(|(_, entry)| {
        let mut endpoint = Endpoint {
            name: entry.name,
            role: entry.role.name(),
            address: entry.address,
            neighbours: Vec::new(),
            chunks: Vec::new(),
            contact: None,
        };
        match entry.role {
            Role::Peer => {
                if let Some(peer) = peers.next() {
                    let known = peer.neighbours.iter();
                    let known = known.filter_map(|address| roster.at(*address));
                    endpoint.neighbours = known.map(|neighbour| neighbour.0).collect();
                    endpoint.chunks = numbers(&peer.chunks);
                }
            }
            Role::Client => {
                if let Some(client) = clients.next() {
                    endpoint.contact = Some(client.contact.0);
                    endpoint.chunks = numbers(&client.chunks);
                }
            }
            Role::Nobody => {}
        }
        endpoint
    });
    described.collect()
}

impl Definition {
    fn of(layout: &Layout) -> Self {
        let fields = layout.fields.iter().map(|field| DefinedField {
            name: field.name,
            label: field.label,
            kind: field.kind.name(),
        });
        Self {
            number: layout.number,
            name: layout.name,
            fields: fields.collect(),
        }
    }
}

impl Searched {
    fn of(search: &Search, trace: &Trace, journeys: &Journeys) -> Self {
        let hop = |event: EventId| {
            let What::Delivered { datagram, .. } = trace.recording.event(event).what else {
                return None;
            };
            let number = journeys.number(datagram)?;
            journeys.datagrams.get(number).hop
        };
        let reached = search.reached.iter().map(|(peer, event)| {
            let hop = hop(*event).map_or(0, |hop| hop.number);
            (peer.0, event.0, hop)
        });
        let mut reached: Vec<_> = reached.collect();
        reached.sort_by_key(|(_, event, _)| *event);
        Self {
            client: search.client.map(|client| client.0),
            contact: search.contact.0,
            hello: search.hello,
            reached,
        }
    }
}

impl<'a> Found<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            check: &finding.check,
            who: finding.who.map(|who| who.0),
            chunk: finding.chunk.map(|chunk| chunk.0),
            entry: finding.entry.as_deref(),
            expected: &finding.expected,
            got: &finding.got,
            event: finding.event.map(|event| event.0),
            more: finding.more,
        }
    }
}
