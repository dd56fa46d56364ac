//! Clients among random holders on random links. What must hold at each step is in
//! [`network`](super::network).

use proptest::prelude::*;

use super::network::{Holder, Manners, Network};
use super::*;

/// What a client is told and what it meets.
#[derive(Clone, Debug)]
struct World {
    seed: u64,
    wanted: Vec<u16>,
    choose: Choose,
    patience: Patience,
    /// How each holder behaves, and how many of 100 chunks it holds.
    holders: Vec<(Manners, u8)>,
    loss: u32,
    doubles: u32,
    garbage: u32,
    slowest: u64,
}

fn manners() -> impl Strategy<Value = Manners> {
    use Manners::{Boasting, Chatty, Honest, Mute};
    prop_oneof![4 => Just(Honest), 1 => Just(Mute), 1 => Just(Boasting), 1 => Just(Chatty)]
}

fn patience() -> impl Strategy<Value = Patience> {
    let wait = prop_oneof![1 => Just(0), 2 => Just(200), 4 => Just(5_000)];
    let gather = prop_oneof![Just(0), Just(100)];
    (wait, 0_u16..4, gather).prop_map(|(wait, repeats, gather)| Patience {
        wait: Duration::from_millis(wait),
        repeats,
        gather: Duration::from_millis(gather),
    })
}

prop_compose! {
    fn world()(
        seed in any::<u64>(),
        wanted in prop_oneof![
            6 => proptest::collection::vec(0_u16..50, 1..40),
            3 => (1_u16..200).prop_map(|count| (0..count).collect()),
            1 => (490_u16..530).prop_map(|count| (0..count).rev().collect()),
        ],
        choose in prop_oneof![Just(Choose::Random), Just(Choose::First), Just(Choose::Spread)],
        patience in patience(),
        holders in proptest::collection::vec((manners(), prop_oneof![Just(100_u8), 0_u8..100]), 0..5),
        loss in prop_oneof![Just(0_u32), 1_u32..60],
        doubles in prop_oneof![Just(0_u32), 1_u32..40],
        garbage in prop_oneof![Just(0_u32), 1_u32..40],
        slowest in prop_oneof![Just(1_u64), Just(50), Just(4_000)],
    ) -> World {
        World { seed, wanted, choose, patience, holders, loss, doubles, garbage, slowest }
    }
}

impl World {
    fn network(&self) -> Network {
        let config = Config {
            luck: luck::stream(self.seed, "client"),
            patience: self.patience,
            ..config(self.choose, &self.wanted)
        };
        let mut network = Network::new(config, self.seed);
        let mut luck = luck::stream(self.seed, "holders");
        for (number, (manners, percent)) in (1..).zip(&self.holders) {
            let all = (0..530).map(ChunkId);
            network.add(Holder {
                address: peer(number),
                stored: all
                    .filter(|_| luck.random_range(0..100) < *percent)
                    .collect(),
                manners: *manners,
            });
        }
        (network.loss, network.doubles) = (self.loss, self.doubles);
        (network.garbage, network.slowest) = (self.garbage, self.slowest);
        network
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_client_ends_well_in_any_world(world in world()) {
        world.network().run();
    }

    #[test]
    fn without_loss_all_that_an_honest_peer_holds_arrives(
        world in world(),
        wait in Just(Duration::from_secs(5)),
    ) {
        let mut world = World { loss: 0, slowest: 50, ..world };
        world.patience.wait = wait;
        for (manners, _) in &mut world.holders {
            *manners = Manners::Honest;
        }
        let mut network = world.network();
        let held: Vec<_> = network.holders().map(|h| h.stored.clone()).collect();
        network.run();
        for (id, source) in network.outcomes() {
            let is_held = held.iter().any(|stored| stored.contains(id));
            prop_assert_eq!(source.is_some(), is_held, "{}", id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_same_seed_tells_the_same_story(world in world()) {
        let [mut one, mut two] = [world.network(), world.network()];
        one.run();
        two.run();
        prop_assert_eq!(one.outcomes(), two.outcomes());
        prop_assert_eq!(one.gets(), two.gets());
    }
}
