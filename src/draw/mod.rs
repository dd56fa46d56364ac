//! Drawings, as text that other programs show: an overlay as DOT, Mermaid or SVG, a chart as SVG.
//!
//! A [`Picture`] says what is to be seen, `layout` where on a page it is, and each form how it is
//! written. Names are anybody's: each form escapes them.

mod chart;
mod colours;
mod diagram;
mod dot;
mod layout;
mod mermaid;
mod overlay;
mod svg;

pub use chart::{Chart, chart};
pub use diagram::{Pick, diagram};
pub use dot::dot;
#[cfg(feature = "watch")]
pub(crate) use layout::layout;
pub use mermaid::mermaid;
pub use overlay::svg;

use crate::roster::EndpointId;
use crate::scenario::{ClientSpec, Scenario};
use crate::shape::{Link, Shape};
use crate::wire::{ChunkId, write_ids};

/// The letters of a list of chunks that is shown whole.
const LONGEST_CHUNKS: usize = 14;

/// What a drawing of an overlay shows, as one client sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The name of the scenario.
    pub title: String,
    /// The name of the client.
    pub client: String,
    /// Its contact, by its place in `nodes`.
    pub contact: u32,
    /// How many hops a search makes.
    pub ttl: u16,
    /// The peers, in the order of the scenario.
    pub nodes: Vec<Node>,
    /// Pairs of peers that are linked.
    pub links: Vec<Link>,
}

/// A peer of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// The chunks that it holds, shortened; empty when it holds none.
    pub chunks: String,
    /// How many hops it is away from the contact, whatever the TTL; none without any way.
    pub hops: Option<u32>,
}

/// How a search finds a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// It reaches the peer on this hop.
    Reached(u32),
    /// The peer is farther away than the TTL.
    Beyond,
    /// No way leads there.
    Unreachable,
}

impl Picture {
    /// The overlay of `scenario` around the contact of `client`.
    #[must_use]
    pub fn of(scenario: &Scenario, client: &ClientSpec) -> Self {
        let shape = Shape::of(scenario);
        let name = |endpoint: EndpointId| scenario.roster.name(endpoint).to_owned();
        let peers = scenario.peers.iter().zip(shape.hops_from(client.contact.0));
        let nodes = peers.map(|(peer, hops)| Node {
            name: name(peer.endpoint),
            chunks: chunks(&peer.chunks.ids().collect::<Vec<_>>()),
            hops,
        });
        Self {
            title: scenario.name.clone(),
            client: name(client.endpoint),
            contact: client.contact.0,
            ttl: scenario.ttl.0,
            nodes: nodes.collect(),
            links: shape.links().to_vec(),
        }
    }

    fn standing(&self, node: &Node) -> Standing {
        match node.hops {
            Some(hops) if hops <= u32::from(self.ttl) => Standing::Reached(hops),
            Some(_) => Standing::Beyond,
            None => Standing::Unreachable,
        }
    }

    fn is_contact(&self, index: usize) -> bool {
        index == self.contact as usize
    }

    /// The farthest hop on which a search reaches anybody.
    fn last_hop(&self) -> u32 {
        let reached = self.nodes.iter().filter_map(|node| node.hops);
        let reached = reached.filter(|hops| *hops <= u32::from(self.ttl));
        reached.max().unwrap_or(0)
    }
}

/// `5-8`, or `40 chunks` where that would be long.
fn chunks(ids: &[ChunkId]) -> String {
    let mut text = String::new();
    write_ids(ids, &mut text).expect("a string takes all");
    match text.len() <= LONGEST_CHUNKS {
        true => text,
        false => format!("{} chunks", ids.len()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A picture of `peers` peers around the first one with these links, holding nothing.
    pub(crate) fn picture(peers: u32, ttl: u16, directed: Vec<(u32, u32)>) -> Picture {
        let shape = Shape::between(peers, directed);
        let nodes = shape.hops_from(0).into_iter().enumerate();
        Picture {
            title: "overlay".to_owned(),
            client: "viewer".to_owned(),
            contact: 0,
            ttl,
            nodes: nodes
                .map(|(index, hops)| Node {
                    name: format!("p{}", index + 1),
                    chunks: String::new(),
                    hops,
                })
                .collect(),
            links: shape.links().to_vec(),
        }
    }

    #[test]
    fn long_lists_of_chunks_are_counted() {
        let ids = |ids: &[u16]| chunks(&ids.iter().map(|id| ChunkId(*id)).collect::<Vec<_>>());
        assert_eq!(ids(&[]), "");
        assert_eq!(ids(&[5, 6, 7, 9]), "5-7,9");
        assert_eq!(ids(&[10, 20, 30, 40, 50]), "10,20,30,40,50");
        assert_eq!(ids(&[10, 20, 30, 40, 50, 60]), "6 chunks");
    }

    #[test]
    fn a_search_ends_at_its_ttl() {
        let picture = picture(4, 1, vec![(0, 1), (1, 2)]);
        let standings: Vec<Standing> = picture.nodes.iter().map(|n| picture.standing(n)).collect();
        assert_eq!(
            standings,
            [
                Standing::Reached(0),
                Standing::Reached(1),
                Standing::Beyond,
                Standing::Unreachable
            ]
        );
        assert_eq!(picture.last_hop(), 1);
    }
}
