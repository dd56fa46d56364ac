//! Reads why something happened to a datagram.

use super::wrong::{Wrong, missing, quoted};
use crate::endpoint::Ignored;
use crate::event::{Culprit, DropReason};
use crate::trace::line;

/// Every reason to ignore a datagram that is a message.
pub(super) const IGNORED: [Ignored; 13] = [
    Ignored::NotForMe,
    Ignored::EmptyList,
    Ignored::ImpossibleClient,
    Ignored::OutOfScope,
    Ignored::Duplicate,
    Ignored::SentAgain,
    Ignored::NothingHeld,
    Ignored::NotWanted,
    Ignored::NothingNew,
    Ignored::Unasked,
    Ignored::NotAsked,
    Ignored::SecondCopy,
    Ignored::TooLate,
];

/// Every reason to drop a datagram but a fault, which has a number.
const DROPPED: [DropReason; 10] = [
    DropReason::NobodyThere,
    DropReason::Unroutable,
    DropReason::LeftTheRun,
    DropReason::TooLong,
    DropReason::CannotSend,
    DropReason::Stranger,
    DropReason::Loss,
    DropReason::QueueFull,
    DropReason::Cut,
    DropReason::Down,
];

/// Why a datagram is dropped, as `line` says.
pub(super) fn reason(line: &line::Dropped<'_>) -> Result<DropReason, Wrong> {
    let name = &*line.reason;
    if name == DropReason::Fault(0).name() {
        let fault = line.fault.ok_or_else(|| missing("fault"))?;
        return Ok(DropReason::Fault(from_0(fault)?));
    }
    let mut known = DROPPED.into_iter();
    known.find(|reason| reason.name() == name).ok_or_else(|| {
        let what = format!("no datagram is dropped for the reason {}", quoted(name));
        Wrong::at("reason", what)
    })
}

/// What made a link do something, as the number of a fault says.
pub(super) fn culprit(fault: Option<u64>) -> Result<Culprit, Wrong> {
    match fault {
        None => Ok(Culprit::Chance),
        Some(number) => Ok(Culprit::Fault(from_0(number)?)),
    }
}

/// The number of a fault, counted from 0; people count from 1.
fn from_0(number: u64) -> Result<u32, Wrong> {
    let from_0 = number.checked_sub(1).and_then(|n| u32::try_from(n).ok());
    from_0.ok_or_else(|| Wrong::at("fault", "faults are counted from 1 to 4294967296"))
}
