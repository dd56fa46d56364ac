//! What the trials share: a stage to play scenarios on, endpoints that break the protocol, carriers
//! that lose, tampering with what was recorded, and runs as they are kept.

pub(crate) mod carriers;
pub(crate) mod kept;
pub(crate) mod rogue;
pub(crate) mod slow_links;
pub(crate) mod stage;
pub(crate) mod tamper;
