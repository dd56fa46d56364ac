//! Binding, and whole programs: this one, beside one that only does what has to be done.

use std::fs;
use std::io::{self, Write};
use std::net::{SocketAddrV4, UdpSocket};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::bare::Bare;
use super::floods::{MESH, Overlay, Rules};
use super::outcome::rate;
use super::stopwatch::Stopwatch;
use super::{Bench, BenchError, Measured, Slices, Told};
use crate::driver::{Sockets, raise_open_files};
use crate::roster::Roster;
use crate::rules::Carriage;

/// What the scenario of a process is called.
const FILE: &str = "bench.toml";

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Binds a socket for each endpoint of `overlay`, beside as many bare ones at the same addresses.
pub(super) fn bind(bench: &mut Bench<'_>, overlay: Overlay) -> Result<Measured, BenchError> {
    let scenario = overlay.flood(Rules::best(1), bench.options)?;
    let wanted = bench.options.runs();
    let mut slices = Slices::default();
    while slices.ratios.len() < wanted && !bench.is_stopped() {
        let clock = Stopwatch::start();
        let sockets = Sockets::bind(&scenario.roster)?;
        let ours = clock.elapsed();
        drop(sockets);
        let raw = bind_bare(&scenario.roster)
            .map_err(|error| BenchError::Machine("cannot bind bare sockets", error))?;
        slices.add(scenario.roster.len() as u64, ours, raw);
        Told::new(bench.onlooker, wanted).ratio(slices.ratios.len());
    }
    Measured::of_slices(&slices).ok_or(BenchError::Interrupted)
}

/// How long it takes to bind all addresses of `roster`, and nothing else.
fn bind_bare(roster: &Roster) -> io::Result<Duration> {
    let addresses: Vec<SocketAddrV4> = roster.iter().map(|(_, entry)| entry.address).collect();
    let clock = Stopwatch::start();
    let sockets: Vec<UdpSocket> = addresses
        .iter()
        .map(UdpSocket::bind)
        .collect::<io::Result<_>>()?;
    let time = clock.elapsed();
    drop(sockets);
    Ok(time)
}

/// Runs the mesh as a whole process, by one that only says its version.
pub(super) fn mesh(bench: &mut Bench<'_>) -> Result<Measured, BenchError> {
    let mut version = Command::new(&bench.options.program);
    version.arg("--version");
    alternating(bench, MESH, version)
}

/// Binds, floods, checks and ends as a whole process, by a bare one that binds and carries as much.
pub(super) fn whole(
    bench: &mut Bench<'_>,
    overlay: Overlay,
    rules: Rules,
) -> Result<Measured, BenchError> {
    let text = overlay.text(rules, bench.options)?;
    let scenario = overlay.flood(rules, bench.options)?;
    // The children have the limit of this process.
    raise_open_files(&scenario.roster, Carriage::Sockets)?;
    let cannot = "cannot write what a bare program is to do";
    let mut file = tempfile::NamedTempFile::new().map_err(|e| BenchError::Machine(cannot, e))?;
    let plan = Bare::of(&scenario)?.bytes();
    file.write_all(&plan)
        .map_err(|error| BenchError::Machine(cannot, error))?;
    let mut bare = Command::new(&bench.options.program);
    bare.args(["bench", "--bare"]).arg(file.path());
    alternating(bench, &text, bare)
}

/// Runs the scenario `text` as a process and `other`, in turn; ratios are our time by the other's.
fn alternating(
    bench: &mut Bench<'_>,
    text: &str,
    mut other: Command,
) -> Result<Measured, BenchError> {
    let folder = tempfile::tempdir()
        .and_then(|folder| fs::write(folder.path().join(FILE), text).map(|()| folder))
        .map_err(|error| BenchError::Machine("cannot write a scenario", error))?;
    let mut ours = Command::new(&bench.options.program);
    ours.args(["run", FILE, "--quiet", "--out", "out"]);
    if let Some(net) = bench.options.net {
        ours.args(["--net", &net.to_string()]);
    }
    ours.current_dir(folder.path());
    let wanted = bench.options.runs();
    let (mut ratios, mut times) = (Vec::new(), [Duration::ZERO; 2]);
    while ratios.len() < wanted && !bench.is_stopped() {
        let (ours, other) = (timed(&mut ours)?, timed(&mut other)?);
        times[0] += ours;
        times[1] += other;
        ratios.push(ours.as_secs_f64() / other.as_secs_f64());
        Told::new(bench.onlooker, wanted).ratio(ratios.len());
    }
    let runs = ratios.len() as u64;
    let measured = Measured::of(&ratios).ok_or(BenchError::Interrupted)?;
    Ok(Measured {
        ours_per_s: rate((runs, times[0])),
        beside_per_s: rate((runs, times[1])),
        ..measured
    })
}

/// How long a program takes that ends well.
fn timed(command: &mut Command) -> Result<Duration, BenchError> {
    let clock = Stopwatch::start();
    said(command)?;
    Ok(clock.elapsed())
}

/// What a program prints that ends well. Ctrl-C in a terminal ends it, too: then nothing has failed.
pub(super) fn said(command: &mut Command) -> Result<Vec<u8>, BenchError> {
    let done = command.stdin(Stdio::null()).output();
    let done = done.map_err(|error| BenchError::Machine("cannot start this program", error))?;
    match done.status.code() {
        Some(0) => Ok(done.stdout),
        Some(INTERRUPTED) | None => Err(BenchError::Interrupted),
        Some(_) => Err(BenchError::Machine(
            "a program that is measured failed",
            io::Error::other(String::from_utf8_lossy(&done.stderr).trim().to_owned()),
        )),
    }
}
