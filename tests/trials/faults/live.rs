//! The same faults, live: the same fates, whatever the machine's order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use p2p_sim::chunks::ChunkStore;
use p2p_sim::driver::{self, live};
use p2p_sim::event::What;
use p2p_sim::wire::Chunk;

use super::*;
use crate::support::stage::shipped;

/// What happened by fault or change, in words, each as often as it did.
fn fates(ran: &Ran, roster: &Roster) -> BTreeMap<String, u32> {
    let mut fates = BTreeMap::new();
    let recording = &ran.recording;
    let kind = |datagram| {
        let payload = recording.payload(datagram).expect("bytes");
        let name = Type::of_datagram(payload).map_or("?", Type::name);
        let from = recording.sender(datagram, roster).expect("a sender");
        format!("{name} of {}", roster.name_of(from))
    };
    for (_, event) in recording.iter() {
        let fate = match &event.what {
            What::Dropped { datagram, reason } => {
                format!("{} dropped: {}", kind(*datagram), reason.name())
            }
            What::Duplicated { original, culprit } => {
                format!("{} duplicated by {culprit}", kind(*original))
            }
            What::Delayed { datagram, hold } => {
                format!("{} delayed by {}", kind(*datagram), hold.culprit)
            }
            What::Corrupted { datagram, damage } => {
                format!("{} corrupted by {}", kind(*datagram), damage.culprit)
            }
            What::Changed { change, .. } => change.text(roster),
            What::LostByKernel { datagram } => format!("{} lost", kind(*datagram)),
            What::Delivered { receipt, .. } => match receipt.ignored {
                Some(reason) => format!("ignored: {}", reason.name()),
                None => continue,
            },
            _ => continue,
        };
        *fates.entry(fate).or_default() += 1;
    }
    fates
}

/// Plays `scenario` live; gives its events and the log of each client.
fn play_live(scenario: &Scenario) -> (Ran, Vec<Vec<(String, u16)>>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build();
    let run = async {
        let out = tempfile::tempdir().expect("a temporary folder");
        let bound = live::bind(&scenario.roster).expect("addresses of our own");
        let logs = driver::open_logs(scenario, out.path()).expect("logs");
        let control = live::Control {
            threads: std::num::NonZeroUsize::new(2).expect("two"),
            max_datagrams: 100_000,
            stop: Arc::new(AtomicBool::new(false)),
            watcher: Box::new(()),
        };
        let cast = Cast::of(scenario);
        let ran = live::run(Arc::new(scenario.clone()), cast, bound, logs, control).await;
        let ran = ran.expect("logs can be written");
        let clients = 0..scenario.clients.len();
        let logs = clients.map(|client| logged(&ran, client, &scenario.roster));
        let logs = logs.collect();
        (ran, logs)
    };
    runtime.expect("a runtime").block_on(run)
}

/// Asserts that `scenario` has the same fates and logs live as in lockstep.
fn assert_alike(scenario: &Scenario) {
    let lockstep = play(scenario, Cast::of(scenario));
    let (ran, logs) = play_live(scenario);
    books(&ran, scenario);
    let expected = fates(&lockstep.ran, &scenario.roster);
    assert_eq!(fates(&ran, &scenario.roster), expected);
    for (client, log) in logs.iter().enumerate() {
        assert_eq!(*log, logged(&lockstep.ran, client, &scenario.roster));
    }
}

#[test]
fn faults_by_meaning_have_the_fates_of_lockstep() {
    let mut scenario = shipped("mesh", 136);
    // One holder for each chunk: else the order of answers would choose.
    for (client, chunks) in [(0, vec![5]), (1, vec![1, 3, 9])] {
        let client = &mut scenario.clients[client];
        client.chunks = chunks.into_iter().map(ChunkId).collect();
        client.requests[0].chunks = client.chunks.clone();
        client.requests[0].patience.wait = millis(2_000);
        client.expect.clear();
    }
    let of = |message, from, to| pattern(&scenario, message, from, to);
    scenario.faults.named = vec![
        fault(Effect::Drop, of(Type::Get, "client1", ""), &[1]),
        fault(Effect::Duplicate, of(Type::Response, "peer1", ""), &[1]),
        fault(Effect::Corrupt, of(Type::Query, "peer1", "peer3"), &[1]),
        fault(
            Effect::Delay(millis(30)),
            of(Type::ChunksInfo, "peer5", ""),
            &[],
        ),
        fault(Effect::Drop, of(Type::Hello, "client2", ""), &[1]),
    ];
    assert_alike(&scenario);
}

#[test]
fn changes_in_time_have_the_fates_of_lockstep() {
    let mut scenario = row("p1", "[2, 3, 9]");
    scenario = scenario_at(scenario, 137);
    let [p1, p2, p3] = ["p1", "p2", "p3"].map(|name| named(&scenario.roster, name));
    let patience = &mut scenario.clients[0].requests[0].patience;
    (patience.wait, patience.repeats) = (millis(1_500), 2);
    let nine = ChunkStore::from_iter([(ChunkId(9), Chunk::generated(ChunkId(9)))]);
    let cut = cut(&scenario.roster, &["p2"], &["p3"], true);
    let of = |message, from, to| pattern(&scenario, message, from, to);
    scenario.faults.timeline = vec![
        // The QUERY for p2 waits, and goes on while the client waits.
        after(
            of(Type::Hello, "", ""),
            1,
            0,
            Change::Pause(p2, millis(300)),
        ),
        after(of(Type::Hello, "", ""), 1, 600, Change::Crash(p3)),
        // Its GET is dropped; the repeated one is not.
        after(of(Type::Get, "viewer", "p3"), 1, 300, Change::Start(p3)),
        after(
            of(Type::Hello, "", ""),
            1,
            700,
            Change::Gain(p1, Arc::new(nine)),
        ),
        after(of(Type::Hello, "", ""), 1, 800, Change::Cut(cut)),
        after(of(Type::Hello, "", ""), 3, 3_600_000, Change::HealAll),
    ];
    assert_alike(&scenario);
}

/// `scenario`, read anew for another block.
fn scenario_at(scenario: Scenario, net: u8) -> Scenario {
    let contact = scenario.roster.name(scenario.clients[0].contact);
    let chunks = &scenario.clients[0].chunks;
    let chunks: Vec<u16> = chunks.iter().map(|chunk| chunk.0).collect();
    let client =
        format!("[[client]]\nname = \"viewer\"\ncontact = \"{contact}\"\nchunks = {chunks:?}\n");
    written(&format!("{ROW}{client}"), net)
}

#[test]
fn the_reliable_flood_has_the_fates_of_lockstep() {
    let lost = "[[fault]]\ndrop = \"QUERY\"\nfrom = \"b\"\nto = \"c\"\nnth = [1, 2]";
    assert_alike(&crate::reliable::line_in(138, "", lost));
    // The last ACK is lost when the client is done: the run waits for the retry.
    let late = "[[fault]]\ndrop = \"any\"\nfrom = \"c\"\nto = \"b\"\nnth = 1";
    assert_alike(&crate::reliable::line_in(138, "", late));
}
