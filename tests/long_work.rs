//! Long work in a terminal: how far it is, and that it ends when somebody asks. The runs are on
//! 127.160.

#![cfg(test)]

mod terminal;

use std::fs;

use tempfile::TempDir;
use terminal::Terminal;

const PAIR: &str = "links = [[\"a\", \"b\"]]\n[[peer]]\nname = \"a\"\nchunks = [7]\n[[peer]]\nname = \"b\"\n\
                    [[client]]\nname = \"c\"\ncontact = \"b\"\nchunks = [7, 8]\n";

/// 65,535 hops around a ring of 100,000 peers, each of which is reckoned with.
const RING: &str = "ttl = 65535\n[overlay.ring]\npeers = 100000\n[[client]]\ncount = 50\n\
                    name = \"c\"\ncontact = { random = \"all\" }\nchunks = [1]\n";

/// Five million events, which take far longer to check than a key takes to arrive.
const FLOOD: &str = "ttl = 30\nduplicates = \"best\"\n[overlay]\n\
                     regular = { peers = 250000, degree = 10 }\n\
                     [[client]]\nname = \"c\"\ncontact = \"p1\"\nchunks = [7]\n\
                     wait = \"10s\"\nrepeats = 0\n";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pair.toml"), PAIR).unwrap();
    fs::write(folder.path().join("ring.toml"), RING).unwrap();
    fs::write(folder.path().join("flood.toml"), FLOOD).unwrap();
    folder
}

/// What is shown from the first time on that `text` is.
fn from<'a>(text: &str, seen: &'a str) -> &'a str {
    let place = seen.find(text);
    &seen[place.unwrap_or_else(|| panic!("no {text:?} in\n{seen}"))..]
}

#[test]
fn a_run_shows_how_far_it_is_and_ends_with_its_report() {
    let folder = folder();
    // Live, it takes half a minute.
    let run = Terminal::run("run pair.toml --real-time --net 127.160", folder.path());
    let Some(mut terminal) = run else { return };
    terminal.until("pair: running");
    terminal.press("\u{3}");
    let (code, seen) = terminal.end();
    assert_eq!(code, Some(130), "{seen}");
    let report = from("2 peers, 1 link, 1 client", &seen);
    assert!(report.contains("interrupted before its end"), "{seen}");
    assert!(!report.contains("pair: running"), "{seen}");
}

#[test]
fn a_run_that_is_not_waited_for_until_it_is_checked_tells_its_counts() {
    let folder = folder();
    let run = Terminal::run("run flood.toml --carrier memory", folder.path());
    let Some(mut terminal) = run else { return };
    terminal.until("flood: checking");
    terminal.press("\u{3}");
    let (code, seen) = terminal.end();
    assert_eq!(code, Some(130), "{seen}");
    let told = from("the run had ended and was not checked", &seen);
    assert!(told.contains("2,250,002 sent"), "{seen}");
}

#[test]
fn what_has_not_begun_is_told_in_a_line() {
    let folder = folder();
    for (command, told) in [
        ("run", "interrupted\u{1b}[0m: nothing has been run\r\n"),
        ("watch", "interrupted\u{1b}[0m: nothing has been run\r\n"),
        (
            "check pair.toml",
            "interrupted\u{1b}[0m: 1 of 2 files have been checked\r\n",
        ),
    ] {
        if command == "watch" && cfg!(not(feature = "watch")) {
            continue;
        }
        for is_key in [true, false] {
            let args = format!("{command} ring.toml");
            let Some(mut terminal) = Terminal::run(&args, folder.path()) else {
                return;
            };
            terminal.until("ring: predicting");
            match is_key {
                true => terminal.press("\u{3}"),
                false => terminal.terminate(),
            }
            let (code, seen) = terminal.end();
            assert_eq!(code, Some(130), "{command}: {seen}");
            assert!(seen.ends_with(told), "{command}: {seen}");
        }
    }
    assert!(!folder.path().join("runs").exists());
}

#[test]
fn a_sweep_that_is_not_waited_for_tells_what_there_is() {
    let folder = folder();
    let args = "sweep ring.toml --ttl 0,65535 --jobs 1 --max-datagrams 9999999999999";
    let Some(mut terminal) = Terminal::run(args, folder.path()) else {
        return;
    };
    terminal.until("50% of 2 runs");
    // The run that goes on would end long after the first; two of one kind might count as one.
    terminal.press("\u{3}");
    terminal.terminate();
    let (code, seen) = terminal.end();
    assert_eq!(code, Some(130), "{seen}");
    let table = from("ring\u{1b}[0m\r\n", &seen);
    assert!(table.contains("not run"), "{seen}");
    assert!(
        table.contains("1 run of 2 combinations, 0 failed, interrupted"),
        "{seen}"
    );
}
