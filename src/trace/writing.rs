//! Writes a trace into its file, a line an event.

use std::borrow::Cow;
use std::io::{self, Write};
use std::net::SocketAddrV4;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use super::line::{self, Frame, Hex};
use super::{Client, End, Finding, Peer, Trace};
use crate::event::{Culprit, DropReason, EventId, What, describe};
use crate::faults::{Change, Cut};
use crate::roster::{EndpointId, Role, Roster};
use crate::time::Time;
use crate::wire::ChunkId;

/// How many bytes are gathered before they are written.
const BLOCK: usize = 64 * 1024;

/// Writes `trace` into `out`, whole: the same trace gives the same bytes everywhere.
pub fn write(trace: &Trace, out: &mut dyn Write) -> io::Result<()> {
    let names = Names(&trace.roster);
    let mut lines = Lines {
        gathered: Vec::with_capacity(2 * BLOCK),
        out,
    };
    header(trace, names, &mut lines)?;
    let mut describer = Describer::default();
    for (id, event) in trace.recording.iter() {
        lines.put(&line::Event {
            kind: kind(&event.what),
            event: id.0,
            time_ns: event.time.as_nanos(),
            cause: event.cause.map(|cause| cause.0),
            what: what(&event.what, names, &mut describer),
        })?;
    }
    for finding in &trace.findings {
        lines.put(&Frame::Finding(names.finding(finding)))?;
    }
    if let Some(ended) = &trace.end {
        lines.put(&Frame::End(end(ended)))?;
    }
    lines.out.write_all(&lines.gathered)?;
    lines.out.flush()
}

/// Lines on their way into a file.
struct Lines<'a> {
    gathered: Vec<u8>,
    out: &'a mut dyn Write,
}

impl Lines<'_> {
    fn put(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.gathered, line)?;
        self.gathered.push(b'\n');
        if self.gathered.len() >= BLOCK {
            self.out.write_all(&self.gathered)?;
            self.gathered.clear();
        }
        Ok(())
    }
}

fn header(trace: &Trace, names: Names<'_>, lines: &mut Lines<'_>) -> io::Result<()> {
    let about = &trace.about;
    lines.put(&Frame::Trace(line::Head {
        version: line::VERSION,
        scenario: Cow::Borrowed(&about.scenario),
        description: Cow::Borrowed(&about.description),
        seed: about.seed,
        mode: Cow::Borrowed(&about.mode),
        ttl: about.ttl,
        duplicates: Cow::Borrowed(&about.duplicates),
        reliable: about.reliable,
    }))?;
    let roster = &trace.roster;
    for (endpoint, peer) in roster.with_role(Role::Peer).zip(&trace.peers) {
        lines.put(&Frame::Peer(names.peer(endpoint, peer)))?;
    }
    for (endpoint, client) in roster.with_role(Role::Client).zip(&trace.clients) {
        lines.put(&Frame::Client(names.client(endpoint, client)))?;
    }
    for endpoint in roster.with_role(Role::Nobody) {
        let address = names.address(endpoint);
        lines.put(&Frame::Nobody(line::Nobody { address }))?;
    }
    Ok(())
}

fn end(end: &End) -> line::End<'_> {
    let checks = end.checks.iter().map(|(name, verdict)| line::Check {
        name: Cow::Borrowed(name),
        verdict: Cow::Borrowed(verdict),
    });
    line::End {
        ended: Cow::Borrowed(&end.ended),
        clock_ns: end.clock.as_nanos(),
        in_flight: end.in_flight,
        verdict: Cow::Borrowed(&end.verdict),
        checks: checks.collect(),
    }
}

/// Who takes part, by names.
#[derive(Clone, Copy)]
struct Names<'a>(&'a Roster);

impl<'a> Names<'a> {
    fn of(self, endpoint: EndpointId) -> Cow<'a, str> {
        Cow::Borrowed(self.0.name(endpoint))
    }

    /// Who is at `address`, or else the address.
    fn at(self, address: SocketAddrV4) -> Cow<'a, str> {
        match self.0.at(address) {
            Some(endpoint) => self.of(endpoint),
            None => Cow::Owned(address.to_string()),
        }
    }

    fn all(self, endpoints: &[EndpointId]) -> Vec<Cow<'a, str>> {
        endpoints
            .iter()
            .map(|endpoint| self.of(*endpoint))
            .collect()
    }

    fn address(self, endpoint: EndpointId) -> Cow<'a, str> {
        Cow::Owned(self.0.address(endpoint).to_string())
    }

    fn peer(self, endpoint: EndpointId, peer: &Peer) -> line::Peer<'a> {
        let neighbours = peer.neighbours.iter().map(|address| self.at(*address));
        line::Peer {
            name: self.of(endpoint),
            address: self.address(endpoint),
            neighbours: neighbours.collect(),
            chunks: numbers(peer.chunks.iter().copied()),
        }
    }

    fn client(self, endpoint: EndpointId, client: &Client) -> line::Client<'a> {
        line::Client {
            name: self.of(endpoint),
            address: self.address(endpoint),
            contact: self.of(client.contact),
            chunks: numbers(client.chunks.iter().copied()),
        }
    }

    fn finding<'f>(self, finding: &'f Finding) -> line::Finding<'f>
    where
        'a: 'f,
    {
        line::Finding {
            check: Cow::Borrowed(&finding.check),
            who: finding.who.map(|who| self.of(who)),
            chunk: finding.chunk.map(|chunk| chunk.0),
            entry: finding.entry.as_deref().map(Cow::Borrowed),
            expected: Cow::Borrowed(&finding.expected),
            got: Cow::Borrowed(&finding.got),
            event: finding.event.map(|event| event.0),
            more: finding.more,
        }
    }
}

