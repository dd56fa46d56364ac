//! Plain data that peers, clients, scenarios and the oracle share: which rules a run plays by.
//!
//! Nothing here acts; the numbers are those of docs/protocol.md.

use std::fmt;
use std::time::Duration;

/// How many hops a QUERY may still make: the peer-TTL of docs/protocol.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ttl(pub u16);

impl Ttl {
    /// What a contact puts into the QUERYs of a new search.
    pub const DEFAULT: Self = Self(3);
    /// What a larger one is lowered to, unless a larger initial one is configured.
    pub const CAP: Self = Self(8);

    /// The cap of a network whose contacts start searches with `self`.
    #[must_use]
    pub fn cap(self) -> Self {
        self.max(Self::CAP)
    }
}

impl Default for Ttl {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for Ttl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a peer does with a QUERY of a search that it has had before (docs/protocol.md,
/// "Duplicates").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duplicates {
    /// Keeps no memory: every copy is answered and forwarded.
    #[default]
    Literal,
    /// Only the first copy is answered and forwarded.
    First,
    /// The first copy is answered; a later one is forwarded again when it has more TTL left than
    /// every copy before it.
    Best,
}

impl Duplicates {
    /// Every policy with the word that names it in scenarios, options and output.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Literal, "literal"),
        (Self::First, "first"),
        (Self::Best, "best"),
    ];
}

/// How a client chooses one of the holders of a chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choose {
    /// Any known holder, pseudo-random from the seed.
    #[default]
    Random,
    /// The first to announce the chunk; it is asked at once, without gathering others.
    First,
    /// The holder that this client has asked for the fewest chunks so far.
    Spread,
}

impl Choose {
    /// Every strategy with the word that names it in scenarios, options and output.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Random, "random"),
        (Self::First, "first"),
        (Self::Spread, "spread"),
    ];

    /// How long a client waits for further holders once each chunk has one, when not told.
    #[must_use]
    pub const fn default_gather(self) -> Duration {
        match self {
            Self::First => Duration::ZERO,
            Self::Random | Self::Spread => Duration::from_millis(100),
        }
    }
}

/// How often a client sends each GET, beside the repeats that silence calls for. All but
/// [`Gets::Once`] break the protocol ("A search", step 4), on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gets {
    /// It only searches, and logs every chunk as missing.
    Never,
    /// As the protocol says.
    #[default]
    Once,
    /// Each GET goes out twice in a row.
    Twice,
}

impl Gets {
    /// Each value with the word that scenarios use.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Never, "never"),
        (Self::Once, "once"),
        (Self::Twice, "twice"),
    ];
}

/// How datagrams cross in lockstep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carriage {
    /// Through the kernel, from the sender's own UDP socket to the receiver's.
    #[default]
    Sockets,
    /// Through memory: the same run without sockets.
    Memory,
}

impl Carriage {
    /// Each with the word that names it in scenarios, options and output.
    pub const ALL: [(Self, &'static str); 2] =
        [(Self::Sockets, "sockets"), (Self::Memory, "memory")];
}

/// The names of all checks, for scenarios that demand a finding: the scenario reader may not know
/// the checker, which has a test that holds this list to it.
pub const CHECK_NAMES: &[&str] = &[
    "silent",
    "answer",
    "forward",
    "serve",
    "acknowledge",
    "stray",
    "log-format",
    "log-once",
    "source",
    "sent",
    "missing",
    "bytes",
    "one-get",
    "announced",
    "hello-count",
    "query-count",
    "chunks-info-count",
    "reach",
    "reach-lost",
    "kernel-loss",
    "accounting",
    "limit",
    "unmet",
    "expectation",
];

/// Gives a type with a list `ALL` of its values and their words the conversions both ways.
macro_rules! named_by_words {
    ($type:ty) => {
        impl $type {
            /// The words that name these, in the order in which they are explained.
            pub fn words() -> impl Iterator<Item = &'static str> {
                Self::ALL.iter().map(|(_, word)| *word)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let word = Self::ALL.iter().find(|(value, _)| value == self);
                f.pad(word.expect("ALL lists every variant").1)
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::rules::UnknownWord;

            fn from_str(word: &str) -> Result<Self, $crate::rules::UnknownWord> {
                let known = Self::ALL.iter().find(|(_, known)| *known == word);
                known
                    .map(|(value, _)| *value)
                    .ok_or_else(|| $crate::rules::UnknownWord {
                        word: word.to_owned(),
                        known: Self::words().collect(),
                    })
            }
        }
    };
}

pub(crate) use named_by_words;

named_by_words!(Duplicates);
named_by_words!(Choose);
named_by_words!(Gets);
named_by_words!(Carriage);

/// A word that names none of the choices there are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is none of {}", known.join(", "))]
pub struct UnknownWord {
    /// What was written.
    pub word: String,
    /// What could have been.
    pub known: Vec<&'static str>,
}

/// How long a peer remembers a search after its first copy (docs/protocol.md, "Duplicates").
pub const MEMORY: Duration = Duration::from_millis(2_500);
/// How long a client waits for answers, when not told otherwise.
pub const WAIT: Duration = Duration::from_secs(5);
/// How often a client sends a HELLO or a GET again, when not told otherwise.
pub const REPEATS: u16 = 5;
/// How many chunks may be outstanding at a client, over all holders: a default receive buffer
/// keeps only 92 full RESPONSEs.
pub const BURST: usize = 64;
/// The most ids in one HELLO or GET that our programs send.
pub const MAX_IDS_IN_REQUEST: usize = 500;

/// The reliable flood (docs/reliable.md): how long a peer waits for the acknowledgement of a QUERY.
pub const ACK_TIMEOUT: Duration = Duration::from_millis(200);
/// The reliable flood: how often a peer sends a QUERY again that is not acknowledged.
pub const ACK_RETRIES: u16 = 10;

/// When a client gives up waiting, asks again and chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Silence after which a HELLO or a GET is sent again.
    pub wait: Duration,
    /// How many times one is sent again.
    pub repeats: u16,
    /// How long to gather further holders once each chunk of a HELLO has one.
    pub gather: Duration,
}

impl Patience {
    /// The protocol's defaults for a client that chooses as `choose` says.
    #[must_use]
    pub const fn of(choose: Choose) -> Self {
        Self {
            wait: WAIT,
            repeats: REPEATS,
            gather: choose.default_gather(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_the_variants_both_ways() {
        for (policy, word) in Duplicates::ALL {
            assert_eq!(word.parse(), Ok(policy));
            assert_eq!(policy.to_string(), word);
        }
        for (choose, word) in Choose::ALL {
            assert_eq!(word.parse(), Ok(choose));
            assert_eq!(choose.to_string(), word);
        }
        assert_eq!(
            "flood".parse::<Duplicates>().unwrap_err().to_string(),
            "`flood` is none of literal, first, best"
        );
    }
}
