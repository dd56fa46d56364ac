//! What each client of a scenario can find.

use serde::Serialize;

use crate::oracle::{ClientPrediction, Count, Sources};
use crate::roster::{EndpointId, Roster};
use crate::scenario::ClientSpec;

/// What a client can find.
#[derive(Clone, Debug, Serialize)]
pub struct ClientOutlook {
    /// Its name.
    pub name: String,
    /// The name of its contact.
    pub contact: String,
    /// Peers that its searches reach, the contact included.
    pub peers_reached: u64,
    /// Whether each of them must be reached.
    pub is_certain: bool,
    /// The peers that are reached, hop by hop from 0.
    pub hops: Vec<HopOutlook>,
    /// Each wanted chunk.
    pub chunks: Vec<ChunkOutlook>,
}

/// The peers that are so far away from a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HopOutlook {
    /// How many hops from the contact.
    pub hop: u32,
    /// How many peers.
    pub peers: u64,
    /// The QUERYs that one HELLO causes on the way to this hop, where they are certain.
    pub queries: Option<Count>,
}

/// Where a chunk can come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChunkOutlook {
    /// The chunk.
    pub id: u16,
    /// Whether it is found.
    pub found: Found,
    /// The peers that it may come from.
    pub sources: Vec<String>,
}

/// Whether a chunk is found: `must`, `may` or `cannot`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// In every run.
    Must,
    /// In some runs.
    May,
    /// In none.
    Cannot,
}

impl ClientOutlook {
    pub(super) fn of(roster: &Roster, spec: &ClientSpec, predicted: &ClientPrediction) -> Self {
        let mut hops: Vec<HopOutlook> = Vec::new();
        for (_, distance) in predicted.reach.iter() {
            while hops.len() <= distance as usize {
                let hop = u32::try_from(hops.len()).unwrap_or(u32::MAX);
                let before = hop.checked_sub(1).map(|index| index as usize);
                let by_hop = predicted.queries_by_hop.as_ref();
                let queries = before
                    .and_then(|index| by_hop?.get(index))
                    .map(|queries| Count::exact(*queries));
                hops.push(HopOutlook {
                    hop,
                    peers: 0,
                    queries,
                });
            }
            hops[distance as usize].peers += 1;
        }
        let chunk = |id| {
            let nowhere = Sources::default();
            let sources = predicted.sources.get(id).unwrap_or(&nowhere);
            ChunkOutlook {
                id: id.0,
                found: Found::of(sources),
                sources: names(roster, &sources.holders),
            }
        };
        Self {
            name: roster.name(spec.endpoint).to_owned(),
            contact: roster.name(spec.contact).to_owned(),
            peers_reached: predicted.reach.len() as u64,
            is_certain: predicted.reach.is_certain(),
            hops,
            chunks: spec.chunks.iter().map(chunk).collect(),
        }
    }
}

impl Found {
    fn of(sources: &Sources) -> Self {
        match (sources.holders.is_empty(), sources.may_be_missing()) {
            (true, _) => Self::Cannot,
            (false, true) => Self::May,
            (false, false) => Self::Must,
        }
    }
}

pub(super) fn names(roster: &Roster, peers: &[EndpointId]) -> Vec<String> {
    let names = peers.iter().map(|peer| roster.name(*peer).to_owned());
    names.collect()
}
