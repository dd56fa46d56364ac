//! A carrier that measures: it delegates to another one, and after each slice of datagrams lets the
//! same datagrams cross the kernel raw, so that both are measured in the same minute.

use std::io;
use std::net::SocketAddrV4;
use std::time::Duration;

use bytes::Bytes;

use super::stopwatch::Stopwatch;
use super::{Ceiling, Slices, Told};
use crate::driver::{Carried, Carrier};
use crate::roster::EndpointId;
use crate::wire::MAX_DATAGRAM;

/// How many datagrams make a slice.
pub const SLICE: usize = 10_000;

/// A datagram that was carried.
#[derive(Clone, Copy, Debug)]
struct Note {
    from: EndpointId,
    to: EndpointId,
    length: u16,
}

/// A carrier that measures another one, slice by slice.
///
/// A slice's own time is all that lies between its first datagram and the next slice's, but for what
/// is raw; that of a run's first slice begins with [`begin`](Self::begin).
pub struct Beside<'a, C> {
    carrier: C,
    length: usize,
    every: usize,
    told: Told<'a>,
    /// What the present slice has carried.
    notes: Vec<Note>,
    /// Since when the clock runs.
    running: Option<Stopwatch>,
    /// What the present slice took before that.
    before: Duration,
    /// How many slices there were.
    count: usize,
    slices: Slices,
    error: Option<io::Error>,
    payload: Vec<u8>,
    buffer: Vec<u8>,
}

impl<'a, C: Ceiling> Beside<'a, C> {
    /// Measures `carrier` in slices of `length` datagrams, each `every`-th of them beside raw: where
    /// raw takes far longer, a flood would else take far longer, too. `told` hears of each ratio.
    pub fn new(carrier: C, length: usize, every: usize, told: Told<'a>) -> Self {
        Self {
            carrier,
            length,
            every,
            told,
            notes: Vec::with_capacity(length.min(1 << 20)),
            running: None,
            before: Duration::ZERO,
            count: 0,
            slices: Slices::default(),
            error: None,
            payload: vec![0; MAX_DATAGRAM],
            buffer: vec![0; 1 << 16],
        }
    }

    /// A run begins.
    pub fn begin(&mut self) {
        self.running = Some(Stopwatch::start());
    }

    /// A run has ended. What it carried since its last slice is kept for the next run's first.
    pub fn pause(&mut self) {
        if let Some(running) = self.running.take() {
            self.before += running.elapsed();
        }
    }

    /// A run has ended. What it carried since its last slice is forgotten.
    pub fn end(&mut self) {
        self.running = None;
        self.before = Duration::ZERO;
        self.notes.clear();
    }

    /// A run has ended, and `more` time belongs to it. All that it carried is one slice.
    pub fn close(&mut self, more: Duration) {
        self.pause();
        self.before += more;
        if !self.notes.is_empty() {
            self.finish_slice();
        }
        self.running = None;
    }

    /// How many ratios there are so far.
    #[must_use]
    pub fn ratios(&self) -> usize {
        self.slices.ratios.len()
    }

    /// What was measured so far, or why raw failed.
    pub fn slices(&mut self) -> io::Result<&Slices> {
        match self.error.take() {
            Some(error) => Err(error),
            None => Ok(&self.slices),
        }
    }

    /// Ends the slice, replays it raw if it is its turn, and starts the clock for the next one.
    fn finish_slice(&mut self) {
        let time = self.before + self.running.map_or(Duration::ZERO, Stopwatch::elapsed);
        self.before = Duration::ZERO;
        self.count += 1;
        let carried = self.notes.len() as u64;
        if self.count.is_multiple_of(self.every) && self.error.is_none() {
            match self.replay() {
                Ok(raw) => {
                    self.slices.add(carried, time, raw);
                    self.told.ratio(self.slices.ratios.len());
                }
                Err(error) => self.error = Some(error),
            }
        } else {
            self.slices.ours.0 += carried;
            self.slices.ours.1 += time;
        }
        self.notes.clear();
        self.running = Some(Stopwatch::start());
    }

    /// Lets the datagrams of the slice cross raw, in their order, and says how long that took.
    fn replay(&mut self) -> io::Result<Duration> {
        let clock = Stopwatch::start();
        for note in &self.notes {
            let payload = &self.payload[..usize::from(note.length)];
            self.carrier
                .raw(note.from, note.to, payload, &mut self.buffer)?;
        }
        Ok(clock.elapsed())
    }
}

