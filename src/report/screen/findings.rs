//! What is wrong with a run.

use std::fmt::Write as _;

use super::{BAD, COLUMNS, plural, wrapped};
use crate::report::{FindingLine, Report};

/// Findings shown; the JSON document has all.
const MAX_FINDINGS: usize = 8;

/// Draws the findings.
pub(super) fn draw(out: &mut String, report: &Report) {
    for (index, finding) in report.findings.iter().take(MAX_FINDINGS).enumerate() {
        let _ = writeln!(
            out,
            "\n{BAD}{}. {}{BAD:#}{}",
            index + 1,
            finding.check,
            subject(finding)
        );
        labelled(out, "expected", &finding.expected);
        labelled(out, "got", &finding.got);
        if let Some(line) = &finding.event_line {
            labelled(out, "event", line);
        }
        if finding.more > 0 {
            let _ = writeln!(out, "   and       {} more like it", finding.more);
        }
    }
    if report.findings.len() > MAX_FINDINGS {
        let more = (report.findings.len() - MAX_FINDINGS) as u64;
        let _ = writeln!(
            out,
            "\n{} more; --format json has all",
            plural(more, "finding")
        );
    }
}

/// Writes `text` behind its label, in as many lines as it takes.
fn labelled(out: &mut String, label: &str, text: &str) {
    let mut label = label;
    for line in wrapped(text, usize::from(COLUMNS) - 13) {
        let _ = writeln!(out, "   {label:<9} {line}");
        label = "";
    }
}

fn subject(finding: &FindingLine) -> String {
    let who = finding.client.as_ref().or(finding.peer.as_ref());
    let who = who.map(|who| format!(" {who}")).unwrap_or_default();
    match (&finding.entry, finding.chunk) {
        (Some(entry), _) if who.is_empty() => format!(" {entry}"),
        (Some(entry), _) => format!("{who}, {entry}"),
        (None, Some(chunk)) => format!("{who}, chunk {chunk}"),
        (None, None) => who,
    }
}
