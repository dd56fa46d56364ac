//! The line of each event.

use std::borrow::Cow;
use std::time::Duration;

use super::{Names, numbers};
use crate::event::{
    Culprit, Damage, DropReason, EventId, Hold, PayloadId, Recording, What, describe,
};
use crate::faults::{Change, Cut};
use crate::time::Time;
use crate::trace::line::{self, Hex};

/// Says what payloads are, of each once.
pub(super) struct Describer<'a> {
    recording: &'a Recording,
    /// By payload; empty where it was not asked for yet.
    texts: Vec<String>,
}

impl<'a> Describer<'a> {
    pub(super) fn new(recording: &'a Recording) -> Self {
        Self {
            recording,
            texts: vec![String::new(); recording.payloads().len()],
        }
    }

    fn text(&mut self, payload: PayloadId) -> Cow<'_, str> {
        let text = &mut self.texts[payload.index()];
        if text.is_empty() {
            *text = describe(self.recording.bytes(payload));
        }
        Cow::Borrowed(text)
    }

    fn hex(&self, payload: PayloadId) -> Hex<'a> {
        Hex(Cow::Borrowed(self.recording.bytes(payload)))
    }
}

/// What the line of an event has beside its number, its time and its cause.
pub(super) fn what<'a>(
    what: &'a What,
    names: Names<'a>,
    describer: &'a mut Describer<'_>,
) -> line::What<'a> {
    match what {
        What::Woke { endpoint } => line::What::Woke(line::Woke {
            who: names.of(*endpoint),
        }),
        What::Sent { from, to, payload } => line::What::Sent(line::Sent {
            from: names.of(*from),
            to: names.at(*to),
            bytes: describer.hex(*payload),
            message: describer.text(*payload),
        }),
        What::Outside { at, from, payload } => line::What::Sent(line::Sent {
            from: names.at(*from),
            to: names.of(*at),
            bytes: describer.hex(*payload),
            message: describer.text(*payload),
        }),
        What::Duplicated { original, culprit } => line::What::Duplicated(line::Duplicated {
            datagram: original.0,
            fault: fault(*culprit),
        }),
        What::Delayed { datagram, hold } => {
            let Hold { by, culprit } = **hold;
            line::What::Delayed(line::Delayed {
                datagram: datagram.0,
                by_ns: nanos(by),
                fault: fault(culprit),
            })
        }
        What::Corrupted { datagram, damage } => {
            let Damage { payload, culprit } = **damage;
            line::What::Corrupted(line::Corrupted {
                datagram: datagram.0,
                fault: fault(culprit),
                bytes: describer.hex(payload),
                message: describer.text(payload),
            })
        }
        What::Changed { place, change } => line::What::Changed(changed(*place, change, names)),
        What::Delivered {
            datagram,
            to,
            receipt,
        } => line::What::Delivered(line::Delivered {
            datagram: datagram.0,
            to: names.of(*to),
            tail: receipt.tail,
            ignored: receipt.ignored.map(|reason| Cow::Borrowed(reason.name())),
        }),
        What::Dropped { datagram, reason } => line::What::Dropped(line::Dropped {
            datagram: datagram.0,
            reason: Cow::Borrowed(reason.name()),
            fault: match reason {
                DropReason::Fault(number) => fault(Culprit::Fault(*number)),
                _ => None,
            },
        }),
        What::LostByKernel {
            datagram: EventId(datagram),
        } => line::What::LostByKernel(line::LostByKernel {
            datagram: *datagram,
        }),
        What::Logged { client, id, source } => line::What::Logged(line::Logged {
            client: names.of(*client),
            chunk: id.0,
            source: source.map(|source| names.at(source)),
        }),
        What::Done { client } => line::What::Done(line::Done {
            client: names.of(*client),
        }),
    }
}

/// The number of the fault, as people count; none for chance.
fn fault(culprit: Culprit) -> Option<u64> {
    match culprit {
        Culprit::Chance => None,
        Culprit::Fault(number) => Some(u64::from(number) + 1),
    }
}

fn nanos(time: Duration) -> u64 {
    Time::from_start(time).as_nanos()
}

fn changed<'a>(place: u32, change: &'a Change, names: Names<'a>) -> line::Changed<'a> {
    let mut line = line::Changed {
        place,
        change: Cow::Borrowed(line::change_word(change)),
        peer: change.peer().map(|peer| names.of(peer)),
        ..line::Changed::default()
    };
    match change {
        Change::Pause(_, time) => line.for_ns = Some(nanos(*time)),
        Change::Cut(cut) | Change::Heal(cut) => {
            let Cut {
                from,
                to,
                both_ways,
            } = cut;
            line.from_any = names.all(from);
            line.to_any = names.all(to);
            line.both_ways = *both_ways;
        }
        Change::Gain(_, gained) => {
            let held = gained.ids().filter_map(|id| gained.chunk(id));
            line.bytes = held
                .map(|chunk| Hex(Cow::Borrowed(chunk.as_bytes())))
                .collect();
            line.chunks = numbers(gained.ids());
        }
        Change::Lose(_, lost) => line.chunks = numbers(lost.iter().copied()),
        Change::Stop(_)
        | Change::Crash(_)
        | Change::Start(_)
        | Change::Resume(_)
        | Change::HealAll => {}
    }
    line
}
