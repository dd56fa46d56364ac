//! One datagram's way through the faults by meaning and the chances of its link.

use std::time::Duration;

use bytes::Bytes;

use super::fate::{Deed, Fate, Story};
use super::luck::{Draws, DrawsOfOne};
use super::{Datagram, Network, World, jitter, pattern};
use crate::event::{Culprit, DropReason};
use crate::faults::{Conditions, Effect, Fault};
use crate::luck::{BLOCK, Name};
use crate::time::Time;

/// The bit of a type's high byte that faults by meaning flip.
const HIGHEST_BIT: u8 = 0x80;

/// The datagram or a copy of it, on its way.
#[derive(Clone, Copy, Debug, Default)]
struct One {
    /// Its number in the story.
    number: usize,
    /// How much longer than others it takes, by now.
    longer: Duration,
    is_damaged: bool,
}

/// Where a datagram crosses.
#[derive(Clone, Copy)]
struct Crossing<'a> {
    world: World<'a>,
    now: Time,
    datagram: Datagram<'a>,
    conditions: &'a Conditions,
    /// Its number on its link.
    place: u32,
}

impl Network {
    /// Takes `datagram` over a link that is not cut; `place` is its number there.
    pub(super) fn cross(
        &mut self,
        world: World<'_>,
        now: Time,
        datagram: Datagram<'_>,
        conditions: &Conditions,
        place: u32,
    ) -> Fate {
        let crossing = Crossing {
            world,
            now,
            datagram,
            conditions,
            place,
        };
        let named = &world.faults.named;
        if !named.iter().any(|fault| crossing.is_met_by(fault)) {
            let draws = self.draws(crossing, 0);
            return match crossing.is_plain(draws) {
                true => self.pass(crossing, draws),
                false => {
                    let mut story = Story::default();
                    self.meet_chances(crossing, &mut story, One::default(), draws);
                    story.end()
                }
            };
        }
        let mut story = Story::default();
        let ones = self.meet_faults(crossing, &mut story);
        for (copy, one) in (0..).zip(ones) {
            if let Some(one) = one {
                let draws = self.draws(crossing, copy);
                self.meet_chances(crossing, &mut story, one, draws);
            }
        }
        story.end()
    }

    /// Lets the chances of the link act where nothing comes of them that has to be told: most
    /// datagrams of most runs, so it allocates nothing.
    fn pass(&mut self, crossing: Crossing<'_>, draws: Draws) -> Fate {
        match draws.is_lost(crossing.conditions.loss) {
            true => Fate::Dropped(DropReason::Loss),
            false => match self.leaves(crossing, Duration::ZERO, draws.of_itself()) {
                Some(after) => Fate::Arrives(after),
                None => Fate::Dropped(DropReason::QueueFull),
            },
        }
    }

    /// Lets the faults by meaning act; gives the datagram, unless one dropped it, and its copies.
    fn meet_faults(&mut self, crossing: Crossing<'_>, story: &mut Story) -> Vec<Option<One>> {
        let named = &crossing.world.faults.named;
        let mut itself = Some(One::default());
        let mut copies = Vec::new();
        for ((number, fault), counted) in (0..).zip(named).zip(&mut self.counted) {
            if !crossing.is_met_by(fault) {
                continue;
            }
            *counted = counted.saturating_add(1);
            let Some(one) = itself.as_mut().filter(|_| fault.nth.means(*counted)) else {
                continue;
            };
            let culprit = Culprit::Fault(number);
            match fault.effect {
                Effect::Drop => {
                    story.add(one.number, Deed::Dropped(DropReason::Fault(number)));
                    itself = None;
                }
                Effect::Delay(by) => one.delay(story, by, culprit),
                Effect::Duplicate => {
                    let number = story.copy(one.number, culprit);
                    copies.push(Some(One { number, ..*one }));
                }
                Effect::Corrupt => crossing.damage(story, one, HIGHEST_BIT, culprit),
            }
        }
        let mut ones = vec![itself];
        ones.append(&mut copies);
        ones
    }

    /// Lets the chances of the link act on `one`: the datagram, or a copy that faults made.
    fn meet_chances(
        &mut self,
        crossing: Crossing<'_>,
        story: &mut Story,
        mut one: One,
        draws: Draws,
    ) {
        let conditions = crossing.conditions;
        if draws.is_lost(conditions.loss) {
            story.add(one.number, Deed::Dropped(DropReason::Loss));
            return;
        }
        if draws.is_corrupted(conditions.corruption) {
            crossing.damage(story, &mut one, draws.bit(), Culprit::Chance);
        }
        let twin = draws.is_duplicated(conditions.duplication).then(|| One {
            number: story.copy(one.number, Culprit::Chance),
            ..one
        });
        self.leave(crossing, story, one, draws.of_itself());
        if let Some(twin) = twin {
            self.leave(crossing, story, twin, draws.of_copy());
        }
    }

