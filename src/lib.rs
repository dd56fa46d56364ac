//! Floods a peer-to-peer overlay over real loopback UDP sockets and checks what comes out.
//!
//! A *scenario* (TOML) describes an overlay, who holds which chunk, what clients ask for and by
//! which rules. A *driver* runs it with the same peer and client code that the programs `peer` and
//! `client` run, each on its own socket; the *oracle*, which shares no code with them, says what
//! must come out; the *checker* holds the written logs and the recorded events against it. The
//! protocol is in docs/protocol.md, the way through the code in docs/architecture.md.
//!
//! From the ground up, each module importing only those above it (`tests/architecture.rs` holds them
//! to it):
//!
//! | module | what it is |
//! |---|---|
//! | [`time`], [`rules`], [`luck`], [`roster`], [`neighbours`], [`adjacency`] | plain data: the run's clock, the protocol's numbers, seeded streams, who takes part, who floods whom, lists of links |
//! | `threads` | two things done at once |
//! | [`wire`] | the five messages, exact to the byte |
//! | [`chunks`], [`endpoint`] | what a peer stores; the sans-IO contract |
//! | [`assembly`] | all chunks of a client in one file |
//! | [`faults`], [`event`] | what can go wrong; the one stream of events |
//! | [`link`] | what links do to datagrams as they are sent |
//! | [`peer`], [`client`] | the two state machines |
//! | [`reliable`] | the reliable flood around a peer, an extension |
//! | [`log`], [`tally`], [`host`] | what a client writes; counts for the programs; one endpoint on one tokio socket |
//! | [`topology`] | overlays, generated or from files |
//! | [`scenario`] | TOML to a scenario without an open question, or all its problems |
//! | [`shape`] | the overlay as a graph: links, degrees, components, distances |
//! | [`draw`] | drawings as DOT, Mermaid and SVG |
//! | `behind` | writing on a thread of its own |
//! | [`trace`] | a run as it is kept, and each datagram's life in it |
//! | [`capture`], [`page`] | a trace as a capture and as a page |
//! | [`oracle`] | what must come out, from the graph alone |
//! | [`driver`] | lockstep, on sockets or in memory, and live |
//! | [`check`] | logs and events against the oracle: findings |
//! | [`report`] | one report, as a screen and as JSON |
//! | [`sweep`] | a scenario with many values of some keys, in one table |
//! | `watch` | a run while it goes on, as a screen (feature `watch`) |
//! | [`mod@bench`] | how fast this machine runs floods, beside what it can do at all |
//! | [`cli`] | the command lines of the three programs |
//!
//! # Running a scenario
//!
//! ```
//! use std::path::Path;
//! use std::sync::atomic::AtomicBool;
//!
//! use p2p_sim::driver::{self, Cast, Control, Memory, lockstep};
//! use p2p_sim::oracle::{self, Order};
//! use p2p_sim::scenario::Scenario;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let scenario = Scenario::load(Path::new("scenarios/mesh.toml"), None, Some(7))?;
//! let prediction = oracle::predict(&scenario, Order::Lockstep);
//! let out = tempfile::tempdir()?;
//! let logs = driver::open_logs(&scenario, out.path())?;
//! let stop = AtomicBool::new(false);
//! let control = Control { max_datagrams: 10_000, stop: &stop, watcher: &mut () };
//! let ran = lockstep::run(&scenario, Cast::of(&scenario), &mut Memory, logs, control)?;
//! let verdict = p2p_sim::check::judge(&scenario, &prediction, &ran);
//! assert!(verdict.passes());
//! assert_eq!(verdict.census.duplicates(), 10);
//! # Ok(())
//! # }
//! ```

#[cfg(windows)]
compile_error!("p2p-sim runs on Linux and builds on macOS; Windows is not supported");

pub mod adjacency;
pub mod assembly;
mod behind;
pub mod bench;
pub mod capture;
pub mod check;
pub mod chunks;
pub mod cli;
pub mod client;
pub mod draw;
pub mod driver;
pub mod endpoint;
pub mod event;
pub mod faults;
pub mod host;
pub mod link;
pub mod log;
pub mod luck;
pub mod neighbours;
pub mod oracle;
pub mod page;
pub mod peer;
pub mod reliable;
pub mod report;
pub mod roster;
pub mod rules;
pub mod scenario;
pub mod shape;
pub mod sweep;
pub mod tally;
mod threads;
pub mod time;
pub mod topology;
pub mod trace;
#[cfg(feature = "watch")]
pub mod watch;
pub mod wire;
