//! What each message is made of, field by field, as plain data: the one place that the codec, the
//! page and the dissector of captures read it from (docs/protocol.md, "Messages"; docs/reliable.md).
//!
//! All numbers are in network byte order. Fields follow each other without gaps, so where one lies
//! follows from those before it.

use std::ops::Range;

/// A message: its type and its fields, the type first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What its first field says.
    pub number: u16,
    /// Its name in docs/protocol.md.
    pub name: &'static str,
    /// Its fields, first to last.
    pub fields: &'static [Field],
}

impl Layout {
    /// How many bytes the fields take whose length every message has.
    #[must_use]
    pub const fn fixed_len(&self) -> usize {
        let (mut index, mut len) = (0, 0);
        while index < self.fields.len() {
            if let Some(field) = self.fields[index].kind.fixed_len() {
                len += field;
            }
            index += 1;
        }
        len
    }

    /// Where the field `name` lies, in bytes from the start; a field whose length depends on the
    /// message is where it begins. It is for constants: what is wrong does not compile.
    ///
    /// # Panics
    ///
    /// Without such a field, or behind a field whose length depends on the message.
    #[must_use]
    pub(super) const fn place(&self, name: &str) -> Range<usize> {
        let (mut index, mut start) = (0, 0);
        while index < self.fields.len() {
            let field = self.fields[index];
            let is_it = is_same(field.name, name);
            match field.kind.fixed_len() {
                Some(len) if is_it => return start..start + len,
                Some(len) => start += len,
                None if is_it => return start..start,
                None => panic!("the place of what is behind depends on the message"),
            }
            index += 1;
        }
        panic!("no such field")
    }
}

/// Whether two texts are the same, for constants: `==` is none yet.
const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// A field of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in one word: `client_port`.
    pub name: &'static str,
    /// Its name for people: `Client port`.
    pub label: &'static str,
    /// How it is written.
    pub kind: Kind,
}

/// How a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Two bytes: the type of the message.
    Type,
    /// Two bytes: a number.
    Number,
    /// Eight bytes: a number.
    Long,
    /// Four bytes: an address of IPv4.
    Ipv4,
    /// Two bytes: how many ids follow.
    Count,
    /// As many chunk ids of two bytes as the count before them says.
    Ids,
    /// Two bytes: how many bytes of a chunk follow.
    Size,
    /// As many bytes as the size before them says.
    Chunk,
    /// A whole message of the base protocol, to the end.
    Message,
}

impl Kind {
    /// How many bytes the field has; none when that depends on the message.
    #[must_use]
    pub const fn fixed_len(self) -> Option<usize> {
        match self {
            Self::Type | Self::Number | Self::Count | Self::Size => Some(2),
            Self::Ipv4 => Some(4),
            Self::Long => Some(8),
            Self::Ids | Self::Chunk | Self::Message => None,
        }
    }

    /// The word for it in data that others read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Number => "number",
            Self::Long => "long",
            Self::Ipv4 => "ipv4",
            Self::Count => "count",
            Self::Ids => "ids",
            Self::Size => "size",
            Self::Chunk => "chunk",
            Self::Message => "message",
        }
    }
}

const fn field(name: &'static str, label: &'static str, kind: Kind) -> Field {
    Field { name, label, kind }
}

const TYPE: Field = field("type", "Type", Kind::Type);
const COUNT: Field = field("count", "Count", Kind::Count);
const IDS: Field = field("ids", "Chunk ids", Kind::Ids);
const NUMBER: Field = field("number", "Number", Kind::Long);

/// The fields of HELLO, CHUNKS_INFO and GET, which differ in nothing but their type.
const LIST: &[Field] = &[TYPE, COUNT, IDS];

const fn layout(number: u16, name: &'static str, fields: &'static [Field]) -> Layout {
    Layout {
        number,
        name,
        fields,
    }
}

pub(super) const HELLO: Layout = layout(1, "HELLO", LIST);
pub(super) const QUERY: Layout = layout(
    2,
    "QUERY",
    &[
        TYPE,
        field("client_ip", "Client address", Kind::Ipv4),
        field("client_port", "Client port", Kind::Number),
        field("ttl", "TTL", Kind::Number),
        COUNT,
        IDS,
    ],
);
pub(super) const CHUNKS_INFO: Layout = layout(3, "CHUNKS_INFO", LIST);
pub(super) const GET: Layout = layout(4, "GET", LIST);
pub(super) const RESPONSE: Layout = layout(
    5,
    "RESPONSE",
    &[
        TYPE,
        field("id", "Chunk id", Kind::Number),
        field("size", "Size", Kind::Size),
        field("chunk", "Chunk", Kind::Chunk),
    ],
);
pub(super) const NUMBERED_QUERY: Layout = layout(
    102,
    "NUMBERED_QUERY",
    &[TYPE, NUMBER, field("query", "QUERY", Kind::Message)],
);
pub(super) const ACK: Layout = layout(103, "ACK", &[TYPE, NUMBER]);

/// Every message: the five of the base protocol, then those of the reliable flood.
pub const LAYOUTS: [Layout; 7] = [
    HELLO,
    QUERY,
    CHUNKS_INFO,
    GET,
    RESPONSE,
    NUMBERED_QUERY,
    ACK,
];

#[cfg(test)]
mod tests;
