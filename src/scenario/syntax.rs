//! TOML's own errors as problems, as many of them as say something new.
//!
//! The parser recovers and goes on. An error inside a value of one line, or a key that comes twice,
//! leaves the rest of the file as it was meant, which is then checked as well; after any other,
//! what the file means is anybody's guess, and only syntax is reported.

use toml::de::{DeTable, DeValue, Error};

use super::problem::{Problems, Span};
use super::reader::Value;
use super::words::quoted;

/// What the parser made of a file.
pub(super) struct Parsed<'i> {
    pub(super) table: DeTable<'i>,
    /// Where its syntax is broken; all of it has been noted.
    pub(super) broken: Vec<usize>,
    /// Whether the rest is as it was meant.
    pub(super) makes_sense: bool,
}

/// Parses `text`, which is the source of `problems`.
pub(super) fn parse<'i>(text: &'i str, problems: &mut Problems) -> Parsed<'i> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let table = table.into_inner();
    let mut errors: Vec<(Span, Error)> = errors
        .into_iter()
        .map(|error| (error.span().unwrap_or(0..0), error))
        .collect();
    errors.sort_by_key(|(span, _)| span.start);

    let outline = Outline::of(&table);
    let mut makes_sense = true;
    let mut reported_to = None;
    for (span, error) in &errors {
        // What follows in the same value, or on the same line, is mostly a consequence.
        if !makes_sense || reported_to.is_some_and(|end| span.start <= end) {
            continue;
        }
        let source = problems.source();
        let line = source.line(source.line_of(span.start));
        let value = outline.value_at(span.start);
        let within_line = value
            .as_ref()
            .is_some_and(|value| line.start <= value.start && value.end <= line.end);
        let header = text[line.clone()].trim_start().starts_with('[');
        let repeated = error.message() == "duplicate key";
        makes_sense = !header && (repeated || within_line);
        let value_end = value.as_ref().map_or(0, |value| value.end);
        reported_to = Some(value_end.max(line.end));
        if repeated {
            note_repeated(text, span, &outline, problems);
            continue;
        }
        let begun = value.filter(|value| value.start < line.start);
        note(text, span, error.message(), begun, problems);
    }
    Parsed {
        table,
        broken: errors.into_iter().map(|(span, _)| span.start).collect(),
        makes_sense,
    }
}

/// Notes a key that its table has already.
fn note_repeated(text: &str, span: &Span, outline: &Outline, problems: &mut Problems) {
    let key = &text[span.clone()];
    let before = |other: &&Span| other.end <= span.start && text[(*other).clone()] == *key;
    let first = outline.keys.iter().filter(before).max_by_key(|k| k.start);
    let source = problems.source().clone();
    let title = format!("the key {} is there twice", quoted(key));
    let problem = problems.add(span.clone(), title, "the second one");
    if let Some(first) = first {
        problem.label(&source, first.clone(), "the first one");
    }
    match key {
        "peer" | "client" | "link" | "fault" | "event" => problem.help(format!(
            "write `[[{key}]]`, with two brackets, for each {key}"
        )),
        "then" => problem.help("write `[[client.then]]`, with two brackets, for each request"),
        _ => problem.help("keep one of the two"),
    };
}

/// Notes an error in the parser's words, or better ones where it misses the point; `begun` is the
/// value, begun on an earlier line, in which it is.
fn note(text: &str, span: &Span, message: &str, begun: Option<Span>, problems: &mut Problems) {
    let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    // The parser guesses a type by the first letter and then complains about the second.
    let guessed = what == "string values must be quoted"
        || what.starts_with("invalid ") && !what.contains("key") && !what.contains("string");
    if guessed && span.is_empty() {
        let title = "not valid TOML: a value is missing";
        problems.add(span.clone(), title, "expected a value");
        return;
    }
    let word = word_around(text, span);
    if guessed && word.end >= span.end {
        let help = format!("write \"{}\"", &text[word.clone()]);
        let problem = problems.add(word, "a string has no quotes", "this needs quotes");
        problem.help(help);
        return;
    }
    let label = match expected {
        "" => String::new(),
        expected => format!("expected {expected}"),
    };
    let source = problems.source().clone();
    let problem = problems.add(span.clone(), format!("not valid TOML: {what}"), label);
    if let Some(value) = begun {
        let start = value.start..value.start + 1;
        problem.label(&source, start, "in the value that begins here");
    }
    if what == "unexpected key or value" {
        problem.help("text goes in quotes, and so do lists of ids such as \"1,3-5\"");
    }
}

/// The unquoted word that begins before or at `span`, and how far it goes.
fn word_around(text: &str, span: &Span) -> Span {
    let is_text = |c: char| !c.is_control() && !c.is_whitespace() && !"\"'[]{}=#,".contains(c);
    let before = text[..span.start].trim_end_matches(is_text).len();
    let behind = &text[span.start..];
    before..text.len() - behind.trim_start_matches(is_text).len()
}

/// Where the keys and the values of a file are.
#[derive(Default)]
struct Outline {
    keys: Vec<Span>,
    /// Values that are no tables with headers of their own, outermost ones only, in order.
    values: Vec<Span>,
}

impl Outline {
    fn of(table: &DeTable<'_>) -> Self {
        let mut outline = Self::default();
        outline.read(table);
        outline.values.sort_by_key(|value| value.start);
        let mut end = 0;
        outline.values.retain(|value| {
            let outermost = value.start >= end;
            end = end.max(value.end);
            outermost
        });
        outline
    }

    fn read(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            self.keys.push(key.span());
            self.read_value(value, key.span().end);
        }
    }

    /// Reads `value`, whose key ends at `key_end`.
    fn read_value(&mut self, value: &Value<'_>, key_end: usize) {
        // A table with a header begins there, before its key ends.
        let inline = value.span().start >= key_end;
        if inline {
            self.values.push(value.span());
        }
        match value.get_ref() {
            DeValue::Table(table) => self.read(table),
            DeValue::Array(array) => array.iter().for_each(|element| match inline {
                true => self.read_tables(element),
                false => self.read_value(element, usize::MAX),
            }),
            _ => {}
        }
    }

    fn read_tables(&mut self, element: &Value<'_>) {
        if let DeValue::Table(table) = element.get_ref() {
            self.read(table);
        }
    }

    /// The outermost value with byte `at`, or which ends there.
    fn value_at(&self, at: usize) -> Option<Span> {
        let begun = self.values.partition_point(|value| value.start <= at);
        let last = self.values[..begun].last();
        last.filter(|value| at <= value.end).cloned()
    }
}
