//! `[[event]]`: what changes, and when. Form only.

use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::event_keys::{ACTIONS, AFTER, MAY_BE_ONE_WAY};
use super::fault_leaves::Name;
use super::fault_tables::one_of;
use super::layout::Layout;
use super::patterns::PatternText;
use super::problem::Span;
use super::reader::{Reader, Table, Value};
use super::words::{did_you_mean, listed, quoted};
use crate::wire::ChunkId;

/// An `[[event]]`; parts that are `None` have problems, which are noted.
#[derive(Debug)]
pub(super) struct EventTable {
    pub(super) header: Span,
    pub(super) when: Option<WhenText>,
    pub(super) action: Option<Action>,
}

/// When something happens, as written.
#[derive(Debug)]
pub(super) enum WhenText {
    At(Spanned<Duration>),
    After {
        pattern: PatternText,
        nth: u32,
        by: Duration,
    },
}

/// What happens, as written.
#[derive(Debug)]
pub(super) enum Action {
    Stop(Vec<Name>),
    Crash(Vec<Name>),
    Start(Vec<Name>),
    Join(Vec<Name>),
    Pause(Vec<Name>, Duration),
    Cut(Vec<[Name; 2]>, OneWay),
    Heal(Vec<[Name; 2]>, OneWay),
    /// With its place.
    HealAll(Span),
    Partition(Spanned<Vec<Name>>, OneWay),
    Gain(Vec<Name>, Spanned<Vec<ChunkId>>),
    Lose(Vec<Name>, Spanned<Vec<ChunkId>>),
}

/// Whether only the links from the first to the second are meant.
pub(super) type OneWay = bool;

impl EventTable {
    pub(super) fn read(mut table: Table<'_>, elsewhere: &[&Layout], reader: &mut Reader) -> Self {
        let event = Self {
            header: table.header.clone(),
            when: when(&mut table, elsewhere, reader),
            action: action(&mut table, reader),
        };
        table.finish(elsewhere, &mut reader.problems);
        event
    }
}

fn when(table: &mut Table<'_>, elsewhere: &[&Layout], reader: &mut Reader) -> Option<WhenText> {
    let (at_place, after_place) = (table.place("at"), table.place("after"));
    let at = reader.duration(table, "at");
    let after = table.take("after");
    match (at_place, after_place) {
        (None, None) if table.has_unknown() => None,
        (None, None) => {
            let title = "an event does not say when it happens";
            let header = table.header.clone();
            let problem = reader.problems.add(header, title, "`at` is missing here");
            problem.help(
                "add a line such as `at = \"2s\"` or `after = { message = \"QUERY\", nth = 3 }`",
            );
            None
        }
        (Some(at), Some(after)) => {
            let source = reader.problems.source().clone();
            let title = "an event has either `at` or `after`, not both";
            let problem = reader.problems.add(after, title, "when something is sent");
            problem
                .label(&source, at, "at a time")
                .help("keep one of the two");
            None
        }
        (Some(_), None) => at.map(WhenText::At),
        (None, Some(_)) => after_text(after?, elsewhere, reader),
    }
}

fn after_text(value: Value<'_>, elsewhere: &[&Layout], reader: &mut Reader) -> Option<WhenText> {
    if !value.get_ref().is_table() {
        let must = "a table, as in { message = \"QUERY\", nth = 3 }";
        reader.wrong_type(&value, "`after`", must);
        return None;
    }
    let mut table = reader.table(value, "`after`", &AFTER)?;
    let message = table.require("message", "\"QUERY\"", &mut reader.problems);
    let message = message.and_then(|value| reader.message(value, "message"));
    let pattern = PatternText::read(message, &mut table, reader);
    let nth = table.take("nth").map(|value| reader.count(&value, "nth"));
    let by = reader.duration(&mut table, "by").map(Spanned::into_inner);
    table.finish(elsewhere, &mut reader.problems);
    Some(WhenText::After {
        pattern: pattern?,
        nth: nth.unwrap_or(Some(1))?,
        by: by.unwrap_or_default(),
    })
}

