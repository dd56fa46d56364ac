use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::wire::ChunkId;

/// What a station was told, in order, without the times.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Received(SocketAddrV4, Vec<u8>),
    Woke,
    Transmit(SocketAddrV4),
    Outcome(ChunkId),
}

/// A station that notes, sends what it is given, and fails at the outcome for a chosen chunk.
struct Notes {
    told: Vec<Told>,
    fails_at: Option<ChunkId>,
}

impl Notes {
    fn new() -> Self {
        Self {
            told: Vec::new(),
            fails_at: None,
        }
    }
}

impl Station for Notes {
    type Error = ChunkId;

    async fn reacted(&mut self, socket: &UdpSocket, reaction: Reaction<'_>) {
        self.told.push(match reaction.handled {
            Handled::Datagram { from, bytes, .. } => Told::Received(from, bytes.to_vec()),
            Handled::Deadline => Told::Woke,
        });
        for transmit in reaction.out.iter() {
            self.told.push(Told::Transmit(transmit.to));
            let sent = socket.send_to(transmit.payload, transmit.to).await;
            assert_eq!(sent.unwrap(), transmit.payload.len());
        }
    }

    fn outcome(&mut self, _: Time, outcome: &Outcome) -> Result<(), ChunkId> {
        self.told.push(Told::Outcome(outcome.id));
        match self.fails_at {
            Some(id) if id == outcome.id => Err(id),
            _ => Ok(()),
        }
    }

    fn receive_failed(&mut self, _: Time, error: &io::Error) {
        panic!("{error}");
    }
}

/// Sends itself a datagram when its deadline comes, two more when that arrives, and is done when
/// both have.
struct Echo {
    own: SocketAddrV4,
    deadline: Option<Time>,
    outcomes: Vec<ChunkId>,
    heard: u16,
}

impl Echo {
    fn new(own: SocketAddrV4) -> Self {
        Self {
            own,
            deadline: Some(Time::from_start(Duration::from_millis(20))),
            outcomes: Vec::new(),
            heard: 0,
        }
    }
}

impl Endpoint for Echo {
    fn handle_datagram(&mut self, _: Time, _: SocketAddrV4, _: &[u8], out: &mut Outbox) -> Receipt {
        self.heard += 1;
        if self.heard == 1 {
            out.send_to_all([self.own, self.own], |bytes| bytes.extend(b"echo"));
        }
        self.outcomes.push(ChunkId(self.heard));
        Receipt::default()
    }

    fn handle_deadline(&mut self, now: Time, out: &mut Outbox) {
        assert!(self.deadline.take().unwrap() <= now);
        out.send(self.own, b"echo");
    }

    fn poll_deadline(&self) -> Option<Time> {
        self.deadline
    }
}

impl ClientEndpoint for Echo {
    fn poll_outcome(&mut self) -> Option<Outcome> {
        let id = self.outcomes.pop()?;
        Some(Outcome { id, arrival: None })
    }

    fn is_done(&self) -> bool {
        self.heard == 3 && self.outcomes.is_empty()
    }
}

async fn attended(notes: &mut Notes) -> (SocketAddrV4, Result<Ended, ChunkId>) {
    let socket = bind("127.59.0.3:0".parse().unwrap()).unwrap();
    let own = local_address(&socket).unwrap();
    let mut echo = Echo::new(own);
    let never = std::future::pending();
    let ended = attend(&mut echo, &socket, Clock::start(), notes, never).await;
    (own, ended)
}

#[tokio::test]
async fn a_station_is_told_causes_before_effects() {
    let mut notes = Notes::new();
    let (own, ended) = attended(&mut notes).await;
    assert_eq!(ended, Ok(Ended::Done));
    let received = || Told::Received(own, b"echo".to_vec());
    let expected = [
        Told::Woke,
        Told::Transmit(own),
        received(),
        Told::Transmit(own),
        Told::Transmit(own),
        Told::Outcome(ChunkId(1)),
        received(),
        Told::Outcome(ChunkId(2)),
        received(),
        Told::Outcome(ChunkId(3)),
    ];
    assert_eq!(notes.told, expected);
}

#[tokio::test]
async fn an_outcome_that_cannot_be_written_ends_a_client() {
    let mut notes = Notes::new();
    notes.fails_at = Some(ChunkId(2));
    let (_, ended) = attended(&mut notes).await;
    assert_eq!(ended, Err(ChunkId(2)));
    assert_eq!(notes.told.last(), Some(&Told::Outcome(ChunkId(2))));
}

/// Sends itself a datagram for each that it receives, so that its socket is never empty.
struct Endless {
    own: SocketAddrV4,
    deadline: Option<Time>,
    woke: Arc<AtomicBool>,
}

impl Endpoint for Endless {
    fn handle_datagram(&mut self, _: Time, _: SocketAddrV4, _: &[u8], out: &mut Outbox) -> Receipt {
        out.send(self.own, b"again");
        Receipt::default()
    }

    fn handle_deadline(&mut self, _: Time, _: &mut Outbox) {
        self.deadline = None;
        self.woke.store(true, Ordering::Relaxed);
    }

    fn poll_deadline(&self) -> Option<Time> {
        self.deadline
    }
}

/// Serves an endpoint whose socket is never empty until it woke, or until `stop`.
async fn serve_endless(deadline: Option<Time>, stop: impl Future<Output = ()> + Send) -> bool {
    let socket = bind("127.59.0.4:0".parse().unwrap()).unwrap();
    let own = local_address(&socket).unwrap();
    socket.send_to(b"first", own).await.unwrap();
    let woke = Arc::new(AtomicBool::new(false));
    let mut endless = Endless {
        own,
        deadline,
        woke: Arc::clone(&woke),
    };
    let mut notes = Notes::new();
    serve(&mut endless, &socket, Clock::start(), &mut notes, stop).await;
    assert!(notes.told.len() > BATCH);
    woke.load(Ordering::Relaxed)
}

#[tokio::test]
async fn a_socket_that_is_never_empty_keeps_neither_the_deadline_nor_the_end_waiting() {
    let deadline = Time::from_start(Duration::from_millis(20));
    let stop = async || sleep(Duration::from_millis(200)).await;
    assert!(serve_endless(Some(deadline), stop()).await);
    assert!(!serve_endless(None, stop()).await);
}

#[tokio::test]
async fn a_deadline_beyond_the_end_of_the_clock_never_comes() {
    let far = Time::from_nanos(u64::MAX);
    let stop = sleep(Duration::from_millis(20));
    assert!(!serve_endless(Some(far), stop).await);
}
