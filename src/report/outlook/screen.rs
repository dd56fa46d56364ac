//! An outlook as people read it: 80 columns, the overlay, what each client can find, the floods.

use std::fmt::Write as _;

use comfy_table::CellAlignment;

use super::{ChunkOutlook, ClientOutlook, FloodOutlook, Found, Outlook};
use crate::oracle::Count;
use crate::report::screen::{BAD, BOLD, COLUMNS, DIM, GOOD, WARN, number, plural, table, wrapped};
use crate::rules::Duplicates;
use crate::wire::{ChunkId, write_ids};

/// Of more clients than this, each has one row.
const MAX_CLIENTS: usize = 4;
/// Rows of a table of clients, hops or chunks.
const MAX_ROWS: usize = 12;
/// Components whose sizes are told.
const MAX_COMPONENTS: usize = 6;
/// Holders of a chunk that are named.
const MAX_SOURCES: usize = 4;
/// Warnings that are told.
const MAX_WARNINGS: usize = 8;
/// Columns of the longest number that is written out in the table of floods.
const LONGEST: usize = 19;

/// Draws the whole outlook. It has colours; whoever prints it strips them where they don't belong.
#[must_use]
pub fn draw(outlook: &Outlook) -> String {
    let mut out = String::new();
    head(&mut out, outlook);
    match outlook.clients.len() > MAX_CLIENTS {
        true => crowd(&mut out, &outlook.clients),
        false => outlook.clients.iter().for_each(|c| client(&mut out, c)),
    }
    floods(&mut out, outlook);
    for warning in outlook.warnings.iter().take(MAX_WARNINGS) {
        let mut label = "warning:";
        for line in wrapped(warning, usize::from(COLUMNS) - 9) {
            let _ = writeln!(out, "{WARN}{label:8}{WARN:#} {line}");
            label = "";
        }
    }
    if outlook.warnings.len() > MAX_WARNINGS {
        let more = (outlook.warnings.len() - MAX_WARNINGS) as u64;
        let _ = writeln!(
            out,
            "{}; --format json has all",
            plural(more, "more warning")
        );
    }
    let _ = writeln!(out, "{}", summary_line(outlook));
    out
}

/// One line: that the file is right, and how many chunks can be found.
#[must_use]
pub fn summary_line(outlook: &Outlook) -> String {
    let chunks = || outlook.clients.iter().flat_map(|client| &client.chunks);
    let such = |found| chunks().filter(|chunk| chunk.found == found).count() as u64;
    let mut parts = vec![format!(
        "{} must be found",
        plural(such(Found::Must), "chunk")
    )];
    for (found, what) in [
        (Found::May, "may be found"),
        (Found::Cannot, "cannot be found"),
    ] {
        if such(found) > 0 {
            parts.push(format!("{} {what}", number(such(found))));
        }
    }
    let warnings = match outlook.warnings.len() as u64 {
        0 => String::new(),
        count => format!("; {}", plural(count, "warning")),
    };
    let name = &outlook.scenario;
    format!("{GOOD}OK{GOOD:#} {name}: {}{warnings}", parts.join(", "))
}