fn action(table: &mut Table<'_>, reader: &mut Reader) -> Option<Action> {
    let action = one_of(table, &ACTIONS, "an event", "stop = \"p4\"", reader);
    let key = action.as_ref().map(|(key, _)| *key);
    let time = table.place("for");
    let why = "a pause takes a while";
    let length = reader.some_time(table, "for", why).map(Spanned::into_inner);
    let chunks = table.take("chunks");
    let one_way = reader.flag(table, "one_way");
    let is_all = matches!(&action, Some(("heal", value)) if value.get_ref().is_str());
    let extras = [
        (time.clone(), "for", &["pause"][..]),
        (
            chunks.as_ref().map(Value::span),
            "chunks",
            &["gain", "lose"],
        ),
        (
            one_way.as_ref().map(|(place, _)| place.clone()),
            "one_way",
            &MAY_BE_ONE_WAY,
        ),
    ];
    for (place, extra, actions) in extras {
        note_extra(place, extra, actions, key, reader);
    }
    if let (true, Some((place, true))) = (is_all, &one_way) {
        let title = "`heal = \"all\"` heals all links, both ways";
        reader
            .problems
            .add(place.clone(), title, "there is no one way of all");
    }
    let one_way = one_way.is_some_and(|(_, one_way)| one_way);
    let header = table.header.clone();
    let (key, value) = action?;
    if key == "pause" && time.is_none() {
        let title = "a pause does not say how long it is";
        let problem = reader
            .problems
            .add(header.clone(), title, "`for` is missing here");
        problem.help("add a line such as `for = \"2s\"`");
    }
    if matches!(key, "gain" | "lose") && chunks.is_none() {
        let title = format!("an event with `{key}` does not say which chunks");
        let problem = reader
            .problems
            .add(header, title, "`chunks` is missing here");
        problem.help("add a line such as `chunks = [9]`");
    }
    let chunks = chunks.and_then(|chunks| some_chunks(chunks, reader));
    let mut names = |value| reader.names(value, key).map(Spanned::into_inner);
    Some(match key {
        "stop" => Action::Stop(names(value)?),
        "crash" => Action::Crash(names(value)?),
        "start" => Action::Start(names(value)?),
        "join" => Action::Join(names(value)?),
        "pause" => Action::Pause(names(value)?, length?),
        "partition" => Action::Partition(reader.names(value, key)?, one_way),
        "heal" if is_all => all(value, reader)?,
        "cut" => Action::Cut(some_pairs(value, key, reader)?, one_way),
        "heal" => Action::Heal(some_pairs(value, key, reader)?, one_way),
        "gain" => Action::Gain(names(value)?, chunks?),
        _ => Action::Lose(names(value)?, chunks?),
    })
}

/// Reads the chunks of an event, of which there is at least one.
fn some_chunks(value: Value<'_>, reader: &mut Reader) -> Option<Spanned<Vec<ChunkId>>> {
    let chunks = reader.chunk_ids(value)?;
    if chunks.get_ref().is_empty() {
        let title = "an event names no chunk";
        let problem = reader.problems.add(chunks.span(), title, "this is empty");
        problem.help("name at least one, as in [9]");
        return None;
    }
    Some(chunks)
}

/// Notes the key `extra`, when it is there, beside an action `key` that has no use for it.
fn note_extra(
    place: Option<Span>,
    extra: &str,
    actions: &[&str],
    key: Option<&'static str>,
    reader: &mut Reader,
) {
    let (Some(place), Some(key)) = (place, key) else {
        return;
    };
    if !actions.contains(&key) {
        let title = format!("`{extra}` means nothing beside `{key}`");
        let label = format!("an event with `{key}` has no such thing");
        let problem = reader.problems.add(place, title, label);
        let actions = listed(actions.iter().copied(), "and");
        problem.help(format!("`{extra}` goes with {actions}; leave it out"));
    }
}

/// Reads `"all"`.
fn all(value: Value<'_>, reader: &mut Reader) -> Option<Action> {
    let word = reader.string(value, "`heal`")?;
    if word.get_ref() == "all" {
        return Some(Action::HealAll(word.span()));
    }
    let title = format!("{} is not what can be healed", quoted(word.get_ref()));
    let label = "must be an array of pairs or \"all\"";
    let problem = reader.problems.add(word.span(), title, label);
    match did_you_mean(word.get_ref(), ["all"]) {
        Some(near) => problem.help(format!("did you mean \"{near}\"?")),
        None => problem.help("for the link between two write [[\"p1\", \"p2\"]]"),
    };
    None
}

/// Reads an array of pairs that is not empty.
fn some_pairs(value: Value<'_>, key: &str, reader: &mut Reader) -> Option<Vec<[Name; 2]>> {
    let span = value.span();
    let elements = value.get_ref().as_array().map(|array| array.len());
    let flat = value.get_ref().as_array().is_some_and(|array| {
        array.len() == 2
            && array
                .iter()
                .all(|e| matches!(e.get_ref(), DeValue::String(_)))
    });
    if flat {
        let title = format!("`{key}` must be an array of pairs");
        let problem = reader.problems.add(span, title, "this is one pair");
        problem.help("write it with two brackets, as in [[\"p1\", \"p2\"]]");
        return None;
    }
    if elements == Some(0) {
        let title = format!("`{key}` names no link");
        let problem = reader.problems.add(span, title, "this is empty");
        problem.help("name at least one, as in [[\"p1\", \"p2\"]]");
        return None;
    }
    let pairs = reader.pairs(value, &format!("`{key}`"));
    (!pairs.is_empty()).then_some(pairs)
}
