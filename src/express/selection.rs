//! Some of many: a list where they are few, bits where they are many.

use fixedbitset::FixedBitSet;

use crate::id::Id;
use crate::routing::in_both;

/// Some of many: a list where they are few, bits where they are many.
#[derive(Debug)]
pub(super) struct Selection<I> {
    /// Empty where there are bits.
    listed: Vec<I>,
    /// Empty where there is a list.
    bits: FixedBitSet,
}

impl<I: Id> Selection<I> {
    /// These, in order, of `n`.
    pub(super) fn new(these: Vec<I>, n: usize) -> Self {
        // To look at one of a list takes about as long as at two words of bits.
        if 2 * these.len() <= n / usize::BITS as usize {
            return Self { listed: these, bits: FixedBitSet::new() };
        }
        let mut bits = FixedBitSet::with_capacity(n);
        these.iter().for_each(|id| bits.insert(id.index()));
        Self { listed: Vec::new(), bits }
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = I> + '_ {
        self.listed.iter().copied().chain(self.bits.ones().map(I::new))
    }

    /// The only one, if there is only one.
    pub(super) fn only(&self) -> Option<I> {
        let mut all = self.iter();
        all.next().filter(|_| all.next().is_none())
    }

    /// Those that are in `set` too, in order.
    #[inline]
    pub(super) fn within<'a>(&'a self, set: &'a FixedBitSet) -> impl Iterator<Item = I> + 'a {
        let listed = self.listed.iter().copied().filter(|id| set.contains(id.index()));
        listed.chain(in_both(&self.bits, set))
    }

    /// Whether any is in `set` too.
    #[inline]
    pub(super) fn meets(&self, set: &FixedBitSet) -> bool {
        !self.bits.is_disjoint(set) || self.listed.iter().any(|id| set.contains(id.index()))
    }

    /// The least of what `values`, one for each of all, have for those that are in `set` too; all
    /// others must have one that is as great as can be.
    #[inline]
    pub(super) fn least<V: Copy + Ord>(&self, set: &FixedBitSet, values: &[V]) -> Option<V> {
        let mut least: Option<V> = self.listed.iter().map(|id| values[id.index()]).min();
        let words = self.bits.as_slice().iter().zip(set.as_slice());
        for ((ours, theirs), values) in words.zip(values.chunks(usize::BITS as usize)) {
            let mut both = ours & theirs;
            while both != 0 {
                let value = values[both.trailing_zeros() as usize];
                least = Some(least.map_or(value, |least| least.min(value)));
                both &= both - 1;
            }
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::express::plan::ClassId;

    #[test]
    fn a_list_and_bits_say_the_same() {
        for n in [10, 5_000] {
            let these = [3, 5, 8].map(ClassId::new);
            let some = Selection::new(these.to_vec(), n);
            let mut set = FixedBitSet::with_capacity(n);
            assert!(!some.meets(&set));
            [1, 5, 8].iter().for_each(|one| set.insert(*one));
            assert!(some.meets(&set));
            assert!(some.within(&set).eq([5, 8].map(ClassId::new)));
            // What is not in the set has the greatest value.
            let values: Vec<u32> = (0_u32..)
                .take(n)
                .map(|v| if set[v as usize] { 100 - v } else { u32::MAX })
                .collect();
            assert_eq!(some.least(&set, &values), Some(92));
            assert_eq!(some.only(), None);
            assert_eq!(Selection::new(vec![ClassId::new(7)], n).only(), Some(ClassId::new(7)));
        }
    }
}
