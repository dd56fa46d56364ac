//! Scenarios whose peers, links, chunks and wishes are generated, imported or drawn: what they load
//! to, by hand where that can be, and pinned where they are drawn.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use p2p_sim::chunks::ChunkStore;
use p2p_sim::scenario::{Expect, Scenario};
use p2p_sim::wire::{Chunk, ChunkId};

/// A client that asks the peer `contact` for chunk 1.
fn client(contact: &str) -> String {
    format!("\n[[client]]\nname = \"viewer\"\ncontact = \"{contact}\"\nchunks = [1]\n")
}

/// Loads `text`, with `files` beside it and with `seed` instead of its own.
fn load_with(text: &str, files: &[(&str, &str)], seed: Option<u64>) -> Scenario {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("it can be written");
    }
    let file = folder.path().join("it.toml");
    fs::write(&file, text).expect("it can be written");
    Scenario::load(&file, None, seed).unwrap_or_else(|rejected| panic!("{rejected}"))
}

fn load(text: &str) -> Scenario {
    load_with(text, &[], None)
}

/// The peers with their neighbours, by name: `p1: p2 p3`.
fn overlay(scenario: &Scenario) -> Vec<String> {
    let peers = scenario.peers.iter().map(|peer| {
        let near = peer.neighbours.iter();
        let near: Vec<String> = near.map(|at| scenario.roster.name_of(*at)).collect();
        let name = scenario.roster.name(peer.endpoint);
        format!("{name}: {}", near.join(" ")).trim_end().to_owned()
    });
    peers.collect()
}

fn numbers(ids: impl IntoIterator<Item = ChunkId>) -> Vec<u16> {
    ids.into_iter().map(|id| id.0).collect()
}

/// What each peer holds, those with nothing left out.
fn held(scenario: &Scenario) -> BTreeMap<&str, Vec<u16>> {
    let peers = scenario.peers.iter();
    let peers = peers.filter(|peer| !peer.chunks.is_empty());
    peers
        .map(|peer| {
            let ids = numbers(peer.chunks.ids());
            (scenario.roster.name(peer.endpoint), ids)
        })
        .collect()
}

/// How many peers hold each chunk.
fn copies(scenario: &Scenario) -> BTreeMap<u16, usize> {
    let mut copies = BTreeMap::new();
    for id in held(scenario).into_values().flatten() {
        *copies.entry(id).or_default() += 1;
    }
    copies
}

/// Each client with whom it asks and what it wants: `c1 p3 5,7`.
fn wishes(scenario: &Scenario) -> Vec<String> {
    let clients = scenario.clients.iter().map(|client| {
        assert_eq!(client.requests[0].chunks, client.chunks);
        let ids = numbers(client.chunks.iter().copied());
        let ids: Vec<String> = ids.iter().map(u16::to_string).collect();
        let name = |endpoint| scenario.roster.name(endpoint);
        format!(
            "{} {} {}",
            name(client.endpoint),
            name(client.contact),
            ids.join(",")
        )
    });
    clients.collect()
}

