//! `p2p-sim dissector`: prints what makes Wireshark read the datagrams of captures.

use clap::Args;

use super::failure::Failure;
use super::output;
use crate::capture::dissector;
use crate::roster::{FIRST_PORT, PORTS};

const EXAMPLES: &str = "\
Examples:
  p2p-sim dissector > ~/.local/lib/wireshark/plugins/p2p-sim.lua
  p2p-sim dissector > p2p-sim.lua
  tshark -X lua_script:p2p-sim.lua -r FILE.pcapng

The first is where Wireshark looks on Linux (make the folder if it is not
there); Help > About Wireshark > Folders says where it does elsewhere.";

/// What can be said on the command line of `p2p-sim dissector`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DissectorArgs {}

/// Prints the dissector.
pub(super) fn run(_: &DissectorArgs) -> Result<u8, Failure> {
    let last = FIRST_PORT + (PORTS - 1);
    output::write(None, &dissector::script(FIRST_PORT..=last))?;
    Ok(0)
}
