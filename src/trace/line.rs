//! The lines of a trace's file: what each kind has (docs/trace.md).
//!
//! The same types are written and read. Fields that a newer program adds are ignored, so the version
//! grows only when a field changes its meaning or goes.

use std::borrow::Cow;

use crate::faults::Change;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The version of the format.
pub(super) const VERSION: u64 = 1;

/// Text that is borrowed where it can be.
type Text<'a> = Cow<'a, str>;

/// Bytes, written as hexadecimal digits.
#[derive(Debug)]
pub(super) struct Hex<'a>(pub(super) Cow<'a, [u8]>);

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&HEXLOWER.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hex<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = Shown::deserialize(deserializer)?;
        let bytes = HEXLOWER_PERMISSIVE.decode(digits.0.as_bytes());
        let bytes = bytes.map_err(|_| {
            de::Error::custom("bytes are written as pairs of hexadecimal digits, as in `0001`")
        })?;
        Ok(Self(Cow::Owned(bytes)))
    }
}

/// A text that is borrowed from the line if nothing in it is escaped.
#[derive(Deserialize)]
struct Shown<'a>(#[serde(borrow)] Text<'a>);

/// What is read of every line first.
#[derive(Debug, Deserialize)]
pub(super) struct Mark<'a> {
    #[serde(borrow)]
    pub(super) kind: Text<'a>,
    pub(super) event: Option<u32>,
    pub(super) time_ns: Option<u64>,
    pub(super) cause: Option<u32>,
}

/// A line before or behind the events.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Frame<'a> {
    Trace(Head<'a>),
    Peer(Peer<'a>),
    Client(Client<'a>),
    Nobody(Nobody<'a>),
    Finding(Finding<'a>),
    End(End<'a>),
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head<'a> {
    pub(super) version: u64,
    #[serde(borrow)]
    pub(super) scenario: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "str::is_empty")]
    pub(super) description: Text<'a>,
    pub(super) seed: u64,
    #[serde(borrow)]
    pub(super) mode: Text<'a>,
    pub(super) ttl: u16,
    #[serde(borrow)]
    pub(super) duplicates: Text<'a>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) reliable: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Peer<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) address: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(super) neighbours: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) chunks: Vec<u16>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Client<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) address: Text<'a>,
    #[serde(borrow)]
    pub(super) contact: Text<'a>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) chunks: Vec<u16>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Nobody<'a> {
    #[serde(borrow)]
    pub(super) address: Text<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Finding<'a> {
    #[serde(borrow)]
    pub(super) check: Text<'a>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(super) who: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) chunk: Option<u16>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) expected: Text<'a>,
    #[serde(borrow)]
    pub(super) got: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) event: Option<u32>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) more: u64,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct End<'a> {
    #[serde(borrow)]
    pub(super) ended: Text<'a>,
    pub(super) clock_ns: u64,
    pub(super) in_flight: u64,
    #[serde(borrow)]
    pub(super) verdict: Text<'a>,
    #[serde(borrow)]
    pub(super) checks: Vec<Check<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Check<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) verdict: Text<'a>,
}

/// A line of an event.
#[derive(Debug, Serialize)]
pub(super) struct Event<'a> {
    pub(super) kind: &'static str,
    pub(super) event: u32,
    pub(super) time_ns: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<u32>,
    #[serde(flatten)]
    pub(super) what: What<'a>,
}

/// What an event has beside its number, its time and its cause.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum What<'a> {
    Woke(Woke<'a>),
    Sent(Sent<'a>),
    Duplicated(Duplicated),
    Delayed(Delayed),
    Corrupted(Corrupted<'a>),
    Changed(Changed<'a>),
    Delivered(Delivered<'a>),
    Dropped(Dropped<'a>),
    LostByKernel(LostByKernel),
    Logged(Logged<'a>),
    Done(Done<'a>),
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Woke<'a> {
    #[serde(borrow)]
    pub(super) who: Text<'a>,
}

/// A datagram that is new to the run: sent, or from outside.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sent<'a> {
    #[serde(borrow)]
    pub(super) from: Text<'a>,
    #[serde(borrow)]
    pub(super) to: Text<'a>,
    /// For people; the bytes are what counts.
    #[serde(skip_deserializing)]
    pub(super) message: Text<'a>,
    pub(super) bytes: Hex<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Duplicated {
    pub(super) datagram: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Delayed {
    pub(super) datagram: u32,
    pub(super) by_ns: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Corrupted<'a> {
    pub(super) datagram: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<u64>,
    #[serde(skip_deserializing)]
    pub(super) message: Text<'a>,
    pub(super) bytes: Hex<'a>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Changed<'a> {
    pub(super) place: u32,
    #[serde(borrow)]
    pub(super) change: Text<'a>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(super) peer: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) for_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) chunks: Vec<u16>,
    /// Those of the chunks that are gained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) bytes: Vec<Hex<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(super) from_any: Vec<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(super) to_any: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) both_ways: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Delivered<'a> {
    pub(super) datagram: u32,
    #[serde(borrow)]
    pub(super) to: Text<'a>,
    #[serde(default, skip_serializing_if = "is_none_of_it")]
    pub(super) tail: u16,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(super) ignored: Option<Text<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Dropped<'a> {
    pub(super) datagram: u32,
    #[serde(borrow)]
    pub(super) reason: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LostByKernel {
    pub(super) datagram: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Logged<'a> {
    #[serde(borrow)]
    pub(super) client: Text<'a>,
    pub(super) chunk: u16,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<Text<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Done<'a> {
    #[serde(borrow)]
    pub(super) client: Text<'a>,
}

/// The word for each kind of change.
pub(super) const fn change_word(change: &Change) -> &'static str {
    match change {
        Change::Stop(_) => "stopped",
        Change::Crash(_) => "crashed",
        Change::Start(_) => "started",
        Change::Pause(..) => "paused",
        Change::Resume(_) => "resumed",
        Change::Cut(_) => "cut",
        Change::Heal(_) => "healed",
        Change::HealAll => "healed-all",
        Change::Gain(..) => "gained",
        Change::Lose(..) => "lost",
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
}

fn is_zero(value: &u64) -> bool {
    *value == 0
}

fn is_none_of_it(value: &u16) -> bool {
    *value == 0
}
