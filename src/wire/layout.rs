//! What each message is made of, field by field, as plain data: the one place that the codec, the
//! page and the dissector of captures read it from (docs/protocol.md, "Messages"; docs/reliable.md).
//!
//! All numbers are in network byte order. Fields follow each other without gaps, so where one lies
//! follows from those before it.

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

/// Every message: the five of the base protocol, then those of the reliable flood.
pub const LAYOUTS: [Layout; 7] = [
    Layout {
        number: 1,
        name: "HELLO",
        fields: &[TYPE, COUNT, IDS],
    },
    Layout {
        number: 2,
        name: "QUERY",
        fields: &[
            TYPE,
            field("client_ip", "Client address", Kind::Ipv4),
            field("client_port", "Client port", Kind::Number),
            field("ttl", "TTL", Kind::Number),
            COUNT,
            IDS,
        ],
    },
    Layout {
        number: 3,
        name: "CHUNKS_INFO",
        fields: &[TYPE, COUNT, IDS],
    },
    Layout {
        number: 4,
        name: "GET",
        fields: &[TYPE, COUNT, IDS],
    },
    Layout {
        number: 5,
        name: "RESPONSE",
        fields: &[
            TYPE,
            field("id", "Chunk id", Kind::Number),
            field("size", "Size", Kind::Size),
            field("chunk", "Chunk", Kind::Chunk),
        ],
    },
    Layout {
        number: 102,
        name: "NUMBERED_QUERY",
        fields: &[TYPE, NUMBER, field("query", "QUERY", Kind::Message)],
    },
    Layout {
        number: 103,
        name: "ACK",
        fields: &[TYPE, NUMBER],
    },
];
