//! temporary
pub mod check;
pub mod chunks;
pub mod cli;
pub mod client;
pub mod driver;
pub mod endpoint;
pub mod event;
pub mod log;
pub mod luck;
pub mod oracle;
pub mod peer;
pub mod report;
pub mod roster;
pub mod rules;
pub mod scenario;
pub mod time;
pub mod wire;
