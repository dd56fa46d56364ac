//! Lists of neighbours: those of all peers in one, of which each has a part.

use std::fmt;
use std::net::SocketAddrV4;
use std::ops::Deref;
use std::sync::Arc;

/// Whom a peer floods, in order. Copies share the list, and so do all peers of one overlay: a
/// million of them take one allocation, and 16 bytes each.
#[derive(Clone, Default)]
pub struct Neighbours {
    all: Arc<Vec<SocketAddrV4>>,
    start: u32,
    count: u32,
}

impl Neighbours {
    /// Parts of `all`, one behind the other, of so many addresses each as `counts` says.
    ///
    /// # Panics
    ///
    /// With 2^32 addresses or more; the parts, when `all` is shorter than they are together.
    pub fn parts(
        all: Vec<SocketAddrV4>,
        counts: impl IntoIterator<Item = u32>,
    ) -> impl Iterator<Item = Self> {
        assert!(
            u32::try_from(all.len()).is_ok(),
            "fewer than 2^32 addresses"
        );
        let all = Arc::new(all);
        let mut start = 0;
        counts.into_iter().map(move |count| {
            let part = Self {
                all: Arc::clone(&all),
                start,
                count,
            };
            start += count;
            assert!(
                start as usize <= part.all.len(),
                "the parts are in the list"
            );
            part
        })
    }
}

impl Neighbours {
    /// How many there are, without a look at them.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count as usize
    }
}

impl Deref for Neighbours {
    type Target = [SocketAddrV4];

    #[inline]
    fn deref(&self) -> &[SocketAddrV4] {
        let start = self.start as usize;
        &self.all[start..start + self.count as usize]
    }
}

/// A list of its own. Panics with 2^32 addresses or more.
impl From<Vec<SocketAddrV4>> for Neighbours {
    fn from(all: Vec<SocketAddrV4>) -> Self {
        let count = u32::try_from(all.len()).expect("fewer than 2^32 addresses");
        Self {
            all: Arc::new(all),
            start: 0,
            count,
        }
    }
}

impl From<&[SocketAddrV4]> for Neighbours {
    fn from(all: &[SocketAddrV4]) -> Self {
        all.to_vec().into()
    }
}

impl<const N: usize> From<[SocketAddrV4; N]> for Neighbours {
    fn from(all: [SocketAddrV4; N]) -> Self {
        all.to_vec().into()
    }
}

impl FromIterator<SocketAddrV4> for Neighbours {
    fn from_iter<I: IntoIterator<Item = SocketAddrV4>>(addresses: I) -> Self {
        addresses.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'a> IntoIterator for &'a Neighbours {
    type Item = &'a SocketAddrV4;
    type IntoIter = std::slice::Iter<'a, SocketAddrV4>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Neighbours {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Neighbours {}

impl fmt::Debug for Neighbours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(port: u16) -> SocketAddrV4 {
        SocketAddrV4::new([127, 0, 0, 1].into(), port)
    }

    #[test]
    fn each_has_its_part() {
        let all = [1, 2, 3, 4].map(address).to_vec();
        let parts: Vec<Neighbours> = Neighbours::parts(all, [2, 0, 1, 1]).collect();
        let told: Vec<Vec<u16>> = parts
            .iter()
            .map(|part| part.iter().map(SocketAddrV4::port).collect())
            .collect();
        assert_eq!(told, [vec![1, 2], vec![], vec![3], vec![4]]);
        assert_eq!(parts[2], Neighbours::from(vec![address(3)]));
        assert_eq!(parts[1], Neighbours::default());
        assert_ne!(parts[2], parts[3]);
        assert!(Arc::ptr_eq(&parts[0].all, &parts[3].clone().all));
    }

    #[test]
    #[should_panic(expected = "the parts are in the list")]
    fn nobody_has_more_than_there_is() {
        let _ = Neighbours::parts(vec![address(1)], [1, 1]).count();
    }
}
