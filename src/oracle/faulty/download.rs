//! GETs and RESPONSEs: which holders a chunk may come from, and whether it must come.
//!
//! | a chunk must come | because |
//! |---|---|
//! | from whomever is asked first | it must be announced, and each holder that may be known by then must serve one of the GETs that it is sent |
//! | from one holder at the latest | it must be announced, and that holder is known before the first one can have failed, and must serve one of its GETs whenever it is asked |
//!
//! GET number i to a holder is sent i waits or more after the first; RESPONSEs with other chunks and
//! GETs for them may put it off. The invariant: whoever may be asked, and whenever, is in the spans
//! that are looked at here.

use std::collections::BTreeMap;
use std::time::Duration;

use super::found::{Found, Holder};
use super::passage::{Hits, Letter};
use super::span::{Chance, Span};
use super::{World, peer_at};
use crate::oracle::Sources;
use crate::roster::EndpointId;
use crate::rules::{BURST, Gets};
use crate::scenario::{ClientSpec, Request};
use crate::wire::{ChunkId, Type};

/// How many GETs to one holder are looked at; further ones are not relied on.
const GETS: u32 = 40;

/// The chunks of one request, searched for.
pub(super) struct Downloading<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) client: &'a ClientSpec,
    pub(super) request: &'a Request,
    pub(super) found: &'a BTreeMap<ChunkId, Found>,
    /// When the request begins at the earliest.
    pub(super) begins: Duration,
    /// When the last wait for announcements ends at the latest.
    pub(super) search_ends: Duration,
}

/// What comes of one request.
pub(super) struct Downloaded {
    pub(super) sources: BTreeMap<ChunkId, Sources>,
    /// When the request is done.
    pub(super) done: Span,
}

/// What comes of a GET that is sent within some time.
struct Served {
    chance: Chance,
    hits: Hits,
    /// How long after the GET its RESPONSE comes.
    takes: Span,
}

