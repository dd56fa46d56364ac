//! Which datagrams of a run are drawn.

use super::Pick;
use super::kinds::names;
use super::lanes::Lane;
use crate::event::EventId;
use crate::trace::{Journeys, Trace};

/// The most arrows of one diagram: more than that nobody reads, and programs that show them become
/// slow.
pub(super) const MOST_ARROWS: usize = 2_000;

/// The datagrams that are drawn, and how many are not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// The numbers of those drawn, in rising order.
    pub(super) drawn: Vec<u32>,
    /// How many were not picked.
    pub(super) unpicked: usize,
    /// How many were picked, but are too many.
    pub(super) beyond: usize,
    /// The event that began the first that is too many: the diagram ends before it.
    pub(super) end: Option<EventId>,
}

/// Chooses up to `most` datagrams.
pub(super) fn choose(trace: &Trace, journeys: &Journeys, pick: &Pick, most: usize) -> Choice {
    let mut choice = Choice {
        drawn: Vec::new(),
        unpicked: 0,
        beyond: 0,
        end: None,
    };
    for (number, journey) in (0_u32..).zip(journeys.datagrams.iter()) {
        let ends = [journey.from, journey.to].map(|address| Lane::at(trace, address));
        let is_picked = ends.iter().all(|end| end.is_picked(pick))
            && (pick.types.is_empty()
                || trace.recording.payload(journey.born).is_some_and(|bytes| {
                    let names = names(bytes);
                    names.iter().any(|name| pick.types.contains(*name))
                }));
        match is_picked {
            false => choice.unpicked += 1,
            true if choice.drawn.len() < most => choice.drawn.push(number),
            true => {
                choice.beyond += 1;
                choice.end.get_or_insert(journey.born);
            }
        }
    }
    choice
}
