//! `[[fault]]`: what happens to which datagrams, by meaning.

use std::time::Duration;

use toml::Spanned;

use super::fault_leaves::{MESSAGE, NTH};
use super::layout::{Key, Kind, Layout, Rule};
use super::patterns::PatternText;
use super::problem::{Problems, Span};
use super::reader::{Reader, Table, Value};
use super::schema::written;
use super::words::listed;
use super::world::World;
use crate::faults::{Effect, Fault, Nth};

pub(super) const FAULT: Layout = Layout {
    what: "a fault",
    keys: &[
        Key::new("drop", MESSAGE, "such a datagram is lost"),
        Key::new("delay", MESSAGE, "it takes longer"),
        Key::new("duplicate", MESSAGE, "it arrives twice"),
        Key::new("corrupt", MESSAGE, "a bit of its type is flipped"),
        Key::new("by", Kind::SomeTime, "how much longer; not zero"),
        Key::new("from", Kind::NAMES, "who sends it"),
        Key::new("to", Kind::NAMES, "whom it is sent to"),
        Key::new("chunk", Kind::CHUNK_ID, "an id that it names, among others"),
        Key::new(
            "nth",
            NTH,
            "which of them, from 1: `1`, `[1, 3]`, `\"2-4\"`",
        ),
        Key::new(
            "since",
            Kind::Duration,
            "what is sent earlier is not counted",
        )
        .or(|| written(Duration::ZERO)),
        Key::new(
            "until",
            Kind::SomeTime,
            "what is sent then or later is not counted",
        ),
    ],
    rules: &[
        Rule::ExactlyOne(&EFFECTS),
        Rule::Needs("delay", &["by"]),
        Rule::Needs("by", &["delay"]),
    ],
};

/// The keys that say what a fault does.
const EFFECTS: [&str; 4] = ["drop", "delay", "duplicate", "corrupt"];

/// A `[[fault]]`.
#[derive(Debug)]
pub(super) struct FaultTable {
    header: Span,
    effect: Option<Effect>,
    pattern: Option<PatternText>,
    nth: Option<Nth>,
    since: Option<Spanned<Duration>>,
    until: Option<Duration>,
}

impl FaultTable {
    pub(super) fn read(mut table: Table<'_>, elsewhere: &[&Layout], reader: &mut Reader) -> Self {
        let header = table.header.clone();
        let effect = one_of(&mut table, &EFFECTS, "a fault", "drop = \"QUERY\"", reader);
        let by_place = table.place("by");
        let why = "a datagram that is delayed takes longer";
        let by = reader.some_time(&mut table, "by", why);
        let delays = matches!(effect, Some(("delay", _)));
        if let (true, None) = (delays, &by_place) {
            let title = "a fault delays datagrams, and does not say by how much";
            let problem = reader
                .problems
                .add(header.clone(), title, "`by` is missing here");
            problem.help("add a line such as `by = \"3s\"`");
        }
        if let (false, true, Some(place)) = (delays, effect.is_some(), by_place) {
            let title = "`by` means nothing without `delay`";
            let problem = reader
                .problems
                .add(place, title, "this fault delays nothing");
            problem.help("write `delay` for what the fault does, or leave `by` out");
        }
        let effect = effect.map(|(key, value)| (key, reader.message(value, key)));
        let (action, message) = effect.map_or((None, None), |(key, m)| (Some(key), m));
        let (since, until) = window(&mut table, ["since", "until"], reader);
        let fault = Self {
            effect: match action {
                Some("drop") => Some(Effect::Drop),
                Some("duplicate") => Some(Effect::Duplicate),
                Some("corrupt") => Some(Effect::Corrupt),
                _ => by.map(|by| Effect::Delay(by.into_inner())),
            },
            pattern: PatternText::read(message, &mut table, reader),
            nth: reader.nth(&mut table, "nth"),
            since,
            until: until.map(Spanned::into_inner),
            header,
        };
        table.finish(elsewhere, &mut reader.problems);
        fault
    }

    /// The fault that this describes; nothing when it has problems, all of which are noted.
    pub(super) fn resolve(&self, world: &World<'_>, problems: &mut Problems) -> Option<Fault> {
        let pattern = self.pattern.as_ref();
        let pattern = pattern.map(|text| world.pattern(text, problems));
        Some(Fault {
            effect: self.effect?,
            pattern: pattern?,
            nth: self.nth.clone().unwrap_or(Nth::Every),
            since: self
                .since
                .as_ref()
                .map_or(Duration::ZERO, |since| *since.get_ref()),
            until: self.until,
            label: problems.label_of("fault", &self.header),
        })
    }

    /// When it begins, with its place, if it says so.
    pub(super) const fn since(&self) -> Option<&Spanned<Duration>> {
        self.since.as_ref()
    }
}

/// Reads `since` and `until`, which is later.
pub(super) fn window(
    table: &mut Table<'_>,
    [since, until]: [&'static str; 2],
    reader: &mut Reader,
) -> (Option<Spanned<Duration>>, Option<Spanned<Duration>>) {
    let begins = reader.duration(table, since);
    let ends = reader.duration(table, until);
    let Some(end) = &ends else {
        return (begins, ends);
    };
    let begin = begins
        .as_ref()
        .map_or(Duration::ZERO, |begin| *begin.get_ref());
    if *end.get_ref() <= begin {
        let source = reader.problems.source().clone();
        let title = format!("`{until}` is not later than `{since}`");
        let problem = reader.problems.add(end.span(), title, "it ends here");
        match &begins {
            Some(begins) => problem.label(&source, begins.span(), "and begins here"),
            None => problem.help(format!("without `{since}` it begins at 0s")),
        };
    }
    (begins, ends)
}

/// Takes the value of the one key among `keys` that is there; notes when there is none, or several.
pub(super) fn one_of<'i>(
    table: &mut Table<'i>,
    keys: &[&'static str],
    what: &str,
    example: &str,
    reader: &mut Reader,
) -> Option<(&'static str, Value<'i>)> {
    let mut found: Vec<(&'static str, Value<'i>)> = Vec::new();
    for key in keys {
        found.extend(table.take(key).map(|value| (*key, value)));
    }
    found.sort_by_key(|(_, value)| value.span().start);
    if let [(first_key, first), (second_key, second), ..] = found.as_slice() {
        let source = reader.problems.source().clone();
        let title = format!("{what} does one thing; this one has `{first_key}` and `{second_key}`");
        let problem = reader.problems.add(second.span(), title, "another thing");
        problem
            .label(&source, first.span(), "one thing")
            .help("write a table for each of them");
    }
    if found.is_empty() && !table.has_unknown() {
        let title = format!("{what} does not say what happens");
        let words = listed(keys.iter().copied(), "or");
        let label = "nothing happens here";
        let problem = reader.problems.add(table.header.clone(), title, label);
        problem.help(format!(
            "add a line such as `{example}`;\nwhat can happen is {words}"
        ));
    }
    found.into_iter().next()
}
