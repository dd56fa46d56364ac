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

    let mut outline = Outline::default();
    outline.read(&table);
    let mut makes_sense = true;
    let mut reported_to = None;
    for (span, error) in &errors {
        // What follows in the same value, or on the same line, is mostly a consequence.
        if reported_to.is_some_and(|end| span.start <= end) {
            continue;
        }
        let source = problems.source();
        let line = source.line(source.line_of(span.start));
        let value = outline.value_at(span.start);
        let within_line = value.as_ref().is_some_and(|value| value.end <= line.end);
        let header = text[line.clone()].trim_start().starts_with('[');
        let repeated = error.message() == "duplicate key";
        makes_sense &= !header && (repeated || within_line);
        reported_to = Some(value.map_or(line.end, |value| value.end.max(line.end)));
        match repeated {
            true => note_repeated(text, span, header, &outline, problems),
            false => note(text, span, error.message(), problems),
        }
    }
    Parsed {
        table,
        broken: errors.into_iter().map(|(span, _)| span.start).collect(),
        makes_sense,
    }
}

/// Notes a key that its table has already.
fn note_repeated(
    text: &str,
    span: &Span,
    header: bool,
    outline: &Outline,
    problems: &mut Problems,
) {
    let key = &text[span.clone()];
    let before = |other: &&Span| other.end <= span.start && text[(*other).clone()] == *key;
    let first = outline.keys.iter().filter(before).max_by_key(|k| k.start);
    let source = problems.source().clone();
    let title = format!("the key {} is there twice", quoted(key));
    let problem = problems.add(span.clone(), title, "the second one");
    match first {
        _ if header => {
            problem.help(format!("tables that repeat have two brackets: `[[{key}]]`"));
        }
        Some(first) => {
            problem
                .label(&source, first.clone(), "the first one")
                .help("keep one of the two");
        }
        None => {}
    }
}

/// Notes an error in the parser's words, or better ones where it misses the point.
fn note(text: &str, span: &Span, message: &str, problems: &mut Problems) {
    let bare = &text[span.clone()];
    let guessed_type = [
        "string values must be quoted",
        "invalid boolean",
        "invalid float",
    ];
    let is_text = |c: char| !c.is_control() && !c.is_whitespace() && !"\"'[]{}=#,".contains(c);
    if guessed_type.iter().any(|start| message.starts_with(start))
        && !bare.is_empty()
        && bare.chars().all(is_text)
    {
        let problem = problems.add(span.clone(), "a string has no quotes", "this is no number");
        problem.help(format!("write \"{bare}\""));
        return;
    }
    let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let label = match expected {
        "" => String::new(),
        expected => format!("expected {expected}"),
    };
    problems.add(span.clone(), format!("not valid TOML: {what}"), label);
}

/// Where the keys and the values of a file are.
#[derive(Default)]
struct Outline {
    keys: Vec<Span>,
    /// Values that are no tables with headers of their own.
    values: Vec<Span>,
}

impl Outline {
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
        let around = self
            .values
            .iter()
            .filter(|v| (v.start..=v.end).contains(&at));
        around.min_by_key(|value| value.start).cloned()
    }
}
