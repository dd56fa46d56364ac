//! A whole scenario: what each client must find, and how many datagrams its searches take.
//!
//! A client asks for its chunks in lists of at most 500 ids. Each list is a search of its own with
//! its own repeats, which name only ids that have no known holder yet (docs/protocol.md, "Time,
//! repeats and loss"). Two clients never share a search.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::flood::{Flood, Rules};
use super::overlay::Overlay;
use super::reach::{Hears, Reach};
use super::search::{Holders, Searches};
use super::{Count, Order, faulty};
use crate::roster::EndpointId;
use crate::rules::{Duplicates, MEMORY, Ttl};
use crate::scenario::{ClientSpec, Scenario};
use crate::wire::ChunkId;

/// What must come out of a scenario, whatever its links draw and whatever is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// What each client must find, in the scenario's order.
    pub clients: Vec<ClientPrediction>,
    /// HELLOs that all clients send.
    pub hello: Count,
    /// QUERYs that all peers send.
    pub query: Count,
    /// CHUNKS_INFOs that all peers send.
    pub chunks_info: Count,
}

/// What must come out for one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientPrediction {
    /// Which client.
    pub client: EndpointId,
    /// The peers that must hear its searches, those that may, and no others.
    pub reach: Reach,
    /// Where each of the chunks that it wants may come from.
    pub sources: BTreeMap<ChunkId, Sources>,
    /// HELLOs that it sends: one for each list of at most 500 ids, and their repeats.
    pub hello: Count,
    /// QUERYs that all its HELLOs cause.
    pub query: Count,
    /// CHUNKS_INFOs that all its HELLOs cause.
    pub chunks_info: Count,
    /// QUERYs that each single HELLO of it causes on hop 1, 2, …, without zeros at the end; `None`
    /// where only bounds are known, or they can't be counted.
    pub queries_by_hop: Option<Vec<u128>>,
    /// The most datagrams that one of its HELLOs may cause: QUERYs and CHUNKS_INFOs.
    pub largest_flood: u128,
    /// Why some of this is not exact.
    pub loose: BTreeSet<Loose>,
}

/// Where a chunk may come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Its holders that the client may find and be served by, in the order of the roster. Without
    /// any it must be missing.
    pub holders: Vec<EndpointId>,
    /// Whether it may be missing although there are holders: the search may lose them all, they
    /// answer when the client no longer waits, or faults keep them from it.
    pub may_be_missing: bool,
}

impl Sources {
    /// Whether the client may log that it came from `peer`.
    #[must_use]
    pub fn may_come_from(&self, peer: EndpointId) -> bool {
        self.holders.contains(&peer)
    }

    /// Whether the client may log it as missing.
    #[must_use]
    pub const fn may_be_missing(&self) -> bool {
        self.holders.is_empty() || self.may_be_missing
    }
}

/// Why a prediction has bounds where it might have exact numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loose {
    /// Which copy of a search comes first is the machine's, and the policy makes much of it.
    AnyOrder,
    /// Peers may forget a search while copies of it are still on their way: TTL × delay is not
    /// shorter than the memory of 2.5 s.
    Forgets,
    /// Answers may come when the client has ended its wait and asked again.
    LateAnswers,
    /// Links, faults or changes interfere, and not all that they do is known beforehand.
    Faults,
}

/// Writes a clause that goes after "these are bounds, because".
impl fmt::Display for Loose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AnyOrder => "copies of a search may arrive in any order",
            Self::Forgets => "peers may forget a search while copies of it are on their way",
            Self::LateAnswers => "answers may come after the client's wait",
            Self::Faults => "faults may lose, delay or repeat datagrams",
        })
    }
}

/// Says what must come out of `scenario`, what may and what cannot.
///
/// # Panics
///
/// When a client's contact is no peer, or with 2^32 links or more.
#[must_use]
pub fn predict(scenario: &Scenario, order: Order) -> Prediction {
    predict_telling(scenario, order, &|_, _| ())
}

