//! What is wrong with a scenario, and how it is shown: the title, file, line and column, the line
//! itself with its labels, and a way out.
//!
//! A [`Problem`] carries all that it takes to be shown, so it may outlive the reading. Nothing here
//! prints: [`Display`](fmt::Display) writes plain text, `coloured` gives the same with ANSI colours.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// Bytes of a file, from the first to behind the last.
pub(super) type Span = Range<usize>;

/// A text in which problems are found.
#[derive(Debug)]
pub(super) struct Source {
    /// What the file is called in output.
    name: String,
    text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl Source {
    pub(super) fn new(file: &Path, text: String) -> Arc<Self> {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Arc::new(Self {
            name: file.display().to_string(),
            lines: std::iter::once(0).chain(ends).collect(),
            text,
        })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The line, counted from 0, with byte `at`.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at) - 1
    }

    /// The bytes of line `line`, counted from 0, without its end.
    pub(super) fn line(&self, line: usize) -> Span {
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        let next = self.lines.get(line + 1).copied();
        let text = &self.text[start..next.unwrap_or(self.text.len())];
        start..start + text.trim_end_matches(['\n', '\r']).len()
    }
}

/// A part of a file, and what there is to say about it.
#[derive(Clone, Debug)]
struct Label {
    source: Arc<Source>,
    span: Span,
    text: String,
}

/// One thing that is wrong with a scenario.
#[derive(Clone, Debug)]
pub struct Problem {
    title: String,
    /// The file that it is about, when no label shows a part of it.
    file: String,
    /// The place of the problem, then places that explain it.
    labels: Vec<Label>,
    help: Option<String>,
}

impl Problem {
    /// A problem of a whole file.
    pub(super) fn of_file(file: &Path, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            file: file.display().to_string(),
            labels: Vec::new(),
            help: None,
        }
    }

    /// Adds a place that explains the problem.
    pub(super) fn label(
        &mut self,
        source: &Arc<Source>,
        span: Span,
        text: impl Into<String>,
    ) -> &mut Self {
        self.labels.push(Label {
            source: Arc::clone(source),
            span,
            text: text.into(),
        });
        self
    }

    /// Says what to do about the problem.
    pub(super) fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// What is wrong, in one line.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The problem as it is shown on a terminal, with ANSI colours.
    #[must_use]
    pub fn coloured(&self) -> String {
        self.render(&Renderer::styled())
    }

    /// Where in `source` the problem comes to light, for sorting.
    fn place_in(&self, source: &Arc<Source>) -> usize {
        let mut there = self
            .labels
            .iter()
            .filter(|l| Arc::ptr_eq(&l.source, source));
        there.next().map_or(0, |label| label.span.start)
    }

    fn render(&self, renderer: &Renderer) -> String {
        let mut group = Group::with_title(Level::ERROR.primary_title(&*self.title));
        if self.labels.is_empty() {
            group = group.element(Origin::path(&*self.file));
        }
        let mut shown: Vec<&Arc<Source>> = Vec::new();
        for label in &self.labels {
            if !shown
                .iter()
                .any(|source| Arc::ptr_eq(source, &label.source))
            {
                shown.push(&label.source);
                group = group.element(self.snippet(&label.source, shown.len() == 1));
            }
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(&**help));
        }
        renderer.render(&[group])
    }

    /// The lines of `source` with all labels there; only what lies between the outermost of them
    /// is given to the renderer, which reads all that it is given.
    fn snippet<'a>(
        &'a self,
        source: &'a Arc<Source>,
        is_first: bool,
    ) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let labels = || {
            self.labels
                .iter()
                .filter(|l| Arc::ptr_eq(&l.source, source))
        };
        let first = labels().map(|label| label.span.start).min().unwrap_or(0);
        let last = labels().map(|label| label.span.end).max().unwrap_or(0);
        let first_line = source.line_of(first);
        let start = source.line(first_line).start;
        let end = source.line(source.line_of(last)).end.max(last);
        let annotations = labels().enumerate().map(|(index, label)| {
            let kind = match is_first && index == 0 {
                true => AnnotationKind::Primary,
                false => AnnotationKind::Context,
            };
            kind.span(label.span.start - start..label.span.end - start)
                .label(&label.text)
        });
        Snippet::source(&source.text[start..end])
            .path(&*source.name)
            .line_start(first_line + 1)
            .annotations(annotations)
    }
}

