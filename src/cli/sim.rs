//! The program `p2p-sim`.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use super::failure::Failure;
use super::run::{self, RunArgs};
use super::signal::Requests;

/// Floods a peer-to-peer overlay over real loopback UDP sockets and checks what comes out.
#[derive(Debug, Parser)]
#[command(
    name = "p2p-sim",
    version,
    max_term_width = 80,
    arg_required_else_help = true
)]
#[command(after_help = "Example:\n  p2p-sim run scenarios/mesh.toml")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run scenarios and check the logs that their clients write
    Run(RunArgs),
}

/// Runs `p2p-sim` with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let message = format!("cannot start the runtime: {error}");
            return Failure::environment(message).report();
        }
    };
    let done = runtime.block_on(async {
        let requests = Requests::count();
        match command {
            Command::Run(args) => run::run(Arc::new(args), requests).await,
        }
    });
    // Work that was given up may go on for long on its thread; nobody waits for it.
    runtime.shutdown_background();
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.report(),
    }
}
