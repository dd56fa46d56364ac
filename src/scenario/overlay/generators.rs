//! The generated kinds of overlay: their parameters, and what is impossible about them.

use std::collections::BTreeMap;

use toml::Spanned;

use super::super::layout::{Key, Kind, Layout};
use super::super::limits::{MOST_LINKS, MOST_PEERS};
use super::super::problem::{Problems, Span};
use super::super::reader::{Reader, Table};
use super::super::words::many;
use crate::topology::{Generator, Impossible};

pub(super) const LINE: Layout = layout("`[overlay.line]`", &[PEERS]);
pub(super) const RING: Layout = layout("`[overlay.ring]`", &[PEERS]);
pub(super) const STAR: Layout = layout("`[overlay.star]`", &[PEERS]);
pub(super) const TREE: Layout = layout(
    "`[overlay.tree]`",
    &[
        count("arity", "how many children each has"),
        count("depth", "how many levels are below the root"),
    ],
);
pub(super) const GRID: Layout = layout("`[overlay.grid]`", &[ROWS, COLUMNS]);
pub(super) const TORUS: Layout = layout("`[overlay.torus]`", &[ROWS, COLUMNS]);
pub(super) const COMPLETE: Layout = layout("`[overlay.complete]`", &[PEERS]);
pub(super) const GNP: Layout = layout("`[overlay.gnp]`", &[PEERS, P]);
pub(super) const GNM: Layout = layout(
    "`[overlay.gnm]`",
    &[
        PEERS,
        Key::new(
            "links",
            Kind::Integer(0, MOST_LINKS),
            "how many links there are",
        )
        .required(),
    ],
);
pub(super) const REGULAR: Layout = layout(
    "`[overlay.regular]`",
    &[PEERS, count("degree", "how many neighbours each has")],
);
pub(super) const WATTS_STROGATZ: Layout = layout(
    "`[overlay.watts_strogatz]`",
    &[
        PEERS,
        count("k", "how many neighbours each has in the ring"),
        P,
    ],
);
pub(super) const BARABASI_ALBERT: Layout = layout(
    "`[overlay.barabasi_albert]`",
    &[PEERS, count("m", "with how many each new peer is linked")],
);
pub(super) const POWER_LAW: Layout = layout(
    "`[overlay.power_law]`",
    &[
        PEERS,
        Key::new(
            "exponent",
            Kind::Number(None),
            "how fast large numbers of neighbours become rare",
        )
        .required(),
        count("min_degree", "the fewest neighbours that are drawn"),
    ],
);

const PEERS: Key = count("peers", "how many peers there are");
const ROWS: Key = count("rows", "how many rows there are");
const COLUMNS: Key = count("columns", "how many peers are in a row");
const P: Key = Key::new("p", Kind::Probability, "a probability").required();

const fn layout(what: &'static str, keys: &'static [Key]) -> Layout {
    let rules = &[];
    Layout { what, keys, rules }
}

const fn count(name: &'static str, about: &'static str) -> Key {
    Key::new(name, Kind::Integer(0, MOST_PEERS), about).required()
}

/// Reads the parameters of the kind `key`; nothing when it has problems, all of which are noted.
pub(super) fn read(
    key: &str,
    mut table: Table<'_>,
    reader: &mut Reader,
) -> Option<Spanned<Generator>> {
    let header = table.header.clone();
    let mut parameters = Parameters {
        table: &mut table,
        reader,
        places: BTreeMap::new(),
    };
    let generator = parameters.generator(key);
    let places = parameters.places;
    table.finish(&[&super::OVERLAY], &mut reader.problems);
    let generator = generator?;
    if !fits(&generator, &header, &mut reader.problems) {
        return None;
    }
    let impossible = generator.check();
    for impossible in &impossible {
        note_impossible(impossible, &places, &header, &mut reader.problems);
    }
    let possible = impossible.is_empty();
    possible.then(|| Spanned::new(header, generator))
}