/// Writes the problem without colours.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&Renderer::plain()))
    }
}

/// Why a file gives no scenario.
#[derive(Debug)]
pub struct Rejected {
    /// The file, as it was named.
    pub file: PathBuf,
    /// Whether it could be read at all.
    pub cause: Cause,
    /// All that is wrong with it, in the order of the file; never empty.
    pub problems: Vec<Problem>,
}

/// What kind of thing keeps a file from being a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It is missing, a directory, or can't be read.
    Unreadable,
    /// It was read, and what it says is no scenario.
    Invalid,
}

impl Rejected {
    /// All problems as they are shown on a terminal, with ANSI colours, and the line that counts
    /// them.
    #[must_use]
    pub fn coloured(&self) -> String {
        self.join(Problem::coloured)
    }

    fn join(&self, render: impl Fn(&Problem) -> String) -> String {
        let mut shown: String = self.problems.iter().map(|p| render(p) + "\n\n").collect();
        let count = match self.problems.len() {
            1 => "1 problem".to_owned(),
            count => format!("{count} problems"),
        };
        shown += &format!("{}: {count}", self.file.display());
        shown
    }
}

/// Writes all problems without colours, and the line that counts them.
impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.join(Problem::to_string))
    }
}

impl std::error::Error for Rejected {}

/// The problems of one scenario file, gathered while it is read.
#[derive(Debug)]
pub(super) struct Problems {
    file: PathBuf,
    source: Arc<Source>,
    found: Vec<Problem>,
}

impl Problems {
    pub(super) fn of(file: &Path, source: &Arc<Source>) -> Self {
        Self {
            file: file.to_owned(),
            source: Arc::clone(source),
            found: Vec::new(),
        }
    }

    pub(super) fn source(&self) -> &Arc<Source> {
        &self.source
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// What output calls the `[[key]]` whose header is at `header`: `[[fault]] in line 12`.
    pub(super) fn label_of(&self, key: &str, header: &Span) -> String {
        let line = self.source.line_of(header.start) + 1;
        format!("[[{key}]] in line {line}")
    }

    /// Notes a problem of the file as a whole.
    pub(super) fn add_of_file(&mut self, title: impl Into<String>) -> &mut Problem {
        self.push(Problem::of_file(&self.file, title))
    }

    /// Notes a problem at `span` of the file.
    pub(super) fn add(
        &mut self,
        span: Span,
        title: impl Into<String>,
        label: impl Into<String>,
    ) -> &mut Problem {
        let problem = self.problem(span, title, label);
        self.push(problem)
    }

    /// Makes a problem at `span` of the file without noting it.
    pub(super) fn problem(
        &self,
        span: Span,
        title: impl Into<String>,
        label: impl Into<String>,
    ) -> Problem {
        let mut problem = Problem::of_file(&self.file, title);
        problem.label(&self.source, span, label);
        problem
    }

    pub(super) fn push(&mut self, problem: Problem) -> &mut Problem {
        self.found.push(problem);
        self.found.last_mut().expect("one was pushed just now")
    }

    /// All problems, in the order of the file.
    pub(super) fn reject(mut self) -> Box<Rejected> {
        let source = &self.source;
        self.found.sort_by_key(|problem| problem.place_in(source));
        Box::new(Rejected {
            file: self.file,
            cause: Cause::Invalid,
            problems: self.found,
        })
    }
}
