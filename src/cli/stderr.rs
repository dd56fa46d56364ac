//! Lines on standard error. Where it is closed, there is nobody left to tell.

use std::fmt;
use std::io::Write;

use anstyle::{AnsiColor, Style};

const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();
const NOTE: Style = Style::new().bold();

/// Says what is going on.
pub(super) fn say(line: impl fmt::Display) {
    let _unused = writeln!(anstream::stderr().lock(), "{line}");
}

/// Says what somebody may not expect.
pub(super) fn note(line: impl fmt::Display) {
    say(format_args!("{NOTE}note{NOTE:#}: {line}"));
}

/// Says what came of it that somebody asked to end.
pub(super) fn interrupted(what: impl fmt::Display) {
    say(format_args!("{NOTE}interrupted{NOTE:#}: {what}"));
}

/// Says that something is not as it should be.
pub(super) fn warn(line: impl fmt::Display) {
    say(format_args!("{WARNING}warning{WARNING:#}: {line}"));
}

/// Says what to do about the line before.
pub(super) fn help(line: impl fmt::Display) {
    say(format_args!("{HELP}help{HELP:#}: {line}"));
}
