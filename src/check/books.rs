//! The books of a run: where each datagram came from and what became of it.

use std::collections::BTreeMap;

use super::finding::{Check, Finding, Findings};
use crate::event::DropReason;

/// The books of a run: sent + duplicated + outside = delivered + dropped + lost + in flight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounting {
    /// Sent by endpoints of the run.
    pub sent: u64,
    /// Copies that links made.
    pub duplicated: u64,
    /// Came from outside the run.
    pub outside: u64,
    /// Reached an endpoint.
    pub delivered: u64,
    /// Ended on their way, by reason.
    pub dropped: BTreeMap<DropReason, u64>,
    /// Lost by the kernel.
    pub lost: u64,
    /// On their way when the run ended, as its driver says.
    pub in_flight: u64,
    /// Datagrams with a second end, and ends of what never was a datagram.
    pub ended_twice: u64,
}

impl Accounting {
    /// Whether both sides are equal and nothing ended twice.
    #[must_use]
    pub fn balances(&self) -> bool {
        let begun = self.sent + self.duplicated + self.outside;
        let dropped: u64 = self.dropped.values().sum();
        let ended = self.delivered + dropped + self.lost + self.in_flight;
        begun == ended && self.ended_twice == 0
    }
}

/// Tells of datagrams that the system threw away.
pub(super) fn losses(books: &Accounting, findings: &mut Findings) {
    let refused = books.dropped.get(&DropReason::CannotSend).copied();
    let refused = refused.unwrap_or(0);
    let got = match (books.lost, refused) {
        (0, 0) => return,
        (lost, 0) => format!("{lost} lost in receive buffers"),
        (0, refused) => format!("{refused} that the system refused to send"),
        (lost, refused) => {
            format!("{lost} lost in receive buffers, {refused} that the system refused to send")
        }
    };
    let expected = "no datagram lost by the kernel";
    findings.add(Finding::new(Check::KernelLoss, expected, got));
}

/// Tells of datagrams without an end, or with two.
pub(super) fn sums(books: &Accounting, complete: bool, findings: &mut Findings) {
    if books.balances() && !(complete && books.in_flight > 0) {
        return;
    }
    let begun = books.sent + books.duplicated + books.outside;
    let dropped: u64 = books.dropped.values().sum();
    let expected = format!("{begun} datagrams each ended once, none in flight");
    let got = format!(
        "{} delivered, {dropped} dropped, {} lost, {} in flight, {} ended twice",
        books.delivered, books.lost, books.in_flight, books.ended_twice
    );
    findings.add(Finding::new(Check::Accounting, expected, got));
}

/// Tells that the run passed its limit, unless whoever made it do so is told of.
pub(super) fn limit(books: &Accounting, explained: bool, findings: &mut Findings) {
    if explained {
        findings.leave_unjudged(&[Check::Limit]);
        return;
    }
    let got = format!("stopped after {} datagrams", books.sent);
    let expected = "no more datagrams than the limit";
    findings.add(Finding::new(Check::Limit, expected, got));
}
