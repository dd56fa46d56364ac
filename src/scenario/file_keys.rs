//! The keys of the top level, of peers and of clients.

use super::Allowed;
use super::churn::CHURN;
use super::event_keys::EVENT;
use super::expectations::EXPECT;
use super::fault_tables::FAULT;
use super::layout::{Key, Kind, Layout, Rule};
use super::limits::MOST_PEERS;
use super::link_tables::LINK;
use super::overlay::OVERLAY;
use super::placement::PLACEMENT;
use super::random::{CONTACT, HELD, NEIGHBOURS, WISHES};
use super::reliable_table::RELIABLE;
use super::requests::{MOST_FURTHER, MOST_REPEATS, THEN};
use super::resolve::DELAY;
use super::schema::written;
use crate::rules::{Carriage, Choose, Duplicates, Gets, REPEATS, Ttl, WAIT};

/// The keys of a whole file.
pub(super) const TOP: Layout = Layout {
    what: "the top level",
    keys: &[
        Key::new(
            "description",
            Kind::Text,
            "what to look at; shown with the results",
        ),
        Key::new(
            "seed",
            Kind::COUNT,
            "where random choices come from; `--seed` goes first",
        )
        .or(|| 0.into()),
        Key::new(
            "ttl",
            Kind::Integer(0, 65_535),
            "the peer-TTL that contacts put into QUERYs",
        )
        .or(|| Ttl::DEFAULT.0.into()),
        Key::new(
            "duplicates",
            Kind::Word(|| Duplicates::words().collect()),
            "what peers do with copies: or `\"first\"`, or `\"best\"`",
        )
        .or(|| Duplicates::default().to_string().into()),
        Key::new(
            "delay",
            Kind::Duration,
            "how long each datagram travels, where no `[[link]]` says else",
        )
        .or(|| written(DELAY)),
        Key::new(
            "carrier",
            Kind::Word(|| Carriage::words().collect()),
            "what carries datagrams: or `\"memory\"`; `--carrier` goes first",
        )
        .or(|| Carriage::default().to_string().into()),
        Key::new(
            "links",
            Kind::PAIRS,
            "two peers that know each other: `[[\"p1\", \"p2\"]]`",
        ),
        Key::new(
            "allow",
            Kind::Array(&Kind::Word(|| Allowed::words().collect()), 0, None),
            "findings that don't fail the run: `\"reach-lost\"`",
        ),
        Key::new(
            "overlay",
            Kind::Table(&OVERLAY),
            "generated or imported peers and links",
        ),
        Key::new(
            "placement",
            Kind::Table(&PLACEMENT),
            "chunks spread over peers",
        ),
        Key::new(
            "peer",
            Kind::Array(&Kind::Table(&PEER), 0, None),
            "the peers; at least one if there is no overlay",
        ),
        Key::new(
            "client",
            Kind::Array(&Kind::Table(&CLIENT), 1, None),
            "the clients; at least one",
        )
        .required(),
        Key::new(
            "link",
            Kind::Array(&Kind::Table(&LINK), 0, None),
            "what links do by chance",
        ),
        Key::new(
            "fault",
            Kind::Array(&Kind::Table(&FAULT), 0, None),
            "what happens to which datagrams",
        ),
        Key::new(
            "event",
            Kind::Array(&Kind::Table(&EVENT), 0, None),
            "what changes in time",
        ),
        Key::new(
            "churn",
            Kind::Table(&CHURN),
            "peers that come and go by luck",
        ),
        Key::new(
            "reliable",
            Kind::Table(&RELIABLE),
            "peers that acknowledge QUERYs, an extension",
        ),
        Key::new(
            "expect",
            Kind::Table(&EXPECT),
            "what must come out of the whole run",
        ),
    ],
    rules: &[Rule::AnyOf(&["peer", "overlay"])],
};
pub(super) const PEER: Layout = Layout {
    what: "a peer",
    keys: &[
        Key::new("name", Kind::Name, "its name").required(),
        Key::new(
            "count",
            Kind::Integer(1, MOST_PEERS),
            "so many, `name1` and on, instead of one",
        ),
        Key::new("chunks", HELD, "what it holds, bytes generated"),
        Key::new(
            "key_values",
            Kind::Text,
            "a key-values file to take chunks from instead; not both",
        ),
        Key::new("neighbours", NEIGHBOURS, "to whom QUERYs go, one way"),
        Key::new("address", Kind::Text, "its own `\"ip:port\"`"),
    ],
    rules: &[
        Rule::NotBoth("chunks", "key_values"),
        Rule::NotBoth("count", "address"),
    ],
};
pub(super) const CLIENT: Layout = Layout {
    what: "a client",
    keys: &[
        Key::new("name", Kind::Name, "its name, and that of its folder").required(),
        Key::new(
            "count",
            Kind::Integer(1, MOST_PEERS),
            "so many, `name1` and on, instead of one",
        ),
        Key::new("contact", CONTACT, "the peer that it asks, by name").required(),
        Key::new("chunks", WISHES, "what it wants, in this order").required(),
        Key::new("start", Kind::Duration, "when it sends its first HELLO").or(|| "0s".into()),
        Key::new(
            "choose",
            Kind::Word(|| Choose::words().collect()),
            "how it chooses a holder: or `\"first\"`, or `\"spread\"`",
        )
        .or(|| Choose::default().to_string().into()),
        Key::new("wait", Kind::SomeTime, "the wait; not zero").or(|| written(WAIT)),
        Key::new(
            "repeats",
            Kind::Integer(0, MOST_REPEATS),
            "how often it asks again",
        )
        .or(|| REPEATS.into()),
        Key::new(
            "gather",
            Kind::Duration,
            "how long to look for more holders once each chunk has one",
        ),
        Key::new(
            "bind",
            Kind::Text,
            "its own `\"ip:port\"`, or `\"ip\"` alone",
        ),
        Key::new(
            "expect",
            Kind::ByChunk(&Kind::OneOf(&[
                Kind::SOME_TEXTS,
                Kind::Word(|| vec!["missing"]),
            ])),
            "what must come out, chunk by chunk",
        ),
        Key::new(
            "then",
            Kind::Array(&Kind::Table(&THEN), 0, Some(MOST_FURTHER)),
            "further requests, one after another",
        ),
        Key::new(
            "gets",
            Kind::Word(|| Gets::words().collect()),
            "how often it sends each GET: or `\"never\"`, or `\"twice\"`",
        )
        .or(|| Gets::default().to_string().into()),
        Key::new(
            "done_by",
            Kind::SomeTime,
            "when it must be done, after the run's beginning; not zero",
        ),
        Key::new(
            "most_queries",
            Kind::COUNT,
            "the most QUERYs that its searches may cause",
        ),
        Key::new(
            "assemble",
            Kind::FileName,
            "a file for all its chunks in one, beside its log: `\"video.mp4\"`",
        ),
    ],
    rules: &[],
};
