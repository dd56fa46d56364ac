//! The assignment's example (docs/protocol.md), played by our programs and by the strangers that
//! are written in Python, in every mixture.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::common::{Ended, Process, address, chunk, client, ip, peer, store};
use crate::args;

/// Whose program plays a part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Ours,
    Theirs,
}
use Whose::{Ours, Theirs};

/// Neighbours and chunks of the five peers.
const OVERLAY: [(&[u8], &[u16]); 5] = [
    (&[3, 2], &[5, 6, 7, 8]),
    (&[1, 5], &[1, 2]),
    (&[1, 5], &[3, 6, 7, 8]),
    (&[5], &[6, 7, 8]),
    (&[2, 3, 4], &[9, 10]),
];

/// Plays the example and checks both logs to the byte, but for their order.
fn play(test: u8, peers: [Whose; 5], clients: Whose) {
    if (peers.contains(&Theirs) || clients == Theirs) && !python_is_there() {
        println!("skipped: there is no python3 here");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let running: Vec<Process> = (1..=5)
        .zip(peers)
        .map(|(number, whose)| start_peer(test, number, whose, dir.path()))
        .collect();
    let one = start_client(test, 1, "5,6,7", clients, dir.path());
    let two = start_client(test, 4, "1,3,4,5,9", clients, dir.path());
    let (one, two) = (one.end(), two.end());
    drop(running);

    let from = |peer: u8, id: u16| format!("{} - {id}", address(test, peer));
    let log = sorted_log(test, 1, dir.path());
    let sources = [vec![1], vec![1, 3, 4], vec![1, 3, 4]];
    for ((line, id), sources) in log.iter().zip(5..).zip(sources) {
        assert!(
            sources.iter().any(|peer| *line == from(*peer, id)),
            "{line}"
        );
    }
    assert_eq!(log.len(), 3);
    assert_eq!(one.code, Some(0), "{}", one.stderr);
    let expected = [
        from(2, 1),
        from(3, 3),
        "0.0.0.0:0 - 4".to_owned(),
        from(1, 5),
        from(5, 9),
    ];
    assert_eq!(sorted_log(test, 4, dir.path()), expected);
    assert_eq!(two.code, Some(1), "{}", two.stderr);
    for (number, ids) in [(1, vec![5, 6, 7]), (4, vec![1, 3, 5, 9])] {
        for id in ids {
            let file = format!("client{number}/BigBuckBunny_{id}.m4s");
            assert_eq!(fs::read(dir.path().join(file)).unwrap(), chunk(id));
        }
    }
    if clients == Ours {
        says_what_came_of_it(test, &one, &two, dir.path());
    }
}

fn says_what_came_of_it(test: u8, one: &Ended, two: &Ended, dir: &Path) {
    let log = |number: u8| {
        let file = format!("client{number}/output-{}.log", ip(test, 100 + number));
        dir.join(file).display().to_string()
    };
    assert_eq!(
        one.stdout,
        format!("3 of 3 chunks arrived\nlog: {}\n", log(1))
    );
    let expected = format!("4 of 5 chunks arrived, missing: chunk 4\nlog: {}\n", log(4));
    assert_eq!(two.stdout, expected);
    let last = "no holder yet for chunk 4: asking again, repeat 5 of 5, waiting 300ms\n";
    assert!(two.stderr.ends_with(last), "{}", two.stderr);
}

/// The log of the client whose contact is peer `number`, its lines in the order of their chunks.
fn sorted_log(test: u8, number: u8, dir: &Path) -> Vec<String> {
    let file = format!("client{number}/output-{}.log", ip(test, 100 + number));
    let log = fs::read_to_string(dir.join(file)).unwrap();
    assert!(log.ends_with('\n'));
    let mut lines: Vec<String> = log.lines().map(str::to_owned).collect();
    lines.sort_by_key(|line| line.rsplit(' ').next().unwrap().parse::<u16>().unwrap());
    lines
}

fn start_peer(test: u8, number: u8, whose: Whose, dir: &Path) -> Process {
    let (neighbours, ids) = OVERLAY[usize::from(number) - 1];
    let dir = dir.join(format!("peer{number}"));
    store(&dir, ids);
    let neighbours: Vec<String> = neighbours
        .iter()
        .map(|neighbour| address(test, *neighbour).to_string())
        .collect();
    let own = address(test, number);
    if whose == Ours {
        return peer(own, &dir, &neighbours).process;
    }
    let mut command = python("peer.py");
    // It looks for the chunks in its working directory only.
    command
        .current_dir(&dir)
        .arg(own.to_string())
        .arg("key-values");
    let peer = Process::start(command.args(neighbours));
    assert_eq!(peer.stdout_line(), format!("listening on {own}"));
    peer
}

fn start_client(test: u8, number: u8, ids: &str, whose: Whose, dir: &Path) -> Process {
    let own = ip(test, 100 + number);
    let contact = address(test, number);
    let out = dir.join(format!("client{number}"));
    let common = args![
        contact,
        ids,
        "--bind",
        own,
        "--out",
        out.display(),
        "--wait"
    ];
    match whose {
        Ours => client(&[common, args!["300ms"]].concat()),
        Theirs => Process::start(python("client.py").args(common).arg("0.3")),
    }
}

fn python(program: &str) -> Command {
    let strangers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/strangers");
    let mut command = Command::new("python3");
    command.arg(strangers.join(program));
    command
}

fn python_is_there() -> bool {
    let wanted = "import sys; sys.exit(sys.version_info < (3, 9))";
    let run = Command::new("python3").args(["-c", wanted]).status();
    run.is_ok_and(|status| status.success())
}

#[test]
fn our_client_on_our_peers() {
    play(1, [Ours; 5], Ours);
}

#[test]
fn our_client_on_their_peers() {
    play(2, [Theirs; 5], Ours);
}

#[test]
fn their_client_on_our_peers() {
    play(3, [Ours; 5], Theirs);
}

#[test]
fn our_client_on_a_mixed_overlay() {
    play(4, [Ours, Theirs, Ours, Theirs, Ours], Ours);
}

#[test]
fn their_client_on_a_mixed_overlay() {
    play(5, [Theirs, Ours, Theirs, Ours, Theirs], Theirs);
}
