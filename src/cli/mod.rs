//! The command lines of the three programs: the only code that touches the terminal.

mod bench;
mod check;
pub mod client;
mod completions;
mod dissector;
mod failure;
mod graph;
mod new;
mod output;
pub mod peer;
mod predicting;
mod progress;
mod repeats;
mod report;
mod run;
mod schema;
mod signal;
pub mod sim;
mod stderr;
mod sweep;
mod trace_files;
mod traffic;
mod values;
#[cfg(feature = "watch")]
mod watch;

use std::future::Future;
use std::io;
use std::net::SocketAddrV4;
use std::process::ExitCode;

use tokio::net::UdpSocket;

use failure::Failure;

use crate::host::{self, BindError};
use crate::wire::{ChunkId, write_ids};

/// A run with more datagrams than this is refused, unless the command line allows it.
const MAX_DATAGRAMS: u64 = 20_000_000;

/// Runs a program of one endpoint to its end and gives its exit code.
fn block_on(program: impl Future<Output = Result<u8, Failure>>) -> ExitCode {
    // One thread is enough for one socket.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(program),
        Err(error) => Err(Failure::environment(format!(
            "cannot start the runtime: {error}"
        ))),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.report(),
    }
}

/// Passes what came of printing: that nobody reads it is no failure, and changes no exit code.
fn printed(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let message = format!("cannot write the output: {error}");
            Err(Failure::environment(message))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Binds a program's own address and says which it is, as port 0 takes a free one.
fn bind(address: SocketAddrV4) -> Result<(UdpSocket, SocketAddrV4), Failure> {
    let bound = host::bind(address).and_then(|socket| {
        let own = host::local_address(&socket);
        let own = own.map_err(|source| BindError { address, source })?;
        Ok((socket, own))
    });
    bound.map_err(|error| {
        let failure = Failure::environment(error.to_string());
        match error.source.kind() {
            io::ErrorKind::AddrInUse => {
                failure.hint("end the program that has it, or choose another port")
            }
            io::ErrorKind::AddrNotAvailable => {
                failure.hint("choose an address of this machine; 127.0.0.1 always is one")
            }
            io::ErrorKind::PermissionDenied => failure.hint("choose a port from 1024 on"),
            _ => failure,
        }
    })
}

/// `1 chunk`, `2 chunks`.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// `chunk 4`, `chunks 4-7`.
fn chunks_named(ids: &[ChunkId]) -> String {
    let mut text = String::from(if ids.len() == 1 { "chunk " } else { "chunks " });
    write_ids(ids, &mut text).expect("a string takes all");
    text
}
