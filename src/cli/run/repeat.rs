//! `--repeat`: one scenario with many seeds, and what they come to.

use std::path::Path;
use std::sync::Arc;

use super::folders::Place;
use super::plan::{self, Planned};
use super::play::{self, Came, Waiting};
use super::show::Shown;
use super::{Format, RunArgs};
use crate::cli::failure::Failure;
use crate::cli::progress::{Progress, Unit};
use crate::cli::signal::Requests;
use crate::cli::stderr::interrupted;
use crate::report::repeats::Repeats;

/// Runs the scenario of `first` with its seed and those behind it, `repeat` in all, and shows what
/// they come to, or those of them that there were when somebody asked to end.
pub(super) async fn run(
    args: &Arc<RunArgs>,
    repeat: u32,
    place: &Arc<Place>,
    first: Planned,
    waiting: Waiting<'_>,
    shown: &mut Shown,
) -> Result<(), Failure> {
    let file = first.scenario.file.clone();
    let name = first.scenario.name.clone();
    let seed = first.scenario.seed;
    let all = Some(u64::from(repeat));
    let count = waiting.progress.count(&name, Unit::Things("runs"), all);
    // The runs are what is counted; of each of them nothing is shown.
    let within = Waiting {
        progress: &Progress::hidden(),
        ..waiting
    };
    let mut repeats = Repeats::default();
    let mut told = 0_u64;
    let mut failure = None;
    let mut next = Some(first);
    for number in 0..u64::from(repeat) {
        let planned = match next.take() {
            Some(first) => Ok(Some(first)),
            None => again(args, &file, seed + number, waiting.requests).await,
        };
        let came = match planned {
            Ok(Some(planned)) => play::play(args, place, planned, None, within).await,
            Ok(None) => Ok(Came::Nothing),
            Err(fault) => Err(fault),
        };
        let report = match came {
            Ok(Came::Judged(judged)) => judged.report,
            Ok(Came::Unjudged(_) | Came::Nothing) => {
                shown.interrupt(&name, !repeats.is_empty());
                break;
            }
            Err(fault) => {
                failure = Some(fault);
                break;
            }
        };
        told += 1;
        count.set(told);
        repeats.add(&report);
        if number == 0 {
            shown.begin(&report);
        }
        shown.keep(args, report);
        if shown.is_interrupted {
            break;
        }
    }
    waiting.progress.rest();
    if args.format == Format::Text && !repeats.is_empty() {
        let text = match args.quiet {
            true => repeats.verdict_line() + "\n",
            false => repeats.draw(|seed| rerun(args, &file, seed)),
        };
        shown.print(args, &text)?;
    }
    if shown.is_interrupted {
        interrupted(format_args!("{name}: {told} of {repeat} runs are told of"));
    }
    failure.map_or(Ok(()), Err)
}

/// Reads and predicts the scenario with another seed: what is drawn at random may be another
/// overlay. Nothing when somebody asks to end.
async fn again(
    args: &Arc<RunArgs>,
    file: &Path,
    seed: u64,
    requests: &Requests,
) -> Result<Option<Planned>, Failure> {
    let (args, file) = (Arc::clone(args), file.to_owned());
    let plan = move || plan::one(args.terms(), &file, Some(seed), &Progress::hidden());
    let planned = requests.unless(1, plan).await.transpose();
    planned.map_err(|why| Failure::drawn(why.join("\n\n")).hint(format!("this is seed {seed}")))
}

/// The command that runs one seed alone.
fn rerun(args: &RunArgs, file: &Path, seed: u64) -> String {
    let mut command = format!(
        "p2p-sim run {} --seed {seed}",
        quoted(&file.to_string_lossy())
    );
    if args.real_time {
        command += " --real-time";
    }
    if let Some(carrier) = args.carrier {
        command += &format!(" --carrier {carrier}");
    }
    if let Some(net) = args.net {
        command += &format!(" --net {net}");
    }
    command
}

/// `text` as a shell takes it for one word.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./+,:@%".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_what_is_quoted_for_one_word() {
        assert_eq!(quoted("scenarios/mesh.toml"), "scenarios/mesh.toml");
        assert_eq!(quoted("my run's.toml"), "'my run'\\''s.toml'");
    }
}