impl Downloading<'_> {
    /// What comes of all chunks.
    pub(super) fn run(&self) -> Downloaded {
        let mut sources = BTreeMap::new();
        let mut done = Span::default();
        let generous = self.generous_end();
        let fluent = self.is_fluent();
        for (id, found) in self.found {
            let (source, settled) = match self.client.gets {
                Gets::Never => (Sources::default(), self.never_asked(found)),
                Gets::Once | Gets::Twice => self.chunk(*id, found, generous, fluent),
            };
            sources.insert(*id, source);
            done.from = done.from.max(settled.from);
            done.to = done.to.max(settled.to);
        }
        Downloaded { sources, done }
    }

    fn wait(&self) -> Duration {
        self.request.patience.wait
    }

    fn gets(&self) -> u32 {
        u32::from(self.request.patience.repeats) + 1
    }

    /// When a chunk is settled that is not asked for though it may be found.
    fn never_asked(&self, found: &Found) -> Span {
        Span {
            from: found.chosen.from.min(self.given_up_from()),
            to: self.search_ends,
        }
    }

    /// When at the earliest a chunk is given up that nobody announces.
    fn given_up_from(&self) -> Duration {
        self.begins
            .saturating_add(self.wait().saturating_mul(self.gets()))
    }

    /// When all is over at the latest: each silence, each first GET and each RESPONSE may take a
    /// wait, one after the other.
    fn generous_end(&self) -> Duration {
        let mut steps: u32 = 0;
        for found in self.found.values() {
            let holders = u32::try_from(found.holders.len()).unwrap_or(u32::MAX);
            let asked = holders.saturating_mul(self.gets().saturating_add(1));
            steps = steps.saturating_add(asked).saturating_add(1);
        }
        let step = self.wait().saturating_add(self.world.ways.late());
        self.search_ends.saturating_add(step.saturating_mul(steps))
    }

    /// Whether all chunks of more than a burst must come one after the other without a silence.
    fn is_fluent(&self) -> bool {
        let count = u32::try_from(self.found.len()).unwrap_or(u32::MAX);
        if self.found.len() <= BURST {
            return true;
        }
        let mut all: Option<Span> = None;
        let mut slowest = Duration::ZERO;
        for (id, found) in self.found {
            all = Some(all.map_or(found.chosen, |all| all.hull(found.chosen)));
            for holder in &found.holders {
                slowest = slowest.max(self.serve(holder.peer, *id, found.chosen).takes.to);
            }
        }
        let mut all = all.unwrap_or_default();
        all.to = all.to.saturating_add(slowest.saturating_mul(count));
        self.found.iter().all(|(id, found)| {
            found.announced.is_some()
                && found.holders.iter().all(|holder| {
                    let served = self.serve(holder.peer, *id, all);
                    let in_time = served.takes.to <= self.wait().min(slowest);
                    served.chance.is_sure() && served.hits.is_none() && in_time
                })
        })
    }

    /// Where chunk `id` may come from, and when it is settled.
    fn chunk(
        &self,
        id: ChunkId,
        found: &Found,
        generous: Duration,
        fluent: bool,
    ) -> (Sources, Span) {
        let reach = |holder: &Holder| {
            let asked = Span {
                from: found.chosen.from.max(holder.earliest),
                to: generous,
            };
            let served = self.serve(holder.peer, id, asked);
            let may_serve = served.chance.is_possible() && self.may_serve(id, found, holder);
            may_serve.then_some((holder.peer, asked, served.takes))
        };
        let serving: Vec<_> = found.holders.iter().filter_map(reach).collect();
        let sources = |is_sure: bool| Sources {
            holders: serving
                .iter()
                .map(|(peer, ..)| self.endpoint(*peer))
                .collect(),
            may_be_missing: !serving.is_empty() && !is_sure,
        };
        let comes = serving
            .iter()
            .map(|(_, asked, takes)| asked.plus(*takes).from)
            .min();
        let given_up = self.given_up_from();
        let announced = found.announced.is_some();
        let in_burst = self.found.len() <= BURST;
        if announced && fluent {
            let at_first = self.first_asked(found);
            let slowest = at_first.clone().map(|holder| {
                let served = self.serve(holder.peer, id, found.chosen);
                let is_sure = served.chance.is_sure() && served.hits.is_none();
                (is_sure && served.takes.to <= self.wait()).then_some(served.takes.to)
            });
            if let Some(slowest) = slowest.collect::<Option<Vec<_>>>()
                && let (Some(slowest), Some(from)) = (slowest.into_iter().max(), comes)
            {
                let to = match in_burst {
                    true => found.chosen.to.saturating_add(slowest),
                    false => generous,
                };
                return (sources(true), Span { from, to });
            }
        }
        let is_sure = announced && self.must_come(id, found, generous, in_burst);
        let from = match (is_sure, comes) {
            (true, Some(comes)) => comes,
            (_, comes) => comes.map_or(given_up, |comes| comes.min(given_up)),
        };
        let to = match found.holders.is_empty() {
            true => self.search_ends,
            false => generous,
        };
        (sources(is_sure), Span { from, to })
    }

    /// The holders that may be known when the first of them is chosen.
    fn first_asked<'f>(&self, found: &'f Found) -> impl Iterator<Item = &'f Holder> + Clone {
        let by = found.chosen.to;
        found
            .holders
            .iter()
            .filter(move |holder| holder.earliest <= by)
    }

    /// When the holder that is chosen first is sent GET `number`, the first being 0, as long as
    /// there is no more to ask for than a burst.
    fn nth_get(&self, found: &Found, number: u32) -> Span {
        let wait = self.wait();
        let longest = wait.saturating_add(self.world.ways.late());
        // Others begin the wait anew: a RESPONSE with each other chunk, and a GET for each.
        let others = u32::try_from(2 * (self.found.len() - 1)).unwrap_or(u32::MAX);
        let waits = match number {
            0 => 0,
            _ => number.saturating_add(others),
        };
        found.chosen.plus(Span {
            from: wait.saturating_mul(number),
            to: longest.saturating_mul(waits),
        })
    }

    /// Whether one of the GETs that `holder` may be sent may bring chunk `id`. Where there are
    /// others it may be asked at any time.
    fn may_serve(&self, id: ChunkId, found: &Found, holder: &Holder) -> bool {
        let is_alone = found.holders.len() == 1 && self.found.len() <= BURST;
        let mut gets = 0..self.gets();
        !is_alone
            || self.gets() > GETS
            || gets.any(|number| {
                let sent = self.nth_get(found, number);
                self.serve(holder.peer, id, sent).chance.is_possible()
            })
    }

    /// Whether chunk `id`, which must be announced, must come.
    fn must_come(&self, id: ChunkId, found: &Found, generous: Duration, in_burst: bool) -> bool {
        let wait = self.wait();
        let first = |number: u32| match in_burst {
            true => self.nth_get(found, number),
            false => Span {
                to: generous,
                ..self.nth_get(found, number)
            },
        };
        let mut at_first = self.first_asked(found);
        if at_first.all(|holder| self.must_serve(holder.peer, id, first)) {
            return true;
        }
        let any_time = |number: u32| Span {
            from: found
                .chosen
                .from
                .saturating_add(wait.saturating_mul(number)),
            to: generous,
        };
        let first_fails = found
            .chosen
            .from
            .saturating_add(wait.saturating_mul(self.gets()));
        found.holders.iter().any(|holder| {
            let is_known = holder.known_by.is_some_and(|by| by <= first_fails);
            is_known && self.must_serve(holder.peer, id, any_time)
        })
    }

    /// Whether `peer` must serve one of the GETs for `id` that it is sent, the first of them being
    /// number 0.
    fn must_serve(&self, peer: usize, id: ChunkId, sent: impl Fn(u32) -> Span) -> bool {
        let (mut hits, mut gets) = (Hits::NONE, 0);
        for number in 0..self.gets().min(GETS) {
            let served = self.serve(peer, id, sent(number));
            let patience = self.wait().saturating_mul(self.gets() - number);
            if !served.chance.is_sure() || served.takes.to > patience {
                continue;
            }
            if served.hits.is_none() {
                return true;
            }
            hits = hits.and(served.hits);
            gets += 1;
            if self.world.ways.cost(hits) < gets {
                return true;
            }
        }
        false
    }

    /// What comes of a GET to `peer` that is sent during `sent` of the run.
    fn serve(&self, peer: usize, id: ChunkId, sent: Span) -> Served {
        let ways = &self.world.ways;
        let asks = |other: ChunkId| match other == id {
            true => Chance::Always,
            false if self.found.contains_key(&other) => Chance::Maybe,
            false => Chance::Never,
        };
        let brings = |other: ChunkId| match other == id {
            true => Chance::Always,
            false => Chance::Never,
        };
        let (client, holder) = (self.client.endpoint, peer_at(peer));
        let letter = |from, to, message| Letter {
            from,
            to,
            message,
            names: match message {
                Type::Get => &asks,
                _ => &brings,
            },
        };
        let get = ways.pass(&letter(client, holder, Type::Get), sent, Span::default());
        let held = ways.holds(peer, id, sent.plus(get.handled));
        let response = letter(holder, client, Type::Response);
        let response = ways.pass(&response, sent, get.handled);
        Served {
            chance: get.chance.and(held).and(response.chance),
            hits: get.hits.and(response.hits),
            takes: response.handled,
        }
    }

    fn endpoint(&self, peer: usize) -> EndpointId {
        self.world.ways.scenario.peers[peer].endpoint
    }
}
