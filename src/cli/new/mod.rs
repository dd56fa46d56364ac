//! `p2p-sim new`: prints a scenario to start from.

use std::fmt::Write as _;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::failure::Failure;
use super::output;

const EXAMPLES: &str = "\
Examples:
  p2p-sim new > first.toml
  p2p-sim new ring > ring.toml
  p2p-sim run first.toml";

/// A scenario to start from.
struct Template {
    kind: &'static str,
    about: &'static str,
    text: &'static str,
}

/// All of them, the one that is printed unasked first.
const TEMPLATES: &[Template] = &[
    Template {
        kind: "small",
        about: "Two peers, one client: every key that one needs",
        text: include_str!("small.toml"),
    },
    Template {
        kind: "line",
        about: "A chain: where the TTL ends",
        text: include_str!("line.toml"),
    },
    Template {
        kind: "ring",
        about: "A ring: what copies of a search cost",
        text: include_str!("ring.toml"),
    },
    Template {
        kind: "mesh",
        about: "Several ways and holders, two clients that choose",
        text: include_str!("mesh.toml"),
    },
    Template {
        kind: "grid",
        about: "Twenty peers in a grid: far corners and what they cost",
        text: include_str!("grid.toml"),
    },
    Template {
        kind: "random",
        about: "A hundred peers at random: what a seed matters",
        text: include_str!("random.toml"),
    },
    Template {
        kind: "loss",
        about: "Links that lose datagrams: what repeats are for",
        text: include_str!("loss.toml"),
    },
    Template {
        kind: "churn",
        about: "Peers that come and go",
        text: include_str!("churn.toml"),
    },
    Template {
        kind: "partition",
        about: "Two halves that find each other again",
        text: include_str!("partition.toml"),
    },
];

/// What can be said on the command line of `p2p-sim new`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct NewArgs {
    /// What it is to show [default: small]
    #[arg(value_name = "KIND", value_parser = kinds())]
    kind: Option<String>,
    /// List the kinds there are
    #[arg(long, conflicts_with = "kind")]
    list: bool,
}

fn kinds() -> PossibleValuesParser {
    let kinds = TEMPLATES.iter();
    PossibleValuesParser::new(kinds.map(|t| PossibleValue::new(t.kind).help(t.about)))
}

/// Prints the scenario, or the list of kinds.
pub(super) fn run(args: &NewArgs) -> Result<u8, Failure> {
    let asked = args.kind.as_deref();
    let mut text = String::new();
    if args.list {
        for template in TEMPLATES {
            let _ = writeln!(text, "{:<10} {}", template.kind, template.about);
        }
    } else if let Some(template) = TEMPLATES
        .iter()
        .find(|template| asked.is_none_or(|asked| asked == template.kind))
    {
        text += template.text;
    }
    output::write(None, &text)?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::driver::{self, Cast, Control, Memory, lockstep};
    use crate::oracle::{self, Order};
    use crate::scenario::Scenario;

    #[test]
    fn every_template_loads_and_passes() {
        for template in TEMPLATES {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join(format!("{}.toml", template.kind));
            std::fs::write(&file, template.text).unwrap();
            let scenario = Scenario::load(&file, None, None).unwrap_or_else(|r| panic!("{r}"));
            assert!(!scenario.description.is_empty(), "{}", template.kind);
            let prediction = oracle::predict(&scenario, Order::Lockstep);
            let logs = driver::open_logs(&scenario, folder.path()).unwrap();
            let control = Control {
                max_datagrams: 1_000_000,
                stop: &AtomicBool::new(false),
                watcher: &mut (),
            };
            let cast = Cast::of(&scenario);
            let ran = lockstep::run(&scenario, cast, &mut Memory, logs, control).unwrap();
            let verdict = crate::check::judge(&scenario, &prediction, &ran);
            assert!(
                verdict.passes(),
                "{}: {:?}",
                template.kind,
                verdict.findings
            );
        }
    }
}
