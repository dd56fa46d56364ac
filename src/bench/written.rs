//! Floods whose trace or capture is written, whole runs beside raw.

use std::fs::File;
use std::io::{self, IntoInnerError};
use std::time::Duration;

use super::beside::Beside;
use super::floods::{Overlay, Rules};
use super::stopwatch::Stopwatch;
use super::{Bench, BenchError, Measured, Told};
use crate::capture;
use crate::check;
use crate::driver::{self, Cast, Control, Sockets, lockstep};
use crate::oracle::{self, Order};
use crate::report::{self, Mode, Report};
use crate::rules::Carriage;
use crate::trace::{self, Trace};

/// What is written of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Every event as a line of JSON.
    Trace,
    /// Every datagram, as pcapng.
    Capture,
}

/// Floods `overlay` on sockets and writes the run into a file, beside raw over the same pairs. The
/// checks are no part of it: they don't write.
pub(super) fn on_sockets(
    bench: &mut Bench<'_>,
    overlay: Overlay,
    rules: Rules,
    form: Form,
) -> Result<Measured, BenchError> {
    let scenario = overlay.flood(rules, bench.options)?;
    let prediction = oracle::predict(&scenario, Order::Lockstep);
    let sockets = Sockets::bind(&scenario.roster)?;
    let folder = tempfile::tempdir()
        .map_err(|error| BenchError::Machine("cannot make a folder for logs", error))?;
    let (wanted, stop) = (bench.options.runs(), bench.stop);
    let mut beside = Beside::new(sockets, usize::MAX, 1, Told::new(bench.onlooker, wanted));
    while beside.ratios() < wanted {
        let logs = driver::open_logs(&scenario, folder.path())?;
        let cast = Cast::of(&scenario);
        let control = Control {
            max_datagrams: u64::MAX,
            stop,
            watcher: &mut (),
        };
        beside.begin();
        let ran = lockstep::run(&scenario, cast, &mut beside, logs, control)?;
        beside.pause();
        if stop.load(std::sync::atomic::Ordering::Relaxed) {
            break;
        }
        let verdict = check::judge(&scenario, &prediction, &ran);
        let (mode, wall) = (Mode::Lockstep(Carriage::Sockets), Duration::ZERO);
        let report = Report::new(&scenario, &prediction, &ran, &verdict, mode, wall);
        let clock = Stopwatch::start();
        let trace = report::keep(&scenario, ran, &verdict, &report);
        let written = write(&trace, form, folder.path());
        beside.close(clock.elapsed());
        written.map_err(|error| BenchError::Machine("cannot write what a run comes to", error))?;
    }
    let slices = beside.slices();
    let slices = slices.map_err(|error| BenchError::Machine("raw datagrams don't cross", error))?;
    Measured::of_slices(slices).ok_or(BenchError::Interrupted)
}

/// Gives the file, which is thrown away when it is dropped.
fn write(trace: &Trace, form: Form, folder: &std::path::Path) -> io::Result<File> {
    let mut out = io::BufWriter::new(tempfile::tempfile_in(folder)?);
    match form {
        Form::Trace => trace::write(trace, &mut out)?,
        Form::Capture => capture::write(trace, &mut out, &mut |_| ())?,
    }
    out.into_inner().map_err(IntoInnerError::into_error)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::bench::{Onlooker, Options};

    /// How often it was told of a ratio.
    struct Counted(usize);

    impl Onlooker for Counted {
        fn ratio(&mut self, so_far: usize, of: usize) {
            self.0 += 1;
            assert_eq!((so_far, of), (self.0, 3));
        }
    }

    #[test]
    fn a_run_with_its_file_is_one_ratio() {
        let options = Options {
            quick: true,
            peers: 0,
            gnutella: None,
            net: Some("127.155".parse().unwrap()),
            program: "p2p-sim".into(),
        };
        for form in [Form::Trace, Form::Capture] {
            let mut counted = Counted(0);
            let mut bench = Bench {
                options: &options,
                stop: &Arc::new(AtomicBool::new(false)),
                onlooker: &mut counted,
            };
            let rules = Rules::best(0);
            let measured = on_sockets(&mut bench, Overlay::Mesh, rules, form).unwrap();
            assert_eq!((measured.measurements, counted.0), (3, 3));
        }
    }
}