fn head(out: &mut String, outlook: &Outlook) {
    let setting = &outlook.setting;
    let _ = writeln!(out, "{BOLD}{}{BOLD:#}", outlook.scenario);
    for line in wrapped(outlook.description.trim(), usize::from(COLUMNS) - 2) {
        let _ = writeln!(out, "  {DIM}{line}{DIM:#}");
    }
    let one_way = match setting.one_way {
        0 => String::new(),
        count => format!(" ({} one way)", number(count)),
    };
    let _ = writeln!(
        out,
        "  {}, {}{one_way}, {}; TTL {}, {}, seed {}",
        plural(setting.peers, "peer"),
        plural(setting.links, "link"),
        plural(outlook.clients.len() as u64, "client"),
        setting.ttl,
        setting.duplicates,
        outlook.seed,
    );
    let degree = outlook.degree;
    let degrees = match degree.min == degree.max {
        true => format!("degree {} everywhere", number(degree.min)),
        false => format!(
            "degree {} to {}, mean {:.1}",
            number(degree.min),
            number(degree.max),
            degree.mean
        ),
    };
    let bound = if outlook.diameter.is_exact {
        ""
    } else {
        "at least "
    };
    let hops = u64::from(outlook.diameter.hops);
    let of = match outlook.components.len() {
        0 | 1 => "",
        _ => " of the largest component",
    };
    let _ = writeln!(
        out,
        "  {degrees}; diameter{of} {bound}{}",
        plural(hops, "hop")
    );
    let _ = writeln!(out, "  {}", components(&outlook.components));
}

/// `connected`, or `disconnected: 3 components of 5, 2 and 1 peers`.
fn components(sizes: &[u64]) -> String {
    if sizes.len() < 2 {
        return "connected".to_owned();
    }
    let mut shown: Vec<String> = sizes.iter().map(|size| number(*size)).collect();
    if shown.len() > MAX_COMPONENTS {
        shown.truncate(MAX_COMPONENTS - 1);
        shown.push(format!("{} smaller ones", sizes.len() - shown.len()));
        let last = shown.pop().unwrap_or_default();
        return format!(
            "{BAD}disconnected{BAD:#}: {} of {} peers and {last}",
            plural(sizes.len() as u64, "component"),
            shown.join(", "),
        );
    }
    let last = shown.pop().unwrap_or_default();
    format!(
        "{BAD}disconnected{BAD:#}: {} of {} and {last} peers",
        plural(sizes.len() as u64, "component"),
        shown.join(", "),
    )
}

fn client(out: &mut String, client: &ClientOutlook) {
    let reach = plural(client.peers_reached, "peer");
    let bound = if client.is_certain { "" } else { "up to " };
    let (name, contact) = (&client.name, &client.contact);
    let _ = writeln!(
        out,
        "\n{BOLD}{name}{BOLD:#} asks {contact} and reaches {bound}{reach}"
    );
    let mut hops = table();
    hops.set_header(["hop", "peers", "QUERYs of a HELLO"]);
    for hop in client.hops.iter().take(MAX_ROWS) {
        let queries = hop.queries.map(|queries| queries.to_string());
        hops.add_row([
            hop.hop.to_string(),
            number(hop.peers),
            queries.unwrap_or_else(|| "-".to_owned()),
        ]);
    }
    if client.hops.len() > MAX_ROWS {
        let more = client.hops.len() - MAX_ROWS;
        hops.add_row([format!("… {more} more"), String::new(), String::new()]);
    }
    for index in 0..3 {
        if let Some(column) = hops.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let _ = writeln!(out, "{}", hops.trim_fmt());
    let groups = by_outlook(&client.chunks);
    let mut chunks = table();
    chunks.set_header(["chunk", "found", "from"]);
    for group in groups.iter().take(MAX_ROWS) {
        let first = group[0];
        chunks.add_row([ids(group), word(first.found).to_owned(), sources(first)]);
    }
    if groups.len() > MAX_ROWS {
        let more = groups.len() - MAX_ROWS;
        chunks.add_row([format!("… {more} more rows"), String::new(), String::new()]);
    }
    let _ = writeln!(out, "{}", chunks.trim_fmt());
}

const fn word(found: Found) -> &'static str {
    match found {
        Found::Must => "must",
        Found::May => "may",
        Found::Cannot => "cannot",
    }
}

/// Puts together chunks that may come from the same peers, in the order of the first of each.
fn by_outlook(chunks: &[ChunkOutlook]) -> Vec<Vec<&ChunkOutlook>> {
    let mut groups: Vec<Vec<&ChunkOutlook>> = Vec::new();
    for chunk in chunks {
        let alike = |group: &&mut Vec<&ChunkOutlook>| {
            group[0].found == chunk.found && group[0].sources == chunk.sources
        };
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(chunk),
            None => groups.push(vec![chunk]),
        }
    }
    groups
}

