//! A small collector over the parsed TOML: takes known keys with their places, gives typed values,
//! and notes every problem instead of stopping at the first, which serde would do.
//!
//! What can't be read is `None` and has been noted; whoever reads on does not note it again.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::layout::Layout;
use super::problem::{Problems, Span};
use super::words::{did_you_mean, quoted, with_article};

/// A TOML value with its place.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// A table from which values are taken one by one.
pub(super) struct Table<'i> {
    layout: &'static Layout,
    /// Where it begins: its header, or the whole of an inline table.
    pub(super) header: Span,
    entries: BTreeMap<String, (Span, Value<'i>)>,
}

impl<'i> Table<'i> {
    pub(super) fn new(layout: &'static Layout, header: Span, table: DeTable<'i>) -> Self {
        let entries = table.into_iter().map(|(key, value)| {
            let span = key.span();
            (key.into_inner().into_owned(), (span, value))
        });
        Self {
            layout,
            header,
            entries: entries.collect(),
        }
    }

    /// Takes the value of `key`, when there is one.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Value<'i>> {
        debug_assert!(self.layout.has(key), "{key} is in the layout");
        self.entries.remove(key).map(|(_, value)| value)
    }

    /// Where the value of `key` is, when it has not been taken yet.
    pub(super) fn place(&self, key: &'static str) -> Option<Span> {
        debug_assert!(self.layout.has(key), "{key} is in the layout");
        self.entries.get(key).map(|(_, value)| value.span())
    }

    /// Whether there is a value of `key` that has not been taken yet.
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.place(key).is_some()
    }

    /// Whether there are keys that no such table has: what seems to be missing may be misspelt.
    pub(super) fn has_unknown(&self) -> bool {
        let mut keys = self.entries.keys();
        keys.any(|key| !self.layout.has(key))
    }

    /// The range of the integer `key`.
    pub(super) fn range(&self, key: &'static str) -> RangeInclusive<u64> {
        self.layout.range(key)
    }

    /// Takes the value of `key`, and notes when there is none.
    pub(super) fn require(
        &mut self,
        key: &'static str,
        example: &str,
        problems: &mut Problems,
    ) -> Option<Value<'i>> {
        debug_assert!(
            self.layout.key(key).is_some_and(|key| key.is_required),
            "the layout says that {key} is required"
        );
        let value = self.take(key);
        if value.is_none() {
            let title = format!("{} has no `{key}`", self.layout.what);
            let label = format!("`{key}` is missing here");
            problems
                .add(self.header.clone(), title, label)
                .help(format!("add a line such as `{key} = {example}`"));
        }
        value
    }

    /// The keys that nobody has taken yet.
    pub(super) fn keys_left(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Notes each key that nobody took; `elsewhere` are the tables in which it may belong.
    pub(super) fn finish(self, elsewhere: &[&Layout], problems: &mut Problems) {
        for (key, (span, _)) in self.entries {
            let what = self.layout.what;
            let problem = problems.add(
                span,
                format!("unknown key {}", quoted(&key)),
                format!("{what} has no such key"),
            );
            let home = elsewhere.iter().find(|l| l.has(&key));
            let near = |layout: &Layout| did_you_mean(&key, layout.names());
            let nearly_home = || elsewhere.iter().find_map(|l| Some((near(l)?, *l)));
            if let Some(near) = near(self.layout) {
                problem.help(format!("did you mean `{near}`?"));
            } else if let Some(home) = home {
                problem.help(format!(
                    "`{key}` belongs to {}: {}",
                    home.what,
                    home.place()
                ));
            } else if let Some((near, home)) = nearly_home() {
                let place = home.place();
                problem.help(format!(
                    "did you mean `{near}`? it belongs to {}: {place}",
                    home.what
                ));
            } else {
                let names: Vec<_> = self.layout.names().collect();
                problem.help(format!("its keys are {}", names.join(", ")));
            }
        }
    }
}

/// Reads the values of one scenario file.
pub(super) struct Reader {
    pub(super) problems: Problems,
    /// Where the syntax is broken, in order; values there have been noted already.
    pub(super) broken: Vec<usize>,
}

impl Reader {
    /// Notes that `value`, called `name`, is not what it must be.
    pub(super) fn wrong_type(&mut self, value: &Value<'_>, name: &str, must: &str) {
        if self.is_broken(&value.span()) {
            return;
        }
        let title = format!("{name} must be {must}");
        let label = format!("this is {}", with_article(value.get_ref().type_str()));
        self.problems.add(value.span(), title, label);
    }