/// As [`predict`], and tells how far it is.
#[must_use]
pub fn predict_telling(scenario: &Scenario, order: Order, told: Told<'_>) -> Prediction {
    let foresight = Foresight::of(scenario, order);
    foresight.predict_telling(scenario.ttl, scenario.duplicates, told)
}

/// Called now and then with how many floods have been worked out, and of how many: one for each
/// client, or two where the first are needed for the second.
pub type Told<'a> = &'a dyn Fn(u64, u64);

/// The most HELLOs, QUERYs and CHUNKS_INFOs together that `scenario` may send if it had this `ttl`
/// and this policy; [`u128::MAX`] for more than can be counted. Panics as [`predict`] does.
#[must_use]
pub fn total_datagrams(
    scenario: &Scenario,
    order: Order,
    ttl: Ttl,
    duplicates: Duplicates,
) -> u128 {
    let foresight = Foresight::of(scenario, order);
    foresight.predict(ttl, duplicates).total()
}

/// A TTL below the scenario's with which [`total_datagrams`] is at most `limit`: the largest, save
/// where a larger one finds more and so repeats less. `None` when not even 0 will do.
#[must_use]
pub fn fitting_ttl(
    scenario: &Scenario,
    order: Order,
    duplicates: Duplicates,
    limit: u128,
) -> Option<Ttl> {
    let foresight = Foresight::of(scenario, order);
    let fits = |ttl: u16| foresight.predict(Ttl(ttl), duplicates).total() <= limit;
    if scenario.ttl.0 == 0 || !fits(0) {
        return None;
    }
    // `low` fits; what is between `low` and `high` has not been tried.
    let (mut low, mut high) = (0, scenario.ttl.0);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match fits(middle) {
            true => low = middle,
            false => high = middle,
        }
    }
    Some(Ttl(low))
}

/// A scenario whose floods can be foretold with one TTL and policy after the other: the overlay is
/// looked through once.
pub struct Foresight<'a> {
    scenario: &'a Scenario,
    order: Order,
    overlay: Overlay,
    holders: Holders,
}

impl<'a> Foresight<'a> {
    /// Looks through the overlay of `scenario`.
    ///
    /// # Panics
    ///
    /// With 2^32 links or more.
    #[must_use]
    pub fn of(scenario: &'a Scenario, order: Order) -> Self {
        Self {
            scenario,
            order,
            overlay: Overlay::of(scenario),
            holders: Holders::of(scenario),
        }
    }

    /// What must come out if the scenario had this `ttl` and this policy.
    ///
    /// # Panics
    ///
    /// When a client's contact is no peer.
    #[must_use]
    pub fn predict(&self, ttl: Ttl, duplicates: Duplicates) -> Prediction {
        self.predict_telling(ttl, duplicates, &|_, _| ())
    }

    /// As [`predict`](Self::predict), and tells how far it is.
    #[must_use]
    pub fn predict_telling(&self, ttl: Ttl, duplicates: Duplicates, told: Told<'_>) -> Prediction {
        let rules = rules(self.scenario, self.order, ttl, duplicates);
        predict_by(self.scenario, &self.overlay, &self.holders, rules, told)
    }

    /// Whether [`Duplicates::First`] and [`Duplicates::Best`] are known to come to the same with this
    /// `ttl`: the first copy at a peer took the shortest way, so no later one has more TTL left.
    #[must_use]
    pub fn first_is_best(&self, ttl: Ttl) -> bool {
        let rules = rules(self.scenario, self.order, ttl, Duplicates::Best);
        is_undisturbed(self.scenario) && rules.order == Order::Lockstep && !rules.forgets
    }
}

impl Prediction {
    /// The most HELLOs, QUERYs and CHUNKS_INFOs together; [`u128::MAX`] for more than can be
    /// counted.
    #[must_use]
    pub fn total(&self) -> u128 {
        (self.hello + self.query + self.chunks_info).max
    }

