//! The table of the client's module doc: each row happens, and nothing else does.

use std::collections::BTreeSet;

use super::downloading::about_to_turn_to_the_second_holder;
use super::network::{Holder, Network};
use super::*;

/// The rows of the table, as from and to.
fn table() -> Vec<(String, String)> {
    let doc = include_str!("../mod.rs").lines();
    let cells = doc.filter_map(|line| line.strip_prefix("//! | "));
    let rows = cells.skip(1).map(|line| {
        let row: Vec<&str> = line.trim_end_matches(" |").split(" | ").collect();
        (row[0].to_owned(), row[2].to_owned())
    });
    rows.collect()
}

/// One way over a row: what must have happened, which chunk it is about, and what moves it.
struct Way {
    row: (&'static str, &'static str),
    before: Script,
    id: u16,
    cause: fn(&mut Script),
}

fn stage(client: &Client, id: u16) -> Stage {
    client.wanted[&ChunkId(id)].stage
}

/// The word of the table.
fn word(stage: Stage) -> String {
    format!("{stage:?}").to_lowercase()
}

/// A client whose first 65 chunks peer 2 has announced: the burst will hold the last one back.
fn knowing_65_of(count: u16) -> Script {
    let wanted: Vec<u16> = (1..=count).collect();
    let mut script = Script::started(config(Choose::Random, &wanted));
    script.tell(2, &info(&wanted[..65]));
    script
}

/// A client that has asked each of `holders` but the last for chunk 5 in vain, and has asked the
/// last.
fn asking_in_turn(holders: u16) -> Script {
    let mut brief = config(Choose::First, &[5]);
    brief.patience.repeats = 0;
    let mut script = Script::started(brief);
    for holder in 1..=holders {
        script.tell(holder, &info(&[5]));
    }
    script.at(u64::from(holders - 1) * 5_000);
    script
}

fn ways() -> Vec<Way> {
    let way = |row, before, id, cause| Way {
        row,
        before,
        id,
        cause,
    };
    let mut unlucky = config(Choose::Random, &[5]);
    unlucky.patience.repeats = 0;
    let mut never = Script::started(Config {
        gets: Gets::Never,
        ..config(Choose::Random, &[5])
    });
    never.tell(2, &info(&[5]));
    let mut held_back = knowing_65_of(65);
    held_back.at(100);
    let mut turned = about_to_turn_to_the_second_holder();
    turned.at(5_000);
    vec![
        way(("searching", "chosen"), knowing_65_of(65), 65, |script| {
            script.at(100);
        }),
        way(("searching", "chosen"), knowing_65_of(66), 65, |script| {
            script.at(5_000);
        }),
        way(("searching", "missing"), Script::started(unlucky), 5, |s| {
            s.at(5_000);
        }),
        way(("searching", "missing"), never, 5, |script| {
            script.at(100);
        }),
        way(("chosen", "asked"), held_back, 65, |script| {
            script.tell(2, &response(1));
        }),
        way(("asked", "arrived"), asking_in_turn(1), 5, |script| {
            script.tell(1, &response(5));
        }),
        way(("asked", "arrived"), asking_in_turn(2), 5, |script| {
            script.tell(1, &response(5));
        }),
        way(
            ("asked", "chosen"),
            about_to_turn_to_the_second_holder(),
            65,
            |script| {
                script.at(5_000);
            },
        ),
        way(("asked", "missing"), asking_in_turn(2), 5, |script| {
            script.at(10_000);
        }),
        way(("chosen", "arrived"), turned, 65, |script| {
            script.tell(2, &response(65));
        }),
    ]
}

#[test]
fn each_row_happens() {
    let mut seen = BTreeSet::new();
    for way in ways() {
        let mut script = way.before;
        let from = word(stage(&script.client, way.id));
        (way.cause)(&mut script);
        let to = word(stage(&script.client, way.id));
        assert_eq!((from.as_str(), to.as_str()), way.row);
        seen.insert((from, to));
    }
    assert_eq!(table().into_iter().collect::<BTreeSet<_>>(), seen);
}

#[test]
fn nothing_happens_that_no_row_tells() {
    let mut allowed = table();
    // In one step a chunk can be chosen and then asked for, as the burst has room.
    let (chosen, asked) = ("chosen".to_owned(), "asked".to_owned());
    let at_once = |(from, to): &(String, String)| (*to == chosen).then(|| from.clone());
    let twice: Vec<_> = allowed.iter().filter_map(at_once).collect();
    allowed.extend(twice.into_iter().map(|from| (from, asked.clone())));

    let wanted: Vec<u16> = (1..=70).collect();
    for seed in 0..8 {
        let mut network = Network::new(config(Choose::Random, &wanted), seed);
        network.loss = 40;
        for number in 1..=3 {
            network.add(Holder::honest(number, &wanted[usize::from(number)..]));
        }
        network.run();
        for (from, to) in &network.moves {
            let seen = (word(*from), word(*to));
            assert!(allowed.contains(&seen), "{seen:?}");
        }
    }
}
