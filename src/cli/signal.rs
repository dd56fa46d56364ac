//! Being asked to end: Ctrl-C and SIGTERM.

use tokio::signal::unix::{SignalKind, signal};

/// Returns when somebody asks the program to end. Where signals can't be listened to, never.
pub(crate) async fn ended() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
