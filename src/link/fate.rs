//! What becomes of a datagram on its link, and the events that tell of it.

use std::time::Duration;

use bytes::Bytes;

use crate::event::{Culprit, Damage, DropReason, EventId, Hold, PayloadId, What};

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

/// Whoever keeps the events of a run.
pub trait Scribe {
    /// The id of `payload`, which is kept from now on.
    fn intern(&mut self, payload: &[u8]) -> PayloadId;

    /// Adds what happens because of `cause`, and gives the id of the event.
    fn record(&mut self, cause: EventId, what: What) -> EventId;
}

impl Fate {
    /// Tells `scribe` what becomes of `datagram`. Returns what arrives, and after how long.
    pub fn tell(self, datagram: EventId, scribe: &mut impl Scribe) -> Vec<(EventId, Duration)> {
        match self {
            Self::Arrives(after) => vec![(datagram, after)],
            Self::Dropped(reason) => {
                scribe.record(datagram, What::Dropped { datagram, reason });
                Vec::new()
            }
            Self::Eventful(story) => story.tell(datagram, scribe),
        }
    }
}

impl Story {
    fn tell(self, itself: EventId, scribe: &mut impl Scribe) -> Vec<(EventId, Duration)> {
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
                    let copied = What::Duplicated { original, culprit };
                    ids.push(scribe.record(datagram, copied));
                    continue;
                }
                Deed::Delayed(by, culprit) => What::Delayed {
                    datagram,
                    hold: Box::new(Hold { by, culprit }),
                },
                Deed::Corrupted(bytes, culprit) => {
                    let payload = scribe.intern(&bytes);
                    let damage = Box::new(Damage { payload, culprit });
                    What::Corrupted { datagram, damage }
                }
                Deed::Dropped(reason) => What::Dropped { datagram, reason },
            };
            scribe.record(datagram, what);
        }
        arrivals
    }
}
