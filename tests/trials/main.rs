//! Whole runs, judged: endpoints that break the protocol make the right check fail and no other,
//! and sound ones come out as the oracle says, the same each time, on sockets and in memory.

mod arrivals;
mod broken_clients;
mod broken_logs;
mod broken_peers;
mod broken_runs;
mod cases;
mod determinism;
mod faults;
mod kept;
mod page;
mod random_faults;
mod reliable;
mod run_equals_oracle;
mod shipped;
mod support;
mod told;
mod under_faults;
mod words;
