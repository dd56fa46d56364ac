//! `cargo bench --bench messages`: encoding and decoding, with what they allocate.

use divan::{AllocProfiler, Bencher};
use p2p_sim::bench::{query, response};
use p2p_sim::wire::Message;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The messages that are measured, by name.
const NAMES: [&str; 2] = ["QUERY", "RESPONSE"];

fn message(name: &str) -> Message {
    match name {
        "QUERY" => query(),
        _ => response(),
    }
}

#[divan::bench(args = NAMES)]
fn encode(bencher: Bencher<'_, '_>, name: &str) {
    let message = message(name);
    bencher.bench_local(|| divan::black_box(&message).encode());
}

#[divan::bench(args = NAMES)]
fn decode(bencher: Bencher<'_, '_>, name: &str) {
    let datagram = message(name).encode();
    bencher.bench_local(|| Message::decode(divan::black_box(&datagram)).map(drop));
}
