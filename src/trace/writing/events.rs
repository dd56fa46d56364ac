//! The line of each event.

use std::borrow::Cow;
use std::time::Duration;

use super::{Names, numbers};
use crate::event::{
    Culprit, Damage, DropReason, Event, EventId, Hold, KINDS, PayloadId, Recording, What, describe,
};
use crate::faults::{Change, Cut};
use crate::time::Time;
use crate::trace::line::{self, Hex};

/// What `payload` is, for people.
pub(super) fn text(recording: &Recording, payload: PayloadId) -> Cow<'_, str> {
    Cow::Owned(describe(recording.bytes(payload)))
}

/// The bytes of `payload`.
pub(super) fn hex(recording: &Recording, payload: PayloadId) -> Hex<'_> {
    Hex(Cow::Borrowed(recording.bytes(payload)))
}

/// The line of `event`. [`Hot`](super::hot::Hot) writes most of them, and the same.
pub(super) fn line<'a>(
    id: EventId,
    event: &'a Event,
    names: Names<'a>,
    recording: &'a Recording,
) -> line::Event<'a> {
    line::Event {
        kind: KINDS[event.what.kind()],
        event: id.0,
        time_ns: event.time.as_nanos(),
        cause: event.cause.map(|cause| cause.0),
        what: what(&event.what, names, recording),
    }
}

/// What it has beside its number, its time and its cause.
fn what<'a>(what: &'a What, names: Names<'a>, recording: &'a Recording) -> line::What<'a> {
    match what {
        What::Woke { endpoint } => line::What::Woke(line::Woke {
            who: names.of(*endpoint),
        }),
        What::Sent { from, to, payload } => line::What::Sent(line::Sent {
            from: names.of(*from),
            to: names.at(*to),
            bytes: hex(recording, *payload),
            message: text(recording, *payload),
        }),
        What::Outside { at, from, payload } => line::What::Sent(line::Sent {
            from: names.at(*from),
            to: names.of(*at),
            bytes: hex(recording, *payload),
            message: text(recording, *payload),
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
                bytes: hex(recording, payload),
                message: text(recording, payload),
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
