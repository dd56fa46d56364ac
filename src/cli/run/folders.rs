//! Where a run writes.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::RunArgs;
use crate::cli::failure::Failure;
use crate::scenario::Scenario;

/// The folder that was asked for; with several scenarios one in it with the scenario's name, and a
/// number when another of them `has` that folder already.
pub(super) fn for_run(
    args: &RunArgs,
    name: &str,
    is_one_of_many: bool,
    has: &mut BTreeSet<PathBuf>,
) -> Option<PathBuf> {
    let dir = args.out.as_ref()?;
    if !is_one_of_many {
        return Some(dir.clone());
    }
    let numbered = (2_u64..).map(|number| dir.join(format!("{name}-{number}")));
    let mut folders = std::iter::once(dir.join(name)).chain(numbered);
    folders.find(|folder| has.insert(folder.clone()))
}

/// Where all runs of one scenario write.
#[derive(Debug)]
pub(in crate::cli) struct Place {
    /// The folder that was asked for.
    asked: Option<PathBuf>,
    /// The folder, once it has been made.
    made: OnceLock<PathBuf>,
    /// Whether each seed has a folder of its own in it.
    by_seed: bool,
}

impl Place {
    pub(in crate::cli) fn new(asked: Option<PathBuf>, by_seed: bool) -> Self {
        Self {
            asked,
            made: OnceLock::new(),
            by_seed,
        }
    }

    /// The folder for a run of `scenario`: in the one that was asked for, or in the next free one
    /// of `runs`, which is made for the first run.
    pub(in crate::cli) fn make(&self, scenario: &Scenario) -> Result<PathBuf, Failure> {
        let base = match self.made.get() {
            Some(made) => made.clone(),
            None => {
                let made = make(self.asked.clone(), &scenario.name)?;
                self.made.get_or_init(|| made).clone()
            }
        };
        Ok(match self.by_seed {
            true => base.join(format!("seed-{}", scenario.seed)),
            false => base,
        })
    }
}

/// The folder `asked` for, or the next free one of `runs`, made.
fn make(asked: Option<PathBuf>, name: &str) -> Result<PathBuf, Failure> {
    if let Some(dir) = asked {
        return Ok(dir);
    }
    let runs = Path::new("runs");
    let failed = |error: io::Error| {
        let failure = Failure::environment(format!("cannot write {}: {error}", runs.display()));
        failure.hint("name another folder with `--out`")
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
