//! The line of each event.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;

use super::{Names, numbers};
use crate::event::{Culprit, DropReason, EventId, What, describe};
use crate::faults::{Change, Cut};
use crate::time::Time;
use crate::trace::line::{self, Hex};

/// Says what datagrams are. A flood sends the same bytes to many neighbours, so the last text is
/// kept.
#[derive(Default)]
pub(super) struct Describer {
    bytes: Bytes,
    text: String,
}

impl Describer {
    fn text(&mut self, payload: &Bytes) -> Cow<'_, str> {
        if self.text.is_empty() || self.bytes != *payload {
            self.text = describe(payload);
            self.bytes = payload.clone();
        }
        Cow::Borrowed(&self.text)
    }
}

/// What the line of an event has beside its number, its time and its cause.
pub(super) fn what<'a>(
    what: &'a What,
    names: Names<'a>,
    describer: &'a mut Describer,
) -> line::What<'a> {
    match what {
        What::Woke { endpoint } => line::What::Woke(line::Woke {
            who: names.of(*endpoint),
        }),
        What::Sent { from, to, payload } => line::What::Sent(line::Sent {
            from: names.of(*from),
            to: names.at(*to),
            message: describer.text(payload),
            bytes: Hex(Cow::Borrowed(payload)),
        }),
        What::Outside { at, from, payload } => line::What::Sent(line::Sent {
            from: names.at(*from),
            to: names.of(*at),
            message: describer.text(payload),
            bytes: Hex(Cow::Borrowed(payload)),
        }),
        What::Duplicated { original, culprit } => line::What::Duplicated(line::Duplicated {
            datagram: original.0,
            fault: fault(*culprit),
        }),
        What::Delayed {
            datagram,
            by,
            culprit,
        } => line::What::Delayed(line::Delayed {
            datagram: datagram.0,
            by_ns: nanos(*by),
            fault: fault(*culprit),
        }),
        What::Corrupted {
            datagram,
            payload,
            culprit,
        } => line::What::Corrupted(line::Corrupted {
            datagram: datagram.0,
            fault: fault(*culprit),
            message: describer.text(payload),
            bytes: Hex(Cow::Borrowed(payload)),
        }),
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
