//! Lifelines, moments and places.

use std::collections::BTreeSet;

use super::super::Pick;
use super::super::lanes::Lane;
use super::super::scene::{End, Scene};
use super::super::sheet::Sheet;
use super::{Recorder, address, all, hello, query, row, spot};
use crate::roster::{EndpointId, Entry, Roster};

#[test]
fn lifelines_go_by_hop_with_clients_beside_their_contact() {
    let mut trace = row(&["far", "middle", "near"]);
    let mut recorder = Recorder(&mut trace);
    for (from, to) in [(3, 2), (2, 1), (1, 0), (0, 4), (0, 99)] {
        recorder.send(0, from, to, hello());
    }
    let lanes = |pick: &Pick| Scene::of(&trace, pick).lanes;
    let of =
        |ids: &[u32]| -> Vec<Lane> { ids.iter().map(|id| Lane::Of(EndpointId(*id))).collect() };
    let mut expected = of(&[3, 2, 1, 0, 4]);
    expected.push(Lane::Outside);
    assert_eq!(lanes(&all()), expected);
    // Who is picked has a lifeline even if nothing happens there.
    let pick = Pick {
        endpoints: BTreeSet::from([EndpointId(0), EndpointId(2)]),
        ..all()
    };
    assert_eq!(lanes(&pick), of(&[2, 0]));
    // Who takes no part has none.
    let types = BTreeSet::from(["GET".to_owned()]);
    assert_eq!(lanes(&Pick { types, ..all() }), []);
}

#[test]
fn the_clients_of_one_contact_stand_on_both_sides_of_it() {
    let mut trace = row(&["only"]);
    let mut entries: Vec<Entry<'_>> = trace.roster.iter().map(|(_, e)| e).take(2).collect();
    for port in 50..52 {
        entries.push(Entry {
            address: address(port),
            ..entries[1]
        });
    }
    trace.roster = Roster::new(entries);
    trace.clients = vec![trace.clients[0].clone(); 3];
    let mut recorder = Recorder(&mut trace);
    for client in 1..4 {
        recorder.send(0, client, 0, hello());
    }
    let lanes = Scene::of(&trace, &all()).lanes;
    assert_eq!(lanes, [1, 2, 0, 3].map(|id| Lane::Of(EndpointId(id))));
}

#[test]
fn each_instant_is_a_moment_and_each_thing_in_it_has_its_place() {
    let mut trace = row(&["b", "a"]);
    let mut recorder = Recorder(&mut trace);
    let one = recorder.send(0, 2, 1, hello());
    let other = recorder.send(0, 2, 1, hello());
    recorder.deliver(1, one, 1);
    let onward = recorder.send(1, 1, 0, query(3));
    recorder.deliver(1, other, 1);
    // A link without delay.
    recorder.deliver(1, onward, 0);
    let scene = Scene::of(&trace, &all());
    let places: Vec<u32> = scene.moments.iter().map(|moment| moment.places).collect();
    assert_eq!(places, [2, 4]);
    let ways: Vec<_> = scene
        .arrows
        .iter()
        .map(|arrow| (arrow.from, &arrow.end))
        .collect();
    assert_eq!(
        ways,
        [
            (spot(0, 0, 0), &End::Landed(spot(1, 1, 0))),
            (spot(0, 0, 1), &End::Landed(spot(1, 1, 2))),
            (spot(1, 1, 1), &End::Landed(spot(2, 1, 3))),
        ]
    );
    for way in Sheet::of(&trace, &scene).ways {
        assert!(way.end.y > way.start.y, "{way:?} leads upwards");
    }
}