#[test]
fn plain_kinds_have_the_links_that_their_names_say() {
    for (kind, expected) in [
        ("line]\npeers = 3", &["p1: p2", "p2: p1 p3", "p3: p2"][..]),
        ("ring]\npeers = 3", &["p1: p2 p3", "p2: p1 p3", "p3: p1 p2"]),
        ("star]\npeers = 3", &["p1: p2 p3", "p2: p1", "p3: p1"]),
        (
            "tree]\narity = 2\ndepth = 2",
            &[
                "p1: p2 p3",
                "p2: p1 p4 p5",
                "p3: p1 p6 p7",
                "p4: p2",
                "p5: p2",
                "p6: p3",
                "p7: p3",
            ],
        ),
        ("tree]\narity = 2\ndepth = 0", &["p1:"]),
        (
            "grid]\nrows = 2\ncolumns = 3",
            &[
                "p1: p2 p4",
                "p2: p1 p3 p5",
                "p3: p2 p6",
                "p4: p1 p5",
                "p5: p2 p4 p6",
                "p6: p3 p5",
            ],
        ),
        (
            "torus]\nrows = 3\ncolumns = 3",
            &[
                "p1: p2 p3 p4 p7",
                "p2: p1 p3 p5 p8",
                "p3: p1 p2 p6 p9",
                "p4: p1 p5 p6 p7",
                "p5: p2 p4 p6 p8",
                "p6: p3 p4 p5 p9",
                "p7: p1 p4 p8 p9",
                "p8: p2 p5 p7 p9",
                "p9: p3 p6 p7 p8",
            ],
        ),
        (
            "complete]\npeers = 3",
            &["p1: p2 p3", "p2: p1 p3", "p3: p1 p2"],
        ),
        ("gnp]\npeers = 3\np = 0", &["p1:", "p2:", "p3:"]),
        (
            "gnp]\npeers = 3\np = 1",
            &["p1: p2 p3", "p2: p1 p3", "p3: p1 p2"],
        ),
    ] {
        let scenario = load(&format!("[overlay.{kind}\n{}", client("p1")));
        assert_eq!(overlay(&scenario), expected, "{kind}");
        assert_eq!(scenario.peers.len() + 1, scenario.roster.len());
    }
}

#[test]
fn random_kinds_have_as_many_links_as_they_say_and_depend_on_the_seed_alone() {
    for (kind, ends) in [
        ("gnm]\npeers = 12\nlinks = 20", Some(40)),
        ("regular]\npeers = 12\ndegree = 3", Some(36)),
        ("watts_strogatz]\npeers = 12\nk = 4\np = 0.5", Some(48)),
        ("barabasi_albert]\npeers = 12\nm = 2", Some(40)),
        ("gnp]\npeers = 12\np = 0.4", None),
        (
            "power_law]\npeers = 12\nexponent = 2.5\nmin_degree = 2",
            None,
        ),
    ] {
        let text = format!("seed = 5\n[overlay.{kind}\n{}", client("p1"));
        let scenario = load(&text);
        let sum: usize = scenario.peers.iter().map(|p| p.neighbours.len()).sum();
        assert!(
            sum > 12 && ends.is_none_or(|ends| sum == ends),
            "{kind}: {sum}"
        );
        assert_eq!(overlay(&load(&text)), overlay(&scenario), "{kind}");
        let other = load_with(&text, &[], Some(6));
        assert_ne!(overlay(&other), overlay(&scenario), "{kind}");
        // A seed of its own goes before every other.
        let fixed = format!(
            "seed = 9\noverlay.seed = 5\n[overlay.{kind}\n{}",
            client("p1")
        );
        for seed in [None, Some(6)] {
            let fixed = load_with(&fixed, &[], seed);
            assert_eq!(overlay(&fixed), overlay(&scenario), "{kind}");
        }
    }
}

#[test]
fn tables_say_more_about_peers_of_the_overlay_or_add_some() {
    let scenario = load(
        r#"
links = [["p2", "extra"], ["p4", "p2"]]

[overlay.ring]
peers = 4

[[peer]]
name = "p3"
chunks = [1, 2]
neighbours = ["p1", "127.0.0.1:7001"]

[[peer]]
name = "extra"
chunks = [2]
neighbours = ["p3"]

[[peer]]
name = "p1"
address = "127.0.9.9:6001"

[[client]]
name = "viewer"
contact = "extra"
chunks = [1]
"#,
    );
    assert_eq!(
        overlay(&scenario),
        [
            "p1: p2 p4",
            "p2: p1 p3 extra p4",
            "p3: p1 127.0.0.1:7001",
            "p4: p1 p3 p2",
            "extra: p3 p2",
        ]
    );
    let expected = [("extra", vec![2]), ("p3", vec![1, 2])];
    assert_eq!(held(&scenario), BTreeMap::from(expected));
    let addresses: Vec<String> = scenario
        .roster
        .iter()
        .map(|(_, entry)| entry.address.to_string())
        .collect();
    assert_eq!(
        addresses,
        [
            "127.0.9.9:6001",
            "127.0.0.1:5002",
            "127.0.0.1:5003",
            "127.0.0.1:5004",
            "127.0.0.1:5005",
            "127.0.0.1:5006",
            "127.0.0.1:7001",
        ]
    );
}

