//! Every scenario that is shipped.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use roxmltree::Document;

use super::super::choice::MOST_ARROWS;
use super::super::diagram;
use super::super::hops::HopSpan;
use super::super::scene::Scene;
use super::super::sheet::Sheet;
use super::super::texts::rooms;
use super::{about, all};
use crate::driver::{self, Cast, Control, Memory, lockstep};
use crate::scenario::Scenario;
use crate::trace::{Client, Journeys, Peer, Trace};

/// The trace of a scenario that is shipped, cut off after so many datagrams.
fn run(path: &Path, max_datagrams: u64) -> Option<Trace> {
    let scenario = Scenario::load(path, None, None).ok()?;
    let out = tempfile::tempdir().unwrap();
    let logs = driver::open_logs(&scenario, out.path()).unwrap();
    let stop = AtomicBool::new(false);
    let control = Control {
        max_datagrams,
        stop: &stop,
        watcher: &mut (),
    };
    let cast = Cast::of(&scenario);
    let ran = lockstep::run(&scenario, cast, &mut Memory, logs, control).unwrap();
    let peers = scenario.peers.iter().map(|peer| Peer {
        neighbours: peer.neighbours.clone(),
        chunks: peer.chunks.ids().collect(),
    });
    let clients = scenario.clients.iter().map(|client| Client {
        contact: client.contact,
        chunks: Vec::new(),
    });
    Some(Trace {
        about: about(&scenario.name),
        peers: peers.collect(),
        clients: clients.collect(),
        roster: scenario.roster.clone(),
        recording: ran.recording,
        findings: Vec::new(),
        end: None,
    })
}

/// All scenarios below `folder` but the large ones.
fn shipped(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true if path.ends_with("large") => {}
            true => shipped(&path, found),
            false if path.extension().is_some_and(|ending| ending == "toml") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn every_scenario_has_an_arrow_a_datagram_and_no_texts_on_each_other() {
    let mut files = Vec::new();
    shipped(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"),
        &mut files,
    );
    let mut drawn = 0;
    // What is too large for one diagram is cut off soon: one such is enough.
    for trace in files.iter().filter_map(|file| run(file, 600)) {
        let name = &trace.about.scenario;
        let journeys = Journeys::read(&trace.recording, &trace.roster)
            .datagrams
            .len();
        let scene = Scene::of(&trace, &all());
        assert_eq!(scene.arrows.len(), journeys.min(MOST_ARROWS), "{name}");
        assert_eq!(scene.arrows.len() + scene.beyond, journeys, "{name}");

        let (rooms, left_out) = rooms(&scene, &Sheet::of(&trace, &scene));
        for (index, room) in rooms.iter().enumerate() {
            let on_it = rooms[..index].iter().find(|other| room.overlaps(other));
            assert_eq!(on_it, None, "{name}: two texts overlap");
        }
        if name == "mesh" {
            assert_eq!(left_out, 0);
        }

        let svg = diagram(&trace, &all());
        let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        let arrows = document
            .descendants()
            .filter(|node| node.attribute("class") == Some("datagram"));
        assert_eq!(arrows.count(), scene.arrows.len(), "{name}");
        drawn += 1;
    }
    assert!(drawn >= 60, "only {drawn} scenarios");
}

#[test]
fn hops_of_mesh_are_those_of_its_searches() {
    let mesh = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/mesh.toml");
    let scene = Scene::of(&run(&mesh, 1_000).unwrap(), &all());
    // Both clients begin at once; the second one searches five times more, for what is nowhere.
    let numbers: Vec<u32> = scene.hops.iter().map(|hop| hop.number).collect();
    assert_eq!(numbers, [1, 2, 3].repeat(6));
    let HopSpan { from, to, .. } = scene.hops[0];
    assert_eq!((from, to), (1, 2));
}
