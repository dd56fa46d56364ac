//! The program `p2p-sim`.

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, Parser, Subcommand};

use super::bench::{self, BenchArgs};
use super::check::{self, CheckArgs};
use super::completions::{self, CompletionsArgs};
use super::dissector::{self, DissectorArgs};
use super::failure::Failure;
use super::graph::{self, GraphArgs};
use super::new::{self, NewArgs};
use super::report::{self, ReportArgs};
use super::run::{self, RunArgs};
use super::schema::{self, SchemaArgs};
use super::signal::Requests;
use super::sweep::{self, SweepArgs};
#[cfg(feature = "watch")]
use super::watch::{self, WatchArgs};

const EXAMPLES: &str = "\
Examples:
  p2p-sim run scenarios/mesh.toml
  p2p-sim check scenarios/mesh.toml

Each command explains itself: p2p-sim run --help";

/// Floods a peer-to-peer overlay over real loopback UDP sockets and checks what comes out.
#[derive(Debug, Parser)]
#[command(
    name = "p2p-sim",
    version,
    max_term_width = 80,
    arg_required_else_help = true
)]
#[command(after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run scenarios and check the logs that their clients write
    Run(RunArgs),
    /// Run a scenario in slow motion, as a screen in the terminal
    #[cfg(feature = "watch")]
    Watch(WatchArgs),
    /// Validate scenarios and say what would come out, without running them
    Check(CheckArgs),
    /// Run a scenario with many values of some keys, and tabulate what comes out
    Sweep(SweepArgs),
    /// Make the page, the capture or the diagram of a run that was kept
    Report(ReportArgs),
    /// Draw the overlay of a scenario
    Graph(GraphArgs),
    /// Print a commented scenario to start from
    New(NewArgs),
    /// Print a JSON Schema of scenarios, for editors that complete and check them
    Schema(SchemaArgs),
    /// Print a dissector that makes Wireshark read the datagrams of captures
    Dissector(DissectorArgs),
    /// Measure how fast this machine runs floods, beside what it can do at all
    Bench(BenchArgs),
    /// Print what makes a shell complete these commands
    Completions(CompletionsArgs),
}

/// Runs `p2p-sim` with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(args) => interruptible(|requests| run::run(Arc::new(args), requests)),
        #[cfg(feature = "watch")]
        Command::Watch(args) => interruptible(|requests| watch::run(args, requests)),
        Command::Check(args) => interruptible(|requests| check::run(Arc::new(args), requests)),
        Command::Sweep(args) => interruptible(|requests| sweep::run(Arc::new(args), requests)),
        Command::Report(args) => interruptible(|requests| report::run(Arc::new(args), requests)),
        Command::Graph(args) => interruptible(|requests| graph::run(Arc::new(args), requests)),
        Command::New(args) => new::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Dissector(args) => dissector::run(&args),
        Command::Bench(args) => interruptible(|requests| bench::run(args, requests)),
        Command::Completions(args) => completions::run(&args, Cli::command()),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.report(),
    }
}

/// Does `work` that ends in good order when somebody asks for it. All other commands leave nothing
/// half done: a signal just ends them.
fn interruptible<F: Future<Output = Result<u8, Failure>>>(
    work: impl FnOnce(Requests) -> F,
) -> Result<u8, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime
        .map_err(|error| Failure::environment(format!("cannot start the runtime: {error}")))?;
    let done = runtime.block_on(async { work(Requests::count()).await });
    // Work that was given up may go on for long on its thread; nobody waits for it.
    runtime.shutdown_background();
    done
}
