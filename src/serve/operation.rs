//! Which operation a method and a path ask for. The names are those of TaskRouter's OpenAPI file.

use crate::serve::request::Method;

macro_rules! operations {
    ($($method:ident $path:pat => $operation:ident,)*) => {
        /// What can be asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Operation {
            $($operation,)*
        }

        impl Operation {
            /// What `method` asks for at `path`, which is split at its slashes and begins behind
            /// `/v1/Workspaces`. The first line that fits counts.
            pub(crate) fn of(method: Method, path: &[&str]) -> Option<Self> {
                $(if let (Method::$method, $path) = (method, path) {
                    return Some(Self::$operation);
                })*
                None
            }
        }
    };
}

operations! {
    Get [] => ListWorkspace,
    Post [] => CreateWorkspace,
    Get [_] => FetchWorkspace,
    Post [_] => UpdateWorkspace,
    Delete [_] => DeleteWorkspace,
    Get [_, "Events"] => ListEvent,
    Get [_, "Events", _] => FetchEvent,
    Get [_, "Statistics"] => FetchWorkspaceStatistics,
    Get [_, "RealTimeStatistics"] => FetchWorkspaceRealTimeStatistics,
    Get [_, "CumulativeStatistics"] => FetchWorkspaceCumulativeStatistics,
    Get [_, "TaskQueues", "Statistics"] => ListTaskQueuesStatistics,
    Post [_, "TaskQueues", "RealTimeStatistics"] => CreateTaskQueueBulkRealTimeStatistics,
    Get [_, "TaskQueues", _, "Statistics"] => FetchTaskQueueStatistics,
    Get [_, "TaskQueues", _, "RealTimeStatistics"] => FetchTaskQueueRealTimeStatistics,
    Get [_, "TaskQueues", _, "CumulativeStatistics"] => FetchTaskQueueCumulativeStatistics,
    Get [_, "Workers", "Statistics"] => FetchWorkerStatistics,
    Get [_, "Workers", "RealTimeStatistics"] => FetchWorkersRealTimeStatistics,
    Get [_, "Workers", "CumulativeStatistics"] => FetchWorkersCumulativeStatistics,
    Get [_, "Workers", _, "Statistics"] => FetchWorkerInstanceStatistics,
    Get [_, "Workflows", _, "Statistics"] => FetchWorkflowStatistics,
    Get [_, "Workflows", _, "RealTimeStatistics"] => FetchWorkflowRealTimeStatistics,
    Get [_, "Workflows", _, "CumulativeStatistics"] => FetchWorkflowCumulativeStatistics,
    Get [_, "Activities"] => ListActivity,
    Post [_, "Activities"] => CreateActivity,
    Get [_, "Activities", _] => FetchActivity,
    Post [_, "Activities", _] => UpdateActivity,
    Delete [_, "Activities", _] => DeleteActivity,
    Get [_, "TaskChannels"] => ListTaskChannel,
    Post [_, "TaskChannels"] => CreateTaskChannel,
    Get [_, "TaskChannels", _] => FetchTaskChannel,
    Post [_, "TaskChannels", _] => UpdateTaskChannel,
    Delete [_, "TaskChannels", _] => DeleteTaskChannel,
    Get [_, "TaskQueues"] => ListTaskQueue,
    Post [_, "TaskQueues"] => CreateTaskQueue,
    Get [_, "TaskQueues", _] => FetchTaskQueue,
    Post [_, "TaskQueues", _] => UpdateTaskQueue,
    Delete [_, "TaskQueues", _] => DeleteTaskQueue,
    Get [_, "Tasks"] => ListTask,
    Post [_, "Tasks"] => CreateTask,
    Get [_, "Tasks", _] => FetchTask,
    Post [_, "Tasks", _] => UpdateTask,
    Delete [_, "Tasks", _] => DeleteTask,
    Get [_, "Tasks", _, "Reservations"] => ListTaskReservation,
    Get [_, "Tasks", _, "Reservations", _] => FetchTaskReservation,
    Post [_, "Tasks", _, "Reservations", _] => UpdateTaskReservation,
    Get [_, "Workers"] => ListWorker,
    Post [_, "Workers"] => CreateWorker,
    Get [_, "Workers", _] => FetchWorker,
    Post [_, "Workers", _] => UpdateWorker,
    Delete [_, "Workers", _] => DeleteWorker,
    Get [_, "Workers", _, "Channels"] => ListWorkerChannel,
    Get [_, "Workers", _, "Channels", _] => FetchWorkerChannel,
    Post [_, "Workers", _, "Channels", _] => UpdateWorkerChannel,
    Get [_, "Workers", _, "Reservations"] => ListWorkerReservation,
    Get [_, "Workers", _, "Reservations", _] => FetchWorkerReservation,
    Post [_, "Workers", _, "Reservations", _] => UpdateWorkerReservation,
    Get [_, "Workflows"] => ListWorkflow,
    Post [_, "Workflows"] => CreateWorkflow,
    Get [_, "Workflows", _] => FetchWorkflow,
    Post [_, "Workflows", _] => UpdateWorkflow,
    Delete [_, "Workflows", _] => DeleteWorkflow,
}

/// The methods that are known at `path`, as the header `Allow` has them; nothing for an unknown
/// path.
pub(crate) fn allowed(path: &[&str]) -> Option<String> {
    let methods = [(Method::Get, "GET"), (Method::Post, "POST"), (Method::Delete, "DELETE")];
    let known = methods.iter().filter(|(method, _)| Operation::of(*method, path).is_some());
    let names: Vec<&str> = known.map(|(_, name)| *name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_path_says_which_methods_it_takes() {
        assert_eq!(allowed(&["WS1", "Tasks"]).as_deref(), Some("GET, POST"));
        assert_eq!(
            allowed(&["WS1", "Tasks", "WT1", "Reservations", "WR1"]).as_deref(),
            Some("GET, POST")
        );
        assert_eq!(allowed(&["WS1", "Nothing"]), None);
        assert_eq!(Operation::of(Method::Other, &["WS1"]), None);
    }
}
