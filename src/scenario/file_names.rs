//! The name of a file that is written in a client's folder.

use super::reader::{Reader, Table};
use super::words::quoted;
use crate::assembly::{FileName, NameFault};

impl Reader {
    /// Reads the file name of `key`, when there is one.
    pub(super) fn file_name(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
    ) -> Option<FileName> {
        let text = self.text(table, key)?;
        let fault = match text.get_ref().parse() {
            Ok(name) => return Some(name),
            Err(fault) => fault,
        };
        let title = format!("`{key}` can't be {}", quoted(text.get_ref()));
        let problem = self.problems.add(text.span(), title, fault.to_string());
        problem.help(match fault {
            NameFault::Blank | NameFault::Character(_) => {
                "use letters, digits, `-`, `_`, `.` and single blanks"
            }
            _ => "write a name of its own, as in \"video.mp4\"",
        });
        None
    }
}
