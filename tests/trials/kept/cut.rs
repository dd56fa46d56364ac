//! A file that breaks off gives what is whole of it.

use p2p_sim::trace::{Journeys, Trace, Unreadable};

use super::{kept_of, made, read, written};

/// A file with where each of its lines ends, the line end left out.
struct Lines<'a> {
    file: &'a [u8],
    all: Vec<(usize, &'a str)>,
}

impl<'a> Lines<'a> {
    fn of(file: &'a [u8]) -> Self {
        let lines = std::str::from_utf8(file).unwrap().lines();
        let mut end = 0;
        let lines = lines.map(|line| {
            end += line.len() + 1;
            (end - 1, line)
        });
        Self {
            file,
            all: lines.collect(),
        }
    }

    /// How many lines up to byte `end` begin with `start`.
    fn count(&self, end: usize, has: &str) -> usize {
        let whole = self.all.iter().take_while(|(line_end, _)| *line_end <= end);
        whole.filter(|(_, line)| line.contains(has)).count()
    }

    /// Asserts that what the file is up to `end` gives what is whole of `trace`.
    fn assert_opens(&self, trace: &Trace, end: usize) {
        let cut = read(&self.file[..end]);
        if end < self.all[0].0 {
            // Nothing is whole.
            assert!(matches!(cut, Err(Unreadable::NoTrace(_))), "{end}: {cut:?}");
            return;
        }
        let cut = cut.unwrap_or_else(|refused| panic!("cut at byte {end}: {refused}"));
        assert_eq!(cut.about, trace.about);
        assert_eq!(cut.peers.len(), self.count(end, "{\"kind\":\"peer\""));
        assert_eq!(cut.clients.len(), self.count(end, "{\"kind\":\"client\""));
        assert_eq!(
            cut.recording.len(),
            self.count(end, "\"time_ns\":"),
            "{end}"
        );
        if let Some((last, event)) = cut.recording.iter().next_back() {
            assert_eq!(event, trace.recording.event(last));
            assert_eq!((&cut.roster, &cut.peers), (&trace.roster, &trace.peers));
        }
        match self.count(end, "{\"kind\":\"end\"") {
            0 => assert!(cut.end.is_none() && cut.findings.is_empty()),
            _ => assert_eq!(cut, *trace),
        }
        let _they_can_be_read = Journeys::read(&cut.recording, &cut.roster);
    }
}

#[test]
fn a_small_one_opens_wherever_it_is_cut() {
    let trace = kept_of("edge/alone");
    let file = written(&trace);
    let lines = Lines::of(&file);
    for end in 0..=file.len() {
        lines.assert_opens(&trace, end);
    }
}

#[test]
fn one_in_which_all_happens_opens_at_many_places() {
    let trace = made::with_all();
    let file = written(&trace);
    let lines = Lines::of(&file);
    // The names of all, with letters of several bytes, and then here and there.
    let header = file.len() / 10;
    for end in (0..header).chain((header..=file.len()).step_by(17)) {
        lines.assert_opens(&trace, end);
    }
    // Each line without its end, and with it.
    for (end, _) in &lines.all {
        lines.assert_opens(&trace, *end);
        lines.assert_opens(&trace, *end + 1);
    }
}

#[test]
fn a_large_one_opens_at_many_places() {
    let trace = kept_of("course/hubs");
    let file = written(&trace);
    let lines = Lines::of(&file);
    for end in (0..file.len()).step_by(file.len() / 7) {
        lines.assert_opens(&trace, end);
    }
}
