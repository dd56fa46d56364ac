//! Counts that are read off the events: datagrams by type, what became of them, how far each
//! search went.

mod reader;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use super::acknowledge::{self, Acknowledged};
use super::books::Accounting;
use super::finding::Findings;
use super::meanings::Meanings;
use super::reached::Reached;
use crate::driver::Ran;
use crate::event::EventId;
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::wire::Type;

use reader::Reader;

/// What the events of a run add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Datagrams that endpoints of the run sent, by type; those without a type are not here.
    pub sent_by_type: BTreeMap<Type, u64>,
    /// Acknowledgements of the reliable flood.
    pub acks: u64,
    /// QUERYs that the reliable flood sent again; those sent first are in `sent_by_type`.
    pub resent: u64,
    /// HELLOs that each client sent; those that sent none are not here.
    pub hellos: BTreeMap<EndpointId, u64>,
    /// Where datagrams came from and what became of them.
    pub accounting: Accounting,
    /// How often a link damaged a datagram.
    pub corrupted: u64,
    /// How often a link held a datagram back.
    pub delayed: u64,
    /// Datagrams that endpoints did not act on, by the reason that they gave.
    pub ignored: BTreeMap<&'static str, u64>,
    /// Datagrams with bytes behind their message.
    pub tails: u64,
    /// Each HELLO that reached its contact, with what it set off.
    pub searches: Vec<Search>,
}

/// A search: a HELLO that reached its contact, and the QUERYs that it set off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The client, if it is one of the run.
    pub client: Option<EndpointId>,
    /// The event that delivered its HELLO.
    pub hello: EventId,
    /// The peers that had the HELLO or a QUERY of it, each with the first event that brought one.
    pub reached: Reached,
    /// QUERYs sent, those of the first hop first.
    pub queries_by_hop: Vec<u64>,
    /// CHUNKS_INFO sent.
    pub chunks_info: u64,
    /// QUERYs delivered to a peer that had the search already, copies that links made included.
    pub duplicates: u64,
    /// QUERYs of it that did not arrive as they were sent.
    pub lost: u64,
}

impl Search {
    /// QUERYs sent, over all hops.
    #[must_use]
    pub fn queries(&self) -> u64 {
        self.queries_by_hop.iter().sum()
    }
}

impl Census {
    /// Reads what happened in `ran`, a run of `scenario`.
    #[must_use]
    pub fn take(scenario: &Scenario, ran: &Ran) -> Self {
        let acknowledged = acknowledge::check(scenario, ran, &mut Findings::default());
        Self::read(
            ran,
            scenario,
            &acknowledged,
            &Meanings::read(&ran.recording),
        )
    }

    /// Reads what happened in `ran`, of which `acknowledged` belongs to the reliable flood alone.
    pub(super) fn read(
        ran: &Ran,
        scenario: &Scenario,
        acknowledged: &Acknowledged<'_>,
        meanings: &Meanings,
    ) -> Self {
        let mut census = Reader::new(&ran.recording, scenario, acknowledged, meanings).read();
        for search in &mut census.searches {
            search.reached.sort();
        }
        census.accounting.in_flight = ran.in_flight;
        (census.acks, census.resent) = acknowledged.counts();
        census
    }

    /// Peers that had a HELLO or QUERY in the run, contacts included.
    #[must_use]
    pub fn peers_reached(&self) -> usize {
        match self.searches.as_slice() {
            [only] => only.reached.len(),
            many => {
                let reached = many.iter().flat_map(|search| search.reached.iter());
                reached.map(|(peer, _)| peer).collect::<BTreeSet<_>>().len()
            }
        }
    }

    /// The searches of each client of the run, in the order in which they reached its contact.
    #[must_use]
    pub fn by_client(&self) -> BTreeMap<EndpointId, Vec<&Search>> {
        let mut by_client: BTreeMap<EndpointId, Vec<&Search>> = BTreeMap::new();
        for search in &self.searches {
            if let Some(client) = search.client {
                by_client.entry(client).or_default().push(search);
            }
        }
        by_client
    }

    /// QUERYs delivered to a peer that had that search already.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.searches.iter().map(|search| search.duplicates).sum()
    }

    /// QUERYs sent by hop, over all searches, those of the first hop first.
    #[must_use]
    pub fn queries_by_hop(&self) -> Vec<u64> {
        let mut sums = Vec::new();
        for search in &self.searches {
            let hops = search.queries_by_hop.len();
            sums.resize(sums.len().max(hops), 0);
            for (sum, queries) in sums.iter_mut().zip(&search.queries_by_hop) {
                *sum += queries;
            }
        }
        sums
    }

    /// How many datagrams of type `message_type` endpoints of the run sent.
    #[must_use]
    pub fn sent(&self, message_type: Type) -> u64 {
        self.sent_by_type.get(&message_type).copied().unwrap_or(0)
    }
}
