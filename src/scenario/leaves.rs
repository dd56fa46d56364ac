//! The leaves of the scenario language: words, numbers, durations, lists of chunks, expectations.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::durations::parse_duration;
use super::file::ExpectText;
use super::problem::Span;
use super::reader::{Reader, Table, Value};
use super::words::{did_you_mean, listed, quoted};
use crate::rules::UnknownWord;
use crate::wire::{ChunkId, IdListError, parse_ids};

/// A number whose range has been checked.
pub(super) fn narrow(number: u64) -> Option<u16> {
    u16::try_from(number).ok()
}

impl Reader {
    /// Reads the string of `key`, when there is one.
    pub(super) fn text(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
    ) -> Option<Spanned<String>> {
        let value = table.take(key)?;
        self.string(value, &format!("`{key}`"))
    }

    /// Reads whether `key` is so, when it says.
    pub(super) fn whether(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<bool> {
        let value = table.take(key)?;
        if !value.get_ref().is_bool() {
            self.wrong_type(&value, &format!("`{key}`"), "true or false");
        }
        value.get_ref().as_bool()
    }

    /// Reads the number of `key`, in the range that the layout says, when there is one.
    pub(super) fn number(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<u64> {
        let value = table.take(key)?;
        self.integer_in(&value, &format!("`{key}`"), table.range(key))
    }

    /// Reads a number that need not be whole.
    pub(super) fn fraction(&mut self, value: &Value<'_>, name: &str) -> Option<f64> {
        let text = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => {
                self.wrong_type(value, name, "a number");
                return None;
            }
        };
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() {
            let title = format!("{name} is no number that can be used");
            self.problems.add(value.span(), title, "must be finite");
        }
        number
    }

    /// Reads the word of `key`, when there is one.
    pub(super) fn word<T: FromStr<Err = UnknownWord>>(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
    ) -> Option<Spanned<T>> {
        let word = self.text(table, key)?;
        let value = self.known_word(&word, &format!("a value of `{key}`"))?;
        Some(Spanned::new(word.span(), value))
    }

    /// Reads one of the words that `T` knows, of which each is `what`.
    pub(super) fn known_word<T: FromStr<Err = UnknownWord>>(
        &mut self,
        word: &Spanned<String>,
        what: &str,
    ) -> Option<T> {
        let known = match word.get_ref().parse() {
            Ok(value) => return Some(value),
            Err(UnknownWord { known, .. }) => known,
        };
        let title = format!("{} is not {what}", quoted(word.get_ref()));
        let label = format!("must be {}", listed(known.iter().copied(), "or"));
        let problem = self.problems.add(word.span(), title, label);
        if let Some(near) = did_you_mean(word.get_ref(), known) {
            problem.help(format!("did you mean `{near}`?"));
        }
        None
    }

    /// Reads the duration of `key`, when there is one.
    pub(super) fn duration(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
    ) -> Option<Spanned<Duration>> {
        let value = table.take(key)?;
        self.duration_in(value, &format!("`{key}`"))
    }

    /// Reads a duration that is called `name`.
    pub(super) fn duration_in(
        &mut self,
        value: Value<'_>,
        name: &str,
    ) -> Option<Spanned<Duration>> {
        let text = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            _ => self.string(value.clone(), name)?.into_inner(),
        };
        match (value.get_ref(), parse_duration(&text)) {
            (DeValue::String(_), Ok(duration)) => Some(Spanned::new(value.span(), duration)),
            (_, Ok(_)) => None,
            (_, Err(fault)) => {
                let title = format!("{name} is no duration that can be used");
                let problem = self.problems.add(value.span(), title, fault.to_string());
                problem.help(fault.help(&text));
                None
            }
        }
    }

    /// Reads `[["p1", "p2"]]`, the value of the key called `name`.
    pub(super) fn pairs(&mut self, value: Value<'_>, name: &str) -> Vec<[Spanned<String>; 2]> {
        let must = "an array of pairs of peers, as in [[\"p1\", \"p2\"]]";
        let mut pairs = Vec::new();
        for pair in self.array(value, name, must).into_iter().flatten() {
            let span = pair.span();
            let Some(ends) = self.array(pair, "a link", "a pair of peers, as in [\"p1\", \"p2\"]")
            else {
                continue;
            };
            let written = ends.len();
            let ends: Vec<_> = ends
                .into_iter()
                .filter_map(|end| self.string(end, "an end of a link"))
                .collect();
            if written != 2 {
                let title = "a link has exactly two ends";
                let label = format!("this has {written}");
                let problem = self.problems.add(span, title, label);
                problem.help("write a pair for each link, as in [\"p1\", \"p2\"]");
            } else if let Ok(pair) = <[_; 2]>::try_from(ends) {
                pairs.push(pair);
            }
        }
        pairs
    }

    /// Reads `[5, 6]` or `"5-8"`, the value of `chunks`.
    pub(super) fn chunk_ids(&mut self, value: Value<'_>) -> Option<Spanned<Vec<ChunkId>>> {
        self.ids_of(value, "`chunks`")
    }

