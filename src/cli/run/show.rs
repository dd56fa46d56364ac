//! Prints reports. That nobody reads them any more changes no exit code.

use std::io::{self, Write};

use super::{Format, RunArgs};
use crate::cli::failure::Failure;
use crate::cli::printed;
use crate::cli::stderr::warn;
use crate::report::{Document, FORMAT_VERSION, Mode, Report, screen};

/// Shows one report, below a blank line if it is not the first.
pub(super) fn one(args: &RunArgs, report: &Report, is_below: bool) -> Result<(), Failure> {
    warn_of_strangers(report);
    if args.format == Format::Json {
        return Ok(());
    }
    let text = match (args.quiet, is_below) {
        (true, _) => screen::verdict_line(report) + "\n",
        (false, false) => screen::draw(report),
        (false, true) => "\n".to_owned() + &screen::draw(report),
    };
    printed(anstream::stdout().lock().write_all(text.as_bytes()))
}

/// Shows what is shown at the end: the document, or a line that sums up.
pub(super) fn all(args: &RunArgs, reports: &[Report], asked: usize) -> Result<(), Failure> {
    match args.format {
        Format::Json => printed(print_json(reports)),
        Format::Text if asked > 1 => printed(print_sum(reports, asked)),
        Format::Text => Ok(()),
    }
}

/// Lockstep hands what strangers send to nobody; that somebody sends is worth a word.
fn warn_of_strangers(report: &Report) {
    let outside = report.accounting.from_outside;
    if outside > 0 && report.mode == Mode::Lockstep {
        warn(format_args!(
            "{}: datagrams from outside the run were dropped: {outside}; move the run with `--net`, \
             or let them take part with `--real-time`",
            report.scenario
        ));
    }
}

/// `3 scenarios: 1 passed, failed: mesh, line`, of so many as were `asked` for.
fn print_sum(reports: &[Report], asked: usize) -> io::Result<()> {
    let passed = reports.iter().filter(|report| report.passed()).count();
    let mut out = anstream::stdout().lock();
    if passed == asked {
        return writeln!(out, "\n{asked} scenarios: all passed");
    }
    write!(out, "\n{asked} scenarios: {passed} passed")?;
    let names = |interrupted: bool| {
        let others = reports.iter().filter(|report| !report.passed());
        let such = others.filter(move |report| report.was_interrupted() == interrupted);
        such.map(|report| report.scenario.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    for (what, names) in [("failed", names(false)), ("interrupted", names(true))] {
        if !names.is_empty() {
            write!(out, ", {what}: {names}")?;
        }
    }
    match asked - reports.len() {
        0 => writeln!(out),
        rest => writeln!(out, ", {rest} not run"),
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
