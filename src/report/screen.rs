//! The report as people read it: 80 columns, a table for each client, the flood, one verdict line.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};
use unicode_width::UnicodeWidthStr;

use super::{Chunk, Client, FindingLine, Report};
use crate::oracle::Count;
use crate::wire::{ChunkId, write_ids};

/// What is shown fits into so many columns.
pub(super) const COLUMNS: u16 = 80;
/// A client with more chunks than this has those with equal outcomes on one row.
const MAX_ROWS: usize = 12;
/// Of more clients than this, only those with a failure are shown one by one.
const MAX_CLIENTS: usize = 6;
/// Hops that the flood shows one by one; the rest is one row.
const MAX_HOPS: usize = 9;
/// Findings shown; the JSON document has all.
const MAX_FINDINGS: usize = 8;
/// The longest bar.
const BAR: u64 = 40;

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
    clients(&mut out, report);
    flood(&mut out, report);
    findings(&mut out, report);
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
    let missing = match chunks().filter(|chunk| chunk.source.is_none()).count() {
        0 => String::new(),
        missing => format!(", {} missing as expected", number(missing as u64)),
    };
    let held = report.checks.iter().filter(|check| check.verdict == "pass");
    let held = plural(held.count() as u64, "check");
    let allowed = match report.findings.len() {
        0 => String::new(),
        findings => format!(", {} allowed", plural(findings as u64, "finding")),
    };
    format!("{GOOD}PASS{GOOD:#} {name}: {held} held{allowed}; {arrived} arrived{missing}")
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
    let _ = writeln!(
        out,
        "  {}, {}{one_way}, {}; TTL {}, {}, seed {}, {}",
        plural(setting.peers, "peer"),
        plural(setting.links, "link"),
        plural(report.clients.len() as u64, "client"),
        setting.ttl,
        setting.duplicates,
        report.seed,
        report.mode,
    );
}

fn clients(out: &mut String, report: &Report) {
    let failed = |client: &&Client| client.chunks.iter().any(|chunk| chunk.verdict != "pass");
    let crowded = report.clients.len() > MAX_CLIENTS;
    let shown: Vec<&Client> = match crowded {
        true => report
            .clients
            .iter()
            .filter(failed)
            .take(MAX_CLIENTS)
            .collect(),
        false => report.clients.iter().collect(),
    };
    for client in &shown {
        let (name, contact, log) = (&client.name, &client.contact, client.log.display());
        let fits = format!("{name} asks {contact} {log}").width() <= usize::from(COLUMNS);
        let gap = if fits { " " } else { "\n " };
        let _ = writeln!(
            out,
            "\n{BOLD}{name}{BOLD:#} asks {contact}{gap}{DIM}{log}{DIM:#}"
        );
        let _ = writeln!(
            out,
            "{}",
            chunk_table(client, report.was_interrupted()).trim_fmt()
        );
    }
    if crowded {
        let failing = report.clients.iter().filter(failed).count();
        let fine = report.clients.len() - failing;
        let _ = writeln!(
            out,
            "\n{}: each chunk as expected",
            plural(fine as u64, "client")
        );
        if failing > shown.len() {
            let more = (failing - shown.len()) as u64;
            let _ = writeln!(out, "{} more with failures", plural(more, "client"));
        }
    }
}

pub(super) fn table() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(COLUMNS);
    table
}

/// What is shown of a chunk's outcome. What an interrupted run had yet to log is not wrong.
fn verdict(chunk: &Chunk, was_interrupted: bool) -> &'static str {
    match chunk.verdict {
        "pass" => "ok",
        _ if was_interrupted && !chunk.logged => "-",
        _ => "WRONG",
    }
}

fn chunk_table(client: &Client, was_interrupted: bool) -> Table {
    let mut table = table();
    table.set_header(["chunk", "source", "hops", "expected", "verdict"]);
    let mut rows: Vec<Vec<&Chunk>> = match client.chunks.len() > MAX_ROWS {
        true => by_outcome(&client.chunks),
        false => client.chunks.iter().map(|chunk| vec![chunk]).collect(),
    };
    let rest = rows.len().saturating_sub(MAX_ROWS);
    if rest > 0 {
        // What is wrong is shown before what is not.
        rows.sort_by_key(|group| group[0].verdict == "pass");
    }
    for group in rows.iter().take(MAX_ROWS) {
        let first = group[0];
        let ids: Vec<ChunkId> = group.iter().map(|chunk| ChunkId(chunk.id)).collect();
        let mut chunks = String::new();
        let _ = write_ids(&ids, &mut chunks);
        table.add_row([
            chunks,
            source(first),
            first
                .hops
                .map_or_else(|| "-".to_owned(), |hops| hops.to_string()),
            expected(first),
            verdict(first, was_interrupted).to_owned(),
        ]);
    }
    if rest > 0 {
        table.add_row([format!("… {rest} more rows"), String::new(), String::new()]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(26)));
    }
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Puts together the chunks that have all but their id in common, in the order of the first of each.
fn by_outcome(chunks: &[Chunk]) -> Vec<Vec<&Chunk>> {
    let mut groups: Vec<Vec<&Chunk>> = Vec::new();
    for chunk in chunks {
        let alike = |group: &&mut Vec<&Chunk>| has_same_outcome(group[0], chunk);
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(chunk),
            None => groups.push(vec![chunk]),
        }
    }
    groups
}

