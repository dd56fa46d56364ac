//! What the faults of a scenario came to, entry by entry, as the events tell it.

use std::collections::BTreeSet;

use crate::event::{Culprit, DropReason, EventId, Recording, What};
use crate::faults::{Change, Covers, Fault, LinkEntry, Pattern};
use crate::roster::{EndpointId, Role};
use crate::scenario::Scenario;
use crate::time::Time;
use crate::wire::{ChunkId, Message, Type, carried};

/// What the faults of a scenario came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Of each fault by meaning, in the order of the file.
    pub faults: Vec<FaultEffect>,
    /// Of each entry about links, in the order of the file.
    pub links: Vec<LinkEffect>,
    /// The events of what changed in time, save churn, first to last.
    pub changes: Vec<EventId>,
    /// How often churn took a peer away.
    pub leaves: u64,
    /// How often it brought one back.
    pub returns: u64,
}

/// What a fault by meaning came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultEffect {
    /// Datagrams that it counted.
    pub matched: u64,
    /// Those to which it did something.
    pub met: u64,
}

/// What happened on the links of an entry. Where entries overlap each has the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkEffect {
    /// Datagrams that were sent over them.
    pub sent: u64,
    /// Those that were lost by chance, or found a queue full.
    pub lost: u64,
    /// Copies that were made by chance.
    pub duplicated: u64,
    /// Those that were damaged by chance.
    pub corrupted: u64,
    /// Those that were held back by chance.
    pub delayed: u64,
}

/// A datagram that an endpoint of the run sent.
struct Datagram<'a> {
    id: EventId,
    time: Time,
    from: EndpointId,
    to: Option<EndpointId>,
    payload: &'a [u8],
}

impl Effects {
    /// Reads them off `recording`, a run of `scenario`.
    #[must_use]
    pub fn read(scenario: &Scenario, recording: &Recording) -> Self {
        let mut effects = Self {
            faults: vec![FaultEffect::default(); scenario.faults.named.len()],
            links: vec![LinkEffect::default(); scenario.faults.links.entries.len()],
            ..Self::default()
        };
        effects.read_changes(scenario, recording);
        effects.read_faults(scenario, recording);
        effects.read_links(scenario, recording);
        effects
    }

    fn read_changes(&mut self, scenario: &Scenario, recording: &Recording) {
        if scenario.faults.timeline.is_empty() {
            return;
        }
        for (id, event) in recording.iter() {
            let What::Changed { place, change } = &event.what else {
                continue;
            };
            let scheduled = scenario.faults.timeline.get(*place as usize);
            if scheduled.is_some_and(|scheduled| scheduled.label.is_some()) {
                self.changes.push(id);
                continue;
            }
            match **change {
                Change::Start(_) => self.returns += 1,
                Change::Crash(_) => self.leaves += 1,
                // Away from the beginning, until it joins.
                _ => {}
            }
        }
    }

    fn read_faults(&mut self, scenario: &Scenario, recording: &Recording) {
        let faults = &scenario.faults.named;
        if faults.is_empty() {
            return;
        }
        let uncounted = uncounted(recording);
        let sent = datagrams(scenario, recording);
        for datagram in sent.filter(|datagram| !uncounted.contains(&datagram.id)) {
            for (effect, fault) in self.faults.iter_mut().zip(faults) {
                effect.matched += u64::from(datagram.is_counted_by(fault));
            }
        }
        for (_, event) in recording.iter() {
            let by = match &event.what {
                What::Dropped {
                    reason: DropReason::Fault(by),
                    ..
                } => Culprit::Fault(*by),
                What::Duplicated { culprit, .. } => *culprit,
                What::Delayed { hold, .. } => hold.culprit,
                What::Corrupted { damage, .. } => damage.culprit,
                _ => continue,
            };
            let Culprit::Fault(by) = by else {
                continue;
            };
            if let Some(effect) = self.faults.get_mut(by as usize) {
                effect.met += 1;
            }
        }
    }

