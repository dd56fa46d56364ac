use super::*;

fn address(text: &str) -> SocketAddrV4 {
    text.parse().unwrap()
}

/// Peers, clients and nobody, by their addresses.
fn roster(peers: &[&str], clients: &[&str], nobody: &[&str]) -> Roster {
    let mut roster = Roster::default();
    for (role, addresses) in [
        (Role::Peer, peers),
        (Role::Client, clients),
        (Role::Nobody, nobody),
    ] {
        for (index, written) in addresses.iter().enumerate() {
            let name = format!("{}{index}", role.name());
            let entry = Entry {
                name: &name,
                address: address(written),
                role,
            };
            roster.push(entry);
        }
    }
    roster
}

/// Holds each lookup against a plain search through the addresses.
fn holds_together(roster: &Roster, written: &[&str]) {
    assert_eq!(roster.len(), written.len());
    for (endpoint, entry) in roster.iter() {
        assert_eq!(entry.address, address(written[endpoint.index()]));
        assert_eq!(roster.address(endpoint), entry.address);
        assert_eq!(roster.at(entry.address), Some(endpoint), "{entry:?}");
        assert_eq!(roster.name_of(entry.address), entry.name);
    }
    // The slots of three blocks, and what is beside them.
    for net in [0, 7, 255].map(Net) {
        for slot in (0..600).filter_map(|slot| net.slot(slot)) {
            for port in [slot.port(), slot.port() - 250, slot.port() + 250] {
                let asked = SocketAddrV4::new(*slot.ip(), port);
                let there = written.iter().position(|at| address(at) == asked);
                let told = roster.at(asked).map(EndpointId::index);
                assert_eq!(told, there, "{asked}");
            }
        }
    }
}

#[test]
fn those_at_the_slots_of_their_places_are_found() {
    let peers = ["127.0.0.1:5001", "127.0.0.1:5002", "127.0.0.1:5003"];
    let all = roster(&peers[..2], &peers[2..], &[]);
    holds_together(&all, &peers);
}

#[test]
fn a_run_may_be_in_another_block() {
    let all = ["127.7.0.1:5001", "127.7.0.1:5002"];
    holds_together(&roster(&all, &[], &[]), &all);
    // Some of it.
    let all = ["127.7.0.1:5001", "127.0.0.1:5002", "127.7.0.1:5003"];
    holds_together(&roster(&all[..1], &all[1..], &[]), &all);
}

#[test]
fn addresses_given_by_hand_are_found_wherever_they_stand() {
    let all = [
        "127.0.0.1:6001",
        "127.0.0.1:5002",
        "127.0.0.1:5003",
        "127.7.0.1:5004",
        "10.1.2.3:5005",
        "127.0.0.1:5006",
        // Slots of places that others are at, or nobody.
        "127.0.0.1:5001",
        "127.0.1.1:5250",
        "127.0.0.1:5009",
    ];
    for first_client in 0..all.len() {
        let (peers, others) = all.split_at(first_client);
        let (clients, nobody) = others.split_at(others.len() / 2);
        holds_together(&roster(peers, clients, nobody), &all);
    }
}

#[test]
fn neither_beside_the_slots_nor_behind_the_last_one_there_is_anybody() {
    let all = roster(&["127.0.0.1:5001"], &[], &["127.0.0.1:4999"]);
    for nobody in [
        "127.0.0.1:5000",
        "127.0.0.1:5002",
        "127.0.0.0:5001",
        "127.0.0.2:5001",
        "127.1.0.1:5001",
        "127.0.255.255:5001",
        "10.0.0.1:5001",
    ] {
        assert_eq!(all.at(address(nobody)), None, "{nobody}");
        assert_eq!(all.name_of(address(nobody)), nobody);
    }
    assert_eq!(Roster::default().at(address("127.0.0.1:5001")), None);
}

#[test]
fn roles_and_names_are_those_that_were_given() {
    let all = roster(
        &["127.0.0.1:5001", "127.0.0.1:5002"],
        &["127.0.0.1:5003"],
        &["127.0.0.1:9"],
    );
    let told: Vec<(u32, &str, Role)> = all
        .iter()
        .map(|(endpoint, entry)| (endpoint.0, entry.name, entry.role))
        .collect();
    assert_eq!(
        told,
        [
            (0, "peer0", Role::Peer),
            (1, "peer1", Role::Peer),
            (2, "client0", Role::Client),
            (3, "nobody0", Role::Nobody),
        ]
    );
    let having = |role| all.with_role(role).map(|who| who.0).collect::<Vec<_>>();
    assert_eq!(having(Role::Peer), [0, 1]);
    assert_eq!(having(Role::Client), [2]);
    assert_eq!(having(Role::Nobody), [3]);
    assert_eq!(Roster::default().with_role(Role::Peer).count(), 0);
}

#[test]
fn roles_may_come_in_any_order() {
    // A trace that somebody wrote.
    let roles = [
        Role::Client,
        Role::Peer,
        Role::Peer,
        Role::Nobody,
        Role::Peer,
    ];
    let entries = roles.iter().enumerate().map(|(index, role)| Entry {
        name: "x",
        address: Net(0).slot(index).unwrap(),
        role: *role,
    });
    let all = Roster::new(entries);
    for (endpoint, role) in (0..).map(EndpointId).zip(roles) {
        assert_eq!(all.role(endpoint), role);
    }
    let peers: Vec<u32> = all.with_role(Role::Peer).map(|who| who.0).collect();
    assert_eq!(peers, [1, 2, 4]);
}

#[test]
#[should_panic(expected = "it is of this roster")]
fn nobody_is_behind_the_last_one() {
    let _ = roster(&["127.0.0.1:5001"], &[], &[]).role(EndpointId(1));
}
