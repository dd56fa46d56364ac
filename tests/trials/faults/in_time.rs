//! Peers that stop, crash, stand still and join; links that are cut; chunks that come and go.

use std::sync::Arc;

use p2p_sim::chunks::ChunkStore;
use p2p_sim::rules::Duplicates;
use p2p_sim::time::Time;
use p2p_sim::wire::Chunk;

use super::*;

#[test]
fn a_peer_is_stopped_after_its_first_response_and_not_in_the_middle_of_a_reaction() {
    let mut scenario = row("p1", "[4, 8]");
    scenario.clients[0].requests[0].patience.repeats = 1;
    let p4 = named(&scenario.roster, "p4");
    let response = pattern(&scenario, Type::Response, "p4", "");
    let get = pattern(&scenario, Type::Response, "p4", "");
    scenario.faults.timeline = vec![after(response, 1, 0, Change::Stop(p4))];
    scenario.faults.named = vec![fault(Effect::Drop, get, &[2])];
    let played = everywhere(&scenario);
    let lines = played.lines();
    let stopped = lines.iter().position(|line| line.contains("stopped p4"));
    let stopped = stopped.expect("it stops");
    // Both RESPONSEs were sent, and only then it stopped; the second was dropped on its way.
    assert!(lines[stopped - 3].contains("sent p4 -> viewer: RESPONSE id 4"));
    assert!(lines[stopped - 2].contains("sent p4 -> viewer: RESPONSE id 8"));
    let cause = lines[stopped - 3].split(' ').next().unwrap_or_default();
    assert!(lines[stopped].ends_with(&format!("(by {cause})")));
    let down = played.telling(&["dropped", "peer-down"]);
    assert_eq!(down.len(), 1, "the repeated GET");
    assert_eq!(played.logged(), from(&[("p4", 4), ("-", 8)]));
}

#[test]
fn a_partition_one_way_and_its_healing() {
    let mut scenario = row("p1", "[2, 4]");
    let cut = cut(&scenario.roster, &["p1", "p2"], &["p3", "p4"], false);
    scenario.faults.timeline = vec![
        at(0, Change::Cut(cut.clone())),
        at(4_000, Change::Heal(cut)),
    ];
    let played = everywhere(&scenario);
    assert_eq!(
        played.telling(&[" cut p1"]),
        ["0.000000 cut p1,p2 -> p3,p4"],
        "before all else"
    );
    assert_eq!(played.telling(&["dropped", ": cut"]).len(), 1);
    // The client is on no side: what is said to it crosses. The second HELLO finds what is cut off.
    assert_eq!(played.telling(&["sent viewer", "HELLO"]).len(), 2);
    assert_eq!(played.logged(), from(&[("p2", 2), ("p4", 4)]));
}

#[test]
fn what_waits_for_a_peer_that_stands_still_comes_in_its_order() {
    let mut scenario = row("p2", "[2, 3]");
    let p2 = named(&scenario.roster, "p2");
    scenario.clients[0].requests[0].patience.wait = millis(500);
    scenario.faults.timeline = vec![
        at(0, Change::Pause(p2, millis(900))),
        at(300, Change::Pause(p2, millis(900))),
    ];
    let played = everywhere(&scenario);
    assert_eq!(
        played.telling(&["resumed"]),
        ["1.200000 resumed p2"],
        "the later end counts"
    );
    let hellos = played.telling(&["delivered", "to p2"]);
    assert_eq!(hellos.len(), 3 + 1, "three HELLOs and a GET");
    assert!(hellos[..3].iter().all(|line| line.starts_with("1.200000")));
    let lines = played.lines();
    let resumed = lines.iter().position(|line| line.contains("resumed"));
    assert!(lines[resumed.expect("it does") + 1].contains("delivered #"));
    assert_eq!(played.logged(), from(&[("p2", 2), ("p3", 3)]));
}