fn has_same_outcome(a: &Chunk, b: &Chunk) -> bool {
    (a.verdict, a.logged, a.hops, a.may_be_missing)
        == (b.verdict, b.logged, b.hops, b.may_be_missing)
        && a.source == b.source
        && a.expected == b.expected
}

fn source(chunk: &Chunk) -> String {
    match (&chunk.peer, &chunk.source, chunk.logged) {
        (Some(peer), _, _) => peer.clone(),
        (None, Some(source), _) => source.clone(),
        (None, None, true) => "missing".to_owned(),
        (None, None, false) => "not logged".to_owned(),
    }
}

fn expected(chunk: &Chunk) -> String {
    let mut names: Vec<&str> = chunk.expected.iter().map(String::as_str).take(4).collect();
    let more = chunk.expected.len().saturating_sub(names.len());
    let rest = match more {
        0 => None,
        more => Some(format!("{more} more")),
    };
    names.extend(rest.as_deref());
    if chunk.may_be_missing {
        names.push("missing");
    }
    names.join(" or ")
}

fn flood(out: &mut String, report: &Report) {
    let sent = &report.datagrams;
    let predicted = &report.predicted;
    let mut table = table();
    table.set_header(["datagrams", "sent", "predicted"]);
    for (name, sent, predicted) in [
        ("HELLO", sent.hello, predicted.hello.to_string()),
        ("QUERY", sent.query, predicted.query.to_string()),
        (
            "CHUNKS_INFO",
            sent.chunks_info,
            predicted.chunks_info.to_string(),
        ),
        ("GET", sent.get, String::new()),
        ("RESPONSE", sent.response, String::new()),
    ] {
        table.add_row([name.to_owned(), number(sent), predicted]);
    }
    for index in 1..3 {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let _ = writeln!(out, "\n{}", table.trim_fmt());
    for reason in &report.bounds_because {
        let _ = writeln!(out, " {DIM}bounds, because {reason}{DIM:#}");
    }
    hops(out, &report.queries_by_hop);
    let _ = writeln!(
        out,
        " {} of {} peers reached, {}",
        number(report.peers_reached),
        number(report.setting.peers),
        plural(report.duplicates, "duplicate QUERY"),
    );
    let _ = writeln!(out, " {}", accounting(report));
    let (clock, wall) = (seconds(report.clock_ms), seconds(report.wall_ms));
    let _ = writeln!(out, " run's clock {clock}, took {wall}");
}

fn hops(out: &mut String, queries: &[u64]) {
    let most = queries.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return;
    }
    let _ = writeln!(out, "\n QUERYs by hop");
    for (index, count) in queries.iter().take(MAX_HOPS).enumerate() {
        // At least one mark for what is not nothing.
        let marks = (count * BAR / most).max(u64::from(*count > 0));
        let bar = "█".repeat(usize::try_from(marks).unwrap_or(0));
        let _ = writeln!(out, " {:>3}  {bar} {}", index + 1, number(*count));
    }
    if queries.len() > MAX_HOPS {
        let rest: u64 = queries[MAX_HOPS..].iter().sum();
        let _ = writeln!(
            out,
            "   …  {} on hops {} to {}",
            number(rest),
            MAX_HOPS + 1,
            queries.len()
        );
    }
}

/// The books in one line: `62 sent = 62 delivered`.
fn accounting(report: &Report) -> String {
    let books = &report.accounting;
    let mut begun = format!("{} sent", number(books.sent));
    for (count, what) in [
        (books.duplicated, "duplicated"),
        (books.from_outside, "from outside"),
    ] {
        if count > 0 {
            let _ = write!(begun, " + {} {what}", number(count));
        }
    }
    let mut ended = format!("{} delivered", number(books.delivered));
    for (reason, count) in &books.dropped {
        let _ = write!(ended, " + {} dropped ({reason})", number(*count));
    }
    for (count, what) in [
        (books.lost_by_kernel, "lost by the kernel"),
        (books.in_flight, "in flight"),
    ] {
        if count > 0 {
            let _ = write!(ended, " + {} {what}", number(count));
        }
    }
    format!("{begun} = {ended}")
}

fn findings(out: &mut String, report: &Report) {
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
    match finding.chunk {
        Some(chunk) => format!("{who}, chunk {chunk}"),
        None => who,
    }
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
