//! What `p2p-sim bench` tells itself to do in processes of its own; nothing for people.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::bench::{self, Bare, Options};
use crate::cli::failure::Failure;
use crate::cli::printed;

/// Binds and carries raw what `plan` says.
pub(super) fn bare(plan: &Path) -> Result<u8, Failure> {
    let name = plan.display();
    let bytes = fs::read(plan);
    let bytes = bytes.map_err(|e| Failure::environment(format!("cannot read {name}: {e}")))?;
    let bare = Bare::read(&bytes);
    let bare = bare.ok_or_else(|| Failure::usage(format!("{name} is no plan of a flood")))?;
    let done = bare.run();
    done.map_err(|e| Failure::environment(format!("raw datagrams don't cross: {e}")))?;
    Ok(0)
}

/// Says what peers and events take in this process, as JSON.
pub(super) fn weigh(options: &Options) -> Result<u8, Failure> {
    say(&bench::weigh(options).map_err(|error| super::failed(&error))?)
}

/// Says how long the parts of a run take in this process, as JSON.
pub(super) fn share(options: &Options) -> Result<u8, Failure> {
    say(&bench::share(options).map_err(|error| super::failed(&error))?)
}

fn say(measured: &impl Serialize) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    let written = serde_json::to_writer(&mut out, measured).map_err(io::Error::from);
    printed(written.and_then(|()| writeln!(out)))?;
    Ok(0)
}
