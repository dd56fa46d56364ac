//! What the protocol makes a peer send because of one datagram.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use super::Ground;
use crate::check::meanings::Searches;
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
    peer: EndpointId,
    own: SocketAddrV4,
    neighbours: Cow<'a, [SocketAddrV4]>,
    /// The search that it heard of first; most peers of most runs hear of one.
    first: Option<(u32, Heard)>,
    /// The others, by number.
    others: BTreeMap<u32, Heard>,
}

/// What a peer remembers of one search.
#[derive(Clone, Copy, Debug)]
struct Heard {
    /// When the first copy came.
    first: Time,
    /// The most TTL of any.
    most: u32,
}

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

/// `neighbours` without `own` and each once, as docs/protocol.md wants it ("Ours, for safety").
fn cleaned(own: SocketAddrV4, neighbours: &[SocketAddrV4]) -> Cow<'_, [SocketAddrV4]> {
    let mut pairs = (1..neighbours.len()).map(|n| (neighbours[n], &neighbours[..n]));
    let is_few = neighbours.len() <= FEW;
    if is_few && !neighbours.contains(&own) && !pairs.any(|(one, before)| before.contains(&one)) {
        return Cow::Borrowed(neighbours);
    }
    let mut listed = BTreeSet::from([own]);
    let once = neighbours.iter().filter(|n| listed.insert(**n));
    Cow::Owned(once.copied().collect())
}

impl<'a> Model<'a> {
    pub(super) fn new(scenario: &'a Scenario, spec: &'a PeerSpec) -> Self {
        let own = scenario.roster.address(spec.endpoint);
        Self {
            peer: spec.endpoint,
            own,
            neighbours: cleaned(own, &spec.neighbours),
            first: None,
            others: BTreeMap::new(),
        }
    }

    /// Forgets every search, as a peer does that crashes.
    pub(super) fn forget(&mut self) {
        self.first = None;
        self.others.clear();
    }

    /// Its neighbours but the one that a QUERY came from.
    pub(super) fn others_than(
        &self,
        came_from: SocketAddrV4,
    ) -> impl Iterator<Item = SocketAddrV4> + '_ {
        let others = self.neighbours.iter().copied();
        others.filter(move |neighbour| *neighbour != came_from)
    }

    /// What the peer has to send because `payload` came from `from` at `now`, with event `at`.
    pub(super) fn react(
        &mut self,
        (ground, searches): (Ground<'_>, &mut Searches),
        (at, now): (EventId, Time),
        from: SocketAddrV4,
        payload: &[u8],
    ) -> Reaction {
        let Ok(decoded) = Message::decode(payload) else {
            return Reaction::default();
        };
        match decoded.message {
            Message::Hello(ids) if !ids.is_empty() && self.may_answer(from) => {
                self.react_to_hello((ground, searches), (at, now), from, &ids)
            }
            Message::Query(query) => {
                let search = searches.number(query.client, &query.ids);
                match self.decide(ground.scenario, now, search, &query) {
                    Some(decision) => self.reaction_to_query(ground, at, from, query, decision),
                    None => Reaction::default(),
                }
            }
            Message::Get(ids) if self.may_answer(from) => {
                let held = self.held(ground, &ids, at).into_iter();
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
        (at, now): (EventId, Time),
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
        self.remember(
            searches.number(client, &query.ids),
            Heard { first: now, most },
        );
        let goes_on = ttl > Ttl(0);
        Reaction {
            answer: self.answer(ground, &query, at),
            queries: if goes_on {
                self.flood(None, &query)
            } else {
                Vec::new()
            },
            ..Reaction::default()
        }
    }

    /// What the peer has to do because of `query`, one of search number `search`, if it may act on it.
    pub(super) fn decide(
        &mut self,
        scenario: &Scenario,
        now: Time,
        search: u32,
        query: &Query,
    ) -> Option<Decision> {
        if query.ids.is_empty() || !self.may_answer(query.client) {
            return None;
        }
        let ttl = query.ttl.0.min(scenario.ttl.0.max(LARGEST_TTL));
        let (answers, forwards) = match scenario.duplicates {
            Duplicates::Literal => (true, true),
            policy => {
                let (is_first, has_more) = self.hear(now, search, ttl);
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
        at: EventId,
        from: SocketAddrV4,
        mut query: Query,
        decision: Decision,
    ) -> Reaction {
        let answer = match decision.answers {
            true => self.answer(ground, &query, at),
            false => None,
        };
        let mut queries = Vec::new();
        if let Some(ttl) = decision.forwards {
            query.ttl = ttl;
            queries = self.flood(Some(from), &query);
        }
        Reaction {
            answer,
            queries,
            ..Reaction::default()
        }
    }

    /// Remembers a copy: whether it is the first, and whether it has more TTL than all before it.
    fn hear(&mut self, now: Time, search: u32, ttl: u16) -> (bool, bool) {
        let ttl = u32::from(ttl);
        match self.heard(search) {
            Some(heard) if now < heard.first + REMEMBERED => {
                let has_more = ttl > heard.most;
                heard.most = ttl.max(heard.most);
                (false, has_more)
            }
            _ => {
                let (first, most) = (now, ttl);
                self.remember(search, Heard { first, most });
                (true, true)
            }
        }
    }

    fn heard(&mut self, search: u32) -> Option<&mut Heard> {
        match &mut self.first {
            Some((first, heard)) if *first == search => Some(heard),
            _ => self.others.get_mut(&search),
        }
    }

    fn remember(&mut self, search: u32, heard: Heard) {
        match &self.first {
            Some((first, _)) if *first != search => {
                self.others.insert(search, heard);
            }
            _ => self.first = Some((search, heard)),
        }
    }

    fn held(&self, ground: Ground<'_>, ids: &IdList, at: EventId) -> BTreeSet<ChunkId> {
        let holds = |id: &ChunkId| ground.holdings.chunk(self.peer, *id, at).is_some();
        ids.iter().filter(holds).collect()
    }

    fn answer(
        &self,
        ground: Ground<'_>,
        query: &Query,
        at: EventId,
    ) -> Option<(SocketAddrV4, BTreeSet<ChunkId>)> {
        let held = self.held(ground, &query.ids, at);
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
