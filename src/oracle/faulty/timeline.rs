//! Who is there, who holds what and which links are cut, over time.
//!
//! Changes with a time of their own are known to the nanosecond. One that follows a datagram may
//! come at any time from the earliest at which such a datagram can be sent, or never; from there on
//! nothing is known of what it changes. What is said here of a stretch of time holds at each instant
//! of it, however the run goes.

use std::collections::BTreeMap;
use std::time::Duration;

use super::span::{Chance, Course, Span};
use crate::faults::{Change, Cut, Pattern, Scheduled, When};
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::wire::{ChunkId, Type};

/// What changes in time.
pub(super) struct Timeline {
    lives: BTreeMap<usize, Life>,
    cuts: Vec<Turn>,
    /// From when on nothing changes any more, save what is never known.
    pub(super) settled: Duration,
    /// Whether a peer may forget what it remembers.
    pub(super) any_crash: bool,
}

/// What changes about one peer.
#[derive(Default)]
struct Life {
    presence: Course,
    pauses: Vec<Pause>,
    chunks: BTreeMap<ChunkId, Course>,
}

/// A time in which a peer stands still.
struct Pause {
    begins: Duration,
    lasts: Duration,
    /// Whether it begins then and at no later time.
    is_known: bool,
}

/// A cut or a healing.
struct Turn {
    time: Duration,
    is_known: bool,
    /// Which links; `None` for all.
    links: Option<Cut>,
    opens: bool,
}

