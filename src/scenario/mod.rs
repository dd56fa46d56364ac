//! A scenario: an overlay, who holds which chunk, what clients ask for, and the rules.
//!
//! [`Scenario::load`] reads the TOML file, finds *all* its problems at once, and gives either a
//! scenario without a single open question or the list of [`Problem`]s with file, line and column.
//! Reading binds nothing and depends on nothing of the machine but the files it names.

mod addresses;
mod churn;
mod conditions;
mod counts;
mod course;
mod draws;
mod durations;
mod ending;
mod event_keys;
mod event_tables;
mod events;
mod expectations;
mod fault_leaves;
mod fault_tables;
mod faults;
mod file;
mod file_keys;
mod file_names;
mod holdings;
mod layout;
mod leaves;
mod limits;
mod link_tables;
mod links;
mod names;
mod overlay;
mod patterns;
mod people;
mod placement;
mod places;
mod problem;
mod random;
mod rates;
mod reader;
mod register;
mod reliable_table;
mod requests;
mod resolve;
mod schema;
mod syntax;
mod wishes;
mod words;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddrV4;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use crate::roster::{FIRST_PORT, Net, NotANet, PORTS};
pub(crate) use addresses::{AddressFault, check_address, parse_address};
pub(crate) use durations::{DurationFault, parse_duration};
pub use problem::{Cause, Problem, Rejected};
pub use schema::schema;

use problem::{Problems, Source};
use reader::Reader;

use crate::assembly::FileName;
use crate::chunks::ChunkStore;
use crate::faults::Faults;
use crate::neighbours::Neighbours;
use crate::roster::{EndpointId, Roster};
use crate::rules::{Carriage, Choose, Duplicates, Gets, Patience, Ttl, named_by_words};
use crate::wire::ChunkId;

/// A checked scenario: every name resolved, every default filled in.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file that it was read from, as it was named.
    pub file: PathBuf,
    /// The file's name without its ending: what output calls it.
    pub name: String,
    /// What to look at, in the scenario's own words; may be empty.
    pub description: String,
    /// What every draw of the run comes from.
    pub seed: u64,
    /// What contacts put into the QUERYs of a new search.
    pub ttl: Ttl,
    /// What peers do with QUERYs of a search that they had before.
    pub duplicates: Duplicates,
    /// How long datagrams travel, and all that can go wrong.
    pub faults: Faults,
    /// Whether, and how, peers acknowledge QUERYs: an extension (docs/reliable.md).
    pub reliable: Option<ReliableFlood>,
    /// Through what datagrams go in lockstep, where the file says it: no event depends on it.
    pub carriage: Option<Carriage>,
    /// Findings that do not fail the run, by the name of their check.
    pub allow: Vec<Allowed>,
    /// What must come out of the whole run, beside what the oracle says.
    pub expect: ExpectRun,
    /// Peers, clients, and addresses where nobody is, numbered in this order.
    pub roster: Roster,
    /// The peers, in the order of the roster.
    pub peers: Vec<PeerSpec>,
    /// The clients, in the order of the roster.
    pub clients: Vec<ClientSpec>,
    /// Neighbours that are on no loopback address: not in the roster, and out of lockstep's reach.
    pub outside: Vec<OutsideNeighbour>,
}

/// How peers acknowledge QUERYs and send them again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReliableFlood {
    /// How long they wait for an acknowledgement.
    pub timeout: Duration,
    /// How often they send a QUERY again.
    pub retries: u16,
    /// Peers that speak the base protocol alone.
    pub except: BTreeSet<EndpointId>,
}

impl ReliableFlood {
    /// Whether `peer` speaks the extension.
    #[must_use]
    pub fn is_spoken_by(&self, peer: EndpointId) -> bool {
        !self.except.contains(&peer)
    }
}

/// A neighbour that is neither of the run nor on a loopback address.
#[derive(Clone, Debug)]
pub struct OutsideNeighbour {
    /// The peer whose neighbour it is.
    pub peer: EndpointId,
    /// Its address.
    pub address: SocketAddrV4,
    /// What a run that can't reach it shows: no problem for one that can.
    pub problem: Problem,
}

/// A finding that a scenario may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowed {
    /// Policy `first` may miss peers within TTL hops when delays differ.
    ReachLost,
}

