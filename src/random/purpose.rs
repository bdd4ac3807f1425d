//! What a draw is for.

/// What a draw is for; together with who it is for, it decides which random bits it gets.
///
/// The numbers are part of the file format: a saved seed means the same draws for ever. Append,
/// stay below 256, and never change or reuse one. An even number and the odd one after it share a
/// Philox block, so that [`Draws::pair`](crate::random::Draws::pair) has both for the price of one.
///
/// Unless a line says otherwise the entity is the task and the index is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Purpose {
    /// The factor on all arrivals of a replication. Entity: the busyness.
    Busyness = 0,
    /// How many tasks arrive in an interval. Entity: the interval, a child of its source.
    CountInInterval = 1,
    /// Where in its interval a task arrives. Entity: the interval; index: which of its tasks.
    ArrivalPosition = 2,
    /// The mark that decides whether a dominating process's arrival is kept.
    Thinning = 3,
    /// The time to the next arrival of a source. Entity: the source; index: which arrival.
    ArrivalGap = 4,
    /// Which entry of the mix a task is.
    Mix = 6,
    /// How long the worker is busy after the talk.
    WrapUp = 7,
    /// How long a customer waits before leaving.
    Patience = 8,
    /// How long the customer and the worker talk.
    Talk = 9,
    /// Whether a customer leaves at once when not offered at once.
    Balk = 10,
    /// Whether a customer who leaves gives no sign of it.
    Silent = 11,
    /// How long the worker takes to answer. Index: which offer of the task.
    Answer = 12,
    /// Whether the worker answers, rejects or misses. Index: which offer of the task.
    Decision = 13,
    /// How long the worker takes to reject. Index: which offer of the task.
    RejectDelay = 14,
    /// How long it takes to connect after accepting. Index: which offer of the task.
    Connect = 16,
    /// Whether connecting fails. Index: which offer of the task.
    ConnectFails = 17,
    /// Whether a customer who left tries again.
    Retry = 18,
    /// How long until that customer tries again.
    RetryDelay = 19,
    /// How long a worker stays before being away. Entity: the worker; index: which cycle.
    AwayEvery = 20,
    /// How long a worker is away. Entity: the worker; index: which cycle.
    AwayLasts = 21,
    /// From the timeout activity back to available. Index: which offer of the task.
    Recovery = 22,
    /// Whether a worker does not notice a miss. Index: which offer of the task.
    Unnoticed = 23,
    /// The worker's personal factor on talk and wrap-up. Entity: the worker.
    Speed = 24,
    /// How long until a worker's next other work. Entity: the worker; index: which piece.
    OtherWorkGap = 26,
    /// How long a worker's other work lasts. Entity: the worker; index: which piece.
    OtherWorkLasts = 27,
    /// The order in which the replications of a block take the strata of a busyness. Entity: the
    /// busyness; index: which replication of the block; drawn in the replication whose number is
    /// that of the block.
    Stratum = 28,
}

impl Purpose {
    /// The Philox block that serves this purpose; below 128.
    #[inline]
    pub(super) const fn block(self) -> u16 {
        self as u16 >> 1
    }

    /// Which half of the block: `false` the first, `true` the second.
    #[inline]
    pub(super) const fn second_lane(self) -> bool {
        self as u16 & 1 == 1
    }
}
