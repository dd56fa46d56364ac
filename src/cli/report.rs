//! `p2p-sim report`: makes of a trace what `run` would have made of its run.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::failure::{Failure, INTERRUPTED};
use super::progress::{Count, Counted, Progress, Unit};
use super::signal::Requests;
use super::stderr::{interrupted, note, warn};
use super::trace_files::{Asked, Form, Outputs, TraceFiles, distinct};
use crate::trace::{self, Trace, Unreadable};

const EXAMPLES: &str = "\
Examples:
  p2p-sim run scenarios/mesh.toml --trace mesh.jsonl
  p2p-sim report mesh.jsonl
  p2p-sim report mesh.jsonl --pcap mesh.pcapng --diagram mesh.svg

Exit codes: 0 written, 2 the command line or the trace is wrong, 3 a file can't
be written, 130 interrupted";

/// What can be said on the command line of `p2p-sim report`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ReportArgs {
    /// Trace of a run (docs/trace.md)
    #[arg(value_name = "TRACE")]
    trace: PathBuf,
    /// The page to write [default: TRACE with the ending .html, if nothing is asked for]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    of_trace: TraceFiles,
}

/// Reads the trace and makes what was asked for.
pub(super) async fn run(args: Arc<ReportArgs>, requests: Requests) -> Result<u8, Failure> {
    let beside = args.trace.with_extension("html");
    let mut asked: Vec<Asked<'_>> = args.of_trace.asked().collect();
    let unasked = args.output.is_none() && asked.is_empty();
    let page = args.output.as_deref().or(unasked.then_some(&*beside));
    asked.extend(page.map(|file| (Form::Page, file)));
    distinct(&asked, &args.trace)?;
    let progress = Progress::new(true);
    let (file, shows) = (args.trace.clone(), progress.clone());
    let trace = requests.unless(1, move || read(&file, &shows)).await;
    progress.rest();
    let Some(trace) = trace else {
        return Ok(end(&progress, "the trace has not been read to its end"));
    };
    let trace = trace?;
    warn_of_a_break(&args.trace, &trace);
    let outputs = Outputs::open(&asked, args.of_trace.pick(&trace.roster)?)?;
    if let Some(pens) = outputs.pens()? {
        let shows = progress.clone();
        let written = requests.unless(1, move || pens.write(&trace, &shows)).await;
        progress.rest();
        let Some(written) = written else {
            return Ok(end(&progress, "nothing has been written"));
        };
        written?;
    }
    outputs.finish()?;
    if unasked {
        note(format_args!("the page is {}", beside.display()));
    }
    Ok(0)
}

/// Ends because somebody asked to, and gives the exit code.
fn end(progress: &Progress, what: &str) -> u8 {
    progress.close();
    interrupted(what);
    INTERRUPTED
}

/// Reads the trace `file`.
fn read(file: &Path, progress: &Progress) -> Result<Trace, Failure> {
    let shown = file.display();
    let opened = open(file)
        .map_err(|why| Failure::usage(format!("{shown}: {why}")).hint("check the path"))?;
    let size = opened.metadata().ok().map(|about| about.len());
    let name = file.file_name().unwrap_or(file.as_os_str());
    let count = progress.count(
        format_args!("reading {}", name.display()),
        Unit::Bytes,
        size,
    );
    let counted = Counted::new(opened, Some(Count::Bytes(count)));
    trace::read(&mut BufReader::new(counted)).map_err(|why| refused(file, why))
}

/// Warns if `trace`, read from `file`, has no end.
fn warn_of_a_break(file: &Path, trace: &Trace) {
    if trace.end.is_none() {
        let far = match trace.recording.len().checked_sub(1) {
            Some(last) => format!("behind event {last}"),
            None => "before its first event".to_owned(),
        };
        warn(format_args!(
            "{} breaks off {far}; what is there is shown, and no verdict",
            file.display()
        ));
    }
}

/// Opens what is a regular file: a pipe would keep the reader waiting, a device might never end.
fn open(file: &Path) -> Result<File, String> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => format!("it cannot be read: {error}"),
    };
    match fs::metadata(file).map_err(failed)?.is_file() {
        true => File::open(file).map_err(failed),
        false => Err("this is not a regular file".to_owned()),
    }
}

fn refused(file: &Path, why: Unreadable) -> Failure {
    let shown = file.display();
    let (told, hint) = match why {
        Unreadable::Io(error) => (
            format!("{shown}: it cannot be read: {error}"),
            "check the path",
        ),
        Unreadable::NoTrace(_) => (
            format!("{shown}: {why}"),
            "name a file that `p2p-sim run --trace FILE` has written",
        ),
        Unreadable::OtherVersion(_) => (
            format!("{shown}: {why}"),
            "run the scenario again with this program and `--trace`",
        ),
        Unreadable::Lines(problems) => {
            let lines = problems.iter().map(|problem| format!("{shown}: {problem}"));
            (
                lines.collect::<Vec<_>>().join("\n"),
                "docs/trace.md says what each line has; `p2p-sim run --trace` writes them",
            )
        }
    };
    Failure::usage(told).hint(hint)
}
