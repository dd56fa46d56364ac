//! A table for each client: what it asked for and what came of it.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ColumnConstraint, Table, Width};
use unicode_width::UnicodeWidthStr;

use super::{BOLD, COLUMNS, DIM, plural, table};
use crate::report::{Chunk, Client, Report};
use crate::wire::{ChunkId, write_ids};

/// A client with more chunks than this has those with equal outcomes on one row.
const MAX_ROWS: usize = 12;
/// Of more clients than this, only those with a failure are shown one by one.
const MAX_CLIENTS: usize = 6;

/// Draws the clients.
pub(super) fn draw(out: &mut String, report: &Report) {
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
        let _ = write!(out, "{}", assembled(client));
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

/// A line about the file with all chunks, of a client that was asked for one.
fn assembled(client: &Client) -> String {
    let name = client.assemble.as_ref().and_then(|path| path.file_name());
    let Some(name) = name.map(|name| name.display()) else {
        return String::new();
    };
    let all = client.chunks.len() as u64;
    if client.assembled {
        return format!(" {name} is written, from {}\n", plural(all, "chunk"));
    }
    let lacking = client.chunks.iter().filter(|chunk| chunk.source.is_none());
    let lacking: Vec<ChunkId> = lacking.map(|chunk| ChunkId(chunk.id)).collect();
    let mut ids = String::from(match lacking[..] {
        [_] => "chunk ",
        _ => "chunks ",
    });
    let _ = write_ids(&lacking, &mut ids);
    let line = format!(" {name} is not written, for want of ");
    if (line.width() + ids.width()) > usize::from(COLUMNS) {
        // The table says which.
        ids = plural(lacking.len() as u64, "chunk");
    }
    format!("{line}{ids}\n")
}

/// What is shown of a chunk's outcome: `ok (may)` where another outcome would have been right too. What an interrupted run had yet to log is not wrong.
fn verdict(chunk: &Chunk, was_interrupted: bool) -> &'static str {
    match (chunk.verdict, chunk.certainty) {
        ("pass", "may") => "ok (may)",
        ("pass", _) => "ok",
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
