//! The table `[overlay]`: peers and links that are generated or imported.
//!
//! | file | what |
//! |---|---|
//! | `generators` | the parameters of generated overlays, and what is impossible about them |
//! | `imports` | files that others wrote |
//! | `network` | from the table to named peers and their links |

mod generators;
mod imports;
mod network;

use toml::Spanned;

pub(super) use network::Network;

use network::PREFIX;

use super::layout::{Key, Kind, Layout, Rule};
use super::problem::Span;
use super::reader::{Reader, Table, Value};
use super::words::{did_you_mean, with_article};
use crate::topology::Generator;
use imports::{Format, Import};

/// The keys of `[overlay]`; those that are tables are the kinds, and come first.
pub(super) const OVERLAY: Layout = Layout {
    what: "the overlay",
    keys: &[
        Key::new(
            "line",
            Kind::Table(&generators::LINE),
            "each peer linked with the next",
        ),
        Key::new(
            "ring",
            Kind::Table(&generators::RING),
            "a line whose ends are linked",
        ),
        Key::new("star", Kind::Table(&generators::STAR), "p1 is the centre"),
        Key::new(
            "tree",
            Kind::Table(&generators::TREE),
            "p1 is the root, breadth first; with depth 0 it is alone",
        ),
        Key::new(
            "grid",
            Kind::Table(&generators::GRID),
            "row by row, each linked with up to four",
        ),
        Key::new(
            "torus",
            Kind::Table(&generators::TORUS),
            "a grid whose rows and columns are rings",
        ),
        Key::new(
            "complete",
            Kind::Table(&generators::COMPLETE),
            "everybody with everybody",
        ),
        Key::new(
            "gnp",
            Kind::Table(&generators::GNP),
            "each pair is linked with probability p",
        ),
        Key::new(
            "gnm",
            Kind::Table(&generators::GNM),
            "so many links, at random",
        ),
        Key::new(
            "regular",
            Kind::Table(&generators::REGULAR),
            "everybody has so many neighbours, at random",
        ),
        Key::new(
            "watts_strogatz",
            Kind::Table(&generators::WATTS_STROGATZ),
            "a small world: a ring with k neighbours, rewired with p",
        ),
        Key::new(
            "barabasi_albert",
            Kind::Table(&generators::BARABASI_ALBERT),
            "each new peer is linked with m popular ones",
        ),
        Key::new(
            "power_law",
            Kind::Table(&generators::POWER_LAW),
            "numbers of neighbours from a power law",
        ),
        Key::new(
            "edge_list",
            Kind::Table(&imports::EDGE_LIST),
            "a line for each link, two ids, as SNAP publishes them",
        ),
        Key::new("graphml", Kind::Table(&imports::GRAPHML), "GraphML"),
        Key::new(
            "dot",
            Kind::Table(&imports::DOT),
            "DOT: nodes and edges, no subgraphs",
        ),
        Key::new(
            "seed",
            Kind::COUNT,
            "for this overlay alone; else the scenario's, or `--seed`",
        ),
        Key::new(
            "prefix",
            Kind::Text,
            "what names begin with before a number, `\"p\"` if not said",
        )
        .or(|| PREFIX.into()),
        Key::new("remove", Kind::TEXTS, "peers to take out, with their links"),
        Key::new(
            "remove_links",
            Kind::PAIRS,
            "links to take out, in both directions: `[[\"p1\", \"p2\"]]`",
        ),
    ],
    rules: &[Rule::OneTable],
};

/// What to write.
const EXAMPLE: &str = "write, as an example,\n    [overlay.ring]\n    peers = 5";

/// An `[overlay]`.
#[derive(Debug)]
pub(super) struct OverlayTable {
    pub(super) header: Span,
    /// Where the peers and links come from; where there is nothing, that has been noted.
    maker: Option<Maker>,
    seed: Option<u64>,
    prefix: Option<Spanned<String>>,
    remove: Vec<Spanned<String>>,
    remove_links: Vec<[Spanned<String>; 2]>,
}

