//! What tables about faults, further requests and expectations resolve to.

mod churn;
mod events;
mod links;
mod named;
mod requests;

use std::time::Duration;

use p2p_sim::roster::EndpointId;
use p2p_sim::scenario::Scenario;

/// p1, p2, p3 in a line, of which the second link leads one way only; c1 at p1, c2 at p3.
const OVERLAY: &str = r#"delay = "10ms"
links = [["p1", "p2"]]

[[peer]]
name = "p1"

[[peer]]
name = "p2"
neighbours = ["p3"]

[[peer]]
name = "p3"
chunks = [1, 2, 3]

[[client]]
name = "c1"
contact = "p1"
chunks = [1]

[[client]]
name = "c2"
contact = "p3"
chunks = [1]
wait = "1s"
"#;

const P1: EndpointId = EndpointId(0);
const P2: EndpointId = EndpointId(1);
const P3: EndpointId = EndpointId(2);
const C1: EndpointId = EndpointId(3);
const C2: EndpointId = EndpointId(4);

fn load_whole(text: &str) -> Scenario {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("it.toml");
    std::fs::write(&file, text).expect("it can be written");
    Scenario::load(&file, None, None).unwrap_or_else(|rejected| panic!("{rejected}"))
}

/// The scenario with `tables` below the overlay.
fn load(tables: &str) -> Scenario {
    load_whole(&(OVERLAY.to_owned() + tables))
}

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The scenario with something of everything.
const EVERYTHING: &str = r#"
[[client.then]]
chunks = [2]
after = "1s"

[[link]]
between = ["p1", "c1"]
loss = 0.5
jitter = { normal = "1ms" }
rate = "9kB/s"

[[fault]]
delay = "QUERY"
by = "1s"
from = "p1"
nth = "2-4"

[[event]]
after = { message = "GET", to = "p3" }
partition = ["p1", "c2"]

[[event]]
at = "1s"
gain = "p2"
chunks = [5]

[[event]]
at = "2s"
join = "p2"

[[event]]
at = "3s"
heal = [["p1", "p2"]]

[churn]
lifetime = "1s"
absence = "1s"
until = "3s"
except = "p1"
contacts = true

[expect]
reached_by = { p2 = "3s" }
must_fail = ["reach"]
"#;

#[test]
fn nothing_that_is_left_out_or_renamed_panics() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("it.toml");
    let text = OVERLAY.to_owned() + EVERYTHING;
    load_whole(&text);
    let try_it = |text: &str| {
        std::fs::write(&file, text).expect("it can be written");
        if let Err(rejected) = Scenario::load(&file, None, None) {
            assert!(!rejected.to_string().is_empty());
        }
    };
    let lines: Vec<&str> = text.lines().collect();
    for left_out in 0..lines.len() {
        let mut kept = lines.clone();
        kept.remove(left_out);
        try_it(&kept.join("\n"));
    }
    for (at, _) in text.match_indices(['p', 'c', '1', '"', '[', '=']) {
        for other in ["q", "0", "", "c1"] {
            try_it(&(text[..at].to_owned() + other + &text[at + 1..]));
        }
    }
}
