//! What the protocol makes a peer send because of one datagram.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use crate::check::holdings::Holdings;
use crate::event::EventId;
use crate::roster::EndpointId;
use crate::rules::{Duplicates, Ttl};
use crate::scenario::{PeerSpec, Scenario};
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

/// A peer as the protocol describes it, with what it has heard so far.
pub(super) struct Model<'a> {
    scenario: &'a Scenario,
    holdings: &'a Holdings<'a>,
    peer: EndpointId,
    own: SocketAddrV4,
    neighbours: Vec<SocketAddrV4>,
    /// By client and list: when the first copy came, and the most TTL of any.
    heard: BTreeMap<(SocketAddrV4, Vec<ChunkId>), (Time, u32)>,
}

impl<'a> Model<'a> {
    pub(super) fn new(scenario: &'a Scenario, holdings: &'a Holdings<'a>, spec: &PeerSpec) -> Self {
        let own = scenario.roster.address(spec.endpoint);
        let mut neighbours = Vec::new();
        let mut listed = BTreeSet::from([own]);
        for neighbour in &spec.neighbours {
            if listed.insert(*neighbour) {
                neighbours.push(*neighbour);
            }
        }
        Self {
            scenario,
            holdings,
            peer: spec.endpoint,
            own,
            neighbours,
            heard: BTreeMap::new(),
        }
    }

    /// Forgets every search, as a peer does that crashes.
    pub(super) fn forget(&mut self) {
        self.heard.clear();
    }

    /// What the peer has to send because `payload` came from `from` at `now`, with event `at`.
    pub(super) fn react(
        &mut self,
        (at, now): (EventId, Time),
        from: SocketAddrV4,
        payload: &[u8],
    ) -> Reaction {
        let Ok(decoded) = Message::decode(payload) else {
            return Reaction::default();
        };
        match decoded.message {
            Message::Hello(ids) if !ids.is_empty() && self.may_answer(from) => {
                self.react_to_hello((at, now), from, &ids)
            }
            Message::Query(query) if !query.ids.is_empty() && self.may_answer(query.client) => {
                self.react_to_query((at, now), from, query)
            }
            Message::Get(ids) if self.may_answer(from) => {
                let held = self.held(&ids, at).into_iter();
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
        (at, now): (EventId, Time),
        client: SocketAddrV4,
        ids: &IdList,
    ) -> Reaction {
        let ttl = self.scenario.ttl;
        let query = Query {
            client,
            ttl,
            ids: IdList::distinct(ids.iter()),
        };
        // The contact counts as having had TTL + 1; every HELLO is a new search.
        let key = (client, query.ids.as_slice().to_vec());
        self.heard.insert(key, (now, u32::from(ttl.0) + 1));
        let goes_on = ttl > Ttl(0);
        Reaction {
            answer: self.answer(&query, at),
            queries: if goes_on {
                self.flood(None, &query)
            } else {
                Vec::new()
            },
            ..Reaction::default()
        }
    }

    fn react_to_query(
        &mut self,
        (at, now): (EventId, Time),
        from: SocketAddrV4,
        mut query: Query,
    ) -> Reaction {
        query.ttl.0 = query.ttl.0.min(self.scenario.ttl.0.max(LARGEST_TTL));
        let (is_first, has_more) = self.hear(now, &query);
        let (answers, forwards) = match self.scenario.duplicates {
            Duplicates::Literal => (true, true),
            Duplicates::First => (is_first, is_first),
            Duplicates::Best => (is_first, is_first || has_more),
        };
        let answer = match answers {
            true => self.answer(&query, at),
            false => None,
        };
        let mut queries = Vec::new();
        if forwards && query.ttl.0 > 1 {
            query.ttl.0 -= 1;
            queries = self.flood(Some(from), &query);
        }
        Reaction {
            answer,
            queries,
            ..Reaction::default()
        }
    }

    /// Remembers a copy: whether it is the first, and whether it has more TTL than all before it.
    fn hear(&mut self, now: Time, query: &Query) -> (bool, bool) {
        if self.scenario.duplicates == Duplicates::Literal {
            return (true, true);
        }
        let ttl = u32::from(query.ttl.0);
        let key = (query.client, query.ids.as_slice().to_vec());
        match self.heard.get_mut(&key) {
            Some((first, most)) if now < *first + REMEMBERED => {
                let has_more = ttl > *most;
                *most = ttl.max(*most);
                (false, has_more)
            }
            _ => {
                self.heard.insert(key, (now, ttl));
                (true, true)
            }
        }
    }

    fn held(&self, ids: &IdList, at: EventId) -> BTreeSet<ChunkId> {
        let holds = |id: &ChunkId| self.holdings.chunk(self.peer, *id, at).is_some();
        ids.iter().filter(holds).collect()
    }

    fn answer(&self, query: &Query, at: EventId) -> Option<(SocketAddrV4, BTreeSet<ChunkId>)> {
        let held = self.held(&query.ids, at);
        (!held.is_empty()).then_some((query.client, held))
    }

    fn flood(&self, came_from: Option<SocketAddrV4>, query: &Query) -> Vec<(SocketAddrV4, Query)> {
        let others = self.neighbours.iter().filter(|n| Some(**n) != came_from);
        others
            .map(|neighbour| (*neighbour, query.clone()))
            .collect()
    }

    /// docs/protocol.md, "What programs of other people do" and "Abuse".
    fn may_answer(&self, client: SocketAddrV4) -> bool {
        let [first, ..] = client.ip().octets();
        let possible = client.port() != 0 && first != 0 && first < 224;
        let scope = |ip: &Ipv4Addr| (ip.is_loopback(), ip.is_private() || ip.is_link_local());
        let own_is_public = scope(self.own.ip()) == (false, false);
        possible && (own_is_public || scope(self.own.ip()) == scope(client.ip()))
    }
}
