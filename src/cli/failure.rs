//! Why a program ends without having done its work, and the exit code that says so.
//!
//! Every error of the library is turned into a [`Failure`] once, where a command meets it. The exit
//! codes are part of the contract (docs/output.md): 0 all held, 1 a check failed or a chunk is
//! missing, 2 the command line or an input file is wrong, 3 the machine said no, 130 interrupted;
//! never 101, which is a panic's.

use std::fmt;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use super::stderr::say;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// The exit code of what somebody interrupted.
pub(super) const INTERRUPTED: u8 = 130;

/// Why a program ends early.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    hints: Vec<String>,
}

/// Whose fault a failure is; it decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The command line or an input file is wrong: 2. The message is one sentence.
    Usage,
    /// An input file is wrong, and the message shows where, drawn by itself: 2.
    Drawn,
    /// The machine said no: 3.
    Environment,
}

impl Failure {
    /// The command line or an input file is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// An input file is wrong; `message` has been drawn with its places and ways out.
    pub(crate) fn drawn(message: impl Into<String>) -> Self {
        Self::new(Kind::Drawn, message)
    }

    /// The machine said no: an address is taken, a file can't be written.
    pub(crate) fn environment(message: impl Into<String>) -> Self {
        Self::new(Kind::Environment, message)
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Adds a way out.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Says on standard error what happened and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        say(self);
        ExitCode::from(match self.kind {
            Kind::Usage | Kind::Drawn => 2,
            Kind::Environment => 3,
        })
    }
}

/// Writes what happened, and the ways out, a line each, in colours.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Drawn => f.write_str(&self.message)?,
            _ => write!(f, "{ERROR}error{ERROR:#}: {}", self.message)?,
        }
        for hint in &self.hints {
            write!(f, "\n{HELP}help{HELP:#}: {hint}")?;
        }
        Ok(())
    }
}
