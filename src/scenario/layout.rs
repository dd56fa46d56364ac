//! Which keys each kind of table has, and what each key takes: the reader looks keys and ranges up
//! here, and the JSON Schema is written from the same tables.

use std::ops::RangeInclusive;

use serde_json::Value;

/// The keys that one kind of table has.
#[derive(Debug)]
pub(super) struct Layout {
    /// What such a table is, as a sentence says it.
    pub(super) what: &'static str,
    /// All its keys.
    pub(super) keys: &'static [Key],
    /// What is true of several keys together.
    pub(super) rules: &'static [Rule],
}

/// A key of a table.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// What it means, as docs/scenarios.md says it.
    pub(super) about: &'static str,
    /// Whether no such table may be without it.
    pub(super) is_required: bool,
    /// What counts where it is not said, if that is always the same.
    pub(super) default: Option<fn() -> Value>,
}

/// What may stand behind a key.
#[derive(Debug)]
pub(super) enum Kind {
    /// Any string.
    Text,
    /// A name as peers and clients get it.
    Name,
    /// The name of a file in a client's folder.
    FileName,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// A whole number, both ends included.
    Integer(u64, u64),
    /// A number that need not be whole, and the least that it may be.
    Number(Option<f64>),
    /// A number from 0 to 1.
    Probability,
    Boolean,
    Duration,
    /// A duration that is not zero.
    SomeTime,
    /// Such as `"100kB/s"`.
    Rate,
    /// Numbers and ranges between commas, in a string.
    Ranges,
    /// Values of one kind, and how many there are at least and at most.
    Array(&'static Self, usize, Option<usize>),
    Table(&'static Layout),
    /// A table whose keys are chunk ids.
    ByChunk(&'static Self),
    /// A table whose keys are names.
    ByName(&'static Self),
    /// Any of these.
    OneOf(&'static [Self]),
}

/// What is true of several keys of one table.
#[derive(Debug)]
pub(super) enum Rule {
    /// Exactly one of these is there.
    ExactlyOne(&'static [&'static str]),
    /// Exactly one of the keys that are tables is there.
    OneTable,
    /// At least one of these is there.
    AnyOf(&'static [&'static str]),
    /// These are not there together.
    NotBoth(&'static str, &'static str),
    /// The first goes only with one of the others.
    Needs(&'static str, &'static [&'static str]),
}

/// The largest integer of TOML.
const LARGEST: u64 = i64::MAX.unsigned_abs();

impl Kind {
    /// Any integer that is not negative.
    pub(super) const COUNT: Self = Self::Integer(0, LARGEST);
    pub(super) const CHUNK_ID: Self = Self::Integer(0, 65_535);
    /// A number that counts datagrams.
    pub(super) const NTH: Self = Self::Integer(1, u32::MAX as u64);
    /// Ids of chunks; there may be none.
    pub(super) const CHUNKS: Self =
        Self::OneOf(&[Self::Array(&Self::CHUNK_ID, 0, None), Self::Ranges]);
    /// Ids of chunks, at least one.
    pub(super) const SOME_CHUNKS: Self =
        Self::OneOf(&[Self::Array(&Self::CHUNK_ID, 1, None), Self::Ranges]);
    pub(super) const TEXTS: Self = Self::Array(&Self::Text, 0, None);
    pub(super) const SOME_TEXTS: Self = Self::Array(&Self::Text, 1, None);
    /// One or several.
    pub(super) const NAMES: Self = Self::OneOf(&[Self::Text, Self::SOME_TEXTS]);
    /// Two names.
    pub(super) const PAIR: Self = Self::Array(&Self::Text, 2, Some(2));
    pub(super) const PAIRS: Self = Self::Array(&Self::PAIR, 0, None);
    pub(super) const SOME_PAIRS: Self = Self::Array(&Self::PAIR, 1, None);

    /// The layout of the table that this is.
    pub(super) const fn layout(&self) -> Option<&'static Layout> {
        match self {
            Self::Table(layout) => Some(layout),
            Self::OneOf([Self::Table(layout), ..]) => Some(layout),
            _ => None,
        }
    }
}

impl Key {
    pub(super) const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self {
            name,
            kind,
            about,
            is_required: false,
            default: None,
        }
    }

    /// The same, for a key that no such table may be without.
    pub(super) const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// The same, for a key that stands for `default` when it is not there.
    pub(super) const fn or(mut self, default: fn() -> Value) -> Self {
        self.default = Some(default);
        self
    }
}

impl Layout {
    /// The key `name`, if there is such a one.
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.key(name).is_some()
    }

    /// The names of all keys.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }

    /// The keys behind which there are tables of one layout each, with that.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&'static str, &'static Self)> {
        let keys = self.keys.iter();
        keys.filter_map(|key| Some((key.name, key.kind.layout()?)))
    }

    /// The range of the integer `name`.
    pub(super) fn range(&self, name: &str) -> RangeInclusive<u64> {
        let kind = self.key(name).map(|key| &key.kind);
        let Some(Kind::Integer(least, most)) = kind else {
            debug_assert!(false, "{name} is an integer of {}", self.what);
            return 0..=LARGEST;
        };
        *least..=*most
    }

    /// Where to write a key of such a table.
    pub(super) fn place(&self) -> &'static str {
        match self.what {
            "a peer" => "write it below a `[[peer]]`",
            "a client" => "write it below a `[[client]]`",
            "a further request" => "write it below a `[[client.then]]`",
            "a link entry" => "write it below a `[[link]]`",
            "a fault" => "write it below a `[[fault]]`",
            "an event" => "write it below an `[[event]]`",
            "`after` of an event" => "write it in `after = { … }` of an `[[event]]`",
            "`[churn]`" | "`[expect]`" | "`[reliable]`" => "write it below that header",
            "the overlay" => "write it below `[overlay]`",
            "the placement" => "write it below `[placement]`",
            _ => "write it above the first `[[…]]`",
        }
    }
}
