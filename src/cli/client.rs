//! The program `client`: asks one contact for chunks, downloads them and logs where they came from.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::net::SocketAddrV4;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tokio::net::UdpSocket;

use super::failure::Failure;
use super::repeats::Repeats;
use super::stderr::{help, say};
use super::traffic::Traffic;
use super::values::Wanted;
use super::{bind, block_on, chunks_named, counted, printed, signal, values};
use crate::assembly::FileName;
use crate::client::{Client, Config};
use crate::endpoint::Outcome;
use crate::host::{self, Clock, Ended, Reaction, Station};
use crate::log::{ClientLog, LogError};
use crate::luck;
use crate::rules::{Choose, Gets, Patience, REPEATS, WAIT};
use crate::time::Time;
use crate::wire::ChunkId;

const EXAMPLE: &str = "\
Example:
  client 127.0.0.1:5001 5,6,7
  client 127.0.0.1:5001 1,3-5,9 --out downloads --wait 3s
  client 127.0.0.1:5001 1-21 --assemble video.mp4

A chunk that nobody within the search's reach holds is missing after all waits:
half a minute, when --wait and --repeats are not given.

Exit codes: 0 every chunk arrived, 1 one is missing, 2 the command line is
wrong, 3 the machine said no: a file can't be written, say, 130 interrupted";

/// Asks the peer that it knows for chunks, downloads each from one of its holders and logs from
/// which.
#[derive(Debug, Parser)]
#[command(
    name = "client",
    version,
    max_term_width = 80,
    arg_required_else_help = true,
    after_help = EXAMPLE
)]
struct Args {
    /// The peer to ask
    #[arg(value_name = "IP:PORT", value_parser = values::address)]
    contact: SocketAddrV4,
    /// The chunks wanted, as in 1,3-5,9
    #[arg(value_name = "ID,ID,...", allow_negative_numbers = true, value_parser = values::wanted)]
    wanted: Wanted,
    /// Silence after which it asks again or gives up; shorter than 2.5s, peers with
    /// `--duplicates first` or `best` don't forward the repeats
    #[arg(long, value_name = "TIME", default_value_t = WAIT.into(), value_parser = values::wait)]
    wait: humantime::Duration,
    /// How often it asks again
    #[arg(
        long,
        value_name = "N",
        default_value_t = REPEATS,
        value_parser = clap::value_parser!(u16).range(..=1_000)
    )]
    repeats: u16,
    /// How long to look for more holders once each chunk has one
    /// [default: 100ms, and 0s with `--choose first`]
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    gather: Option<Duration>,
    /// Which holder of a chunk to ask: any, the first to answer, or the one asked least
    #[arg(long, value_name = "HOW", default_value_t, value_parser = strategy())]
    choose: Choose,
    /// Seed of the random choices: same seed and own address, same luck
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Folder of the log and the chunks
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// When all chunks have arrived, put them together in this file, beside the log; an earlier one
    /// of that name is removed at once
    #[arg(long, value_name = "FILE", value_parser = values::file_name)]
    assemble: Option<FileName>,
    /// Own address, after which the log is named [default: the one that leads to the peer]
    #[arg(long, value_name = "IP[:PORT]", value_parser = values::bind_address)]
    bind: Option<SocketAddrV4>,
    /// Each datagram as a line on standard error, and a count at the end
    #[arg(short, long)]
    verbose: bool,
}

fn strategy() -> impl TypedValueParser<Value = Choose> {
    PossibleValuesParser::new(Choose::words())
        .map(|word| word.parse().expect("one of the possible words"))
}

/// Runs `client` with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    block_on(run(Args::parse()))
}

