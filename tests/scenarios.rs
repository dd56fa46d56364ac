//! Every scenario that is shipped loads, and the assignment's example says what docs/protocol.md
//! says.

use std::net::SocketAddrV4;
use std::path::{Path, PathBuf};

use p2p_sim::roster::{EndpointId, Role};
use p2p_sim::rules::{Choose, Duplicates, Patience, Ttl};
use p2p_sim::scenario::{Expect, Net, Scenario};
use p2p_sim::wire::ChunkId;

fn load(name: &str) -> Scenario {
    load_in(name, None)
}

fn load_in(name: &str, net: Option<Net>) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("scenarios")
        .join(name);
    Scenario::load(&path, net, None).unwrap_or_else(|rejected| panic!("{rejected}"))
}

fn numbers(ids: impl IntoIterator<Item = ChunkId>) -> Vec<u16> {
    ids.into_iter().map(|id| id.0).collect()
}

/// All scenarios below `folder` but the large ones, which have tests of their own.
fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    for entry in entries {
        let path = entry.expect("its entries can be read").path();
        match path.is_dir() {
            true if path.ends_with("large") => {}
            true => files_below(&path, found),
            false if path.extension().is_some_and(|ending| ending == "toml") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn every_shipped_scenario_loads_and_says_what_to_look_at() {
    let mut files = Vec::new();
    files_below(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"),
        &mut files,
    );
    assert!(files.len() >= 60, "only {} scenarios", files.len());
    for file in files {
        let loaded = Scenario::load(&file, None, None);
        if file.ends_with("gnutella.toml") && !file.with_file_name("data").exists() {
            let told = loaded.expect_err("its overlay is not shipped").to_string();
            assert!(
                told.contains("get it from https://snap.stanford.edu/"),
                "{told}"
            );
            continue;
        }
        let scenario = loaded.unwrap_or_else(|rejected| panic!("{rejected}"));
        assert!(
            !scenario.description.is_empty(),
            "{} says nothing",
            file.display()
        );
        assert!(scenario.outside.is_empty());
    }
}

#[test]
fn mesh_is_the_assignments_example() {
    let mesh = load("mesh.toml");
    assert_eq!(mesh.name, "mesh");
    assert_eq!((mesh.ttl, mesh.duplicates), (Ttl(3), Duplicates::Literal));
    assert_eq!(mesh.seed, 0);
    assert_eq!(mesh.faults.links.peers.delay.as_millis(), 1);
    assert!(mesh.allow.is_empty());

    let ports = |addresses: &[SocketAddrV4]| -> Vec<u16> {
        assert!(addresses.iter().all(|a| a.ip().to_string() == "127.0.0.1"));
        addresses.iter().map(SocketAddrV4::port).collect()
    };
    for (index, (neighbours, chunks)) in [
        (&[5003, 5002][..], &[5, 6, 7, 8][..]),
        (&[5001, 5005], &[1, 2]),
        (&[5001, 5005], &[3, 6, 7, 8]),
        (&[5005], &[6, 7, 8]),
        (&[5002, 5003, 5004], &[9, 10]),
    ]
    .into_iter()
    .enumerate()
    {
        let peer = &mesh.peers[index];
        assert_eq!(
            mesh.roster.name(peer.endpoint),
            format!("peer{}", index + 1)
        );
        let own_port = 5001 + u16::try_from(index).unwrap();
        assert_eq!(ports(&[mesh.roster.address(peer.endpoint)]), [own_port]);
        assert_eq!(ports(&peer.neighbours), neighbours);
        assert_eq!(numbers(peer.chunks.ids()), chunks);
    }

    let [one, two] = &mesh.clients[..] else {
        panic!("two clients");
    };
    assert_eq!((one.endpoint, one.contact), (EndpointId(5), EndpointId(0)));
    assert_eq!((two.endpoint, two.contact), (EndpointId(6), EndpointId(3)));
    assert_eq!(numbers(one.chunks.iter().copied()), [5, 6, 7]);
    assert_eq!(numbers(two.chunks.iter().copied()), [1, 3, 4, 5, 9]);
    assert_eq!(one.requests[0].patience, Patience::of(Choose::Random));
    assert_eq!(two.expect[&ChunkId(4)], Expect::Missing);
    assert_eq!(two.expect[&ChunkId(5)], Expect::From(vec![EndpointId(0)]));
    assert_eq!(
        mesh.roster.address(two.endpoint).to_string(),
        "127.0.0.1:5007"
    );
    assert_eq!(mesh.roster.len(), 7);
}

#[test]
fn equal_chunks_and_stores_are_shared() {
    let everywhere = load("edge/same-chunk-everywhere.toml");
    let stores = &everywhere.peers;
    assert!(std::sync::Arc::ptr_eq(&stores[0].chunks, &stores[3].chunks));
    let mesh = load("mesh.toml");
    let bytes = |peer: usize| {
        mesh.peers[peer]
            .chunks
            .chunk(ChunkId(6))
            .unwrap()
            .as_bytes()
    };
    assert_eq!(bytes(0).as_ptr(), bytes(2).as_ptr());
}

#[test]
fn links_come_behind_neighbours_and_nothing_is_taken_out() {
    let scenario = load("edge/self-loop-and-repeated-neighbour.toml");
    let ports: Vec<u16> = scenario.peers[0]
        .neighbours
        .iter()
        .map(SocketAddrV4::port)
        .collect();
    assert_eq!(ports, [5001, 5002, 5002, 5002]);
    let ports: Vec<u16> = scenario.peers[1]
        .neighbours
        .iter()
        .map(SocketAddrV4::port)
        .collect();
    assert_eq!(ports, [5001, 5003]);
}

#[test]
fn an_absent_neighbour_is_nobody_and_moves_with_the_net() {
    let scenario = load_in("edge/absent-neighbour.toml", Some(Net(44)));
    let nobody: Vec<EndpointId> = scenario.roster.with_role(Role::Nobody).collect();
    assert_eq!(nobody, [EndpointId(3)]);
    assert_eq!(scenario.roster.name(nobody[0]), "127.44.0.1:7001");
    assert_eq!(scenario.roster.name(EndpointId(0)), "a");
    let addresses = scenario
        .roster
        .iter()
        .map(|(_, entry)| entry.address.ip().octets()[1]);
    assert!(addresses.eq([44; 4]));
    assert_eq!(
        scenario.peers[0].neighbours[0].to_string(),
        "127.44.0.1:7001"
    );
}
