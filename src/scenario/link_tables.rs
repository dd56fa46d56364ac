//! `[[link]]`: which links, and what they do to datagrams by chance. Form only.

use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::conditions::QUEUE;
use super::fault_leaves::{JITTER, Name};
use super::layout::{Key, Kind, Layout, Rule};
use super::problem::Span;
use super::reader::{Reader, Table, Value};
use super::words::{did_you_mean, quoted};
use crate::faults::Jitter;

pub(super) const LINK: Layout = Layout {
    what: "a link entry",
    keys: &[
        Key::new(
            "between",
            Kind::OneOf(&[Kind::Word(|| GROUPS.to_vec()), Kind::PAIR]),
            "`\"all\"`, `\"peers\"`, `\"clients\"` or two names: both ways",
        ),
        Key::new(
            "from",
            Kind::Text,
            "with `to`, instead of `between`: the link that leads one way",
        ),
        Key::new("to", Kind::Text, "where that link ends"),
        Key::new(
            "delay",
            Kind::Duration,
            "how long each datagram travels at least",
        ),
        Key::new(
            "jitter",
            Kind::Table(&JITTER),
            "what comes on top, drawn for each: see below",
        ),
        Key::new(
            "loss",
            Kind::Probability,
            "the probability that a datagram is lost",
        )
        .or(|| 0.into()),
        Key::new("duplication", Kind::Probability, "that it arrives twice").or(|| 0.into()),
        Key::new(
            "reordering",
            Kind::Probability,
            "that it is held back, so that later ones overtake it",
        )
        .or(|| 0.into()),
        Key::new(
            "reorder_by",
            Kind::SomeTime,
            "how much longer that takes; beside `reordering` only",
        ),
        Key::new(
            "corruption",
            Kind::Probability,
            "that a bit of its type is flipped",
        )
        .or(|| 0.into()),
        Key::new(
            "rate",
            Kind::Rate,
            "how fast datagrams leave, one after another: `\"100kB/s\"`",
        ),
        Key::new(
            "queue",
            Kind::Integer(0, LONGEST_QUEUE),
            "how many may wait to leave; beside `rate` only",
        )
        .or(|| QUEUE.into()),
    ],
    rules: &[
        Rule::ExactlyOne(&["between", "from"]),
        Rule::Needs("from", &["to"]),
        Rule::Needs("to", &["from"]),
        Rule::AnyOf(&CONDITIONS),
        Rule::Needs("reorder_by", &["reordering"]),
        Rule::Needs("queue", &["rate"]),
    ],
};

/// The keys that say something about links, and not which they are.
const CONDITIONS: [&str; 9] = [
    "delay",
    "jitter",
    "loss",
    "duplication",
    "reordering",
    "reorder_by",
    "corruption",
    "rate",
    "queue",
];
/// The words for many links at once.
const GROUPS: [&str; 3] = ["all", "peers", "clients"];

/// How many datagrams may be told to wait in a queue.
const LONGEST_QUEUE: u64 = 1_000_000;

/// A `[[link]]`.
#[derive(Debug)]
pub(super) struct LinkTable {
    pub(super) header: Span,
    pub(super) covers: Option<CoversText>,
    pub(super) keys: Keys,
}

/// Which links an entry is about, as written.
#[derive(Debug)]
pub(super) enum CoversText {
    All,
    Peers,
    Clients,
    /// Those between two, with the place of both.
    Both([Name; 2], Span),
    /// That from the first to the second.
    OneWay([Name; 2]),
}

/// What entries say about a link, key by key. Each value has the number of the entry that says it:
/// of two entries about one link, the later one counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Keys {
    pub(super) delay: Said<Duration>,
    pub(super) jitter: Said<Jitter>,
    pub(super) loss: Said<f64>,
    pub(super) duplication: Said<f64>,
    pub(super) reordering: Said<f64>,
    pub(super) reorder_by: Said<Duration>,
    pub(super) corruption: Said<f64>,
    pub(super) rate: Said<u64>,
    pub(super) queue: Said<u32>,
}

/// A value, when there is one, and the number of the entry that says it.
pub(super) type Said<T> = Option<(usize, T)>;

impl LinkTable {
    /// Reads the entry `number`, counted from 0.
    pub(super) fn read(
        mut table: Table<'_>,
        number: usize,
        elsewhere: &[&Layout],
        reader: &mut Reader,
    ) -> Self {
        let header = table.header.clone();
        let covers = covers(&mut table, reader);
        if !CONDITIONS.iter().any(|key| table.has(key)) && !table.has_unknown() {
            let title = "a link entry says nothing about its links";
            let problem = reader
                .problems
                .add(header.clone(), title, "only which they are");
            problem.help("add a line such as `delay = \"20ms\"` or `loss = 0.1`");
        }
        note_without(&table, "queue", "rate", "rate = \"100kB/s\"", reader);
        note_without(
            &table,
            "reorder_by",
            "reordering",
            "reordering = 0.1",
            reader,
        );
        let keys = Keys::read(&mut table, number, reader);
        table.finish(elsewhere, &mut reader.problems);
        Self {
            header,
            covers,
            keys,
        }
    }
}

