//! Whom each client asks and what it wants, where the scenario leaves that to chance.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::PeerSpec;
use super::draws::{Popularity, one, some_of};
use super::names::Names;
use super::problem::{Problems, Span};
use super::random::{ChunksText, ContactText, RandomChunks};
use super::words::{counted, many};
use crate::luck;
use crate::wire::ChunkId;

/// Whom the clients of one table ask.
pub(super) enum Contacts {
    One(usize),
    /// One of these.
    OneOf(Vec<usize>),
    /// One of so many, of all peers.
    Any(usize),
}

impl Contacts {
    /// Looks up the peers of `contact`; nothing when there are problems, all of which are noted.
    pub(super) fn of(
        contact: &ContactText,
        names: &Names,
        problems: &mut Problems,
    ) -> Option<Self> {
        match contact {
            ContactText::Named(name) => names.peer(name, problems).map(Self::One),
            ContactText::OneOf(peers) => {
                let found: Vec<_> = peers
                    .iter()
                    .map(|name| names.peer(name, problems))
                    .collect();
                found.into_iter().collect::<Option<_>>().map(Self::OneOf)
            }
            ContactText::Any => match names.people().peers() {
                0 => None,
                peers => Some(Self::Any(peers)),
            },
        }
    }

    /// The contact of the client `name`.
    pub(super) fn of_client(&self, seed: u64, name: &str) -> usize {
        let luck = || luck::stream(seed, &format!("contact {name}"));
        match self {
            Self::One(peer) => *peer,
            Self::OneOf(peers) => peers[one(&mut luck(), peers.len())],
            Self::Any(peers) => one(&mut luck(), *peers),
        }
    }
}

/// What the clients of one table want.
pub(super) enum Wishes<'a> {
    Listed(&'a [ChunkId]),
    /// So many of these.
    SomeOf(usize, &'a [ChunkId]),
    /// So many of these, the popular ones rather.
    Popular(usize, &'a Popularity),
}

/// What can be wished for without being named.
pub(super) struct Offer {
    /// The chunks that some peer holds, rising.
    held: Vec<ChunkId>,
    /// Those of Zipf placements, if there are any, with their popularity.
    popularity: Option<Popularity>,
}

impl Offer {
    /// What `peers` hold; `popularity` is that of placed chunks.
    pub(super) fn of(peers: &[PeerSpec], popularity: Option<Popularity>) -> Self {
        let mut stores = BTreeSet::new();
        let mut held = BTreeSet::new();
        for peer in peers {
            if stores.insert(Arc::as_ptr(&peer.chunks)) {
                held.extend(peer.chunks.ids());
            }
        }
        Self {
            held: held.into_iter().collect(),
            popularity,
        }
    }
}

impl<'a> Wishes<'a> {
    /// What `chunks` says; nothing when more are drawn than there are, which is noted.
    pub(super) fn of(
        chunks: &'a ChunksText,
        offer: &'a Offer,
        problems: &mut Problems,
    ) -> Option<Self> {
        let random = match chunks {
            ChunksText::Listed(ids) => return Some(Self::Listed(ids.get_ref())),
            ChunksText::Random(random) => random,
        };
        let count = *random.count.get_ref();
        let wishes = match (&random.of, &offer.popularity) {
            (Some(of), _) => Self::SomeOf(count, of.get_ref()),
            (None, Some(popularity)) => Self::Popular(count, popularity),
            (None, None) => Self::SomeOf(count, &offer.held),
        };
        let there = wishes.pool().len();
        if count > there {
            wishes.note_too_few(random, there, problems);
            return None;
        }
        Some(wishes)
    }

    /// All that a client may come to want.
    pub(super) fn pool(&self) -> &'a [ChunkId] {
        match self {
            Self::Listed(ids) | Self::SomeOf(_, ids) => ids,
            Self::Popular(_, popularity) => popularity.chunks(),
        }
    }

    /// How many chunks each client wants.
    pub(super) fn each(&self) -> usize {
        match self {
            Self::Listed(ids) => ids.len(),
            Self::SomeOf(count, _) | Self::Popular(count, _) => *count,
        }
    }

    /// What the client `name` wants.
    pub(super) fn of_client(&self, seed: u64, name: &str) -> Vec<ChunkId> {
        let luck = || luck::stream(seed, &format!("chunks {name}"));
        match self {
            Self::Listed(ids) => ids.to_vec(),
            Self::SomeOf(count, ids) => some_of(&mut luck(), ids, *count),
            Self::Popular(count, popularity) => popularity.draw(&mut luck(), *count),
        }
    }

    fn note_too_few(&self, random: &RandomChunks, there: usize, problems: &mut Problems) {
        let title = format!(
            "there are too few chunks to draw {}",
            random.count.get_ref()
        );
        let label = match self {
            Self::Popular(..) => format!("in Zipf placements there {}", counted(there, "chunk")),
            _ if there == 0 => "no peer holds any".to_owned(),
            _ => format!("all peers together hold {there}"),
        };
        let problem = problems.add(random.count.span(), title, label);
        problem.help("draw fewer, or say `of` which ids");
    }
}

/// Notes that clients, from those of the table at `header` on, want more than there may be.
pub(super) fn note_too_many(header: Span, sum: u64, most: u64, problems: &mut Problems) {
    let title = format!("the clients want {} chunks", many(sum.into()));
    let label = format!("from here on more than {}", many(most.into()));
    problems.add(header, title, label);
}