impl Allowed {
    /// Every finding with the name of its check.
    pub const ALL: [(Self, &'static str); 1] = [(Self::ReachLost, "reach-lost")];
}

named_by_words!(Allowed);

/// A peer of a scenario.
#[derive(Clone, Debug)]
pub struct PeerSpec {
    /// Its place in the roster, which knows its name and address.
    pub endpoint: EndpointId,
    /// What it holds.
    pub chunks: Arc<ChunkStore>,
    /// Its neighbours as written, its own address and repeated entries included: the peer itself
    /// takes them out.
    pub neighbours: Neighbours,
}

/// A client of a scenario.
#[derive(Clone, Debug)]
pub struct ClientSpec {
    /// Its place in the roster, which knows its name and address.
    pub endpoint: EndpointId,
    /// The peer that it asks.
    pub contact: EndpointId,
    /// What it wants, each id once, in the order written, over all its requests; never empty.
    pub chunks: Vec<ChunkId>,
    /// What it asks for, one request after another; never empty.
    pub requests: Vec<Request>,
    /// How often it sends each GET.
    pub gets: Gets,
    /// What must come out for some of its chunks, instead of what the oracle says.
    pub expect: BTreeMap<ChunkId, Expect>,
    /// The most QUERYs that its searches may cause.
    pub most_queries: Option<u64>,
    /// When it must be done, after the run's beginning.
    pub done_by: Option<Duration>,
    /// The file that all its chunks are put together in, when it asks for one.
    pub assemble: Option<FileName>,
}

/// One request of a client: some chunks, searched and downloaded together.
#[derive(Clone, Debug)]
pub struct Request {
    /// What it asks for, each id once, none of which another request of the client has.
    pub chunks: Vec<ChunkId>,
    /// How long after the run's beginning, or after the request before it is done, it begins.
    pub after: Duration,
    /// How it chooses among holders.
    pub choose: Choose,
    /// How long it waits and how often it repeats.
    pub patience: Patience,
}

/// What must come out of a whole run, as the scenario says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpectRun {
    /// The most QUERYs that may be sent.
    pub most_queries: Option<u64>,
    /// Peers that must have heard some search by a time after the run's beginning.
    pub reached_by: BTreeMap<EndpointId, Duration>,
    /// Checks that must have a finding, by name. The run passes when these fail and no others do:
    /// so the demonstration of a bug is a regression test.
    pub must_fail: BTreeSet<String>,
}

/// What a scenario says must come out for a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// It comes from one of these peers.
    From(Vec<EndpointId>),
    /// It is logged as missing.
    Missing,
}

impl Scenario {
    /// Reads the scenario in `path`, or says all that is wrong with it.
    ///
    /// `net` moves every loopback address of the run to that block; without it, automatic addresses
    /// are in 127.0 and given ones stay as they are. `seed` goes before the scenario's own.
    pub fn load(path: &Path, net: Option<Net>, seed: Option<u64>) -> Result<Self, Box<Rejected>> {
        Self::of_source(path, &read(path)?, net, seed)
    }

    /// Reads a scenario from `text` as if that were in `path`; all else is as [`load`](Self::load)
    /// does it.
    pub fn read(
        path: &Path,
        text: String,
        net: Option<Net>,
        seed: Option<u64>,
    ) -> Result<Self, Box<Rejected>> {
        Self::of_source(path, &Source::new(path, text), net, seed)
    }

    /// The text of the scenario file `path`, whatever it says.
    pub fn text_of(path: &Path) -> Result<String, Box<Rejected>> {
        read(path).map(|source| source.text().to_owned())
    }

    fn of_source(
        path: &Path,
        source: &Arc<Source>,
        net: Option<Net>,
        seed: Option<u64>,
    ) -> Result<Self, Box<Rejected>> {
        let mut problems = Problems::of(path, source);
        if source.text().trim().is_empty() {
            let problem = problems.add_of_file("the file is empty");
            problem.help("a scenario has at least one `[[peer]]` and one `[[client]]`");
            return Err(problems.reject());
        }
        let parsed = syntax::parse(source.text(), &mut problems);
        if !parsed.makes_sense {
            return Err(problems.reject());
        }
        let mut reader = Reader {
            problems,
            broken: parsed.broken,
        };
        let file = file::File::read(parsed.table, &mut reader);
        let mut problems = reader.problems;
        resolve::resolve(file, path, net, seed, &mut problems).ok_or_else(|| problems.reject())
    }

    /// The peer at place `endpoint` of the roster, if a peer is there.
    #[must_use]
    pub fn peer(&self, endpoint: EndpointId) -> Option<&PeerSpec> {
        self.peers.get(endpoint.index())
    }
}

/// Reads the text of the file `path`, without the mark that some editors put before UTF-8.
fn read(path: &Path) -> Result<Arc<Source>, Box<Rejected>> {
    // A pipe would keep the reader waiting, and a device might never end.
    let about = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !about.is_file() && !about.is_dir() {
        return Err(refused(
            path,
            "this is not a regular file",
            "name a scenario file",
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Source::new(path, text.to_owned())),
        Err(error) => error,
    };
    let source = Source::new(path, String::from_utf8_lossy(bytes).into_owned());
    let mut problems = Problems::of(path, &source);
    let start = error.valid_up_to();
    let span = start..start + char::REPLACEMENT_CHARACTER.len_utf8();
    let problem = problems.add(span, "the file is not UTF-8 text", "the first bad byte");
    problem.help("save the file as UTF-8");
    Err(problems.reject())
}

/// The one problem of a file that can't be read.
fn unreadable(path: &Path, error: &io::Error) -> Box<Rejected> {
    let (title, help) = match error.kind() {
        io::ErrorKind::NotFound => ("there is no such file".to_owned(), "check the path"),
        io::ErrorKind::IsADirectory => {
            let help = "name one of the scenario files in it";
            ("this is a directory, not a scenario".to_owned(), help)
        }
        _ => (
            format!("cannot read the file: {error}"),
            "check who may read it",
        ),
    };
    refused(path, &title, help)
}

/// The rejection of a file that nothing was read from.
fn refused(path: &Path, title: &str, help: &str) -> Box<Rejected> {
    let mut problem = Problem::of_file(path, title);
    problem.help(help);
    Box::new(Rejected {
        file: path.to_owned(),
        cause: Cause::Unreadable,
        problems: vec![problem],
    })
}
