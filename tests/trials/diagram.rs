//! The space-time diagram shows each datagram once, at its ends, and what became of it.

use std::collections::BTreeSet;

use p2p_sim::draw::{Pick, diagram};
use p2p_sim::driver::Cast;
use p2p_sim::event::Recording;
use p2p_sim::roster::{EndpointId, Roster};
use p2p_sim::trace::{Fate, Journey, Journeys, Trace};
use p2p_sim::wire::layout::LAYOUTS;
use roxmltree::{Document, Node};

use crate::support::stage::{all_shipped, play, shipped};

/// The most arrows that a diagram has.
const MOST_ARROWS: usize = 2_000;

fn kept(name: &str) -> Trace {
    let scenario = shipped(name, 161);
    let played = play(&scenario, Cast::of(&scenario));
    let verdict = played.judge();
    played.keep(&verdict)
}

/// What is said of each datagram that `svg` shows, with how many lines it is drawn.
fn drawn(svg: &str) -> Vec<(String, usize)> {
    let document = Document::parse(svg).expect("an SVG");
    let is_datagram = |node: &Node<'_, '_>| node.attribute("class") == Some("datagram");
    let datagrams = document.descendants().filter(is_datagram);
    let told = datagrams.map(|group| {
        let title = group.children().find(|child| child.has_tag_name("title"));
        let title = title.and_then(|title| title.text()).expect("a title");
        let paths = group.children().filter(|child| child.has_tag_name("path"));
        (title.to_owned(), paths.count())
    });
    told.collect()
}

/// What is to be said of `journey`: the event that it began with, and the one that it ended with.
fn told(journey: &Journey, recording: &Recording, roster: &Roster) -> [String; 2] {
    let end = journey.fate.event();
    [
        recording.line(journey.born, roster),
        end.map_or(String::new(), |end| recording.line(end, roster)),
    ]
}

#[test]
fn every_shipped_scenario_has_an_arrow_for_each_datagram() {
    for name in all_shipped() {
        let trace = kept(&name);
        let (recording, roster) = (&trace.recording, &trace.roster);
        let journeys = Journeys::read(recording, roster).datagrams;
        let svg = diagram(&trace, &Pick::default());
        let mut drawn = drawn(&svg);
        assert_eq!(drawn.len(), journeys.len().min(MOST_ARROWS), "{name}");
        for journey in &journeys[..drawn.len()] {
            let told = told(journey, recording, roster);
            let place = drawn
                .iter()
                .position(|(title, _)| told.iter().all(|line| title.contains(line)));
            let (_, lines) = drawn.swap_remove(place.unwrap_or_else(|| panic!("{name}: {told:?}")));
            let is_lost = matches!(journey.fate, Fate::Dropped(..) | Fate::LostByKernel(_));
            if is_lost {
                assert!(lines >= 2, "{name}: {told:?} has no cross");
            }
        }
        let left_out = journeys.len().saturating_sub(MOST_ARROWS);
        let says_so = svg.contains(&format!("left out: {left_out} datagrams"));
        assert_eq!(says_so, left_out > 0, "{name}");
    }
}

#[test]
fn what_is_picked_is_shown_and_nothing_else() {
    let trace = kept("mesh");
    let roster = &trace.roster;
    let journeys = Journeys::read(&trace.recording, roster).datagrams;
    let all: Vec<EndpointId> = roster.iter().map(|(endpoint, _)| endpoint).collect();
    for layout in &LAYOUTS[..5] {
        for some in [&all[..], &all[..2], &all[1..4]] {
            let endpoints: BTreeSet<EndpointId> = some.iter().copied().collect();
            let pick = Pick {
                types: BTreeSet::from([layout.name.to_owned()]),
                endpoints: endpoints.clone(),
            };
            let is_picked = |journey: &&Journey| {
                let bytes = trace.recording.payload(journey.born).expect("a datagram");
                let ends = [journey.from, journey.to].map(|end| roster.at(end));
                bytes[..2] == layout.number.to_be_bytes()
                    && ends
                        .iter()
                        .all(|end| end.is_some_and(|end| endpoints.contains(&end)))
            };
            let expected = journeys.iter().filter(is_picked).count();
            let svg = diagram(&trace, &pick);
            assert_eq!(drawn(&svg).len(), expected, "{} {some:?}", layout.name);
            let others = journeys.len() - expected;
            assert!(svg.contains(&format!("Not picked: {others} datagrams.")));
        }
    }
}
