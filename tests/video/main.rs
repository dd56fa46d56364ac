//! The video that is shipped: each chunk is one part of it, and together they are what a player
//! takes, as files of the repository and as what a client puts together.

#![cfg(test)]

mod boxes;
mod player;
mod runs;
mod shipped;
