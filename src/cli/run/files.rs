//! The files that `p2p-sim run` makes of a run, beside logs and chunks.

use std::path::PathBuf;

use clap::Args;

use super::RunArgs;
use super::plan::Planned;
use crate::cli::failure::Failure;
use crate::cli::trace_files::{Asked, Form, Outputs, TraceFiles, distinct};

/// The files that can be asked for.
#[derive(Debug, Args)]
pub(super) struct RunFiles {
    /// Write the whole run as one HTML page, which needs no network
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Keep every event as a line of JSON; `p2p-sim report` reads it
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    #[command(flatten)]
    of_trace: TraceFiles,
}

impl RunFiles {
    fn asked(&self) -> Vec<Asked<'_>> {
        let page = self.report.as_deref().map(|file| (Form::Page, file));
        let trace = self.trace.as_deref().map(|file| (Form::Trace, file));
        let own = page.into_iter().chain(trace);
        own.chain(self.of_trace.asked()).collect()
    }

    /// Passes options that go together: a file holds one run.
    pub(super) fn check(&self, args: &RunArgs) -> Result<(), Failure> {
        let asked = self.asked();
        let [scenario] = args.scenarios.as_slice() else {
            return match asked.is_empty() {
                true => Ok(()),
                false => Err(one_run(&format!(
                    "there are {} scenarios",
                    args.scenarios.len()
                ))),
            };
        };
        if args.repeat.is_some() && !asked.is_empty() {
            return Err(one_run("--repeat makes several"));
        }
        distinct(&asked, scenario)
    }

    /// Makes sure that they can be written of a run of `planned`, the only one if any was asked for.
    pub(super) fn open(&self, planned: &[Planned]) -> Result<Outputs, Failure> {
        let pick = match planned {
            [one] => self.of_trace.pick(&one.scenario.roster)?,
            _ => Default::default(),
        };
        Outputs::open(&self.asked(), pick)
    }
}

fn one_run(many: &str) -> Failure {
    let failure = Failure::usage(format!(
        "--report, --trace, --pcap and --diagram hold one run each, and {many}"
    ));
    failure.hint("run one scenario with one seed at a time")
}
