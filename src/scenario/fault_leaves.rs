//! The leaves that tables about faults have: names of several, flags, probabilities, jitter, and
//! which of many datagrams are meant.

use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::counts::parse_counts;
use super::layout::{Key, Kind, Layout, Rule};
use super::problem::Span;
use super::rates::parse_rate;
use super::reader::{Reader, Table, Value};
use super::words::{did_you_mean, listed, quoted};
use crate::faults::{Jitter, Nth, Shape};
use crate::wire::Type;

pub(super) const JITTER: Layout = Layout {
    what: "a jitter",
    keys: &[
        Key::new(
            "uniform",
            Kind::Duration,
            "from nothing to this, each value as likely",
        ),
        Key::new(
            "normal",
            Kind::Duration,
            "the absolute value, with this standard deviation, at most four times as much",
        ),
        Key::new(
            "exponential",
            Kind::Duration,
            "with this mean, at most ten times as much",
        ),
        Key::new(
            "pareto",
            Kind::Duration,
            "with this mean, at most ten times as much; has a long tail",
        ),
    ],
    rules: &[Rule::ExactlyOne(&[
        "uniform",
        "normal",
        "exponential",
        "pareto",
    ])],
};

/// What says the type of a message, in a fault or behind `after`.
pub(super) const MESSAGE: Kind = Kind::Word(|| messages().collect());
/// Which of many datagrams.
pub(super) const NTH: Kind =
    Kind::OneOf(&[Kind::NTH, Kind::Array(&Kind::NTH, 1, None), Kind::Ranges]);

/// The words for the types of messages, and the one for all of them.
fn messages() -> impl Iterator<Item = &'static str> {
    Type::ALL.into_iter().map(Type::name).chain(["any"])
}

/// A name as it is written.
pub(super) type Name = Spanned<String>;

impl Reader {
    /// Reads `"p1"` or `["p1", "p2"]`, the value of `key`; never empty.
    pub(super) fn names(&mut self, value: Value<'_>, key: &str) -> Option<Spanned<Vec<Name>>> {
        let span = value.span();
        let name = format!("`{key}`");
        let names = match value.get_ref() {
            DeValue::String(_) => vec![self.string(value, &name)?],
            _ => {
                let is_empty = value.get_ref().as_array().is_some_and(|a| a.is_empty());
                if is_empty {
                    let title = format!("{name} names nobody");
                    let problem = self.problems.add(span, title, "this is empty");
                    problem.help("name at least one, as in [\"p1\"]");
                    return None;
                }
                self.strings(value, &name, "a name or an array of names", "a name")
            }
        };
        (!names.is_empty()).then_some(Spanned::new(span, names))
    }

    /// Reads the names that `key` has, when there are any.
    pub(super) fn names_of(&mut self, table: &mut Table<'_>, key: &'static str) -> Vec<Name> {
        let names = table.take(key).and_then(|value| self.names(value, key));
        names.map(Spanned::into_inner).unwrap_or_default()
    }

    /// Reads `true` or `false`, when `key` is there.
    pub(super) fn flag(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
    ) -> Option<(Span, bool)> {
        let value = table.take(key)?;
        let DeValue::Boolean(flag) = value.get_ref() else {
            self.wrong_type(&value, &format!("`{key}`"), "true or false");
            return None;
        };
        Some((value.span(), *flag))
    }

    /// Reads a duration that is not zero; `why` is what the label says of one that is.
    pub(super) fn some_time(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
        why: &str,
    ) -> Option<Spanned<Duration>> {
        let duration = self.duration(table, key)?;
        if duration.get_ref().is_zero() {
            let title = format!("`{key}` can't be zero");
            self.problems.add(duration.span(), title, why);
            return None;
        }
        Some(duration)
    }

