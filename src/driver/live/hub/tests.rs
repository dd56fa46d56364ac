//! Holding back, and finding what was lost, on sockets that only the test reads.

use std::path::Path;

use super::carrying::CREDITS;
use super::*;
use crate::endpoint::Receipt;
use crate::faults::Links;
use crate::scenario::Net;

/// Two peers of a run in block `net`, on sockets that only the test reads.
fn pair(net: u8) -> (Hub, [Arc<UdpSocket>; 2]) {
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
    let hub = Hub::new(Arc::new(scenario), all, Clock::start(), Box::new(()));
    (hub, sockets)
}

fn send(hub: &Hub, count: u16) {
    for number in 0..count {
        let transmit = Transmit {
            to: hub.scenario.roster.address(EndpointId(1)),
            payload: bytes::Bytes::copy_from_slice(&number.to_be_bytes()),
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
