//! `[churn]`.

use p2p_sim::faults::{Change, Scheduled, When};

use super::{OVERLAY, P1, P2, P3, load, load_whole, ms};

const CHURN: &str = r#"
[churn]
lifetime = "2s"
absence = "500ms"
from = "1s"
until = "20s"
"#;

#[test]
fn churn_brings_peers_that_leave_and_come_back() {
    let timeline = load(CHURN).faults.timeline;
    assert!(timeline.len() > 4, "{timeline:?}");
    for pair in timeline.chunks(2) {
        let [
            Scheduled {
                when: When::At(went),
                change: Change::Crash(P2),
                label: None,
            },
            Scheduled {
                when: When::At(came),
                change: Change::Start(P2),
                label: None,
            },
        ] = pair
        else {
            panic!("only p2 is nobody's contact: {pair:?}");
        };
        assert!(ms(1_000) < *went && *went < ms(20_000) && went < came);
        assert_eq!(went.subsec_nanos() % 1_000, 0);
    }
    let again = load(CHURN).faults.timeline;
    assert_eq!(timeline, again);
    let other_seed = load_whole(&format!("seed = 2\n{OVERLAY}{CHURN}"));
    assert_ne!(timeline, other_seed.faults.timeline);
}

#[test]
fn churn_leaves_alone_who_is_excepted_or_told() {
    let who = |tables: &str| {
        let timeline = load(tables).faults.timeline;
        let labelled = timeline.into_iter().filter(|s| s.label.is_none());
        let mut who: Vec<_> = labelled.filter_map(|s| s.change.peer()).collect();
        who.sort_unstable();
        who.dedup();
        who
    };
    assert_eq!(who(&format!("{CHURN}contacts = true")), [P1, P2, P3]);
    let excepted = format!("{CHURN}contacts = true\nexcept = [\"p1\"]");
    assert_eq!(who(&excepted), [P2, P3]);
    let told = "\n[[event]]\nat = \"1s\"\ncrash = \"p3\"\n";
    assert_eq!(who(&format!("{excepted}{told}")), [P2]);
}

#[test]
fn no_peer_changes_the_luck_of_another() {
    let of_p2 = |text: &str| -> Vec<When> {
        let timeline = load_whole(text).faults.timeline;
        timeline.into_iter().map(|s| s.when).collect()
    };
    let alone = of_p2(&format!("{OVERLAY}{CHURN}"));
    let first = OVERLAY.find("[[peer]]").expect("it has peers");
    let (top, rest) = OVERLAY.split_at(first);
    let more = format!("{top}[[peer]]\nname = \"p0\"\n\n{rest}{CHURN}except = \"p0\"\n");
    assert_eq!(of_p2(&more), alone);
}
