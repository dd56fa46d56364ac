//! The program `client` against peers that speak bytes.

use std::fs;
use std::net::SocketAddrV4;
use std::path::Path;

use super::common::{Process, Stranger, be, client, ip};
use crate::args;

/// Starts a client of `contact` and gives its own address, as it says.
fn start(
    test: u8,
    contact: &Stranger,
    ids: &str,
    out: &Path,
    more: &[String],
) -> (Process, SocketAddrV4) {
    let own = ip(test, 9);
    let out = out.display();
    let fixed = args![contact.address, ids, "--bind", own, "--out", out];
    let process = client(&[fixed, more].concat());
    let line = process.stderr_line();
    let mut words = line.split(' ');
    assert_eq!(words.next(), Some("client"), "{line}");
    let own = words.next().unwrap().parse().unwrap();
    (process, own)
}

fn log(test: u8, dir: &Path) -> String {
    fs::read_to_string(dir.join(format!("output-{}.log", ip(test, 9)))).unwrap()
}

fn response(id: u16, bytes: &[u8]) -> Vec<u8> {
    let size = u16::try_from(bytes.len()).unwrap();
    [be(&[5, id, size]), bytes.to_vec()].concat()
}

#[test]
fn turns_from_a_silent_holder_to_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let silent = Stranger::at(ip(30, 1));
    let other = Stranger::at(ip(30, 2));
    let more = args!["--choose", "first", "--wait", "200ms", "--repeats", 1];
    let (process, own) = start(30, &silent, "5", dir.path(), more);
    assert_eq!(silent.hear(own), [0, 1, 0, 1, 0, 5]);
    silent.send(own, &be(&[3, 1, 5]));
    assert_eq!(silent.hear(own), [0, 4, 0, 1, 0, 5]);
    other.send(own, &be(&[3, 2, 5, 6]));
    assert_eq!(silent.hear(own), [0, 4, 0, 1, 0, 5]);
    assert_eq!(other.hear(own), [0, 4, 0, 1, 0, 5]);
    other.send(own, &response(5, b"five"));
    let ended = process.end();
    let expected = format!(
        "{0} has not sent chunk 5 yet: asking again, repeat 1 of 1, waiting 200ms\n\
         {0} stays silent: asking {1} for chunk 5\n",
        silent.address, other.address
    );
    assert_eq!(ended.stderr, expected);
    assert_eq!(ended.code, Some(0));
    assert_eq!(log(30, dir.path()), format!("{} - 5\n", other.address));
    assert_eq!(
        fs::read(dir.path().join("BigBuckBunny_5.m4s")).unwrap(),
        b"five"
    );
}

/// A client that has had chunk 5 of 5 and 6, and goes on asking for 6.
fn half_served(test: u8, dir: &Path) -> (Process, Stranger) {
    let holder = Stranger::at(ip(test, 1));
    let more = args!["--wait", "200ms", "--gather", "0s", "--repeats", 1_000];
    let (process, own) = start(test, &holder, "5,6", dir, more);
    assert_eq!(holder.hear(own), be(&[1, 2, 5, 6]));
    holder.send(own, &be(&[3, 2, 5, 6]));
    assert_eq!(holder.hear(own), be(&[4, 2, 5, 6]));
    holder.send(own, &response(5, b"five"));
    // A GET for both may have been on its way.
    while holder.hear(own) != be(&[4, 1, 6]) {}
    (process, holder)
}

fn has_the_truth_so_far(test: u8, dir: &Path, holder: &Stranger) {
    assert_eq!(log(test, dir), format!("{} - 5\n", holder.address));
    assert_eq!(fs::read(dir.join("BigBuckBunny_5.m4s")).unwrap(), b"five");
    assert_eq!(fs::read_dir(dir).unwrap().count(), 2);
}

#[test]
fn a_killed_client_leaves_the_truth_so_far() {
    let dir = tempfile::tempdir().unwrap();
    let (process, holder) = half_served(31, dir.path());
    process.signal("KILL");
    assert_eq!(process.end().code, None);
    has_the_truth_so_far(31, dir.path(), &holder);
}

#[test]
fn an_interrupted_client_says_so() {
    for (test, signal) in [(32, "INT"), (33, "TERM")] {
        let dir = tempfile::tempdir().unwrap();
        let (process, holder) = half_served(test, dir.path());
        process.signal(signal);
        let ended = process.end();
        assert_eq!(ended.code, Some(130));
        let said = "interrupted: 1 of 2 chunks arrived, not logged: chunk 6\n";
        assert!(ended.stdout.starts_with(said), "{}", ended.stdout);
        has_the_truth_so_far(test, dir.path(), &holder);
    }
}

