//! Being asked to end: Ctrl-C, SIGTERM, and SIGHUP when a terminal is closed.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// The signals, listened to from the moment it is made.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// Not listened to where it is ignored, as under `nohup`: that must stay so.
    hangup: Option<Signal>,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: match ignores_hangup() {
                Some(false) => Some(signal(SignalKind::hangup())?),
                Some(true) | None => None,
            },
        })
    }

    async fn next(&mut self) {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = hangup => {}
        }
    }
}

/// Whether this process was started with SIGHUP ignored; none where the system does not say.
fn ignores_hangup() -> Option<bool> {
    ignores_first(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Whether `status`, in the form of proc(5), says that the first signal, SIGHUP, is ignored.
fn ignores_first(status: &str) -> Option<bool> {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
    Some(mask & 1 == 1)
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
    /// `patience`-th time before it is done, and it is not begun when somebody has.
    pub(super) async fn unless<T: Send + 'static>(
        &self,
        patience: u32,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        if *self.count.borrow() >= patience {
            return None;
        }
        let work = tokio::task::spawn_blocking(work);
        let done = self.before(patience, work).await;
        done.map(|done| done.expect("the work does not panic"))
    }

    /// What comes of `work`; nothing when somebody asks to end for the `patience`-th time before it
    /// is done.
    pub(super) async fn before<T>(
        &self,
        patience: u32,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let mut count = self.count.clone();
        tokio::select! {
            biased;
            done = work => Some(done),
            Ok(_) = count.wait_for(|count| *count >= patience) => None,
        }
    }
}

#[cfg(test)]
impl Requests {
    /// So many, and no more to come.
    pub(super) fn made(count: u32) -> Self {
        Self {
            any: Arc::new(AtomicBool::new(count > 0)),
            count: watch::channel(count).1,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[test]
    fn a_hangup_that_is_ignored_is_known_by_the_mask_of_the_process() {
        let status = |mask: &str| format!("Name:\tp2p-sim\nSigBlk:\t0001\nSigIgn:\t{mask}\n");
        assert_eq!(ignores_first(&status("0000000000001001")), Some(true));
        assert_eq!(ignores_first(&status("0000000000001002")), Some(false));
        assert_eq!(ignores_first("Name:\tp2p-sim\n"), None);
    }

    #[tokio::test]
    async fn work_is_given_up_at_the_request_that_ends_the_patience() {
        let requests = Requests::made(1);
        let (end, ended) = mpsc::channel::<()>();
        let endless = move || ended.recv().is_ok();
        let given_up = timeout(Duration::from_secs(10), requests.unless(1, endless)).await;
        assert_eq!(given_up, Ok(None));
        drop(end);
        assert_eq!(requests.unless(2, || 7).await, Some(7));
    }

    #[tokio::test]
    async fn work_is_given_up_when_somebody_asks_again_while_it_goes_on() {
        let (asks, count) = watch::channel(1);
        let requests = Requests {
            any: Arc::new(AtomicBool::new(true)),
            count,
        };
        let (end, ended) = mpsc::channel::<()>();
        let endless = move || {
            asks.send(2).expect("somebody counts");
            ended.recv().is_ok()
        };
        let given_up = timeout(Duration::from_secs(10), requests.unless(2, endless));
        assert_eq!(given_up.await, Ok(None));
        drop(end);
    }
}
