//! `[[fault]]`.

use p2p_sim::faults::{Effect, Fault, Nth, Pattern};
use p2p_sim::wire::{ChunkId, Type};

use super::{C1, C2, P1, P2, load, ms};

#[test]
fn faults_by_meaning_are_read() {
    let scenario = load(
        r#"
        [[fault]]
        drop = "QUERY"
        from = "p1"
        to = ["p2"]
        chunk = 7
        nth = 2
        since = "1s"
        until = "2s"

        [[fault]]
        delay = "RESPONSE"
        by = "3s"
        to = ["c2", "c1", "c2"]
        nth = "5,2-3"

        [[fault]]
        duplicate = "any"
        from = ["c1", "p2"]
        nth = [3, 1, 3]

        [[fault]]
        corrupt = "HELLO"
    "#,
    );
    let first = Fault {
        effect: Effect::Drop,
        pattern: Pattern {
            message: Some(Type::Query),
            from: vec![P1],
            to: vec![P2],
            chunk: Some(ChunkId(7)),
        },
        nth: Nth::These(vec![2]),
        since: ms(1_000),
        until: Some(ms(2_000)),
        label: "[[fault]] in line 26".to_owned(),
    };
    let [one, two, three, four] = &scenario.faults.named[..] else {
        panic!("four faults");
    };
    assert_eq!(*one, first);
    assert_eq!(two.effect, Effect::Delay(ms(3_000)));
    assert_eq!(two.pattern.to, [C2, C1]);
    assert_eq!(two.nth, Nth::These(vec![2, 3, 5]));
    assert_eq!(three.effect, Effect::Duplicate);
    assert_eq!(three.pattern.message, None);
    assert_eq!(three.pattern.from, [C1, P2]);
    assert_eq!(three.nth, Nth::These(vec![1, 3]));
    assert_eq!(four.effect, Effect::Corrupt);
    assert_eq!((&four.nth, four.until), (&Nth::Every, None));
}
