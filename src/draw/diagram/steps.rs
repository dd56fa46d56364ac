//! What happens in a run, one after the other, as far as a diagram shows it.

use super::Pick;
use super::lanes::Lane;
use super::scene::Sign;
use crate::draw::chunks;
use crate::event::{DropReason, EventId, What};
use crate::faults::Change;
use crate::time::Time;
use crate::trace::{Journeys, Trace};
use crate::wire::ChunkId;

/// Something that happens, on its way to its place.
pub(super) struct Step {
    pub(super) time: Time,
    /// None when it is on no lifeline.
    pub(super) lane: Option<Lane>,
    pub(super) what: Happens,
}

pub(super) enum Happens {
    /// The arrow of this place begins.
    Begins(usize),
    /// It reaches the lifeline that it goes to.
    Ends(usize),
    Mark(Sign, String),
}

/// Whether a datagram that ended for `reason` had reached the address that it goes to.
pub(super) const fn has_crossed(reason: DropReason) -> bool {
    matches!(reason, DropReason::NobodyThere | DropReason::Down)
}

/// All that happens before `end`, and how the datagrams `drawn` end, in its order.
pub(super) fn steps(
    trace: &Trace,
    pick: &Pick,
    journeys: &Journeys,
    drawn: &[u32],
    end: Option<EventId>,
) -> Vec<Step> {
    let arrow_of = |datagram: EventId| drawn.binary_search(&journeys.number(datagram)?).ok();
    let lane_to = |arrow: usize| Lane::at(trace, journeys.datagrams.get(drawn[arrow]).to);
    let lane_from = |arrow: usize| Lane::at(trace, journeys.datagrams.get(drawn[arrow]).from);
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
