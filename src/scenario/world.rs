//! The peers, clients and links that tables about faults are held against: they are resolved by
//! then.

use std::time::Duration;

use toml::Spanned;

use super::fault_leaves::Name;
use super::names::Names;
use super::problem::{Problems, Span};
use super::words::{listed, quoted};
use super::{ClientSpec, PeerSpec};
use crate::roster::{EndpointId, Role, Roster};
use crate::rules::Ttl;

/// How many neighbours a message lists.
const LISTED: usize = 6;

/// What is known of a scenario once its peers and clients are resolved.
pub(super) struct World<'a> {
    pub(super) seed: u64,
    pub(super) ttl: Ttl,
    /// How long a QUERY is sent again at most on one link.
    pub(super) resends: Duration,
    pub(super) names: &'a Names,
    pub(super) roster: &'a Roster,
    pub(super) peers: &'a [PeerSpec],
    /// Those without problems.
    pub(super) clients: &'a [ClientSpec],
    /// Whether these are all clients.
    pub(super) has_all_clients: bool,
    /// Whether all peers were read without problems, so that what they do not have is really not
    /// there.
    pub(super) knows_peers: bool,
}

impl World<'_> {
    /// The peer that `name` names; notes when there is none.
    pub(super) fn peer(&self, name: &Name, problems: &mut Problems) -> Option<EndpointId> {
        self.names.peer(name, problems).map(endpoint_id)
    }

    /// The peer or client that `name` names; notes when there is none.
    pub(super) fn endpoint(&self, name: &Name, problems: &mut Problems) -> Option<EndpointId> {
        self.names.endpoint(name, problems).map(endpoint_id)
    }

    pub(super) fn is_client(&self, endpoint: EndpointId) -> bool {
        self.roster.role(endpoint) == Role::Client
    }

    /// The name of `endpoint`, as messages show it.
    pub(super) fn shown(&self, endpoint: EndpointId) -> String {
        quoted(self.roster.name(endpoint))
    }

    /// The contact of `client`, if its table is right.
    pub(super) fn contact(&self, client: EndpointId) -> Option<EndpointId> {
        let found = self.clients.binary_search_by_key(&client, |c| c.endpoint);
        found.ok().map(|index| self.clients[index].contact)
    }

    /// Whether `to` is a neighbour of `from`, both being peers.
    pub(super) fn is_neighbour(&self, from: EndpointId, to: EndpointId) -> bool {
        let address = self.roster.address(to);
        from != to && self.peers[from.index()].neighbours.contains(&address)
    }

    /// The neighbours of `peer` that are peers of the run, not itself.
    pub(super) fn peer_neighbours(&self, peer: EndpointId) -> Vec<EndpointId> {
        let neighbours = self.peers[peer.index()].neighbours.iter();
        let endpoints = neighbours.filter_map(|address| self.roster.at(*address));
        endpoints.filter(|other| *other != peer).collect()
    }

    /// Whether datagrams may go from `from` to `to`.
    pub(super) fn is_link(&self, from: EndpointId, to: EndpointId) -> bool {
        match (self.is_client(from), self.is_client(to)) {
            (false, false) => self.is_neighbour(from, to),
            (one, other) => one != other,
        }
    }

    /// The links between two ends, of which `one_way` means only that from the first to the second;
    /// notes when there is none. `span` is where both ends are written.
    pub(super) fn links_between(
        &self,
        ends: &[Name; 2],
        span: Span,
        one_way: bool,
        problems: &mut Problems,
    ) -> Vec<(EndpointId, EndpointId)> {
        let [one, other] = ends.each_ref().map(|end| self.endpoint(end, problems));
        let (Some(one), Some(other)) = (one, other) else {
            return Vec::new();
        };
        let mut links = vec![(one, other)];
        if !one_way {
            links.push((other, one));
        }
        links.retain(|(from, to)| self.is_link(*from, *to));
        if links.is_empty() {
            self.note_no_link(one, other, span, one_way, problems);
        }
        links
    }

    /// Notes that no link leads from `one` to `other`, nor back unless that is not asked for.
    fn note_no_link(
        &self,
        one: EndpointId,
        other: EndpointId,
        span: Span,
        one_way: bool,
        problems: &mut Problems,
    ) {
        let (first, second) = (self.shown(one), self.shown(other));
        if one == other {
            let title = format!("{first} has no link to itself");
            let problem = problems.add(span, title, "both ends are the same");
            problem.help("name two that are linked");
            return;
        }
        if self.is_client(one) && self.is_client(other) {
            let title = format!("{first} and {second} are both clients");
            let problem = problems.add(span, title, "no datagram goes from client to client");
            problem.help("name a client and a peer, or two peers");
            return;
        }
        if !self.knows_peers {
            return;
        }
        if one_way {
            let title = format!("{second} is no neighbour of {first}");
            let back = self.is_link(other, one);
            let problem = problems.add(span, title, "there is no such link");
            match back {
                true => problem.help(format!(
                    "the link leads the other way, from {second} to {first}"
                )),
                false => problem.help(self.neighbours_of(one)),
            };
            return;
        }
        let title = format!("{first} and {second} are not neighbours");
        let problem = problems.add(span, title, "there is no link between them");
        problem.help(self.neighbours_of(one));
    }

    /// A sentence that tells the neighbours of `peer`.
    pub(super) fn neighbours_of(&self, peer: EndpointId) -> String {
        let shown = self.shown(peer);
        let mut names: Vec<String> = Vec::new();
        for address in self.peers[peer.index()].neighbours.iter() {
            let name = self.roster.name_of(*address);
            if *address != self.roster.address(peer) && !names.contains(&name) {
                names.push(name);
            }
            if names.len() > LISTED {
                let count = self.peers[peer.index()].neighbours.len();
                return format!("{shown} has {count} neighbours");
            }
        }
        let list = listed(names.iter().map(String::as_str), "and");
        match names.len() {
            0 => format!("{shown} has no neighbours"),
            1 => format!("the only neighbour of {shown} is {list}"),
            _ => format!("the neighbours of {shown} are {list}"),
        }
    }

    /// The peers that are some client's contact, in rising order.
    pub(super) fn contacts(&self) -> Vec<EndpointId> {
        let mut contacts: Vec<_> = self.clients.iter().map(|client| client.contact).collect();
        contacts.sort_unstable();
        contacts.dedup();
        contacts
    }
}

/// The place of both ends of a pair that is written in two strings.
pub(super) fn span_of(ends: &[Name; 2]) -> Span {
    let [first, second] = ends.each_ref().map(Spanned::span);
    first.start.min(second.start)..first.end.max(second.end)
}

pub(super) fn endpoint_id(index: usize) -> EndpointId {
    EndpointId(u32::try_from(index).expect("a scenario has fewer than 2^32 endpoints"))
}
