//! `[[link]]`.

use std::time::Duration;

use p2p_sim::faults::{Conditions, Covers, Jitter, Links, Rate, Shape};

use super::{C1, P1, P2, P3, load, ms};

fn plain(delay: Duration) -> Conditions {
    Conditions {
        delay,
        ..Conditions::default()
    }
}

#[test]
fn without_tables_all_links_take_the_delay_and_nothing_goes_wrong() {
    let scenario = load("");
    assert_eq!(scenario.faults.links, Links::all_taking(ms(10)));
    assert!(scenario.faults.is_lossless());
    assert!(scenario.expect.must_fail.is_empty());
}

#[test]
fn every_condition_of_a_link_is_read() {
    let scenario = load(
        r#"
        [[link]]
        between = "peers"
        delay = "20ms"
        jitter = { pareto = "3ms" }
        loss = 0.5
        duplication = 1
        reordering = 0.25
        reorder_by = "7ms"
        corruption = 1e-3
        rate = "1Mbit/s"
        queue = 0
    "#,
    );
    let links = &scenario.faults.links;
    let expected = Conditions {
        delay: ms(20),
        jitter: Some(Jitter {
            shape: Shape::Pareto,
            scale: ms(3),
        }),
        loss: 0.5,
        duplication: 1.0,
        reordering: 0.25,
        reorder_by: ms(7),
        corruption: 0.001,
        rate: Some(Rate {
            bytes_per_second: 125_000,
            queue: 0,
        }),
    };
    assert_eq!(links.peers, expected);
    assert_eq!(links.clients, plain(ms(10)));
    assert!(links.between.is_empty());
    assert_eq!(links.entries[0].covers, Covers::Peers);
    assert_eq!(links.entries[0].label, "[[link]] in line 26");
}

#[test]
fn later_entries_go_first_key_by_key() {
    let scenario = load(
        r#"
        [[link]]
        between = ["p1", "p2"]
        loss = 0.1
        delay = "30ms"
        rate = "1kB/s"
        queue = 3

        [[link]]
        between = "all"
        loss = 0.2

        [[link]]
        from = "p2"
        to = "p1"
        loss = 0.3
        rate = "2kB/s"

        [[link]]
        between = "clients"
        delay = "40ms"
        reordering = 0.5

        [[link]]
        between = ["c1", "p3"]
        delay = "0s"
    "#,
    );
    let links = &scenario.faults.links;
    let rate = |bytes_per_second| {
        Some(Rate {
            bytes_per_second,
            queue: 3,
        })
    };
    let one_way = Conditions {
        loss: 0.2,
        rate: rate(1_000),
        ..plain(ms(30))
    };
    let back = Conditions {
        loss: 0.3,
        rate: rate(2_000),
        ..plain(ms(30))
    };
    assert_eq!(*links.of(P1, P2, false), one_way);
    assert_eq!(*links.of(P2, P1, false), back);
    let peers = Conditions {
        loss: 0.2,
        ..plain(ms(10))
    };
    assert_eq!(*links.of(P2, P3, false), peers);
    let clients = Conditions {
        loss: 0.2,
        reordering: 0.5,
        reorder_by: ms(80),
        ..plain(ms(40))
    };
    assert_eq!(*links.of(C1, P1, true), clients);
    // Held back by twice the delay, but by a millisecond at least.
    let near = Conditions {
        loss: 0.2,
        reordering: 0.5,
        reorder_by: ms(1),
        ..plain(ms(0))
    };
    assert_eq!(*links.of(C1, P3, true), near);
    assert_eq!(*links.of(P3, C1, true), near);
    let covers: Vec<&Covers> = links.entries.iter().map(|entry| &entry.covers).collect();
    assert_eq!(*covers[0], Covers::These(vec![(P1, P2), (P2, P1)]));
    assert_eq!(*covers[2], Covers::These(vec![(P2, P1)]));
    assert_eq!(*covers[3], Covers::Clients);
}

#[test]
fn a_pair_with_a_link_one_way_is_that_link() {
    let scenario = load("[[link]]\nbetween = [\"p3\", \"p2\"]\nloss = 1\n");
    let links = &scenario.faults.links;
    assert_eq!(links.entries[0].covers, Covers::These(vec![(P2, P3)]));
    assert_eq!(links.between.len(), 1);
}

#[test]
fn jitter_of_nothing_is_none() {
    let scenario = load(
        "[[link]]\nbetween = \"all\"\njitter = { normal = \"1ms\" }\n\
         [[link]]\nbetween = \"clients\"\njitter = { uniform = \"0s\" }\n",
    );
    let links = &scenario.faults.links;
    assert_eq!(links.clients.jitter, None);
    let jitter = links.peers.jitter.expect("peers have some");
    assert_eq!((jitter.shape, jitter.scale), (Shape::Normal, ms(1)));
}