    /// Whether the syntax is broken within `span`.
    fn is_broken(&self, span: &Span) -> bool {
        let before = self.broken.partition_point(|at| *at < span.start);
        self.broken.get(before).is_some_and(|at| *at <= span.end)
    }

    pub(super) fn string(&mut self, value: Value<'_>, name: &str) -> Option<Spanned<String>> {
        let span = value.span();
        match value.get_ref() {
            DeValue::String(text) if !self.is_broken(&span) => {
                Some(Spanned::new(span, text.clone().into_owned()))
            }
            _ => {
                self.wrong_type(&value, name, "a string");
                None
            }
        }
    }

    /// Reads an integer that is none of the signed 64-bit ones only if it is no more than `most`.
    pub(super) fn integer(&mut self, value: &Value<'_>, name: &str, most: u64) -> Option<u64> {
        self.integer_in(value, name, 0..=most)
    }

    /// Reads an integer in `range`.
    pub(super) fn integer_in(
        &mut self,
        value: &Value<'_>,
        name: &str,
        range: RangeInclusive<u64>,
    ) -> Option<u64> {
        let DeValue::Integer(written) = value.get_ref() else {
            self.wrong_type(value, name, "an integer");
            return None;
        };
        if self.is_broken(&value.span()) {
            return None;
        }
        let number = u64::from_str_radix(written.as_str(), written.radix()).ok();
        let in_range = number.filter(|number| range.contains(number));
        if in_range.is_none() {
            let title = format!("{name} is out of range");
            let label = format!("must be from {} to {}", range.start(), range.end());
            self.problems.add(value.span(), title, label);
        }
        in_range
    }

    pub(super) fn array<'i>(
        &mut self,
        value: Value<'i>,
        name: &str,
        must: &str,
    ) -> Option<DeArray<'i>> {
        if !value.get_ref().is_array() || self.is_broken(&value.span()) {
            self.wrong_type(&value, name, must);
            return None;
        }
        match value.into_inner() {
            DeValue::Array(array) => Some(array),
            _ => None,
        }
    }

    /// Reads an array of strings, each of which is called `each`.
    pub(super) fn strings(
        &mut self,
        value: Value<'_>,
        name: &str,
        must: &str,
        each: &str,
    ) -> Vec<Spanned<String>> {
        let strings = self.array(value, name, must).into_iter().flatten();
        strings
            .filter_map(|value| self.string(value, each))
            .collect()
    }

    pub(super) fn table<'i>(
        &mut self,
        value: Value<'i>,
        name: &str,
        layout: &'static Layout,
    ) -> Option<Table<'i>> {
        let header = value.span();
        if !value.get_ref().is_table() {
            self.wrong_type(&value, name, "a table");
            return None;
        }
        match value.into_inner() {
            DeValue::Table(table) => Some(Table::new(layout, header, table)),
            _ => None,
        }
    }

    /// Reads the one `[key]` table; notes when there are several.
    pub(super) fn one_table<'i>(
        &mut self,
        value: Value<'i>,
        key: &str,
        layout: &'static Layout,
    ) -> Option<Table<'i>> {
        if value.get_ref().is_array() {
            let title = format!("`{key}` must be one table");
            let problem = self.problems.add(value.span(), title, "this is an array");
            problem.help(format!("write `[{key}]`, with one bracket"));
            return None;
        }
        self.table(value, &format!("`{key}`"), layout)
    }

    /// Reads `[[key]]` tables. A single `[key]` is noted and then read as if it were the only one,
    /// so that its own problems are found too.
    pub(super) fn tables<'i>(
        &mut self,
        value: Value<'i>,
        key: &str,
        layout: &'static Layout,
    ) -> Vec<Table<'i>> {
        let name = format!("`{key}`");
        if value.get_ref().is_table() {
            if !self.is_broken(&value.span()) {
                let title = format!("{name} must be an array of tables");
                let problem = self.problems.add(value.span(), title, "this is one table");
                problem.help(format!("write `[[{key}]]`, with two brackets"));
            }
            return self.table(value, &name, layout).into_iter().collect();
        }
        let array = self.array(value, &name, "an array of tables");
        let values = array.into_iter().flatten();
        values
            .filter_map(|value| self.table(value, &format!("each {key}"), layout))
            .collect()
    }
}
