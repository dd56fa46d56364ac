//! temporary
pub mod chunks;
pub mod endpoint;
pub mod event;
pub mod roster;
pub mod rules;
pub mod scenario;
pub mod time;
pub mod wire;
