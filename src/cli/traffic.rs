//! What both programs do with each datagram: count it, show it under `-v`, send it at once.

use std::io;

use tokio::net::UdpSocket;

use super::stderr::{say, warn};
use crate::endpoint::Transmit;
use crate::event::describe;
use crate::host::{Handled, Outlet, Unsent};
use crate::tally::Tally;
use crate::time::Time;

/// The datagrams of one endpoint.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// Their counts.
    pub(super) tally: Tally,
    outlet: Outlet,
    is_verbose: bool,
}

impl Traffic {
    pub(super) fn new(is_verbose: bool) -> Self {
        Self {
            is_verbose,
            ..Self::default()
        }
    }

    /// The endpoint has handled something.
    pub(super) fn handled(&mut self, now: Time, handled: Handled<'_>) {
        self.outlet.refill();
        let Handled::Datagram {
            from,
            bytes,
            receipt,
        } = handled
        else {
            return;
        };
        self.tally.received(bytes, receipt);
        if self.is_verbose {
            let ignored = match receipt.ignored {
                Some(reason) => format!(", ignored: {}", reason.name()),
                None => String::new(),
            };
            self.show(now, format_args!("<- {from} {}{ignored}", describe(bytes)));
        }
    }

    /// The endpoint sends: counted by what became of it, warned of at the first of its kind.
    pub(super) async fn send(&mut self, now: Time, socket: &UdpSocket, transmit: Transmit<'_>) {
        let sent = self.outlet.send(socket, transmit).await;
        self.tally
            .sent(transmit.payload, sent.map_err(Unsent::name));
        let to = transmit.to;
        if self.is_verbose {
            let unsent = match sent {
                Ok(()) => String::new(),
                Err(reason) => format!(", not sent: {}", reason.name()),
            };
            self.show(
                now,
                format_args!("-> {to} {}{unsent}", describe(transmit.payload)),
            );
        }
        if let Err(reason) = sent
            && self.tally.unsent(reason.name()) == 1
        {
            warn(format_args!("cannot send to {to}: {}", sentence(reason)));
        }
    }

    /// The socket failed to receive.
    pub(super) fn receive_failed(&mut self, now: Time, error: &io::Error) {
        self.tally.receive_failed();
        if self.is_verbose {
            self.show(now, format_args!("receiving failed: {error}"));
        }
    }

    fn show(&self, now: Time, line: std::fmt::Arguments<'_>) {
        let micros = Time::from_nanos(now.as_nanos() / 1_000 * 1_000);
        say(format_args!("{micros:>11} {line}"));
    }
}

/// Why nothing was sent, for people.
fn sentence(reason: Unsent) -> &'static str {
    match reason {
        Unsent::TooLong => "the datagram is longer than 65507 bytes",
        Unsent::FullBuffer => "the system's send buffer stays full",
        Unsent::Unreachable => "no way leads there from this address",
        Unsent::Refused => "nobody is there",
        Unsent::Forbidden => "the system does not allow it",
        Unsent::Failed => "the system failed to send it",
    }
}
