use std::io::{self, Read, Write};

use indicatif::TermLike;

use super::*;

/// A terminal of 80 columns that keeps what is written.
#[derive(Clone, Debug, Default)]
struct Terminal(Arc<Mutex<String>>);

impl Terminal {
    fn progress(&self) -> Progress {
        let terminal = self.clone();
        let target = move || ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        Progress::on(Box::new(target))
    }

    /// What has been written since this was last asked.
    fn written(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn write(&self, text: &str) -> io::Result<()> {
        self.0.lock().unwrap().push_str(text);
        Ok(())
    }
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        80
    }
    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }
    fn write_line(&self, line: &str) -> io::Result<()> {
        self.write(line)
    }
    fn write_str(&self, text: &str) -> io::Result<()> {
        self.write(text)
    }
    fn clear_line(&self) -> io::Result<()> {
        self.write("[cleared]")
    }
    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

fn draw(progress: &Progress, taken: Duration) {
    progress.lock().unwrap().draw(taken);
}

/// The last line that `terminal` was given.
fn line(terminal: &Terminal) -> String {
    let written = terminal.written();
    written.rsplit("[cleared]").next().unwrap().to_owned()
}

#[test]
fn short_work_shows_nothing_and_long_work_what_it_is() {
    let terminal = Terminal::default();
    let progress = terminal.progress();
    progress.begin("mesh: predicting");
    draw(&progress, MOMENT - Duration::from_millis(1));
    assert_eq!(terminal.written(), "");
    draw(&progress, MOMENT);
    let shown = line(&terminal);
    assert!(shown.contains("mesh: predicting, 0s"), "{shown}");
    // The next phase is part of the same long work.
    progress.begin("mesh: checking");
    draw(&progress, MOMENT);
    assert!(line(&terminal).contains("mesh: checking"));
}

#[test]
fn what_is_counted_is_told_in_80_columns() {
    let terminal = Terminal::default();
    let progress = terminal.progress();
    let long = "a-scenario-with-quite-a-long-name-indeed: running";
    for (unit, total) in [
        (Unit::Things("datagrams"), Some(20_000_000)),
        (Unit::Things("datagrams"), None),
        (Unit::Bytes, Some(5_000_000_000)),
        (Unit::Bytes, None),
    ] {
        let counter = progress.count(long, unit, total);
        draw(&progress, MOMENT);
        let begun = line(&terminal);
        assert!(!begun.contains("left"), "nothing is known yet: {begun}");
        counter.set(19_999_999);
        draw(&progress, MOMENT);
        // The library draws so often at most; this draws what there is.
        progress
            .lock()
            .unwrap()
            .shown
            .as_ref()
            .unwrap()
            .bar
            .force_draw();
        let shown = line(&terminal);
        let columns = shown.trim_end().chars().count();
        assert!(columns <= 80, "{columns}: {shown}");
        assert!(shown.contains("a-scenario-…ndeed: running"), "{shown}");
        assert!(shown.contains("/s"), "{shown}");
        assert_eq!(shown.contains(" left"), total.is_some(), "{shown}");
    }
}

#[test]
fn more_than_was_foreseen_is_all() {
    let terminal = Terminal::default();
    let progress = terminal.progress();
    let counter = progress.count("mesh: running", Unit::Things("datagrams"), Some(10));
    counter.add(12);
    draw(&progress, MOMENT);
    let shown = line(&terminal);
    assert!(shown.contains("100% of 12 datagrams"), "{shown}");
}

#[test]
fn a_line_that_was_taken_away_stays_away() {
    let terminal = Terminal::default();
    let progress = terminal.progress();
    progress.begin("mesh: checking");
    draw(&progress, MOMENT);
    terminal.written();
    progress.rest();
    assert_eq!(line(&terminal), "");
    progress.begin("mesh: checking");
    draw(&progress, MOMENT);
    progress.close();
    // Whoever was given up does not know it.
    progress.begin("mesh: writing");
    assert_eq!(line(&terminal), "");
    draw(&progress, MOMENT);
    assert_eq!(terminal.written(), "");
}

#[test]
fn nothing_of_a_name_acts_on_the_terminal() {
    let terminal = Terminal::default();
    let progress = terminal.progress();
    progress.begin("\u{1b}[2Jmesh\n: checking");
    draw(&progress, MOMENT);
    let shown = line(&terminal);
    assert!(shown.contains("[2Jmesh: checking"), "{shown}");
}

#[test]
fn bytes_and_lines_are_counted_on_their_way() {
    let counter = Counter::default();
    let mut file = Counted::new(Vec::new(), Some(Count::Lines(counter.clone())));
    file.write_all(b"one\ntwo\nthr").unwrap();
    assert_eq!(counter.get(), 2);
    let counter = Counter::default();
    let mut file = Counted::new(&b"three"[..], Some(Count::Bytes(counter.clone())));
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!((text.as_str(), counter.get()), ("three", 5));
}
