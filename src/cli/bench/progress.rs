//! What is seen while figures are measured: a bar on a terminal.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::bench::Onlooker;

/// A bar for the figure that is being measured.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Shows one if standard error is a terminal.
    pub(super) fn new() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let template = "{prefix} {wide_bar} {human_pos} of {human_len}, {eta} left";
        let style = ProgressStyle::with_template(template).expect("the template is well-formed");
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }
}

impl Onlooker for Progress {
    fn figure(&mut self, name: &str, at: usize, of: usize) {
        self.0.set_prefix(format!("{at} of {of} {name}"));
        self.0.set_length(0);
        self.0.reset();
    }

    fn ratio(&mut self, so_far: usize, of: usize) {
        self.0.set_length(of as u64);
        self.0.set_position(so_far as u64);
    }
}

/// Takes the bar away.
impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
