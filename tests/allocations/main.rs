//! How often, and how much, peers and floods allocate. Counts are alike on every machine, so they
//! hold what time can't. These tests have a program of their own, whose allocator counts.

#![cfg(test)]

mod floods;
mod peers;
