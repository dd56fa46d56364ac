//! What the trials share: a stage to play scenarios on, endpoints that break the protocol, carriers
//! that lose, and tampering with what was recorded.

pub(crate) mod carriers;
pub(crate) mod rogue;
pub(crate) mod slow_links;
pub(crate) mod stage;
pub(crate) mod tamper;
