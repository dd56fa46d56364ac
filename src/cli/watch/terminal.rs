//! The terminal: taken, drawn on, and given back on every way out.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::backend::Backend;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::stage::Stage;
use crate::cli::failure::Failure;
use crate::host::Clock;
use crate::time::Time;
use crate::watch::screen::{self, Paint, View};

/// The screen is drawn this often at most.
const FRAME: Duration = Duration::from_millis(50);

/// Shows the run of `stage` until somebody leaves, or until it has been judged after `stop` was set.
/// The terminal is given back before this returns, or as soon as any thread panics.
pub(super) fn show(stage: &Arc<Stage>, stop: &AtomicBool) -> Result<(), Failure> {
    let shown = ratatui::try_init().and_then(|mut terminal| {
        close_on_panic(stage);
        until_left(&mut terminal, stage, stop)
    });
    // The library's hook has given it back already when somebody panicked.
    let restored = match stage.has_panicked() {
        true => Ok(()),
        false => ratatui::try_restore(),
    };
    if shown.is_err() {
        stop.store(true, Ordering::Relaxed);
        stage.tell();
    }
    shown
        .and(restored)
        .map_err(|error| Failure::environment(format!("cannot use the terminal: {error}")))
}

/// Stops drawing when a thread panics, before the library's hook gives the terminal back: nothing is
/// drawn over the message.
fn close_on_panic(stage: &Arc<Stage>) {
    let give_back = std::panic::take_hook();
    let stage = Arc::clone(stage);
    std::panic::set_hook(Box::new(move |info| {
        stage.panicked();
        give_back(info);
    }));
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Pause,
    Datagram,
    Hop,
    Faster,
    Slower,
    ToTheEnd,
    Client,
    ClientBefore,
    Help,
    Leave,
}

impl Wish {
    fn of(key: KeyEvent) -> Option<Self> {
        if key.kind == KeyEventKind::Release {
            return None;
        }
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return (key.code == KeyCode::Char('c')).then_some(Self::Leave);
        }
        Some(match key.code {
            KeyCode::Char(' ') => Self::Pause,
            KeyCode::Char('.') | KeyCode::Right => Self::Datagram,
            KeyCode::Char('n') | KeyCode::Down | KeyCode::PageDown => Self::Hop,
            KeyCode::Char('+' | '=') => Self::Faster,
            KeyCode::Char('-') => Self::Slower,
            KeyCode::Char('f') | KeyCode::End => Self::ToTheEnd,
            KeyCode::Tab => Self::Client,
            KeyCode::BackTab => Self::ClientBefore,
            KeyCode::Char('?') => Self::Help,
            KeyCode::Char('q') | KeyCode::Esc => Self::Leave,
            _ => return None,
        })
    }
}

/// Draws and listens until somebody has left.
fn until_left(terminal: &mut DefaultTerminal, stage: &Stage, stop: &AtomicBool) -> io::Result<()> {
    let mut view = View {
        paint: Paint {
            has_colours: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        },
        ..View::default()
    };
    loop {
        let has_ended = draw(terminal, stage, &view)?;
        stage.seen();
        let drawn = Clock::start();
        while let Some(left) = FRAME.checked_sub(drawn.now().since(Time::ZERO))
            && event::poll(left)?
        {
            let Event::Key(key) = event::read()? else {
                continue;
            };
            match Wish::of(key) {
                // A second one is not kept waiting for the verdict.
                Some(Wish::Leave) if has_ended || view.is_leaving => return Ok(()),
                Some(Wish::Leave) => {
                    view.is_leaving = true;
                    stop.store(true, Ordering::Relaxed);
                    stage.tell();
                }
                Some(wish) => fulfil(wish, stage, &mut view),
                None => {}
            }
        }
        view.is_leaving |= stop.load(Ordering::Relaxed);
        if stage.is_closed()
            || stage.has_panicked()
            || (view.is_leaving && stage.lock().model.ending.is_some())
        {
            return Ok(());
        }
    }
}

/// Draws the screen and says whether the run has been judged. What can't be seen does not go on.
fn draw(terminal: &mut DefaultTerminal, stage: &Stage, view: &View) -> io::Result<bool> {
    terminal.autoresize()?;
    let mut frame = terminal.get_frame();
    let mut run = stage.lock();
    run.pace.hold(!screen::fits(frame.area()));
    screen::draw(&mut frame, &run.model, &run.pace, view);
    let has_ended = run.model.ending.is_some();
    // A terminal may be slow to take what is written; the run does not wait for it.
    drop(run);
    terminal.flush()?;
    terminal.hide_cursor()?;
    terminal.swap_buffers();
    terminal.backend_mut().flush()?;
    Ok(has_ended)
}

/// Does what a key asks for.
fn fulfil(wish: Wish, stage: &Stage, view: &mut View) {
    let mut run = stage.lock();
    let traffic = run.model.traffic();
    let clients = run.model.sights.len();
    match wish {
        Wish::Pause => run.pace.toggle(),
        Wish::Datagram => run.pace.step_datagram(traffic),
        Wish::Hop => run.pace.step_hop(traffic),
        Wish::Faster => run.pace.faster(),
        Wish::Slower => run.pace.slower(),
        Wish::ToTheEnd => run.pace.to_the_end(),
        Wish::Client => view.client = (view.client + 1) % clients,
        Wish::ClientBefore => view.client = (view.client + clients - 1) % clients,
        Wish::Help => view.help = !view.help,
        Wish::Leave => {}
    }
    drop(run);
    stage.tell();
}
