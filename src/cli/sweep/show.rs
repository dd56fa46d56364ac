//! Prints what came of a sweep, and draws its chart.

use std::io::{self, Write};

use super::{Format, Measure, SweepArgs};
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::printed;
use crate::draw::{Chart, chart};
use crate::sweep::results::Results;
use crate::sweep::table;

/// Prints `results`, and draws them into `svg` if they are to be drawn.
pub(super) fn results(
    args: &SweepArgs,
    results: &Results,
    svg: Option<Output>,
) -> Result<(), Failure> {
    if let Some(file) = svg {
        let drawn = chart(&chart_of(args, results));
        let drawn = drawn.ok_or_else(|| Failure::environment("cannot draw the chart"))?;
        file.pen()?.write(|out| out.write_all(drawn.as_bytes()))?;
        file.finish()?;
    }
    let mut out = anstream::stdout().lock();
    printed(match args.format {
        Format::Text => out.write_all(table::draw(results).as_bytes()),
        Format::Csv => out.write_all(results.csv().as_bytes()),
        Format::Json => serde_json::to_writer_pretty(&mut out, results)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out)),
    })
}

/// The first key to the right, a line for each combination of the others.
fn chart_of(args: &SweepArgs, results: &Results) -> Chart {
    let (measure, words) = args.y.words();
    let mut values: Vec<String> = Vec::new();
    for row in &results.combinations {
        let value = row.set.values.first().cloned().unwrap_or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let mut lines: Vec<(String, Vec<Option<f64>>)> = Vec::new();
    for row in &results.combinations {
        let first = row.set.values.first().cloned().unwrap_or_default();
        let rest: Vec<&str> = row.set.values.iter().skip(1).map(String::as_str).collect();
        let name = rest.join(", ");
        let line = match lines.iter().position(|(known, _)| *known == name) {
            Some(line) => line,
            None => {
                lines.push((name, vec![None; values.len()]));
                lines.len() - 1
            }
        };
        if let Some(at) = values.iter().position(|value| *value == first) {
            lines[line].1[at] = row.mean(measure);
        }
    }
    Chart {
        title: match results.keys.get(1..) {
            Some(rest) if !rest.is_empty() => {
                format!("{}: {words} by {}", results.scenario, rest.join(", "))
            }
            _ => format!("{}: {words}", results.scenario),
        },
        x: results.keys.first().cloned().unwrap_or_default(),
        y: words.to_owned(),
        values,
        lines,
    }
}

impl Measure {
    /// Its name among the results, and for people.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Queries => ("queries", "QUERYs"),
            Self::Reach => ("reach", "peers reached"),
            Self::Duplicates => ("duplicates", "duplicate QUERYs"),
            Self::Found => ("found", "chunks found"),
            Self::Time => ("time", "ms until the last peer heard"),
            Self::Hops => ("hops", "hops"),
        }
    }
}
