//! `peer`: stores chunks, answers clients and floods their searches.

use std::process::ExitCode;

fn main() -> ExitCode {
    p2p_sim::cli::peer::main()
}
