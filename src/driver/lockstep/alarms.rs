//! When endpoints want to be woken.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::EventId;
use crate::roster::EndpointId;
use crate::time::Time;

/// The alarms that are set; each endpoint has at most one.
#[derive(Debug, Default)]
pub(super) struct Alarms {
    /// All of them, earliest first.
    deadlines: BTreeSet<(Time, EndpointId)>,
    by_endpoint: BTreeMap<EndpointId, Alarm>,
}

/// When an endpoint wants to be woken, and the event after which it said so.
#[derive(Clone, Copy, Debug)]
struct Alarm {
    at: Time,
    cause: Option<EventId>,
}

impl Alarms {
    /// Sets the alarm of `endpoint`, or takes it back. Its cause is the event after which it was set
    /// to this instant: said again, it stays.
    pub(super) fn set(&mut self, endpoint: EndpointId, at: Option<Time>, cause: Option<EventId>) {
        let before = self.by_endpoint.get(&endpoint).map(|alarm| alarm.at);
        if at == before {
            return;
        }
        if let Some(old) = before {
            self.by_endpoint.remove(&endpoint);
            self.deadlines.remove(&(old, endpoint));
        }
        if let Some(at) = at {
            self.deadlines.insert((at, endpoint));
            self.by_endpoint.insert(endpoint, Alarm { at, cause });
        }
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Time> {
        self.deadlines.first().map(|(time, _)| *time)
    }

    /// Takes the next one: whose it is, and its cause. At one instant they go in the order of
    /// endpoints.
    pub(super) fn pop(&mut self) -> Option<(EndpointId, Option<EventId>)> {
        let (_, endpoint) = self.deadlines.pop_first()?;
        let alarm = self.by_endpoint.remove(&endpoint);
        Some((endpoint, alarm.and_then(|alarm| alarm.cause)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_is_next_and_what_is_said_again_keeps_its_cause() {
        let mut alarms = Alarms::default();
        let [first, second] = [3, 7].map(|nanos| Some(Time::from_nanos(nanos)));
        let cause = |event| Some(EventId(event));
        alarms.set(EndpointId(2), second, cause(1));
        alarms.set(EndpointId(1), second, cause(2));
        alarms.set(EndpointId(0), first, cause(3));
        alarms.set(EndpointId(2), second, cause(4));
        assert_eq!(alarms.next(), first);
        // An earlier one replaces a later one, and none takes it back.
        alarms.set(EndpointId(0), None, cause(5));
        alarms.set(EndpointId(3), second, cause(6));
        alarms.set(EndpointId(3), first, cause(7));
        let order: Vec<_> = std::iter::from_fn(|| alarms.pop()).collect();
        let expected = [(3, 7), (1, 2), (2, 1)];
        assert_eq!(
            order,
            expected.map(|(who, event)| (EndpointId(who), cause(event)))
        );
        assert_eq!(alarms.next(), None);
    }
}
