//! What the protocol makes a peer send because of one datagram.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use super::Ground;
use crate::check::meanings::Searches;
use crate::event::EventId;
use crate::roster::EndpointId;
use crate::rules::{Duplicates, Ttl};
use crate::scenario::Scenario;
use crate::time::Time;
use crate::wire::{ChunkId, IdList, Message, Query};

/// docs/protocol.md, "Duplicates": how long a search is remembered after its first copy.
const REMEMBERED: Duration = Duration::from_millis(2_500);
/// docs/protocol.md, "for safety": a larger TTL is lowered to this, or to the configured one.
const LARGEST_TTL: u16 = 8;

/// What a peer has to send because of one datagram; all of it once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reaction {
    /// The CHUNKS_INFO: to whom, naming exactly these.
    pub(super) answer: Option<(SocketAddrV4, BTreeSet<ChunkId>)>,
    /// The QUERYs: to each of these neighbours.
    pub(super) queries: Vec<(SocketAddrV4, Query)>,
    /// The RESPONSEs: each of these chunks, to whom.
    pub(super) responses: BTreeMap<ChunkId, SocketAddrV4>,
}

impl Reaction {
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether two QUERYs say the same: a contact may take repeated ids out of a client's list.
pub(super) fn same_query(a: &Query, b: &Query) -> bool {
    let ids = |query: &Query| IdList::distinct(query.ids.iter());
    a.client == b.client && a.ttl == b.ttl && (a.ids == b.ids || ids(a) == ids(b))
}

/// The peers as the protocol describes them, with what they have heard so far.
///
/// A flood asks for one peer after another in an order that no cache foresees, so what nearly every
/// question is about lies in as little memory as it can.
pub(super) struct Models<'a> {
    scenario: &'a Scenario,
    /// The neighbours of those peers whose lists had to be cleaned up.
    cleaned: BTreeMap<EndpointId, Vec<SocketAddrV4>>,
    /// Of each peer, the search that it heard of first; most peers of most runs hear of one.
    first: Vec<Heard>,
    /// Of each peer, the others, by number; nothing before any peer has one.
    others: Vec<BTreeMap<u32, Heard>>,
}

/// What a peer remembers of one search.
#[derive(Clone, Copy, Debug)]
struct Heard {
    /// Its number; [`NONE`] when it is none.
    search: u32,
    /// When the first copy came.
    first: Time,
    /// The most TTL of any.
    most: u32,
}

/// The number of no search: there are fewer than events.
const NONE: u32 = u32::MAX;
const NOTHING_HEARD: Heard = Heard {
    search: NONE,
    first: Time::ZERO,
    most: 0,
};

/// What a peer has to do because of a QUERY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    /// Whether it answers, if it holds anything.
    pub(super) answers: bool,
    /// The TTL with which it sends the QUERY on, if it does.
    pub(super) forwards: Option<Ttl>,
}

/// Neighbours so few that looking at each pair of them is quick.
const FEW: usize = 32;

/// `neighbours` without `own` and each once, as docs/protocol.md wants it ("Ours, for safety");
/// nothing when they are so already.
fn cleaned(own: SocketAddrV4, neighbours: &[SocketAddrV4]) -> Option<Vec<SocketAddrV4>> {
    let mut pairs = (1..neighbours.len()).map(|n| (neighbours[n], &neighbours[..n]));
    let is_few = neighbours.len() <= FEW;
    if is_few && !neighbours.contains(&own) && !pairs.any(|(one, before)| before.contains(&one)) {
        return None;
    }
    let mut listed = BTreeSet::from([own]);
    let once = neighbours.iter().filter(|n| listed.insert(**n));
    Some(once.copied().collect())
}

impl<'a> Models<'a> {
    /// The peers of `scenario`, who have heard nothing.
    pub(super) fn of(scenario: &'a Scenario) -> Self {
        let specs = scenario.peers.iter();
        let cleaned = specs.filter_map(|spec| {
            let own = scenario.roster.address(spec.endpoint);
            Some((spec.endpoint, cleaned(own, &spec.neighbours)?))
        });
        Self {
            scenario,
            cleaned: cleaned.collect(),
            first: vec![NOTHING_HEARD; scenario.peers.len()],
            others: Vec::new(),
        }
    }

