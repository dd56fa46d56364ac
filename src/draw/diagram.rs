//! The space-time diagram of a run: a lifeline a peer, an arrow a datagram.

use std::collections::BTreeSet;

use crate::roster::EndpointId;
use crate::trace::Trace;

/// What of a run a diagram shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pick {
    /// The peers and clients with a lifeline, in the order of the roster; all that take part when
    /// empty.
    pub endpoints: BTreeSet<EndpointId>,
    /// The names of the message types with arrows; all when empty.
    pub types: BTreeSet<String>,
}

/// The space-time diagram of `trace`, as SVG.
#[must_use]
pub fn diagram(_trace: &Trace, _pick: &Pick) -> String {
    String::new()
}
