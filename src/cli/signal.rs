//! Being asked to end: Ctrl-C and SIGTERM.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// Both signals, listened to from the moment it is made.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Listens from now on; ready when somebody asks the program to end. Where signals can't be listened
/// to, never.
pub(super) fn listen() -> impl Future<Output = ()> + Send {
    let signals = Signals::listen();
    async move {
        match signals {
            Ok(mut signals) => signals.next().await,
            Err(_) => std::future::pending().await,
        }
    }
}

/// How often somebody has asked the program to end, for work that can't be told while it goes on.
#[derive(Clone, Debug)]
pub(super) struct Requests {
    any: Arc<AtomicBool>,
    count: watch::Receiver<u32>,
}

impl Requests {
    /// Counts from now on, for the rest of the process. Call it within a tokio runtime.
    pub(super) fn count() -> Self {
        let (sender, count) = watch::channel(0);
        let any = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&any);
        let signals = Signals::listen();
        tokio::spawn(async move {
            let Ok(mut signals) = signals else {
                return std::future::pending().await;
            };
            loop {
                signals.next().await;
                told.store(true, Ordering::Relaxed);
                sender.send_modify(|count| *count += 1);
            }
        });
        Self { any, count }
    }

    /// A flag that the first request sets.
    pub(super) fn any(&self) -> &Arc<AtomicBool> {
        &self.any
    }

    /// Does `work` on a thread of its own; nothing comes of it when somebody asks to end for the
    /// `patience`-th time before it is done.
    pub(super) async fn unless<T: Send + 'static>(
        &self,
        patience: u32,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let mut count = self.count.clone();
        tokio::select! {
            biased;
            done = tokio::task::spawn_blocking(work) => Some(done.expect("the work does not panic")),
            Ok(_) = count.wait_for(|count| *count >= patience) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn work_is_given_up_at_the_request_that_ends_the_patience() {
        let (_asked_once, count) = watch::channel(1);
        let requests = Requests {
            any: Arc::default(),
            count,
        };
        let (end, ended) = mpsc::channel::<()>();
        let endless = move || ended.recv().is_ok();
        let given_up = timeout(Duration::from_secs(10), requests.unless(1, endless)).await;
        assert_eq!(given_up, Ok(None));
        drop(end);
        assert_eq!(requests.unless(2, || 7).await, Some(7));
    }
}
