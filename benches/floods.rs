//! `cargo bench --bench floods`: the table of `p2p-sim bench`, of a program built for it.
//!
//! `cargo bench --bench floods -- --quick` takes the options of that command.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let asked = args.len();
    args.retain(|arg| arg != "--bench");
    if args.len() == asked {
        // A test of all targets starts benchmarks, too, to see that they start.
        return ExitCode::SUCCESS;
    }
    let mut program = Command::new(env!("CARGO_BIN_EXE_p2p-sim"));
    let status = program.arg("bench").args(args).status();
    let code = status.ok().and_then(|status| status.code());
    let code = code.and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
