//! Every shipped scenario passes every check on sockets, with the numbers that were worked out by
//! hand where they can be. (`determinism` plays each in memory too.)

mod by_hand;
mod course;
mod edges;
mod faults;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use p2p_sim::check::{Check, CheckVerdict, Verdict};
use p2p_sim::driver::Cast;
use p2p_sim::event::What;
use p2p_sim::scenario::{Allowed, Net, Scenario};

use by_hand::Flood;
use course::{COURSE, FLOODS, OVERLAYS};
use edges::EDGES;
use faults::FAULTS;

use crate::support::stage::{Played, all_shipped, assert_passes, play, play_on_sockets, shipped};

/// Asserts that each client logs what it wants, once, and is done then, once.
fn assert_done(played: &Played) {
    for spec in &played.scenario.clients {
        let events = played.ran.recording.iter().map(|(_, event)| &event.what);
        let own = events.filter_map(|what| match what {
            What::Logged { client, id, .. } if *client == spec.endpoint => Some(Some(*id)),
            What::Done { client } if *client == spec.endpoint => Some(None),
            _ => None,
        });
        let mut own: Vec<_> = own.collect();
        assert_eq!(own.pop(), Some(None), "{}", played.scenario.name);
        own.sort();
        let mut wanted: Vec<_> = spec.chunks.iter().map(|id| Some(*id)).collect();
        wanted.sort();
        assert_eq!(own, wanted, "{}", played.scenario.name);
    }
}

/// Asserts that exactly those checks have findings of which the scenario says that they may or
/// must.
fn assert_as_demanded(played: &Played) -> Verdict {
    let (scenario, verdict) = (&played.scenario, played.judge());
    let allowed = scenario.allow.iter().map(|allowed| match allowed {
        Allowed::ReachLost => Check::ReachLost.name(),
    });
    let mut demanded: BTreeSet<&str> = allowed.collect();
    demanded.extend(scenario.expect.must_fail.iter().map(String::as_str));
    let findings = verdict.findings.iter();
    let found: BTreeSet<&str> = findings.map(|finding| finding.check.name()).collect();
    let name = &scenario.name;
    assert_eq!(found, demanded, "{name}: {:#?}", verdict.findings);
    assert!(verdict.passes(), "{name}");
    let judged = |(_, said): &(Check, CheckVerdict)| *said != CheckVerdict::NotJudged;
    assert!(verdict.checks.iter().all(judged), "{name}");
    verdict
}

#[test]
fn each_passes_on_sockets_with_the_numbers_worked_out_by_hand() {
    let mut names: BTreeSet<String> = all_shipped().into_iter().collect();
    let verdict_of = |name: &str| {
        let scenario = shipped(name, 63);
        let played = play_on_sockets(&scenario, Cast::of(&scenario));
        let verdict = assert_as_demanded(&played);
        assert_done(&played);
        (played, verdict)
    };
    for by_hand in EDGES.iter().chain(&COURSE).chain(&OVERLAYS).chain(&FAULTS) {
        let (played, verdict) = verdict_of(by_hand.name);
        by_hand.assert(&played, &verdict);
        assert!(names.remove(by_hand.name), "{} is here twice", by_hand.name);
    }
    for flood in &FLOODS {
        let (_, verdict) = verdict_of(flood.name);
        flood.assert(&verdict.census);
        assert!(names.remove(flood.name), "{} is here twice", flood.name);
    }
    // What chance makes of an overlay nobody works out: these pass as the oracle says.
    for name in names {
        verdict_of(&name);
    }
}

#[test]
fn replicas_are_done_in_less_than_half_the_time_of_a_hot_spot() {
    let clock = |name| {
        let scenario = shipped(name, 63);
        play(&scenario, Cast::of(&scenario)).ran.clock
    };
    let of = |name| clock(name).as_millis_f64();
    assert!(of("course/replicas") * 2.0 < of("course/hot-spot"));
}

