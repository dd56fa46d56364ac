//! Where a run writes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::RunArgs;
use crate::cli::failure::Failure;
use crate::report::Report;

/// The folder that was asked for; with several scenarios one in it with the scenario's name, and a
/// number when others before it had that name too.
pub(super) fn for_run(
    args: &RunArgs,
    name: &str,
    is_one_of_many: bool,
    before: &[Report],
) -> Option<PathBuf> {
    let dir = args.out.as_ref()?;
    if !is_one_of_many {
        return Some(dir.clone());
    }
    match before
        .iter()
        .filter(|report| report.scenario == name)
        .count()
    {
        0 => Some(dir.join(name)),
        namesakes => Some(dir.join(format!("{name}-{}", namesakes + 1))),
    }
}

/// The folder `asked` for, or the next free one of `runs`, made.
pub(super) fn make(asked: Option<PathBuf>, name: &str) -> Result<PathBuf, Failure> {
    if let Some(dir) = asked {
        return Ok(dir);
    }
    let runs = Path::new("runs");
    let failed = |error: io::Error| {
        Failure::environment(format!("cannot write {}: {error}", runs.display()))
    };
    fs::create_dir_all(runs).map_err(failed)?;
    for number in 1_u64.. {
        let dir = runs.join(format!("{name}-{number}"));
        match fs::create_dir(&dir) {
            Ok(()) => return Ok(dir),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
    }
    unreachable!("there is a free number")
}
