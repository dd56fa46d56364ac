//! `[reliable]`: peers acknowledge QUERYs and send them again, an extension (docs/reliable.md).

use std::time::Duration;

use toml::Spanned;

use super::ReliableFlood;
use super::fault_leaves::Name;
use super::layout::{Key, Kind, Layout};
use super::leaves::narrow;
use super::problem::Problems;
use super::reader::{Reader, Value};
use super::schema::written;
use super::world::World;
use crate::rules::{ACK_RETRIES, ACK_TIMEOUT};

pub(super) const RELIABLE: Layout = Layout {
    what: "`[reliable]`",
    keys: &[
        Key::new(
            "timeout",
            Kind::SomeTime,
            "how long to wait for an acknowledgement; not zero",
        )
        .or(|| written(ACK_TIMEOUT)),
        Key::new(
            "retries",
            Kind::Integer(0, 1_000),
            "how often a QUERY is sent again",
        )
        .or(|| ACK_RETRIES.into()),
        Key::new(
            "except",
            Kind::NAMES,
            "peers that speak the base protocol alone",
        ),
    ],
    rules: &[],
};

/// The `[reliable]` of a file.
#[derive(Debug)]
pub(super) struct ReliableTable {
    timeout: Option<Duration>,
    retries: Option<u16>,
    except: Vec<Name>,
}

impl ReliableTable {
    pub(super) fn read(
        value: Value<'_>,
        elsewhere: &[&Layout],
        reader: &mut Reader,
    ) -> Option<Self> {
        let mut table = reader.one_table(value, "reliable", &RELIABLE)?;
        let reliable = Self {
            timeout: reader
                .some_time(&mut table, "timeout", "no acknowledgement comes at once")
                .map(Spanned::into_inner),
            retries: reader.number(&mut table, "retries").and_then(narrow),
            except: reader.names_of(&mut table, "except"),
        };
        table.finish(elsewhere, &mut reader.problems);
        Some(reliable)
    }

    /// How long a QUERY is sent again at most.
    pub(super) fn longest(&self) -> Duration {
        let timeout = self.timeout.unwrap_or(ACK_TIMEOUT);
        timeout.saturating_mul(u32::from(self.retries.unwrap_or(ACK_RETRIES)))
    }

    /// What this says; notes peers that are not there.
    pub(super) fn resolve(&self, world: &World<'_>, problems: &mut Problems) -> ReliableFlood {
        let except = self.except.iter();
        ReliableFlood {
            timeout: self.timeout.unwrap_or(ACK_TIMEOUT),
            retries: self.retries.unwrap_or(ACK_RETRIES),
            except: except
                .filter_map(|name| world.peer(name, problems))
                .collect(),
        }
    }
}
