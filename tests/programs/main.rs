//! The programs `peer` and `client` as processes on loopback: among themselves, against strangers
//! that know nothing but bytes, and against people who mistype.
//!
//! Nothing here sleeps: a test knows that a peer is there from its first line, and that a datagram
//! has been handled from the answer to one sent after it. Each wait has an end.

#![expect(clippy::print_stdout, reason = "a skipped test says so")]
#![expect(clippy::unwrap_used, reason = "a test that can't go on says where")]

mod assemble;
mod clients;
mod common;
mod example;
mod fuzz;
mod peers;
mod usage;
