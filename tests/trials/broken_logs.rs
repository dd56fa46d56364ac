//! Every kind of wrong log or stored file makes a run fail with the right finding and no other.

use std::fs;

use p2p_sim::driver::Cast;

use crate::cases::{Case, address, tampered, try_all};
use crate::support::stage::{Played, play, shipped};

/// A log of the mesh's client1 and its folder of chunks; 6 has three holders.
const MESH: &str = "mesh";

/// Gives the line of chunk `id` another source.
fn blame(id: u16, source: &'static str) -> impl Fn(&mut Played) {
    move |played| {
        let source = match source.parse::<std::net::SocketAddrV4>() {
            Ok(address) => address,
            Err(_) => address(&played.scenario, source),
        };
        played.change_line(id, |_| format!("{source} - {id}\n"));
    }
}

/// A holder of chunk 6 that did not send it to client1.
fn blame_another_holder(played: &mut Played) {
    let log = fs::read_to_string(played.log()).expect("a log");
    let holders = ["peer1", "peer3", "peer4"];
    let mut others = holders
        .iter()
        .map(|name| address(&played.scenario, name))
        .filter(|address| !log.contains(&format!("{address} - 6\n")));
    let other = others.next().expect("two did not send it");
    played.change_line(6, |_| format!("{other} - 6\n"));
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = sources();
    cases.extend(lines());
    cases.extend(files());
    cases
}

fn sources() -> Vec<Case> {
    let missing = |played: &mut Played| {
        played.change_line(5, |_| "0.0.0.0:0 - 5\n".to_owned());
    };
    let missing_without_file = |played: &mut Played| {
        played.change_line(5, |_| "0.0.0.0:0 - 5\n".to_owned());
        fs::remove_file(played.stored(5)).expect("it was stored");
    };
    vec![
        tampered(
            MESH,
            "a holder that did not send",
            blame_another_holder,
            &["sent client1 6"],
        ),
        tampered(
            MESH,
            "a peer that is no holder",
            blame(6, "peer2"),
            &["source client1 6"],
        ),
        tampered(
            MESH,
            "a client as source",
            blame(6, "client2"),
            &["source client1 6"],
        ),
        tampered(
            MESH,
            "an unknown source",
            blame(6, "10.9.8.7:5001"),
            &["source client1 6"],
        ),
        tampered(
            "line",
            "a holder beyond the TTL",
            blame(4, "E"),
            &["missing viewer 4"],
        ),
        tampered(
            "edge/chunk-nowhere",
            "a source of what nobody holds",
            blame(9, "p2"),
            &["missing viewer 9"],
        ),
        tampered(
            MESH,
            "missing, for a held chunk",
            missing,
            &["missing client1 5"],
        ),
        tampered(
            MESH,
            "missing, for a held chunk, without a file",
            missing_without_file,
            &["missing client1 5"],
        ),
    ]
}