    fn read_links(&mut self, scenario: &Scenario, recording: &Recording) {
        if self.links.is_empty() {
            return;
        }
        let entries: Vec<Covered<'_>> = scenario.faults.links.entries.iter().map(covered).collect();
        let end_points = |datagram: EventId| match recording.event(recording.origin(datagram)).what
        {
            What::Sent { from, to, .. } => Some((from, scenario.roster.at(to)?)),
            _ => None,
        };
        for (id, event) in recording.iter() {
            let (datagram, count): (EventId, fn(&mut LinkEffect) -> &mut u64) = match &event.what {
                What::Sent { .. } => (id, |effect| &mut effect.sent),
                What::Dropped {
                    datagram,
                    reason: DropReason::Loss | DropReason::QueueFull,
                } => (*datagram, |effect| &mut effect.lost),
                What::Duplicated {
                    original,
                    culprit: Culprit::Chance,
                } => (*original, |effect| &mut effect.duplicated),
                What::Corrupted { datagram, damage } if damage.culprit == Culprit::Chance => {
                    (*datagram, |effect| &mut effect.corrupted)
                }
                What::Delayed { datagram, hold } if hold.culprit == Culprit::Chance => {
                    (*datagram, |effect| &mut effect.delayed)
                }
                _ => continue,
            };
            let Some((from, to)) = end_points(datagram) else {
                continue;
            };
            let roles = [from, to].map(|end| scenario.roster.role(end));
            for (effect, covered) in self.links.iter_mut().zip(&entries) {
                if covered.has((from, to), roles) {
                    *count(effect) += 1;
                }
            }
        }
    }
}

/// How many datagrams were sent that `pattern` matches, whatever became of them.
pub(super) fn matching(scenario: &Scenario, recording: &Recording, pattern: &Pattern) -> u64 {
    let sent = datagrams(scenario, recording);
    sent.filter(|datagram| datagram.is(pattern)).count() as u64
}

/// All that endpoints of the run sent, in order.
fn datagrams<'a>(
    scenario: &'a Scenario,
    recording: &'a Recording,
) -> impl Iterator<Item = Datagram<'a>> + 'a {
    recording
        .iter()
        .filter_map(|(id, event)| match &event.what {
            What::Sent { from, to, payload } => Some(Datagram {
                id,
                time: event.time,
                from: *from,
                to: scenario.roster.at(*to),
                payload: recording.bytes(*payload),
            }),
            _ => None,
        })
}

/// Datagrams that never entered a link, where faults would have counted them.
fn uncounted(recording: &Recording) -> BTreeSet<EventId> {
    let dropped = recording.iter().filter_map(|(_, event)| match event.what {
        What::Dropped { datagram, reason } => Some((datagram, reason)),
        _ => None,
    });
    let before = dropped.filter(|(_, reason)| {
        matches!(
            reason,
            DropReason::Cut | DropReason::Unroutable | DropReason::LeftTheRun | DropReason::TooLong
        )
    });
    before.map(|(datagram, _)| datagram).collect()
}

impl Datagram<'_> {
    fn is_counted_by(&self, fault: &Fault) -> bool {
        let ended = fault.until.map(Time::from_start);
        self.time >= Time::from_start(fault.since)
            && ended.is_none_or(|ended| self.time < ended)
            && self.is(&fault.pattern)
    }

    fn is(&self, pattern: &Pattern) -> bool {
        let payload = carried(self.payload);
        let message = Type::of_datagram(payload);
        pattern.matches(self.from, self.to, message, |id| names(payload, id))
    }
}

/// Whether `payload` is a message that names chunk `id`.
fn names(payload: &[u8], id: ChunkId) -> bool {
    let Ok(decoded) = Message::decode(payload) else {
        return false;
    };
    match decoded.message {
        Message::Hello(ids) | Message::ChunksInfo(ids) | Message::Get(ids) => {
            ids.iter().any(|named| named == id)
        }
        Message::Query(query) => query.ids.iter().any(|named| named == id),
        Message::Response { id: named, .. } => named == id,
    }
}

/// The links of an entry, for looking one up.
enum Covered<'a> {
    Kind(&'a Covers),
    These(BTreeSet<(EndpointId, EndpointId)>),
}

fn covered(entry: &LinkEntry) -> Covered<'_> {
    match &entry.covers {
        Covers::These(links) => Covered::These(links.iter().copied().collect()),
        kind => Covered::Kind(kind),
    }
}

impl Covered<'_> {
    fn has(&self, link: (EndpointId, EndpointId), roles: [Role; 2]) -> bool {
        let has_client = roles.contains(&Role::Client);
        match self {
            Self::These(links) => links.contains(&link),
            Self::Kind(Covers::Peers) => roles == [Role::Peer; 2],
            Self::Kind(Covers::Clients) => has_client,
            Self::Kind(_) => true,
        }
    }
}
