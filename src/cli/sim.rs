//! The program `p2p-sim`.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Parser, Subcommand};

use super::failure::Failure;
use super::run::{self, RunArgs};
use super::signal;

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
    let done = match runtime {
        Ok(runtime) => runtime.block_on(async {
            let stop = stop_on_signal();
            match command {
                Command::Run(args) => run::run(args, stop).await,
            }
        }),
        Err(error) => Err(Failure::environment(format!(
            "cannot start the runtime: {error}"
        ))),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.report(),
    }
}

/// A flag that Ctrl-C and SIGTERM set.
fn stop_on_signal() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let asked_to_end = signal::listen();
    tokio::spawn(async move {
        asked_to_end.await;
        flag.store(true, Ordering::Relaxed);
    });
    stop
}
