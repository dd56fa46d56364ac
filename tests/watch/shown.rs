//! What the screen looks like.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use p2p_sim::watch::screen::{Paint, View};
use p2p_sim::watch::{Kind, Model, Pace};
use p2p_sim::wire::Type;
use ratatui::style::Color;

use crate::stage::{Played, Step, painted, play, screen, shipped, written};

/// A chain that expects what does not come out.
const FINDINGS: &str = "
ttl = 2
[overlay.line]
peers = 4
[[peer]]
name = \"p3\"
chunks = [1]
[[link]]
from = \"p1\"
to = \"p2\"
loss = 1.0
[[client]]
name = \"viewer\"
contact = \"p1\"
chunks = \"1-4\"
repeats = 1
[client.expect]
1 = [\"p3\"]
2 = [\"p3\"]
3 = [\"p3\"]
4 = [\"p3\"]
";

fn after(file: &str, hops: usize, view: View, columns: u16, rows: u16) -> String {
    let mut seen = Vec::new();
    play(&shipped(file), |model, pace| {
        seen.push(screen(model, pace, &view, columns, rows));
        match seen.len() <= hops {
            true => Step::Hop,
            false => Step::ToTheEnd,
        }
    });
    seen.pop().unwrap()
}

fn at_the_end(played: &Played, columns: u16, rows: u16) -> String {
    screen(&played.model, &played.pace, &View::default(), columns, rows)
}

#[test]
fn a_search_hop_by_hop() {
    let small = |hops| after("mesh.toml", hops, View::default(), 80, 24);
    assert_snapshot!("mesh-before", small(0));
    assert_snapshot!("mesh-hop-0", small(1));
    assert_snapshot!("mesh-hop-2", small(3));
    let second = View {
        client: 1,
        ..View::default()
    };
    assert_snapshot!("mesh-second-client", after("mesh.toml", 4, second, 120, 40));
}

#[test]
fn the_end_of_a_run_that_passes() {
    let played = play(&shipped("mesh.toml"), |_, _| Step::ToTheEnd);
    assert_snapshot!(at_the_end(&played, 80, 24));
}

#[test]
fn a_run_with_losses_and_findings() {
    let scenario = written(FINDINGS);
    let mut seen = String::new();
    let played = play(&scenario, |model, pace| match model.lost.is_empty() {
        true => Step::Datagram,
        false => {
            seen = screen(model, pace, &View::default(), 80, 24);
            Step::ToTheEnd
        }
    });
    assert_snapshot!("just-lost", seen);
    assert!(!played.report.passed());
    assert_snapshot!("findings-small", at_the_end(&played, 80, 24));
    assert_snapshot!("findings-large", at_the_end(&played, 120, 40));
}

/// A pause that a stop has ended, and one of a peer that is not there.
const STOPPED_PAUSES: &str = "
links = [[\"a\", \"b\"], [\"a\", \"c\"]]
[[peer]]
name = \"a\"
[[peer]]
name = \"b\"
[[peer]]
name = \"c\"
[[client]]
name = \"viewer\"
contact = \"a\"
chunks = [1]
[[event]]
after = { message = \"HELLO\", from = \"viewer\", by = \"1ms\" }
pause = \"b\"
for = \"2s\"
[[event]]
after = { message = \"HELLO\", from = \"viewer\", by = \"2ms\" }
stop = \"b\"
[[event]]
after = { message = \"HELLO\", from = \"viewer\", by = \"3ms\" }
start = \"b\"
[[event]]
after = { message = \"HELLO\", from = \"viewer\", by = \"4ms\" }
stop = \"c\"
[[event]]
after = { message = \"HELLO\", from = \"viewer\", by = \"5ms\" }
pause = \"c\"
for = \"2s\"
[[event]]
after = { message = \"HELLO\", from = \"viewer\", by = \"6ms\" }
start = \"c\"
";

#[test]
fn a_peer_that_came_back_does_not_stand_still() {
    let scenario = written(STOPPED_PAUSES);
    let mut stood_still = false;
    let played = play(&scenario, |model, _| {
        stood_still |= !model.still.is_empty();
        Step::Datagram
    });
    assert!(stood_still && played.model.absent.is_empty());
    assert_eq!(played.model.still, BTreeSet::new());
}

#[test]
fn many_peers_are_bars() {
    assert_snapshot!(after(
        "generated/power-law.toml",
        3,
        View::default(),
        80,
        24
    ));
}

#[test]
fn help_and_a_screen_that_is_too_small() {
    let help = View {
        help: true,
        ..View::default()
    };
    assert_snapshot!("help", after("line.toml", 2, help, 80, 24));
    assert_snapshot!("too-small", after("line.toml", 2, View::default(), 79, 23));
    for (columns, rows) in [(1, 1), (80, 1), (200, 23), (0, 0)] {
        let said = after("line.toml", 1, View::default(), columns, rows);
        assert!(!said.contains("HELLO"), "{columns} × {rows}:\n{said}");
    }
}

/// The colours on the screen, before and behind letters.
fn colours(model: &Model, pace: &Pace, has_colours: bool) -> BTreeSet<String> {
    let view = View {
        paint: Paint { has_colours },
        ..View::default()
    };
    let buffer = painted(model, pace, &view, 80, 24);
    let cells = buffer.content.iter();
    let colours = cells.flat_map(|cell| [cell.fg, cell.bg]);
    colours.map(|colour| colour.to_string()).collect()
}

#[test]
fn without_colours_there_are_none_and_nothing_is_missing() {
    let played = play(&shipped("mesh.toml"), |model, pace| {
        let none = BTreeSet::from([Color::Reset.to_string()]);
        assert_eq!(colours(model, pace, false), none);
        Step::Hop
    });
    assert!(colours(&played.model, &played.pace, true).len() > 8);
    let plain = View {
        paint: Paint { has_colours: false },
        ..View::default()
    };
    let plain = screen(&played.model, &played.pace, &plain, 80, 24);
    assert_eq!(plain, at_the_end(&played, 80, 24));
}

#[test]
fn names_have_no_colour_of_what_is_below_them() {
    play(&shipped("mesh.toml"), |model, pace| {
        let buffer = painted(model, pace, &View::default(), 80, 24);
        // peer4 stands on the outermost ring.
        let above = (1..14).flat_map(|y| (1..44).map(move |x| (x, y)));
        let letters = above.filter(|at| buffer[*at].symbol().chars().all(char::is_alphabetic));
        let names: Vec<_> = letters
            .filter(|at| buffer[*at].bg == Color::Reset)
            .map(|at| buffer[at].fg)
            .collect();
        assert!(names.len() > 20 && names.iter().all(|colour| *colour == Color::Reset));
        Step::ToTheEnd
    });
}

#[test]
fn kinds_differ_in_their_letters() {
    let mut kinds = Type::ALL.map(Kind::Message).to_vec();
    kinds.extend([Kind::Ack, Kind::Other]);
    let letters: BTreeSet<char> = kinds.iter().map(|kind| kind.letter()).collect();
    assert_eq!(letters.len(), kinds.len());
}

#[test]
fn nothing_is_too_large_for_its_place() {
    let long = "n".repeat(60);
    let text = format!(
        "[[peer]]\nname = \"{long}\"\nchunks = [1]\n[[client]]\nname = \"{long}c\"\n\
         contact = \"{long}\"\nchunks = [1]\n"
    );
    for scenario in [
        written(&text),
        shipped("edge/twenty-clients.toml"),
        shipped("edge/alone.toml"),
    ] {
        for (columns, rows) in [(80, 24), (81, 25), (300, 24), (80, 100)] {
            let played = play(&scenario, |model, pace| {
                painted(model, pace, &View::default(), columns, rows);
                Step::Hop
            });
            at_the_end(&played, columns, rows);
        }
    }
}
