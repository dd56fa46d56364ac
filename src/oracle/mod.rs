//! What must come out of a scenario, from its graph alone (docs/protocol.md, "A search" and
//! "Duplicates").
//!
//! The oracle knows who is within TTL hops, which peers may be logged for each chunk, and how many
//! datagrams a run sends. Without faults, and when all links have one delay, it knows it exactly;
//! else it says what must come out, what may and what cannot. It computes all of that before the run
//! and shares no code with peers, clients, links or drivers, or it would agree with their mistakes.
//! The one invariant: a number that it calls exact is exact, and what really happens always lies
//! between its bounds.
//!
//! | file | what |
//! |---|---|
//! | `overlay`, `backwards` | the graph: neighbour lists cleaned up, distances, first copies; links from their ends |
//! | `peers` | a set of peers |
//! | `remembered` | what may be asked again |
//! | `walks` | the literal flood: walks that never step straight back |
//! | `flood` | what one HELLO causes, under each policy and order |
//! | `search` | what one client's HELLOs, repeats and waits come to |
//! | `faulty` | bounds of all that, when links, faults and changes interfere |
//! | `reach` | whom the searches of a client reach |
//! | `prediction` | a whole scenario |
//! | `count` | an exact number, or the two that bound it |

mod backwards;
mod count;
mod faulty;
mod flood;
mod overlay;
mod peers;
mod prediction;
mod reach;
mod remembered;
mod search;
mod walks;

#[cfg(test)]
mod tests;

pub use count::Count;
pub use prediction::{
    ClientPrediction, Foresight, Loose, Prediction, Sources, Told, fitting_ttl, predict,
    predict_telling, total_datagrams,
};
pub use reach::Reach;

/// What the oracle may take for granted about the order in which datagrams arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// Each datagram takes exactly the scenario's delay; those of one instant arrive in the order
    /// in which they were sent, and before any deadline of that instant.
    Lockstep,
    /// Datagrams arrive in any order. Each takes the scenario's delay and a time of the machine's
    /// on top, which is small: a flood that would end before peers forget it and whose answers
    /// would come before the client's wait ends still does.
    Live,
}
