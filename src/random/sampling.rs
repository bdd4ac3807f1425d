//! How the replications of a scenario depend on each other.

/// So many replications in a row are a block, over which [`Sampling::Stratified`] spreads busyness.
pub const STRATA: u32 = 20;

/// How the draws of replications depend on each other.
///
/// Whatever is chosen, each replication for itself has the law that the scenario says. Replications
/// of one [unit](Self::unit) are dependent, so that their mean varies less than that of as many
/// independent ones; units are independent and alike, and so it is units that intervals are made
/// of.
///
/// Source: Law, "Simulation Modeling and Analysis", section 11.3 (antithetic variates); McKay,
/// Beckman & Conover, Technometrics 21 (1979) (Latin hypercube sampling).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sampling {
    /// No replication knows of another.
    #[default]
    Independent,
    /// In each block of [`STRATA`] replications, the uniform number of a busyness factor falls once
    /// into each of as many equal parts of the unit interval, in random order. Everything else is
    /// drawn as ever.
    Stratified,
    /// Replications 0 and 1, 2 and 3, … are pairs: where one has the uniform number `u`, the other
    /// has `1 - u`. What is drawn from a stream (gamma and erlang) is independent.
    Antithetic,
}

impl Sampling {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Independent, Self::Stratified, Self::Antithetic];

    /// So many replications, beginning at a multiple of it, are independent of all others.
    #[must_use]
    pub const fn unit(self) -> u32 {
        match self {
            Self::Independent => 1,
            Self::Stratified => STRATA,
            Self::Antithetic => 2,
        }
    }

    /// As studies and stores name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Independent => "independent",
            Self::Stratified => "stratified",
            Self::Antithetic => "antithetic",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sampling| sampling.name() == name)
    }
}
