//! What links, faults and changes do in the play, as docs and `src/faults` say.

use super::*;
use crate::faults::{Cut, Effect, Nth, Pattern, When};
use crate::wire::Type;

#[derive(Default)]
pub(super) struct Weather {
    down: BTreeSet<usize>,
    paused: BTreeMap<usize, u64>,
    held: BTreeSet<(usize, u16)>,
    /// Cuts and healings so far, the latest last.
    cuts: Vec<(Option<Cut>, bool)>,
    /// Datagrams counted by each fault, and by each change that follows one.
    faults: Vec<u32>,
    followed: Vec<u32>,
    /// When those in each link's queue have left.
    leaving: BTreeMap<(usize, usize), Vec<u64>>,
}

impl Weather {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let peers = scenario.peers.iter().enumerate();
        Self {
            held: peers
                .flat_map(|(peer, spec)| spec.chunks.ids().map(move |id| (peer, id.0)))
                .collect(),
            faults: vec![0; scenario.faults.named.len()],
            followed: vec![0; scenario.faults.timeline.len()],
            ..Self::default()
        }
    }

    /// The changes that have a time.
    pub(super) fn scheduled(&self, scenario: &Scenario) -> Vec<(usize, u64)> {
        let changes = scenario.faults.timeline.iter().enumerate();
        let timed = changes.filter_map(|(index, scheduled)| match scheduled.when {
            When::At(time) => Some((index, nanos(time))),
            When::After { .. } => None,
        });
        timed.collect()
    }

    pub(super) fn is_down(&self, peer: usize) -> bool {
        self.down.contains(&peer)
    }

    pub(super) fn holds(&self, peer: usize, id: u16) -> bool {
        self.held.contains(&(peer, id))
    }

    /// Until when `peer` stands still, if it does.
    pub(super) fn paused_until(&self, peer: usize, now: u64) -> Option<u64> {
        self.paused.get(&peer).copied().filter(|until| now < *until)
    }

    /// Makes a change.
    pub(super) fn change(&mut self, now: u64, change: &Change) {
        match change {
            Change::Stop(peer) | Change::Crash(peer) => {
                self.down.insert(peer.index());
            }
            Change::Start(peer) => {
                self.down.remove(&peer.index());
            }
            Change::Pause(peer, time) => {
                let until = self.paused.entry(peer.index()).or_default();
                *until = (*until).max(now + nanos(*time));
            }
            Change::Resume(_) => {}
            Change::Cut(cut) => self.cuts.push((Some(cut.clone()), false)),
            Change::Heal(cut) => self.cuts.push((Some(cut.clone()), true)),
            Change::HealAll => self.cuts.push((None, true)),
            Change::Gain(peer, chunks) => {
                self.held
                    .extend(chunks.ids().map(|id| (peer.index(), id.0)));
            }
            Change::Lose(peer, chunks) => {
                for id in chunks {
                    self.held.remove(&(peer.index(), id.0));
                }
            }
        }
    }

    /// When `datagram` arrives, each copy of it, and which changes follow it.
    pub(super) fn send(
        &mut self,
        scenario: &Scenario,
        now: u64,
        datagram: &Datagram,
        fate: &mut dyn Fate,
    ) -> (Vec<u64>, Vec<(u64, usize)>) {
        let mut changes = Vec::new();
        for (index, scheduled) in scenario.faults.timeline.iter().enumerate() {
            if let When::After { pattern, nth, by } = &scheduled.when
                && matches(pattern, datagram)
            {
                self.followed[index] += 1;
                if self.followed[index] == *nth {
                    changes.push((now + nanos(*by), index));
                }
            }
        }
        let (from, to) = (endpoint(datagram.from), endpoint(datagram.to));
        let about = |cut: &Option<Cut>| cut.as_ref().is_none_or(|cut| cut.covers(from, to));
        let latest = self.cuts.iter().rev().find(|(cut, _)| about(cut));
        if latest.is_some_and(|(_, heals)| !heals) {
            return (Vec::new(), changes);
        }
        let mut copies: Vec<(u64, bool)> = vec![(0, false)];
        for (index, fault) in scenario.faults.named.iter().enumerate() {
            let ends = fault.until.map_or(u64::MAX, nanos);
            let in_time = nanos(fault.since) <= now && (now < ends || fault.until.is_none());
            if !in_time || !matches(&fault.pattern, datagram) {
                continue;
            }
            self.faults[index] += 1;
            let is_meant = match &fault.nth {
                Nth::Every => true,
                Nth::These(numbers) => numbers.contains(&self.faults[index]),
            };
            match fault.effect {
                _ if !is_meant => {}
                Effect::Drop => return (Vec::new(), changes),
                Effect::Delay(by) => copies.iter_mut().for_each(|copy| copy.0 += nanos(by)),
                Effect::Duplicate => copies.extend_from_within(..),
                Effect::Corrupt => copies.iter_mut().for_each(|copy| copy.1 = true),
            }
        }
        let mut arrivals = Vec::new();
        for (delayed, corrupt) in copies {
            let times = self.cross(scenario, now, datagram, fate);
            if !corrupt {
                arrivals.extend(times.into_iter().map(|at| at + delayed));
            }
        }
        (arrivals, changes)
    }

    /// When the copies of a datagram arrive that enters its link now.
    fn cross(
        &mut self,
        scenario: &Scenario,
        now: u64,
        datagram: &Datagram,
        fate: &mut dyn Fate,
    ) -> Vec<u64> {
        let peers = scenario.peers.len();
        let has_client = datagram.from >= peers || datagram.to >= peers;
        let (from, to) = (endpoint(datagram.from), endpoint(datagram.to));
        let link = scenario.faults.links.of(from, to, has_client);
        if fate.happens(link.loss) || fate.happens(link.corruption) {
            return Vec::new();
        }
        let mut leaves = now;
        if let Some(rate) = link.rate {
            let queue = self
                .leaving
                .entry((datagram.from, datagram.to))
                .or_default();
            queue.retain(|at| *at > now);
            if queue.len() > rate.queue as usize {
                return Vec::new();
            }
            leaves = queue.last().copied().unwrap_or(now) + nanos(rate.takes(40));
            queue.push(leaves);
        }
        let copies = 1 + usize::from(fate.happens(link.duplication));
        let mut arrivals = Vec::new();
        for _ in 0..copies {
            let mut at = leaves + nanos(link.delay);
            if fate.happens(link.reordering) {
                at += nanos(link.reorder_by);
            }
            if let Some(jitter) = link.jitter {
                at += fate.up_to(nanos(jitter.most()));
            }
            arrivals.push(at);
        }
        arrivals
    }
}

fn matches(pattern: &Pattern, datagram: &Datagram) -> bool {
    let (message, ids) = match &datagram.mail {
        Mail::Hello(ids) => (Type::Hello, ids.as_slice()),
        Mail::Query { ids, .. } => (Type::Query, ids.as_slice()),
        Mail::Info(ids) => (Type::ChunksInfo, ids.as_slice()),
        Mail::Get(ids) => (Type::Get, ids.as_slice()),
        Mail::Response(id) => (Type::Response, std::slice::from_ref(id)),
    };
    let (from, to) = (endpoint(datagram.from), endpoint(datagram.to));
    pattern.matches(from, Some(to), Some(message), |id| ids.contains(&id.0))
}