impl Timeline {
    /// What `scenario` schedules.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let earliest = |scheduled: &Scheduled| match &scheduled.when {
            When::At(time) => (*time, true),
            When::After { pattern, by, .. } => {
                (first_sent(scenario, pattern).saturating_add(*by), false)
            }
        };
        let changes = scenario.faults.timeline.iter();
        let mut changes: Vec<_> = changes.map(|s| (earliest(s), &s.change)).collect();
        // Stable: those of one instant stay in the order of the file.
        changes.sort_by_key(|((time, _), _)| *time);
        let mut timeline = Self {
            lives: BTreeMap::new(),
            cuts: Vec::new(),
            settled: Duration::ZERO,
            any_crash: false,
        };
        for ((time, is_known), change) in changes {
            timeline.add(time, is_known, change);
        }
        timeline
    }

    fn add(&mut self, time: Duration, is_known: bool, change: &Change) {
        let turn = |course: &mut Course, to: bool| match is_known {
            true => course.turn(time, to),
            false => course.doubt(time),
        };
        let mut ends = time;
        match change {
            Change::Stop(peer) => turn(&mut self.life(*peer).presence, false),
            Change::Crash(peer) => {
                self.any_crash = true;
                turn(&mut self.life(*peer).presence, false);
            }
            Change::Start(peer) => turn(&mut self.life(*peer).presence, true),
            Change::Pause(peer, lasts) => {
                ends = time.saturating_add(*lasts);
                let pause = Pause {
                    begins: time,
                    lasts: *lasts,
                    is_known,
                };
                self.life(*peer).pauses.push(pause);
            }
            // Drivers make it out of a pause, which is known.
            Change::Resume(_) => {}
            Change::Cut(cut) => self.cut(time, is_known, Some(cut), false),
            Change::Heal(cut) => self.cut(time, is_known, Some(cut), true),
            Change::HealAll => self.cut(time, is_known, None, true),
            Change::Gain(peer, chunks) => {
                for id in chunks.ids() {
                    turn(self.life(*peer).chunks.entry(id).or_default(), true);
                }
            }
            Change::Lose(peer, chunks) => {
                for id in chunks {
                    turn(self.life(*peer).chunks.entry(*id).or_default(), false);
                }
            }
        }
        self.settled = self.settled.max(ends);
    }

    fn life(&mut self, peer: EndpointId) -> &mut Life {
        self.lives.entry(peer.index()).or_default()
    }

    fn cut(&mut self, time: Duration, is_known: bool, links: Option<&Cut>, opens: bool) {
        self.cuts.push(Turn {
            time,
            is_known,
            links: links.cloned(),
            opens,
        });
    }

    /// Whether `peer` is there.
    pub(super) fn is_there(&self, peer: usize, span: Span) -> Chance {
        let life = self.lives.get(&peer);
        life.map_or(Chance::Always, |life| life.presence.over(span, true))
    }

    /// How long at most, in all, `peer` stands still before it handles what arrives during `span`,
    /// and until when in the run at the latest.
    pub(super) fn waits(&self, peer: usize, span: Span) -> (Duration, Duration) {
        let (mut longest, mut until) = (Duration::ZERO, span.to);
        let Some(life) = self.lives.get(&peer) else {
            return (longest, until);
        };
        // In the order of their beginnings, so one pass finds those that one leads into.
        for pause in &life.pauses {
            let ends = match pause.is_known {
                true => pause.begins.saturating_add(pause.lasts),
                false => until.saturating_add(pause.lasts),
            };
            if pause.begins <= until && span.from <= ends {
                longest = longest.saturating_add(pause.lasts);
                until = until.max(ends);
            }
        }
        (longest, until)
    }

    /// Whether `peer` holds `id`, which it does at first or not.
    pub(super) fn holds(&self, peer: usize, id: ChunkId, at_first: bool, span: Span) -> Chance {
        let life = self.lives.get(&peer);
        match life.and_then(|life| life.chunks.get(&id)) {
            Some(course) => course.over(span, at_first),
            None if at_first => Chance::Always,
            None => Chance::Never,
        }
    }

    /// Peers at one end at least of each link for which it matters when something is sent over it;
    /// `None` when it may matter for all links.
    pub(super) fn affected(&self) -> Option<Vec<EndpointId>> {
        let mut peers: Vec<EndpointId> = self.lives.keys().copied().map(super::peer_at).collect();
        for turn in &self.cuts {
            match &turn.links {
                Some(cut) if cut.from.len() <= cut.to.len() => peers.extend(cut.from.iter()),
                Some(cut) => peers.extend(cut.to.iter()),
                // What is open stays so, unless nothing is known any more.
                None if turn.is_known => {}
                None => return None,
            }
        }
        Some(peers)
    }

    /// The chunks that some peer gains or loses, with the peer.
    pub(super) fn changing(&self) -> impl Iterator<Item = (usize, ChunkId)> + '_ {
        let lives = self.lives.iter();
        lives.flat_map(|(peer, life)| life.chunks.keys().map(|id| (*peer, *id)))
    }

    /// Whether what is sent from `from` to `to` crosses: the link is not cut.
    pub(super) fn is_open(&self, from: EndpointId, to: EndpointId, span: Span) -> Chance {
        let mut course = Course::default();
        for turn in &self.cuts {
            let is_about = turn.links.as_ref().is_none_or(|cut| cut.covers(from, to));
            if turn.time > span.to {
                break;
            }
            match is_about {
                true if turn.is_known => course.turn(turn.time, turn.opens),
                true => course.doubt(turn.time),
                false => {}
            }
        }
        course.over(span, true)
    }
}

/// The earliest time at which a datagram that `pattern` matches can be sent, whatever happens: each
/// type needs one on its way before it, and all begin with a client's first HELLO.
fn first_sent(scenario: &Scenario, pattern: &Pattern) -> Duration {
    let starts = scenario.clients.iter().map(|c| c.requests[0].after);
    let links = &scenario.faults.links;
    let between = links.between.values().map(|c| c.delay);
    let shortest = between.chain([links.clients.delay]).min();
    let before = match pattern.message {
        None | Some(Type::Hello) => 0,
        Some(Type::Query | Type::ChunksInfo) => 1,
        Some(Type::Get) => 2,
        Some(Type::Response) => 3,
    };
    let earliest = starts.min().unwrap_or_default();
    earliest.saturating_add(shortest.unwrap_or_default().saturating_mul(before))
}
