//! `--repeat`: one scenario with many seeds, and what they come to.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::folders::Place;
use super::plan::{self, Planned};
use super::show::Shown;
use super::{Format, RunArgs, play};
use crate::cli::failure::Failure;
use crate::cli::signal::Requests;
use crate::report::repeats::Repeats;

/// Runs the scenario of `first` with its seed and those behind it, `repeat` in all, and shows what
/// they come to; false when somebody did not want to wait even for that.
pub(super) async fn run(
    args: &Arc<RunArgs>,
    repeat: u32,
    place: &Arc<Place>,
    first: Planned,
    requests: &Requests,
    shown: &mut Shown,
) -> Result<bool, Failure> {
    let file = first.scenario.file.clone();
    let seed = first.scenario.seed;
    let bar = bar(args, &first.scenario.name, repeat);
    let mut repeats = Repeats::default();
    let mut failure = None;
    let mut next = Some(first);
    for number in 0..u64::from(repeat) {
        let planned = match next.take() {
            Some(first) => Ok(first),
            None => again(args, &file, seed + number, requests).await,
        };
        let played = match planned {
            Ok(planned) => play::play(args, place, planned, None, requests).await,
            Err(fault) => Err(fault),
        };
        let report = match played {
            Ok(Some(played)) => played.report,
            Ok(None) => return Ok(false),
            Err(fault) => {
                failure = Some(fault);
                break;
            }
        };
        bar.inc(1);
        repeats.add(&report);
        if number == 0 {
            shown.begin(&report);
        }
        shown.keep(args, report);
        if shown.is_interrupted {
            break;
        }
    }
    bar.finish_and_clear();
    if args.format == Format::Text && !repeats.is_empty() {
        let text = match args.quiet {
            true => repeats.verdict_line() + "\n",
            false => repeats.draw(|seed| rerun(args, &file, seed)),
        };
        shown.print(args, &text)?;
    }
    failure.map_or(Ok(true), Err)
}

/// Reads and predicts the scenario with another seed: what is drawn at random may be another
/// overlay.
async fn again(
    args: &Arc<RunArgs>,
    file: &Path,
    seed: u64,
    requests: &Requests,
) -> Result<Planned, Failure> {
    let (args, file) = (Arc::clone(args), file.to_owned());
    let planned = requests.unless(u32::MAX, move || plan::one(args.terms(), &file, Some(seed)));
    let planned = planned
        .await
        .expect("nobody asks four thousand million times");
    planned.map_err(|why| Failure::drawn(why.join("\n\n")).hint(format!("this is seed {seed}")))
}

/// A bar that counts runs, where somebody may look at it.
fn bar(args: &RunArgs, name: &str, repeat: u32) -> ProgressBar {
    if !std::io::stderr().is_terminal() || args.quiet || args.verbose {
        return ProgressBar::hidden();
    }
    let template = "{prefix} {wide_bar} {human_pos} of {human_len} runs, {eta} left";
    let style = ProgressStyle::with_template(template).expect("the template is well-formed");
    let target = ProgressDrawTarget::stderr_with_hz(10);
    let bar = ProgressBar::with_draw_target(Some(u64::from(repeat)), target);
    bar.set_style(style);
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
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