#[test]
fn a_stop_ends_a_pause_and_what_waits_is_dropped() {
    let mut scenario = row("p2", "[2]");
    let p2 = named(&scenario.roster, "p2");
    scenario.clients[0].requests[0].patience.wait = millis(500);
    scenario.faults.timeline = vec![
        at(0, Change::Pause(p2, millis(3_000))),
        at(700, Change::Stop(p2)),
        at(900, Change::Start(p2)),
    ];
    let played = everywhere(&scenario);
    let down = played.telling(&["peer-down"]);
    assert_eq!(down.len(), 2);
    assert!(down.iter().all(|line| line.starts_with("0.700000")));
    assert_eq!(played.telling(&["resumed"]), [""; 0]);
    assert_eq!(played.logged(), from(&[("p2", 2)]));
}

#[test]
fn only_a_crash_makes_a_peer_forget_searches() {
    let ignored = |leaves: fn(EndpointId) -> Change| {
        let mut scenario = row("p1", "[9]");
        scenario.duplicates = Duplicates::First;
        let p2 = named(&scenario.roster, "p2");
        let patience = &mut scenario.clients[0].requests[0].patience;
        (patience.wait, patience.repeats) = (millis(1_000), 1);
        scenario.faults.timeline = vec![at(500, leaves(p2)), at(600, Change::Start(p2))];
        let played = everywhere(&scenario);
        let copies = played.telling(&["delivered", "to p2"]);
        let ignored = copies.iter().filter(|line| line.ends_with("duplicate"));
        (copies.len(), ignored.count())
    };
    assert_eq!(ignored(Change::Stop), (2, 1));
    assert_eq!(ignored(Change::Crash), (2, 0));
}

#[test]
fn a_peer_that_joins_was_not_there_before() {
    let mut scenario = row("p1", "[4]");
    let p4 = named(&scenario.roster, "p4");
    scenario.faults.timeline = vec![at(0, Change::Stop(p4)), at(2_000, Change::Start(p4))];
    let played = everywhere(&scenario);
    assert_eq!(played.telling(&["peer-down"]).len(), 1);
    assert_eq!(played.telling(&["started"]), ["2.000000 started p4"]);
    assert_eq!(played.logged(), from(&[("p4", 4)]));
    assert!(played.ran.clock > Time::from_start(millis(5_000)));
}

#[test]
fn chunks_are_gained_and_lost() {
    let mut scenario = row("p1", "[3, 9]");
    let [p2, p3] = ["p2", "p3"].map(|name| named(&scenario.roster, name));
    let nine = ChunkStore::from_iter([(ChunkId(9), Chunk::generated(ChunkId(9)))]);
    scenario.clients[0].requests[0].patience.repeats = 1;
    scenario.faults.timeline = vec![
        at(50, Change::Lose(p3, vec![ChunkId(3)])),
        at(3_000, Change::Gain(p2, Arc::new(nine))),
    ];
    let played = everywhere(&scenario);
    assert_eq!(
        played.telling(&["chunks"]),
        ["0.050000 p3 lost chunks 3", "3.000000 p2 gained chunks 9"]
    );
    assert!(!played.telling(&["nothing-held"]).is_empty());
    assert_eq!(played.logged(), from(&[("-", 3), ("p2", 9)]));
}

#[test]
fn what_is_due_after_the_end_never_happens() {
    let mut scenario = row("p1", "[1]");
    let p2 = named(&scenario.roster, "p2");
    let usual = play(&scenario, Cast::of(&scenario));
    scenario.faults.timeline = vec![
        at(3_600_000, Change::Stop(p2)),
        after(
            pattern(&scenario, Type::Response, "", ""),
            1,
            60_000,
            Change::HealAll,
        ),
    ];
    let played = everywhere(&scenario);
    assert_eq!(played.lines(), usual.lines());
}

#[test]
fn a_datagram_that_waits_keeps_the_run_going() {
    let mut scenario = row("p1", "[1]");
    let p4 = named(&scenario.roster, "p4");
    scenario.faults.timeline = vec![at(0, Change::Pause(p4, millis(60_000)))];
    let played = everywhere(&scenario);
    assert_eq!(played.telling(&["delivered", "to p4"]).len(), 1);
    assert_eq!(played.ran.clock, Time::from_start(millis(60_000)));
}
