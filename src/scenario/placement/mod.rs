//! The table `[placement]`: chunks that are spread over peers, beside those that peers hold by hand.
//!
//! | file | what |
//! |---|---|
//! | `spread` | which peers get them |
//! | `shares` | how many copies each chunk has, by its popularity |

mod shares;
mod spread;

use toml::Spanned;

pub(super) use spread::{Placed, Spread};

use super::layout::{Key, Kind, Layout};
use super::limits::{MOST_CHUNKS, MOST_PEERS};
use super::problem::Span;
use super::reader::{Reader, Table, Value};
use crate::wire::ChunkId;

/// The keys of `[placement]`.
pub(super) const PLACEMENT: Layout = Layout {
    what: "the placement",
    keys: &[
        Key::new(
            "round_robin",
            Kind::OneOf(&[
                Kind::Table(&ROUND_ROBIN),
                Kind::Array(&Kind::Table(&ROUND_ROBIN), 0, None),
            ]),
            "the first at the first peer, the second at the next, round and round",
        ),
        Key::new(
            "uniform",
            Kind::OneOf(&[
                Kind::Table(&UNIFORM),
                Kind::Array(&Kind::Table(&UNIFORM), 0, None),
            ]),
            "each at so many different peers, at random",
        ),
        Key::new(
            "zipf",
            Kind::OneOf(&[
                Kind::Table(&ZIPF),
                Kind::Array(&Kind::Table(&ZIPF), 0, None),
            ]),
            "so many copies in all, the more the further in front",
        ),
        Key::new(
            "distance",
            Kind::OneOf(&[
                Kind::Table(&DISTANCE),
                Kind::Array(&Kind::Table(&DISTANCE), 0, None),
            ]),
            "at random peers exactly so far from a peer",
        ),
        Key::new(
            "one",
            Kind::OneOf(&[Kind::Table(&ONE), Kind::Array(&Kind::Table(&ONE), 0, None)]),
            "at this peer",
        ),
    ],
    rules: &[],
};
/// The key that all ways have.
const CHUNKS: Key = Key::new("chunks", Kind::SOME_CHUNKS, "which chunks").required();
const ROUND_ROBIN: Layout = Layout {
    what: "`[placement.round_robin]`",
    keys: &[CHUNKS],
    rules: &[],
};
const UNIFORM: Layout = Layout {
    what: "`[placement.uniform]`",
    keys: &[
        CHUNKS,
        Key::new(
            "replicas",
            Kind::Integer(1, MOST_PEERS),
            "how many peers have each",
        )
        .required(),
    ],
    rules: &[],
};
const ZIPF: Layout = Layout {
    what: "`[placement.zipf]`",
    keys: &[
        CHUNKS,
        Key::new(
            "replicas",
            Kind::Integer(1, MOST_CHUNKS),
            "how many copies there are in all",
        )
        .required(),
        Key::new(
            "exponent",
            Kind::Number(Some(0.0)),
            "how much more popular the first are: that at rank r by 1/r^exponent",
        )
        .required(),
    ],
    rules: &[],
};
const DISTANCE: Layout = Layout {
    what: "`[placement.distance]`",
    keys: &[
        CHUNKS,
        Key::new("from", Kind::Text, "the peer from which hops are counted").required(),
        Key::new("hops", Kind::Integer(0, MOST_PEERS), "exactly how far").required(),
        Key::new(
            "replicas",
            Kind::Integer(1, MOST_PEERS),
            "how many peers have each",
        )
        .or(|| 1.into()),
    ],
    rules: &[],
};
const ONE: Layout = Layout {
    what: "`[placement.one]`",
    keys: &[
        CHUNKS,
        Key::new("peer", Kind::Text, "the peer that has them").required(),
    ],
    rules: &[],
};

/// One way in which some chunks are spread.
#[derive(Debug)]
pub(super) struct PlacementTable {
    /// Its place among those of its kind, from 1.
    number: usize,
    header: Span,
    chunks: Spanned<Vec<ChunkId>>,
    how: How,
}