#[test]
fn an_empty_list_of_neighbours_leaves_a_peer_without() {
    let text = "[overlay.line]\npeers = 2\n[[peer]]\nname = \"p1\"\nneighbours = []\n";
    let scenario = load(&format!("{text}{}", client("p1")));
    assert_eq!(overlay(&scenario), ["p1:", "p2: p1"]);
}

#[test]
fn what_is_removed_is_gone_with_its_links() {
    let text = r#"
[overlay]
prefix = "node "
remove = ["node 2"]
remove_links = [["node 5", "node 4"], ["node 2", "node 1"]]

[overlay.ring]
peers = 5

[[peer]]
name = "node 2"
neighbours = ["node 5"]
"#;
    let scenario = load(&format!("{text}{}", client("node 5")));
    assert_eq!(
        overlay(&scenario),
        [
            "node 1: node 5",
            "node 3: node 4",
            "node 4: node 3",
            "node 5: node 1",
            // A new one of that name, behind the others.
            "node 2: node 5",
        ]
    );
}

#[test]
fn overlays_are_read_from_files() {
    let edges = "# From To\n10 2\n2\t30\n30 10\n30 10\n";
    let text = format!(
        "[overlay.edge_list]\nfile = \"edges.txt\"\n{}",
        client("p2")
    );
    let scenario = load_with(&text, &[("edges.txt", edges)], None);
    assert_eq!(
        overlay(&scenario),
        ["p2: p10 p30", "p10: p2 p30", "p30: p2 p10"]
    );
    let text = format!(
        "overlay.prefix = \"\"\n[overlay.edge_list]\nfile = \"edges.txt\"\ndirected = true\n{}",
        client("2")
    );
    let scenario = load_with(&text, &[("edges.txt", edges)], None);
    assert_eq!(overlay(&scenario), ["2: 30", "10: 2", "30: 10"]);

    let graphml = r#"<graphml><graph edgedefault="directed">
        <node id="left"/><node id="right"/><edge source="left" target="right"/>
        </graph></graphml>"#;
    let text = format!("[overlay.graphml]\nfile = \"it.xml\"\n{}", client("left"));
    let scenario = load_with(&text, &[("it.xml", graphml)], None);
    assert_eq!(overlay(&scenario), ["left: right", "right:"]);

    let text = format!(
        "overlay.remove_links = [[\"a\", \"b\"]]\n[overlay.dot]\nfile = \"it.dot\"\n{}",
        client("a")
    );
    let scenario = load_with(&text, &[("it.dot", "digraph { b -> a -> c -> b }")], None);
    assert_eq!(overlay(&scenario), ["b:", "a: c", "c: b"]);
}

#[test]
fn a_count_makes_many_that_are_alike() {
    let scenario = load(
        r#"
[[peer]]
name = "hub"

[[peer]]
name = "leaf"
count = 3
chunks = [1, 2]
neighbours = ["hub"]

[[client]]
name = "viewer"
count = 2
contact = "leaf3"
chunks = [2, 1]
bind = "127.0.0.7"
expect = { 1 = ["leaf1"] }
"#,
    );
    assert_eq!(
        overlay(&scenario),
        ["hub:", "leaf1: hub", "leaf2: hub", "leaf3: hub"]
    );
    let stores = &scenario.peers[1..];
    assert!(
        stores
            .iter()
            .all(|peer| Arc::ptr_eq(&peer.chunks, &stores[0].chunks))
    );
    assert_eq!(
        wishes(&scenario),
        ["viewer1 leaf3 2,1", "viewer2 leaf3 2,1"]
    );
    let second = &scenario.clients[1];
    assert_eq!(
        scenario.roster.address(second.endpoint).to_string(),
        "127.0.0.7:5006"
    );
    let leaf = scenario.peers[1].endpoint;
    assert_eq!(second.expect[&ChunkId(1)], Expect::From(vec![leaf]));
}

/// Peers p1 to p20 on a ring, 40 chunks spread over them, and clients that leave all to chance.
const CHANCE: &str = r#"
seed = 7

