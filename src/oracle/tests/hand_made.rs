//! One case for each rule of what must, may and cannot come out (docs/verdict.md).

use super::*;
use crate::faults::{Change, Cut, Effect, Fault, Nth, Pattern, Scheduled, When};
use crate::wire::Type;

/// The line e0 – e1 – e2 with chunk 1 at its end, and a client at its beginning, with so many
/// repeats. The client is e3. A search is answered after 4 ms, a GET after 2 ms.
fn line(repeats: u16, duplicates: Duplicates) -> Scenario {
    let line = Net::of(3).links([(0, 1), (1, 2)]).holds(2, [1]);
    let mut scenario = line.client(0, [1]).scenario(3, duplicates);
    scenario.clients[0].requests[0].patience.repeats = repeats;
    scenario
}

fn drop(message: Type, from: usize, nth: Nth) -> Fault {
    Fault {
        effect: Effect::Drop,
        pattern: Pattern {
            message: Some(message),
            from: vec![endpoint(from)],
            ..Pattern::default()
        },
        nth,
        since: Duration::ZERO,
        until: None,
        label: String::new(),
    }
}

fn at(millis: u64, change: Change) -> Scheduled {
    Scheduled {
        when: When::At(Duration::from_millis(millis)),
        change,
        label: None,
    }
}

/// What is said of chunk 1: "must", "may" or "cannot"; under each policy the same.
fn word(with: impl Fn(&mut Scenario), repeats: u16) -> &'static str {
    let words = POLICIES.map(|policy| {
        let mut scenario = line(repeats, policy);
        with(&mut scenario);
        let told = predict(&scenario, Order::Lockstep);
        let sources = &told.clients[0].sources[&ChunkId(1)];
        match (sources.holders.is_empty(), sources.may_be_missing) {
            (true, _) => "cannot",
            (false, true) => "may",
            (false, false) => "must",
        }
    });
    assert!(words.iter().all(|word| *word == words[0]), "{words:?}");
    words[0]
}

fn lossy(loss: f64) -> impl Fn(&mut Scenario) {
    move |scenario| {
        let links = &mut scenario.faults.links;
        let conditions = Conditions {
            loss,
            ..links.peers.clone()
        };
        links.between.insert((endpoint(1), endpoint(2)), conditions);
    }
}

fn named(fault: Fault) -> impl Fn(&mut Scenario) {
    move |scenario| scenario.faults.named.push(fault.clone())
}

fn timed(changes: Vec<Scheduled>) -> impl Fn(&mut Scenario) {
    move |scenario| scenario.faults.timeline.extend(changes.clone())
}

#[test]
fn chances() {
    assert_eq!(word(lossy(0.5), 5), "may");
    assert_eq!(word(lossy(1.0), 5), "cannot");
    assert_eq!(word(lossy(0.0), 5), "must");
}

#[test]
fn limited_faults_spend_themselves() {
    let first = |message, from| named(drop(message, from, Nth::These(vec![1])));
    for (message, from) in [
        (Type::Hello, 3),
        (Type::Query, 0),
        (Type::ChunksInfo, 2),
        (Type::Get, 3),
        (Type::Response, 2),
    ] {
        assert_eq!(word(first(message, from), 1), "must", "{message:?}");
        assert_eq!(word(first(message, from), 0), "may", "{message:?}");
        let six = Nth::These((1..=6).collect());
        assert_eq!(word(named(drop(message, from, six.clone())), 5), "may");
        assert_eq!(word(named(drop(message, from, six)), 6), "must");
        assert_eq!(word(named(drop(message, from, Nth::Every)), 5), "cannot");
    }
}

#[test]
fn a_copy_stays_as_it_was_made() {
    let every = |effect| Fault {
        effect,
        ..drop(Type::Query, 1, Nth::Every)
    };
    let both = |first, then| {
        move |scenario: &mut Scenario| {
            scenario.faults.named.extend([every(first), every(then)]);
        }
    };
    // What is dropped behind the copying is the original alone.
    assert_eq!(word(both(Effect::Duplicate, Effect::Drop), 5), "may");
    assert_eq!(word(both(Effect::Duplicate, Effect::Corrupt), 5), "may");
    assert_eq!(word(both(Effect::Drop, Effect::Duplicate), 5), "cannot");
    assert_eq!(word(both(Effect::Corrupt, Effect::Duplicate), 5), "cannot");
}