/// Which peers get them.
#[derive(Debug)]
enum How {
    /// One after the other, round and round.
    RoundRobin,
    /// So many each, at random.
    Uniform { replicas: Spanned<usize> },
    /// So many in all, at random, the more of a chunk the further at the front it stands.
    Zipf {
        replicas: Spanned<usize>,
        exponent: f64,
    },
    /// So many each, at random among those exactly so far from a peer.
    Distance {
        from: Spanned<String>,
        hops: Spanned<usize>,
        replicas: usize,
    },
    /// This one.
    One { peer: Spanned<String> },
}

impl Reader {
    /// Reads the value of `placement`.
    pub(super) fn placements(&mut self, value: Value<'_>) -> Vec<PlacementTable> {
        let Some(mut kinds) = self.table(value, "`placement`", &PLACEMENT) else {
            return Vec::new();
        };
        let mut placements = Vec::new();
        for (key, layout) in PLACEMENT.tables() {
            let Some(value) = kinds.take(key) else {
                continue;
            };
            let tables = match value.get_ref().is_table() {
                true => Vec::from_iter(self.table(value, &format!("`{key}`"), layout)),
                false => self.tables(value, key, layout),
            };
            for (index, table) in tables.into_iter().enumerate() {
                placements.extend(self.placement(key, index + 1, table));
            }
        }
        kinds.finish(&[], &mut self.problems);
        placements
    }

    fn placement(
        &mut self,
        key: &str,
        number: usize,
        mut table: Table<'_>,
    ) -> Option<PlacementTable> {
        let header = table.header.clone();
        let chunks = table.require("chunks", "\"1-40\"", &mut self.problems);
        let chunks = chunks.and_then(|value| self.some_chunks(value));
        let how = match key {
            "uniform" => self
                .replicas(&mut table)
                .map(|replicas| How::Uniform { replicas }),
            "zipf" => {
                let replicas = self.replicas(&mut table);
                let exponent = self.exponent(&mut table);
                replicas
                    .zip(exponent)
                    .map(|(replicas, exponent)| How::Zipf { replicas, exponent })
            }
            "distance" => self.distance(&mut table),
            "one" => {
                let peer = table.require("peer", "\"p1\"", &mut self.problems);
                let peer = peer.and_then(|value| self.string(value, "`peer`"));
                peer.map(|peer| How::One { peer })
            }
            _ => Some(How::RoundRobin),
        };
        table.finish(&[], &mut self.problems);
        Some(PlacementTable {
            number,
            header,
            chunks: chunks?,
            how: how?,
        })
    }

    /// Reads the chunks to place, of which there is at least one.
    fn some_chunks(&mut self, value: Value<'_>) -> Option<Spanned<Vec<ChunkId>>> {
        let chunks = self.chunk_ids(value)?;
        if chunks.get_ref().is_empty() {
            let title = "a placement has at least one chunk";
            self.problems
                .add(chunks.span(), title, "nothing is placed here");
            return None;
        }
        Some(chunks)
    }

    fn replicas(&mut self, table: &mut Table<'_>) -> Option<Spanned<usize>> {
        let value = table.require("replicas", "3", &mut self.problems)?;
        let replicas = self.integer_in(&value, "`replicas`", table.range("replicas"))?;
        Some(Spanned::new(value.span(), usize::try_from(replicas).ok()?))
    }

    fn exponent(&mut self, table: &mut Table<'_>) -> Option<f64> {
        let value = table.require("exponent", "1.0", &mut self.problems)?;
        let exponent = self.fraction(&value, "`exponent`")?;
        if exponent < 0.0 {
            let title = "`exponent` is out of range";
            let problem = self
                .problems
                .add(value.span(), title, "must not be negative");
            problem.help("with 0 all chunks are as popular, with 1 the second half as much");
        }
        (exponent >= 0.0).then_some(exponent)
    }

    fn distance(&mut self, table: &mut Table<'_>) -> Option<How> {
        let from = table.require("from", "\"p1\"", &mut self.problems);
        let from = from.and_then(|value| self.string(value, "`from`"));
        let hops = table.require("hops", "3", &mut self.problems);
        let hops = hops.and_then(|value| {
            let hops = self.integer_in(&value, "`hops`", table.range("hops"))?;
            Some(Spanned::new(value.span(), usize::try_from(hops).ok()?))
        });
        let replicas = match table.has("replicas") {
            true => self.number(table, "replicas"),
            false => Some(1),
        };
        Some(How::Distance {
            from: from?,
            hops: hops?,
            replicas: usize::try_from(replicas?).ok()?,
        })
    }
}
