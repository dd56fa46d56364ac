//! What a check can say: its name, and findings that point at the event that shows them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::event::EventId;
use crate::roster::EndpointId;
use crate::wire::ChunkId;

macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A check, by what it demands (docs/checks.md has a section on each).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Check {
            $($(#[$doc])* $variant,)*
        }

        impl Check {
            /// Every check, in the order in which they are told.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name that output and scenarios use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

checks! {
    /// A peer that has to send something sends something.
    Silent = "silent",
    /// A peer answers each HELLO and QUERY with one CHUNKS_INFO of what it holds of it.
    Answer = "answer",
    /// A peer floods QUERYs to the right neighbours, with the right TTL, and no others.
    Forward = "forward",
    /// A peer answers each GET with one RESPONSE for each chunk that it holds of it, bytes exact.
    Serve = "serve",
    /// Peers with the reliable flood number QUERYs to each other, acknowledge each and send again what
    /// is not acknowledged.
    Acknowledge = "acknowledge",
    /// A peer sends nothing that nobody asked for, a client nothing but HELLOs to its contact and
    /// GETs, and nobody bytes behind a message.
    Stray = "stray",
    /// Each line of a log has the exact format.
    LogFormat = "log-format",
    /// A log has each wanted chunk once, and no other.
    LogOnce = "log-once",
    /// The logged source is within TTL hops of the contact and holds the chunk.
    Source = "source",
    /// The logged source really sent that chunk to that client.
    Sent = "sent",
    /// 0.0.0.0:0 stands exactly at the chunks that no reachable peer holds.
    Missing = "missing",
    /// What a client stored is byte for byte what its logged source holds.
    Bytes = "bytes",
    /// A client asks for each chunk once, unless its holder stays silent.
    OneGet = "one-get",
    /// A client asks a peer only for ids which that peer announced.
    Announced = "announced",
    /// A client sends as many HELLOs as predicted.
    HelloCount = "hello-count",
    /// A client's searches cause as many QUERYs as predicted.
    QueryCount = "query-count",
    /// A client's searches draw as many CHUNKS_INFO as predicted.
    ChunksInfoCount = "chunks-info-count",
    /// Every peer within TTL hops, and no other, hears a search.
    Reach = "reach",
    /// Policy `first` does not miss peers within TTL hops.
    ReachLost = "reach-lost",
    /// No datagram is lost by the kernel.
    KernelLoss = "kernel-loss",
    /// Each datagram has one beginning and one end.
    Accounting = "accounting",
    /// The run sends no more datagrams than its limit.
    Limit = "limit",
    /// Each fault, link entry and event of the scenario has met something.
    Unmet = "unmet",
    /// What the scenario expects of the run and its clients, beside chunks, came out.
    Expectation = "expectation",
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Something that a check found to be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check that it breaks.
    pub check: Check,
    /// The peer or client that it is about, if it is about one.
    pub who: Option<EndpointId>,
    /// The chunk that it is about, if it is about one.
    pub chunk: Option<ChunkId>,
    /// What in the scenario it is about, if it is about one thing: `[[fault]] in line 12`,
    /// `done_by`.
    pub entry: Option<String>,
    /// What should have been, as a fragment that fits behind "expected".
    pub expected: String,
    /// What was, as a fragment that fits behind "got".
    pub got: String,
    /// The event that shows it, if one does.
    pub event: Option<EventId>,
    /// How many more like it there are: same check, same endpoint, same chunk, same entry.
    pub more: u64,
}

impl Finding {
    /// A finding of `check` about nobody yet.
    pub(super) fn new(check: Check, expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self {
            check,
            who: None,
            chunk: None,
            entry: None,
            expected: expected.into(),
            got: got.into(),
            event: None,
            more: 0,
        }
    }

    pub(super) fn about(mut self, who: EndpointId) -> Self {
        self.who = Some(who);
        self
    }

    pub(super) fn chunk(mut self, chunk: ChunkId) -> Self {
        self.chunk = Some(chunk);
        self
    }

    pub(super) fn entry(mut self, entry: impl Into<String>) -> Self {
        self.entry = Some(entry.into());
        self
    }

    pub(super) fn shown_by(mut self, event: impl Into<Option<EventId>>) -> Self {
        self.event = event.into();
        self
    }
}

/// What findings that are told as one have in common: check, endpoint, chunk, entry.
type Kind = (Check, Option<EndpointId>, Option<ChunkId>, Option<String>);

/// Findings as they are made. Many of one kind about one endpoint and chunk are one, with a count.
#[derive(Debug, Default)]
pub(super) struct Findings {
    made: Vec<Finding>,
    /// Where in `made` the finding of each kind is.
    places: BTreeMap<Kind, usize>,
    not_judged: BTreeSet<Check>,
}

impl Findings {
    pub(super) fn add(&mut self, finding: Finding) {
        let entry = finding.entry.clone();
        let kind = (finding.check, finding.who, finding.chunk, entry);
        match self.places.entry(kind) {
            Entry::Occupied(place) => self.made[*place.get()].more += 1,
            Entry::Vacant(place) => {
                place.insert(self.made.len());
                self.made.push(finding);
            }
        }
    }

    /// Notes that `checks` looked away from something, because what they would say follows from a
    /// finding that is told, or because the run was stopped.
    pub(super) fn leave_unjudged(&mut self, checks: &[Check]) {
        self.not_judged.extend(checks);
    }

    pub(super) fn any_of(&self, check: Check) -> bool {
        let mut from_there = self.places.range((check, None, None, None)..);
        from_there
            .next()
            .is_some_and(|((first, ..), _)| *first == check)
    }

    /// Whether there is a finding of `check` about `who`, and about `chunk` if one is given.
    pub(super) fn any_about(&self, check: Check, who: EndpointId, chunk: Option<ChunkId>) -> bool {
        let who = Some(who);
        let mut from_there = self.places.range((check, who, chunk, None)..);
        from_there
            .next()
            .is_some_and(|((first, about, its_chunk, _), _)| {
                (*first, *about) == (check, who) && (chunk.is_none() || *its_chunk == chunk)
            })
    }

    pub(super) fn is_left_unjudged(&self, check: Check) -> bool {
        self.not_judged.contains(&check)
    }

    pub(super) fn into_vec(self) -> Vec<Finding> {
        self.made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::CHECK_NAMES;

    #[test]
    fn scenarios_know_every_check() {
        let names: Vec<&str> = Check::ALL.iter().map(|check| check.name()).collect();
        assert_eq!(names, CHECK_NAMES);
    }
}