    /// Makes `peer` forget every search, as one does that crashes.
    pub(super) fn forget(&mut self, peer: EndpointId) {
        if let Some(first) = self.first.get_mut(peer.index()) {
            *first = NOTHING_HEARD;
        }
        if let Some(others) = self.others.get_mut(peer.index()) {
            others.clear();
        }
    }

    /// The number of the search that `peer` heard of first, or that of no search.
    pub(super) fn first_search(&self, peer: EndpointId) -> u32 {
        let first = self.first.get(peer.index());
        first.map_or(NONE, |heard| heard.search)
    }

    /// Whether `peer` is one that has heard of no search yet.
    pub(super) fn is_new(&self, peer: EndpointId) -> bool {
        let first = self.first.get(peer.index());
        first.is_some_and(|heard| heard.search == NONE)
    }

    /// The neighbours of `peer`, cleaned up.
    pub(super) fn neighbours(&self, peer: EndpointId) -> &[SocketAddrV4] {
        match self.cleaned.get(&peer) {
            Some(list) => list,
            None => &self.scenario.peers[peer.index()].neighbours,
        }
    }

    /// The neighbours of `peer` but the one that a QUERY came from.
    pub(super) fn others_than(
        &self,
        peer: EndpointId,
        came_from: SocketAddrV4,
    ) -> impl Iterator<Item = SocketAddrV4> + '_ {
        let others = self.neighbours(peer).iter().copied();
        others.filter(move |neighbour| *neighbour != came_from)
    }

    /// What `peer` has to send because `payload` came from `from` at `now`, with event `at`.
    pub(super) fn react(
        &mut self,
        (ground, searches): (Ground<'_>, &mut Searches),
        (peer, at, now): (EndpointId, EventId, Time),
        from: SocketAddrV4,
        payload: &[u8],
    ) -> Reaction {
        let Ok(decoded) = Message::decode(payload) else {
            return Reaction::default();
        };
        match decoded.message {
            Message::Hello(ids) if !ids.is_empty() && self.may_answer(peer, from) => {
                self.react_to_hello((ground, searches), (peer, at, now), from, &ids)
            }
            Message::Query(query) => {
                let search = searches.number(query.client, &query.ids);
                match self.decide(peer, now, search, &query) {
                    Some(decision) => {
                        self.reaction_to_query(ground, (peer, at), from, query, decision)
                    }
                    None => Reaction::default(),
                }
            }
            Message::Get(ids) if self.may_answer(peer, from) => {
                let held = self.held(ground, (peer, at), &ids).into_iter();
                Reaction {
                    responses: held.map(|id| (id, from)).collect(),
                    ..Reaction::default()
                }
            }
            _ => Reaction::default(),
        }
    }

    fn react_to_hello(
        &mut self,
        (ground, searches): (Ground<'_>, &mut Searches),
        (peer, at, now): (EndpointId, EventId, Time),
        client: SocketAddrV4,
        ids: &IdList,
    ) -> Reaction {
        let ttl = ground.scenario.ttl;
        let query = Query {
            client,
            ttl,
            ids: IdList::distinct(ids.iter()),
        };
        // The contact counts as having had TTL + 1; every HELLO is a new search.
        let most = u32::from(ttl.0) + 1;
        let heard = Heard {
            search: searches.number(client, &query.ids),
            first: now,
            most,
        };
        self.remember(peer, heard);
        let goes_on = ttl > Ttl(0);
        Reaction {
            answer: self.answer(ground, (peer, at), &query),
            queries: if goes_on {
                self.flood(peer, None, &query)
            } else {
                Vec::new()
            },
            ..Reaction::default()
        }
    }

    /// What `peer` has to do because of `query`, one of search number `search`, if it may act on it.
    pub(super) fn decide(
        &mut self,
        peer: EndpointId,
        now: Time,
        search: u32,
        query: &Query,
    ) -> Option<Decision> {
        if query.ids.is_empty() || !self.may_answer(peer, query.client) {
            return None;
        }
        let ttl = query.ttl.0.min(self.scenario.ttl.0.max(LARGEST_TTL));
        let (answers, forwards) = match self.scenario.duplicates {
            Duplicates::Literal => (true, true),
            policy => {
                let (is_first, has_more) = self.hear(peer, now, search, ttl);
                let goes_on = is_first || (has_more && policy == Duplicates::Best);
                (is_first, goes_on)
            }
        };
        Some(Decision {
            answers,
            forwards: (forwards && ttl > 1).then(|| Ttl(ttl - 1)),
        })
    }

    /// All that a `decision` about `query` comes to.
    pub(super) fn reaction_to_query(
        &self,
        ground: Ground<'_>,
        (peer, at): (EndpointId, EventId),
        from: SocketAddrV4,
        mut query: Query,
        decision: Decision,
    ) -> Reaction {
        let answer = match decision.answers {
            true => self.answer(ground, (peer, at), &query),
            false => None,
        };
        let mut queries = Vec::new();
        if let Some(ttl) = decision.forwards {
            query.ttl = ttl;
            queries = self.flood(peer, Some(from), &query);
        }
        Reaction {
            answer,
            queries,
            ..Reaction::default()
        }
    }

    /// Remembers a copy: whether it is the first, and whether it has more TTL than all before it.
    fn hear(&mut self, peer: EndpointId, now: Time, search: u32, ttl: u16) -> (bool, bool) {
        let ttl = u32::from(ttl);
        match self.heard(peer, search) {
            Some(heard) if now < heard.first + REMEMBERED => {
                let has_more = ttl > heard.most;
                heard.most = ttl.max(heard.most);
                (false, has_more)
            }
            _ => {
                let (first, most) = (now, ttl);
                let heard = Heard {
                    search,
                    first,
                    most,
                };
                self.remember(peer, heard);
                (true, true)
            }
        }
    }

    fn heard(&mut self, peer: EndpointId, search: u32) -> Option<&mut Heard> {
        let first = &mut self.first[peer.index()];
        match first.search == search {
            true => Some(first),
            false => self.others.get_mut(peer.index())?.get_mut(&search),
        }
    }

    fn remember(&mut self, peer: EndpointId, heard: Heard) {
        let first = &mut self.first[peer.index()];
        if [NONE, heard.search].contains(&first.search) {
            *first = heard;
            return;
        }
        if self.others.is_empty() {
            let peers = self.scenario.peers.len();
            self.others.resize_with(peers, BTreeMap::new);
        }
        self.others[peer.index()].insert(heard.search, heard);
    }

    fn held(
        &self,
        ground: Ground<'_>,
        (peer, at): (EndpointId, EventId),
        ids: &IdList,
    ) -> BTreeSet<ChunkId> {
        let holds = |id: &ChunkId| ground.holdings.chunk(peer, *id, at).is_some();
        ids.iter().filter(holds).collect()
    }

    fn answer(
        &self,
        ground: Ground<'_>,
        (peer, at): (EndpointId, EventId),
        query: &Query,
    ) -> Option<(SocketAddrV4, BTreeSet<ChunkId>)> {
        let held = self.held(ground, (peer, at), &query.ids);
        (!held.is_empty()).then_some((query.client, held))
    }

    fn flood(
        &self,
        peer: EndpointId,
        came_from: Option<SocketAddrV4>,
        query: &Query,
    ) -> Vec<(SocketAddrV4, Query)> {
        let neighbours = self.neighbours(peer).iter();
        let others = neighbours.filter(|n| Some(**n) != came_from);
        others
            .map(|neighbour| (*neighbour, query.clone()))
            .collect()
    }

    /// docs/protocol.md, "What programs of other people do" and "Abuse".
    fn may_answer(&self, peer: EndpointId, client: SocketAddrV4) -> bool {
        let own = self.scenario.roster.address(peer);
        let [first, ..] = client.ip().octets();
        let possible = client.port() != 0 && first != 0 && first < 224;
        let scope = |ip: &Ipv4Addr| (ip.is_loopback(), ip.is_private() || ip.is_link_local());
        let own_is_public = scope(own.ip()) == (false, false);
        possible && (own_is_public || scope(own.ip()) == scope(client.ip()))
    }
}
