//! The run's events, in columns: one list for each thing that is told of all.

use std::net::SocketAddrV4;

use serde::Serialize;

use super::numbers::{Number, or_nothing};
use super::words::Words;
use crate::endpoint::Receipt;
use crate::event::{EventId, What, describe};
use crate::faults::{Change, Cut};
use crate::roster::EndpointId;
use crate::trace::{Journeys, Trace};
use crate::wire::ChunkId;

/// Each event, in the order in which they happened.
#[derive(Default, Serialize)]
pub(super) struct Events {
    /// When, in nanoseconds since the run began.
    time: Vec<u64>,
    /// The event that made it happen.
    cause: Vec<Number>,
    /// What sort of event it is, as a place in [`KINDS`](crate::event::KINDS).
    kind: Vec<usize>,
    /// Who sent, got, woke, logged or changed.
    who: Vec<Number>,
    /// The datagram that it is about.
    datagram: Vec<Number>,
    /// What the other columns and lists do not say.
    text: Vec<Number>,
}

/// A change in time.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changed {
    event: u32,
    change: &'static str,
    peers: Vec<u32>,
    from: Vec<u32>,
    to: Vec<u32>,
    both_ways: bool,
    chunks: Vec<u16>,
}

/// A line of a client's log.
#[derive(Serialize)]
pub(super) struct Logged {
    event: u32,
    client: u32,
    chunk: u16,
    source: Option<Source>,
}

/// Where a chunk came from: an endpoint of the run, or another address.
#[derive(Serialize)]
#[serde(untagged)]
enum Source {
    Endpoint(u32),
    Address(SocketAddrV4),
}

impl Events {
    /// The events of `trace`; what has to be told in words goes into `texts`.
    pub(super) fn of(trace: &Trace, journeys: &Journeys, texts: &mut Words) -> Self {
        let mut columns = Self::default();
        for (id, event) in trace.recording.iter() {
            let what = &event.what;
            let datagram = what.datagram(id).and_then(|born| journeys.number(born));
            let text = text(what, trace).map(|text| texts.place(text));
            columns.time.push(event.time.as_nanos());
            columns
                .cause
                .push(or_nothing(event.cause.map(|cause| cause.0)));
            columns.kind.push(what.kind());
            columns.who.push(or_nothing(who(what).map(|who| who.0)));
            columns.datagram.push(or_nothing(datagram));
            columns.text.push(or_nothing(text));
        }
        columns
    }
}

/// Every change in time of `trace`.
pub(super) fn changes(trace: &Trace) -> Vec<Changed> {
    let events = trace.recording.iter();
    let changes = events.filter_map(|(id, event)| match &event.what {
        What::Changed { change, .. } => Some(Changed::of(id, change)),
        _ => None,
    });
    changes.collect()
}

/// Every line that a client of `trace` logged.
pub(super) fn logged(trace: &Trace) -> Vec<Logged> {
    let source = |address: SocketAddrV4| match trace.roster.at(address) {
        Some(endpoint) => Source::Endpoint(endpoint.0),
        None => Source::Address(address),
    };
    let lines = trace.recording.iter().filter_map(|(id, event)| {
        let What::Logged {
            client,
            id: chunk,
            source: from,
        } = &event.what
        else {
            return None;
        };
        Some(Logged {
            event: id.0,
            client: client.0,
            chunk: chunk.0,
            source: from.map(source),
        })
    });
    lines.collect()
}

/// Who does what `what` says, or to whom it is done.
fn who(what: &What) -> Option<EndpointId> {
    match what {
        What::Woke { endpoint } => Some(*endpoint),
        What::Sent { from, .. } => Some(*from),
        What::Outside { at, .. } => Some(*at),
        What::Delivered { to, .. } => Some(*to),
        What::Logged { client, .. } | What::Done { client } => Some(*client),
        What::Changed { change, .. } => change.peer(),
        What::Duplicated { .. }
        | What::Delayed { .. }
        | What::Corrupted { .. }
        | What::Dropped { .. }
        | What::LostByKernel { .. } => None,
    }
}

/// What the columns do not say of `what`, in words.
fn text(what: &What, trace: &Trace) -> Option<String> {
    match what {
        What::Duplicated { culprit, .. } => Some(format!("by {culprit}")),
        What::Delayed { hold, .. } => Some(format!("for {:?} by {}", hold.by, hold.culprit)),
        What::Corrupted { damage, .. } => {
            let now = describe(trace.recording.bytes(damage.payload));
            Some(format!("by {}: {now}", damage.culprit))
        }
        What::Changed { change, .. } => Some(change.text(&trace.roster)),
        What::Delivered { receipt, .. } => told(receipt),
        What::Woke { .. }
        | What::Sent { .. }
        | What::Outside { .. }
        | What::Dropped { .. }
        | What::LostByKernel { .. }
        | What::Logged { .. }
        | What::Done { .. } => None,
    }
}

/// What an endpoint made of a datagram, unless it simply acted on it.
fn told(receipt: &Receipt) -> Option<String> {
    let tail = (receipt.tail > 0).then(|| format!("{} bytes behind it ignored", receipt.tail));
    let ignored = receipt
        .ignored
        .map(|why| format!("ignored: {}", why.name()));
    let told: Vec<String> = tail.into_iter().chain(ignored).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

impl Changed {
    fn of(event: EventId, change: &Change) -> Self {
        let numbers = |some: &[EndpointId]| some.iter().map(|endpoint| endpoint.0).collect();
        let ids = |some: &mut dyn Iterator<Item = ChunkId>| some.map(|id| id.0).collect();
        let nowhere = Cut {
            from: [].into(),
            to: [].into(),
            both_ways: false,
        };
        let cut = match change {
            Change::Cut(cut) | Change::Heal(cut) => cut,
            _ => &nowhere,
        };
        Self {
            event: event.0,
            change: word(change),
            peers: change.peer().iter().map(|peer| peer.0).collect(),
            from: numbers(&cut.from),
            to: numbers(&cut.to),
            both_ways: cut.both_ways,
            chunks: match change {
                Change::Gain(_, chunks) => ids(&mut chunks.ids()),
                Change::Lose(_, chunks) => ids(&mut chunks.iter().copied()),
                _ => Vec::new(),
            },
        }
    }
}

/// The word for a sort of change.
const fn word(change: &Change) -> &'static str {
    match change {
        Change::Stop(_) => "stop",
        Change::Crash(_) => "crash",
        Change::Start(_) => "start",
        Change::Pause(..) => "pause",
        Change::Resume(_) => "resume",
        Change::Cut(_) => "cut",
        Change::Heal(_) => "heal",
        Change::HealAll => "heal-all",
        Change::Gain(..) => "gain",
        Change::Lose(..) => "lose",
    }
}
