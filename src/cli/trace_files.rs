//! The files that are made of a trace: the page, the capture, the diagram, and the trace itself.
//!
//! `p2p-sim run` makes them of a run at once, `p2p-sim report` later of the trace that it kept. All
//! are made from a [`Trace`], so both write the same.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::failure::Failure;
use super::output::{Output, Pen};
use super::progress::{Count, Progress, Unit};
use crate::draw::{self, Pick};
use crate::roster::{Role, Roster};
use crate::trace::{self, Trace};
use crate::wire::layout::LAYOUTS;
use crate::{capture, page};

/// How many names are told to somebody who wrote an unknown one.
const NAMES_TOLD: usize = 12;

/// The options that `run` and `report` share.
#[derive(Debug, Args)]
pub(super) struct TraceFiles {
    /// Write every datagram as a capture for Wireshark and tshark
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
    /// Draw a space-time diagram as SVG
    #[arg(long, value_name = "FILE")]
    diagram: Option<PathBuf>,
    /// Peers and clients that the diagram shows, between commas [default: all]
    #[arg(long, value_name = "LIST", value_delimiter = ',', requires = "diagram")]
    diagram_peers: Vec<String>,
    /// Messages that it shows, between commas: HELLO,QUERY [default: all]
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        requires = "diagram",
        hide_possible_values = true,
        ignore_case = true,
        value_parser = message_types()
    )]
    diagram_types: Vec<String>,
}

fn message_types() -> impl TypedValueParser<Value = String> {
    let names = LAYOUTS.iter().map(|layout| layout.name);
    PossibleValuesParser::new(names).map(|name| name.to_uppercase())
}

/// What a file is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The page.
    Page,
    /// The trace itself.
    Trace,
    /// The capture.
    Capture,
    /// The space-time diagram.
    Diagram,
}

/// A file that somebody asked for.
pub(super) type Asked<'a> = (Form, &'a Path);

impl TraceFiles {
    /// The files that were asked for.
    pub(super) fn asked(&self) -> impl Iterator<Item = Asked<'_>> {
        let capture = self.pcap.as_deref().map(|file| (Form::Capture, file));
        let diagram = self.diagram.as_deref().map(|file| (Form::Diagram, file));
        capture.into_iter().chain(diagram)
    }

    /// What the diagram of a run of `roster` shows.
    pub(super) fn pick(&self, roster: &Roster) -> Result<Pick, Failure> {
        let endpoints = self.diagram_peers.iter().map(|name| {
            let mut takes_part = roster
                .iter()
                .filter(|(_, entry)| entry.role != Role::Nobody);
            let found = takes_part.find(|(_, entry)| entry.name == *name);
            found
                .map(|(endpoint, _)| endpoint)
                .ok_or_else(|| unknown(name, roster))
        });
        Ok(Pick {
            endpoints: endpoints.collect::<Result<_, _>>()?,
            types: self.diagram_types.iter().cloned().collect(),
        })
    }
}

fn unknown(name: &str, roster: &Roster) -> Failure {
    if name.is_empty() {
        let failure = Failure::usage("--diagram-peers: there is an empty place between commas");
        return failure.hint("write names between commas, as in `a,b`");
    }
    let failure = Failure::usage(format!(
        "--diagram-peers: no peer or client is called `{}`",
        name.escape_debug()
    ));
    let takes_part = roster
        .iter()
        .filter(|(_, entry)| entry.role != Role::Nobody);
    let names: Vec<&str> = takes_part.map(|(_, entry)| entry.name).collect();
    let distance =
        |known: &&str| strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase());
    let nearest = names.iter().copied().min_by_key(distance);
    if let Some(near) = nearest.filter(|near| distance(near) <= (name.chars().count() / 3).max(1)) {
        return failure.hint(format!("did you mean `{near}`?"));
    }
    let told = names[..names.len().min(NAMES_TOLD)].join(", ");
    let more = match names.len().saturating_sub(NAMES_TOLD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    failure.hint(format!("those that take part are {told}{more}"))
}

