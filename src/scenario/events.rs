//! `[[event]]` tables as the timeline of a run.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::course::{Course, Move, Trade};
use super::event_tables::{Action, EventTable, OneWay, WhenText};
use super::fault_leaves::Name;
use super::holdings::Holdings;
use super::problem::{Problems, Span};
use super::words::quoted;
use super::world::{World, span_of};
use crate::faults::{Change, Cut, Scheduled, When};
use crate::roster::{EndpointId, Role};

/// Resolves events, one after another.
pub(super) struct Events<'a, 'w> {
    world: &'a World<'w>,
    holdings: &'a mut Holdings,
    problems: &'a mut Problems,
    timeline: Vec<Scheduled>,
    course: Course,
    /// What was healed, with its place: it must have been cut before.
    healed: Vec<(Option<Duration>, Option<Cut>, Span)>,
}

/// The peers whose coming and going the events of `timeline` tell.
pub(super) fn told(timeline: &[Scheduled]) -> BTreeSet<EndpointId> {
    let changes = timeline.iter().map(|scheduled| &scheduled.change);
    let moving = changes.filter(|change| {
        matches!(
            change,
            Change::Stop(_) | Change::Crash(_) | Change::Start(_)
        )
    });
    moving.filter_map(Change::peer).collect()
}

impl<'a, 'w> Events<'a, 'w> {
    pub(super) fn new(
        world: &'a World<'w>,
        holdings: &'a mut Holdings,
        problems: &'a mut Problems,
    ) -> Self {
        Self {
            world,
            holdings,
            problems,
            timeline: Vec::new(),
            course: Course::default(),
            healed: Vec::new(),
        }
    }

    /// What happens because of `events`, in the order of the file; notes what can't happen.
    pub(super) fn resolve(mut self, events: &[EventTable]) -> Vec<Scheduled> {
        for event in events {
            self.event(event);
        }
        self.course.check(self.world, self.problems);
        self.check_healed();
        self.timeline
    }

    fn event(&mut self, event: &EventTable) {
        let when = match &event.when {
            Some(WhenText::At(at)) => Some(When::At(*at.get_ref())),
            Some(WhenText::After { pattern, nth, by }) => Some(When::After {
                pattern: self.world.pattern(pattern, self.problems),
                nth: *nth,
                by: *by,
            }),
            None => None,
        };
        let at = match &when {
            Some(When::At(at)) => Some(*at),
            _ => None,
        };
        // What is wrong with an action is told even when nobody knows its time.
        let when = when.unwrap_or(When::At(Duration::ZERO));
        let label = self.problems.label_of("event", &event.header);
        let changes = match &event.action {
            Some(action) => self.changes(action, at),
            None => Vec::new(),
        };
        if let Some(Action::Join(_)) = event.action {
            for change in &changes {
                self.timeline.extend(change.peer().map(|peer| Scheduled {
                    when: When::At(Duration::ZERO),
                    change: Change::Stop(peer),
                    label: None,
                }));
            }
        }
        self.timeline
            .extend(changes.into_iter().map(|change| Scheduled {
                when: when.clone(),
                change,
                label: Some(label.clone()),
            }));
    }

    /// What `action`, at the time `at` if that is known, changes.
    fn changes(&mut self, action: &Action, at: Option<Duration>) -> Vec<Change> {
        match action {
            Action::Stop(names) => self.moves(names, at, Move::Stop, Change::Stop),
            Action::Crash(names) => self.moves(names, at, Move::Crash, Change::Crash),
            Action::Start(names) => self.moves(names, at, Move::Start, Change::Start),
            Action::Join(names) => self.moves(names, at, Move::Join, Change::Start),
            Action::Pause(names, length) => {
                let pause = |peer| Change::Pause(peer, *length);
                self.moves(names, at, Move::Pause(*length), pause)
            }
            Action::Cut(pairs, one_way) => {
                let cuts = self.links(pairs, *one_way);
                cuts.into_iter().map(|(cut, _)| Change::Cut(cut)).collect()
            }
            Action::Heal(pairs, one_way) => {
                let cuts = self.links(pairs, *one_way);
                let healed = cuts.iter().cloned();
                self.healed
                    .extend(healed.map(|(cut, span)| (at, Some(cut), span)));
                cuts.into_iter().map(|(cut, _)| Change::Heal(cut)).collect()
            }
            Action::HealAll(span) => {
                self.healed.push((at, None, span.clone()));
                vec![Change::HealAll]
            }
            Action::Partition(names, one_way) => {
                let cut = self.partition(names.get_ref(), names.span(), *one_way);
                cut.map(Change::Cut).into_iter().collect()
            }
            Action::Gain(names, ids) => {
                let store = self.holdings.generate(ids.get_ref());
                let peers = self.trades(names, at, Trade::Gain, ids.get_ref(), &ids.span());
                let gain = |peer| Change::Gain(peer, Arc::clone(&store));
                peers.into_iter().map(gain).collect()
            }
            Action::Lose(names, ids) => {
                let peers = self.trades(names, at, Trade::Lose, ids.get_ref(), &ids.span());
                let lose = |peer| Change::Lose(peer, ids.get_ref().clone());
                peers.into_iter().map(lose).collect()
            }
        }
    }

