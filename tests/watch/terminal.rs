//! `p2p-sim watch` in a terminal of its own, which the program `script` makes. The runs are on
//! 127.153 to 127.156.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What takes a terminal's screen, and what gives it back.
const TAKEN: &str = "\u{1b}[?1049h";
const GIVEN_BACK: &str = "\u{1b}[?1049l";

/// A terminal of 80 × 24 in which a command runs.
struct Terminal {
    script: Child,
    keys: ChildStdin,
    screen: ChildStdout,
    seen: String,
    _out: tempfile::TempDir,
}

impl Terminal {
    /// Watches the scenario of the assignment; nothing where no terminal can be made.
    fn watch(options: &str) -> Option<Self> {
        if Command::new("script").arg("--version").output().is_err() {
            assert!(
                std::env::var_os("P2P_SIM_ALL_TOOLS").is_none(),
                "there is no script on this machine"
            );
            writeln!(std::io::stderr(), "skipped: no script on this machine").unwrap();
            return None;
        }
        let out = tempfile::tempdir().unwrap();
        let program = env!("CARGO_BIN_EXE_p2p-sim");
        let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/mesh.toml");
        let command = format!(
            "stty cols 80 rows 24; echo \"pid $$.\"; \
             exec '{program}' watch '{scenario}' {options} --out '{}'",
            out.path().display()
        );
        let mut script = Command::new("script")
            .args([
                "--quiet",
                "--return",
                "--flush",
                "--command",
                &command,
                "/dev/null",
            ])
            .env("SHELL", "/bin/sh")
            .env("TERM", "xterm-256color")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Some(Self {
            keys: script.stdin.take().unwrap(),
            screen: script.stdout.take().unwrap(),
            script,
            seen: String::new(),
            _out: out,
        })
    }

    /// Reads until `text` has been shown since this was last asked.
    fn until(&mut self, text: &str) {
        let mut bytes = Vec::new();
        while !String::from_utf8_lossy(&bytes).contains(text) {
            let mut part = [0; 4_096];
            let count = self.screen.read(&mut part).unwrap();
            let seen = String::from_utf8_lossy(&bytes);
            assert!(count > 0, "{text} was never shown:\n{}{seen}", self.seen);
            bytes.extend_from_slice(&part[..count]);
        }
        self.seen += &String::from_utf8_lossy(&bytes);
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Ends the process that has the terminal, by its number.
    fn terminate(&mut self) {
        let (_, rest) = self.seen.split_once("pid ").unwrap();
        let (pid, _) = rest.split_once('.').unwrap();
        let done = Command::new("kill").args(["-TERM", pid]).status().unwrap();
        assert!(done.success());
    }

    /// Reads all that is left, and gives the exit code with what has been shown.
    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = Vec::new();
        self.screen.read_to_end(&mut rest).unwrap();
        self.seen += &String::from_utf8_lossy(&rest);
        (self.script.wait().unwrap().code(), self.seen)
    }
}

/// What is shown after the screen has been given back, of a screen that has been taken.
fn after_the_screen(seen: &str) -> &str {
    assert!(seen.contains(TAKEN), "{seen}");
    seen.split_once(GIVEN_BACK).unwrap().1
}

#[test]
fn a_run_is_shown_to_its_end_and_told() {
    let Some(mut terminal) = Terminal::watch("--net 127.153") else {
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
        let Some(mut terminal) = Terminal::watch("--net 127.154 --paused") else {
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
    let Some(mut terminal) = Terminal::watch("--net 127.155 --paused") else {
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
    let Some(terminal) = Terminal::watch("--net 127.156") else {
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
