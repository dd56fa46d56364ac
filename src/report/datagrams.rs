//! How many datagrams there were, of which types, and what became of them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::check::Census;
use crate::oracle::{Count, Prediction};
use crate::wire::Type;

/// Datagrams sent, by type.
#[derive(Clone, Debug, Serialize)]
pub struct Datagrams {
    /// HELLOs.
    pub hello: u64,
    /// QUERYs.
    pub query: u64,
    /// CHUNKS_INFOs.
    pub chunks_info: u64,
    /// GETs.
    pub get: u64,
    /// RESPONSEs.
    pub response: u64,
    /// QUERYs that the reliable flood sent again; `query` does not count them.
    pub query_again: u64,
    /// Acknowledgements of the reliable flood.
    pub ack: u64,
}

/// Datagrams predicted from the scenario alone.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Predicted {
    /// HELLOs.
    pub hello: Count,
    /// QUERYs.
    pub query: Count,
    /// CHUNKS_INFOs.
    pub chunks_info: Count,
}

/// sent + duplicated + from outside = delivered + dropped + lost by the kernel + in flight.
#[derive(Clone, Debug, Serialize)]
pub struct Accounting {
    /// Sent by endpoints of the run.
    pub sent: u64,
    /// Copies that links made.
    pub duplicated: u64,
    /// Came from outside the run.
    pub from_outside: u64,
    /// Reached an endpoint.
    pub delivered: u64,
    /// Ended on their way, by reason.
    pub dropped: BTreeMap<&'static str, u64>,
    /// Lost by the kernel.
    pub lost_by_kernel: u64,
    /// On their way when the run ended.
    pub in_flight: u64,
    /// Damaged by links; what became of them is counted above.
    pub corrupted: u64,
    /// Held back by links; what became of them is counted above.
    pub delayed: u64,
}

impl Datagrams {
    pub(super) fn of(census: &Census) -> Self {
        Self {
            hello: census.sent(Type::Hello),
            query: census.sent(Type::Query),
            chunks_info: census.sent(Type::ChunksInfo),
            get: census.sent(Type::Get),
            response: census.sent(Type::Response),
            query_again: census.resent,
            ack: census.acks,
        }
    }
}

impl Predicted {
    pub(super) fn of(prediction: &Prediction) -> Self {
        Self {
            hello: prediction.hello,
            query: prediction.query,
            chunks_info: prediction.chunks_info,
        }
    }
}

impl Accounting {
    pub(super) fn of(census: &Census) -> Self {
        let books = &census.accounting;
        let mut dropped: BTreeMap<&'static str, u64> = BTreeMap::new();
        for (reason, count) in &books.dropped {
            *dropped.entry(reason.name()).or_default() += count;
        }
        Self {
            sent: books.sent,
            duplicated: books.duplicated,
            from_outside: books.outside,
            delivered: books.delivered,
            dropped,
            lost_by_kernel: books.lost,
            in_flight: books.in_flight,
            corrupted: census.corrupted,
            delayed: census.delayed,
        }
    }
}
