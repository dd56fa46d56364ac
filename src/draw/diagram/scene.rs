//! What a diagram shows, each thing at its place: lifeline, moment, and place within the moment.

use std::collections::{BTreeMap, BTreeSet};

use super::Pick;
use super::choice::{MOST_ARROWS, choose};
use super::hops::{HopSpan, hops};
use super::kinds::{Kind, short};
use super::lanes::{Lane, order};
use crate::draw::chunks;
use crate::event::{DropReason, EventId, What};
use crate::faults::Change;
use crate::time::Time;
use crate::trace::{Fate, Journey, Journeys, Trace};
use crate::wire::ChunkId;

/// What a diagram shows.
#[derive(Debug)]
pub(super) struct Scene {
    /// The lifelines from left to right.
    pub(super) lanes: Vec<Lane>,
    /// The moments, and how many places below each other each has.
    pub(super) moments: Vec<(Time, u32)>,
    pub(super) arrows: Vec<Arrow>,
    pub(super) marks: Vec<Mark>,
    /// The hops of searches that can be told apart.
    pub(super) hops: Vec<HopSpan>,
    /// How many datagrams were not picked.
    pub(super) unpicked: usize,
    /// How many datagrams were picked, but are too many.
    pub(super) beyond: usize,
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

/// Something that happens, on its way to its place.
struct Step {
    time: Time,
    /// None when it is on no lifeline.
    lane: Option<Lane>,
    what: Happens,
}

enum Happens {
    Begins(usize),
    Ends(usize),
    Mark(Sign, String),
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
            wanted.insert(Lane::at(trace, journeys.datagrams[*number as usize].to));
        }
        wanted.extend(pick.endpoints.iter().copied().map(Lane::Of));
        let lanes = order(trace, &wanted);
        let columns: BTreeMap<Lane, u32> = lanes.iter().copied().zip(0..).collect();

        let drawn = choice.drawn.iter().map(|number| {
            let journey = &journeys.datagrams[*number as usize];
            let toward = columns.get(&Lane::at(trace, journey.to));
            Arrow::new(trace, *number, journey, toward.copied().unwrap_or(0))
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

    /// Gives each step its place: on one lifeline, and across all, one below the other.
    fn lay_out(&mut self, steps: Vec<Step>, columns: &BTreeMap<Lane, u32>) {
        let times: BTreeSet<Time> = steps.iter().map(|step| step.time).collect();
        let rows: BTreeMap<Time, u32> = times.iter().copied().zip(0..).collect();
        self.moments = times.into_iter().map(|time| (time, 1)).collect();
        let mut next: BTreeMap<(u32, Option<Lane>), u32> = BTreeMap::new();
        for step in steps {
            let moment = rows[&step.time];
            let free = next.entry((moment, step.lane)).or_default();
            let place = match &step.what {
                // What takes no time still leads downwards.
                Happens::Ends(arrow) if self.arrows[*arrow].from.moment == moment => {
                    (*free).max(self.arrows[*arrow].from.place + 2)
                }
                _ => *free,
            };
            *free = place + 1;
            let places = &mut self.moments[moment as usize].1;
            *places = (*places).max(place + 1);
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

/// Whether a datagram that ended for `reason` had reached the address that it goes to.
const fn has_crossed(reason: DropReason) -> bool {
    matches!(reason, DropReason::NobodyThere | DropReason::Down)
}

fn why(reason: DropReason) -> String {
    match reason {
        DropReason::Fault(number) => format!("fault {}", u64::from(number) + 1),
        _ => reason.name().replace('-', " "),
    }
}

/// All that happens before `end`, and how the datagrams `drawn` end, in its order.
fn steps(
    trace: &Trace,
    pick: &Pick,
    journeys: &Journeys,
    drawn: &[u32],
    end: Option<EventId>,
) -> Vec<Step> {
    let arrow_of = |datagram: EventId| drawn.binary_search(&journeys.number(datagram)?).ok();
    let lane_to = |arrow: usize| Lane::at(trace, journeys.datagrams[drawn[arrow] as usize].to);
    let lane_from = |arrow: usize| Lane::at(trace, journeys.datagrams[drawn[arrow] as usize].from);
    let mut steps = Vec::new();
    for (id, event) in trace.recording.iter() {
        let found = match &event.what {
            What::Sent { .. } | What::Duplicated { .. } | What::Outside { .. } => {
                arrow_of(id).map(|arrow| (Some(lane_from(arrow)), Happens::Begins(arrow)))
            }
            What::Delivered { datagram, .. } => {
                arrow_of(*datagram).map(|arrow| (Some(lane_to(arrow)), Happens::Ends(arrow)))
            }
            What::Dropped { datagram, reason } if has_crossed(*reason) => {
                arrow_of(*datagram).map(|arrow| (Some(lane_to(arrow)), Happens::Ends(arrow)))
            }
            _ if end.is_some_and(|end| id >= end) => None,
            What::Logged { client, id, source } => {
                let (sign, text) = match source {
                    Some(_) => (Sign::Logged, format!("logged {id}")),
                    None => (Sign::Missing, format!("logged {id} missing")),
                };
                Some((Some(Lane::Of(*client)), Happens::Mark(sign, text)))
            }
            What::Done { client } => {
                let done = Happens::Mark(Sign::Done, "done".to_owned());
                Some((Some(Lane::Of(*client)), done))
            }
            What::Changed { change, .. } => {
                let (sign, text) = changed(trace, change);
                Some((change.peer().map(Lane::Of), Happens::Mark(sign, text)))
            }
            _ => None,
        };
        // Arrows are picked by now; marks are where their lifeline is.
        if let Some((lane, what)) = found
            && lane.is_none_or(|lane| lane.is_picked(pick))
        {
            let time = event.time;
            steps.push(Step { time, lane, what });
        }
    }
    steps
}

/// What a change is on a diagram: whose it is, its lifeline says.
fn changed(trace: &Trace, change: &Change) -> (Sign, String) {
    let held = |ids: Vec<ChunkId>, verb: &str| (Sign::Holds, format!("{verb} {}", chunks(&ids)));
    let said = |sign, text: &str| (sign, text.to_owned());
    match change {
        Change::Stop(_) => said(Sign::Down, "stopped"),
        Change::Crash(_) => said(Sign::Down, "crashed"),
        Change::Start(_) => said(Sign::Up, "started"),
        Change::Pause(_, time) => (Sign::Paused, format!("paused {time:?}")),
        Change::Resume(_) => said(Sign::Up, "goes on"),
        Change::Gain(_, gained) => held(gained.ids().collect(), "gained"),
        Change::Lose(_, lost) => held(lost.clone(), "lost"),
        Change::Cut(_) | Change::Heal(_) | Change::HealAll => {
            (Sign::Links, change.text(&trace.roster))
        }
    }
}
