//! What a scenario leaves to chance or asks for many times over, as written: `{ random = … }` and
//! `count`.

use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::DeValue;

use super::layout::{Key, Kind, Layout};
use super::limits::MOST_PEERS;
use super::problem::Span;
use super::reader::{Reader, Table, Value};
use super::words::{did_you_mean, quoted};
use crate::wire::ChunkId;

/// What `contact` takes.
pub(super) const CONTACT: Kind = Kind::OneOf(&[Kind::Text, Kind::Table(&RANDOM_CONTACT)]);
/// What `neighbours` takes.
pub(super) const NEIGHBOURS: Kind = Kind::OneOf(&[Kind::TEXTS, Kind::Table(&RANDOM_NEIGHBOURS)]);
/// What `chunks` of a peer takes.
pub(super) const HELD: Kind = Kind::OneOf(&[Kind::CHUNKS, Kind::Table(&RANDOM_HELD)]);
/// What `chunks` of a client takes.
pub(super) const WISHES: Kind = Kind::OneOf(&[Kind::SOME_CHUNKS, Kind::Table(&RANDOM_WISHES)]);

const RANDOM_CONTACT: Layout = Layout {
    what: "a choice of contacts",
    keys: &[Key::new(
        "random",
        Kind::OneOf(&[Kind::Word(|| vec!["all"]), Kind::SOME_TEXTS]),
        "one of all peers, or one of these",
    )
    .required()],
    rules: &[],
};
const RANDOM_WISHES: Layout = Layout {
    what: "a choice of chunks",
    keys: &[
        Key::new("random", MANY_CHUNKS, "how many different chunks").required(),
        Key::new(
            "of",
            Kind::CHUNKS,
            "of which; else of all that some peer holds",
        ),
    ],
    rules: &[],
};
const RANDOM_HELD: Layout = Layout {
    what: "a choice of chunks",
    keys: &[
        Key::new("random", MANY_CHUNKS, "how many different chunks").required(),
        Key::new("of", Kind::CHUNKS, "of which").required(),
    ],
    rules: &[],
};
const RANDOM_NEIGHBOURS: Layout = Layout {
    what: "a choice of neighbours",
    keys: &[Key::new(
        "random",
        Kind::Integer(1, MOST_PEERS),
        "so many different other peers, one way",
    )
    .required()],
    rules: &[],
};
const MANY_CHUNKS: Kind = Kind::Integer(1, 1 << 16);

/// The chunks of a peer or of a client.
#[derive(Debug)]
pub(super) enum ChunksText {
    Listed(Spanned<Vec<ChunkId>>),
    Random(RandomChunks),
}

impl ChunksText {
    /// Where the scenario says it.
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Listed(ids) => ids.span(),
            Self::Random(random) => random.span.clone(),
        }
    }
}

/// `{ random = 5, of = "1-40" }`.
#[derive(Debug)]
pub(super) struct RandomChunks {
    span: Span,
    /// How many.
    pub(super) count: Spanned<usize>,
    /// Of which, when it is said.
    pub(super) of: Option<Spanned<Vec<ChunkId>>>,
}

/// Whom a client asks.
#[derive(Debug)]
pub(super) enum ContactText {
    Named(Spanned<String>),
    /// Any peer.
    Any,
    /// One of these, of which there is at least one.
    OneOf(Vec<Spanned<String>>),
}

/// Whom a peer sends QUERYs to.
#[derive(Debug)]
pub(super) enum NeighboursText {
    Listed(Vec<Spanned<String>>),
    /// So many other peers.
    Random(Spanned<usize>),
}

impl Reader {
    /// Reads the `count` of a peer or a client, when there is one.
    pub(super) fn copies(&mut self, table: &mut Table<'_>) -> Option<Spanned<u32>> {
        let value = table.take("count")?;
        let count = self.integer_in(&value, "`count`", table.range("count"))?;
        Some(Spanned::new(value.span(), u32::try_from(count).ok()?))
    }

    /// Notes that all `count` copies would be at `address`.
    pub(super) fn note_shared_address(&mut self, count: &Spanned<u32>, address: &Spanned<String>) {
        let source = self.problems.source().clone();
        let title = "one address can't be given to many";
        let problem = self.problems.add(address.span(), title, "a single address");
        problem
            .label(&source, count.span(), "with a `count`")
            .help("leave the address out: each has one by its place");
    }

    /// Reads the `chunks` of a peer.
    pub(super) fn held(&mut self, value: Value<'_>) -> Option<ChunksText> {
        if !value.get_ref().is_table() {
            return self.chunk_ids(value).map(ChunksText::Listed);
        }
        let span = value.span();
        let random = self.random_chunks(value, &RANDOM_HELD)?;
        if random.of.is_none() {
            let title = "a peer's random chunks have no `of`";
            let problem = self.problems.add(span, title, "chunks of which ids?");
            let count = random.count.get_ref();
            problem.help(format!(
                "say it, as in `{{ random = {count}, of = \"1-40\" }}`"
            ));
            return None;
        }
        Some(ChunksText::Random(random))
    }