impl<C: Ceiling> Carrier for Beside<'_, C> {
    fn carry(
        &mut self,
        from: EndpointId,
        to: EndpointId,
        payload: &[u8],
        strangers: &mut Vec<(SocketAddrV4, Bytes)>,
    ) -> Carried {
        let carried = self.carrier.carry(from, to, payload, strangers);
        if carried == Carried::Lost {
            self.slices.lost += 1;
        }
        let length = u16::try_from(payload.len()).expect("a datagram's length fits 16 bits");
        self.notes.push(Note { from, to, length });
        if self.notes.len() == self.length {
            self.finish_slice();
        }
        carried
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Notes what crosses it, and what crosses it raw.
    #[derive(Debug, Default)]
    struct Noted {
        carried: Vec<(u32, u32, usize)>,
        raw: Mutex<Vec<(u32, u32, usize)>>,
        fails: bool,
    }

    impl Carrier for Noted {
        fn carry(
            &mut self,
            from: EndpointId,
            to: EndpointId,
            payload: &[u8],
            _: &mut Vec<(SocketAddrV4, Bytes)>,
        ) -> Carried {
            self.carried.push((from.0, to.0, payload.len()));
            Carried::Arrived
        }
    }

    impl Ceiling for Noted {
        fn raw(
            &self,
            from: EndpointId,
            to: EndpointId,
            payload: &[u8],
            _: &mut [u8],
        ) -> io::Result<()> {
            if self.fails {
                return Err(io::Error::other("no"));
            }
            let mut raw = self.raw.lock().unwrap();
            raw.push((from.0, to.0, payload.len()));
            Ok(())
        }
    }

    /// Carries `count` datagrams, each with its own sender, receiver and length.
    fn carry(beside: &mut Beside<'_, Noted>, count: u32) {
        for number in 0..count {
            let payload = vec![1; number as usize % 7];
            let ends = (EndpointId(number), EndpointId(number * 3 + 1));
            let carried = beside.carry(ends.0, ends.1, &payload, &mut Vec::new());
            assert_eq!(carried, Carried::Arrived);
        }
    }

    #[test]
    fn raw_carries_the_same_datagrams_in_the_same_order() {
        let mut told = ();
        let mut beside = Beside::new(Noted::default(), 10, 1, Told::new(&mut told, 1));
        beside.begin();
        carry(&mut beside, 25);
        let raw = beside.carrier.raw.lock().unwrap().clone();
        assert_eq!(raw, beside.carrier.carried[..20]);
        assert_eq!(beside.ratios(), 2);
    }

    #[test]
    fn what_a_run_leaves_of_a_slice_is_forgotten_or_kept_or_a_slice() {
        let mut told = ();
        let mut beside = Beside::new(Noted::default(), 10, 1, Told::new(&mut told, 1));
        let mut counts = Vec::new();
        for run in 0..4 {
            beside.begin();
            carry(&mut beside, 6);
            match run {
                0 => beside.end(),
                1 | 2 => beside.pause(),
                _ => beside.close(Duration::ZERO),
            }
            let slices = beside.slices().unwrap();
            counts.push((slices.ratios.len(), slices.ours.0));
        }
        assert_eq!(counts, [(0, 0), (0, 0), (1, 10), (2, 18)]);
    }

    #[test]
    fn only_each_so_manyth_slice_is_replayed() {
        let mut told = ();
        let mut beside = Beside::new(Noted::default(), 10, 3, Told::new(&mut told, 1));
        beside.begin();
        carry(&mut beside, 70);
        let raw = beside.carrier.raw.lock().unwrap().clone();
        let carried = &beside.carrier.carried;
        assert_eq!(raw, [&carried[20..30], &carried[50..60]].concat());
        let slices = beside.slices().unwrap();
        assert_eq!((slices.ours.0, slices.raw.0), (70, 20));
    }

    #[test]
    fn a_ratio_is_the_time_of_raw_by_ours() {
        let mut told = ();
        let mut beside = Beside::new(Noted::default(), 10, 1, Told::new(&mut told, 1));
        beside.begin();
        carry(&mut beside, 10);
        let slices = beside.slices().unwrap().clone();
        let (ours, raw) = (slices.ours.1.as_secs_f64(), slices.raw.1.as_secs_f64());
        assert_eq!(slices.ratios, [raw / ours]);
    }

    #[test]
    fn that_raw_failed_is_told_and_the_run_goes_on() {
        let mut told = ();
        let carrier = Noted {
            fails: true,
            ..Noted::default()
        };
        let mut beside = Beside::new(carrier, 10, 1, Told::new(&mut told, 1));
        beside.begin();
        carry(&mut beside, 30);
        assert_eq!(beside.slices().unwrap_err().to_string(), "no");
    }
}
