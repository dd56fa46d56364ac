//! What may become of one datagram: whether it can arrive, whether it must, when, and how often.
//!
//! The invariant: whatever links draw and whichever datagrams a limited fault meets, what happens to
//! a datagram that is sent within the given time is one of the things that its [`Passage`] allows.
//!
//! Faults that mean numbered datagrams (`nth`) hit each at most as many datagrams in the whole run
//! as they have numbers, whoever sent them. Such a fault does not make a passage unsure: the passage
//! lists it among its [`Hits`], and whoever relies on several passages adds up what they can cost.

use std::time::Duration;

use super::span::{Chance, Span};
use super::timeline::Timeline;
use crate::faults::{Effect, Fault, Nth};
use crate::oracle::Order;
use crate::roster::{EndpointId, Role};
use crate::scenario::{ReliableFlood, Scenario};
use crate::wire::{ChunkId, Type};

/// How late anything may be on a machine that runs live, on top of its nominal time.
const LATE: Duration = Duration::from_millis(50);
/// How far a change may be from its nominal time when a run is live.
const ABOUT: Duration = Duration::from_millis(250);
/// The longest datagram that our programs send, in bytes.
const LONGEST: usize = 1_030;

/// The limited faults that may hit something, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hits(u64);

impl Hits {
    /// No fault.
    pub(super) const NONE: Self = Self(0);

    /// Those of both.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether no limited fault can hit.
    pub(super) const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// A datagram before it is sent.
pub(super) struct Letter<'a> {
    pub(super) from: EndpointId,
    pub(super) to: EndpointId,
    pub(super) message: Type,
    /// Whether it names a chunk.
    pub(super) names: &'a dyn Fn(ChunkId) -> Chance,
}

/// What may become of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Passage {
    /// Whether its receiver handles it; `Always` unless one of `hits` hits it.
    pub(super) chance: Chance,
    pub(super) hits: Hits,
    /// When, by the clock by which the time of sending was given.
    pub(super) handled: Span,
    /// The most copies of it that are handled.
    pub(super) copies: u128,
}

impl Passage {
    /// Whether it is handled, whatever happens.
    pub(super) fn is_sure(&self) -> bool {
        self.chance.is_sure() && self.hits.is_none()
    }
}

/// All that datagrams may meet.
pub(super) struct Ways<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) order: Order,
    pub(super) timeline: Timeline,
    /// How many datagrams each limited fault hits at most; only the first 64 that lose any have a
    /// place.
    limits: Vec<u64>,
    /// The place of each fault in `limits`.
    places: Vec<Option<u32>>,
    /// The most datagrams that may be sent over one link, when it is known.
    crowd: u128,
}

impl<'a> Ways<'a> {
    /// The ways of `scenario`, over each of whose links at most `crowd` datagrams are ever sent.
    pub(super) fn of(scenario: &'a Scenario, order: Order, crowd: u128) -> Self {
        let mut limits = Vec::new();
        let mut place = |fault: &Fault| match (&fault.nth, fault.effect) {
            (Nth::These(numbers), Effect::Drop | Effect::Corrupt) if limits.len() < 64 => {
                limits.push(numbers.len() as u64);
                u32::try_from(limits.len() - 1).ok()
            }
            _ => None,
        };
        Self {
            places: scenario.faults.named.iter().map(&mut place).collect(),
            limits,
            timeline: Timeline::of(scenario),
            scenario,
            order,
            crowd,
        }
    }

    /// How many datagrams the faults of `hits` hit at most, in the whole run.
    pub(super) fn cost(&self, hits: Hits) -> u64 {
        let places = self.limits.iter().enumerate();
        let meant = places.filter(|(place, _)| hits.0 >> place & 1 == 1);
        meant.map(|(_, limit)| *limit).sum()
    }

    /// Whether some limited fault may lose datagrams.
    pub(super) fn has_limited_faults(&self) -> bool {
        !self.limits.is_empty()
    }

    /// Whether what becomes of a `message` depends on the chunks that it names.
    pub(super) fn reads_chunks(&self, message: Type) -> bool {
        let about = |fault: &Fault| fault.pattern.message.is_none_or(|other| other == message);
        let mut faults = self.scenario.faults.named.iter();
        faults.any(|fault| fault.pattern.chunk.is_some() && about(fault))
    }

