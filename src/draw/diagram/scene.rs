//! What a diagram shows, each thing at its place: lifeline, moment, and place within the moment.

use std::collections::{BTreeMap, BTreeSet};

use super::Pick;
use super::choice::{MOST_ARROWS, choose};
use super::hops::{HopSpan, hops};
use super::kinds::{Kind, short};
use super::lanes::{Lane, order};
use super::steps::{Happens, Step, has_crossed, steps};
use crate::event::DropReason;
use crate::time::Time;
use crate::trace::{Fate, Journey, Journeys, Trace};

/// The letters of an event that are told: lists of ids may be long.
const LONGEST_LINE: usize = 160;

/// What a diagram shows.
#[derive(Debug)]
pub(super) struct Scene {
    /// The lifelines from left to right.
    pub(super) lanes: Vec<Lane>,
    pub(super) moments: Vec<Moment>,
    pub(super) arrows: Vec<Arrow>,
    pub(super) marks: Vec<Mark>,
    /// The hops of searches that can be told apart.
    pub(super) hops: Vec<HopSpan>,
    /// How many datagrams were not picked.
    pub(super) unpicked: usize,
    /// How many datagrams were picked, but are too many.
    pub(super) beyond: usize,
}

/// A distinct instant of the run's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) time: Time,
    /// How many places it has, one below the other.
    pub(super) places: u32,
    /// Whether a datagram is sent or arrives.
    pub(super) has_datagrams: bool,
    /// Whether a datagram is sent that lands nowhere: its arrow ends below.
    pub(super) has_stubs: bool,
}

/// Where on the diagram something happens, each counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) lane: u32,
    pub(super) moment: u32,
    pub(super) place: u32,
}

/// A datagram.
#[derive(Debug)]
pub(super) struct Arrow {
    /// Its number among all datagrams of the run.
    pub(super) number: u32,
    pub(super) kind: Kind,
    /// What stands beside it.
    pub(super) text: String,
    /// What is told of it when one points at it.
    pub(super) told: String,
    pub(super) from: Spot,
    /// The lifeline that it goes to.
    pub(super) toward: u32,
    pub(super) end: End,
    pub(super) is_duplicate: bool,
    pub(super) is_copy: bool,
    pub(super) is_damaged: bool,
    pub(super) is_held_back: bool,
}

/// How an arrow ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    Landed(Spot),
    /// It crossed, but was not handed to anybody there.
    Refused(Spot, String),
    Lost(String),
    InFlight,
}

/// Something else that happens.
#[derive(Debug)]
pub(super) struct Mark {
    /// On a lifeline, or right across the diagram, when `lane` says nothing.
    pub(super) spot: Spot,
    pub(super) sign: Sign,
    pub(super) text: String,
}

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sign {
    /// A client logged a chunk.
    Logged,
    /// A client logged that a chunk is missing.
    Missing,
    /// A client is done.
    Done,
    /// A peer is there no more.
    Down,
    /// A peer stands still.
    Paused,
    /// A peer is there again, or goes on.
    Up,
    /// A peer holds other chunks.
    Holds,
    /// Links are cut or healed: on no lifeline, right across the diagram.
    Links,
}

impl Scene {
    /// What `trace` has to show of what is picked.
    pub(super) fn of(trace: &Trace, pick: &Pick) -> Self {
        Self::with_most(trace, pick, MOST_ARROWS)
    }

    /// The same with no more than `most` arrows.
    pub(super) fn with_most(trace: &Trace, pick: &Pick, most: usize) -> Self {
        let journeys = Journeys::read(&trace.recording, &trace.roster);
        let choice = choose(trace, &journeys, pick, most);
        let steps = steps(trace, pick, &journeys, &choice.drawn, choice.end);

        let mut wanted: BTreeSet<Lane> = steps.iter().filter_map(|step| step.lane).collect();
        for number in &choice.drawn {
            wanted.insert(Lane::at(trace, journeys.datagrams.get(*number).to));
        }
        wanted.extend(pick.endpoints.iter().copied().map(Lane::Of));
        let lanes = order(trace, &wanted);
        let columns: BTreeMap<Lane, u32> = lanes.iter().copied().zip(0..).collect();

        let drawn = choice.drawn.iter().map(|number| {
            let journey = journeys.datagrams.get(*number);
            let toward = columns.get(&Lane::at(trace, journey.to));
            Arrow::new(trace, *number, &journey, toward.copied().unwrap_or(0))
        });
        let mut scene = Self {
            lanes,
            moments: Vec::new(),
            arrows: drawn.collect(),
            marks: Vec::new(),
            hops: Vec::new(),
            unpicked: choice.unpicked,
            beyond: choice.beyond,
        };
        scene.lay_out(steps, &columns);
        scene.hops = hops(&scene.arrows, &journeys);
        scene
    }

