//! Two kinds of id. [`IdVec`] holds what a scenario fixes: dense, never stale. [`Pool`] holds what
//! comes and goes: a key that outlived its entry finds nothing, which lets timers be outlived.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// An index that is only good for one kind of thing.
pub trait Id: Copy {
    /// The id of the `index`-th thing.
    fn new(index: usize) -> Self;
    /// Which one it is, counted from 0.
    fn index(self) -> usize;
}

/// Defines an [`Id`], public unless said otherwise: a `u32` behind a name of its own.
#[macro_export]
macro_rules! define_id {
    ($(#[$meta:meta])* $name:ident) => {
        $crate::define_id! { $(#[$meta])* pub $name }
    };
    ($(#[$meta:meta])* $vis:vis $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(u32);

        impl $crate::id::Id for $name {
            fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("fewer than 2^32 of a kind"))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

/// A vector that is indexed by its own kind of id.
pub struct IdVec<I, T> {
    items: Vec<T>,
    marker: PhantomData<fn(I)>,
}

impl<I: Id, T> IdVec<I, T> {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { items: Vec::new(), marker: PhantomData }
    }

    /// `value`, `count` times.
    #[must_use]
    pub fn filled(value: T, count: usize) -> Self
    where
        T: Clone,
    {
        Self { items: vec![value; count], marker: PhantomData }
    }

    /// Adds `item` and says under which id.
    pub fn push(&mut self, item: T) -> I {
        let id = I::new(self.items.len());
        self.items.push(item);
        id
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The item, if `id` is not past the end.
    #[must_use]
    pub fn get(&self, id: I) -> Option<&T> {
        self.items.get(id.index())
    }

    /// All items in order of id.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// All items in order of id, to be changed.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }

    /// All ids in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.items.len()).map(I::new)
    }

    /// All items with their ids, in order.
    pub fn iter_with_id(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.items.iter().enumerate().map(|(index, item)| (I::new(index), item))
    }
}

impl<I, T> Default for IdVec<I, T> {
    fn default() -> Self {
        Self { items: Vec::new(), marker: PhantomData }
    }
}

impl<I, T: Clone> Clone for IdVec<I, T> {
    fn clone(&self) -> Self {
        Self { items: self.items.clone(), marker: PhantomData }
    }
}

impl<I, T: PartialEq> PartialEq for IdVec<I, T> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
    }
}

impl<I, T: fmt::Debug> fmt::Debug for IdVec<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}

impl<I: Id, T> Index<I> for IdVec<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.items[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for IdVec<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.index()]
    }
}

impl<I: Id, T> FromIterator<T> for IdVec<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(items: It) -> Self {
        Self { items: items.into_iter().collect(), marker: PhantomData }
    }
}

impl<'a, I: Id, T> IntoIterator for &'a IdVec<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

/// The name of something that comes and goes: a slot, and which of its tenants is meant.
pub trait Key: Copy + PartialEq {
    /// The key of tenant number `generation` of `slot`.
    fn new(slot: u32, generation: u32) -> Self;
    /// Which slot.
    fn slot(self) -> usize;
    /// Which tenant of that slot, counted from 0.
    fn generation(self) -> u32;
}

/// Defines a [`Key`] with a name of its own, public unless said otherwise.
#[macro_export]
macro_rules! define_key {
    ($(#[$meta:meta])* $name:ident) => {
        $crate::define_key! { $(#[$meta])* pub $name }
    };
    ($(#[$meta:meta])* $vis:vis $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name {
            slot: u32,
            generation: u32,
        }

        impl $crate::id::Key for $name {
            fn new(slot: u32, generation: u32) -> Self {
                Self { slot, generation }
            }
            fn slot(self) -> usize {
                self.slot as usize
            }
            fn generation(self) -> u32 {
                self.generation
            }
        }
    };
}

/// Things that come and go. Slots are used again, so memory follows what is alive at once.
#[derive(Clone, Debug)]
pub struct Pool<K, T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    marker: PhantomData<fn(K)>,
}

#[derive(Clone, Debug)]
struct Slot<T> {
    generation: u32,
    item: Option<T>,
}

impl<K: Key, T> Pool<K, T> {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new(), marker: PhantomData }
    }

    /// Adds `item` in the slot that was freed last, or in a new one.
    pub fn insert(&mut self, item: T) -> K {
        if let Some(index) = self.free.pop() {
            let slot = &mut self.slots[index as usize];
            slot.item = Some(item);
            return K::new(index, slot.generation);
        }
        let index = u32::try_from(self.slots.len()).expect("fewer than 2^32 alive at once");
        self.slots.push(Slot { generation: 0, item: Some(item) });
        K::new(index, 0)
    }

    /// The item, if it is still there.
    #[must_use]
    pub fn get(&self, key: K) -> Option<&T> {
        let slot = self.slots.get(key.slot())?;
        if slot.generation == key.generation() { slot.item.as_ref() } else { None }
    }

    /// The item, if it is still there, to be changed.
    pub fn get_mut(&mut self, key: K) -> Option<&mut T> {
        let slot = self.slots.get_mut(key.slot())?;
        if slot.generation == key.generation() { slot.item.as_mut() } else { None }
    }

    /// Takes the item out, if it is still there; its key finds nothing from then on.
    pub fn remove(&mut self, key: K) -> Option<T> {
        let slot = self.slots.get_mut(key.slot())?;
        if slot.generation != key.generation() {
            return None;
        }
        let item = slot.item.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(u32::try_from(key.slot()).expect("a slot is a u32"));
        Some(item)
    }

    /// How many are alive.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether none is alive.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All that are alive, in order of slot.
    pub fn iter(&self) -> impl Iterator<Item = (K, &T)> {
        self.slots.iter().enumerate().filter_map(|(index, slot)| {
            let index = u32::try_from(index).expect("a slot is a u32");
            slot.item.as_ref().map(|item| (K::new(index, slot.generation), item))
        })
    }
}

