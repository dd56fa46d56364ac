//! The program `peer`: one peer at one address, until it is told to end.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io::{self, Write};
use std::net::SocketAddrV4;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tokio::net::UdpSocket;

use super::failure::Failure;
use super::stderr::{help, note, say, warn};
use super::traffic::Traffic;
use super::{bind, block_on, counted, printed, signal, values};
use crate::chunks::{ChunkStore, KeyValuesError};
use crate::endpoint::{Ignored, Outcome};
use crate::host::{self, Clock, Handled, Reaction, Station};
use crate::peer::{Config, Peer, Scope};
use crate::reliable::{self, Reliable};
use crate::rules::{ACK_RETRIES, ACK_TIMEOUT, Duplicates, Ttl};
use crate::time::Time;
use crate::wire::{Message, Type};

const EXAMPLE: &str = "\
Example, three peers in a row; the file has lines like `5: BigBuckBunny_5.m4s`:
  peer 127.0.0.1:5001 one.txt 127.0.0.1:5002
  peer 127.0.0.1:5002 two.txt 127.0.0.1:5001 127.0.0.1:5003
  peer 127.0.0.1:5003 three.txt 127.0.0.1:5002

Ctrl-C or SIGTERM ends it with a count of what it served.

Exit codes: 0 ended, 2 the command line or the key-values file is wrong,
3 the machine said no: the address is taken, say";

/// Stores chunks of a video, answers clients and floods their searches to its neighbours.
#[derive(Debug, Parser)]
#[command(
    name = "peer",
    version,
    max_term_width = 80,
    arg_required_else_help = true,
    after_help = EXAMPLE
)]
struct Args {
    /// Own IPv4 address and port; port 0 takes a free one
    #[arg(value_name = "IP:PORT", value_parser = values::own_address)]
    address: SocketAddrV4,
    /// File with a line a chunk, `id: path`
    #[arg(value_name = "KEY-VALUES-FILE")]
    key_values: PathBuf,
    /// Peers to send searches to
    #[arg(value_name = "NEIGHBOUR", value_parser = values::address)]
    neighbours: Vec<SocketAddrV4>,
    /// How many hops the searches of its own clients make
    #[arg(long, value_name = "HOPS", default_value_t = Ttl::DEFAULT.0)]
    ttl: u16,
    /// What to do with further copies of a search: answer and forward each, only the
    /// first, or forward again those with more TTL left
    #[arg(long, value_name = "POLICY", default_value_t, value_parser = policy())]
    duplicates: Duplicates,
    /// Answer clients at any address, not only those of the own scope (loopback or
    /// private network)
    #[arg(long)]
    answer_anywhere: bool,
    /// A neighbour with which QUERYs are acknowledged and sent again: an extension
    /// outside the protocol, which it must speak too; may be repeated
    #[arg(long, value_name = "NEIGHBOUR", value_parser = values::address)]
    reliable: Vec<SocketAddrV4>,
    /// Each datagram as a line on standard error
    #[arg(short, long)]
    verbose: bool,
}

fn policy() -> impl TypedValueParser<Value = Duplicates> {
    PossibleValuesParser::new(Duplicates::words())
        .map(|word| word.parse().expect("one of the possible words"))
}

/// Runs `peer` with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    block_on(run(Args::parse()))
}

async fn run(args: Args) -> Result<u8, Failure> {
    let reliable = reliable_neighbours(&args)?;
    let chunks = ChunkStore::load(&args.key_values).map_err(|e| unusable(&args, &e))?;
    let held = counted(chunks.len() as u64, "chunk", "chunks");
    let (socket, address) = bind(args.address)?;
    // Before the line that says that it is there, so that whoever reads it can end it.
    let stop = signal::listen();
    let peer = Peer::new(Config {
        address,
        neighbours: args.neighbours.as_slice().into(),
        chunks: Arc::new(chunks),
        ttl: Ttl(args.ttl),
        duplicates: args.duplicates,
        answer_anywhere: args.answer_anywhere,
    });
    introduce(&args, address, &held, &peer);
    let mut desk = Desk {
        traffic: Traffic::new(args.verbose),
        scope: peer.scope(),
    };
    let mut peer = Reliable::new(
        peer,
        reliable::Config {
            speakers: Arc::new(reliable),
            timeout: ACK_TIMEOUT,
            retries: ACK_RETRIES,
            first_number: host::nanos_since_1970(),
        },
    );
    host::serve(&mut peer, &socket, Clock::start(), &mut desk, stop).await;
    printed(sum_up(address, &desk))?;
    Ok(0)
}

