//! Numbers joined to groups.

/// Numbers joined to groups (union-find).
pub(crate) struct Groups(Vec<u32>);

impl Groups {
    /// Each of so many numbers alone.
    pub(crate) fn new(count: usize) -> Groups {
        Groups((0..count as u32).collect())
    }

    /// The lowest number of a number's group.
    pub(crate) fn of(&mut self, number: u32) -> u32 {
        top(&mut self.0, number)
    }

    /// Joins the groups of two numbers; tells whether they were two.
    pub(crate) fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b) as usize] = a.min(b);
        a != b
    }
}

/// The root of a node in a forest, where roots are above themselves; halves the way there (union-find).
pub(crate) fn top(above: &mut [u32], mut node: u32) -> u32 {
    while above[node as usize] != node {
        above[node as usize] = above[above[node as usize] as usize];
        node = above[node as usize];
    }
    node
}