    /// Gives each step its place: within a moment those on one lifeline stand one below the other,
    /// and what goes across all below what was, and above what comes.
    fn lay_out(&mut self, steps: Vec<Step>, columns: &BTreeMap<Lane, u32>) {
        let times: BTreeSet<Time> = steps.iter().map(|step| step.time).collect();
        let rows: BTreeMap<Time, u32> = times.iter().copied().zip(0..).collect();
        let moments = times.into_iter().map(|time| Moment {
            time,
            places: 0,
            has_datagrams: false,
            has_stubs: false,
        });
        self.moments = moments.collect();
        let mut across = vec![0; self.moments.len()];
        let mut next: BTreeMap<(u32, Lane), u32> = BTreeMap::new();
        for step in steps {
            let moment = rows[&step.time];
            let row = &mut self.moments[moment as usize];
            let above = across[moment as usize];
            let free = match step.lane {
                Some(lane) => next.entry((moment, lane)).or_default(),
                None => &mut across[moment as usize],
            };
            let place = match (&step.what, step.lane) {
                (_, None) => row.places,
                // What takes no time still leads downwards.
                (Happens::Ends(arrow), _) if self.arrows[*arrow].from.moment == moment => {
                    (*free).max(above).max(self.arrows[*arrow].from.place + 2)
                }
                _ => (*free).max(above),
            };
            *free = place + 1;
            row.places = row.places.max(place + 1);
            row.has_datagrams |= !matches!(step.what, Happens::Mark(..));
            row.has_stubs |= match &step.what {
                Happens::Begins(arrow) => self.arrows[*arrow].end.is_stub(),
                _ => false,
            };
            let lane = step.lane.and_then(|lane| columns.get(&lane)).copied();
            let spot = Spot {
                lane: lane.unwrap_or(0),
                moment,
                place,
            };
            match step.what {
                Happens::Begins(arrow) => self.arrows[arrow].from = spot,
                Happens::Ends(arrow) => match &mut self.arrows[arrow].end {
                    End::Landed(end) | End::Refused(end, _) => *end = spot,
                    End::Lost(_) | End::InFlight => {}
                },
                Happens::Mark(sign, text) => self.marks.push(Mark { spot, sign, text }),
            }
        }
    }
}

impl End {
    /// Whether the arrow stops on its way.
    pub(super) const fn is_stub(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::InFlight)
    }
}

impl Arrow {
    /// The arrow of a datagram, its places still to be found.
    fn new(trace: &Trace, number: u32, journey: &Journey, toward: u32) -> Self {
        let payload = trace.recording.payload(journey.born);
        let payload = payload.map_or(&[][..], |bytes| bytes);
        let end = match journey.fate {
            Fate::Delivered(_) => End::Landed(Spot::default()),
            Fate::Dropped(_, reason) if has_crossed(reason) => {
                End::Refused(Spot::default(), why(reason))
            }
            Fate::Dropped(_, reason) => End::Lost(why(reason)),
            Fate::LostByKernel(_) => End::Lost("lost by kernel".to_owned()),
            Fate::InFlight => End::InFlight,
        };
        Self {
            number,
            kind: Kind::of(payload),
            text: short(payload),
            told: told(trace, journey),
            from: Spot::default(),
            toward,
            end,
            is_duplicate: journey.is_duplicate,
            is_copy: journey.copy_of.is_some(),
            is_damaged: journey.damaged.is_some(),
            is_held_back: journey.delayed.is_some(),
        }
    }
}

/// What is told of a datagram when one points at its arrow: how it came, and how it ended.
fn told(trace: &Trace, journey: &Journey) -> String {
    let events = [
        Some(journey.born),
        journey.delayed,
        journey.damaged,
        journey.fate.event(),
    ];
    let lines = events.into_iter().flatten().map(|event| {
        let line = trace.recording.line(event, &trace.roster);
        match line.chars().count() > LONGEST_LINE {
            true => line.chars().take(LONGEST_LINE - 1).chain(['…']).collect(),
            false => line,
        }
    });
    lines.collect::<Vec<String>>().join("; ")
}

/// The reason in words.
fn why(reason: DropReason) -> String {
    match reason {
        DropReason::Fault(number) => format!("fault {}", u64::from(number) + 1),
        _ => reason.name().replace('-', " "),
    }
}
