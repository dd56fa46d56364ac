//! The HELLOs of one list of ids: when each may be sent, what it may find, and what it must.
//!
//! HELLO number k follows the one before it by one wait or more: answers that come late begin the
//! wait anew. It lists the ids that have no known holder yet; an id that must have been announced
//! when a wait ends is not listed again. The invariants: each HELLO that is sent is sent within its
//! round's time; who may answer it is among the round's answers; and an id is called announced only
//! if in every run some holder of it is known to the client when that round's wait ends.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use super::flood::{Flood, Start};
use super::found::{Found, Way};
use super::passage::{Hits, Letter, Passage};
use super::round::Round;
use super::span::{Chance, Span};
use super::{World, peer_at};
use crate::oracle::Count;
use crate::rules::{Duplicates, MEMORY};
use crate::scenario::{ClientSpec, Request};
use crate::wire::{ChunkId, Type};

/// How many HELLOs of a list are looked at one by one.
const ROUNDS: u32 = 40;

/// One list of ids that a client asks for.
pub(super) struct Asking<'a> {
    pub(super) client: &'a ClientSpec,
    pub(super) request: &'a Request,
    pub(super) ids: &'a [ChunkId],
    /// When its first HELLO is sent.
    pub(super) begins: Span,
}

/// What comes of all HELLOs of a list.
pub(super) struct Searched {
    pub(super) rounds: Vec<Round>,
    pub(super) found: BTreeMap<ChunkId, Found>,
    pub(super) hellos: Count,
    /// When the last wait ends at the latest.
    pub(super) ends: Duration,
}

