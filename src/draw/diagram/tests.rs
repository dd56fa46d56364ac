//! Diagrams of traces made by hand, and of every scenario that is shipped.

use std::collections::BTreeSet;
use std::net::SocketAddrV4;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bytes::Bytes;
use roxmltree::Document;

use super::choice::MOST_ARROWS;
use super::hops::HopSpan;
use super::lanes::Lane;
use super::scene::{End, Scene, Sign, Spot};
use super::sheet::Sheet;
use super::texts::rooms;
use super::{Pick, diagram};
use crate::driver::{self, Cast, Control, Memory, lockstep};
use crate::endpoint::Receipt;
use crate::event::{Culprit, DropReason, EventId, Recording, What};
use crate::faults::{Change, Cut};
use crate::roster::{EndpointId, Entry, Role, Roster};
use crate::rules::Ttl;
use crate::scenario::Scenario;
use crate::time::Time;
use crate::trace::{About, Client, Journeys, Peer, Trace};
use crate::wire::{ChunkId, IdList, Message, Query};

fn address(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new([127, 0, 0, 1].into(), port)
}

/// A run whose peers are in a row, the last one first, of which the viewer asks the last.
fn row(names: &[&str]) -> Trace {
    let peers = u16::try_from(names.len()).unwrap();
    let entry = |(port, name): (u16, &str), role| Entry {
        name: name.to_owned(),
        address: address(port),
        role,
    };
    let mut entries: Vec<Entry> = (0..)
        .zip(names)
        .map(|(port, name)| entry((port, name), Role::Peer))
        .collect();
    entries.push(entry((peers, "viewer"), Role::Client));
    entries.push(entry((peers + 1, "nobody"), Role::Nobody));
    let last = EndpointId(u32::from(peers) - 1);
    Trace {
        about: about("row"),
        roster: Roster::new(entries),
        peers: (0..peers)
            .map(|port| Peer {
                neighbours: port.checked_sub(1).map(address).into_iter().collect(),
                chunks: vec![ChunkId(port)],
            })
            .collect(),
        clients: vec![Client {
            contact: last,
            chunks: vec![ChunkId(0)],
        }],
        recording: Recording::default(),
        findings: Vec::new(),
        end: None,
    }
}

fn about(scenario: &str) -> About {
    About {
        scenario: scenario.to_owned(),
        description: String::new(),
        seed: 0,
        mode: "lockstep".to_owned(),
        ttl: 3,
        duplicates: "literal".to_owned(),
        reliable: false,
    }
}

fn hello() -> Bytes {
    Message::Hello(IdList::distinct([ChunkId(0)])).encode()
}

fn query(ttl: u16) -> Bytes {
    let query = Query {
        client: address(9),
        ttl: Ttl(ttl),
        ids: IdList::distinct([ChunkId(0)]),
    };
    Message::Query(query).encode()
}

/// Records by milliseconds.
struct Recorder<'a>(&'a mut Trace);

impl Recorder<'_> {
    fn record(&mut self, ms: u64, cause: Option<EventId>, what: What) -> EventId {
        let time = Time::from_start(Duration::from_millis(ms));
        self.0.recording.record(time, cause, what)
    }

    fn send(&mut self, ms: u64, from: u32, to: u16, payload: Bytes) -> EventId {
        let (from, to) = (EndpointId(from), address(to));
        self.record(ms, None, What::Sent { from, to, payload })
    }

    fn deliver(&mut self, ms: u64, datagram: EventId, to: u32) -> EventId {
        let what = What::Delivered {
            datagram,
            to: EndpointId(to),
            receipt: Receipt::default(),
        };
        self.record(ms, Some(datagram), what)
    }

    fn lose(&mut self, ms: u64, datagram: EventId, reason: DropReason) {
        self.record(ms, Some(datagram), What::Dropped { datagram, reason });
    }
}

fn all() -> Pick {
    Pick::default()
}

