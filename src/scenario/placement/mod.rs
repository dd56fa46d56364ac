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

use super::limits::{MOST_CHUNKS, MOST_PEERS};
use super::problem::Span;
use super::reader::{Layout, Reader, Table, Value};
use crate::wire::ChunkId;

/// The keys of `[placement]`.
pub(super) const PLACEMENT: Layout = Layout {
    what: "the placement",
    keys: &["round_robin", "uniform", "zipf", "distance", "one"],
};
const ROUND_ROBIN: Layout = Layout {
    what: "`[placement.round_robin]`",
    keys: &["chunks"],
};
const UNIFORM: Layout = Layout {
    what: "`[placement.uniform]`",
    keys: &["chunks", "replicas"],
};
const ZIPF: Layout = Layout {
    what: "`[placement.zipf]`",
    keys: &["chunks", "replicas", "exponent"],
};
const DISTANCE: Layout = Layout {
    what: "`[placement.distance]`",
    keys: &["chunks", "from", "hops", "replicas"],
};
const ONE: Layout = Layout {
    what: "`[placement.one]`",
    keys: &["chunks", "peer"],
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
        for (key, layout) in [
            ("round_robin", &ROUND_ROBIN),
            ("uniform", &UNIFORM),
            ("zipf", &ZIPF),
            ("distance", &DISTANCE),
            ("one", &ONE),
        ] {
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
                .replicas(&mut table, MOST_PEERS)
                .map(|replicas| How::Uniform { replicas }),
            "zipf" => {
                let replicas = self.replicas(&mut table, MOST_CHUNKS);
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

    fn replicas(&mut self, table: &mut Table<'_>, most: u64) -> Option<Spanned<usize>> {
        let value = table.require("replicas", "3", &mut self.problems)?;
        let replicas = self.integer_in(&value, "`replicas`", 1..=most)?;
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
            let hops = self.integer(&value, "`hops`", MOST_PEERS)?;
            Some(Spanned::new(value.span(), usize::try_from(hops).ok()?))
        });
        let replicas = match table.take("replicas") {
            Some(value) => self.integer_in(&value, "`replicas`", 1..=MOST_PEERS),
            None => Some(1),
        };
        Some(How::Distance {
            from: from?,
            hops: hops?,
            replicas: usize::try_from(replicas?).ok()?,
        })
    }
}