    /// What is drawn for the datagram, or for the `copy`th that faults made of it: far behind, where
    /// it takes nothing from later datagrams.
    fn draws(&mut self, crossing: Crossing<'_>, copy: u64) -> Draws {
        if !crossing.has_chances() {
            return Draws([0; BLOCK]);
        }
        let Datagram { from, to, .. } = crossing.datagram;
        let roster = crossing.world.roster;
        let and = |begins: Name, end| match roster.numbered_name(end) {
            Some((text, number)) => begins.and(text).and_number(number),
            None => begins.and(roster.name(end)),
        };
        let of_sender = match self.last_sender {
            Some((sender, begins)) if sender == from => begins,
            _ => and(Name::of("link "), from).and(">"),
        };
        self.last_sender = Some((from, of_sender));
        let number = (copy << 32) | u64::from(crossing.place);
        Draws(self.blocks.draw(and(of_sender, to), number))
    }

    /// Sends `one` off: held back or not, with its jitter, and through the queue.
    fn leave(
        &mut self,
        crossing: Crossing<'_>,
        story: &mut Story,
        mut one: One,
        draws: DrawsOfOne,
    ) {
        let conditions = crossing.conditions;
        if draws.is_held_back(conditions.reordering) {
            one.delay(story, conditions.reorder_by, Culprit::Chance);
        }
        let deed = match self.leaves(crossing, one.longer, draws) {
            Some(after) => Deed::Arrives(after),
            None => Deed::Dropped(DropReason::QueueFull),
        };
        story.add(one.number, deed);
    }

    /// When what takes so much `longer` than others arrives, with its jitter and through the queue;
    /// none if that is full.
    fn leaves(
        &mut self,
        crossing: Crossing<'_>,
        mut longer: Duration,
        draws: DrawsOfOne,
    ) -> Option<Duration> {
        let conditions = crossing.conditions;
        if let Some(jitter) = conditions.jitter {
            longer = longer.saturating_add(jitter::drawn(jitter, draws.jitter));
        }
        if let Some(rate) = conditions.rate {
            let Datagram { from, to, payload } = crossing.datagram;
            let outlet = self.outlets.entry((from, to)).or_default();
            let has_left = outlet.take(rate, crossing.now, payload.len())?;
            longer = longer.saturating_add(has_left.since(crossing.now));
        }
        Some(conditions.delay.saturating_add(longer))
    }
}

impl One {
    fn delay(&mut self, story: &mut Story, by: Duration, culprit: Culprit) {
        self.longer = self.longer.saturating_add(by);
        story.add(self.number, Deed::Delayed(by, culprit));
    }
}

impl Crossing<'_> {
    /// Whether `fault` counts the datagram.
    fn is_met_by(&self, fault: &Fault) -> bool {
        let now = self.now.since(Time::ZERO);
        let Datagram { from, to, payload } = self.datagram;
        now >= fault.since
            && fault.until.is_none_or(|until| now < until)
            && pattern::matches(&fault.pattern, from, Some(to), payload)
    }

    /// Whether `draws` only let it be lost or take its time.
    fn is_plain(&self, draws: Draws) -> bool {
        let conditions = self.conditions;
        let is_eventful = draws.is_corrupted(conditions.corruption)
            || draws.is_duplicated(conditions.duplication)
            || draws.of_itself().is_held_back(conditions.reordering);
        draws.is_lost(conditions.loss) || !is_eventful
    }

    /// Whether anything has to be drawn.
    fn has_chances(&self) -> bool {
        let Conditions {
            loss,
            duplication,
            reordering,
            corruption,
            ..
        } = self.conditions;
        let chances = [loss, duplication, reordering, corruption];
        self.conditions.jitter.is_some() || chances.iter().any(|chance| **chance > 0.0)
    }

    /// Flips `bit` of the high byte of the type. What is damaged stays as it is: a second flip might
    /// repair it. So does what has no type.
    fn damage(&self, story: &mut Story, one: &mut One, bit: u8, culprit: Culprit) {
        let payload = self.datagram.payload;
        if one.is_damaged || payload.len() < 2 {
            return;
        }
        one.is_damaged = true;
        let mut bytes = payload.to_vec();
        bytes[0] ^= bit;
        story.add(one.number, Deed::Corrupted(Bytes::from(bytes), culprit));
    }
}
