//! The events of a run in a row, and what can be asked of them.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use super::{Culprit, Damage, DropReason, Event, EventId, Hold, PayloadId, Payloads, What};
use crate::endpoint::Receipt;
use crate::roster::{EndpointId, Roster};
use crate::time::Time;
use crate::wire::{Extension, Message};

/// The events of a run, in the order in which they happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    events: Vec<Event>,
    payloads: Payloads,
    /// Datagrams that were damaged, and copies made of them since, with the event that did it.
    damaged: BTreeMap<EventId, EventId>,
}

impl Recording {
    /// Adds what happened at `time` because of `cause`.
    ///
    /// # Panics
    ///
    /// After 2^32 events: some 2,000 million datagrams, a hundred times the default limit of a run.
    pub fn record(&mut self, time: Time, cause: Option<EventId>, what: What) -> EventId {
        let id = self.next_id();
        match &what {
            What::Corrupted { datagram, .. } => {
                self.damaged.insert(*datagram, id);
            }
            What::Duplicated { original, .. } => {
                if let Some(damage) = self.damaged.get(original).copied() {
                    self.damaged.insert(id, damage);
                }
            }
            _ => {}
        }
        self.events.push(Event { time, cause, what });
        id
    }

    /// Adds that `from` sent `payload` to `to`; panics as [`record`](Self::record) does.
    ///
    /// This and [`delivered`](Self::delivered) happen to every datagram, so they are made where they
    /// stay: moved there they would take twice as long.
    #[inline]
    pub fn sent(
        &mut self,
        time: Time,
        cause: EventId,
        from: EndpointId,
        to: SocketAddrV4,
        payload: PayloadId,
    ) -> EventId {
        self.add(time, cause, || What::Sent { from, to, payload })
    }

    /// Adds that `datagram` reached `to`, which made `receipt` of it; panics as
    /// [`record`](Self::record) does.
    #[inline]
    pub fn delivered(
        &mut self,
        time: Time,
        datagram: EventId,
        to: EndpointId,
        receipt: Receipt,
    ) -> EventId {
        let delivered = || What::Delivered {
            datagram,
            to,
            receipt,
        };
        self.add(time, datagram, delivered)
    }

    #[inline]
    fn add(&mut self, time: Time, cause: EventId, what: impl FnOnce() -> What) -> EventId {
        let id = self.next_id();
        let event = || Event {
            time,
            cause: Some(cause),
            what: what(),
        };
        // Not pushed: room is made before the event is, so nothing may go wrong once it exists.
        self.events.extend(std::iter::once_with(event));
        id
    }

    #[inline]
    fn next_id(&self) -> EventId {
        EventId(u32::try_from(self.events.len()).expect("fewer than 2^32 events"))
    }

    /// The id of `payload`, which is kept once for all events that have it.
    pub fn intern(&mut self, payload: &[u8]) -> PayloadId {
        self.payloads.intern(payload)
    }

    /// The bytes of `payload`.
    ///
    /// # Panics
    ///
    /// When `payload` is not of this recording.
    #[must_use]
    pub fn bytes(&self, payload: PayloadId) -> &[u8] {
        self.payloads.bytes(payload)
    }

