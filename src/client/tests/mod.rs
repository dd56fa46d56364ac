//! Datagrams and times in; datagrams, deadlines and outcomes out: the rules of docs/protocol.md,
//! one by one, told as stories.
//!
//! A story is a list of lines, each what a client did and at which millisecond: `5000 HELLO 4`,
//! `5100 GET 5,6 > 2`, `5103 5 from 2`, `30000 4 missing`. Peers are called by number.

mod downloading;
mod ignoring;
mod network;
mod random_worlds;
mod scripts;
mod searching;
mod stages;
mod watch;

use std::time::Duration;

use super::*;
use crate::endpoint::Transmit;
use crate::luck;
use crate::wire::{Chunk, IdList, Message, write_ids};

/// The peer called `number`; the contact is number 1.
fn peer(number: u16) -> SocketAddrV4 {
    SocketAddrV4::new([127, 0, 0, 1].into(), 5000 + number)
}

fn ids(numbers: &[u16]) -> IdList {
    IdList::new(numbers.iter().copied().map(ChunkId).collect()).unwrap()
}

fn info(numbers: &[u16]) -> Message {
    Message::ChunksInfo(ids(numbers))
}

fn response(number: u16) -> Message {
    Message::Response {
        id: ChunkId(number),
        chunk: Chunk::new(number.to_be_bytes().to_vec().into()).unwrap(),
    }
}

/// A client of peer 1 that wants `chunks`, starts at once and keeps the protocol's defaults.
fn config(choose: Choose, chunks: &[u16]) -> Config {
    Config {
        contact: peer(1),
        chunks: chunks.iter().copied().map(ChunkId).collect(),
        start: Time::ZERO,
        choose,
        patience: Patience::of(choose),
        gets: Gets::Once,
        luck: luck::stream(1, "client"),
    }
}

/// Drives a client by hand and writes down what it does.
struct Script {
    client: Client,
    out: Outbox,
    now: Time,
    story: Vec<String>,
}

impl Script {
    fn new(config: Config) -> Self {
        Self {
            client: Client::new(config),
            out: Outbox::default(),
            now: Time::ZERO,
            story: Vec::new(),
        }
    }

    /// One that has sent its HELLOs at time 0, of which nothing is written down.
    fn started(config: Config) -> Self {
        let mut script = Self::new(config);
        script.at(0);
        script.story();
        script
    }

    /// Lets time pass until `millis`; what is due on the way happens when it is due.
    fn at(&mut self, millis: u64) -> &mut Self {
        let until = Time::from_start(Duration::from_millis(millis));
        assert!(self.now <= until, "time runs forward");
        while let Some(due) = self.client.poll_deadline().filter(|due| *due <= until) {
            assert!(self.now <= due, "no deadline in the past");
            self.now = due;
            self.client.handle_deadline(due, &mut self.out);
            self.write_down();
        }
        self.now = until;
        self
    }

    /// Hands over a message from the peer called `from`.
    fn tell(&mut self, from: u16, message: &Message) -> Option<Ignored> {
        let receipt = self.tell_bytes(from, &message.encode());
        assert_eq!(receipt.tail, 0);
        receipt.ignored
    }

    fn tell_bytes(&mut self, from: u16, datagram: &[u8]) -> Receipt {
        let (client, out) = (&mut self.client, &mut self.out);
        let receipt = client.handle_datagram(self.now, peer(from), datagram, out);
        self.write_down();
        receipt
    }

    /// What has been written down since this was last asked.
    fn story(&mut self) -> Vec<String> {
        std::mem::take(&mut self.story)
    }

    /// The story until nothing is left to happen.
    fn rest(&mut self) -> Vec<String> {
        // More deadlines than the longest story has, which makes 65,536 sends.
        for _ in 0..70_000 {
            let Some(due) = self.client.poll_deadline() else {
                return self.story();
            };
            self.at(millis(due));
        }
        panic!("the client does not end");
    }

    /// When the next deadline is, in milliseconds.
    fn deadline(&self) -> Option<u64> {
        self.client.poll_deadline().map(millis)
    }

    fn write_down(&mut self) {
        let at = millis(self.now);
        while let Some(Outcome { id, arrival }) = self.client.poll_outcome() {
            self.story.push(match arrival {
                Some((from, chunk)) => {
                    assert_eq!(chunk.as_bytes()[..], id.0.to_be_bytes());
                    format!("{at} {id} from {}", from.port() - 5000)
                }
                None => format!("{at} {id} missing"),
            });
        }
        for sent in self.out.iter() {
            let decoded = Message::decode(sent.payload).unwrap();
            assert_eq!(
                decoded.tail, 0,
                "a client never sends bytes behind a message"
            );
            let to = sent.to.port() - 5000;
            self.story.push(match decoded.message {
                Message::Hello(ids) => {
                    assert_eq!(sent.to, peer(1), "only the contact is asked to search");
                    format!("{at} HELLO {}", shortly(&ids))
                }
                Message::Get(ids) => format!("{at} GET {} > {to}", shortly(&ids)),
                other => panic!("a client never sends {other}"),
            });
        }
        self.out.clear();
    }
}

fn millis(time: Time) -> u64 {
    assert_eq!(time.as_nanos() % 1_000_000, 0, "whole milliseconds only");
    time.as_nanos() / 1_000_000
}

fn shortly(ids: &IdList) -> String {
    let mut text = String::new();
    write_ids(ids.as_slice(), &mut text).unwrap();
    text
}

/// How many lines of `story` are GETs.
fn gets(story: &[String]) -> usize {
    story.iter().filter(|line| line.contains("GET")).count()
}