/// The neighbours that speak the extension, or a word about one that is no neighbour.
fn reliable_neighbours(args: &Args) -> Result<BTreeSet<SocketAddrV4>, Failure> {
    let unknown = args.reliable.iter().find(|n| !args.neighbours.contains(n));
    match unknown {
        None => Ok(args.reliable.iter().copied().collect()),
        Some(unknown) => {
            let message = format!("--reliable {unknown}: this is none of the neighbours");
            let hint = "name it among the neighbours too, behind the key-values file";
            Err(Failure::usage(message).hint(hint))
        }
    }
}

/// Says who is there, and what of the command line it does not follow.
fn introduce(args: &Args, address: SocketAddrV4, held: &str, peer: &Peer) {
    say(format_args!(
        "peer {address} holds {held}, floods {}, TTL {}, {}",
        counted(peer.neighbours().len() as u64, "neighbour", "neighbours"),
        args.ttl,
        args.duplicates
    ));
    for (index, neighbour) in args.neighbours.iter().enumerate() {
        if !peer.neighbours().contains(neighbour) {
            note(format_args!(
                "{neighbour} is left out: a peer is no neighbour of its own"
            ));
        } else if args.neighbours[..index].contains(neighbour) {
            note(format_args!(
                "{neighbour} is left out: it is a neighbour already"
            ));
        }
    }
    if address.ip().is_unspecified() && !args.answer_anywhere {
        note(
            "at 0.0.0.0 it answers clients at private addresses only, neither 127.0.0.1 nor public \
             ones; --answer-anywhere lifts that",
        );
    }
}

/// What a peer's loop needs of the program.
#[derive(Debug)]
struct Desk {
    traffic: Traffic,
    scope: Scope,
}

impl Station for Desk {
    type Error = Infallible;

    async fn reacted(&mut self, socket: &UdpSocket, reaction: Reaction<'_>) {
        let Reaction {
            now, handled, out, ..
        } = reaction;
        self.traffic.handled(now, handled);
        if let Handled::Datagram {
            from,
            bytes,
            receipt,
        } = handled
            && receipt.ignored == Some(Ignored::OutOfScope)
        {
            self.refused(from, bytes);
        }
        for transmit in out.iter() {
            self.traffic.send(now, socket, transmit).await;
        }
    }

    fn outcome(&mut self, _: Time, _: &Outcome) -> Result<(), Infallible> {
        Ok(())
    }

    fn receive_failed(&mut self, now: Time, error: &io::Error) {
        self.traffic.receive_failed(now, error);
    }
}

impl Desk {
    /// A datagram got no answer because of where its client is; the first time is worth a word.
    fn refused(&self, from: SocketAddrV4, datagram: &[u8]) {
        if self.traffic.tally.ignored(Ignored::OutOfScope.name()) > 1 {
            return;
        }
        let client = match Message::decode(datagram).map(|decoded| decoded.message) {
            Ok(Message::Query(query)) => query.client,
            _ => from,
        };
        let scope = self.scope;
        warn(format_args!(
            "{client} gets no answer: this peer answers {scope} addresses only"
        ));
        help("start it with --answer-anywhere if it shall answer all");
    }
}

/// Prints what was served.
fn sum_up(address: SocketAddrV4, desk: &Desk) -> io::Result<()> {
    let tally = &desk.traffic.tally;
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "peer {address}: {} begun by clients, {} handled, {} sent",
        counted(tally.row(Type::Hello).acted_on, "search", "searches"),
        counted(tally.row(Type::Query).acted_on, "QUERY", "QUERYs"),
        counted(tally.row(Type::Response).sent, "chunk", "chunks"),
    )?;
    write!(out, "{tally}")
}

/// The key-values file gives no chunks.
fn unusable(args: &Args, error: &KeyValuesError) -> Failure {
    let list = args.key_values.display();
    match error {
        KeyValuesError::Lines { .. } => Failure::usage(format!("{list} cannot be used:\n{error}")),
        KeyValuesError::Unreadable { .. } => {
            let failure = Failure::usage(error.to_string());
            match list.to_string().parse::<SocketAddrV4>() {
                Ok(_) => failure
                    .hint("the second argument is the key-values file; neighbours come behind it"),
                Err(_) => failure,
            }
        }
    }
}
