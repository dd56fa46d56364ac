//! `p2p-sim check`: reads scenarios and says what would come out, without opening a socket.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::failure::{Failure, INTERRUPTED};
use super::predicting::Predicting;
use super::progress::Progress;
use super::run::plan::reading;
use super::signal::Requests;
use super::stderr::{interrupted, say};
use super::{MAX_DATAGRAMS, printed};
use crate::oracle::{Count, Told};
use crate::report::FORMAT_VERSION;
use crate::report::outlook::{Outlook, OutlookDocument, Refused, screen};
use crate::scenario::{Net, Rejected, Scenario};

const EXAMPLES: &str = "\
Examples:
  p2p-sim check scenarios/mesh.toml
  p2p-sim check scenarios/*.toml scenarios/edge/*.toml --quiet
  p2p-sim check scenarios/mesh.toml --format json

Exit codes: 0 all are scenarios, 2 one is not, or the command line is wrong,
130 interrupted";

/// What can be said on the command line of `p2p-sim check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArgs {
    /// Scenario files (TOML)
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Seed of every draw, instead of the scenario's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Block of loopback addresses [default: 127.0]
    #[arg(long, value_name = "127.B")]
    net: Option<Net>,
    /// What goes to standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Only a line for each scenario
    #[arg(short, long)]
    quiet: bool,
}

/// The forms of an outlook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A screen for people
    Text,
    /// One JSON document (docs/output.md)
    Json,
}

/// Checks every file; the failure shows all that is wrong with any of them.
pub(super) async fn run(args: Arc<CheckArgs>, requests: Requests) -> Result<u8, Failure> {
    let progress = Progress::new(!args.quiet);
    let mut outlooks = Vec::new();
    let mut refused = Vec::new();
    let mut shown = Vec::new();
    let mut is_interrupted = false;
    for file in &args.scenarios {
        let (asked, file, shows) = (Arc::clone(&args), file.clone(), progress.clone());
        let looked = requests
            .unless(1, move || look(&asked, &file, &shows))
            .await;
        progress.rest();
        match looked {
            None => {
                is_interrupted = true;
                break;
            }
            Some(Ok(outlook)) => {
                if args.format == Format::Text {
                    printed(show(&outlook, args.quiet, outlooks.is_empty()))?;
                }
                outlooks.push(outlook);
            }
            Some(Err(rejected)) => {
                let problems = rejected.problems.iter().map(|p| p.title().to_owned());
                refused.push(Refused {
                    file: rejected.file.display().to_string(),
                    problems: problems.collect(),
                });
                shown.push(rejected.coloured());
            }
        }
    }
    progress.close();
    match args.format {
        Format::Json => printed(print_json(&outlooks, &refused))?,
        Format::Text if args.scenarios.len() > 1 && !is_interrupted => {
            printed(print_sum(&outlooks, &refused))?;
        }
        Format::Text => {}
    }
    let failure = (!shown.is_empty()).then(|| Failure::drawn(shown.join("\n\n")));
    if is_interrupted {
        failure.inspect(|failure| say(failure));
        let (done, asked) = (outlooks.len() + refused.len(), args.scenarios.len());
        interrupted(format_args!("{done} of {asked} files have been checked"));
        return Ok(INTERRUPTED);
    }
    failure.map_or(Ok(0), Err)
}

/// What comes out of the scenario in `file`.
fn look(args: &CheckArgs, file: &Path, progress: &Progress) -> Result<Outlook, Box<Rejected>> {
    progress.begin(reading(file));
    let scenario = Scenario::load(file, args.net, args.seed)?;
    let predicting = Predicting::of(&scenario, progress);
    let told = |floods, all| predicting.tell(floods, all);
    Ok(outlook(&scenario, &told))
}

/// The outlook, with a warning of a flood that `p2p-sim run` refuses unless told otherwise.
fn outlook(scenario: &Scenario, told: Told<'_>) -> Outlook {
    let mut outlook = Outlook::of(scenario, told);
    let predicted = &outlook.predicted;
    let total = (predicted.hello + predicted.query + predicted.chunks_info).max;
    if total > u128::from(MAX_DATAGRAMS) {
        outlook.warnings.push(format!(
            "a run may send {} datagrams; above {} it needs --max-datagrams",
            Count::exact(total),
            Count::exact(u128::from(MAX_DATAGRAMS)),
        ));
    }
    outlook
}

fn show(outlook: &Outlook, quiet: bool, is_first: bool) -> io::Result<()> {
    let text = match (quiet, is_first) {
        (true, _) => screen::summary_line(outlook) + "\n",
        (false, true) => screen::draw(outlook),
        (false, false) => "\n".to_owned() + &screen::draw(outlook),
    };
    anstream::stdout().lock().write_all(text.as_bytes())
}

/// `3 files: 2 right, wrong: mesh.toml`.
fn print_sum(outlooks: &[Outlook], refused: &[Refused]) -> io::Result<()> {
    let asked = outlooks.len() + refused.len();
    let mut out = anstream::stdout().lock();
    if refused.is_empty() {
        return writeln!(out, "\n{asked} scenarios: all right");
    }
    let wrong: Vec<&str> = refused.iter().map(|r| r.file.as_str()).collect();
    let right = outlooks.len();
    writeln!(
        out,
        "\n{asked} files: {right} right, wrong: {}",
        wrong.join(", ")
    )
}

fn print_json(scenarios: &[Outlook], refused: &[Refused]) -> io::Result<()> {
    let document = OutlookDocument {
        format_version: FORMAT_VERSION,
        scenarios,
        refused,
    };
    let mut out = anstream::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &document).map_err(io::Error::from)?;
    writeln!(out)
}