fn spot(lane: u32, moment: u32, place: u32) -> Spot {
    Spot {
        lane,
        moment,
        place,
    }
}

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
    let mut entries: Vec<Entry> = trace
        .roster
        .iter()
        .map(|(_, e)| e.clone())
        .take(2)
        .collect();
    for port in 50..52 {
        entries.push(Entry {
            address: address(port),
            ..entries[1].clone()
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

/// A run in which everything happens to a datagram that can.
fn eventful() -> Trace {
    let mut trace = row(&["b", "a"]);
    let mut recorder = Recorder(&mut trace);
    let culprit = Culprit::Fault(0);
    let ask = recorder.send(0, 2, 1, hello());
    let heard = recorder.deliver(1, ask, 1);
    let flood = |recorder: &mut Recorder<'_>| {
        let sent = What::Sent {
            from: EndpointId(1),
            to: address(0),
            payload: query(3),
        };
        recorder.record(1, Some(heard), sent)
    };
    let first = flood(&mut recorder);
    let again = flood(&mut recorder);
    let by = Duration::from_millis(3);
    recorder.record(
        1,
        None,
        What::Delayed {
            datagram: again,
            by,
            culprit,
        },
    );
    let copied = What::Duplicated {
        original: first,
        culprit,
    };
    let copy = recorder.record(1, None, copied);
    let payload = Bytes::from_static(b"harmed");
    recorder.record(
        1,
        None,
        What::Corrupted {
            datagram: copy,
            payload,
            culprit,
        },
    );
    recorder.deliver(2, first, 0);
    recorder.deliver(4, again, 0);
    recorder.deliver(2, copy, 0);
    for (reason, to) in [
        (DropReason::Fault(1), 0),
        (DropReason::Down, 0),
        (DropReason::NobodyThere, 3),
    ] {
        let lost = recorder.send(5, 1, to, query(2));
        recorder.lose(6, lost, reason);
    }
    let kernel = recorder.send(7, 0, 1, hello());
    recorder.record(8, None, What::LostByKernel { datagram: kernel });
    let own = recorder.send(9, 0, 0, query(1));
    recorder.deliver(10, own, 0);
    recorder.record(
        10,
        None,
        What::Outside {
            at: EndpointId(0),
            from: address(77),
            payload: Bytes::from_static(b"?"),
        },
    );
    recorder.send(11, 0, 1, hello());
    trace
}

#[test]
fn every_fate_is_drawn_and_explained() {
    let trace = eventful();
    let scene = Scene::of(&trace, &all());
    let ends: Vec<String> = scene
        .arrows
        .iter()
        .map(|arrow| {
            let end = match &arrow.end {
                End::Landed(_) => "landed",
                End::Refused(_, why) | End::Lost(why) => why,
                End::InFlight => "in flight",
            };
            let signs = [
                (arrow.is_duplicate, ", duplicate"),
                (arrow.is_copy, ", copy"),
                (arrow.is_damaged, ", damaged"),
                (arrow.is_held_back, ", held back"),
            ];
            let signs = signs.into_iter().filter(|(has_it, _)| *has_it);
            format!(
                "{} {end}{}",
                arrow.text,
                signs.map(|(_, sign)| sign).collect::<String>()
            )
        })
        .collect();
    assert_eq!(
        ends,
        [
            "HELLO 0 landed",
            "QUERY ttl 3 landed",
            "QUERY ttl 3 landed, duplicate, held back",
            "QUERY ttl 3 landed, copy, damaged",
            "QUERY ttl 2 fault 2",
            "QUERY ttl 2 peer down",
            "QUERY ttl 2 nobody there",
            "HELLO 0 lost by kernel",
            "QUERY ttl 1 landed",
            "1 bytes in flight",
            "HELLO 0 in flight",
        ]
    );
    let drawn = diagram(&trace, &all());
    let document = Document::parse(&drawn).unwrap();
    let texts = texts_of(&document);
    for text in [
        "duplicate QUERY",
        "lost, and why",
        "on its way at the end",
        "copy made by a link",
        "damaged",
        "held back",
        "fault 2",
        "peer down",
        "lost by kernel",
        "outside",
        "hop 1",
    ] {
        assert!(texts.contains(&text), "no `{text}` in {texts:?}");
    }
    let told = document
        .descendants()
        .filter(|node| node.has_tag_name("title"));
    let told: Vec<&str> = told.filter_map(|title| title.text()).collect();
    assert!(
        told.iter().any(
            |told| told.contains("sent b -> a: HELLO ids 0") && told.ends_with("in the kernel")
        ),
        "{told:?}"
    );
}

fn texts_of<'a>(document: &'a Document<'_>) -> Vec<&'a str> {
    let texts = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    texts.filter_map(|text| text.text()).collect()
}

#[test]
fn what_changes_and_what_clients_do_is_marked() {
    let mut trace = row(&["b", "a"]);
    let mut recorder = Recorder(&mut trace);
    let peer = EndpointId(0);
    let cut = Cut {
        from: Arc::new([peer]),
        to: Arc::new([EndpointId(1)]),
        both_ways: true,
    };
    let changes = [
        Change::Start(peer),
        Change::Pause(peer, Duration::from_millis(2)),
        Change::Resume(peer),
        Change::Crash(peer),
        Change::Lose(peer, vec![ChunkId(7)]),
        Change::Cut(cut),
    ];
    for (ms, change) in (0..).zip(changes) {
        let change = Arc::new(change);
        recorder.record(ms, None, What::Changed { place: 0, change });
    }
    let client = EndpointId(2);
    for (id, source) in [(ChunkId(0), Some(address(1))), (ChunkId(1), None)] {
        recorder.record(9, None, What::Logged { client, id, source });
    }
    recorder.record(9, None, What::Done { client });
    let scene = Scene::of(&trace, &all());
    let marks: Vec<_> = scene
        .marks
        .iter()
        .map(|mark| (mark.sign, &*mark.text))
        .collect();
    assert_eq!(
        marks,
        [
            (Sign::Up, "started"),
            (Sign::Paused, "paused 2ms"),
            (Sign::Up, "goes on"),
            (Sign::Down, "crashed"),
            (Sign::Holds, "lost 7"),
            (Sign::Links, "cut b - a"),
            (Sign::Logged, "logged 0"),
            (Sign::Missing, "logged 1 missing"),
            (Sign::Done, "done"),
        ]
    );
    let places: Vec<u32> = scene.marks.iter().map(|mark| mark.spot.place).collect();
    assert_eq!(places, [0, 0, 0, 0, 0, 0, 0, 1, 2]);
    let drawn = diagram(&trace, &all());
    // Away before it started and after it crashed, and standing still between.
    assert_eq!(drawn.matches("stroke-dasharray=\"3 7\"").count(), 2);
    assert_eq!(drawn.matches("stroke-width=\"8\"").count(), 1);
    for (_, text) in marks {
        assert!(texts_of(&Document::parse(&drawn).unwrap()).contains(&text));
    }
}

#[test]
fn what_is_not_shown_is_said() {
    let trace = eventful();
    let endpoints = BTreeSet::from([EndpointId(0), EndpointId(1)]);
    let types = BTreeSet::from(["QUERY".to_owned()]);
    let said = |pick: &Pick| {
        let drawn = diagram(&trace, pick);
        let arrows = drawn.matches("class=\"datagram\"").count();
        let at = drawn.find("Not picked: ").map(|at| &drawn[at..]);
        (
            arrows,
            at.map(|said| said[..said.find('.').unwrap()].to_owned()),
        )
    };
    let not_picked = |count: u32| Some(format!("Not picked: {count} datagrams"));
    assert_eq!(said(&all()), (11, None));
    let by_end = Pick { endpoints, ..all() };
    assert_eq!(said(&by_end), (8, not_picked(3)));
    assert_eq!(
        said(&Pick {
            types: types.clone(),
            ..all()
        }),
        (7, not_picked(4))
    );
    assert_eq!(said(&Pick { types, ..by_end }), (6, not_picked(5)));

    let short = Scene::with_most(&trace, &all(), 4);
    assert_eq!((short.arrows.len(), short.beyond), (4, 7));
    let last = short.moments.last().unwrap().time;
    assert_eq!(last, Time::from_start(Duration::from_millis(4)));
}

#[test]
fn a_run_in_which_nothing_happens_is_drawn() {
    let drawn = diagram(&row(&["a"]), &all());
    let document = Document::parse(&drawn).unwrap();
    assert!(texts_of(&document).contains(&"No datagram to show."));
}

#[test]
fn names_are_anybodys() {
    let evil = "<b>&\"'\u{1}é";
    let mut trace = row(&[evil, "]]>"]);
    trace.about = about("<script>&");
    let mut recorder = Recorder(&mut trace);
    let sent = recorder.send(0, 0, 1, hello());
    recorder.deliver(1, sent, 1);
    let drawn = diagram(&trace, &all());
    let document = Document::parse(&drawn).unwrap();
    let texts = texts_of(&document);
    for text in ["<script>&", "<b>&\"'é", "]]>"] {
        assert!(texts.contains(&text), "no {text} in {texts:?}");
    }
}

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

fn shipped(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
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