/// Whether `generator` makes no more than a scenario can have; otherwise that is noted.
fn fits(generator: &Generator, header: &Span, problems: &mut Problems) -> bool {
    let (peers, links) = generator.size();
    let (count, what, most) = match peers > u128::from(MOST_PEERS) {
        true => (peers, "peers", MOST_PEERS),
        false => (links, "links, there and back counted", MOST_LINKS),
    };
    if count <= u128::from(most) {
        return true;
    }
    let title = format!("the overlay would have {} {what}", many(count));
    let label = format!("{} are the most", many(most.into()));
    let problem = problems.add(header.clone(), title, label);
    problem.help("make it smaller");
    false
}

/// Notes why there is no such overlay, at the parameter that it is about.
fn note_impossible(
    impossible: &Impossible,
    places: &BTreeMap<&'static str, Span>,
    header: &Span,
    problems: &mut Problems,
) {
    let source = problems.source().clone();
    let place = places.get(impossible.parameter).unwrap_or(header);
    let problem = problems.add(place.clone(), &*impossible.why, "");
    let peers = places.get("peers").filter(|peers| *peers != place);
    if let Some(peers) = peers.filter(|_| impossible.why.contains("peers")) {
        problem.label(&source, peers.clone(), "with so many peers");
    }
    if let Some(help) = &impossible.help {
        problem.help(help);
    }
}

/// The parameters of one table, with their places.
struct Parameters<'a, 'i> {
    table: &'a mut Table<'i>,
    reader: &'a mut Reader,
    places: BTreeMap<&'static str, Span>,
}

impl Parameters<'_, '_> {
    /// Reads them all, and only then asks whether each is there: all problems are to be noted.
    fn generator(&mut self, key: &str) -> Option<Generator> {
        match key {
            "tree" => {
                let (arity, depth) = (self.count("arity", "2"), self.count("depth", "3"));
                let (arity, depth) = (arity?, depth?);
                return Some(Generator::Tree { arity, depth });
            }
            "grid" | "torus" => {
                let (rows, columns) = (self.count("rows", "4"), self.count("columns", "5"));
                let (rows, columns) = (rows?, columns?);
                return Some(match key {
                    "grid" => Generator::Grid { rows, columns },
                    _ => Generator::Torus { rows, columns },
                });
            }
            _ => {}
        }
        let peers = self.count("peers", "100");
        let generator = match key {
            "line" => Generator::Line { peers: peers? },
            "ring" => Generator::Ring { peers: peers? },
            "star" => Generator::Star { peers: peers? },
            "complete" => Generator::Complete { peers: peers? },
            _ => return self.random(key, peers),
        };
        Some(generator)
    }

    /// The kinds that draw their links.
    fn random(&mut self, key: &str, peers: Option<u64>) -> Option<Generator> {
        let count = match key {
            "gnm" => self.count("links", "300"),
            "regular" => self.count("degree", "6"),
            "watts_strogatz" => self.count("k", "4"),
            "barabasi_albert" => self.count("m", "2"),
            "power_law" => self.count("min_degree", "1"),
            _ => None,
        };
        let number = match key {
            "gnp" => self.number("p", "0.05"),
            "watts_strogatz" => self.number("p", "0.1"),
            "power_law" => self.number("exponent", "2.5"),
            _ => None,
        };
        let peers = peers?;
        Some(match key {
            "gnp" => Generator::Gnp { peers, p: number? },
            "gnm" => Generator::Gnm {
                peers,
                links: count?,
            },
            "regular" => Generator::Regular {
                peers,
                degree: count?,
            },
            "watts_strogatz" => Generator::WattsStrogatz {
                peers,
                k: count?,
                p: number?,
            },
            "barabasi_albert" => Generator::BarabasiAlbert { peers, m: count? },
            _ => Generator::PowerLaw {
                peers,
                exponent: number?,
                min_degree: count?,
            },
        })
    }

    /// Takes a whole number of peers or links.
    fn count(&mut self, key: &'static str, example: &str) -> Option<u64> {
        let value = self
            .table
            .require(key, example, &mut self.reader.problems)?;
        self.places.insert(key, value.span());
        let range = self.table.range(key);
        self.reader.integer_in(&value, &format!("`{key}`"), range)
    }

    fn number(&mut self, key: &'static str, example: &str) -> Option<f64> {
        let value = self
            .table
            .require(key, example, &mut self.reader.problems)?;
        self.places.insert(key, value.span());
        self.reader.fraction(&value, &format!("`{key}`"))
    }
}
