//! `p2p-sim schema`: prints the JSON Schema of scenario files.

use clap::Args;

use super::failure::Failure;
use super::output;
use crate::scenario;

const EXAMPLES: &str = "\
Examples:
  p2p-sim schema > scenario.schema.json

A scenario beside that file names it in its first line:
  #:schema scenario.schema.json";

/// What can be said on the command line of `p2p-sim schema`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SchemaArgs {}

/// Prints the schema.
pub(super) fn run(_: &SchemaArgs) -> Result<u8, Failure> {
    output::write(None, &format!("{:#}\n", scenario::schema()))?;
    Ok(0)
}