#[test]
fn windows() {
    let until = |millis| Fault {
        until: Some(Duration::from_millis(millis)),
        ..drop(Type::Response, 2, Nth::Every)
    };
    assert_eq!(word(named(until(2_000)), 5), "must");
    assert_eq!(word(named(until(2_000)), 0), "cannot");
    assert_eq!(word(named(until(40_000)), 5), "cannot");
    let late = |millis| Fault {
        since: Duration::from_millis(millis),
        ..drop(Type::Response, 2, Nth::Every)
    };
    // The GET goes out 104 ms after the HELLO.
    assert_eq!(word(named(late(150)), 5), "must");
}

#[test]
fn presence() {
    let peer = endpoint(2);
    let stop = |millis| at(millis, Change::Stop(peer));
    let start = |millis| at(millis, Change::Start(peer));
    assert_eq!(word(timed(vec![stop(0)]), 5), "cannot");
    assert_eq!(word(timed(vec![stop(1_000)]), 5), "must");
    // Between its announcement and the GET.
    assert_eq!(word(timed(vec![stop(50)]), 5), "cannot");
    assert_eq!(word(timed(vec![stop(50), start(1_000)]), 5), "must");
    assert_eq!(word(timed(vec![stop(50), start(1_000)]), 0), "cannot");
    assert_eq!(word(timed(vec![stop(0), start(12_000)]), 5), "must");
    assert_eq!(word(timed(vec![stop(0), start(12_000)]), 1), "cannot");
    let pause = at(0, Change::Pause(peer, Duration::from_secs(2)));
    assert_eq!(word(timed(vec![pause]), 5), "must");
    let after = Scheduled {
        when: When::After {
            pattern: drop(Type::Hello, 3, Nth::Every).pattern,
            nth: 1,
            by: Duration::ZERO,
        },
        ..stop(0)
    };
    assert_eq!(word(timed(vec![after]), 5), "may");
}

#[test]
fn holdings() {
    let (peer, id) = (endpoint(2), ChunkId(1));
    let chunks = Arc::new([(id, Chunk::default())].into_iter().collect());
    let lose = |millis| at(millis, Change::Lose(peer, vec![id]));
    let gain = |millis| at(millis, Change::Gain(peer, Arc::clone(&chunks)));
    assert_eq!(word(timed(vec![lose(0)]), 5), "cannot");
    assert_eq!(word(timed(vec![lose(50)]), 5), "cannot");
    assert_eq!(word(timed(vec![lose(1_000)]), 5), "must");
    assert_eq!(word(timed(vec![lose(0), gain(7_000)]), 5), "must");
    assert_eq!(word(timed(vec![lose(0), gain(70_000)]), 5), "cannot");
}

#[test]
fn partitions() {
    let cut = Cut {
        from: [endpoint(2)].into(),
        to: [endpoint(0), endpoint(1), endpoint(3)].into(),
        both_ways: true,
    };
    let parted = at(0, Change::Cut(cut.clone()));
    assert_eq!(word(timed(vec![parted.clone()]), 5), "cannot");
    let healed = |millis| vec![parted.clone(), at(millis, Change::HealAll)];
    assert_eq!(word(timed(healed(12_000)), 5), "must");
    assert_eq!(word(timed(healed(31_000)), 5), "cannot");
    let mended = vec![parted.clone(), at(12_000, Change::Heal(cut))];
    assert_eq!(word(timed(mended), 5), "must");
}

