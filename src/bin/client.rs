//! `client`: downloads chunks from the peers that hold them.

use std::process::ExitCode;

fn main() -> ExitCode {
    p2p_sim::cli::client::main()
}
