//! `p2p-sim bench`: how fast this machine runs floods, as a part of what it can do at all.

mod inner;
mod progress;

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::failure::{Failure, INTERRUPTED};
use super::printed;
use super::signal::Requests;
use crate::bench::{self, BenchError, Options, Results, table};
use crate::driver::BindError;
use crate::scenario::Net;
use progress::Progress;

const EXAMPLES: &str = "\
Each figure stands beside its ceiling, measured in the same minute: what a bare
program does with as many sockets and datagrams. docs/performance.md explains
them. All of them take a quarter of an hour.

Examples:
  p2p-sim bench --quick
  p2p-sim bench --list
  p2p-sim bench --only sockets-1000,memory
  p2p-sim bench --gnutella p2p-Gnutella08.txt --format json > bench.json

Exit codes:
  0    measured, whatever came of it
  2    the command line is wrong
  3    the machine said no: an address is taken, a file can't be written
  130  interrupted; what was measured so far is told";

/// What can be said on the command line of `p2p-sim bench`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct BenchArgs {
    /// Fewer measurements and smaller floods, for a first look
    #[arg(long)]
    quick: bool,
    /// Figures to measure, between commas: names, or how they begin [default: all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
    /// Say what figures there are, and measure nothing
    #[arg(long)]
    list: bool,
    /// The snapshot of Gnutella, an edge list; its figures are skipped without it
    #[arg(long, value_name = "FILE")]
    gnutella: Option<PathBuf>,
    /// How many peers the largest floods have [default: 1000000, with --quick 100000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    peers: Option<u32>,
    /// Block of loopback addresses, so that runs side by side never clash [default: 127.0]
    #[arg(long, value_name = "127.B")]
    net: Option<Net>,
    /// Be the bare program that a flood is measured beside
    #[arg(long, value_name = "PLAN", hide = true)]
    bare: Option<PathBuf>,
    /// Be the process whose memory is measured
    #[arg(long, hide = true)]
    weigh: bool,
    /// Be the process whose parts are measured
    #[arg(long, hide = true)]
    share: bool,
    /// What goes to standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The forms of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for people
    Text,
    /// One JSON document (docs/output.md)
    Json,
}

/// Measures what was asked for and gives the exit code.
pub(super) async fn run(args: BenchArgs, requests: Requests) -> Result<u8, Failure> {
    if let Some(plan) = &args.bare {
        return inner::bare(plan);
    }
    let figures = bench::picked(&args.only).map_err(|name| {
        let failure = Failure::usage(format!("there is no figure `{}`", name.escape_debug()));
        failure.hint("`p2p-sim bench --list` tells them all")
    })?;
    if args.list {
        printed(
            io::stdout()
                .lock()
                .write_all(table::list(&figures).as_bytes()),
        )?;
        return Ok(0);
    }
    let program = std::env::current_exe().map_err(|error| {
        Failure::environment(format!("cannot tell where this program is: {error}"))
    })?;
    let options = Options {
        quick: args.quick,
        peers: args
            .peers
            .unwrap_or(if args.quick { 100_000 } else { 1_000_000 }),
        gnutella: args.gnutella,
        net: args.net,
        program,
    };
    if args.weigh {
        return inner::weigh(&options);
    }
    if args.share {
        return inner::share(&options);
    }
    let stop = Arc::clone(requests.any());
    let work = move || {
        let mut progress = Progress::new();
        bench::run(&figures, &options, &stop, &mut progress)
    };
    // The first request ends the measuring, and what came of it is told; the second ends that too.
    let Some(measured) = requests.unless(2, work).await else {
        return Ok(INTERRUPTED);
    };
    let (results, failure) = measured;
    printed(print(args.format, &results))?;
    match failure {
        None => Ok(0),
        Some(BenchError::Interrupted) => Ok(INTERRUPTED),
        Some(error) => Err(failed(&error)),
    }
}

fn print(format: Format, results: &Results) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    match format {
        Format::Text => out.write_all(table::draw(results).as_bytes()),
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, results).map_err(io::Error::from)?;
            writeln!(out)
        }
    }
}

/// Nothing can be measured any more.
fn failed(error: &BenchError) -> Failure {
    match error {
        BenchError::Scenario(rejected) => Failure::drawn(rejected.coloured()),
        BenchError::Bind(BindError::Taken { .. }) => {
            let failure = Failure::environment(error.to_string());
            failure.hint("end the program that has it, or move the floods with `--net 127.77`")
        }
        _ => Failure::environment(error.to_string()),
    }
}