[overlay.ring]
peers = 20

[placement.round_robin]
chunks = "1-40"

[[peer]]
name = "more"
count = 3
chunks = { random = 4, of = "1-100" }
neighbours = { random = 2 }

[[client]]
name = "c"
count = 4
contact = { random = "all" }
chunks = { random = 3, of = "1-1000" }

[[client]]
name = "d"
contact = { random = ["p1", "p9", "more2"] }
chunks = { random = 2 }
"#;

#[test]
fn draws_are_pinned() {
    let scenario = load(CHANCE);
    assert_eq!(
        overlay(&scenario)[20..],
        ["more1: p8 p11", "more2: p1 p9", "more3: p1 p6"]
    );
    assert_eq!(
        wishes(&scenario),
        [
            "c1 p16 992,154,170",
            "c2 p14 436,324,879",
            "c3 more2 735,266,38",
            "c4 p13 725,327,831",
            "d p1 36,39",
        ]
    );
    let held = held(&scenario);
    assert_eq!(held["p17"], [17, 40]);
    // The chunks that are placed in turn, 21 to 23, are among them.
    assert_eq!(held["more1"], [2, 21, 26, 31, 69]);
    assert_eq!(held["more2"], [5, 19, 22, 35, 92]);
    assert_eq!(held["more3"], [18, 19, 23, 34, 67]);
}

#[test]
fn another_entry_changes_no_draws() {
    let before = load(CHANCE);
    let first = "[[client]]\nname = \"first\"\ncontact = { random = \"all\" }\n\
                 chunks = { random = 9, of = \"1-99\" }\n\n[[client]]\nname = \"c\"";
    let after = load(&CHANCE.replacen("[[client]]\nname = \"c\"", first, 1));
    assert_eq!(wishes(&after)[1..], wishes(&before));
    assert_eq!(overlay(&after), overlay(&before));
    // More of a kind change nothing for those before them.
    let after = load(&CHANCE.replace("count = 4", "count = 9"));
    assert_eq!(wishes(&after)[..4], wishes(&before)[..4]);
    // The seed decides them all, and one from outside goes first.
    let other = load_with(CHANCE, &[], Some(8));
    assert_ne!(wishes(&other), wishes(&before));
    assert_ne!(held(&other), held(&before));
    let same = load_with(&CHANCE.replace("seed = 7", "seed = 8"), &[], Some(7));
    assert_eq!(wishes(&same), wishes(&before));
}

#[test]
fn random_neighbours_are_others_and_differ() {
    let text = "[[peer]]\nname = \"p\"\ncount = 30\nneighbours = { random = 29 }\n";
    let scenario = load(&format!("{text}{}", client("p1")));
    for peer in &scenario.peers {
        let own = scenario.roster.address(peer.endpoint);
        let mut near = peer.neighbours.to_vec();
        near.sort_unstable();
        near.dedup();
        assert!(near.len() == 29 && !near.contains(&own));
    }
}

/// Loads a ring of ten peers, of whom p1 holds chunk 1 by hand, with `placement`.
fn placed(placement: &str) -> Scenario {
    let ring = "[overlay.ring]\npeers = 10\n[[peer]]\nname = \"p1\"\nchunks = [1]\n";
    load(&format!("{placement}\n{ring}{}", client("p1")))
}

#[test]
fn chunks_are_placed_in_turn_and_by_hand() {
    let scenario = placed(
        "[placement.round_robin]\nchunks = \"21-32\"\n\
         [placement.one]\nchunks = [5, 1]\npeer = \"p1\"",
    );
    let held = held(&scenario);
    assert_eq!(held["p1"], [1, 5, 21, 31]);
    assert_eq!(held["p2"], [22, 32]);
    assert_eq!(held["p3"], [23]);
    assert_eq!(held["p10"], [30]);
}