    /// The changes of each of the peers `names`, which are noted as their moves.
    fn moves(
        &mut self,
        names: &[Name],
        at: Option<Duration>,
        what: Move,
        change: impl Fn(EndpointId) -> Change,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        for name in names {
            if let Some(peer) = self.world.peer(name, self.problems) {
                self.course.moves(peer, at, what, name.span());
                changes.push(change(peer));
            }
        }
        changes
    }

    /// The peers `names`, whose holding of `ids` changes.
    fn trades(
        &mut self,
        names: &[Name],
        at: Option<Duration>,
        what: Trade,
        ids: &[crate::wire::ChunkId],
        span: &Span,
    ) -> Vec<EndpointId> {
        let mut peers = Vec::new();
        for name in names {
            if let Some(peer) = self.world.peer(name, self.problems) {
                self.course.trades(peer, at, what, ids, span.clone());
                peers.push(peer);
            }
        }
        peers
    }

    /// The links that `pairs` name, with the place of each pair.
    fn links(&mut self, pairs: &[[Name; 2]], one_way: OneWay) -> Vec<(Cut, Span)> {
        let mut cuts = Vec::new();
        for pair in pairs {
            let span = span_of(pair);
            let links = self
                .world
                .links_between(pair, span.clone(), one_way, self.problems);
            // Both ways, it does not matter which of the two comes first.
            cuts.extend(links.first().map(|(from, to)| {
                let cut = Cut {
                    from: Arc::from([*from]),
                    to: Arc::from([*to]),
                    both_ways: !one_way,
                };
                (cut, span)
            }));
        }
        cuts
    }

    /// The links between those that `names` names, with the clients that ask them, and all others.
    fn partition(&mut self, names: &[Name], span: Span, one_way: OneWay) -> Option<Cut> {
        let named: Vec<Option<EndpointId>> = names
            .iter()
            .map(|name| self.world.endpoint(name, self.problems))
            .collect();
        let named: BTreeSet<EndpointId> = named.into_iter().collect::<Option<_>>()?;
        let is_inside = |endpoint: &EndpointId| {
            let contact = || self.world.contact(*endpoint);
            let with_contact =
                || self.world.is_client(*endpoint) && contact().is_some_and(|c| named.contains(&c));
            named.contains(endpoint) || with_contact()
        };
        let roster = self.world.roster.iter();
        let there = roster.filter(|(_, entry)| entry.role != Role::Nobody);
        let (inside, outside): (Vec<_>, Vec<_>) =
            there.map(|(endpoint, _)| endpoint).partition(is_inside);
        if outside.is_empty() {
            let title = "a partition needs somebody on the other side";
            let problem = self.problems.add(span, title, "this is everybody");
            problem.help("name one side only; clients are on the side of their contact");
            return None;
        }
        Some(Cut {
            from: inside.into(),
            to: outside.into(),
            both_ways: !one_way,
        })
    }

    /// Notes what is healed and was never cut before.
    fn check_healed(&mut self) {
        for (at, healed, span) in &self.healed {
            // Without both times nobody knows which comes first.
            let before = |when: &When| match (when, at) {
                (When::At(cut), Some(at)) => cut <= at,
                _ => true,
            };
            let cuts = self.timeline.iter().filter_map(|s| match &s.change {
                Change::Cut(cut) => Some((&s.when, cut)),
                _ => None,
            });
            let (title, is_cut) = match healed {
                None => {
                    let mut cuts = cuts;
                    let title = "nothing is cut before all is healed".to_owned();
                    (title, cuts.any(|(when, _)| before(when)))
                }
                Some(healed) => {
                    let (from, to) = (healed.from[0], healed.to[0]);
                    let is_about = |cut: &Cut| {
                        cut.covers(from, to) || (healed.both_ways && cut.covers(to, from))
                    };
                    let name = |endpoint| quoted(self.world.roster.name(endpoint));
                    let title = format!(
                        "the link between {} and {} is healed, and was not cut before",
                        name(from),
                        name(to)
                    );
                    let mut cuts = cuts;
                    (title, cuts.any(|(when, cut)| before(when) && is_about(cut)))
                }
            };
            if !is_cut {
                let problem = self.problems.add(span.clone(), title, "nothing to heal");
                problem.help("`cut` and `partition` cut links; heal them at a later time");
            }
        }
    }
}