/// Notes `key` when `other`, without which it means nothing, is not there.
pub(super) fn note_without(
    table: &Table<'_>,
    key: &'static str,
    other: &'static str,
    example: &str,
    reader: &mut Reader,
) {
    if let Some(span) = table.place(key).filter(|_| !table.has(other)) {
        let title = format!("`{key}` means nothing without `{other}`");
        let label = format!("there is no `{other}` beside it");
        let problem = reader.problems.add(span, title, label);
        problem.help(format!(
            "add a line such as `{example}`, or leave this one out"
        ));
    }
}

impl Keys {
    fn read(table: &mut Table<'_>, number: usize, reader: &mut Reader) -> Self {
        fn said<T>(number: usize, value: Option<T>) -> Said<T> {
            value.map(|value| (number, value))
        }
        let queue = reader.number(table, "queue");
        let delay = reader.duration(table, "delay").map(Spanned::into_inner);
        let why = "what is held back takes longer";
        let reorder_by = reader.some_time(table, "reorder_by", why);
        Self {
            delay: said(number, delay),
            jitter: said(number, reader.jitter(table, "jitter")),
            loss: said(number, reader.probability(table, "loss")),
            duplication: said(number, reader.probability(table, "duplication")),
            reordering: said(number, reader.probability(table, "reordering")),
            reorder_by: said(number, reorder_by.map(Spanned::into_inner)),
            corruption: said(number, reader.probability(table, "corruption")),
            rate: said(number, reader.rate(table, "rate")),
            queue: said(number, queue.and_then(|queue| u32::try_from(queue).ok())),
        }
    }
}

fn covers(table: &mut Table<'_>, reader: &mut Reader) -> Option<CoversText> {
    let header = table.header.clone();
    let between = table.take("between");
    let ends = [table.take("from"), table.take("to")];
    let source = reader.problems.source().clone();
    match (between, ends) {
        (None, [None, None]) if table.has_unknown() => None,
        (None, [None, None]) => {
            let title = "a link entry does not say which links it is about";
            let problem = reader
                .problems
                .add(header, title, "`between` is missing here");
            problem.help(
                "add `between = \"all\"`, `between = [\"p1\", \"p2\"]`,\n\
                 or one way `from = \"p1\"` and `to = \"p2\"`",
            );
            None
        }
        (Some(between), [None, None]) => self::between(between, reader),
        (Some(between), [from, to]) => {
            let title = "a link entry has either `between` or `from` and `to`";
            let one_way = from.or(to).map_or(header, |end| end.span());
            let problem = reader.problems.add(one_way, title, "one way");
            problem
                .label(&source, between.span(), "both ways")
                .help("keep one of the two");
            None
        }
        (None, [Some(from), Some(to)]) => {
            let from = reader.string(from, "`from`");
            let to = reader.string(to, "`to`");
            Some(CoversText::OneWay([from?, to?]))
        }
        (None, [from, to]) => {
            let (there, missing) = match from.is_some() {
                true => ("from", "to"),
                false => ("to", "from"),
            };
            let end = from.or(to).map_or(header, |end| end.span());
            let title = format!("a link entry has `{there}` without `{missing}`");
            let problem = reader.problems.add(end, title, "a link has two ends");
            problem.help(format!("add a line such as `{missing} = \"p2\"`"));
            None
        }
    }
}

/// Reads `"all"`, `"peers"`, `"clients"` or a pair of names.
fn between(value: Value<'_>, reader: &mut Reader) -> Option<CoversText> {
    let span = value.span();
    let words = "must be \"all\", \"peers\", \"clients\" or a pair of names";
    match value.get_ref() {
        DeValue::String(_) => {
            let word = reader.string(value, "`between`")?;
            match word.get_ref().as_str() {
                "all" => return Some(CoversText::All),
                "peers" => return Some(CoversText::Peers),
                "clients" => return Some(CoversText::Clients),
                _ => {}
            }
            let title = format!("{} is no group of links", quoted(word.get_ref()));
            let near = did_you_mean(word.get_ref(), GROUPS);
            let problem = reader.problems.add(span, title, words);
            match near {
                Some(near) => problem.help(format!("did you mean \"{near}\"?")),
                None => problem.help("for the link between two write [\"p1\", \"p2\"]"),
            };
            None
        }
        DeValue::Array(_) => {
            let ends = reader.array(value, "`between`", "an array")?;
            let written = ends.len();
            let ends = ends.into_iter();
            let ends: Vec<_> = ends
                .filter_map(|end| reader.string(end, "an end of a link"))
                .collect();
            if written != 2 {
                let title = "a link has exactly two ends";
                let label = format!("this has {written}");
                let problem = reader.problems.add(span, title, label);
                problem.help("write a `[[link]]` for each pair, as in [\"p1\", \"p2\"]");
                return None;
            }
            let ends = <[_; 2]>::try_from(ends).ok()?;
            Some(CoversText::Both(ends, span))
        }
        _ => {
            let must = "\"all\", \"peers\", \"clients\" or a pair of names";
            reader.wrong_type(&value, "`between`", must);
            None
        }
    }
}
