//! `p2p-sim completions`: prints what makes a shell complete the command line.

use clap::{Args, Command};
use clap_complete::Shell;

use super::failure::Failure;
use super::printed;

const EXAMPLES: &str = "\
Examples:
  source <(p2p-sim completions bash)
  p2p-sim completions fish > ~/.config/fish/completions/p2p-sim.fish";

/// What can be said on the command line of `p2p-sim completions`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the completions of `command`.
pub(super) fn run(args: &CompletionsArgs, mut command: Command) -> Result<u8, Failure> {
    use std::io::Write as _;
    let name = command.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut text);
    printed(std::io::stdout().lock().write_all(&text))?;
    Ok(0)
}