    /// Reads the `chunks` of a client, of which there is at least one.
    pub(super) fn wishes(&mut self, value: Value<'_>) -> Option<ChunksText> {
        match value.get_ref().is_table() {
            true => self
                .random_chunks(value, &RANDOM_WISHES)
                .map(ChunksText::Random),
            false => self.wanted(value).map(ChunksText::Listed),
        }
    }

    /// Reads `{ random = 5, of = "1-40" }`.
    fn random_chunks(&mut self, value: Value<'_>, layout: &'static Layout) -> Option<RandomChunks> {
        let span = value.span();
        let mut table = self.table(value, "`chunks`", layout)?;
        let count = table.require("random", "5", &mut self.problems);
        let count = count.and_then(|value| self.how_many(&value, table.range("random")));
        let of = table.take("of");
        let has_of = of.is_some();
        let of = of.and_then(|value| self.ids_of(value, "`of`"));
        table.finish(&[], &mut self.problems);
        let count = count?;
        if let Some(ids) = &of
            && ids.get_ref().len() < *count.get_ref()
        {
            let source = self.problems.source().clone();
            let title = format!("there are too few chunks to draw {}", count.get_ref());
            let problem = self
                .problems
                .add(count.span(), title, "so many different ones");
            problem
                .label(&source, ids.span(), format!("of {}", ids.get_ref().len()))
                .help("draw fewer, or of more");
            return None;
        }
        (of.is_some() == has_of).then_some(RandomChunks { span, count, of })
    }

    /// Reads the `contact` of a client.
    pub(super) fn contact(&mut self, value: Value<'_>) -> Option<ContactText> {
        if !value.get_ref().is_table() {
            if value.get_ref().is_str() {
                return self.string(value, "`contact`").map(ContactText::Named);
            }
            let must = "the name of a peer, or { random = \"all\" }";
            self.wrong_type(&value, "`contact`", must);
            return None;
        }
        let mut table = self.table(value, "`contact`", &RANDOM_CONTACT)?;
        let random = table.require("random", "\"all\"", &mut self.problems);
        let contact = random.and_then(|value| self.random_contact(value));
        table.finish(&[], &mut self.problems);
        contact
    }

    /// Reads `"all"` or `["p1", "p9"]`.
    fn random_contact(&mut self, value: Value<'_>) -> Option<ContactText> {
        let span = value.span();
        let must = "\"all\" or an array of peers";
        if let DeValue::String(_) = value.get_ref() {
            let word = self.string(value, "`random`")?;
            if word.get_ref() == "all" {
                return Some(ContactText::Any);
            }
            let title = format!(
                "{} is not what a contact is drawn from",
                quoted(word.get_ref())
            );
            let problem = self.problems.add(span, title, format!("must be {must}"));
            match did_you_mean(word.get_ref(), ["all"]) {
                Some(_) => problem.help("did you mean `all`?"),
                None => problem.help(format!(
                    "write contact = \"{0}\" for the peer of that name",
                    word.get_ref()
                )),
            };
            return None;
        }
        let is_empty = value.get_ref().as_array().is_some_and(|a| a.is_empty());
        let peers = self.strings(value, "`random`", must, "a contact");
        if is_empty {
            let title = "a contact is drawn from no peers";
            let problem = self.problems.add(span, title, "this is empty");
            problem.help("name peers, or write \"all\"");
        }
        (!peers.is_empty()).then_some(ContactText::OneOf(peers))
    }

    /// Reads the `neighbours` of a peer.
    pub(super) fn neighbours(&mut self, value: Value<'_>) -> Option<NeighboursText> {
        if !value.get_ref().is_table() {
            let must = "an array of names or addresses, or { random = 2 }";
            let array = value.get_ref().is_array();
            let names = self.strings(value, "`neighbours`", must, "a neighbour");
            return array.then_some(NeighboursText::Listed(names));
        }
        let mut table = self.table(value, "`neighbours`", &RANDOM_NEIGHBOURS)?;
        let count = table.require("random", "2", &mut self.problems);
        let count = count.and_then(|value| self.how_many(&value, table.range("random")));
        table.finish(&[], &mut self.problems);
        count.map(NeighboursText::Random)
    }

    /// Reads the number behind `random`.
    fn how_many(
        &mut self,
        value: &Value<'_>,
        range: RangeInclusive<u64>,
    ) -> Option<Spanned<usize>> {
        let count = self.integer_in(value, "`random`", range)?;
        Some(Spanned::new(value.span(), usize::try_from(count).ok()?))
    }
}