#[test]
fn lives_with_odd_peers() {
    let dir = tempfile::tempdir().unwrap();
    let contact = Stranger::at(ip(34, 1));
    let other = Stranger::at(ip(34, 2));
    let (process, own) = start(34, &contact, "5-7", dir.path(), args!["-v"]);
    assert_eq!(contact.hear(own), be(&[1, 3, 5, 6, 7]));
    for odd in [
        vec![],
        vec![3],
        be(&[0, 1, 5]),
        be(&[768, 1, 5]),
        be(&[1, 1, 5]),
        be(&[3, 0]),
        be(&[3, 3, 5]),
        be(&[3, 2, 8, 9]),
        response(5, b"nobody asked"),
        response(9, b"nobody wants"),
        be(&[5, 5, 900]),
    ] {
        contact.send(own, &odd);
    }
    // Everything that is stored, asked for or not, and a tail behind it; then once more.
    let everything = [be(&[3, 5, 4, 5, 6, 7, 8]), be(&[0; 30])].concat();
    contact.send(own, &everything);
    contact.send(own, &everything);
    assert_eq!(contact.hear(own), be(&[4, 3, 5, 6, 7]));
    other.send(own, &response(5, b"not asked"));
    let full = [7; 1_024];
    contact.send(own, &[response(6, &full), vec![0; 2_048]].concat());
    contact.send(own, &response(6, b"again"));
    contact.send(own, &response(5, b""));
    contact.send(own, &response(7, b"seven"));
    let ended = process.end();
    assert_eq!(ended.code, Some(0));
    let from = contact.address;
    assert_eq!(
        log(34, dir.path()),
        format!("{from} - 6\n{from} - 5\n{from} - 7\n")
    );
    for (id, bytes) in [(5, &b""[..]), (6, &full), (7, b"seven")] {
        let file = dir.path().join(format!("BigBuckBunny_{id}.m4s"));
        assert_eq!(fs::read(file).unwrap(), bytes);
    }
    let ignored = "
ignored: 1 count-too-large, 1 empty-list, 1 not-asked, 1 not-for-me,
  1 not-wanted, 1 nothing-new, 1 second-copy, 1 size-too-large, 2 too-short,
  2 unasked, 2 unknown-type
bytes behind a message were ignored 3 times
";
    assert!(ended.stdout.ends_with(ignored), "{}", ended.stdout);
}

#[test]
fn finds_its_own_address_and_says_when_nobody_answers() {
    let dir = tempfile::tempdir().unwrap();
    // Bound and silent, so that the address is nobody else's.
    let contact = Stranger::at(ip(35, 1));
    let rest = args![
        "--out",
        dir.path().display(),
        "--wait",
        "10ms",
        "--repeats",
        1
    ];
    let ended = client(&[args![contact.address, 4], rest].concat()).end();
    assert_eq!(ended.code, Some(1));
    let help = format!(
        "help: no answer came at all; is there a peer at {}?\n",
        contact.address
    );
    assert!(ended.stderr.ends_with(&help), "{}", ended.stderr);
    let (hello, own) = contact.hear_anybody();
    assert_eq!(hello, be(&[1, 1, 4]));
    let log = dir.path().join(format!("output-{}.log", own.ip()));
    assert_eq!(fs::read_to_string(&log).unwrap(), "0.0.0.0:0 - 4\n");
    let said = format!(
        "0 of 1 chunk arrived, missing: chunk 4\nlog: {}\n",
        log.display()
    );
    assert_eq!(ended.stdout, said);
}

#[test]
fn says_which_file_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let taken = dir.path().join("taken");
    fs::write(&taken, "").unwrap();
    let contact = Stranger::at(ip(36, 1));
    let ended = client(args![contact.address, 4, "--out", taken.display()]).end();
    assert_eq!(ended.code, Some(3));
    let message = format!("error: cannot write {}: ", taken.display());
    assert!(ended.stderr.starts_with(&message), "{}", ended.stderr);
    let help = "help: name another folder with --out\n";
    assert!(ended.stderr.ends_with(help), "{}", ended.stderr);
}

#[test]
fn ends_quietly_when_nobody_reads() {
    let dir = tempfile::tempdir().unwrap();
    let contact = Stranger::at(ip(37, 1));
    let program = env!("CARGO_BIN_EXE_client");
    let script = format!(
        "{{ {program} {} 4 --out {} --wait 10ms --repeats 0; echo $? >&2; }} | true",
        contact.address,
        dir.path().display()
    );
    let mut shell = std::process::Command::new("sh");
    let ended = Process::start(shell.arg("-c").arg(script)).end();
    let said: Vec<&str> = ended.stderr.lines().collect();
    let [start, help, code] = said.as_slice() else {
        panic!("{}", ended.stderr);
    };
    assert!(start.starts_with("client ") && help.starts_with("help: no answer"));
    assert_eq!(*code, "1");
}