    /// The different payloads with their ids, in the order in which they first came.
    pub fn payloads(&self) -> impl ExactSizeIterator<Item = (PayloadId, &[u8])> + '_ {
        self.payloads.iter()
    }

    /// The event `id`.
    ///
    /// # Panics
    ///
    /// When `id` is not of this recording.
    #[must_use]
    pub fn event(&self, id: EventId) -> &Event {
        &self.events[id.0 as usize]
    }

    /// All events with their ids, first to last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (EventId, &Event)> + '_ {
        self.events.iter().enumerate().map(|(index, event)| {
            let id = u32::try_from(index).expect("fewer than 2^32 events");
            (EventId(id), event)
        })
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The event that first brought the datagram of event `datagram` into the run: itself, unless a
    /// link made it.
    #[must_use]
    pub fn origin(&self, datagram: EventId) -> EventId {
        let mut origin = datagram;
        // No recursion: somebody may have written down a copy of a copy of a copy without end.
        while let What::Duplicated { original, .. } = self.event(origin).what {
            origin = original;
        }
        origin
    }

    /// The bytes of the datagram that came into the run with event `datagram`, if one did, as they
    /// were sent. What crosses is [`arrived`](Self::arrived).
    #[must_use]
    pub fn payload(&self, datagram: EventId) -> Option<&[u8]> {
        self.sent_payload(datagram)
            .map(|payload| self.bytes(payload))
    }

    /// The bytes that the datagram of event `datagram` has at the end of its link, if it is one: those
    /// sent, or what damage has made of them by now.
    #[must_use]
    pub fn arrived(&self, datagram: EventId) -> Option<&[u8]> {
        self.arrived_payload(datagram)
            .map(|payload| self.bytes(payload))
    }

    /// What [`arrived`](Self::arrived) gives, by its id.
    #[must_use]
    pub fn arrived_payload(&self, datagram: EventId) -> Option<PayloadId> {
        // Nearly always nothing is damaged, and this is asked for every datagram.
        let damage = match self.damaged.is_empty() {
            true => None,
            false => self.damaged.get(&datagram),
        };
        match damage {
            None => self.sent_payload(datagram),
            Some(damage) => match &self.event(*damage).what {
                What::Corrupted { damage, .. } => Some(damage.payload),
                _ => None,
            },
        }
    }

    fn sent_payload(&self, datagram: EventId) -> Option<PayloadId> {
        match self.event(self.origin(datagram)).what {
            What::Sent { payload, .. } | What::Outside { payload, .. } => Some(payload),
            _ => None,
        }
    }

    /// The address that the datagram of event `datagram` came from, if one did.
    #[must_use]
    pub fn sender(&self, datagram: EventId, roster: &Roster) -> Option<SocketAddrV4> {
        match &self.event(self.origin(datagram)).what {
            What::Sent { from, .. } => Some(roster.address(*from)),
            What::Outside { from, .. } => Some(*from),
            _ => None,
        }
    }

    /// The line of text that shows event `id`, with the names of `roster`:
    /// `#4 0.001000 sent peer1 -> peer3: QUERY client 127.0.0.1:5006 ttl 3 ids 5-7 (by #3)`.
    #[must_use]
    pub fn line(&self, id: EventId, roster: &Roster) -> String {
        let event = self.event(id);
        let who = |endpoint: EndpointId| roster.name(endpoint).to_owned();
        let what = match &event.what {
            What::Woke { endpoint } => format!("woke {}", who(*endpoint)),
            What::Sent { from, to, payload } => {
                let to = roster.name_of(*to);
                format!(
                    "sent {} -> {to}: {}",
                    who(*from),
                    describe(self.bytes(*payload))
                )
            }
            What::Duplicated { original, culprit } => {
                format!("duplicated {original} by {culprit}")
            }
            What::Delayed { datagram, hold } => {
                let Hold { by, culprit } = **hold;
                format!("delayed {datagram} for {by:?} by {culprit}")
            }
            What::Corrupted { datagram, damage } => {
                let Damage { payload, culprit } = **damage;
                let now = describe(self.bytes(payload));
                format!("corrupted {datagram} by {culprit}: {now}")
            }
            What::Changed { change, .. } => change.text(roster),
            What::Outside { at, from, payload } => {
                format!(
                    "outside {from} -> {}: {}",
                    who(*at),
                    describe(self.bytes(*payload))
                )
            }
            What::Delivered {
                datagram,
                to,
                receipt,
            } => {
                let tail = match receipt.tail {
                    0 => String::new(),
                    tail => format!(", {tail} bytes behind it ignored"),
                };
                let ignored = match receipt.ignored {
                    Some(reason) => format!(", ignored: {}", reason.name()),
                    None => String::new(),
                };
                format!("delivered {datagram} to {}{tail}{ignored}", who(*to))
            }
            What::Dropped { datagram, reason } => match reason {
                DropReason::Fault(number) => {
                    format!("dropped {datagram} by {}", Culprit::Fault(*number))
                }
                _ => format!("dropped {datagram}: {}", reason.name()),
            },
            What::LostByKernel { datagram } => format!("lost {datagram} in the kernel"),
            What::Logged { client, id, source } => match source {
                Some(source) => {
                    format!(
                        "logged {} chunk {id} from {}",
                        who(*client),
                        roster.name_of(*source)
                    )
                }
                None => format!("logged {} chunk {id} missing", who(*client)),
            },
            What::Done { client } => format!("done {}", who(*client)),
        };
        match event.cause {
            Some(cause) => format!("{id} {} {what} (by {cause})", event.time),
            None => format!("{id} {} {what}", event.time),
        }
    }
}

/// The line of text for the datagram `payload`, message or not.
pub(crate) fn describe(payload: &[u8]) -> String {
    match Extension::decode(payload) {
        Some(Extension::Ack { number }) => return format!("ACK number {number}"),
        Some(Extension::NumberedQuery { number, query }) => {
            return format!("{} number {number}", describe(query));
        }
        None => {}
    }
    match Message::decode(payload) {
        Ok(decoded) if decoded.tail == 0 => decoded.message.to_string(),
        Ok(decoded) => format!("{} and {} bytes behind it", decoded.message, decoded.tail),
        Err(error) => format!("{} bytes, {error}", payload.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_goes_on_to_copies_made_since_and_to_no_others() {
        let mut recording = Recording::default();
        let [whole, harmed]: [&[u8]; 2] = [b"as sent", b"damaged"];
        let [as_sent, damaged] = [whole, harmed].map(|bytes| recording.intern(bytes));
        let mut record = |what| recording.record(Time::ZERO, None, what);
        let culprit = Culprit::Chance;
        let sent = record(What::Sent {
            from: EndpointId(0),
            to: SocketAddrV4::new([127, 0, 0, 1].into(), 5001),
            payload: as_sent,
        });
        let copy = |original| What::Duplicated { original, culprit };
        let before = record(copy(sent));
        let damage = record(What::Corrupted {
            datagram: sent,
            damage: Box::new(Damage {
                payload: damaged,
                culprit,
            }),
        });
        let since = record(copy(sent));
        let of_copy = record(copy(since));
        let bytes = |id| [recording.payload(id), recording.arrived(id)];
        assert_eq!(bytes(before), [Some(whole), Some(whole)]);
        for id in [sent, since, of_copy] {
            assert_eq!(bytes(id), [Some(whole), Some(harmed)]);
        }
        assert_eq!(bytes(damage), [None, None]);
        assert!(recording.clone() == recording);
    }
}
