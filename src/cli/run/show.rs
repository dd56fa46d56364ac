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
pub(super) fn all(args: &RunArgs, reports: &[Report], are_many: bool) -> Result<(), Failure> {
    match args.format {
        Format::Json => printed(print_json(reports)),
        Format::Text if are_many => printed(print_sum(reports)),
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

fn print_sum(reports: &[Report]) -> io::Result<()> {
    let failed = reports.iter().filter(|report| !report.passed());
    let failed: Vec<&str> = failed.map(|report| report.scenario.as_str()).collect();
    let all = reports.len();
    let mut out = anstream::stdout().lock();
    match failed.len() {
        0 => writeln!(out, "\n{all} scenarios: all passed"),
        some => {
            let names = failed.join(", ");
            writeln!(
                out,
                "\n{all} scenarios: {} passed, failed: {names}",
                all - some
            )
        }
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