impl Asking<'_> {
    /// Looks at one HELLO after the other.
    pub(super) fn search(&self, world: &World<'_>) -> Searched {
        let found = self.ids.iter().map(|id| (*id, Found::default()));
        let mut searched = Searched {
            rounds: Vec::new(),
            found: found.collect(),
            hellos: Count::ZERO,
            ends: self.begins.to,
        };
        let repeats = u32::from(self.request.patience.repeats);
        let mut base = self.begins;
        let mut number = 0;
        while number <= repeats {
            let is_settled = base.from >= world.settled && !world.reads_lists;
            let alike = number > 0 && (is_settled || number >= ROUNDS);
            let times = match alike {
                true => repeats - number + 1,
                false => 1,
            };
            if !self.round(world, number, times, base, &mut searched) {
                break;
            }
            number += times;
            base = Span {
                from: base.from.saturating_add(self.request.patience.wait),
                to: searched.ends,
            };
        }
        self.count_hellos(&mut searched);
        self.choose(world, &mut searched);
        searched
    }

    /// Adds HELLO `number` and those behind it that fare alike; `false` when none is sent.
    fn round(
        &self,
        world: &World<'_>,
        number: u32,
        times: u32,
        base: Span,
        searched: &mut Searched,
    ) -> bool {
        let listed = |found: &Found| found.announced.is_none_or(|by| by >= number);
        if !searched.found.values().any(listed) {
            return false;
        }
        let window = match times {
            1 => base,
            _ => Span::since(base.from),
        };
        let found = &searched.found;
        let alone = found.values().filter(|found| listed(found)).count() == 1;
        let names = |id: ChunkId| match found.get(&id) {
            Some(found) if !listed(found) => Chance::Never,
            Some(_) if alone => Chance::Always,
            Some(found) if times == 1 && found.first_possible.is_none() => Chance::Always,
            Some(_) => Chance::Maybe,
            None => Chance::Never,
        };
        let flood = self.flood(world, window, &names);
        let wait = self.request.patience.wait;
        let mut former = searched.rounds.iter().map(|round| round.flood.most.ends);
        let remembered = |ends: Duration| ends.saturating_add(MEMORY) > wait;
        let own = times > 1 && remembered(flood.most.ends);
        let is_stale = world.duplicates != Duplicates::Literal && (own || former.any(remembered));
        let mut round = Round {
            first: number,
            times,
            base: window,
            flood,
            is_stale,
            answers: Count::ZERO,
            ends: Duration::ZERO,
        };
        let last = self.answers(world, &mut round, searched);
        let more = wait.saturating_add(world.ways.late());
        let each = last.unwrap_or_default().saturating_add(more);
        round.ends = base.to.saturating_add(each.saturating_mul(times));
        searched.ends = searched.ends.max(round.ends);
        searched.rounds.push(round);
        for found in searched.found.values_mut() {
            found.settle(&world.ways);
        }
        true
    }

    fn flood(&self, world: &World<'_>, base: Span, names: &dyn Fn(ChunkId) -> Chance) -> Rc<Flood> {
        let letter = Letter {
            from: self.client.endpoint,
            to: self.client.contact,
            message: Type::Hello,
            names,
        };
        let start = Start {
            contact: self.client.contact.index(),
            base,
            hello: world.ways.pass(&letter, base, Span::default()),
            ttl: world.ttl,
            duplicates: world.duplicates,
        };
        world.flood(start, names)
    }

    /// Notes who may and who must answer `round`; tells when the last may, counted from the HELLO.
    fn answers(
        &self,
        world: &World<'_>,
        round: &mut Round,
        searched: &mut Searched,
    ) -> Option<Duration> {
        let mut last = None;
        let mut answering: BTreeMap<usize, bool> = BTreeMap::new();
        let number = round.first;
        for (id, found) in &mut searched.found {
            if found.announced.is_some_and(|by| by < number) {
                continue;
            }
            let mut best: Option<(u64, Duration, Hits)> = None;
            let unheard_of = found.first_possible.is_none();
            for peer in world.holders_of(*id) {
                let Some(answer) = self.may_answer(world, round, *peer, *id) else {
                    continue;
                };
                // An id that was not announced before is listed for sure.
                let surely = unheard_of && self.surely_holds(world, round, *peer, *id);
                *answering.entry(*peer).or_default() |= surely;
                if !answer.chance.is_possible() {
                    continue;
                }
                let comes = answer.handled;
                last = last.max(Some(comes.to));
                found.first_possible.get_or_insert(number);
                let base = round.base;
                let earliest = base.from.saturating_add(comes.from);
                let must = self.must_announce(world, round, *peer, *id);
                let sure = must.filter(|(hits, _)| unheard_of && hits.is_none());
                let known_by = sure.map(|(_, after)| base.to.saturating_add(after));
                found.note(*peer, earliest, known_by);
                if let Some((hits, after)) = must {
                    let rank = (world.ways.cost(hits), after, hits);
                    best = Some(best.map_or(rank, |best| best.min(rank)));
                }
            }
            if let Some((cost, after, hits)) = best {
                self.note_way(round, found, cost, after, hits);
            }
        }
        for (peer, surely) in answering {
            let answers = round.flood.answers(peer);
            let least = match surely && !round.is_stale {
                true => answers.min,
                false => 0,
            };
            round.answers = round.answers + Count::between(least, answers.max);
        }
        last
    }

    /// What may become of the answer of `peer` that it holds `id`, if it may give it.
    fn may_answer(
        &self,
        world: &World<'_>,
        round: &Round,
        peer: usize,
        id: ChunkId,
    ) -> Option<Passage> {
        let handled = round.flood.most.hull[peer]?;
        let base = round.base;
        let held = world.ways.holds(peer, id, base.plus(handled));
        let passes = || self.pass_answer(world, peer, id, base, handled);
        held.is_possible().then(passes)
    }

    fn surely_holds(&self, world: &World<'_>, round: &Round, peer: usize, id: ChunkId) -> bool {
        let base = round.base;
        let at = round.flood.answering(peer);
        at.is_some_and(|at| world.ways.holds(peer, id, base.plus(at)).is_sure())
    }

    /// The limited faults without which `peer` must announce `id`, and how long after the HELLO its
    /// announcement has come then.
    fn must_announce(
        &self,
        world: &World<'_>,
        round: &Round,
        peer: usize,
        id: ChunkId,
    ) -> Option<(Hits, Duration)> {
        if round.is_stale {
            return None;
        }
        let base = round.base;
        let nearly = round.flood.nearly.as_ref();
        let heard = [
            round.flood.surely[peer],
            nearly.and_then(|nearly| nearly[peer]),
        ];
        let ways = heard.into_iter().flatten().filter_map(|heard| {
            let held = world.ways.holds(peer, id, base.plus(heard.at));
            let answer = self.pass_answer(world, peer, id, base, heard.at);
            let is_sure = held.and(answer.chance).is_sure();
            is_sure.then(|| (heard.hits.and(answer.hits), answer.handled.to))
        });
        ways.min_by_key(|(hits, after)| (world.ways.cost(*hits), *after))
    }

    fn pass_answer(
        &self,
        world: &World<'_>,
        peer: usize,
        id: ChunkId,
        base: Span,
        sent: Span,
    ) -> Passage {
        let names = |other: ChunkId| match other == id {
            true => Chance::Always,
            false if self.ids.contains(&other) => Chance::Maybe,
            false => Chance::Never,
        };
        let letter = Letter {
            from: peer_at(peer),
            to: self.client.endpoint,
            message: Type::ChunksInfo,
            names: &names,
        };
        world.ways.pass(&letter, base, sent)
    }

    /// Notes that `round` must draw an announcement so long after its HELLO, if that is in time.
    fn note_way(&self, round: &Round, found: &mut Found, cost: u64, after: Duration, hits: Hits) {
        let wait = self.request.patience.wait;
        let last = u32::from(self.request.patience.repeats);
        // The client waits on as long as it knows no holder: one wait for each HELLO to come.
        let waits = |number: u32| wait.saturating_mul(number - round.first + 1);
        if after > waits(last + 1 - round.times) {
            return;
        }
        let mut within = round.first;
        while after > waits(within) {
            within += 1;
        }
        let is_first = round.first == 0 && hits.is_none() && within == 0;
        found.at_once = found.at_once.or(is_first.then_some(after));
        found.ways.push(Way {
            cost,
            hits,
            times: round.times,
            // Limited faults may spend themselves on all but the last of those that fare alike.
            round: match hits.is_none() || round.times == 1 {
                true => within,
                false => last,
            },
        });
    }

    fn count_hellos(&self, searched: &mut Searched) {
        let repeats = u32::from(self.request.patience.repeats);
        let sent: u32 = searched.rounds.iter().map(|round| round.times).sum();
        let needed = searched
            .found
            .values()
            .map(|f| f.first_possible.unwrap_or(repeats));
        let least = needed.max().unwrap_or(0) + 1;
        searched.hellos = Count::between(u128::from(least), u128::from(sent));
    }

    /// Works out when a holder of each id is chosen.
    fn choose(&self, world: &World<'_>, searched: &mut Searched) {
        let patience = self.request.patience;
        let gather = patience.gather;
        let at_last = gather.saturating_add(world.ways.late());
        let first_wait = self.begins.from.saturating_add(patience.wait);
        let earliest = |found: &Found| {
            let comes = found.holders.iter().map(|holder| holder.earliest);
            comes.min().unwrap_or(Duration::MAX)
        };
        let all_found = searched.found.values();
        let complete = all_found.clone().map(earliest).max().unwrap_or_default();
        let at_once: Option<Vec<Duration>> = all_found.map(|found| found.at_once).collect();
        let complete_by = at_once.and_then(|after| after.into_iter().max());
        let rounds = &searched.rounds;
        let end_of = |number: u32| {
            let round = rounds.iter().find(|r| number < r.first + r.times);
            round.map_or(searched.ends, |round| round.ends)
        };
        let first_ends = end_of(0);
        for found in searched.found.values_mut() {
            let by_gathering = complete.saturating_add(gather).min(first_wait);
            found.chosen.from = earliest(found).max(by_gathering);
            let by_waiting = found.announced.map_or(searched.ends, end_of);
            found.chosen.to = match complete_by {
                Some(after) => {
                    let complete = self.begins.to.saturating_add(after);
                    first_ends.min(complete.saturating_add(at_last))
                }
                None => by_waiting,
            };
        }
    }
}