    /// How late a deadline or a datagram may be.
    pub(super) fn late(&self) -> Duration {
        match self.order {
            Order::Lockstep => Duration::ZERO,
            Order::Live => LATE,
        }
    }

    /// A stretch of time as long as changes may be near it.
    fn blurred(&self, span: Span) -> Span {
        match self.order {
            Order::Lockstep => span,
            Order::Live => span.widened(ABOUT),
        }
    }

    /// From when on what becomes of datagrams does not depend on the time any more.
    pub(super) fn settled(&self) -> Duration {
        let faults = self.scenario.faults.named.iter();
        let last = faults.map(|fault| fault.until.unwrap_or(fault.since)).max();
        let settled = self.timeline.settled.max(last.unwrap_or_default());
        self.blurred(Span::at(settled)).to
    }

    /// Whether `peer` holds `id` over `span` of the run.
    pub(super) fn holds(&self, peer: usize, id: ChunkId, span: Span) -> Chance {
        let at_first = self.scenario.peers[peer].chunks.holds(id);
        self.timeline.holds(peer, id, at_first, self.blurred(span))
    }

    /// What may become of `letter` when it is sent during `sent`. The clock stands at zero at some
    /// time in `base` of the run: at that of its flood's HELLO.
    pub(super) fn pass(&self, letter: &Letter<'_>, base: Span, sent: Span) -> Passage {
        let once = self.pass_once(letter, base, sent);
        match self.reliable_between(letter) {
            Some(flood) => self.pass_reliably(flood, once, letter, base, sent),
            None => once,
        }
    }

