//! Tampering with what a run left behind: its events, its logs, its chunk files.

use p2p_sim::event::{Event, EventId, Recording, What};
use p2p_sim::wire::{Chunk, ChunkId};

use super::stage::Played;

impl Played {
    /// Puts the log of the first client through `change`.
    pub(crate) fn change_log(&self, change: impl FnOnce(String) -> String) {
        let log = std::fs::read_to_string(self.log()).expect("a log");
        std::fs::write(self.log(), change(log)).expect("a log");
    }

    /// Puts the line that speaks of chunk `id` through `change`; it ends with its line end.
    pub(crate) fn change_line(&self, id: u16, change: impl Fn(&str) -> String) {
        let of_it = format!(" - {id}\n");
        self.change_log(|log| {
            let lines = log.split_inclusive('\n');
            assert_eq!(lines.clone().filter(|l| l.ends_with(&of_it)).count(), 1);
            let changed = lines.map(|line| match line.ends_with(&of_it) {
                true => change(line),
                false => line.to_owned(),
            });
            changed.collect()
        });
    }

    /// The file in which the first client stores chunk `id`.
    pub(crate) fn stored(&self, id: u16) -> std::path::PathBuf {
        self.log().with_file_name(Chunk::file_name(ChunkId(id)))
    }

    /// Puts the events through `change`, which gives those that stand instead of each; references
    /// follow the first of them. Nothing may refer to an event that is gone.
    pub(crate) fn change_events(&mut self, mut change: impl FnMut(EventId, Event) -> Vec<Event>) {
        let mut places: Vec<EventId> = Vec::with_capacity(self.ran.recording.len());
        let mut changed = Recording::default();
        for (_, payload) in self.ran.recording.payloads() {
            changed.intern(payload);
        }
        for (id, event) in self.ran.recording.iter() {
            let place = u32::try_from(changed.len()).expect("few events");
            places.push(EventId(place));
            for mut event in change(id, event.clone()) {
                event.cause = event.cause.map(|cause| places[cause.0 as usize]);
                match &mut event.what {
                    What::Delivered { datagram, .. }
                    | What::Dropped { datagram, .. }
                    | What::LostByKernel { datagram }
                    | What::Corrupted { datagram, .. } => *datagram = places[datagram.0 as usize],
                    _ => {}
                }
                changed.record(event.time, event.cause, event.what);
            }
        }
        self.ran.recording = changed;
    }
}
