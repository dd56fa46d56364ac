//! What is drawn and what is said.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use roxmltree::Document;

use super::super::scene::{End, Scene, Sign};
use super::super::{Pick, diagram};
use super::{Recorder, about, address, all, eventful, hello, row, spot, texts_of};
use crate::event::What;
use crate::faults::{Change, Cut};
use crate::roster::EndpointId;
use crate::time::Time;
use crate::wire::ChunkId;

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
    // Within the moment of the cut.
    recorder.send(5, 0, 1, hello());
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
    assert_eq!(scene.arrows[0].from, spot(2, 5, 1));
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