#[test]
fn another_holder_makes_it_sure() {
    let mut scenario = line(5, Duplicates::Literal);
    scenario.peers[0].chunks = Arc::clone(&scenario.peers[2].chunks);
    lossy(0.5)(&mut scenario);
    let told = predict(&scenario, Order::Lockstep);
    let sources = &told.clients[0].sources[&ChunkId(1)];
    assert_eq!(sources.holders, [endpoint(0), endpoint(2)]);
    assert!(!sources.may_be_missing);
    let reach = &told.clients[0].reach;
    assert!(reach.must_hear(endpoint(1)) && !reach.must_hear(endpoint(2)));
    assert!(reach.may_hear(endpoint(2)) && !reach.is_certain());
    assert_eq!(told.query, Count::exact(2));
    assert_eq!(told.chunks_info, Count::between(1, 2));
    assert!(told.clients[0].loose.contains(&Loose::Faults));
}

#[test]
fn literal_stays_exact_with_unequal_delays() {
    let mut scenario = line(2, Duplicates::Literal);
    let slow = Conditions {
        delay: Duration::from_millis(30),
        ..Conditions::default()
    };
    let links = &mut scenario.faults.links.between;
    links.insert((endpoint(0), endpoint(1)), slow);
    let told = predict(&scenario, Order::Lockstep);
    assert_eq!(told.hello, Count::exact(1));
    assert_eq!(told.query, Count::exact(2));
    assert_eq!(told.chunks_info, Count::exact(1));
    assert_eq!(told.clients[0].queries_by_hop, Some(vec![1, 1]));
    assert!(told.clients[0].loose.is_empty());
}

#[test]
fn requests_are_searched_one_by_one() {
    let mut scenario = line(1, Duplicates::Literal);
    let client = &mut scenario.clients[0];
    client.chunks.push(ChunkId(2));
    let mut second = client.requests[0].clone();
    second.chunks = vec![ChunkId(2)];
    second.patience.repeats = 3;
    client.requests.push(second);
    // One HELLO for chunk 1, and four for chunk 2 that nobody holds.
    let told = predict(&scenario, Order::Lockstep);
    assert_eq!(told.hello, Count::exact(5));
    lossy(0.0)(&mut scenario);
    scenario.faults.named.push(drop(Type::Get, 0, Nth::Every));
    assert_eq!(predict(&scenario, Order::Lockstep).hello, Count::exact(5));

    scenario.clients[0].gets = Gets::Never;
    for faults in [scenario.faults.clone(), Faults::default()] {
        scenario.faults = faults;
        let told = predict(&scenario, Order::Lockstep);
        let mut sources = told.clients[0].sources.values();
        assert!(sources.all(|sources| sources.holders.is_empty()));
    }
}

#[test]
fn a_copy_that_comes_first_spends_the_search() {
    // e0 – e4 – e1 is slow and sure, e0 – e2 – e1 fast and lossy, and e1 – e3 cut at first. A fast
    // copy is sent into the cut; then only `literal` sends the slow one on.
    let net = Net::of(5).links([(0, 4), (4, 1), (0, 2), (2, 1), (1, 3)]);
    let net = net.holds(3, [1]).client(0, [1]);
    for (policy, may_be_missing) in POLICIES.into_iter().zip([false, true, true]) {
        let mut scenario = net.scenario(3, policy);
        scenario.clients[0].requests[0].patience.repeats = 0;
        let links = &mut scenario.faults.links;
        let (mut slow, mut lossy) = (links.peers.clone(), links.peers.clone());
        slow.delay = Duration::from_millis(100);
        lossy.loss = 0.5;
        links.between.insert((endpoint(4), endpoint(1)), slow);
        links.between.insert((endpoint(2), endpoint(1)), lossy);
        let cut = Cut {
            from: [endpoint(1)].into(),
            to: [endpoint(3)].into(),
            both_ways: true,
        };
        let healed = at(50, Change::HealAll);
        scenario.faults.timeline = vec![at(0, Change::Cut(cut)), healed];
        let told = predict(&scenario, Order::Lockstep);
        let sources = &told.clients[0].sources[&ChunkId(1)];
        assert_eq!(sources.holders, [endpoint(3)], "{policy}");
        assert_eq!(sources.may_be_missing, may_be_missing, "{policy}");
    }
}