    /// The most datagrams that one HELLO may cause, over all clients.
    #[must_use]
    pub fn largest_flood(&self) -> u128 {
        let floods = self.clients.iter().map(|client| client.largest_flood);
        floods.max().unwrap_or(0)
    }
}

fn rules(scenario: &Scenario, order: Order, ttl: Ttl, duplicates: Duplicates) -> Rules {
    // A copy arrives TTL × delay after the HELLO at the latest, and the contact remembers from then.
    let last_copy = scenario
        .faults
        .links
        .peers
        .delay
        .saturating_mul(u32::from(ttl.0));
    Rules {
        ttl: ttl.0,
        duplicates,
        order,
        forgets: duplicates != Duplicates::Literal && last_copy >= MEMORY,
    }
}

/// Whether nothing goes wrong, and all links take equally long.
fn is_undisturbed(scenario: &Scenario) -> bool {
    let faults = &scenario.faults;
    faults.is_lossless() && faults.links.common_delay().is_some()
}

/// Without faults and with one delay for all links, what comes out is known; else it is bounded.
fn predict_by(
    scenario: &Scenario,
    overlay: &Overlay,
    holders: &Holders,
    rules: Rules,
    told: Told<'_>,
) -> Prediction {
    let clients = match is_undisturbed(scenario) {
        true => predict_undisturbed(scenario, overlay, holders, rules, told),
        false => faulty::predict(scenario, overlay, rules, told),
    };
    let sum = |of: fn(&ClientPrediction) -> Count| clients.iter().map(of).sum();
    Prediction {
        hello: sum(|client| client.hello),
        query: sum(|client| client.query),
        chunks_info: sum(|client| client.chunks_info),
        clients,
    }
}

fn predict_undisturbed(
    scenario: &Scenario,
    overlay: &Overlay,
    holders: &Holders,
    rules: Rules,
    told: Told<'_>,
) -> Vec<ClientPrediction> {
    let all = scenario.clients.len() as u64;
    told(0, all);
    // Clients with one contact share its flood, which is as large as the overlay: each is worked
    // out once, and kept no longer than for the last of them.
    let clients = scenario.clients.iter().enumerate();
    let mut by_contact: Vec<(usize, &ClientSpec)> = clients.collect();
    by_contact.sort_by_key(|(_, client)| client.contact);
    let same_contact =
        |one: &(usize, &ClientSpec), other: &(usize, &ClientSpec)| one.1.contact == other.1.contact;
    let mut predictions = Vec::with_capacity(by_contact.len());
    for clients in by_contact.chunk_by(same_contact) {
        let flood = Flood::of(overlay, clients[0].1.contact.index(), rules);
        let reach = reach(scenario, &flood, rules);
        for (place, client) in clients {
            let searches = Searches {
                scenario,
                client,
                flood: &flood,
                holders,
                rules,
            };
            predictions.push((*place, searches.predict(reach.clone())));
            told(predictions.len() as u64, all);
        }
    }
    predictions.sort_by_key(|(place, _)| *place);
    let predictions = predictions.into_iter();
    predictions.map(|(_, prediction)| prediction).collect()
}

fn reach(scenario: &Scenario, flood: &Flood, rules: Rules) -> Reach {
    // A copy that comes when its peer has forgotten the search is remembered anew, and the repeat
    // is then taken for another copy of it.
    let loses_repeats = rules.forgets && rules.duplicates == Duplicates::First;
    if !loses_repeats && flood.all_answer() {
        return Reach::everybody(flood.distances());
    }
    Reach::of(flood.heard().map(|heard| {
        let hears = match !loses_repeats && heard.answers.min > 0 {
            true => Hears::Always,
            false => Hears::Maybe,
        };
        (scenario.peers[heard.peer].endpoint, heard.hops, hears)
    }))
}
