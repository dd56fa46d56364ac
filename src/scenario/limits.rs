//! How much a scenario may ask for: beyond, a mistake is likelier than a wish, and memory ends.

/// The most peers, and the most clients.
pub(super) const MOST_PEERS: u64 = 1_000_000;
/// The most neighbours of all peers together.
pub(super) const MOST_LINKS: u64 = 50_000_000;
/// The most chunks in all stores that differ, and the most that all clients want together.
pub(super) const MOST_CHUNKS: u64 = 10_000_000;
