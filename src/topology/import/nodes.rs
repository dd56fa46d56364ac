//! Nodes and the names by which a file speaks of them.

use std::collections::BTreeMap;

/// Names, numbered in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Nodes(BTreeMap<String, u32>);

impl Nodes {
    /// The number of the node called so; a new one if there is none.
    pub(super) fn number(&mut self, name: String) -> u32 {
        let next = u32::try_from(self.0.len()).expect("a text has fewer than 2^32 names");
        *self.0.entry(name).or_insert(next)
    }

    /// The number of the node called so, if there is one.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.0.get(name).copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names in the order of their numbers.
    pub(super) fn into_names(self) -> Vec<String> {
        let mut names = vec![String::new(); self.0.len()];
        for (name, number) in self.0 {
            names[number as usize] = name;
        }
        names
    }
}