impl<K: Key, T> Default for Pool<K, T> {
    fn default() -> Self {
        Self::new()
    }
}

/// What its owner says is always alive: a key that came from the pool and was not removed since.
impl<K: Key, T> Index<K> for Pool<K, T> {
    type Output = T;
    fn index(&self, key: K) -> &T {
        self.get(key).expect("the key of something alive")
    }
}

impl<K: Key, T> IndexMut<K> for Pool<K, T> {
    fn index_mut(&mut self, key: K) -> &mut T {
        self.get_mut(key).expect("the key of something alive")
    }
}

/// What somebody else remembers about the things of a [`Pool`], by slot.
#[derive(Clone, Debug)]
pub struct SecondaryMap<K, T> {
    slots: Vec<Option<(u32, T)>>,
    marker: PhantomData<fn(K)>,
}

impl<K: Key, T> SecondaryMap<K, T> {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { slots: Vec::new(), marker: PhantomData }
    }

    /// Remembers `item` for `key`, in place of what an earlier tenant of the slot left.
    pub fn insert(&mut self, key: K, item: T) {
        if self.slots.len() <= key.slot() {
            self.slots.resize_with(key.slot() + 1, || None);
        }
        self.slots[key.slot()] = Some((key.generation(), item));
    }

    /// What is remembered for `key`.
    #[must_use]
    pub fn get(&self, key: K) -> Option<&T> {
        match self.slots.get(key.slot())? {
            Some((generation, item)) if *generation == key.generation() => Some(item),
            _ => None,
        }
    }

    /// What is remembered for `key`, to be changed.
    pub fn get_mut(&mut self, key: K) -> Option<&mut T> {
        match self.slots.get_mut(key.slot())? {
            Some((generation, item)) if *generation == key.generation() => Some(item),
            _ => None,
        }
    }

    /// Forgets what is remembered for `key`, and returns it.
    pub fn remove(&mut self, key: K) -> Option<T> {
        self.get(key)?;
        self.slots[key.slot()].take().map(|(_, item)| item)
    }

    /// All that is remembered, in order of slot.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().flatten().map(|(_, item)| item)
    }
}

impl<K: Key, T> Default for SecondaryMap<K, T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    define_key! {
        /// A test's own.
        pub(super) GuestId
    }

    #[test]
    fn a_stale_key_finds_nothing_though_its_slot_is_used_again() {
        let mut pool: Pool<GuestId, &str> = Pool::new();
        let ada = pool.insert("ada");
        assert_eq!(pool.remove(ada), Some("ada"));
        let bob = pool.insert("bob");
        assert_eq!(bob.slot(), ada.slot());
        assert_eq!((pool.get(ada), pool.get(bob)), (None, Some(&"bob")));
        assert_eq!((pool.remove(ada), pool.len()), (None, 1));
    }

    #[test]
    fn a_secondary_map_forgets_the_previous_tenant() {
        let mut pool: Pool<GuestId, ()> = Pool::new();
        let mut rooms = SecondaryMap::new();
        let ada = pool.insert(());
        rooms.insert(ada, 101);
        pool.remove(ada);
        let bob = pool.insert(());
        assert_eq!(rooms.get(bob), None);
        rooms.insert(bob, 102);
        assert_eq!(rooms.get(ada), None);
        assert_eq!(rooms.remove(bob), Some(102));
    }
}
