//! Counts of what an endpoint received and sent, by type and by reason.
//!
//! Endpoints count nothing themselves; whoever hosts one feeds a tally with each datagram and its
//! [`Receipt`]. Simulated runs have the event stream instead.

use std::collections::BTreeMap;
use std::fmt;

use crate::endpoint::{Ignored, Receipt};
use crate::wire::{Extension, Type, carried};

/// How many datagrams came and went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    by_type: [Row; Type::ALL.len()],
    /// Acknowledgements of the reliable flood.
    acks: Row,
    not_messages: u64,
    ignored: BTreeMap<&'static str, u64>,
    tails: u64,
    unsent: BTreeMap<&'static str, u64>,
    receive_errors: u64,
}

/// The counts of one type of message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Datagrams received.
    pub received: u64,
    /// Those of them that the endpoint acted on.
    pub acted_on: u64,
    /// Datagrams sent.
    pub sent: u64,
    /// Datagrams that could not be sent.
    pub unsent: u64,
}

impl Tally {
    /// Counts a datagram that was received.
    pub fn received(&mut self, datagram: &[u8], receipt: Receipt) {
        let malformed = matches!(receipt.ignored, Some(Ignored::Malformed(_)));
        match self.row_of(datagram).filter(|_| !malformed) {
            None => self.not_messages += 1,
            Some(row) => {
                row.received += 1;
                row.acted_on += u64::from(receipt.ignored.is_none());
            }
        }
        if let Some(reason) = receipt.ignored {
            *self.ignored.entry(reason.name()).or_default() += 1;
        }
        self.tails += u64::from(receipt.tail > 0);
    }

    /// Counts a failure to receive.
    pub fn receive_failed(&mut self) {
        self.receive_errors += 1;
    }

    /// Counts a datagram of ours that was sent, or could not be for a reason of one word.
    pub fn sent(&mut self, payload: &[u8], sent: Result<(), &'static str>) {
        if let Err(reason) = sent {
            *self.unsent.entry(reason).or_default() += 1;
        }
        // All that endpoints send is messages.
        if let Some(row) = self.row_of(payload) {
            match sent {
                Ok(()) => row.sent += 1,
                Err(_) => row.unsent += 1,
            }
        }
    }

    /// The counts of one type.
    #[must_use]
    pub const fn row(&self, message_type: Type) -> Row {
        self.by_type[message_type as usize - 1]
    }

    /// Whether not a single datagram was received.
    #[must_use]
    pub fn received_nothing(&self) -> bool {
        self.not_messages == 0 && self.by_type.iter().all(|row| row.received == 0)
    }

    /// How many datagrams could not be sent for `reason`.
    #[must_use]
    pub fn unsent(&self, reason: &str) -> u64 {
        self.unsent.get(reason).copied().unwrap_or(0)
    }

    /// How many datagrams were ignored for the reason that [`Ignored::name`] says.
    #[must_use]
    pub fn ignored(&self, reason: &str) -> u64 {
        self.ignored.get(reason).copied().unwrap_or(0)
    }

    /// The row of `datagram`, if it is a message; a QUERY with a number is a QUERY.
    fn row_of(&mut self, datagram: &[u8]) -> Option<&mut Row> {
        if let Some(Extension::Ack { .. }) = Extension::decode(datagram) {
            return Some(&mut self.acks);
        }
        let message_type = Type::of_datagram(carried(datagram))?;
        Some(&mut self.by_type[message_type as usize - 1])
    }
}

/// Writes a table with a row a type, and a line for each kind of trouble that there was.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<12}{:>12}{:>12}{:>12}{:>12}",
            "", "received", "acted on", "sent", "not sent"
        )?;
        let mut line = |name: &str, row: Row| {
            writeln!(
                f,
                "{name:<12}{:>12}{:>12}{:>12}{:>12}",
                row.received, row.acted_on, row.sent, row.unsent
            )
        };
        for message_type in Type::ALL {
            line(message_type.name(), self.row(message_type))?;
        }
        if self.acks != Row::default() {
            line("ACK", self.acks)?;
        }
        if self.not_messages > 0 {
            writeln!(f, "{:<12}{:>12}{:>12}", "no message", self.not_messages, 0)?;
        }
        write_counts(f, "ignored", &self.ignored)?;
        write_counts(f, "not sent", &self.unsent)?;
        if self.tails > 0 {
            writeln!(
                f,
                "bytes behind a message were ignored {} times",
                self.tails
            )?;
        }
        if self.receive_errors > 0 {
            writeln!(f, "receiving failed {} times", self.receive_errors)?;
        }
        Ok(())
    }
}

/// Writes `ignored: 2 duplicate, 1 too-short`, broken into lines of at most 80 columns.
fn write_counts(
    f: &mut fmt::Formatter<'_>,
    label: &str,
    counts: &BTreeMap<&'static str, u64>,
) -> fmt::Result {
    let mut line = String::new();
    for (reason, count) in counts {
        let part = format!("{count} {reason}");
        if line.is_empty() {
            line = format!("{label}: {part}");
        } else if line.len() + part.len() + 3 > 80 {
            writeln!(f, "{line},")?;
            line = format!("  {part}");
        } else {
            line.push_str(", ");
            line.push_str(&part);
        }
    }
    match line.is_empty() {
        true => Ok(()),
        false => writeln!(f, "{line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{ChunkId, Defect, IdList, Message};

    fn receipt(tail: u16, ignored: Option<Ignored>) -> Receipt {
        Receipt { tail, ignored }
    }

    #[test]
    fn counts_by_type_and_by_reason() {
        let mut tally = Tally::default();
        assert!(tally.received_nothing());
        let hello = Message::Hello(IdList::distinct([ChunkId(5)])).encode();
        tally.received(&hello, receipt(0, None));
        tally.received(&hello, receipt(3, None));
        tally.received(&hello, receipt(0, Some(Ignored::OutOfScope)));
        let short = Defect::TooShort;
        tally.received(&hello[..2], receipt(0, Some(Ignored::Malformed(short))));
        tally.received(&[], receipt(0, Some(Ignored::Malformed(short))));
        assert!(!tally.received_nothing());
        tally.sent(&hello, Ok(()));
        tally.sent(&hello, Err("full-buffer"));
        tally.receive_failed();
        assert_eq!(
            tally.row(Type::Hello),
            Row {
                received: 3,
                acted_on: 2,
                sent: 1,
                unsent: 1
            }
        );
        assert_eq!(
            (tally.ignored("too-short"), tally.ignored("duplicate")),
            (2, 0)
        );
        assert_eq!(tally.unsent("full-buffer"), 1);
        let expected = "
                received    acted on        sent    not sent
HELLO                  3           2           1           1
QUERY                  0           0           0           0
CHUNKS_INFO            0           0           0           0
GET                    0           0           0           0
RESPONSE               0           0           0           0
no message             2           0
ignored: 1 out-of-scope, 2 too-short
not sent: 1 full-buffer
bytes behind a message were ignored 1 times
receiving failed 1 times
";
        assert_eq!(tally.to_string(), expected[1..]);
    }

    #[test]
    fn every_line_fits_80_columns() {
        let mut tally = Tally::default();
        for reason in [
            Ignored::NotForMe,
            Ignored::EmptyList,
            Ignored::ImpossibleClient,
            Ignored::OutOfScope,
            Ignored::Duplicate,
            Ignored::NothingHeld,
        ] {
            for _ in 0..1_000 {
                tally.received(&[], receipt(0, Some(reason)));
            }
        }
        let text = tally.to_string();
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
        assert!(text.contains("1000 out-of-scope"));
    }
}
