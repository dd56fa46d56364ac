//! All requests of one client, one after the other.
//!
//! The invariant: a request begins within the time in which the one before it may be done, and the
//! counts of a client hold those of all its lists.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use super::download::Downloading;
use super::round::Round;
use super::search::{Asking, Searched};
use super::span::Span;
use crate::oracle::prediction::Loose;
use crate::oracle::reach::{Hears, Reach};
use crate::oracle::{ClientPrediction, Count};
use crate::rules::{Duplicates, MAX_IDS_IN_REQUEST};
use crate::scenario::{ClientSpec, Request};

/// What `client` may, must and cannot find.
pub(super) fn predict(world: &World<'_>, client: &ClientSpec) -> ClientPrediction {
    let ball = world.overlay.ball(client.contact.index(), world.ttl);
    let mut hearing = vec![None; world.overlay.peers()];
    let mut all = Whole {
        world,
        prediction: ClientPrediction {
            client: client.endpoint,
            reach: Reach::default(),
            sources: BTreeMap::new(),
            hello: Count::ZERO,
            query: Count::ZERO,
            chunks_info: Count::ZERO,
            queries_by_hop: None,
            largest_flood: 0,
            loose: BTreeSet::new(),
        },
        by_hop: None,
    };
    let mut done = Span::default();
    for request in &client.requests {
        let begins = done.plus(Span {
            from: request.after,
            to: request.after.saturating_add(world.ways.late()),
        });
        done = all.request(client, request, begins, &mut hearing);
    }
    let mut prediction = all.prediction;
    prediction.queries_by_hop = all.by_hop.flatten();
    prediction.reach = Reach::of(ball.everybody().map(|(peer, hops)| {
        let hears = hearing[peer].unwrap_or(Hears::Never);
        (super::peer_at(peer), hops, hears)
    }));
    let counts = [prediction.hello, prediction.query, prediction.chunks_info];
    let is_exact = counts.iter().all(Count::is_exact);
    if !(is_exact && prediction.reach.is_certain()) {
        let is_lossless = world.ways.scenario.faults.is_lossless();
        let why = match (is_lossless, prediction.loose.is_empty()) {
            (false, _) => Some(Loose::Faults),
            (true, true) => Some(Loose::AnyOrder),
            (true, false) => None,
        };
        prediction.loose.extend(why);
    }
    prediction
}

/// A client's requests so far.
struct Whole<'a> {
    world: &'a World<'a>,
    prediction: ClientPrediction,
    /// QUERYs by hop, as long as all HELLOs agree.
    by_hop: Option<Option<Vec<u128>>>,
}

impl Whole<'_> {
    /// Adds `request`, which begins during `begins`; tells when it is done.
    fn request(
        &mut self,
        client: &ClientSpec,
        request: &Request,
        begins: Span,
        hearing: &mut [Option<Hears>],
    ) -> Span {
        let mut found = BTreeMap::new();
        let mut search_ends = begins.to;
        for ids in request.chunks.chunks(MAX_IDS_IN_REQUEST) {
            let asking = Asking {
                client,
                request,
                ids,
                begins,
            };
            let searched = asking.search(self.world);
            search_ends = search_ends.max(searched.ends);
            self.add(&searched, hearing);
            found.extend(searched.found);
        }
        let downloading = Downloading {
            world: self.world,
            client,
            request,
            found: &found,
            begins: begins.from,
            search_ends,
        };
        let downloaded = downloading.run();
        self.prediction.sources.extend(downloaded.sources);
        downloaded.done
    }

    /// Adds the HELLOs of one list.
    fn add(&mut self, searched: &Searched, hearing: &mut [Option<Hears>]) {
        self.prediction.hello = self.prediction.hello + searched.hellos;
        for round in &searched.rounds {
            let flood = &round.flood;
            let times = Count::between(
                round.sent(searched.hellos.min),
                round.sent(searched.hellos.max),
            );
            let queries = match round.is_stale {
                // Neighbours may take it for a copy of the one before.
                true => Count::between(0, flood.queries.max),
                false => flood.queries,
            };
            self.prediction.query = self.prediction.query + queries * times;
            let answers = round.answers;
            // Of several that fare alike only the first is known to list what draws answers.
            let drawn = Count::between(
                answers.min.saturating_mul(times.min.min(1)),
                answers.max.saturating_mul(times.max),
            );
            self.prediction.chunks_info = self.prediction.chunks_info + drawn;
            let datagrams = flood.queries.max.saturating_add(answers.max);
            let largest = &mut self.prediction.largest_flood;
            *largest = (*largest).max(datagrams);
            if flood.forgets {
                self.prediction.loose.insert(Loose::Forgets);
            }
            let by_hop = flood.by_hop().cloned();
            self.by_hop = Some(match self.by_hop.take() {
                Some(known) if known != by_hop => None,
                _ => by_hop,
            });
            self.hear(round, hearing);
        }
    }

    /// Notes who hears `round`.
    fn hear(&self, round: &Round, hearing: &mut [Option<Hears>]) {
        let flood = &round.flood;
        // A doubled HELLO is two searches to its contact, and one to those who remember the first.
        let is_doubled = flood.start.hello.copies > 1;
        let remembers = self.world.duplicates != Duplicates::Literal;
        let is_unsure = round.is_stale || (is_doubled && remembers);
        for (peer, hears) in hearing.iter_mut().enumerate() {
            let surely = flood.surely[peer].is_some();
            let this = match (surely, flood.most.hull[peer].is_some()) {
                (true, _) if !is_unsure || peer == flood.start.contact => Hears::Always,
                (true, _) | (false, true) => Hears::Maybe,
                (false, false) => Hears::Never,
            };
            *hears = Some(match hears {
                None => this,
                Some(known) if *known == this => this,
                Some(_) => Hears::Maybe,
            });
        }
    }
}
