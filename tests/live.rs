//! Live mode: the same verdict as lockstep, nothing lost, strangers welcome, no task left behind.
//!
//! The runs are on 127.90 to 127.99 and from 127.151 on, all at once where there are many: they wait more than they work.

#![cfg(test)]

use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use p2p_sim::check::{self, Verdict};
use p2p_sim::driver::{self, Cast, Ended, Ran, Watcher, live};
use p2p_sim::event::{EventId, Recording, What};
use p2p_sim::oracle::{self, Order};
use p2p_sim::scenario::{Net, Scenario};
use p2p_sim::time::Time;
use p2p_sim::wire::{ChunkId, IdList, Message, Type};

/// The scenario with the protocol's own waits: what a busy machine takes to answer is nothing beside
/// 5 s, and half a minute passes but once for all.
fn scenario(file: &Path, net: u8) -> Scenario {
    match Scenario::load(file, Some(Net(net)), None) {
        Ok(scenario) => scenario,
        Err(rejected) => panic!("{rejected}"),
    }
}

fn written(text: &str, net: u8) -> Scenario {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("live.toml");
    std::fs::write(&file, text).unwrap();
    scenario(&file, net)
}

async fn run(scenario: Scenario, watcher: Box<dyn Watcher>) -> (Ran, Verdict) {
    let out = tempfile::tempdir().unwrap();
    let scenario = Arc::new(scenario);
    let prediction = oracle::predict(&scenario, Order::Live);
    let bound = live::bind(&scenario.roster).unwrap();
    let logs = driver::open_logs(&scenario, out.path()).unwrap();
    let control = live::Control {
        threads: std::num::NonZeroUsize::new(2).expect("two"),
        max_datagrams: 1_000_000,
        stop: Arc::new(AtomicBool::new(false)),
        watcher,
    };
    let cast = Cast::of(&scenario);
    let ran = live::run(Arc::clone(&scenario), cast, bound, logs, control)
        .await
        .unwrap();
    assert_eq!(ran.ended, Ended::Complete);
    let verdict = check::judge(&scenario, &prediction, &ran);
    (ran, verdict)
}

fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap()
}

/// What is shipped and needs nothing that is not; what is large is too large for sockets.
fn shipped() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                folders.retain(|folder| !folder.ends_with("large"));
            } else if path.extension().is_some_and(|ending| ending == "toml")
                && !path.ends_with("gnutella.toml")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Whether a run of `scenario` is over soon, as one in memory tells.
fn is_short(scenario: &Scenario) -> bool {
    let out = tempfile::tempdir().unwrap();
    let control = driver::Control {
        max_datagrams: 1_000_000,
        stop: &AtomicBool::new(false),
        watcher: &mut (),
    };
    let logs = driver::open_logs(scenario, out.path()).unwrap();
    let cast = Cast::of(scenario);
    let ran = driver::lockstep::run(scenario, cast, &mut driver::Memory, logs, control).unwrap();
    ran.clock <= Time::from_start(Duration::from_secs(35))
}

#[test]
fn every_shipped_scenario_has_the_verdict_and_the_counts_of_lockstep() {
    let runtime = runtime();
    let scenarios = shipped().into_iter().zip(151..);
    let scenarios = scenarios.map(|(file, net)| scenario(&file, net));
    let short = scenarios.filter(is_short);
    let runs: Vec<_> = short
        .map(|scenario| {
            let name = scenario.name.clone();
            let expected = oracle::predict(&scenario, Order::Live);
            (name, expected, runtime.spawn(run(scenario, Box::new(()))))
        })
        .collect();
    assert!(runs.len() >= 60, "only {}", runs.len());
    for (name, expected, ran) in runs {
        let (_, verdict) = runtime.block_on(ran).unwrap();
        assert!(verdict.passes(), "{name}: {:?}", verdict.findings);
        let census = &verdict.census;
        for (counted, predicted) in [
            (census.sent(Type::Hello), expected.hello),
            (census.sent(Type::Query), expected.query),
            (census.sent(Type::ChunksInfo), expected.chunks_info),
        ] {
            if predicted.is_exact() {
                assert_eq!(u128::from(counted), predicted.max, "{name}");
            }
        }
    }
    // A task tells of its end a moment before it is counted as ended; one that is left never ends.
    let gone = async {
        while runtime.metrics().num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    };
    let gone = async { tokio::time::timeout(Duration::from_secs(60), gone).await };
    assert!(runtime.block_on(gone).is_ok(), "every task has ended");
}

