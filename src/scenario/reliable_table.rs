//! `[reliable]`: peers acknowledge QUERYs and send them again, an extension (docs/reliable.md).

use std::time::Duration;

use toml::Spanned;

use super::ReliableFlood;
use super::fault_leaves::Name;
use super::leaves::narrow;
use super::problem::Problems;
use super::reader::{Layout, Reader, Value};
use super::world::World;
use crate::rules::{ACK_RETRIES, ACK_TIMEOUT};

pub(super) const RELIABLE: Layout = Layout {
    what: "`[reliable]`",
    keys: &["timeout", "retries", "except"],
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
        if value.get_ref().is_array() {
            let title = "`reliable` must be one table";
            let problem = reader.problems.add(value.span(), title, "this is an array");
            problem.help("write `[reliable]`, with one bracket");
            return None;
        }
        let mut table = reader.table(value, "`reliable`", &RELIABLE)?;
        let reliable = Self {
            timeout: reader
                .some_time(&mut table, "timeout", "no acknowledgement comes at once")
                .map(Spanned::into_inner),
            retries: reader.number(&mut table, "retries", 1_000).and_then(narrow),
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
