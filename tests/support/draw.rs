//! Random workspaces and stories.