/// All of twelve peers are neighbours: 12,221 QUERYs at TTL 4, as many answers to one client.
fn crowd() -> String {
    let mut text = "ttl = 4\ndelay = \"0s\"\n".to_owned();
    let names: Vec<String> = (0..12).map(|n| format!("\"p{n}\"")).collect();
    for n in 0..12 {
        let neighbours = names.join(", ");
        text +=
            &format!("[[peer]]\nname = \"p{n}\"\nchunks = [{n}]\nneighbours = [{neighbours}]\n");
    }
    text + "[[client]]\nname = \"c\"\ncontact = \"p0\"\nchunks = \"0-11\"\n"
}

#[test]
fn a_flood_beyond_every_receive_buffer_loses_nothing() {
    let (_, verdict) = runtime().block_on(run(written(&crowd(), 90), Box::new(())));
    assert!(verdict.passes(), "{:?}", verdict.findings);
    // (n − 1)((n − 2)^T − 1)/(n − 3) with n = 12, T = 4.
    assert_eq!(
        verdict.census.sent(Type::Query),
        11 * (10_u64.pow(4) - 1) / 9
    );
    assert_eq!(verdict.census.sent(Type::ChunksInfo), 12_221 + 1);
    assert_eq!(verdict.census.accounting.lost, 0);
}

/// Asks a peer of the run from outside it, at the first event.
struct Stranger {
    socket: Arc<UdpSocket>,
    peer: std::net::SocketAddrV4,
    asked: bool,
}

impl Watcher for Stranger {
    fn event(&mut self, _: &Recording, _: EventId) {
        if !std::mem::replace(&mut self.asked, true) {
            let hello = Message::Hello(IdList::distinct([ChunkId(7)])).encode();
            self.socket.send_to(&hello, self.peer).unwrap();
        }
    }
}

const PAIR: &str = "links = [[\"a\", \"b\"]]\n[[peer]]\nname = \"a\"\nchunks = [7]\n[[peer]]\nname = \"b\"\n\
                    [[client]]\nname = \"c\"\ncontact = \"b\"\nchunks = [7, 8]\n";

#[test]
fn strangers_take_part_and_change_no_verdict() {
    let scenario = written(PAIR, 91);
    let socket = Arc::new(UdpSocket::bind("127.91.200.1:0").unwrap());
    socket
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let stranger = Stranger {
        socket: Arc::clone(&socket),
        peer: scenario.roster.address(scenario.peers[0].endpoint),
        asked: false,
    };
    let (_, verdict) = runtime().block_on(run(scenario, Box::new(stranger)));
    assert!(verdict.passes(), "{:?}", verdict.findings);
    let books = &verdict.census.accounting;
    assert_eq!(books.outside, 1);
    assert!(books.balances());
    let mut buffer = [0; 64];
    let length = socket.recv(&mut buffer).unwrap();
    assert_eq!(
        buffer[..length],
        [0, 3, 0, 1, 0, 7],
        "the stranger was answered"
    );
}

#[test]
fn a_real_neighbour_at_an_address_of_its_own_gets_the_query() {
    let neighbour = UdpSocket::bind("127.92.200.1:7001").unwrap();
    neighbour
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let text = "[[peer]]\nname = \"a\"\nchunks = [7]\nneighbours = [\"127.92.200.1:7001\"]\n\
                [[client]]\nname = \"c\"\ncontact = \"a\"\nchunks = [7]\n";
    let (ran, verdict) = runtime().block_on(run(written(text, 92), Box::new(())));
    assert!(verdict.passes(), "{:?}", verdict.findings);
    let mut buffer = [0; 64];
    let length = neighbour.recv(&mut buffer).unwrap();
    // The client is the second endpoint: 127.92.0.1:5002.
    let query = [0, 2, 127, 92, 0, 1, 0x13, 0x8a, 0, 3, 0, 1, 0, 7];
    assert_eq!(buffer[..length], query);
    let left = ran
        .recording
        .iter()
        .filter(|(_, event)| matches!(event.what, What::Dropped { .. }));
    assert_eq!(left.count(), 1);
}
