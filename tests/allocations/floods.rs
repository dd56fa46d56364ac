//! How often a flood allocates. Counts are alike on every machine, so they hold what time can't: that
//! a change does not make every datagram dearer.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use p2p_sim::driver::{self, Cast, Control, Memory, lockstep};
use p2p_sim::scenario::Scenario;

/// A flood of so many clients, one after another, on so many peers with six neighbours each.
fn flood((duplicates, ttl, link): Rules, peers: u32, clients: u32) -> Scenario {
    let mut text = format!(
        "ttl = {ttl}\nduplicates = \"{duplicates}\"\n[overlay.regular]\npeers = {peers}\ndegree = 6\n{link}\n"
    );
    for client in 1..=clients {
        text += &format!(
            "[[client]]\nname = \"c{client}\"\ncontact = \"p{client}\"\nchunks = [1]\n\
             start = \"{client}0s\"\nrepeats = 0\n"
        );
    }
    Scenario::read(Path::new("flood.toml"), text, None, None).unwrap()
}

/// How many allocations, and how many datagrams, a run has.
fn run(scenario: &Scenario) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let logs = driver::open_logs(scenario, folder.path()).unwrap();
    let cast = Cast::of(scenario);
    let stop = AtomicBool::new(false);
    let mut carried = Counted(0);
    let counted = allocation_counter::measure(|| {
        let control = Control {
            max_datagrams: u64::MAX,
            stop: &stop,
            watcher: &mut (),
        };
        lockstep::run(scenario, cast, &mut carried, logs, control).unwrap();
    });
    (counted.count_total, carried.0)
}

/// Carries in memory and counts.
struct Counted(u64);

impl driver::Carrier for Counted {
    fn carry(
        &mut self,
        from: p2p_sim::roster::EndpointId,
        to: p2p_sim::roster::EndpointId,
        payload: &[u8],
        strangers: &mut Vec<(std::net::SocketAddrV4, bytes::Bytes)>,
    ) -> driver::Carried {
        self.0 += 1;
        Memory.carry(from, to, payload, strangers)
    }
}

/// How often ten more searches allocate on so many peers, and how many datagrams they are.
fn ten_more(rules: Rules, peers: u32) -> (u64, u64) {
    let [fewer, more] = [5, 15].map(|clients| run(&flood(rules, peers, clients)));
    (more.0 - fewer.0, more.1 - fewer.1)
}

/// The policy, the TTL, and what links do.
type Rules = (&'static str, u16, &'static str);

const JITTER: &str = "[[link]]\nbetween = \"all\"\njitter = { uniform = \"1ms\" }";

/// A search allocates for its client; what it sends costs nothing, however much it is.
#[test]
fn a_datagram_of_a_flood_allocates_nothing() {
    for rules in [
        ("first", 30, ""),
        ("best", 30, ""),
        ("best", 30, JITTER),
        ("literal", 6, ""),
    ] {
        let (few, datagrams_of_few) = ten_more(rules, 150);
        let (many, datagrams_of_many) = ten_more(rules, 1_500);
        assert!(
            few < 1_000,
            "{rules:?}: {few} for {datagrams_of_few} datagrams"
        );
        // What grows does so by doubling: a few times for ten times as many.
        let more = many.saturating_sub(few);
        assert!(
            more <= 50,
            "{rules:?}: {few} for {datagrams_of_few} datagrams, {many} for {datagrams_of_many}"
        );
    }
}
