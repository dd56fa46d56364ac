//! `p2p-sim`: floods a peer-to-peer overlay and checks what comes out.

use std::process::ExitCode;

fn main() -> ExitCode {
    p2p_sim::cli::sim::main()
}
