//! The space-time diagram of a run: a lifeline a peer, an arrow a datagram, time downwards.
//!
//! | file | what |
//! |---|---|
//! | `kinds` | types of messages, and the short text of a datagram |
//! | `choice` | which datagrams are drawn |
//! | `lanes` | which lifelines there are, and their order |
//! | `scene` | arrows and marks, each at its place: lifeline, moment, and place within the moment |
//! | `steps` | what happens, one after the other, before it has its place |
//! | `hops` | when each hop of a search was on its way |
//! | `scale` | how high each moment lies, and where waits are cut short |
//! | `ways` | where each arrow begins and ends on the page |
//! | `labels` | where texts find room |
//! | `looks`, `legend` | how each type and each mark is drawn, and what it means |
//! | `lifelines`, `arrows`, `texts`, `sheet` | the drawing itself |
//!
//! A moment is a distinct instant of the run's clock. Within one, what happens on a lifeline is
//! drawn in its order, one place below the other: arrows never lie on each other, and what a
//! datagram caused lies below it.

mod arrows;
mod choice;
mod hops;
mod kinds;
mod labels;
mod lanes;
mod legend;
mod lifelines;
mod looks;
mod scale;
mod scene;
mod sheet;
mod steps;
mod texts;
mod ways;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::roster::EndpointId;
use crate::trace::Trace;

/// What of a run a diagram shows. A datagram has its arrow when its type and both its ends are
/// picked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pick {
    /// The peers and clients with a lifeline; all that take part when empty.
    pub endpoints: BTreeSet<EndpointId>,
    /// The names of the message types with arrows, as [`LAYOUTS`](crate::wire::layout::LAYOUTS) has
    /// them; all when empty. `QUERY` picks those of the reliable flood too.
    pub types: BTreeSet<String>,
}

/// The space-time diagram of `trace`, as a stand-alone SVG. It shows the first 2,000 datagrams that
/// `pick` has, and says how many it does not show.
///
/// # Panics
///
/// When `pick` has an endpoint that is not of the trace's roster.
#[must_use]
pub fn diagram(trace: &Trace, pick: &Pick) -> String {
    sheet::draw(trace, &scene::Scene::of(trace, pick))
}
