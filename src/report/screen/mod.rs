//! The report as people read it: 80 columns, a table for each client, the flood, one verdict line.

mod clients;
mod faults;
mod findings;
mod flood;

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table};
use unicode_width::UnicodeWidthStr;

use super::{FindingLine, Report};
use crate::oracle::Count;
use crate::rules::Carriage;

/// What is shown fits into so many columns.
pub(super) const COLUMNS: u16 = 80;
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const WARN: Style = AnsiColor::Yellow.on_default().bold();

/// Draws the whole report. It has colours; whoever prints it strips them where they don't belong.
#[must_use]
pub fn draw(report: &Report) -> String {
    let mut out = String::new();
    head(&mut out, report);
    clients::draw(&mut out, report);
    flood::draw(&mut out, report);
    faults::draw(&mut out, report);
    findings::draw(&mut out, report);
    let _ = writeln!(out, "\n{}", verdict_line(report));
    out
}

/// The last line: whether the run passed, and what that rests on.
#[must_use]
pub fn verdict_line(report: &Report) -> String {
    let name = &report.scenario;
    if !report.passed() {
        let why = match report.was_interrupted() {
            true => "interrupted before its end".to_owned(),
            false => plural(report.findings.len() as u64, "finding"),
        };
        return format!("{BAD}FAIL{BAD:#} {name}: {why}");
    }
    let chunks = || report.clients.iter().flat_map(|client| &client.chunks);
    let arrived = chunks().filter(|chunk| chunk.source.is_some()).count();
    let arrived = plural(arrived as u64, "chunk");
    let mut missing = String::new();
    for (certainty, why) in [
        ("cannot", "as expected"),
        ("may", "as may happen"),
        ("must", ""),
    ] {
        let such = chunks().filter(|chunk| chunk.certainty == certainty && chunk.source.is_none());
        match such.count() as u64 {
            0 => {}
            count => {
                let count = number(count);
                let _ = write!(missing, ", {count} missing {why}");
            }
        }
    }
    let missing = missing.trim_end();
    let of = |verdict: &'static str| report.checks.iter().filter(move |c| c.verdict == verdict);
    let held = plural(of("pass").count() as u64, "check");
    let is_allowed = |finding: &&FindingLine| of("allowed").any(|c| c.name == finding.check);
    let allowed = match report.findings.iter().filter(is_allowed).count() as u64 {
        0 => String::new(),
        findings => format!(", {} allowed", plural(findings, "finding")),
    };
    let demanded: Vec<&str> = of("demanded").map(|check| check.name).collect();
    let demanded = match demanded.is_empty() {
        true => String::new(),
        false => format!(" (fails as it must: {})", demanded.join(", ")),
    };
    format!("{GOOD}PASS{GOOD:#} {name}{demanded}: {held} held{allowed}; {arrived} arrived{missing}")
}

fn head(out: &mut String, report: &Report) {
    let setting = &report.setting;
    let name = &report.scenario;
    let _ = writeln!(out, "{BOLD}{name}{BOLD:#}");
    for line in wrapped(report.description.trim(), usize::from(COLUMNS) - 2) {
        let _ = writeln!(out, "  {DIM}{line}{DIM:#}");
    }
    let one_way = match setting.one_way {
        0 => String::new(),
        n => format!(" ({} one way)", number(n)),
    };
    let carried = match report.mode.carriage() {
        Carriage::Sockets => "",
        Carriage::Memory => " in memory",
    };
    let _ = writeln!(
        out,
        "  {}, {}{one_way}, {}; TTL {}, {}, seed {}, {}{carried}",
        plural(setting.peers, "peer"),
        plural(setting.links, "link"),
        plural(report.clients.len() as u64, "client"),
        setting.ttl,
        setting.duplicates,
        report.seed,
        report.mode,
    );
}

pub(super) fn table() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(COLUMNS);
    table
}

/// `1 peer`, `2 peers`, `3,456 duplicate QUERYs`.
pub(super) fn plural(count: u64, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {what}{ending}", number(count))
}

/// `1,234`, as predictions are written.
pub(super) fn number(n: u64) -> String {
    Count::exact(u128::from(n)).to_string()
}

/// Milliseconds as people say them: `30.01 s`, `4.2 ms`.
pub(super) fn seconds(millis: f64) -> String {
    match millis {
        ms if ms >= 1e3 => format!("{:.2} s", ms / 1e3),
        ms => format!("{ms:.1} ms"),
    }
}

/// Milliseconds of the run's clock as events have them: `2.500000`.
fn seconds_exact(millis: f64) -> String {
    format!("{:.6}", millis / 1e3)
}

/// Breaks `text` at blanks into lines of at most `width` columns, without what steers terminals.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let text = text.replace(
        |letter: char| letter.is_control() && !letter.is_whitespace(),
        "\u{fffd}",
    );
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