    /// The reliable flood, if `letter` is numbered and acknowledged by it.
    fn reliable_between(&self, letter: &Letter<'_>) -> Option<&'a ReliableFlood> {
        let speaks = |flood: &ReliableFlood, end| {
            self.scenario.roster.role(end) == Role::Peer && flood.is_spoken_by(end)
        };
        let flood = self.scenario.reliable.as_ref()?;
        let numbered =
            letter.message == Type::Query && speaks(flood, letter.from) && speaks(flood, letter.to);
        numbered.then_some(flood)
    }

    /// What may become of `letter`, of which `once` is what may when it is sent once, when it is
    /// sent again until it is acknowledged (docs/reliable.md).
    fn pass_reliably(
        &self,
        flood: &ReliableFlood,
        once: Passage,
        letter: &Letter<'_>,
        base: Span,
        sent: Span,
    ) -> Passage {
        let retries = u32::from(flood.retries);
        let longest = flood
            .timeout
            .saturating_add(self.late())
            .saturating_mul(retries);
        let window = Span {
            to: sent.to.saturating_add(longest),
            ..sent
        };
        let always = self.pass_once(letter, base, window);
        // Who has had a number knows it again, unless it has crashed.
        let copies = match self.timeline.any_crash {
            true => always.copies.saturating_mul(u128::from(retries) + 1),
            false => 1,
        };
        if once.is_sure() {
            return Passage { copies, ..once };
        }
        let stays = self.blurred(base.plus(window));
        let is_sent_again = self.timeline.is_there(letter.from.index(), stays).is_sure();
        let spends_faults =
            always.chance.is_sure() && self.cost(always.hits) <= u64::from(flood.retries);
        let last = self.pass_once(letter, base, sent.plus(Span::at(longest)));
        let comes_at_last = self.order == Order::Lockstep && last.is_sure();
        Passage {
            chance: match () {
                () if is_sent_again && (spends_faults || comes_at_last) => Chance::Always,
                () if always.chance.is_possible() => Chance::Maybe,
                () => Chance::Never,
            },
            hits: Hits::NONE,
            handled: once.handled.hull(always.handled),
            copies,
        }
    }

    /// What may become of `letter` when it is sent during `sent`, and not again.
    fn pass_once(&self, letter: &Letter<'_>, base: Span, sent: Span) -> Passage {
        let mut passage = self.on_link(letter);
        passage.handled = sent.plus(passage.handled);
        let leaves = self.blurred(base.plus(sent));
        passage.chance = passage
            .chance
            .and(self.timeline.is_open(letter.from, letter.to, leaves));
        self.meet_faults(letter, leaves, &mut passage);
        if self.scenario.roster.role(letter.to) == Role::Peer {
            let peer = letter.to.index();
            let arrives = self.blurred(base.plus(passage.handled));
            let (waits, until) = self.timeline.waits(peer, arrives);
            if waits > Duration::ZERO {
                let by_clock = until.saturating_sub(base.from);
                let at_last = passage.handled.to.saturating_add(waits).min(by_clock);
                passage.handled.to = passage.handled.to.max(at_last);
            }
            let handled = Span {
                to: until,
                ..arrives
            };
            passage.chance = passage.chance.and(self.timeline.is_there(peer, handled));
        }
        passage
    }

    /// What the conditions of its link make of a datagram that is sent at zero.
    fn on_link(&self, letter: &Letter<'_>) -> Passage {
        let role = |end| self.scenario.roster.role(end);
        let has_client = role(letter.from) == Role::Client || role(letter.to) == Role::Client;
        let links = &self.scenario.faults.links;
        let conditions = links.of(letter.from, letter.to, has_client);
        let kept = |probability: f64| match probability {
            p if p <= 0.0 => Chance::Always,
            p if p >= 1.0 => Chance::Never,
            _ => Chance::Maybe,
        };
        let mut chance = kept(conditions.loss).and(kept(conditions.corruption));
        let mut longest = conditions.longest().saturating_add(self.late());
        if let Some(rate) = conditions.rate {
            // Behind the one that is leaving and a full queue, and its own time.
            let one = rate.takes(LONGEST);
            longest = longest.saturating_add(one.saturating_mul(rate.queue.saturating_add(2)));
            if self.crowd > u128::from(rate.queue) {
                chance = chance.and(Chance::Maybe);
            }
        }
        Passage {
            chance,
            hits: Hits::NONE,
            handled: Span {
                from: conditions.delay,
                to: longest,
            },
            copies: match conditions.duplication > 0.0 {
                true => 2,
                false => 1,
            },
        }
    }

    /// What faults by meaning make of a datagram that leaves during `leaves` of the run.
    fn meet_faults(&self, letter: &Letter<'_>, leaves: Span, passage: &mut Passage) {
        let mut may_be_saved = false;
        for (fault, place) in self.scenario.faults.named.iter().zip(&self.places) {
            let counted = counted(fault, letter, leaves);
            if !counted.is_possible() {
                continue;
            }
            let is_limited = fault.nth != Nth::Every;
            // A copy that an earlier fault made stays as it was made.
            let hit = match is_limited || may_be_saved {
                true => Chance::Maybe,
                false => counted,
            };
            match (fault.effect, place) {
                (Effect::Drop | Effect::Corrupt, Some(place)) => {
                    passage.hits = passage.hits.and(Hits(1 << place));
                }
                (Effect::Drop | Effect::Corrupt, None) => {
                    passage.chance = passage.chance.and(hit.not());
                }
                (Effect::Delay(by), _) => {
                    passage.handled.to = passage.handled.to.saturating_add(by);
                    if hit.is_sure() {
                        passage.handled.from = passage.handled.from.saturating_add(by);
                    }
                }
                (Effect::Duplicate, _) => {
                    may_be_saved = true;
                    passage.copies = passage.copies.saturating_mul(2);
                }
            }
        }
    }
}

/// Whether `fault` counts `letter` when it leaves during `leaves` of the run.
fn counted(fault: &Fault, letter: &Letter<'_>, leaves: Span) -> Chance {
    let pattern = &fault.pattern;
    let message = Some(letter.message);
    if !pattern.matches(letter.from, Some(letter.to), message, |_| true) {
        return Chance::Never;
    }
    let ends = fault.until.unwrap_or(Duration::MAX);
    let is_forever = fault.until.is_none();
    let outside = leaves.to < fault.since || (!is_forever && leaves.from >= ends);
    let inside = leaves.from >= fault.since && (is_forever || leaves.to < ends);
    let in_time = match (outside, inside) {
        (true, _) => Chance::Never,
        (false, true) => Chance::Always,
        (false, false) => Chance::Maybe,
    };
    let named = pattern.chunk.map_or(Chance::Always, letter.names);
    in_time.and(named)
}
