//! Holding back, and finding what was lost, on sockets that only the test reads.

use std::net::SocketAddrV4;
use std::path::Path;
use std::time::Duration;

use super::buffers::CREDITS;
use super::*;
use crate::endpoint::{Happening, Outbox, Receipt};
use crate::event::DropReason;
use crate::faults::{Change, Links, Pattern, Scheduled, When};
use crate::host::Admission;
use crate::scenario::Net;

/// Two peers of a run in block `net`, on sockets that only the test reads.
fn pair(net: u8) -> Hub {
    pair_with(net, Vec::new())
}

/// The same with changes in time.
fn pair_with(net: u8, timeline: Vec<Scheduled>) -> Hub {
    let file = Path::new("scenarios/edge/many-ids.toml");
    let Ok(scenario) = Scenario::load(file, Some(Net(net)), None) else {
        panic!("{} is a scenario", file.display());
    };
    let bind = |index| {
        let address = scenario.roster.address(EndpointId(index));
        crate::host::bind(address).unwrap()
    };
    let all = vec![Some(bind(0)), Some(bind(1)), None];
    let mut scenario = scenario.clone();
    scenario.faults.links = Links::all_taking(Duration::ZERO);
    scenario.faults.timeline = timeline;
    Hub::new(Arc::new(scenario), all, 1, Clock::start(), Box::new(()))
}

/// The sockets of the two.
fn sockets(hub: &Hub) -> [&UdpSocket; 2] {
    [0, 1].map(|index| hub.socket(EndpointId(index)).unwrap())
}

/// What an endpoint does because of its deadline.
fn by_deadline<'a>(hub: &Hub, out: &'a Outbox) -> Reaction<'a> {
    Reaction {
        now: hub.clock.now(),
        handled: Handled::Deadline,
        out,
        deadline: None,
    }
}

/// The first peer sends the second one so many datagrams, each with its number.
fn send(hub: &Hub, count: u16) {
    let mut out = Outbox::default();
    for number in 0..count {
        let to = hub.scenario.roster.address(EndpointId(1));
        out.send(to, &number.to_be_bytes());
    }
    hub.reacted(
        EndpointId(0),
        None,
        by_deadline(hub, &out),
        &mut Load::default(),
    );
}

/// The second peer has read `bytes` from its socket, and sends `out` because of it.
fn handle(hub: &Hub, (bytes, from): &(Vec<u8>, SocketAddrV4), out: &Outbox) {
    let reaction = Reaction {
        now: hub.clock.now(),
        handled: Handled::Datagram {
            from: *from,
            bytes,
            receipt: Receipt::default(),
        },
        out,
        deadline: None,
    };
    hub.reacted(EndpointId(1), None, reaction, &mut Load::default());
}

async fn read(socket: &UdpSocket) -> (Vec<u8>, SocketAddrV4) {
    let mut buffer = [0; 16];
    match socket.recv_from(&mut buffer).await.unwrap() {
        (length, std::net::SocketAddr::V4(from)) => (buffer[..length].to_vec(), from),
        (_, from) => panic!("{from} is not IPv4"),
    }
}

#[tokio::test]
async fn what_exceeds_the_credits_waits_its_turn() {
    let hub = pair(93);
    let [from, to] = sockets(&hub);
    from.writable().await.unwrap();
    send(&hub, 100);
    hub.do_what_is_due(0, &mut Load::default());
    assert_eq!(hub.state().receivers[1].on_wire.len(), CREDITS);
    assert_eq!(hub.state().receivers[1].held.len(), 100 - CREDITS);
    for number in 0..100_u16 {
        let datagram = read(to).await;
        assert_eq!(datagram.0, number.to_be_bytes(), "in the order of sending");
        handle(&hub, &datagram, &Outbox::default());
    }
    assert_eq!(hub.look().in_flight, 0);
}

#[tokio::test]
async fn what_was_never_read_is_found_to_be_lost() {
    let hub = pair(94);
    let [from, to] = sockets(&hub);
    from.writable().await.unwrap();
    send(&hub, 3);
    hub.do_what_is_due(0, &mut Load::default());
    // The first two are taken away behind the hub's back.
    read(to).await;
    hub.find_lost(Duration::ZERO);
    assert_eq!(hub.look().in_flight, 3, "something still waits to be read");
    read(to).await;
    handle(&hub, &read(to).await, &Outbox::default());
    let lost = || {
        let state = hub.state();
        let events = state.recording.iter();
        events
            .filter(|(_, e)| matches!(e.what, What::LostByKernel { .. }))
            .count()
    };
    assert_eq!(lost(), 2);
    send(&hub, 1);
    hub.do_what_is_due(0, &mut Load::default());
    read(to).await;
    hub.find_lost(Duration::ZERO);
    assert_eq!((lost(), hub.look().in_flight), (3, 0));
}

