//! What became of a datagram, in one line: the comment of its frame.

use std::fmt::Write as _;

use crate::event::{Culprit, Damage, DropReason, Hold, What, describe};
use crate::trace::{Fate, Journey, Trace};
use crate::wire::MAX_DATAGRAM;

/// The comment of `journey`: from whom to whom, then what happened, each behind a semicolon.
pub(super) fn of(trace: &Trace, journey: &Journey) -> String {
    let recording = &trace.recording;
    let mut text = trace.roster.name_of(journey.from);
    let receiver = trace.roster.name_of(journey.to);
    let mut say = |what: std::fmt::Arguments<'_>| {
        text.write_fmt(what).expect("a string takes all");
    };
    say(format_args!(" -> {receiver}"));
    if matches!(recording.event(journey.born).what, What::Outside { .. }) {
        say(format_args!("; from outside the run"));
    }
    let length = recording.payload(journey.born).map_or(0, |sent| sent.len());
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
        say(format_args!("; duplicate: {receiver} had this search"));
    }
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
    text
}