/// Where peers and links come from.
#[derive(Debug)]
enum Maker {
    Generator(Spanned<Generator>),
    Import(Import),
}

impl OverlayTable {
    /// Reads the value of `overlay`.
    pub(super) fn read(value: Value<'_>, reader: &mut Reader) -> Self {
        let header = value.span();
        if !value.get_ref().is_table() {
            let title = "`overlay` must be a table that has a table";
            let label = format!("this is {}", with_article(value.get_ref().type_str()));
            let problem = reader.problems.add(header.clone(), title, label);
            problem.help(EXAMPLE);
            return Self::unreadable(header);
        }
        let Some(mut table) = reader.table(value, "`overlay`", &OVERLAY) else {
            return Self::unreadable(header);
        };
        let maker = maker(&mut table, reader);
        let remove = table.take("remove").map(|value| {
            let must = "an array of names of peers";
            reader.strings(value, "`remove`", must, "a peer to remove")
        });
        let remove_links = table.take("remove_links");
        let mut overlay = Self {
            header,
            seed: reader.number(&mut table, "seed"),
            prefix: reader.text(&mut table, "prefix"),
            remove: remove.unwrap_or_default(),
            remove_links: remove_links
                .map(|value| reader.pairs(value, "`remove_links`"))
                .unwrap_or_default(),
            maker,
        };
        if let (Some(prefix), Some(Maker::Import(import))) = (&overlay.prefix, &overlay.maker)
            && import.format != Format::EdgeList
        {
            let source = reader.problems.source().clone();
            let title = "`prefix` has no use here";
            let label = "only for peers with numbers";
            let problem = reader.problems.add(prefix.span(), title, label);
            problem
                .label(&source, import.header.clone(), "these have names")
                .help("leave it out");
            overlay.prefix = None;
        }
        table.finish(&[], &mut reader.problems);
        overlay
    }

    /// Stands for an overlay with problems that have been noted.
    fn unreadable(header: Span) -> Self {
        Self {
            header,
            maker: None,
            seed: None,
            prefix: None,
            remove: Vec::new(),
            remove_links: Vec::new(),
        }
    }
}

/// Takes the one table that says where peers and links come from.
fn maker(table: &mut Table<'_>, reader: &mut Reader) -> Option<Maker> {
    let kinds = || OVERLAY.tables();
    let mut written: Vec<_> = kinds()
        .filter_map(|(key, layout)| Some((key, layout, table.take(key)?)))
        .collect();
    written.sort_by_key(|(_, _, value)| value.span().start);
    let mut written = written.into_iter();
    let Some((key, layout, value)) = written.next() else {
        let all: Vec<&str> = kinds().map(|(key, _)| key).collect();
        let mut left = table.keys_left();
        // What was meant by such a key is told in its place.
        if left.all(|key| did_you_mean(key, all.iter().copied()).is_none()) {
            let title = "the overlay has no kind";
            let label = "nothing says where its peers come from";
            let problem = reader.problems.add(table.header.clone(), title, label);
            problem.help(format!("{EXAMPLE}\nthe kinds are {}", all.join(", ")));
        }
        return None;
    };
    let first = value.span();
    let maker = match reader.table(value, &format!("`{key}`"), layout) {
        Some(table) => match Format::of(key) {
            Some(format) => Import::read(format, table, reader).map(Maker::Import),
            None => generators::read(key, table, reader).map(Maker::Generator),
        },
        None => None,
    };
    let mut is_only = true;
    for (other, _, value) in written {
        is_only = false;
        let source = reader.problems.source().clone();
        let title = format!("an overlay can't be both `{key}` and `{other}`");
        let problem = reader.problems.add(value.span(), title, "the second one");
        problem
            .label(&source, first.clone(), "the first one")
            .help("keep one; `[[peer]]` and `links` add to it");
    }
    maker.filter(|_| is_only)
}
