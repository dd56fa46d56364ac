//! Why a datagram is no message: in full for people, and in one byte for what is kept of every
//! datagram.

/// Why a datagram is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum DecodeError {
    /// It ends before the fixed fields of its type do.
    #[error("too short: {got} of the {need} bytes of its fixed fields")]
    TooShort {
        /// Bytes that the fixed fields take.
        need: usize,
        /// Bytes that are there.
        got: usize,
    },
    /// Its first field names no message.
    #[error("unknown type {0}")]
    UnknownType(u16),
    /// Its count says more ids than are there.
    #[error("count {count} needs {need} bytes, the datagram has {got}")]
    IdsMissing {
        /// What the count says.
        count: u16,
        /// Bytes that so many ids need, with the fields before them.
        need: usize,
        /// Bytes that are there.
        got: usize,
    },
    /// Its size says more bytes than are there.
    #[error("size {size} needs {need} bytes, the datagram has {got}")]
    ChunkMissing {
        /// What the size says.
        size: u16,
        /// Bytes that such a RESPONSE has.
        need: usize,
        /// Bytes that are there.
        got: usize,
    },
    /// Its size says more than a RESPONSE may carry.
    #[error("size {size} is over the 1024 bytes of a chunk")]
    ChunkTooLong {
        /// What the size says.
        size: u16,
    },
}

impl DecodeError {
    /// The reason in one word, for counting: that of its [`Defect`].
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.defect().name()
    }

    /// The same without its numbers.
    #[must_use]
    pub const fn defect(&self) -> Defect {
        match self {
            Self::TooShort { .. } => Defect::TooShort,
            Self::UnknownType(_) => Defect::UnknownType,
            Self::IdsMissing { .. } => Defect::CountTooLarge,
            Self::ChunkMissing { .. } => Defect::SizeTooLarge,
            Self::ChunkTooLong { .. } => Defect::ChunkTooLong,
        }
    }
}

/// Why a datagram is no message, without the numbers of [`DecodeError`]: who wants them reads the
/// datagram again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Defect {
    /// It ends before the fixed fields of its type do.
    TooShort,
    /// Its first field names no message.
    UnknownType,
    /// Its count says more ids than are there.
    CountTooLarge,
    /// Its size says more bytes than are there.
    SizeTooLarge,
    /// Its size says more than a RESPONSE may carry.
    ChunkTooLong,
}

impl Defect {
    /// The reason in one word, for counting and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooShort => "too-short",
            Self::UnknownType => "unknown-type",
            Self::CountTooLarge => "count-too-large",
            Self::SizeTooLarge => "size-too-large",
            Self::ChunkTooLong => "chunk-too-long",
        }
    }
}