/// A change that follows the `nth` datagram at once.
fn after(nth: u32, change: Change) -> Scheduled {
    Scheduled {
        when: When::After {
            pattern: Pattern::default(),
            nth,
            by: Duration::ZERO,
        },
        change,
        label: None,
    }
}

#[tokio::test]
async fn what_was_read_too_early_keeps_its_order() {
    let peer = EndpointId(1);
    let pause = after(4, Change::Pause(peer, Duration::from_secs(3_600)));
    let hub = pair_with(133, vec![pause, after(6, Change::Stop(peer))]);
    let [from, to] = sockets(&hub);
    from.writable().await.unwrap();
    let admit = async || {
        let (payload, sender) = read(to).await;
        let read = (sender, &*payload);
        hub.admit(hub.clock.now(), peer, read, &mut Load::default())
    };
    for number in [3, 1] {
        send(&hub, number);
        hub.do_what_is_due(0, &mut Load::default());
    }
    assert_eq!(hub.state().receivers[1].held.len(), 1, "held back");
    assert_eq!(admit().await, Admission::Keep);
    send(&hub, 2);
    // The stop ends the pause. Two are in the buffer still, and go behind the first.
    hub.do_what_is_due(0, &mut Load::default());
    for _ in 0..2 + 6 {
        assert_eq!(admit().await, Admission::Keep);
    }
    let state = hub.state();
    assert_eq!(state.in_flight, 0);
    let dropped = state.recording.iter().filter_map(|(_, e)| match e.what {
        What::Dropped { datagram, reason } => Some((datagram, reason)),
        _ => None,
    });
    let sent = state.recording.iter();
    let sent = sent.filter(|(_, e)| matches!(e.what, What::Sent { .. }));
    let in_order = sent.map(|(id, _)| (id, DropReason::Down));
    assert!(dropped.eq(in_order));
}

#[tokio::test]
async fn a_change_interrupts_no_reaction() {
    let peer = EndpointId(1);
    let hub = pair_with(134, vec![after(1, Change::Crash(peer))]);
    let [from, to] = sockets(&hub);
    from.writable().await.unwrap();
    let changes = || {
        hub.do_what_is_due(0, &mut Load::default());
        let state = hub.state();
        let events = state.recording.iter();
        events
            .filter(|(_, e)| matches!(e.what, What::Changed { .. }))
            .count()
    };
    // Its deadline has come, too: it is handling that.
    assert_eq!(hub.happened(peer), []);
    send(&hub, 1);
    assert_eq!(changes(), 0, "it is handling its deadline");
    let out = Outbox::default();
    hub.reacted(peer, None, by_deadline(&hub, &out), &mut Load::default());
    let first = read(to).await;
    let admitted = hub.admit(
        hub.clock.now(),
        peer,
        (first.1, &first.0),
        &mut Load::default(),
    );
    assert_eq!(admitted, Admission::HandOver(Vec::new()));
    assert_eq!(changes(), 0, "it is handling the datagram");
    handle(&hub, &first, &out);
    assert_eq!(changes(), 1);
    assert_eq!(hub.state().receivers[1].happenings, [Happening::Forgot]);
}

#[tokio::test]
async fn a_run_is_not_over_before_what_was_handled_has_its_consequence() {
    let hub = pair(139);
    let [from, to] = sockets(&hub);
    from.writable().await.unwrap();
    assert!(hub.look().is_still());
    send(&hub, 1);
    hub.do_what_is_due(0, &mut Load::default());
    assert!(!hub.look().is_still(), "it is on its way");
    let mut out = Outbox::default();
    out.send(hub.scenario.roster.address(EndpointId(1)), b"more");
    handle(&hub, &read(to).await, &out);
    assert_eq!(hub.look().in_flight, 1, "what came of it");
    hub.do_what_is_due(0, &mut Load::default());
    handle(&hub, &read(to).await, &Outbox::default());
    assert!(hub.look().is_still());
}
