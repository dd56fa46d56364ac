//! What the searches of a run took, how far they went, and the books of its datagrams.

use std::fmt::Write as _;

use comfy_table::CellAlignment;

use super::{COLUMNS, DIM, number, plural, seconds, table, wrapped};
use crate::report::Report;

/// Hops that the flood shows one by one; the rest is one row.
const MAX_HOPS: usize = 9;
/// The longest bar.
const BAR: u64 = 40;

/// Draws what the searches took, and the books.
pub(super) fn draw(out: &mut String, report: &Report) {
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
    if report.setting.reliable {
        for (name, sent) in [("QUERY again", sent.query_again), ("ACK", sent.ack)] {
            table.add_row([name.to_owned(), number(sent), String::new()]);
        }
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
    for line in wrapped(&accounting(report), usize::from(COLUMNS) - 1) {
        let _ = writeln!(out, " {line}");
    }
    let books = &report.accounting;
    let changed = [(books.corrupted, "corrupted"), (books.delayed, "delayed")];
    let changed = changed.iter().filter(|(count, _)| *count > 0);
    let changed = changed.map(|(count, what)| format!("{} {what}", number(*count)));
    let changed = changed.collect::<Vec<_>>().join(", ");
    if !changed.is_empty() {
        let _ = writeln!(out, " {changed} on their way");
    }
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
