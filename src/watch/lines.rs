//! What of a run is shown as lines: its last events, and how it ended.

use super::Kind;
use crate::event::{EventId, Recording, What};
use crate::report::{FindingLine, Report};
use crate::roster::Roster;

/// An event as a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLine {
    /// The kind of the datagram that it is about, if it is about one.
    pub kind: Option<Kind>,
    /// Whether a datagram ended on its way.
    pub is_loss: bool,
    /// The line.
    pub text: String,
}

impl EventLine {
    /// The line of event `id`.
    pub(super) fn of(recording: &Recording, id: EventId, roster: &Roster) -> Self {
        let what = &recording.event(id).what;
        let datagram = what.datagram(id);
        let payload = datagram.and_then(|datagram| recording.payload(datagram));
        Self {
            kind: payload.map(Kind::of),
            is_loss: matches!(what, What::Dropped { .. } | What::LostByKernel { .. }),
            text: recording.line(id, roster),
        }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// Whether it passed.
    pub passed: bool,
    /// The verdict in one line.
    pub verdict: String,
    /// What is wrong.
    pub findings: Vec<FindingLine>,
}

impl Ending {
    /// What `report` says, whose last line without colours is `verdict`.
    #[must_use]
    pub fn of(report: &Report, verdict: String) -> Self {
        Self {
            passed: report.passed(),
            verdict,
            findings: report.findings.clone(),
        }
    }
}
