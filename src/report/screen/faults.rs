//! What the scenario's faults came to.

use std::fmt::Write as _;

use super::{COLUMNS, number, plural, seconds_exact, wrapped};
use crate::report::{FaultLine, LinkLine, Report};

/// Changes in time that are shown; the JSON document has all.
const MAX_CHANGES: usize = 10;
/// Faults, and entries about links, that are shown.
const MAX_ENTRIES: usize = 10;

/// Draws what the faults came to, if the scenario has any.
pub(super) fn draw(out: &mut String, report: &Report) {
    let faults = &report.faults;
    if faults.are_none() {
        return;
    }
    let _ = writeln!(out, "\n faults");
    let named = faults.named.iter().map(named);
    some(out, named, "faults by meaning");
    let links = faults.links.iter().map(links);
    some(out, links, "entries about links");
    for change in faults.changes.iter().take(MAX_CHANGES) {
        line(
            out,
            &format!("{} {}", seconds_exact(change.at_ms), change.what),
        );
    }
    if let Some(more) = faults
        .changes
        .len()
        .checked_sub(MAX_CHANGES)
        .filter(|n| *n > 0)
    {
        line(out, &format!("and {}", plural(more as u64, "more change")));
    }
    let churn = faults.churn;
    if churn.leaves + churn.returns > 0 {
        let (leaves, returns) = (
            plural(churn.leaves, "leave"),
            plural(churn.returns, "return"),
        );
        line(out, &format!("churn: {leaves}, {returns}"));
    }
}

/// Writes the first of `lines`, and how many more there are.
fn some(out: &mut String, lines: impl ExactSizeIterator<Item = String>, what: &str) {
    let more = lines.len().saturating_sub(MAX_ENTRIES);
    for text in lines.take(MAX_ENTRIES) {
        line(out, &text);
    }
    if more > 0 {
        line(out, &format!("and {} more {what}", number(more as u64)));
    }
}

/// Writes one line, or as many as it takes.
fn line(out: &mut String, text: &str) {
    let mut indent = "   ";
    for part in wrapped(text, usize::from(COLUMNS) - 5) {
        let _ = writeln!(out, "{indent}{part}");
        indent = "     ";
    }
}

/// `[[fault]] in line 12: dropped 1 of 3 QUERYs`.
fn named(fault: &FaultLine) -> String {
    let what = fault.message.unwrap_or("datagram");
    let met = number(fault.met);
    let of = plural(fault.matched, what);
    format!("{}: {} {met} of {of}", fault.entry, fault.effect)
}

/// `[[link]] in line 9: 120 datagrams, 6 lost, 2 duplicated`.
fn links(link: &LinkLine) -> String {
    let mut text = format!("{}: {}", link.entry, plural(link.sent, "datagram"));
    for (count, what) in [
        (link.lost, "lost"),
        (link.duplicated, "duplicated"),
        (link.corrupted, "corrupted"),
        (link.delayed, "delayed"),
    ] {
        if count > 0 {
            let _ = write!(text, ", {} {what}", number(count));
        }
    }
    text
}