#[test]
fn uniform_copies_are_at_different_peers() {
    let uniform = "[[placement.uniform]]\nchunks = \"21-40\"\nreplicas = 3\n";
    let scenario = placed(&format!("{uniform}{}", uniform.replace("21-40", "41-45")));
    let copies = copies(&scenario);
    assert!((21..=45).all(|id| copies[&id] == 3), "{copies:?}");
    // What is behind changes nothing before it.
    let alone = held(&scenario).into_iter().map(|(name, mut ids)| {
        ids.retain(|id| *id <= 40);
        (name, ids)
    });
    let alone: BTreeMap<_, _> = alone.filter(|(_, ids)| !ids.is_empty()).collect();
    assert_eq!(alone, held(&placed(uniform)));
}

#[test]
fn zipf_copies_are_many_of_the_popular_ones() {
    let zipf = "[placement.zipf]\nchunks = [9, 8, 7, 6]\nreplicas = 20\nexponent = 1.0";
    let scenario = placed(zipf);
    // 20 · 12/25 is 9.6, then 4.8, 3.2, 2.4: 9, 4, 3, 2 and the two largest remainders.
    let expected = [(1, 1), (6, 2), (7, 3), (8, 5), (9, 10)];
    assert_eq!(copies(&scenario), BTreeMap::from(expected));
}

#[test]
fn clients_want_popular_chunks_rather() {
    let text = r#"
[overlay.ring]
peers = 10

[placement.zipf]
chunks = [9, 8, 7, 6]
replicas = 20
exponent = 1.0

[placement.one]
chunks = [50]
peer = "p1"

[[client]]
name = "c"
count = 2000
contact = "p1"
chunks = { random = 1 }
"#;
    let scenario = load(text);
    let mut counts = BTreeMap::<u16, u32>::new();
    for client in &scenario.clients {
        *counts.entry(client.chunks[0].0).or_default() += 1;
    }
    // 960, 480, 320 and 240, give or take five standard deviations.
    for (id, expected, most) in [(9, 960, 112), (8, 480, 96), (7, 320, 82), (6, 240, 73)] {
        assert!(counts[&id].abs_diff(expected) < most, "{counts:?}");
    }
    assert_eq!(counts.len(), 4);
    // Whoever says of which draws evenly.
    let even = load(&text.replace("random = 1", "random = 1, of = [9, 50]"));
    let nines = even.clients.iter().filter(|c| c.chunks[0].0 == 9).count();
    assert!(nines.abs_diff(1000) < 112, "{nines}");
}

#[test]
fn chunks_are_placed_so_many_hops_away() {
    let at = "[placement.distance]\nchunks = [21, 22]\nfrom = \"p3\"\nhops = 4\nreplicas = 2";
    let expected = [("p1", vec![1]), ("p7", vec![21, 22]), ("p9", vec![21, 22])];
    assert_eq!(held(&placed(at)), BTreeMap::from(expected));
    let home = "[placement.distance]\nchunks = [21]\nfrom = \"p3\"\nhops = 0";
    assert_eq!(held(&placed(home))["p3"], [21]);
    // Hops go the way that QUERYs go, along all links that there are.
    let text = "links = [[\"p1\", \"p4\"]]\n[placement.distance]\nchunks = [7]\nfrom = \"p1\"\n\
                hops = 2\n[overlay.line]\npeers = 5\n[[peer]]\nname = \"p2\"\nneighbours = []\n";
    let scenario = load(&format!("{text}{}", client("p1")));
    let held = held(&scenario);
    assert!(
        held.len() == 1 && (held.contains_key("p3") || held.contains_key("p5")),
        "{held:?}"
    );
}

/// Those at a distance are drawn from in the order of their numbers, however many others there are.
#[test]
fn a_draw_at_a_distance_is_the_same_in_a_large_overlay() {
    let drawn = |peers: u32| {
        let last = peers - 1;
        let text = format!(
            "links = [[\"p2\", \"p{last}\"]]\n[overlay.ring]\npeers = {peers}\n[placement]\n\
             distance = {{ chunks = \"1-20\", from = \"p{last}\", hops = 1, replicas = 1 }}\n"
        );
        let scenario = load(&(text + &client("p1")));
        let near = [2, peers - 2, peers].map(|peer| format!("p{peer}"));
        let held = held(&scenario);
        near.map(|peer| held.get(&*peer).cloned().unwrap_or_default())
    };
    let of_few = drawn(100);
    assert_eq!(of_few.each_ref().map(Vec::len).iter().sum::<usize>(), 20);
    assert!(of_few.iter().all(|chunks| !chunks.is_empty()), "{of_few:?}");
    assert_eq!(drawn(60_000), of_few);
}

