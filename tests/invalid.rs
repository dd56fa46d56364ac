//! Each file in tests/invalid is wrong in the way that its name says; the snapshots hold all that
//! is said about it.

use std::path::{Path, PathBuf};

use p2p_sim::roster::EndpointId;
use p2p_sim::scenario::{Cause, Net, Problem, Rejected, Scenario};
use p2p_sim::wire::ChunkId;

/// What is said about `file`, a path relative to the package, as snapshots must not depend on
/// where that is.
fn said(file: &Path) -> String {
    match Scenario::load(file, None, None) {
        Ok(_) => panic!("{} was taken", file.display()),
        Err(rejected) => rejected.to_string(),
    }
}

fn relative(path: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = root.canonicalize().expect("the package is there");
    let inside = path.strip_prefix(root).expect("globbed inside");
    inside.to_owned()
}

#[test]
fn all_that_is_wrong_with_a_file() {
    insta::glob!("invalid/*.toml", |path| {
        insta::with_settings!({omit_expression => true}, {
            insta::assert_snapshot!(said(&relative(path)));
        });
    });
}

#[test]
fn what_is_no_readable_file_is_told_apart() {
    for (file, cause, problem) in [
        (
            "tests/invalid/nowhere.toml",
            Cause::Unreadable,
            "there is no such file",
        ),
        (
            "tests/invalid",
            Cause::Unreadable,
            "this is a directory, not a scenario",
        ),
        (
            "tests/invalid/empty.toml",
            Cause::Invalid,
            "the file is empty",
        ),
    ] {
        let rejected = Scenario::load(Path::new(file), None, None).expect_err(file);
        assert_eq!(rejected.cause, cause);
        let titles: Vec<&str> = rejected.problems.iter().map(Problem::title).collect();
        assert_eq!(titles, [problem]);
        let shown = rejected.to_string();
        assert!(shown.contains(&format!("--> {file}\n")), "{shown}");
        assert!(shown.ends_with(&format!("{file}: 1 problem")), "{shown}");
    }
}

#[test]
fn colours_change_no_letter() {
    let file = Path::new("tests/invalid/several-at-once.toml");
    let rejected = Scenario::load(file, None, None).expect_err("it is wrong");
    let coloured = rejected.coloured();
    assert!(coloured.contains("\u{1b}["));
    assert_eq!(
        anstream::adapter::strip_str(&coloured).to_string(),
        rejected.to_string()
    );
}

/// Writes `text` to a file and loads it.
fn load(text: &str, net: Option<Net>, seed: Option<u64>) -> Result<Scenario, Box<Rejected>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("it.toml");
    std::fs::write(&file, text).expect("it can be written");
    Scenario::load(&file, net, seed)
}

const OUTSIDE: &str = r#"
seed = 7

[[peer]]
name = "p1"
address = "127.3.0.1:6001"
neighbours = ["10.0.0.9:5001", "p2", "127.9.0.1:7001", "127.3.0.2:7001", "127.9.0.1:7001"]

[[peer]]
name = "p2"
neighbours = ["127.3.0.1:6001", "127.0.0.1:7001"]

[[client]]
name = "c"
contact = "p1"
chunks = "3,1,3"
bind = "127.0.0.2"
"#;

#[test]
fn a_neighbour_outside_is_kept_with_its_place() {
    let scenario = load(OUTSIDE, None, None).unwrap_or_else(|rejected| panic!("{rejected}"));
    let [outside] = &scenario.outside[..] else {
        panic!("one neighbour is outside");
    };
    assert_eq!(outside.peer, EndpointId(0));
    assert_eq!(outside.address.to_string(), "10.0.0.9:5001");
    assert!(
        outside.problem.to_string().contains("it.toml:7:15\n"),
        "{}",
        outside.problem
    );
    assert_eq!(scenario.peers[0].neighbours[0], outside.address);
    assert_eq!(scenario.roster.at(outside.address), None);
}

#[test]
fn addresses_stay_as_given_unless_a_net_moves_them() {
    let addresses = |net| {
        let scenario = load(OUTSIDE, net, None).unwrap_or_else(|rejected| panic!("{rejected}"));
        let entries = scenario.roster.iter();
        let texts = entries.map(|(_, entry)| entry.address.to_string());
        texts.collect::<Vec<_>>().join(" ")
    };
    // The client has its own host address and the port of its slot; whoever is absent comes once.
    assert_eq!(
        addresses(None),
        "127.3.0.1:6001 127.0.0.1:5002 127.0.0.2:5003 \
         127.9.0.1:7001 127.3.0.2:7001 127.0.0.1:7001"
    );
    assert_eq!(
        addresses(Some(Net(5))),
        "127.5.0.1:6001 127.5.0.1:5002 127.5.0.2:5003 127.5.0.1:7001 127.5.0.2:7001"
    );
}

#[test]
fn a_seed_from_outside_goes_first_and_repeated_ids_are_kept_once() {
    let scenario = load(OUTSIDE, None, Some(9)).unwrap_or_else(|rejected| panic!("{rejected}"));
    assert_eq!(scenario.seed, 9);
    assert_eq!(scenario.clients[0].chunks, [ChunkId(3), ChunkId(1)]);
    let scenario = load(OUTSIDE, None, None).unwrap_or_else(|rejected| panic!("{rejected}"));
    assert_eq!(scenario.seed, 7);
}

#[test]
fn no_cut_of_a_scenario_panics() {
    for end in 0..OUTSIDE.len() {
        if let Err(rejected) = load(&OUTSIDE[..end], None, None) {
            assert!(!rejected.problems.is_empty());
            assert!(!rejected.coloured().is_empty());
        }
        let without = OUTSIDE[..end].to_owned() + &OUTSIDE[end + 1..];
        if let Err(rejected) = load(&without, None, None) {
            assert!(!rejected.to_string().is_empty());
        }
    }
}
