//! Prints reports. That nobody reads them any more changes no exit code.

use std::io::{self, Write};

use super::play::{Came, Judged, Written};
use super::unjudged::Unjudged;
use super::{Format, RunArgs};
use crate::cli::failure::Failure;
use crate::cli::printed;
use crate::cli::stderr::{interrupted, say, warn};
use crate::report::{Document, FORMAT_VERSION, Mode, Report, screen};

/// What has been shown so far, and what the end needs of it.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// How many runs there were.
    pub(super) runs: usize,
    /// Whether somebody stopped one.
    pub(super) is_interrupted: bool,
    /// What has been printed is not the first.
    is_below: bool,
    /// Each scenario that has ended, and how.
    ended: Vec<(String, End)>,
    /// All reports, for the document.
    reports: Vec<Report>,
}

/// How all runs of a scenario ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    Interrupted,
}

impl Shown {
    /// Shows what came of the one run of the scenario `name`.
    pub(super) fn one(&mut self, args: &RunArgs, name: &str, came: Came) -> Result<(), Failure> {
        let Judged { report, written } = match came {
            Came::Judged(judged) => *judged,
            Came::Unjudged(unjudged) => return self.unjudged(args, &unjudged),
            Came::Nothing => {
                interrupted(format_args!("{name} has not been run to an end"));
                self.end(name, End::Interrupted);
                return Ok(());
            }
        };
        self.judged(args, report)?;
        match written {
            Written::Done(written) => written,
            Written::GivenUp(files) => {
                let files = files.iter().map(|file| file.display().to_string());
                let files = files.collect::<Vec<_>>().join(", ");
                interrupted(format_args!("not written: {files}"));
                self.is_interrupted = true;
                Ok(())
            }
        }
    }

    /// Shows what a run came to that nobody wanted to see judged.
    fn unjudged(&mut self, args: &RunArgs, unjudged: &Unjudged) -> Result<(), Failure> {
        self.end(&unjudged.scenario, End::Interrupted);
        match args.format {
            Format::Text => self.print(args, &unjudged.to_string()),
            // The document has reports of runs that were judged.
            Format::Json => {
                say(unjudged.to_string().trim_end());
                Ok(())
            }
        }
    }

    /// Notes how the scenario `name` ended, of which nothing more is known.
    fn end(&mut self, name: &str, end: End) {
        self.is_interrupted |= end == End::Interrupted;
        self.ended.push((name.to_owned(), end));
    }

    /// Shows the one run of a scenario, below a blank line if it is not the first.
    fn judged(&mut self, args: &RunArgs, report: Report) -> Result<(), Failure> {
        if args.format == Format::Text {
            let text = match args.quiet {
                true => screen::verdict_line(&report) + "\n",
                false => screen::draw(&report),
            };
            self.print(args, &text)?;
        }
        self.begin(&report);
        self.keep(args, report);
        Ok(())
    }

    /// Notes that the runs of another scenario begin with `report`.
    pub(super) fn begin(&mut self, report: &Report) {
        self.end(&report.scenario, End::Passed);
    }

    /// Notes that somebody ended the runs of the scenario `name`; some may have been kept.
    pub(super) fn interrupt(&mut self, name: &str, has_begun: bool) {
        if has_begun {
            self.ended.pop();
        }
        self.end(name, End::Interrupted);
    }

    /// Takes one more report of the scenario that began last.
    pub(super) fn keep(&mut self, args: &RunArgs, report: Report) {
        warn_of_strangers(&report);
        self.runs += 1;
        self.is_interrupted |= report.was_interrupted();
        if let Some((_, end)) = self.ended.last_mut() {
            match (report.passed(), report.was_interrupted()) {
                (true, _) => {}
                (false, true) => *end = End::Interrupted,
                (false, false) => *end = End::Failed,
            }
        }
        if args.format == Format::Json {
            self.reports.push(report);
        }
    }

    /// Prints what is told of a scenario.
    pub(super) fn print(&mut self, args: &RunArgs, text: &str) -> Result<(), Failure> {
        let gap = if self.is_below && !args.quiet {
            "\n"
        } else {
            ""
        };
        self.is_below = true;
        let mut out = anstream::stdout().lock();
        printed(write!(out, "{gap}{text}"))
    }

    /// Whether each run that there was passed.
    pub(super) fn all_passed(&self) -> bool {
        self.ended.iter().all(|(_, end)| *end == End::Passed)
    }

    /// Shows what is shown at the end: the document, or a line that sums up.
    pub(super) fn all(&self, args: &RunArgs, asked: usize) -> Result<(), Failure> {
        match args.format {
            Format::Json => printed(print_json(&self.reports)),
            Format::Text if asked > 1 => printed(self.print_sum(asked)),
            Format::Text => Ok(()),
        }
    }

    /// `3 scenarios: 1 passed, failed: mesh, line`, of so many as were `asked` for.
    fn print_sum(&self, asked: usize) -> io::Result<()> {
        let names = |such: End| {
            let ended = self.ended.iter().filter(|(_, end)| *end == such);
            ended.map(|(name, _)| name.as_str()).collect::<Vec<_>>()
        };
        let passed = names(End::Passed).len();
        let mut out = anstream::stdout().lock();
        if passed == asked {
            return writeln!(out, "\n{asked} scenarios: all passed");
        }
        write!(out, "\n{asked} scenarios: {passed} passed")?;
        for (what, end) in [("failed", End::Failed), ("interrupted", End::Interrupted)] {
            let names = names(end);
            if !names.is_empty() {
                write!(out, ", {what}: {}", names.join(", "))?;
            }
        }
        match asked - self.ended.len() {
            0 => writeln!(out),
            rest => writeln!(out, ", {rest} not run"),
        }
    }
}

/// Lockstep hands what strangers send to nobody; that somebody sends is worth a word.
pub(in crate::cli) fn warn_of_strangers(report: &Report) {
    let outside = report.accounting.from_outside;
    if outside > 0 && report.mode != Mode::RealTime {
        warn(format_args!(
            "{}: datagrams from outside the run were dropped: {outside}; move the run with `--net`, \
             or let them take part with `--real-time`",
            report.scenario
        ));
    }
}

fn print_json(reports: &[Report]) -> io::Result<()> {
    let document = Document {
        format_version: FORMAT_VERSION,
        runs: reports,
    };
    let mut out = anstream::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &document).map_err(io::Error::from)?;
    writeln!(out)
}
