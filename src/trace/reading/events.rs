//! Reads what happened.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use super::changes::changed;
use super::people::People;
use super::reasons::{IGNORED, culprit, reason};
use super::wrong::{Wrong, missing, parse, quoted};
use crate::endpoint::{Ignored, Receipt};
use crate::event::{Damage, EventId, Hold, Recording, What};
use crate::roster::Role;
use crate::time::Time;
use crate::trace::line::{self, Mark};
use crate::wire::{ChunkId, Message, carried};

/// The events so far.
#[derive(Debug, Default)]
pub(super) struct Events {
    recording: Recording,
    /// The number that the next one has.
    next: u64,
    /// The number that the next one may have too: the last one may have been wrong, or those to come.
    or: Option<u64>,
    /// Those that brought a datagram into the run.
    began: BTreeSet<u32>,
    /// Those that are not known because a line is wrong.
    unknown: Vec<Range<u64>>,
    /// Whether a line that is wrong may have been an event, since the last one that was none.
    missed: bool,
    /// Whether there was a wrong line: then nothing more is recorded.
    doubted: bool,
}

impl Events {
    /// A line could not be read; it may have been an event.
    pub(super) fn miss_one(&mut self) {
        self.missed = true;
    }

    pub(super) fn doubt_if(&mut self, doubted: bool) {
        self.doubted |= doubted;
    }

    pub(super) fn into_recording(self) -> Recording {
        self.recording
    }

    /// Takes the event that `line` is, which begins with `mark`.
    pub(super) fn take(
        &mut self,
        mark: &Mark<'_>,
        line: &[u8],
        people: &People,
    ) -> Result<(), Wrong> {
        let Some(id) = mark.event else {
            self.miss_one();
            return Err(missing("event"));
        };
        self.number(id)?;
        let taken = self.read(id, mark, line, people);
        if taken.is_err() {
            self.unknown.push(u64::from(id)..u64::from(id) + 1);
        }
        taken
    }

    /// Passes the number of the next event.
    fn number(&mut self, id: u32) -> Result<(), Wrong> {
        let (number, expected) = (u64::from(id), self.next);
        self.next = number + 1;
        let or = self.or.take();
        let missed = std::mem::take(&mut self.missed);
        if number == expected || or == Some(number) {
            return Ok(());
        }
        self.unknown.push(expected..number.max(expected + 1));
        if missed && number > expected {
            return Ok(());
        }
        self.unknown.push(number..number + 1);
        self.or = Some(expected + 1);
        let what =
            format!("event {number} stands where event {expected} should; none may be left out");
        Err(Wrong::at("event", what))
    }

    fn read(
        &mut self,
        id: u32,
        mark: &Mark<'_>,
        line: &[u8],
        people: &People,
    ) -> Result<(), Wrong> {
        let time = mark.time_ns.ok_or_else(|| missing("time_ns"))?;
        if let Some(cause) = mark.cause
            && cause >= id
        {
            let what =
                format!("event {cause} can't be the cause of event {id}, which came before it");
            return Err(Wrong::at("cause", what));
        }
        let what = self.what(&mark.kind, line, people)?;
        if matches!(
            what,
            What::Sent { .. } | What::Outside { .. } | What::Duplicated { .. }
        ) {
            self.began.insert(id);
        }
        if !self.doubted {
            let cause = mark.cause.map(EventId);
            self.recording.record(Time::from_nanos(time), cause, what);
        }
        Ok(())
    }

