//! What became of a datagram, in one line: the comment of its frame.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::SocketAddrV4;

use crate::event::{Culprit, Damage, DropReason, Hold, What, describe};
use crate::roster::EndpointId;
use crate::trace::{Fate, Journey, Trace};
use crate::wire::MAX_DATAGRAM;

/// Puts the comment of `journey` into `text`: from whom to whom, then what happened, each behind a
/// semicolon. `sender` is who sent it, if one of the run did; it has `length` bytes.
pub(super) fn put(
    text: &mut String,
    trace: &Trace,
    journey: &Journey,
    sender: Option<EndpointId>,
    length: usize,
) {
    let (recording, roster) = (&trace.recording, &trace.roster);
    let name = |endpoint: Option<EndpointId>, address: SocketAddrV4| match endpoint {
        Some(endpoint) => Cow::Borrowed(roster.name(endpoint)),
        None => Cow::Owned(address.to_string()),
    };
    let receiver = name(roster.at(journey.to), journey.to);
    text.clear();
    text.push_str(&name(
        sender.or_else(|| roster.at(journey.from)),
        journey.from,
    ));
    text.push_str(" -> ");
    text.push_str(&receiver);
    if sender.is_none() && journey.copy_of.is_none() {
        text.push_str("; from outside the run");
    }
    let mut say = |what: std::fmt::Arguments<'_>| {
        text.write_fmt(what).expect("a string takes all");
    };
    if length > MAX_DATAGRAM {
        say(format_args!(
            "; too long for a packet: the first {MAX_DATAGRAM} of its {length} bytes"
        ));
    }
    if let Some(original) = journey.copy_of {
        let frame = u64::from(original) + 1;
        say(format_args!("; copy made by the link, of frame {frame}"));
    }
    let happened = |event| &recording.event(event).what;
    if let Some(What::Corrupted { damage, .. }) = journey.damaged.map(happened) {
        let Damage { payload, culprit } = **damage;
        let now = describe(recording.bytes(payload));
        say(format_args!("; damaged on the way by {culprit}: {now}"));
    }
    if let Some(What::Delayed { hold, .. }) = journey.delayed.map(happened) {
        let Hold { by, culprit } = **hold;
        say(format_args!("; held back for {by:?} by {culprit}"));
    }
    if journey.is_duplicate {
        // Of a flood, most are.
        text.push_str("; duplicate: ");
        text.push_str(&receiver);
        text.push_str(" had this search");
    }
    let mut say = |what: std::fmt::Arguments<'_>| {
        text.write_fmt(what).expect("a string takes all");
    };
    match journey.fate {
        Fate::Delivered(_) => {}
        Fate::InFlight => say(format_args!("; in flight when the run ended")),
        Fate::LostByKernel(_) => say(format_args!("; lost: in the kernel")),
        Fate::Dropped(_, DropReason::LeftTheRun) => say(format_args!("; left the run")),
        Fate::Dropped(_, DropReason::Fault(number)) => {
            say(format_args!("; lost: {}", Culprit::Fault(number)));
        }
        Fate::Dropped(_, reason) => say(format_args!("; lost: {}", reason.name())),
    }
}
