//! What can be wrong with a trace's file, and where.

use std::fmt;
use std::io;

use serde::Deserialize;
use serde_json::error::Category;

/// Why a file gives no trace.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It can't be read.
    #[error("{0}")]
    Io(io::Error),
    /// It is something else; says how one sees it.
    #[error("this is not a trace: {0}")]
    NoTrace(&'static str),
    /// It is a trace of another version.
    #[error("this is a trace of version {0}; this program reads version 1")]
    OtherVersion(u64),
    /// Some of its lines can't be; never empty.
    #[error("{}", told(.0))]
    Lines(Vec<Problem>),
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which line, counted from 1.
    pub line: u64,
    /// Where in the line, in bytes counted from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.what
        )
    }
}

fn told(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// What is wrong with the line that is being read.
#[derive(Debug)]
pub(super) struct Wrong {
    what: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// A field of it, or the whole line where it has no such field.
    Field(&'static str),
    /// A column.
    Column(usize),
    /// The end: it is not whole.
    End(usize),
}

impl Wrong {
    /// `what` is wrong with the field `field`.
    pub(super) fn at(field: &'static str, what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            place: Place::Field(field),
        }
    }

    /// Whether the line is right as far as it goes.
    pub(super) const fn breaks_off(&self) -> bool {
        matches!(self.place, Place::End(_))
    }

    /// The problem that it is in line `number`, which is `line`.
    pub(super) fn in_line(self, number: u64, line: &[u8]) -> Problem {
        Problem {
            line: number,
            column: match self.place {
                Place::Field(field) => column_of(line, field),
                Place::Column(column) | Place::End(column) => column.max(1),
            },
            what: self.what,
        }
    }
}

/// Where the field `name` begins in `line`, counted from 1. In JSON a name in quotes with a colon
/// behind it is nothing else.
pub(super) fn column_of(line: &[u8], name: &str) -> usize {
    let key = format!("\"{name}\"");
    let mut places = line.windows(key.len()).enumerate();
    let found = places.find(|(start, window)| {
        let rest = || line[start + key.len()..].trim_ascii_start();
        *window == key.as_bytes() && rest().starts_with(b":")
    });
    found.map_or(1, |(start, _)| start + 1)
}

/// Reads `line` as a `T`.
pub(super) fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, Wrong> {
    if !line.trim_ascii_start().starts_with(b"{") {
        // serde would take a list for the fields in their order.
        return Err(Wrong {
            what: "a line is an object, in braces".to_owned(),
            place: Place::Column(1),
        });
    }
    serde_json::from_slice(line.trim_ascii_end()).map_err(|error| {
        let column = error.column();
        let told = error.to_string();
        let what = match told.rsplit_once(" at line ") {
            Some((what, _)) => shortened(what),
            None => shortened(&told),
        };
        let place = match error.classify() {
            Category::Eof => Place::End(column),
            _ => Place::Column(column),
        };
        Wrong { what, place }
    })
}

/// `told` without most of the value that it quotes, if that is long: what was expected comes last.
fn shortened(told: &str) -> String {
    const KEPT: usize = 80;
    let length = told.chars().count();
    if length <= 2 * KEPT {
        return told.to_owned();
    }
    let begin: String = told.chars().take(KEPT).collect();
    let end: String = told.chars().skip(length - KEPT / 2).collect();
    format!("{begin}…{end}")
}

/// `text` in backticks, on one line and not too long, whatever it holds.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(64).flat_map(char::escape_debug).collect();
    if text.chars().nth(64).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The field `field` is not there.
pub(super) fn missing(field: &'static str) -> Wrong {
    Wrong::at(field, format!("missing field `{field}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_of_another_type_is_not_told_whole() {
        #[derive(Debug, Deserialize)]
        struct Numbered {
            #[serde(rename = "number")]
            _number: u32,
        }
        let told = |text: &str| {
            let line = format!(r#"{{"number":"{text}"}}"#);
            parse::<Numbered>(line.as_bytes()).unwrap_err().what
        };
        assert_eq!(told("ü"), r#"invalid type: string "ü", expected u32"#);
        let long = told(&"ü".repeat(5_000));
        assert!(long.starts_with(r#"invalid type: string "üüü"#), "{long}");
        assert!(long.ends_with(r#"üüü", expected u32"#), "{long}");
        assert!(long.chars().count() < 130, "{long}");
    }
}