#[test]
fn files_go_before_placed_chunks() {
    let text = format!(
        "[placement.one]\nchunks = \"5-6\"\npeer = \"p1\"\n\
         [[peer]]\nname = \"p1\"\nkey_values = \"list\"\n{}",
        client("p1")
    );
    let files = [("list", "5: five\n"), ("five", "from a file")];
    let scenario = load_with(&text, &files, None);
    let store: &ChunkStore = &scenario.peers[0].chunks;
    let bytes = |id| store.chunk(ChunkId(id)).expect("it is held").as_bytes();
    assert_eq!(bytes(5), &b"from a file"[..]);
    assert_eq!(bytes(6), Chunk::generated(ChunkId(6)).as_bytes());
}

#[test]
fn an_expectation_holds_where_its_chunk_is_drawn() {
    let text = r#"
[[peer]]
name = "p1"
chunks = [1]

[[client]]
name = "c"
count = 20
contact = "p1"
chunks = { random = 1, of = [1, 2] }
expect = { 2 = "missing" }
"#;
    let scenario = load(text);
    for client in &scenario.clients {
        let wanted = client.chunks[0];
        assert_eq!(
            client.expect.contains_key(&ChunkId(2)),
            wanted == ChunkId(2)
        );
    }
    assert!(
        scenario
            .clients
            .iter()
            .any(|client| client.expect.is_empty())
    );
}

#[test]
fn a_hundred_thousand_peers_load() {
    let text = "[overlay.barabasi_albert]\npeers = 100000\nm = 3\n\
                [placement.zipf]\nchunks = \"1-500\"\nreplicas = 20000\nexponent = 0.8\n\
                [[client]]\nname = \"c\"\ncount = 1000\ncontact = { random = \"all\" }\n\
                chunks = { random = 3 }\n";
    let scenario = load(text);
    assert_eq!(
        (scenario.peers.len(), scenario.clients.len()),
        (100_000, 1_000)
    );
    assert_eq!(copies(&scenario).values().sum::<usize>(), 20_000);
    let name = scenario.roster.name(scenario.peers[99_999].endpoint);
    assert_eq!(name, "p100000");
    assert!(Path::new(&scenario.file).ends_with("it.toml"));
}

#[test]
fn tables_say_more_about_peers_of_a_large_overlay() {
    let text = "links = [[\"p2\", \"p59999\"]]\n\
                [overlay.ring]\npeers = 60000\n\
                [placement]\n\
                distance = { chunks = [1], from = \"p30000\", hops = 100, replicas = 2 }\n\
                [[peer]]\nname = \"p3\"\nneighbours = [\"p59998\", \"p3\"]\n\
                [[peer]]\nname = \"p59997\"\nneighbours = [\"p1\"]\n\
                [[peer]]\nname = \"late\"\nneighbours = [\"p2\"]\n";
    let scenario = load(&(text.to_owned() + &client("p1")));
    let in_ring = |peer: u32| match peer {
        1 => "p1: p2 p60000".to_owned(),
        60_000 => "p60000: p1 p59999".to_owned(),
        peer => format!("p{peer}: p{} p{}", peer - 1, peer + 1),
    };
    let mut expected: Vec<String> = (1..=60_000).map(in_ring).collect();
    expected[1] += " p59999";
    expected[59_998] += " p2";
    expected[2] = "p3: p59998 p3".to_owned();
    expected[59_996] = "p59997: p1".to_owned();
    expected.push("late: p2".to_owned());
    let loaded = overlay(&scenario);
    assert_eq!(loaded.len(), expected.len());
    for (loaded, expected) in loaded.iter().zip(&expected) {
        assert_eq!(loaded, expected);
    }
    let there = BTreeMap::from([("p29900", vec![1]), ("p30100", vec![1])]);
    assert_eq!(held(&scenario), there);
}
