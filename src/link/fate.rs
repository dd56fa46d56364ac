//! What becomes of a datagram on its link, and the events that tell of it.

use std::time::Duration;

use bytes::Bytes;

use crate::event::{Culprit, DropReason, EventId, What};

/// What becomes of a datagram that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives after so long, and there is nothing else to tell.
    Arrives(Duration),
    /// It is dropped, and there is nothing else to tell.
    Dropped(DropReason),
    /// There is more to tell.
    Eventful(Story),
}

/// What happens to a datagram and to the copies that its link makes of it, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    steps: Vec<Step>,
    /// Copies made.
    copies: usize,
}

/// Something that happens to one of them. The datagram itself is number 0, its copies follow in the
/// order in which they are made.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    number: usize,
    deed: Deed,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// The next copy is made of it.
    Duplicated(Culprit),
    Delayed(Duration, Culprit),
    Corrupted(Bytes, Culprit),
    Dropped(DropReason),
    Arrives(Duration),
}

impl Story {
    /// Adds that `deed` happens to `number`.
    pub(super) fn add(&mut self, number: usize, deed: Deed) {
        self.steps.push(Step { number, deed });
    }

    /// Adds that a copy is made of `number`, and gives the copy's own.
    pub(super) fn copy(&mut self, number: usize, culprit: Culprit) -> usize {
        self.add(number, Deed::Duplicated(culprit));
        self.copies += 1;
        self.copies
    }

    /// The fate that this story is.
    pub(super) fn end(self) -> Fate {
        match self.steps.as_slice() {
            [step] => match step.deed {
                Deed::Arrives(after) => Fate::Arrives(after),
                Deed::Dropped(reason) => Fate::Dropped(reason),
                _ => Fate::Eventful(self),
            },
            _ => Fate::Eventful(self),
        }
    }
}

impl Fate {
    /// Tells what becomes of `datagram`: `record` is given each event with its cause, and gives its
    /// id. Returns what arrives, and after how long.
    pub fn tell(
        self,
        datagram: EventId,
        mut record: impl FnMut(EventId, What) -> EventId,
    ) -> Vec<(EventId, Duration)> {
        match self {
            Self::Arrives(after) => vec![(datagram, after)],
            Self::Dropped(reason) => {
                record(datagram, What::Dropped { datagram, reason });
                Vec::new()
            }
            Self::Eventful(story) => story.tell(datagram, record),
        }
    }
}

impl Story {
    fn tell(
        self,
        itself: EventId,
        mut record: impl FnMut(EventId, What) -> EventId,
    ) -> Vec<(EventId, Duration)> {
        let mut ids = vec![itself];
        let mut arrivals = Vec::new();
        for Step { number, deed } in self.steps {
            let datagram = ids[number];
            let what = match deed {
                Deed::Arrives(after) => {
                    arrivals.push((datagram, after));
                    continue;
                }
                Deed::Duplicated(culprit) => {
                    let original = datagram;
                    ids.push(record(datagram, What::Duplicated { original, culprit }));
                    continue;
                }
                Deed::Delayed(by, culprit) => What::Delayed {
                    datagram,
                    by,
                    culprit,
                },
                Deed::Corrupted(payload, culprit) => What::Corrupted {
                    datagram,
                    payload,
                    culprit,
                },
                Deed::Dropped(reason) => What::Dropped { datagram, reason },
            };
            record(datagram, what);
        }
        arrivals
    }
}
