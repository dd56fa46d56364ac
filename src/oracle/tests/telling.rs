//! How far a prediction is, told while it goes on.

use std::cell::RefCell;
use std::path::Path;

use crate::oracle::{Order, predict, predict_telling};
use crate::scenario::Scenario;

/// Three clients of two peers, with these links.
fn told(links: &str) -> Vec<(u64, u64)> {
    let text = format!(
        "[overlay.ring]\npeers = 8\n{links}\
         [[client]]\nname = \"a\"\ncount = 2\ncontact = \"p1\"\nchunks = [1]\n\
         [[client]]\nname = \"b\"\ncontact = \"p2\"\nchunks = [1]\n"
    );
    let scenario = Scenario::read(Path::new("ring.toml"), text, None, None);
    let scenario = scenario.unwrap_or_else(|rejected| panic!("{rejected}"));
    let told = RefCell::new(Vec::new());
    let tell = |floods, all| told.borrow_mut().push((floods, all));
    let prediction = predict_telling(&scenario, Order::Lockstep, &tell);
    assert_eq!(prediction, predict(&scenario, Order::Lockstep));
    told.into_inner()
}

#[test]
fn each_client_is_one_flood_more() {
    let floods = (0..=3).map(|floods| (floods, 3));
    assert!(told("").into_iter().eq(floods.clone()));
    let jitter = "[[link]]\nbetween = \"all\"\njitter = { uniform = \"1ms\" }\n";
    assert!(told(jitter).into_iter().eq(floods));
}

/// What queues may lose is known once the datagrams are counted.
#[test]
fn where_links_have_rates_each_is_worked_out_twice() {
    let rate = "[[link]]\nbetween = \"all\"\nrate = \"1Mbit/s\"\nqueue = 10\n";
    let expected = [0, 1, 2, 3, 3, 4, 5, 6].map(|floods| (floods, 6));
    assert_eq!(told(rate), expected);
}