    fn what(&mut self, kind: &str, line: &[u8], people: &People) -> Result<What, Wrong> {
        Ok(match kind {
            "woke" => {
                let line: line::Woke<'_> = parse(line)?;
                let endpoint = people.who("who", &line.who)?;
                What::Woke { endpoint }
            }
            "sent" => {
                let line: line::Sent<'_> = parse(line)?;
                What::Sent {
                    from: people.who("from", &line.from)?,
                    to: people.at("to", &line.to)?,
                    payload: self.recording.intern(&line.bytes.0),
                }
            }
            "outside" => {
                let line: line::Sent<'_> = parse(line)?;
                What::Outside {
                    at: people.who("to", &line.to)?,
                    from: people.at("from", &line.from)?,
                    payload: self.recording.intern(&line.bytes.0),
                }
            }
            "duplicated" => {
                let line: line::Duplicated = parse(line)?;
                What::Duplicated {
                    original: self.datagram(line.datagram)?,
                    culprit: culprit(line.fault)?,
                }
            }
            "delayed" => {
                let line: line::Delayed = parse(line)?;
                What::Delayed {
                    datagram: self.datagram(line.datagram)?,
                    hold: Box::new(Hold {
                        by: Duration::from_nanos(line.by_ns),
                        culprit: culprit(line.fault)?,
                    }),
                }
            }
            "corrupted" => {
                let line: line::Corrupted<'_> = parse(line)?;
                let datagram = self.datagram(line.datagram)?;
                let payload = self.recording.intern(&line.bytes.0);
                let culprit = culprit(line.fault)?;
                let damage = Box::new(Damage { payload, culprit });
                What::Corrupted { datagram, damage }
            }
            "changed" => {
                let (place, change) = changed(line, people)?;
                What::Changed {
                    place,
                    change: change.into(),
                }
            }
            "delivered" => {
                let line: line::Delivered<'_> = parse(line)?;
                let datagram = self.datagram(line.datagram)?;
                let ignored = line.ignored.as_deref();
                let receipt = Receipt {
                    tail: line.tail,
                    ignored: ignored
                        .map(|reason| self.ignored(datagram, reason))
                        .transpose()?,
                };
                What::Delivered {
                    datagram,
                    to: people.who("to", &line.to)?,
                    receipt,
                }
            }
            "dropped" => {
                let line: line::Dropped<'_> = parse(line)?;
                What::Dropped {
                    datagram: self.datagram(line.datagram)?,
                    reason: reason(&line)?,
                }
            }
            "lost-by-kernel" => {
                let line: line::LostByKernel = parse(line)?;
                let datagram = self.datagram(line.datagram)?;
                What::LostByKernel { datagram }
            }
            "logged" => {
                let line: line::Logged<'_> = parse(line)?;
                let source = line.source.as_deref();
                What::Logged {
                    client: people.with_role("client", &line.client, Role::Client)?,
                    id: ChunkId(line.chunk),
                    source: source
                        .map(|source| people.at("source", source))
                        .transpose()?,
                }
            }
            "done" => {
                let line: line::Done<'_> = parse(line)?;
                let client = people.with_role("client", &line.client, Role::Client)?;
                What::Done { client }
            }
            _ => unreachable!("KINDS has no other"),
        })
    }

    /// Passes the event `id`, which `field` says, if it has happened.
    pub(super) fn happened(&self, field: &'static str, id: u32) -> Result<EventId, Wrong> {
        if u64::from(id) < self.next || self.missed {
            return Ok(EventId(id));
        }
        let what = format!("there is no event {id} before this line");
        Err(Wrong::at(field, what))
    }

    /// Passes the datagram that came into the run with event `id`.
    fn datagram(&self, id: u32) -> Result<EventId, Wrong> {
        let is_unknown = |range: &Range<u64>| range.contains(&u64::from(id));
        if self.began.contains(&id) || self.unknown.iter().any(is_unknown) {
            return Ok(EventId(id));
        }
        let what = format!("no datagram came into the run with event {id} before this line");
        Err(Wrong::at("datagram", what))
    }

    /// Why an endpoint did not act on `datagram`; why it is no message is in its bytes.
    fn ignored(&self, datagram: EventId, name: &str) -> Result<Ignored, Wrong> {
        if let Some(ignored) = IGNORED.into_iter().find(|ignored| ignored.name() == name) {
            return Ok(ignored);
        }
        if self.doubted {
            return Ok(Ignored::NotForMe);
        }
        let arrived = self.recording.arrived(datagram);
        let arrived = arrived.unwrap_or_default();
        // Who speaks the reliable flood refuses what is in a numbered QUERY, others the whole.
        let errors = [arrived, carried(arrived)].map(|bytes| Message::decode(bytes).err());
        let mut errors = errors.into_iter().flatten();
        let error = errors.find(|error| error.name() == name);
        let defect = error.map(|error| Ignored::Malformed(error.defect()));
        defect.ok_or_else(|| {
            let what = format!("{} is not why such a datagram is ignored", quoted(name));
            Wrong::at("ignored", what)
        })
    }
}
