//! What was worked out of a contact and may be asked again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The latest of each contact with its TTL. Each is as large as the overlay, so not all are kept.
pub(super) struct Remembered<T>(RefCell<BTreeMap<usize, (u16, Rc<T>)>>);

/// Those are kept that tell of so many peers together, or one.
const PEERS: usize = 4_000_000;

/// Nothing yet.
impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T> Remembered<T> {
    /// What was kept last of `contact`, with its TTL.
    pub(super) fn get(&self, contact: usize) -> Option<(u16, Rc<T>)> {
        self.0.borrow().get(&contact).cloned()
    }

    /// Keeps `what`, which tells of so many `peers`.
    pub(super) fn keep(&self, contact: usize, ttl: u16, peers: usize, what: T) -> Rc<T> {
        let mut kept = self.0.borrow_mut();
        if (kept.len() + 1).saturating_mul(peers) > PEERS {
            kept.clear();
        }
        let what = Rc::new(what);
        kept.insert(contact, (ttl, Rc::clone(&what)));
        what
    }
}
