//! Reads a trace from its file.
//!
//! What was written by hand, by another program or in another version is not believed: whoever gets
//! a [`Trace`] may follow every number and every name in it. All wrong lines are told at once, up to
//! [`MOST_PROBLEMS`]. A file that breaks off, because a disk was full or somebody cut it, gives what
//! is whole of it.

mod changes;
mod events;
mod people;
mod reasons;
mod wrong;

use std::io::{BufRead, Read};

use serde::Deserialize;

use super::line::{self, Mark};
use super::{About, End, Finding, Trace};
use crate::event::{EventId, KINDS};
use crate::time::Time;
use crate::wire::ChunkId;
use events::Events;
use people::People;
use wrong::{Wrong, parse, quoted};

pub use wrong::{Problem, Unreadable};

/// How many wrong lines are told at once.
const MOST_PROBLEMS: usize = 20;

/// How much is read of a first line before it must look like one: what has no line ends at all is
/// no trace.
const ENOUGH: u64 = 1 << 20;

/// Reads the trace that `input` has, to its end or to where it breaks off; then [`Trace::end`] is
/// none, and there are no findings.
///
/// # Errors
///
/// When `input` can't be read, is no trace, or has lines that can't be.
pub fn read(input: &mut dyn BufRead) -> Result<Trace, Unreadable> {
    let mut line = Vec::new();
    input
        .take(ENOUGH)
        .read_until(b'\n', &mut line)
        .map_err(Unreadable::Io)?;
    if line.last() != Some(&b'\n') && line.starts_with(br#"{"kind":"trace""#) {
        // A description may be as long as its scenario likes.
        input.read_until(b'\n', &mut line).map_err(Unreadable::Io)?;
    }
    let mut reader = Reader::new(first_line(&line)?);
    let mut problems = Vec::new();
    for number in 2.. {
        line.clear();
        let length = input.read_until(b'\n', &mut line).map_err(Unreadable::Io)?;
        if length == 0 || problems.len() >= MOST_PROBLEMS {
            break;
        }
        let is_last = line.last() != Some(&b'\n');
        match reader.take(number, &line, &mut problems) {
            Ok(()) => {}
            Err(wrong) if is_last && wrong.breaks_off() => break,
            Err(wrong) => {
                problems.push(wrong.in_line(number, &line));
                reader.doubt();
            }
        }
    }
    reader.finish(problems)
}

/// What the first line says, if the file is a trace of this version.
fn first_line(line: &[u8]) -> Result<About, Unreadable> {
    #[derive(Deserialize)]
    struct Version {
        version: u64,
    }
    if line.is_empty() {
        return Err(Unreadable::NoTrace("it is empty"));
    }
    match parse::<Mark<'_>>(line) {
        Ok(mark) if mark.kind == "trace" => {}
        Err(wrong) if wrong.breaks_off() && line.starts_with(b"{\"kind\":\"trace\"") => {
            return Err(Unreadable::NoTrace("it breaks off in its first line"));
        }
        _ => return Err(Unreadable::NoTrace("its first line is not of kind `trace`")),
    }
    let wrong = |wrong: Wrong| Unreadable::Lines(vec![wrong.in_line(1, line)]);
    let Version { version } = parse(line).map_err(wrong)?;
    if version != line::VERSION {
        return Err(Unreadable::OtherVersion(version));
    }
    let head: line::Head<'_> = parse(line).map_err(wrong)?;
    Ok(About {
        scenario: head.scenario.into_owned(),
        description: head.description.into_owned(),
        seed: head.seed,
        mode: head.mode.into_owned(),
        ttl: head.ttl,
        duplicates: head.duplicates.into_owned(),
        reliable: head.reliable,
    })
}

/// Where in the file lines of some kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Peers,
    Clients,
    Nobody,
    Events,
    Findings,
    End,
}

