//! What a client asks again, put into words, so that a silence of half a minute explains itself.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use super::chunks_named;
use super::stderr::say;
use crate::endpoint::Transmit;
use crate::rules::Patience;
use crate::wire::{ChunkId, IdList, Message};

/// Reads what a client sends and says what it asks again.
#[derive(Debug)]
pub(super) struct Repeats {
    patience: Patience,
    /// How often each id was in a HELLO.
    searched: BTreeMap<ChunkId, u32>,
    /// How often each id was in a GET to its holder; the last holder alone is kept.
    asked: BTreeMap<ChunkId, (SocketAddrV4, u32)>,
}

impl Repeats {
    pub(super) fn new(patience: Patience) -> Self {
        Self {
            patience,
            searched: BTreeMap::new(),
            asked: BTreeMap::new(),
        }
    }

    /// Says what `transmit` asks again, if anything.
    pub(super) fn sent(&mut self, transmit: Transmit<'_>) {
        let line = match Message::decode(transmit.payload).map(|decoded| decoded.message) {
            Ok(Message::Hello(ids)) => self.hello(&ids),
            Ok(Message::Get(ids)) => self.get(transmit.to, &ids),
            _ => None,
        };
        if let Some(line) = line {
            say(line);
        }
    }

    fn hello(&mut self, ids: &IdList) -> Option<String> {
        let mut before = 0;
        for id in ids.iter() {
            let times = self.searched.entry(id).or_default();
            before = before.max(*times);
            *times += 1;
        }
        let chunks = chunks_named(ids.as_slice());
        (before > 0).then(|| format!("no holder yet for {chunks}: {}", self.again(before)))
    }

    fn get(&mut self, holder: SocketAddrV4, ids: &IdList) -> Option<String> {
        let mut before = 0;
        let mut left = None;
        for id in ids.iter() {
            let (last, times) = self.asked.entry(id).or_insert((holder, 0));
            if *last != holder {
                left = Some(*last);
                (*last, *times) = (holder, 0);
            }
            before = before.max(*times);
            *times += 1;
        }
        let chunks = chunks_named(ids.as_slice());
        match left {
            Some(left) => Some(format!("{left} stays silent: asking {holder} for {chunks}")),
            None if before > 0 => Some(format!(
                "{holder} has not sent {chunks} yet: {}",
                self.again(before)
            )),
            None => None,
        }
    }

    /// `asking again, repeat 1 of 5, waiting 5s`.
    fn again(&self, before: u32) -> String {
        let Patience { wait, repeats, .. } = self.patience;
        let wait = humantime::format_duration(wait);
        format!("asking again, repeat {before} of {repeats}, waiting {wait}")
    }
}