#[test]
fn who_has_not_joined_yet_has_not_left() {
    let scenario = shipped("faults/joins-late", 63);
    let effects = play(&scenario, Cast::of(&scenario)).judge().effects;
    assert_eq!((effects.leaves, effects.returns), (0, 0));
    assert_eq!(effects.changes.len(), 1, "it joined");
    let scenario = shipped("course/churn", 63);
    let effects = play(&scenario, Cast::of(&scenario)).judge().effects;
    assert!(effects.leaves > 0 && effects.returns > 0);
}

/// Where the Gnutella overlay may be: where a user puts it, or beside the project.
fn gnutella() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["scenarios/data", "../shared/data"];
    let mut files = places
        .map(|place| root.join(place).join(GNUTELLA))
        .into_iter();
    files.find(|file| file.exists())
}

const GNUTELLA: &str = "p2p-Gnutella08.txt";

#[test]
#[expect(clippy::print_stderr, reason = "what is not tested is told")]
fn a_real_overlay_is_flooded_as_its_walks_are_counted() {
    let Some(data) = gnutella() else {
        eprintln!("not played: scenarios/gnutella.toml needs scenarios/data/{GNUTELLA}");
        return;
    };
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/gnutella.toml");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("gnutella.toml");
    std::fs::create_dir(folder.path().join("data")).expect("a folder in it");
    std::fs::copy(data, folder.path().join("data").join(GNUTELLA)).expect("a copy");
    std::fs::copy(shipped, &file).expect("a copy");
    let scenario = Scenario::load(&file, Some(Net(63)), None).expect("it is shipped");
    let played = play(&scenario, Cast::of(&scenario));
    // Counted in the edge list: 10 neighbours, 317 behind them, 1,267 behind these.
    let flood = Flood {
        name: "gnutella",
        by_hop: &[10, 447, 8_548],
        duplicates: 9_005 - (10 + 317 + 1_267),
        reached: 1_595,
    };
    flood.assert(&assert_as_demanded(&played).census);
}

#[test]
fn the_assignments_example_gives_each_client_what_the_protocol_says() {
    let scenario = shipped("mesh", 64);
    let played = play_on_sockets(&scenario, Cast::of(&scenario));
    let verdict = assert_passes(&played);
    let [one, two] = &verdict.clients[..] else {
        panic!("two clients")
    };
    let sources = |client: &p2p_sim::check::ClientVerdict| -> Vec<(u16, Option<u32>)> {
        let chunks = client.chunks.iter();
        chunks.map(|chunk| (chunk.id.0, chunk.hops)).collect()
    };
    // Chunk 5 is three hops from peer4; 4 is nowhere.
    let of_two = [
        (1, Some(2)),
        (3, Some(2)),
        (4, None),
        (5, Some(3)),
        (9, Some(1)),
    ];
    assert_eq!(sources(two), of_two);
    assert_eq!(sources(one)[0], (5, Some(0)));
    let log = std::fs::read_to_string(&played.ran.logs[1]).expect("a log");
    assert!(log.ends_with("0.0.0.0:0 - 4\n"), "{log}");
    for line in [
        "127.64.0.1:5002 - 1\n",
        "127.64.0.1:5003 - 3\n",
        "127.64.0.1:5001 - 5\n",
        "127.64.0.1:5005 - 9\n",
    ] {
        assert!(log.contains(line), "{log}");
    }
    let hellos = verdict.census.searches.iter();
    let of_one = hellos.clone().find(|s| s.client == Some(one.client));
    let of_one = of_one.expect("one HELLO");
    assert_eq!(
        (of_one.queries_by_hop.as_slice(), of_one.chunks_info),
        (&[2, 2, 4][..], 5)
    );
    let of_two = hellos.filter(|s| s.client == Some(two.client));
    let of_two: Vec<_> = of_two
        .map(|s| (s.queries_by_hop.clone(), s.chunks_info))
        .collect();
    let mut expected = vec![(vec![1, 2, 2], 0); 6];
    expected[0].1 = 5;
    assert_eq!(of_two, expected);
}
