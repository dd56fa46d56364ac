//! `p2p-sim graph`: draws the overlay of a scenario.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::failure::{Failure, INTERRUPTED};
use super::output;
use super::progress::Progress;
use super::run::plan::reading;
use super::signal::Requests;
use super::stderr::interrupted;
use crate::draw::{self, Picture};
use crate::scenario::{ClientSpec, Scenario};

const EXAMPLES: &str = "\
Examples:
  p2p-sim graph scenarios/mesh.toml --output mesh.svg
  p2p-sim graph scenarios/mesh.toml --format dot | neato -Tpdf > mesh.pdf
  p2p-sim graph scenarios/mesh.toml --format mermaid --client client2

Exit codes: 0 drawn, 2 the command line or the scenario is wrong, 3 the file
can't be written, 130 interrupted";

/// What can be said on the command line of `p2p-sim graph`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct GraphArgs {
    /// Scenario file (TOML)
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// The form of the drawing [default: by the ending of --output, else svg]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The client around whose contact it is drawn [default: the first]
    #[arg(long, value_name = "NAME")]
    client: Option<String>,
    /// Seed of every draw, instead of the scenario's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// File to write, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The forms of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For browsers and slides: rings of hops around the contact
    Svg,
    /// For Graphviz
    Dot,
    /// For Markdown
    Mermaid,
}

impl GraphArgs {
    fn format(&self) -> Format {
        let output = self.output.as_ref();
        let ending = output.and_then(|file| file.extension()?.to_str());
        self.format.unwrap_or(match ending {
            Some("dot" | "gv") => Format::Dot,
            Some("mmd" | "mermaid") => Format::Mermaid,
            _ => Format::Svg,
        })
    }
}

/// Draws the overlay.
pub(super) async fn run(args: Arc<GraphArgs>, requests: Requests) -> Result<u8, Failure> {
    let progress = Progress::new(true);
    let (asked, shows) = (Arc::clone(&args), progress.clone());
    let drawn = requests.unless(1, move || drawn(&asked, &shows)).await;
    progress.close();
    let Some(drawn) = drawn else {
        interrupted("nothing has been drawn");
        return Ok(INTERRUPTED);
    };
    output::write(args.output.as_deref(), &drawn?)?;
    Ok(0)
}

/// The drawing, as text.
fn drawn(args: &GraphArgs, progress: &Progress) -> Result<String, Failure> {
    progress.begin(reading(&args.scenario));
    let scenario = Scenario::load(&args.scenario, None, args.seed)
        .map_err(|rejected| Failure::drawn(rejected.coloured()))?;
    progress.begin(format_args!("{}: drawing", scenario.name));
    let picture = Picture::of(&scenario, client(args, &scenario)?);
    Ok(match args.format() {
        Format::Svg => draw::svg(&picture),
        Format::Dot => draw::dot(&picture),
        Format::Mermaid => draw::mermaid(&picture),
    })
}

/// The client that was named, or the first one.
fn client<'a>(args: &GraphArgs, scenario: &'a Scenario) -> Result<&'a ClientSpec, Failure> {
    let name = |client: &ClientSpec| scenario.roster.name(client.endpoint);
    let asked = args.client.as_deref();
    let named = |client: &&ClientSpec| asked.is_none_or(|asked| asked == name(client));
    scenario.clients.iter().find(named).ok_or_else(|| {
        let file = args.scenario.display();
        let asked = asked.unwrap_or_default();
        let failure = Failure::usage(format!("{file}: no client is called `{asked}`"));
        let known: Vec<&str> = scenario.clients.iter().map(name).take(12).collect();
        let more = match scenario.clients.len() - known.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        failure.hint(format!("its clients are {}{more}", known.join(", ")))
    })
}
