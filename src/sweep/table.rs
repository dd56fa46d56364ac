//! The results of a sweep as people read them: a row for each combination, within 80 columns where
//! the values let it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::results::{Results, Row};

const BOLD: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Draws the table. It has colours; whoever prints it strips them where they don't belong.
#[must_use]
pub fn draw(results: &Results) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    // The last part of a key says enough where no other ends like it.
    let short = |key: &String| {
        let last = |key: &str| key.rsplit('.').next().map(str::to_owned);
        let alike = results.keys.iter().filter(|other| last(other) == last(key));
        match alike.count() {
            1 => last(key).unwrap_or_default(),
            _ => key.clone(),
        }
    };
    let measures = [
        "reach",
        "found",
        "QUERYs",
        "dup. QUERYs",
        "ms",
        "hops",
        "checks",
    ];
    let mut header: Vec<String> = results.keys.iter().map(short).collect();
    header.extend(measures.map(str::to_owned));
    table.set_header(header);
    for row in &results.combinations {
        let mut cells = row.set.values.clone();
        cells.extend(cells_of(row));
        table.add_row(cells);
    }
    for index in 0..results.keys.len() + measures.len() - 1 {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{BOLD}{}{BOLD:#}\n{}\n",
        results.scenario,
        table.trim_fmt()
    );
    let _ = writeln!(out, "{}", verdict_line(results));
    out
}

/// The last line: how many runs there were, and whether all passed.
#[must_use]
pub fn verdict_line(results: &Results) -> String {
    let sum = |of: fn(&Row) -> u64| results.combinations.iter().map(of).sum::<u64>();
    let (runs, failed) = (sum(|row| row.runs), sum(|row| row.failed));
    let name = &results.scenario;
    let of = results.combinations.len();
    let plural = |count: u64, what: &str| {
        let ending = if count == 1 { "" } else { "s" };
        format!("{count} {what}{ending}")
    };
    let rest = match sum(|row| row.too_large) {
        0 => String::new(),
        count => format!(", {count} too large"),
    };
    if results.complete && results.ran_nothing() {
        return format!("{BAD}FAIL{BAD:#} {name}: nothing was run{rest}");
    }
    let interrupted = if results.complete {
        ""
    } else {
        ", interrupted"
    };
    let runs = format!(
        "{} of {}",
        plural(runs, "run"),
        plural(of as u64, "combination")
    );
    match failed == 0 && results.complete {
        true => format!("{GOOD}PASS{GOOD:#} {name}: {runs}{rest}"),
        false => format!("{BAD}FAIL{BAD:#} {name}: {runs}{rest}, {failed} failed{interrupted}"),
    }
}

/// What stands behind the values of a combination.
fn cells_of(row: &Row) -> [String; 7] {
    let number = |value: f64| match value {
        whole if whole.fract() == 0.0 => format!("{whole:.0}"),
        part => format!("{part:.1}"),
    };
    let mean = |measure: &str| row.mean(measure).map_or_else(|| "-".to_owned(), number);
    let found = match row.mean("found") {
        Some(found) => format!("{} of {}", number(found), row.wanted),
        None => "-".to_owned(),
    };
    let checks = match (row.runs, row.failed, row.too_large) {
        (_, failed @ 1.., _) => format!("{failed} failed"),
        (_, _, 1..) => "too large".to_owned(),
        (0, _, _) => "not run".to_owned(),
        _ => "ok".to_owned(),
    };
    [
        mean("reach"),
        found,
        mean("queries"),
        mean("duplicates"),
        mean("time"),
        mean("hops"),
        checks,
    ]
}