    /// Reads `[5, 6]` or `"5-8"`, the value of the key called `name`.
    pub(super) fn ids_of(&mut self, value: Value<'_>, name: &str) -> Option<Spanned<Vec<ChunkId>>> {
        let span = value.span();
        let ids = match value.get_ref() {
            DeValue::Array(_) => self.chunk_array(value, name)?,
            DeValue::String(_) => {
                let text = self.string(value, name)?;
                match parse_ids(text.get_ref()) {
                    Ok(ids) => ids,
                    Err(error) => {
                        self.bad_ids(span, &error);
                        return None;
                    }
                }
            }
            _ => {
                self.wrong_type(&value, name, "an array of ids or a string such as \"5-8\"");
                return None;
            }
        };
        Some(Spanned::new(span, ids))
    }

    fn chunk_array(&mut self, value: Value<'_>, name: &str) -> Option<Vec<ChunkId>> {
        let mut seen = BTreeSet::new();
        let mut ids = Vec::new();
        let mut complete = true;
        for element in self.array(value, name, "an array")? {
            if element.get_ref().is_str() {
                let title = "an array of chunks has integers only";
                let problem = self.problems.add(element.span(), title, "this is a string");
                problem.help("write all ids as one string, as in \"1,3-5\"");
                complete = false;
                continue;
            }
            let number = self.integer(&element, "a chunk id", u64::from(u16::MAX));
            complete &= number.is_some();
            let id = number.and_then(narrow).map(ChunkId);
            ids.extend(id.filter(|id| seen.insert(*id)));
        }
        complete.then_some(ids)
    }

    fn bad_ids(&mut self, span: Span, error: &IdListError) {
        let said = error.to_string();
        let (what, help) = said.rsplit_once("; ").unwrap_or((&said, ""));
        let problem = self.problems.add(span, "not a list of chunk ids", what);
        problem.help(help);
    }

    /// Reads the chunks of a client, of which there is at least one.
    pub(super) fn wanted(&mut self, value: Value<'_>) -> Option<Spanned<Vec<ChunkId>>> {
        let ids = self.chunk_ids(value)?;
        if ids.get_ref().is_empty() {
            let title = "a client wants at least one chunk";
            self.problems
                .add(ids.span(), title, "nothing is wanted here");
            return None;
        }
        Some(ids)
    }

    /// Reads a `[client.expect]`, from id to its place and what is expected.
    pub(super) fn expect(&mut self, value: Value<'_>) -> BTreeMap<ChunkId, (Span, ExpectText)> {
        let mut expect: BTreeMap<ChunkId, (Span, ExpectText)> = BTreeMap::new();
        if !value.get_ref().is_table() {
            self.wrong_type(&value, "`expect`", "a table, as in `[client.expect]`");
            return expect;
        }
        let DeValue::Table(table) = value.into_inner() else {
            return expect;
        };
        let mut entries: Vec<_> = table.into_iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let id = match parse_ids(key.get_ref()).as_deref() {
                Ok([id]) => *id,
                _ => {
                    let title = format!("{} is no chunk id", quoted(key.get_ref()));
                    let label = "each key of `expect` is one id, from 0 to 65535";
                    self.problems.add(key.span(), title, label);
                    continue;
                }
            };
            if let Some((first, _)) = expect.get(&id) {
                let source = self.problems.source().clone();
                let title = format!("chunk {id} is expected twice");
                let problem = self.problems.add(key.span(), title, "the second one");
                problem
                    .label(&source, first.clone(), "the first one")
                    .help("keep one of the two");
            } else if let Some(text) = self.expected(value) {
                expect.insert(id, (key.span(), text));
            }
        }
        expect
    }

    /// Reads `["p1"]` or `"missing"`.
    fn expected(&mut self, value: Value<'_>) -> Option<ExpectText> {
        let span = value.span();
        if value.get_ref().is_str() {
            let word = self.string(value, "what is expected")?.into_inner();
            if word == "missing" {
                return Some(ExpectText::Missing);
            }
            let title = format!("{} is not what a chunk can be", quoted(&word));
            let label = "must be an array of peers or \"missing\"";
            let problem = self.problems.add(span, title, label);
            match did_you_mean(&word, ["missing"]) {
                Some(near) => problem.help(format!("did you mean \"{near}\"?")),
                None => problem.help(format!("for the peer of that name write [\"{word}\"]")),
            };
            return None;
        }
        let must = "an array of peers or \"missing\"";
        let array = value.get_ref().as_array().map(|array| array.len());
        let from = self.strings(value, "what is expected", must, "a source");
        if array == Some(0) {
            let title = "no peer is left that the chunk may come from";
            let problem = self.problems.add(span, title, "this is empty");
            problem.help("write \"missing\" for a chunk that nobody reachable holds");
        }
        (!from.is_empty()).then_some(ExpectText::From(from))
    }
}
