//! Which lifelines a diagram has, and in what order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddrV4;

use super::Pick;
use crate::roster::{EndpointId, Role};
use crate::trace::Trace;

/// Whose lifeline it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    /// A peer, a client, or an address where nobody is.
    Of(EndpointId),
    /// All addresses that are not of the run have one together.
    Outside,
}

impl Lane {
    pub(super) fn at(trace: &Trace, address: SocketAddrV4) -> Self {
        trace.roster.at(address).map_or(Self::Outside, Self::Of)
    }

    pub(super) fn is_picked(self, pick: &Pick) -> bool {
        match self {
            _ if pick.endpoints.is_empty() => true,
            Self::Of(endpoint) => pick.endpoints.contains(&endpoint),
            Self::Outside => false,
        }
    }
}

/// The lifelines `wanted`, from left to right: peers by hop from the first client's contact, those
/// that no way leads to from the next client's, and the rest at the end; the clients of a contact to
/// its left, half of them to its right. What is equal stands in the order of the roster.
pub(super) fn order(trace: &Trace, wanted: &BTreeSet<Lane>) -> Vec<Lane> {
    let clients: Vec<(EndpointId, EndpointId)> = trace
        .roster
        .with_role(Role::Client)
        .zip(trace.clients.iter().map(|client| client.contact))
        .collect();
    let mut placed = Vec::new();
    for peer in by_hop(trace, clients.iter().map(|(_, contact)| *contact)) {
        let asking = clients.iter().filter(|(_, contact)| *contact == peer);
        let asking: Vec<Lane> = asking.map(|(client, _)| Lane::Of(*client)).collect();
        let (before, behind) = asking.split_at(asking.len().div_ceil(2));
        placed.extend(before);
        placed.push(Lane::Of(peer));
        placed.extend(behind);
    }
    // Whoever has not come yet: addresses where nobody is, and what is outside.
    let all: BTreeSet<Lane> = placed.iter().copied().collect();
    placed.retain(|lane| wanted.contains(lane));
    placed.extend(wanted.difference(&all).copied());
    placed
}

/// All peers, those first that a search from one of `contacts` reaches early.
fn by_hop(trace: &Trace, contacts: impl Iterator<Item = EndpointId>) -> Vec<EndpointId> {
    let peers: Vec<EndpointId> = trace.roster.with_role(Role::Peer).collect();
    let neighbours: BTreeMap<EndpointId, Vec<EndpointId>> = peers
        .iter()
        .zip(&trace.peers)
        .map(|(peer, began)| {
            let known = began.neighbours.iter();
            (*peer, known.filter_map(|n| trace.roster.at(*n)).collect())
        })
        .collect();
    let mut seen = BTreeSet::new();
    let mut order = Vec::new();
    for start in contacts.chain(peers.iter().copied()) {
        let mut reached = Vec::new();
        let mut waiting = VecDeque::from([(0_u32, start)]);
        while let Some((hop, peer)) = waiting.pop_front() {
            let Some(known) = neighbours.get(&peer) else {
                continue;
            };
            if seen.insert(peer) {
                reached.push((hop, peer));
                waiting.extend(known.iter().map(|next| (hop + 1, *next)));
            }
        }
        reached.sort_unstable();
        order.extend(reached.into_iter().map(|(_, peer)| peer));
    }
    order
}