async fn run(args: Args) -> Result<u8, Failure> {
    let own = own_address(&args)?;
    let (socket, own) = bind(own)?;
    let log = begin_log(&args, own).map_err(unwritten)?;
    let stop = signal::listen();
    let patience = Patience {
        wait: args.wait.into(),
        repeats: args.repeats,
        gather: args.gather.unwrap_or(args.choose.default_gather()),
    };
    let mut client = Client::new(Config {
        contact: args.contact,
        chunks: args.wanted.0.clone(),
        start: Time::ZERO,
        choose: args.choose,
        patience,
        gets: Gets::Once,
        luck: luck::stream(args.seed, &own.ip().to_string()),
    });
    say(format_args!(
        "client {own} asks {} for {}",
        args.contact,
        chunks_named(&args.wanted.0)
    ));
    let mut desk = Desk {
        traffic: Traffic::new(args.verbose),
        repeats: Repeats::new(patience),
        log,
        arrived: BTreeSet::new(),
        missing: BTreeSet::new(),
    };
    let ended = host::attend(&mut client, &socket, Clock::start(), &mut desk, stop).await;
    let ended = ended.map_err(unwritten)?;
    printed(sum_up(&args, ended, &desk))?;
    if desk.traffic.tally.received_nothing() {
        help(format_args!(
            "no answer came at all; is there a peer at {}?",
            args.contact
        ));
    }
    Ok(match ended {
        Ended::Stopped => 130,
        Ended::Done => u8::from(!desk.missing.is_empty()),
    })
}

/// The address that was given, or the one that leads to the contact.
fn own_address(args: &Args) -> Result<SocketAddrV4, Failure> {
    if let Some(own) = args.bind {
        return Ok(own);
    }
    match host::address_towards(args.contact) {
        Ok(ip) => Ok(SocketAddrV4::new(ip, 0)),
        Err(error) => Err(Failure::environment(format!(
            "no way leads from this machine to {}: {error}",
            args.contact
        ))
        .hint("check the address of the peer and this machine's network")),
    }
}

/// The log, with the file for all chunks in one if it was asked for.
fn begin_log(args: &Args, own: SocketAddrV4) -> Result<ClientLog, LogError> {
    let log = ClientLog::create(&args.out, *own.ip())?;
    match &args.assemble {
        Some(name) => log.assemble(name, &args.wanted.0),
        None => Ok(log),
    }
}

/// What a client's loop needs of the program.
#[derive(Debug)]
struct Desk {
    traffic: Traffic,
    repeats: Repeats,
    log: ClientLog,
    arrived: BTreeSet<ChunkId>,
    missing: BTreeSet<ChunkId>,
}

impl Station for Desk {
    type Error = LogError;

    async fn reacted(&mut self, socket: &UdpSocket, reaction: Reaction<'_>) {
        let Reaction {
            now, handled, out, ..
        } = reaction;
        self.traffic.handled(now, handled);
        for transmit in out.iter() {
            self.repeats.sent(transmit);
            self.traffic.send(now, socket, transmit).await;
        }
    }

    fn outcome(&mut self, _: Time, outcome: &Outcome) -> Result<(), LogError> {
        self.log.record(outcome)?;
        let settled = match outcome.arrival {
            Some(_) => &mut self.arrived,
            None => &mut self.missing,
        };
        settled.insert(outcome.id);
        Ok(())
    }

    fn receive_failed(&mut self, now: Time, error: &io::Error) {
        self.traffic.receive_failed(now, error);
    }
}

/// Prints what came of it.
fn sum_up(args: &Args, ended: Ended, desk: &Desk) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let wanted: BTreeSet<ChunkId> = args.wanted.0.iter().copied().collect();
    let (arrived, missing) = (&desk.arrived, &desk.missing);
    let few = match ended {
        Ended::Done => "",
        Ended::Stopped => "interrupted: ",
    };
    let chunks = counted(wanted.len() as u64, "chunk", "chunks");
    write!(out, "{few}{} of {chunks} arrived", arrived.len())?;
    let settled = arrived | missing;
    for (what, ids) in [("missing", missing), ("not logged", &(&wanted - &settled))] {
        if !ids.is_empty() {
            let ids: Vec<ChunkId> = ids.iter().copied().collect();
            write!(out, ", {what}: {}", chunks_named(&ids))?;
        }
    }
    writeln!(out, "\nlog: {}", desk.log.path().display())?;
    if let Some(name) = &args.assemble {
        let path = desk.log.path().with_file_name(name.to_string());
        let lacking: Vec<ChunkId> = (&wanted - arrived).into_iter().collect();
        match lacking.is_empty() {
            true => write!(out, "all chunks in one: ")?,
            false => write!(out, "not written, for want of {}: ", chunks_named(&lacking))?,
        }
        writeln!(out, "{}", path.display())?;
    }
    if args.verbose {
        write!(out, "{}", desk.traffic.tally)?;
    }
    Ok(())
}

/// A log or chunk file can't be written.
fn unwritten(error: LogError) -> Failure {
    Failure::environment(error.to_string()).hint("name another folder with --out")
}