fn numbers(chunks: impl Iterator<Item = ChunkId>) -> Vec<u16> {
    chunks.map(|chunk| chunk.0).collect()
}

/// Says what datagrams are. A flood sends the same bytes to many neighbours, so the last text is
/// kept.
#[derive(Default)]
struct Describer {
    bytes: Bytes,
    text: String,
}

impl Describer {
    fn text(&mut self, payload: &Bytes) -> Cow<'_, str> {
        if self.text.is_empty() || self.bytes != *payload {
            self.text = describe(payload);
            self.bytes = payload.clone();
        }
        Cow::Borrowed(&self.text)
    }
}

/// What the line of such an event is called.
const fn kind(what: &What) -> &'static str {
    match what {
        What::Woke { .. } => "woke",
        What::Sent { .. } => "sent",
        What::Duplicated { .. } => "duplicated",
        What::Delayed { .. } => "delayed",
        What::Corrupted { .. } => "corrupted",
        What::Changed { .. } => "changed",
        What::Outside { .. } => "outside",
        What::Delivered { .. } => "delivered",
        What::Dropped { .. } => "dropped",
        What::LostByKernel { .. } => "lost-by-kernel",
        What::Logged { .. } => "logged",
        What::Done { .. } => "done",
    }
}

/// What the line of an event has beside its number, its time and its cause.
fn what<'a>(what: &'a What, names: Names<'a>, describer: &'a mut Describer) -> line::What<'a> {
    match what {
        What::Woke { endpoint } => line::What::Woke(line::Woke {
            who: names.of(*endpoint),
        }),
        What::Sent { from, to, payload } => line::What::Sent(line::Sent {
            from: names.of(*from),
            to: names.at(*to),
            message: describer.text(payload),
            bytes: Hex(Cow::Borrowed(payload)),
        }),
        What::Outside { at, from, payload } => line::What::Sent(line::Sent {
            from: names.at(*from),
            to: names.of(*at),
            message: describer.text(payload),
            bytes: Hex(Cow::Borrowed(payload)),
        }),
        What::Duplicated { original, culprit } => line::What::Duplicated(line::Duplicated {
            datagram: original.0,
            fault: fault(*culprit),
        }),
        What::Delayed {
            datagram,
            by,
            culprit,
        } => line::What::Delayed(line::Delayed {
            datagram: datagram.0,
            by_ns: nanos(*by),
            fault: fault(*culprit),
        }),
        What::Corrupted {
            datagram,
            payload,
            culprit,
        } => line::What::Corrupted(line::Corrupted {
            datagram: datagram.0,
            fault: fault(*culprit),
            message: describer.text(payload),
            bytes: Hex(Cow::Borrowed(payload)),
        }),
        What::Changed { place, change } => line::What::Changed(changed(*place, change, names)),
        What::Delivered {
            datagram,
            to,
            receipt,
        } => line::What::Delivered(line::Delivered {
            datagram: datagram.0,
            to: names.of(*to),
            tail: receipt.tail,
            ignored: receipt.ignored.map(|reason| Cow::Borrowed(reason.name())),
        }),
        What::Dropped { datagram, reason } => line::What::Dropped(line::Dropped {
            datagram: datagram.0,
            reason: Cow::Borrowed(reason.name()),
            fault: match reason {
                DropReason::Fault(number) => fault(Culprit::Fault(*number)),
                _ => None,
            },
        }),
        What::LostByKernel {
            datagram: EventId(datagram),
        } => line::What::LostByKernel(line::LostByKernel {
            datagram: *datagram,
        }),
        What::Logged { client, id, source } => line::What::Logged(line::Logged {
            client: names.of(*client),
            chunk: id.0,
            source: source.map(|source| names.at(source)),
        }),
        What::Done { client } => line::What::Done(line::Done {
            client: names.of(*client),
        }),
    }
}

/// The number of the fault, as people count; none for chance.
fn fault(culprit: Culprit) -> Option<u64> {
    match culprit {
        Culprit::Chance => None,
        Culprit::Fault(number) => Some(u64::from(number) + 1),
    }
}

fn nanos(time: Duration) -> u64 {
    Time::from_start(time).as_nanos()
}

fn changed<'a>(place: u32, change: &'a Change, names: Names<'a>) -> line::Changed<'a> {
    let mut line = line::Changed {
        place,
        change: Cow::Borrowed(line::change_word(change)),
        peer: change.peer().map(|peer| names.of(peer)),
        ..line::Changed::default()
    };
    match change {
        Change::Pause(_, time) => line.for_ns = Some(nanos(*time)),
        Change::Cut(cut) | Change::Heal(cut) => {
            let Cut {
                from,
                to,
                both_ways,
            } = cut;
            line.from_any = names.all(from);
            line.to_any = names.all(to);
            line.both_ways = *both_ways;
        }
        Change::Gain(_, gained) => {
            let held = gained.ids().filter_map(|id| gained.chunk(id));
            line.bytes = held
                .map(|chunk| Hex(Cow::Borrowed(chunk.as_bytes())))
                .collect();
            line.chunks = numbers(gained.ids());
        }
        Change::Lose(_, lost) => line.chunks = numbers(lost.iter().copied()),
        Change::Stop(_)
        | Change::Crash(_)
        | Change::Start(_)
        | Change::Resume(_)
        | Change::HealAll => {}
    }
    line
}