impl Part {
    /// Where lines of `kind` are, if there are such.
    fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "peer" => Self::Peers,
            "client" => Self::Clients,
            "nobody" => Self::Nobody,
            "finding" => Self::Findings,
            "end" => Self::End,
            kind if KINDS.contains(&kind) => Self::Events,
            _ => return None,
        })
    }
}

struct Reader {
    about: About,
    part: Part,
    people: People,
    events: Events,
    findings: Vec<Finding>,
    end: Option<End>,
}

impl Reader {
    fn new(about: About) -> Self {
        Self {
            about,
            part: Part::Peers,
            people: People::default(),
            events: Events::default(),
            findings: Vec::new(),
            end: None,
        }
    }

    /// Takes one line more. `problems` gets what comes out about lines before it.
    fn take(&mut self, number: u64, line: &[u8], problems: &mut Vec<Problem>) -> Result<(), Wrong> {
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let mark: Mark<'_> = parse(line).inspect_err(|_| self.events.miss_one())?;
        let kind = &*mark.kind;
        let Some(part) = Part::of(kind) else {
            self.events.miss_one();
            let what = format!("no line of a trace is of kind {}", quoted(kind));
            return Err(Wrong::at("kind", what));
        };
        if self.end.is_some() {
            return Err(Wrong::at("kind", "nothing comes behind the line `end`"));
        }
        if part < self.part {
            let what = format!(
                "`{kind}` comes too late; the order is peers, clients, nobody, events, findings, end"
            );
            return Err(Wrong::at("kind", what));
        }
        if self.part < Part::Events && part >= Part::Events {
            problems.extend(self.people.settle());
            self.people.doubt_if(!problems.is_empty());
            self.events.doubt_if(!problems.is_empty());
        }
        self.part = part;
        match part {
            Part::Peers => self.people.peer(number, line)?,
            Part::Clients => self.people.client(line)?,
            Part::Nobody => self.people.nobody(line)?,
            Part::Events => self.events.take(&mark, line, &self.people)?,
            Part::Findings => self.finding(&parse(line)?)?,
            Part::End => self.end = Some(end(parse(line)?)),
        }
        Ok(())
    }

    /// A line is wrong: from here on lines are only looked at, and what follows from that one is no
    /// problem of its own.
    fn doubt(&mut self) {
        self.events.doubt_if(true);
        self.people.doubt_if(self.part < Part::Events);
    }

    fn finding(&mut self, line: &line::Finding<'_>) -> Result<(), Wrong> {
        if let Some(event) = line.event {
            self.events.happened("event", event)?;
        }
        let who = line.who.as_deref();
        self.findings.push(Finding {
            check: line.check.to_string(),
            who: who.map(|who| self.people.who("who", who)).transpose()?,
            chunk: line.chunk.map(ChunkId),
            entry: line.entry.as_deref().map(str::to_owned),
            expected: line.expected.to_string(),
            got: line.got.to_string(),
            event: line.event.map(EventId),
            more: line.more,
        });
        Ok(())
    }

    fn finish(mut self, mut problems: Vec<Problem>) -> Result<Trace, Unreadable> {
        if self.part < Part::Events {
            // It breaks off before all have been named.
            self.people.settle_without();
        }
        if !problems.is_empty() {
            problems.sort_by_key(|problem| problem.line);
            problems.truncate(MOST_PROBLEMS);
            return Err(Unreadable::Lines(problems));
        }
        if self.end.is_none() {
            self.findings.clear();
        }
        let (roster, peers, clients) = self.people.into_parts();
        Ok(Trace {
            about: self.about,
            roster,
            peers,
            clients,
            recording: self.events.into_recording(),
            findings: self.findings,
            end: self.end,
        })
    }
}

fn end(line: line::End<'_>) -> End {
    let checks = line.checks.into_iter();
    let checks = checks.map(|check| (check.name.into_owned(), check.verdict.into_owned()));
    End {
        ended: line.ended.into_owned(),
        clock: Time::from_nanos(line.clock_ns),
        in_flight: line.in_flight,
        verdict: line.verdict.into_owned(),
        checks: checks.collect(),
    }
}