/// Passes files of which no two are the same, and none is one of `read`.
pub(super) fn distinct(asked: &[Asked<'_>], read: &Path) -> Result<(), Failure> {
    for (place, (_, file)) in asked.iter().enumerate() {
        let is_it = |(_, other): &Asked<'_>| is_same(file, other);
        if asked[..place].iter().any(is_it) {
            let failure = Failure::usage(format!(
                "{} is asked for twice; a file holds one thing",
                file.display()
            ));
            return Err(failure.hint("name another file for one of them"));
        }
        if is_same(file, read) {
            let failure = Failure::usage(format!(
                "{} is what is read; it would be overwritten",
                file.display()
            ));
            return Err(failure.hint("name another file"));
        }
    }
    Ok(())
}

/// Whether both paths lead to one file, there or not.
fn is_same(one: &Path, other: &Path) -> bool {
    let resolved = |path: &Path| {
        let there = path.canonicalize();
        there.or_else(|_| {
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize()?;
            Ok::<_, io::Error>(folder.join(path.file_name().unwrap_or_default()))
        })
    };
    match (resolved(one), resolved(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Files that are going to be made of a trace.
#[derive(Debug)]
pub(super) struct Outputs {
    files: Vec<(Form, Output)>,
    pick: Pick,
}

impl Outputs {
    /// Makes sure that all of them can be written, and shows none yet.
    pub(super) fn open(asked: &[Asked<'_>], pick: Pick) -> Result<Self, Failure> {
        let files = asked
            .iter()
            .map(|(form, file)| Ok((*form, Output::open(file)?)));
        Ok(Self {
            files: files.collect::<Result<_, Failure>>()?,
            pick,
        })
    }

    /// What writes them, on whatever thread; nothing when there are none.
    pub(super) fn pens(&self) -> Result<Option<Pens>, Failure> {
        if self.files.is_empty() {
            return Ok(None);
        }
        let files = self.files.iter();
        let pens = files.map(|(form, output)| Ok((*form, output.pen()?)));
        Ok(Some(Pens {
            pens: pens.collect::<Result<_, Failure>>()?,
            pick: self.pick.clone(),
        }))
    }

    /// The files, as somebody typed them.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(_, output)| output.path())
    }

    /// Gives all of them their names: they have been written.
    pub(super) fn finish(self) -> Result<(), Failure> {
        self.files
            .into_iter()
            .try_for_each(|(_, file)| file.finish())
    }
}

/// What writes the files.
#[derive(Debug)]
pub(super) struct Pens {
    pens: Vec<(Form, Pen)>,
    pick: Pick,
}

impl Pens {
    /// Makes each file of `trace`.
    pub(super) fn write(self, trace: &Trace, progress: &Progress) -> Result<(), Failure> {
        let Self { pens, pick } = self;
        pens.into_iter().try_for_each(|(form, pen)| {
            let file = pen.path().file_name().unwrap_or(pen.path().as_os_str());
            let what = format!("writing {}", file.display());
            let text = match form {
                Form::Trace => {
                    // A line for each event, and a few about the whole.
                    let events = Some(trace.recording.len() as u64);
                    let count = progress.count(what, Unit::Things("events"), events);
                    let pen = pen.counted(Count::Lines(count));
                    return pen.write(|out| trace::write(trace, out));
                }
                Form::Capture => {
                    let frames = progress.is_shown().then(|| capture::frames(trace));
                    let count = progress.count(what, Unit::Things("datagrams"), frames);
                    let mut framed = |frames| count.set(frames);
                    return pen.write(|out| capture::write(trace, out, &mut framed));
                }
                Form::Page => {
                    progress.begin("putting the page together");
                    page::page(trace)
                }
                Form::Diagram => {
                    progress.begin("drawing the diagram");
                    draw::diagram(trace, &pick)
                }
            };
            let count = progress.count(what, Unit::Bytes, Some(text.len() as u64));
            pen.counted(Count::Bytes(count))
                .write(|out| out.write_all(text.as_bytes()))
        })
    }
}
