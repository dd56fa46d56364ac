//! `p2p-sim watch` in a terminal of its own, which the program `script` makes. The runs are on
//! 127.153 to 127.156.

use std::process::{Command, Stdio};

use crate::pty;

/// What takes a terminal's screen, and what gives it back.
const TAKEN: &str = "\u{1b}[?1049h";
const GIVEN_BACK: &str = "\u{1b}[?1049l";

/// Watches the scenario of the assignment; nothing where no terminal can be made. What it writes is
/// there as long as what is returned.
fn watch(options: &str) -> Option<(pty::Terminal, tempfile::TempDir)> {
    let out = tempfile::tempdir().unwrap();
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/mesh.toml");
    let args = format!("watch '{scenario}' {options}");
    Some((pty::Terminal::run(&args, out.path())?, out))
}

/// What is shown after the screen has been given back, of a screen that has been taken.
fn after_the_screen(seen: &str) -> &str {
    assert!(seen.contains(TAKEN), "{seen}");
    seen.split_once(GIVEN_BACK).unwrap().1
}

#[test]
fn a_run_is_shown_to_its_end_and_told() {
    let Some((mut terminal, _out)) = watch("--net 127.153") else {
        return;
    };
    terminal.until("quit");
    terminal.press("f");
    terminal.until("PASS");
    terminal.press("q");
    let (code, seen) = terminal.end();
    assert_eq!(code, Some(0), "{seen}");
    assert!(after_the_screen(&seen).contains("24 checks held"), "{seen}");
}

#[test]
fn leaving_before_the_end_interrupts_the_run() {
    for keys in ["q", "\u{3}", " q", "nq", "?q"] {
        let Some((mut terminal, _out)) = watch("--net 127.154 --paused") else {
            return;
        };
        terminal.until("PAUSED");
        terminal.press(keys);
        let (code, seen) = terminal.end();
        assert_eq!(code, Some(130), "{keys:?}: {seen}");
        assert!(
            after_the_screen(&seen).contains("interrupted"),
            "{keys:?}: {seen}"
        );
    }
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let Some((mut terminal, _out)) = watch("--net 127.155 --paused") else {
        return;
    };
    terminal.until("PAUSED");
    terminal.terminate();
    let (code, seen) = terminal.end();
    assert_eq!(code, Some(130), "{seen}");
    assert!(after_the_screen(&seen).contains("interrupted"), "{seen}");
}

#[test]
fn an_address_that_is_taken_is_told_when_the_terminal_has_been_given_back() {
    let _taken = std::net::UdpSocket::bind("127.156.0.1:5001").unwrap();
    let Some((terminal, _out)) = watch("--net 127.156") else {
        return;
    };
    let (code, seen) = terminal.end();
    assert_eq!(code, Some(3), "{seen}");
    assert!(
        after_the_screen(&seen).contains("127.156.0.1:5001"),
        "{seen}"
    );
}

#[test]
fn without_a_terminal_there_is_nothing_to_watch() {
    let done = Command::new(env!("CARGO_BIN_EXE_p2p-sim"))
        .args(["watch", "mesh.toml"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(2));
    let said = String::from_utf8(done.stderr).unwrap();
    let expected = "error: watch needs a terminal\nhelp: `p2p-sim run mesh.toml --verbose` shows each event as a line\n";
    assert_eq!(said, expected);
}