fn lines() -> Vec<Case> {
    let gone = |played: &mut Played| played.change_line(6, |_| String::new());
    let double = |played: &mut Played| played.change_line(6, |line| line.repeat(2));
    let another_chunk = |played: &mut Played| {
        played.change_line(6, |line| format!("{line}{}", line.replace(" - 6", " - 77")));
    };
    let malformed = |played: &mut Played| played.change_line(6, |line| line.replace(" - ", " -"));
    let text = |played: &mut Played| played.change_line(6, |line| format!("done\n{line}"));
    let blank = |played: &mut Played| played.change_log(|log| format!("{log}\n"));
    let cut = |played: &mut Played| {
        played.change_log(|log| log.trim_end_matches('\n').to_owned());
    };
    let crlf = |played: &mut Played| played.change_log(|log| log.replace('\n', "\r\n"));
    let empty = |played: &mut Played| played.change_log(|_| String::new());
    let no_log = |played: &mut Played| fs::remove_file(played.log()).expect("a log");
    vec![
        tampered(MESH, "a line missing", gone, &["log-once client1 6"]),
        tampered(MESH, "a line twice", double, &["log-once client1 6"]),
        tampered(
            MESH,
            "a chunk that nobody wants",
            another_chunk,
            &["log-once client1 77"],
        ),
        tampered(MESH, "a malformed line", malformed, &["log-format client1"]),
        tampered(MESH, "another line between", text, &["log-format client1"]),
        tampered(
            MESH,
            "a blank line at the end",
            blank,
            &["log-format client1"],
        ),
        tampered(MESH, "no final newline", cut, &["log-format client1"]),
        tampered(MESH, "CRLF", crlf, &["log-format client1"]),
        tampered(
            "edge/star",
            "another's line ends",
            crlf,
            &["log-format viewer"],
        ),
        tampered(
            MESH,
            "an empty log",
            empty,
            &[
                "log-once client1 5",
                "log-once client1 6",
                "log-once client1 7",
            ],
        ),
        tampered(MESH, "no log", no_log, &["log-format client1"]),
    ]
}

fn files() -> Vec<Case> {
    let spoilt = |played: &mut Played| {
        let mut bytes = fs::read(played.stored(6)).expect("it was stored");
        bytes[0] ^= 0xff;
        fs::write(played.stored(6), bytes).expect("it was stored");
    };
    let longer = |played: &mut Played| {
        let mut bytes = fs::read(played.stored(6)).expect("it was stored");
        bytes.push(0);
        fs::write(played.stored(6), bytes).expect("it was stored");
    };
    let gone = |played: &mut Played| fs::remove_file(played.stored(6)).expect("it was stored");
    let made_up = |played: &mut Played| fs::write(played.stored(9), "made up").expect("a file");
    vec![
        tampered(MESH, "wrong bytes stored", spoilt, &["bytes client1 6"]),
        tampered(MESH, "a byte too many stored", longer, &["bytes client1 6"]),
        tampered(MESH, "a chunk not stored", gone, &["bytes client1 6"]),
        tampered(
            "edge/chunk-nowhere",
            "a file of a missing chunk",
            made_up,
            &["bytes viewer 9"],
        ),
    ]
}

#[test]
fn each_wrong_log_is_found_and_nothing_else() {
    try_all(&cases());
}

#[test]
fn a_finding_says_what_was_expected_what_came_and_which_event_shows_it() {
    let scenario = shipped(MESH, 60);
    let told = |tamper: &dyn Fn(&mut Played)| {
        let mut played = play(&scenario, Cast::of(&scenario));
        tamper(&mut played);
        let finding = played.judge().findings.remove(0);
        let event = finding
            .event
            .map(|event| played.lines()[event.0 as usize].clone());
        (finding.expected, finding.got, event.unwrap_or_default())
    };
    let (expected, got, event) = told(&blame(5, "peer2"));
    assert_eq!((&*expected, &*got), ("peer1", "peer2"));
    assert!(
        event.contains("logged client1 chunk 5 from peer1"),
        "{event}"
    );

    let (expected, got, event) = told(&blame(5, "10.9.8.7:5001"));
    assert_eq!((&*expected, &*got), ("peer1", "10.9.8.7:5001"));
    assert!(event.contains("logged client1 chunk 5"), "{event}");

    let (expected, got, _) = told(&|played: &mut Played| blame_another_holder(played));
    assert!(expected.starts_with("a RESPONSE from peer"), "{expected}");
    assert!(got.starts_with("it came from peer"), "{got}");

    let crlf = |played: &mut Played| played.change_log(|log| log.replace('\n', "\r\n"));
    let (expected, got, _) = told(&crlf);
    assert_eq!(expected, "lines `ip:port - id`, each ended by \\n");
    assert!(got.starts_with("line 1: `127.60.0.1:"), "{got}");
    assert!(got.ends_with("\\r\\n`"), "{got}");
}
