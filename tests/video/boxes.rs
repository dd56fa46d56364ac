//! MP4 boxes, read by hand: each is a length of four bytes, a type of four letters, and the rest.

/// The types of the boxes that `bytes` consist of, with what is in each; nothing when the last one
/// ends behind them.
pub(crate) fn boxes(bytes: &[u8]) -> Option<Vec<(String, &[u8])>> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let (kind, _) = behind.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).expect("32 bits fit");
        let whole = rest.get(..length).filter(|whole| whole.len() >= 8)?;
        found.push((String::from_utf8_lossy(kind).into_owned(), &whole[8..]));
        rest = &rest[length..];
    }
    Some(found)
}

/// The types alone.
pub(crate) fn kinds(bytes: &[u8]) -> Vec<String> {
    let found = boxes(bytes).expect("whole boxes");
    found.into_iter().map(|(kind, _)| kind).collect()
}

/// What is in the first box below `bytes` that `path` leads to.
pub(crate) fn inside<'b>(bytes: &'b [u8], path: &[&str]) -> &'b [u8] {
    path.iter().fold(bytes, |bytes, kind| {
        let found = boxes(bytes).expect("whole boxes").into_iter();
        let mut found = found.filter(|(name, _)| name == kind);
        found.next().unwrap_or_else(|| panic!("no {kind}")).1
    })
}

/// The 32-bit number at `place` of `bytes`.
pub(crate) fn number(bytes: &[u8], place: usize) -> u32 {
    let four = bytes[place..].first_chunk().expect("four bytes");
    u32::from_be_bytes(*four)
}
