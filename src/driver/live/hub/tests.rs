//! Holding back, and finding what was lost, on sockets that only the test reads.

use std::path::Path;

use super::carrying::CREDITS;
use super::*;
use crate::endpoint::{Happening, Receipt};
use crate::faults::{Change, Links, Pattern, Scheduled, When};
use crate::scenario::Net;

/// Two peers of a run in block `net`, on sockets that only the test reads.
fn pair(net: u8) -> (Hub, [Arc<UdpSocket>; 2]) {
    pair_with(net, Vec::new())
}

/// The same with changes in time.
fn pair_with(net: u8, timeline: Vec<Scheduled>) -> (Hub, [Arc<UdpSocket>; 2]) {
    let file = Path::new("scenarios/edge/many-ids.toml");
    let Ok(scenario) = Scenario::load(file, Some(Net(net)), None) else {
        panic!("{} is a scenario", file.display());
    };
    let bind = |index| {
        let address = scenario.roster.address(EndpointId(index));
        Arc::new(crate::host::bind(address).unwrap())
    };
    let sockets = [bind(0), bind(1)];
    let all = vec![
        Some(Arc::clone(&sockets[0])),
        Some(Arc::clone(&sockets[1])),
        None,
    ];
    let mut scenario = scenario.clone();
    scenario.faults.links = Links::all_taking(Duration::ZERO);
    scenario.faults.timeline = timeline;
    let hub = Hub::new(Arc::new(scenario), all, Clock::start(), Box::new(()));
    (hub, sockets)
}

fn send(hub: &Hub, count: u16) {
    for number in 0..count {
        let transmit = Transmit {
            to: hub.scenario.roster.address(EndpointId(1)),
            payload: &number.to_be_bytes(),
        };
        hub.send(hub.clock.now(), None, EndpointId(0), transmit);
    }
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
    let (hub, [from, to]) = pair(93);
    from.writable().await.unwrap();
    send(&hub, 100);
    hub.do_what_is_due();
    assert_eq!(hub.state().receivers[1].on_wire.len(), CREDITS);
    assert_eq!(hub.state().receivers[1].held.len(), 100 - CREDITS);
    for number in 0..100_u16 {
        let (payload, sender) = read(&to).await;
        assert_eq!(payload, number.to_be_bytes(), "in the order of sending");
        let receipt = Receipt::default();
        hub.received(hub.clock.now(), EndpointId(1), sender, &payload, receipt);
    }
    assert_eq!(hub.look().in_flight, 0);
}

#[tokio::test]
async fn what_was_never_read_is_found_to_be_lost() {
    let (hub, [from, to]) = pair(94);
    from.writable().await.unwrap();
    send(&hub, 3);
    hub.do_what_is_due();
    // The first two are taken away behind the hub's back.
    read(&to).await;
    hub.find_lost(Duration::ZERO);
    assert_eq!(hub.look().in_flight, 3, "something still waits to be read");
    read(&to).await;
    let (payload, sender) = read(&to).await;
    hub.received(
        hub.clock.now(),
        EndpointId(1),
        sender,
        &payload,
        Receipt::default(),
    );
    let lost = || {
        let state = hub.state();
        let events = state.recording.iter();
        events
            .filter(|(_, e)| matches!(e.what, What::LostByKernel { .. }))
            .count()
    };
    assert_eq!(lost(), 2);
    send(&hub, 1);
    read(&to).await;
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
    let pause = after(3, Change::Pause(peer, Duration::from_secs(3_600)));
    let (hub, [from, to]) = pair_with(133, vec![pause, after(6, Change::Stop(peer))]);
    from.writable().await.unwrap();
    let admit = async || {
        let (payload, sender) = read(&to).await;
        hub.admit(hub.clock.now(), peer, sender, &payload)
    };
    send(&hub, 3);
    hub.do_what_is_due();
    assert_eq!(admit().await, Admission::Keep);
    send(&hub, 3);
    assert_eq!(hub.state().receivers[1].held.len(), 3, "held back");
    // The stop ends the pause. Two are in the buffer still, and go behind the first.
    hub.do_what_is_due();
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
    let (peer, sender) = (EndpointId(1), EndpointId(0));
    let (hub, [from, to]) = pair_with(134, vec![after(1, Change::Crash(peer))]);
    from.writable().await.unwrap();
    let changes = || {
        hub.do_what_is_due();
        let state = hub.state();
        let events = state.recording.iter();
        events
            .filter(|(_, e)| matches!(e.what, What::Changed { .. }))
            .count()
    };
    let now = hub.clock.now();
    hub.woke(now, None, sender);
    send(&hub, 1);
    assert_eq!(changes(), 0, "its sender is not done");
    let (payload, address) = read(&to).await;
    let admitted = hub.admit(now, peer, address, &payload);
    assert_eq!(admitted, Admission::HandOver(Vec::new()));
    hub.finished(sender, None);
    assert_eq!(changes(), 0, "the peer is not done");
    hub.received(now, peer, address, &payload, Receipt::default());
    send(&hub, 1);
    hub.finished(peer, None);
    assert_eq!(changes(), 1);
    assert_eq!(hub.state().receivers[1].happenings, [Happening::Forgot]);
}

#[tokio::test]
async fn a_run_is_not_over_while_somebody_handles_what_was_delivered() {
    let (hub, [from, to]) = pair(139);
    from.writable().await.unwrap();
    assert!(hub.look().is_still());
    send(&hub, 1);
    hub.do_what_is_due();
    assert!(!hub.look().is_still(), "it is on its way");
    let (payload, sender) = read(&to).await;
    hub.received(
        hub.clock.now(),
        EndpointId(1),
        sender,
        &payload,
        Receipt::default(),
    );
    assert_eq!(hub.look().in_flight, 0);
    assert!(
        !hub.look().is_still(),
        "what it makes its receiver send is yet to come"
    );
    hub.handled();
    assert!(hub.look().is_still());
}
