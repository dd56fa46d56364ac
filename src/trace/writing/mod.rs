//! Writes a trace into its file, a line an event.

mod events;
mod hot;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::{self, Write};
use std::net::SocketAddrV4;

use serde::Serialize;

use super::line::{self, Frame};
use super::{Client, End, Finding, Peer, Trace};
use crate::behind::{self, Behind};
use crate::roster::{EndpointId, Role, Roster};
use crate::wire::ChunkId;
use hot::Hot;

/// Writes `trace` into `out`, whole: the same trace gives the same bytes everywhere.
pub fn write(trace: &Trace, out: &mut (dyn Write + Send)) -> io::Result<()> {
    behind::write(out, |behind| put_all(trace, Lines(behind)))
}

fn put_all(trace: &Trace, mut lines: Lines<'_>) -> io::Result<()> {
    let names = Names(&trace.roster);
    header(trace, names, &mut lines)?;
    let recording = &trace.recording;
    let mut hot = Hot::new(&trace.roster, recording)?;
    for (id, event) in recording.iter() {
        if hot.put(&mut lines.0.gathered, id, event)? {
            lines.0.hand_on()?;
        } else {
            lines.put(&events::line(id, event, names, recording))?;
        }
    }
    for finding in &trace.findings {
        lines.put(&Frame::Finding(names.finding(finding)))?;
    }
    if let Some(ended) = &trace.end {
        lines.put(&Frame::End(end(ended)))?;
    }
    Ok(())
}

/// Lines on their way into a file.
struct Lines<'a>(&'a mut Behind);

impl Lines<'_> {
    fn put(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.0.gathered, line)?;
        self.0.gathered.push(b'\n');
        self.0.hand_on()
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
