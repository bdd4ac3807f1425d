//! What text calls the parts of a workspace.

use taskrouter_sim::routing::{ActivityId, ChannelId, QueueId, WorkerId, WorkflowId, Workspace};

/// What the parts of a workspace are called in text.
pub(crate) trait Named {
    fn activity(&self, name: &str) -> ActivityId;
    fn channel(&self, name: &str) -> ChannelId;
    fn queue(&self, name: &str) -> QueueId;
    fn worker(&self, name: &str) -> Option<WorkerId>;
    fn workflow(&self, name: &str) -> WorkflowId;
}

impl Named for Workspace {
    fn activity(&self, name: &str) -> ActivityId {
        let mut all = self.activities.iter_with_id();
        all.find(|(_, it)| it.friendly_name == name).unwrap_or_else(|| panic!("activity {name}?")).0
    }
    fn channel(&self, name: &str) -> ChannelId {
        let mut all = self.channels.iter_with_id();
        all.find(|(_, it)| it.unique_name == name).unwrap_or_else(|| panic!("channel {name}?")).0
    }
    fn queue(&self, name: &str) -> QueueId {
        let mut all = self.queues.iter_with_id();
        all.find(|(_, it)| it.friendly_name == name).unwrap_or_else(|| panic!("queue {name}?")).0
    }
    fn worker(&self, name: &str) -> Option<WorkerId> {
        self.workers.iter_with_id().find(|(_, it)| it.friendly_name == name).map(|(id, _)| id)
    }
    fn workflow(&self, name: &str) -> WorkflowId {
        let mut all = self.workflows.iter_with_id();
        all.find(|(_, it)| it.friendly_name == name).unwrap_or_else(|| panic!("workflow {name}?")).0
    }
}