/// The ids of `group`, shortened in the middle where they are many.
fn ids(group: &[&ChunkOutlook]) -> String {
    let ids: Vec<ChunkId> = group.iter().map(|chunk| ChunkId(chunk.id)).collect();
    let mut text = String::new();
    let _ = write_ids(&ids, &mut text);
    if text.len() <= 26 {
        return text;
    }
    let end = text[..20].rfind(',').unwrap_or(20);
    let shown = text[..end].to_owned();
    format!("{shown},… ({} chunks)", number(ids.len() as u64))
}

fn sources(chunk: &ChunkOutlook) -> String {
    if chunk.sources.is_empty() {
        return "-".to_owned();
    }
    let named = chunk.sources.iter().take(MAX_SOURCES);
    let mut names: Vec<String> = named.cloned().collect();
    let more = chunk.sources.len() - names.len();
    if more > 0 {
        names.push(format!("{} more", number(more as u64)));
    }
    names.join(" or ")
}

/// A row for each client.
fn crowd(out: &mut String, clients: &[ClientOutlook]) {
    let mut table = table();
    table.set_header(["client", "contact", "reaches", "must", "may", "cannot"]);
    for client in clients.iter().take(MAX_ROWS) {
        let such = |found| client.chunks.iter().filter(move |c| c.found == found);
        let count = |found| number(such(found).count() as u64);
        table.add_row([
            client.name.clone(),
            client.contact.clone(),
            plural(client.peers_reached, "peer"),
            count(Found::Must),
            count(Found::May),
            count(Found::Cannot),
        ]);
    }
    if clients.len() > MAX_ROWS {
        let more = (clients.len() - MAX_ROWS) as u64;
        table.add_row([format!("… {} more", number(more))]);
    }
    for index in 2..6 {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let _ = writeln!(out, "\n{}", table.trim_fmt());
}

fn floods(out: &mut String, outlook: &Outlook) {
    let mut table = table();
    let policies = Duplicates::ALL.map(|(_, word)| word);
    table.set_header(std::iter::once("TTL").chain(policies));
    for row in outlook.floods.chunk_by(|a, b| a.ttl == b.ttl) {
        let cell = |word: &str| {
            let flood = row.iter().find(|flood| flood.duplicates == word);
            flood.map_or_else(|| "-".to_owned(), cell)
        };
        let mut cells = vec![row[0].ttl.to_string()];
        cells.extend(policies.map(cell));
        table.add_row(cells);
    }
    for index in 0..4 {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let _ = writeln!(
        out,
        "\nHELLOs, QUERYs and CHUNKS_INFOs of a run (* as the file says)\n{}",
        table.trim_fmt()
    );
    let own = &outlook.predicted;
    let _ = writeln!(
        out,
        " * HELLO {}, QUERY {}, CHUNKS_INFO {}",
        own.hello, own.query, own.chunks_info
    );
    for reason in &outlook.bounds_because {
        let _ = writeln!(out, " {DIM}bounds, because {reason}{DIM:#}");
    }
    let _ = writeln!(out);
}

/// A number of datagrams, marked when it is the scenario's own.
fn cell(flood: &FloodOutlook) -> String {
    let mark = if flood.is_own { "*" } else { " " };
    let bound = match flood.total.min == flood.total.max {
        true => "",
        false => "up to ",
    };
    let most = Count::exact(flood.total.max).to_string();
    if most.len() <= LONGEST {
        return format!("{bound}{most}{mark}");
    }
    // 48 digits would not fit.
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let exponent = (flood.total.max as f64).log10().floor();
    format!("{bound}over 10^{exponent:.0}{mark}")
}