    /// Reads a number from 0 to 1.
    pub(super) fn probability(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<f64> {
        let value = table.take(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(number) => {
                let whole = i64::from_str_radix(number.as_str(), number.radix()).ok();
                match whole {
                    Some(0) => Some(0.0),
                    Some(1) => Some(1.0),
                    _ => number
                        .as_str()
                        .parse()
                        .ok()
                        .filter(|n: &f64| *n < 0.0 || *n > 1.0),
                }
            }
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::String(_) => None,
            _ => {
                self.wrong_type(&value, &format!("`{key}`"), "a number from 0 to 1");
                return None;
            }
        };
        if let Some(number) = number.filter(|number| (0.0..=1.0).contains(number)) {
            // Written as -0.0 it would still be no chance at all.
            return Some(number.abs());
        }
        let written = match value.get_ref() {
            DeValue::String(_) => self
                .string(value.clone(), &format!("`{key}`"))?
                .into_inner(),
            _ => String::new(),
        };
        let percent = match number {
            Some(number) => Some(number),
            None => written
                .strip_suffix('%')
                .and_then(|n| n.trim().parse().ok()),
        };
        let label = match value.get_ref() {
            DeValue::String(_) => "this is a string; it must be a number from 0 to 1",
            _ => "must be a number from 0 to 1",
        };
        let title = format!("`{key}` is no probability");
        let problem = self.problems.add(value.span(), title, label);
        match percent.filter(|percent| *percent > 1.0 && *percent <= 100.0) {
            Some(percent) => problem.help(format!(
                "if {percent} % is meant, write {}",
                percent / 100.0
            )),
            None => problem.help("0 is never, 0.5 every second time, 1 always"),
        };
        None
    }

    /// Reads `"100kB/s"` as bytes in a second.
    pub(super) fn rate(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<u64> {
        let value = table.take(key)?;
        let text = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            _ => self
                .string(value.clone(), &format!("`{key}`"))?
                .into_inner(),
        };
        match parse_rate(&text) {
            Ok(rate) => Some(rate),
            Err(fault) => {
                let title = format!("`{key}` is no rate that can be used");
                let problem = self.problems.add(value.span(), title, fault.to_string());
                problem.help(fault.help(&text));
                None
            }
        }
    }

    /// Reads `{ uniform = "5ms" }`; its scale may be zero.
    pub(super) fn jitter(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<Jitter> {
        let value = table.take(key)?;
        let span = value.span();
        if !value.get_ref().is_table() {
            self.wrong_type(
                &value,
                &format!("`{key}`"),
                "a table, as in { uniform = \"5ms\" }",
            );
            return None;
        }
        let mut inside = self.table(value, &format!("`{key}`"), &JITTER)?;
        let mut found = Vec::new();
        let mut written = 0;
        for (shape, word) in Shape::ALL {
            written += usize::from(inside.has(word));
            let scale = self.duration(&mut inside, word);
            found.extend(scale.map(|scale| (shape, scale)));
        }
        let is_empty = written == 0 && !inside.has_unknown();
        inside.finish(&[], &mut self.problems);
        match found.as_slice() {
            [(shape, scale)] => {
                let (shape, scale) = (*shape, *scale.get_ref());
                return Some(Jitter { shape, scale });
            }
            [(_, first), (_, second), ..] => {
                let source = self.problems.source().clone();
                let title = "a jitter has one distribution";
                let problem = self.problems.add(second.span(), title, "another one");
                problem
                    .label(&source, first.span(), "one")
                    .help("keep one of them");
            }
            [] if is_empty => {
                let title = "a jitter has one distribution";
                let problem = self.problems.add(span, title, "this has none");
                let words = listed(Shape::words(), "or");
                problem.help(format!("write {words}, as in {{ uniform = \"5ms\" }}"));
            }
            [] => {}
        }
        None
    }

    /// Reads the name of a message, or `"any"` for all of them.
    pub(super) fn message(&mut self, value: Value<'_>, key: &str) -> Option<Spanned<Option<Type>>> {
        let word = self.string(value, &format!("`{key}`"))?;
        if word.get_ref() == "any" {
            return Some(Spanned::new(word.span(), None));
        }
        let known = Type::ALL.into_iter().find(|t| t.name() == word.get_ref());
        if known.is_some() {
            return Some(Spanned::new(word.span(), known));
        }
        let title = format!("{} is no type of message", quoted(word.get_ref()));
        let label = format!("must be {}", listed(messages(), "or"));
        let problem = self.problems.add(word.span(), title, label);
        if let Some(near) = did_you_mean(word.get_ref(), messages()) {
            problem.help(format!("did you mean `{near}`?"));
        }
        None
    }

    /// Reads which of many datagrams are meant: `1`, `[1, 3]` or `"2-4"`.
    pub(super) fn nth(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<Nth> {
        let value = table.take(key)?;
        let mut numbers = match value.get_ref() {
            DeValue::Integer(_) => vec![self.count(&value, key)?],
            DeValue::Array(_) => {
                let span = value.span();
                let array = self.array(value, &format!("`{key}`"), "an array")?;
                if array.is_empty() {
                    let title = format!("`{key}` means no datagram");
                    let problem = self.problems.add(span, title, "this is empty");
                    problem.help("leave it out to mean all of them");
                    return None;
                }
                let all = array.len();
                let elements = array.into_iter();
                let read: Vec<u32> = elements.filter_map(|e| self.count(&e, key)).collect();
                (read.len() == all).then_some(read)?
            }
            DeValue::String(_) => {
                let text = self.string(value, &format!("`{key}`"))?;
                match parse_counts(text.get_ref()) {
                    Ok(counts) => counts,
                    Err(fault) => {
                        let title = format!("`{key}` is no list of datagrams");
                        let problem = self.problems.add(text.span(), title, fault.to_string());
                        problem.help(fault.help());
                        return None;
                    }
                }
            }
            _ => {
                let must = "a number, an array of numbers or a string such as \"2-4\"";
                self.wrong_type(&value, &format!("`{key}`"), must);
                return None;
            }
        };
        numbers.sort_unstable();
        numbers.dedup();
        Some(Nth::These(numbers))
    }

    /// Reads a number that counts datagrams, from 1.
    pub(super) fn count(&mut self, value: &Value<'_>, key: &str) -> Option<u32> {
        let name = format!("a number of `{key}`");
        let number = self.integer_in(value, &name, 1..=u64::from(u32::MAX))?;
        u32::try_from(number).ok()
    }
}
