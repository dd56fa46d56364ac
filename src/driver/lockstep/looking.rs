//! Memory that is needed soon, looked at before it is.

use std::hint::black_box;

use super::Run;

/// How many datagrams are looked at ahead: as many cache misses as a processor has under way at once,
/// about.
const AHEAD: usize = 16;

impl Run<'_> {
    /// Looks at the peers whose turn comes next, before it comes. In a large overlay none of them is in
    /// the processor's cache: it waits for many at once hardly longer than for one, and would wait for
    /// one after the other if each were looked at when its turn comes. Five of six copies find that
    /// their receiver has flooded the search already: what is only needed for flooding is left alone.
    pub(super) fn look_ahead(&mut self) {
        let Self { cast, network, .. } = self;
        let next = self.queue.next_together().take(AHEAD);
        let mut ahead = [None; AHEAD];
        self.looked_ahead = 0;
        for (place, next) in ahead.iter_mut().zip(next) {
            let actor = cast.peers.get(next.to.index());
            *place = actor.map(|actor| (next.to, actor));
            self.looked_ahead += 1;
        }
        let actors = || ahead.into_iter().flatten();
        black_box(actors().map(|(_, actor)| actor.look()).sum::<usize>());
        let now = self.now;
        let flooding = actors().filter(|(_, actor)| actor.may_flood(now));
        let further = flooding.map(|(id, actor)| actor.look_further() + network.look(id));
        black_box(further.sum::<usize>());
    }
}
