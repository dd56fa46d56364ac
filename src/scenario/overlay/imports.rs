//! Overlays that others wrote: edge lists, GraphML, DOT.

use std::io;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;

use super::super::layout::{Key, Kind, Layout};
use super::super::limits::{MOST_LINKS, MOST_PEERS};
use super::super::problem::{Problem, Problems, Source, Span};
use super::super::reader::{Reader, Table};
use super::super::words::{many, quoted};
use crate::topology::{self, Graph, LineProblem};

pub(super) const EDGE_LIST: Layout = layout("`[overlay.edge_list]`");
pub(super) const GRAPHML: Layout = layout("`[overlay.graphml]`");
pub(super) const DOT: Layout = layout("`[overlay.dot]`");

const KEYS: &[Key] = &[
    Key::new("file", Kind::Text, "a path from the scenario's folder on").required(),
    Key::new(
        "directed",
        Kind::Boolean,
        "whether links have a direction, if the file does not say itself",
    ),
    Key::new("from", Kind::Text, "where to get the file"),
];

const fn layout(what: &'static str) -> Layout {
    let (keys, rules) = (KEYS, &[]);
    Layout { what, keys, rules }
}

/// How a file says who is linked with whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    EdgeList,
    GraphMl,
    Dot,
}

impl Format {
    /// The format with `key` in `[overlay]`.
    pub(super) fn of(key: &str) -> Option<Self> {
        match key {
            "edge_list" => Some(Self::EdgeList),
            "graphml" => Some(Self::GraphMl),
            "dot" => Some(Self::Dot),
            _ => None,
        }
    }
}

/// A file with an overlay.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) header: Span,
    pub(super) format: Format,
    /// Its path, from the scenario's folder on.
    pub(super) file: Spanned<String>,
    directed: Option<bool>,
    /// Where to get it.
    from: Option<Spanned<String>>,
}

impl Import {
    /// Reads the table of `format`.
    pub(super) fn read(format: Format, mut table: Table<'_>, reader: &mut Reader) -> Option<Self> {
        let header = table.header.clone();
        let example = match format {
            Format::EdgeList => "\"overlay.txt\"",
            Format::GraphMl => "\"overlay.graphml\"",
            Format::Dot => "\"overlay.dot\"",
        };
        let file = table.require("file", example, &mut reader.problems);
        let file = file.and_then(|value| reader.string(value, "`file`"));
        let directed = reader.whether(&mut table, "directed");
        let from = reader.text(&mut table, "from");
        table.finish(&[&super::OVERLAY], &mut reader.problems);
        Some(Self {
            header,
            format,
            file: file?,
            directed,
            from,
        })
    }

    /// Reads the overlay from the file, which is looked for in `folder`; nothing when there are
    /// problems, all of which are noted.
    pub(super) fn load(&self, folder: &Path, problems: &mut Problems) -> Option<Graph> {
        let path = folder.join(self.file.get_ref());
        let text = match read(&path) {
            Ok(text) => text,
            Err(error) => {
                self.note_unreadable(&path, &error, problems);
                return None;
            }
        };
        let graph = match self.format {
            Format::EdgeList => topology::edge_list(&text, self.directed.unwrap_or(false)),
            Format::GraphMl => topology::graphml(&text, self.directed),
            Format::Dot => topology::dot(&text, self.directed),
        };
        match graph {
            Ok(graph) => self.fits(&graph, problems).then_some(graph),
            Err(lines) => {
                let source = Source::new(&path, text);
                for line in &lines {
                    self.note_line(line, &path, &source, problems);
                }
                None
            }
        }
    }

    /// Whether `graph` is no more than a scenario can have; otherwise that is noted.
    fn fits(&self, graph: &Graph, problems: &mut Problems) -> bool {
        let (peers, links) = (graph.links.nodes() as u64, graph.links.links() as u64);
        let (count, what, most) = match peers > MOST_PEERS {
            true => (peers, "peers", MOST_PEERS),
            false => (links, "links, there and back counted", MOST_LINKS),
        };
        if count > most {
            let title = format!("the overlay has {} {what}", many(count.into()));
            let label = format!("{} are the most", many(most.into()));
            problems.add(self.file.span(), title, label);
        }
        count <= most
    }

    fn note_unreadable(&self, path: &Path, error: &io::Error, problems: &mut Problems) {
        let title = format!("cannot read {}", quoted(&path.display().to_string()));
        let why = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::IsADirectory => "this is a directory".to_owned(),
            _ => error.to_string(),
        };
        let problem = problems.add(self.file.span(), title, why);
        let from = self.from.as_ref();
        let from = from.filter(|_| error.kind() == io::ErrorKind::NotFound);
        match (from, error.kind()) {
            (Some(from), _) => problem.help(format!(
                "get it from {}\nand put it at {}",
                from.get_ref(),
                path.display()
            )),
            (None, io::ErrorKind::InvalidData) => problem.help("save the file as UTF-8"),
            (None, _) => problem.help("the path is relative to the folder of the scenario"),
        };
    }

    /// Notes what is wrong with one line of the file, whose text is `source`.
    fn note_line(
        &self,
        wrong: &LineProblem,
        path: &Path,
        source: &Arc<Source>,
        problems: &mut Problems,
    ) {
        let mut problem = Problem::of_file(path, &*wrong.what);
        let line = source.line(wrong.line.saturating_sub(1));
        let column = |column: usize| (line.start + column).min(line.end);
        let span = column(wrong.columns.start)..column(wrong.columns.end);
        problem.label(source, span, "");
        let scenario = Arc::clone(problems.source());
        problem.label(
            &scenario,
            self.file.span(),
            "the scenario names the file here",
        );
        if let Some(help) = &wrong.help {
            problem.help(help);
        }
        problems.push(problem);
    }
}

/// Reads the text of `path`. A pipe would keep the reader waiting, and a device might never end.
fn read(path: &Path) -> io::Result<String> {
    let about = std::fs::metadata(path)?;
    if !about.is_file() && !about.is_dir() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let bytes = std::fs::read(path)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..at];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let why = format!("line {line} is not UTF-8 text");
        io::Error::new(io::ErrorKind::InvalidData, why)
    })
}
