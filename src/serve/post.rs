//! What is sent out: assignment callbacks and event callbacks, as data.

/// Something to be posted to an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// An offer, to the workflow's assignment callback; its answer comes back.
    Assign {
        /// Which workspace asks.
        workspace: String,
        /// Of which reservation.
        reservation: String,
        /// Where to.
        url: String,
        /// Whether it is the fallback that is asked.
        is_fallback: bool,
        /// What is sent.
        form: Form,
    },
    /// An event, to the workspace's event callback.
    Notify {
        /// Where to.
        url: String,
        /// What is sent.
        form: Form,
    },
}

/// Names and values in the order they are sent.
pub type Form = Vec<(String, String)>;

/// What became of an assignment callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 200 and `application/json`: the body.
    Answered(String),
    /// Nothing that counts came within five seconds: why.
    Failed(String),
}
