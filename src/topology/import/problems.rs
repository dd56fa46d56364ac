//! What is wrong with a file, and where.

use std::ops::Range;

/// So many problems of a file are told; the others are counted.
const MOST_TOLD: usize = 20;

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// The line, counted from 1.
    pub line: usize,
    /// The bytes of that line that it is about; empty at a place where something is missing.
    pub columns: Range<usize>,
    /// What is wrong, in one sentence without its full stop.
    pub what: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The problems of one file, gathered while it is read.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    text: &'a str,
    told: Vec<LineProblem>,
    /// The place of the first one that is not told.
    beyond: Option<Range<usize>>,
    untold: usize,
}

impl<'a> Problems<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            text,
            told: Vec::new(),
            beyond: None,
            untold: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Notes a problem at these bytes of the file.
    pub(super) fn add(&mut self, at: Range<usize>, what: impl Into<String>, help: Option<&str>) {
        if self.told.len() < MOST_TOLD {
            let problem = self.problem(at, what.into(), help.map(str::to_owned));
            self.told.push(problem);
        } else {
            self.untold += 1;
            self.beyond.get_or_insert(at);
        }
    }

    fn problem(&self, at: Range<usize>, what: String, help: Option<String>) -> LineProblem {
        let before = &self.text[..at.start];
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let rest = &self.text[start..];
        let line = rest.split('\n').next().unwrap_or(rest);
        let length = line.trim_end_matches('\r').len();
        let columns = (at.start - start).min(length)..(at.end - start).min(length);
        LineProblem {
            line: before.matches('\n').count() + 1,
            columns,
            what,
            help,
        }
    }

    /// All problems: those that are told, and how many more there are.
    pub(super) fn end(mut self) -> Vec<LineProblem> {
        if let Some(at) = self.beyond.take() {
            let what = match self.untold {
                1 => "1 more problem".to_owned(),
                more => format!("{more} more problems from here on"),
            };
            self.told.push(self.problem(at, what, None));
        }
        self.told
    }
}
