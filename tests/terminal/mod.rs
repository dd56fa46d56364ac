//! A terminal of its own for `p2p-sim`, which the program `script` makes.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A terminal of 80 × 24 in which a command runs.
pub(crate) struct Terminal {
    script: Child,
    keys: ChildStdin,
    screen: ChildStdout,
    seen: String,
}

impl Terminal {
    /// Runs `p2p-sim` with `args`, as a shell takes them, in `folder`; nothing where no terminal can
    /// be made.
    pub(crate) fn run(args: &str, folder: &Path) -> Option<Self> {
        if Command::new("script").arg("--version").output().is_err() {
            assert!(
                std::env::var_os("P2P_SIM_ALL_TOOLS").is_none(),
                "there is no script on this machine"
            );
            writeln!(std::io::stderr(), "skipped: no script on this machine").unwrap();
            return None;
        }
        let program = env!("CARGO_BIN_EXE_p2p-sim");
        let command = format!("stty cols 80 rows 24; echo \"pid $$.\"; exec '{program}' {args}");
        let mut script = Command::new("script")
            .args([
                "--quiet",
                "--return",
                "--flush",
                "--command",
                &command,
                "/dev/null",
            ])
            .current_dir(folder)
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
        })
    }

    /// Reads until `text` has been shown since this was last asked.
    pub(crate) fn until(&mut self, text: &str) {
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

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Ends the process that has the terminal, by its number.
    pub(crate) fn terminate(&mut self) {
        let (_, rest) = self.seen.split_once("pid ").unwrap();
        let (pid, _) = rest.split_once('.').unwrap();
        let done = Command::new("kill").args(["-TERM", pid]).status().unwrap();
        assert!(done.success());
    }

    /// Reads all that is left, and gives the exit code with what has been shown.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let mut rest = Vec::new();
        self.screen.read_to_end(&mut rest).unwrap();
        self.seen += &String::from_utf8_lossy(&rest);
        (self.script.wait().unwrap().code(), self.seen)
    }
}
