//! Which handler carries out which operation.

use crate::serve::call::Call;
use crate::serve::center::Center;
use crate::serve::operation::Operation;
use crate::serve::request::{Answer, Reply};
use crate::serve::statistics::Kind;

impl Center {
    /// Hands a request on to whom it concerns.
    pub(crate) fn carry_out(&mut self, operation: Operation, call: &Call<'_>) -> Answer {
        match operation {
            Operation::ListWorkspace | Operation::CreateWorkspace | Operation::DeleteWorkspace => {
                unreachable!("the account's own")
            }
            Operation::FetchWorkspace => Ok(Reply::ok(self.workspace_body(call))),
            Operation::UpdateWorkspace => self.update_workspace(call),

            Operation::ListActivity => self.list_activities(call),
            Operation::CreateActivity => self.create_activity(call),
            Operation::FetchActivity => self.fetch_activity(call),
            Operation::UpdateActivity => self.update_activity(call),
            Operation::DeleteActivity => self.delete_activity(call),

            Operation::ListTaskChannel => self.list_task_channels(call),
            Operation::CreateTaskChannel => self.create_task_channel(call),
            Operation::FetchTaskChannel => self.fetch_task_channel(call),
            Operation::UpdateTaskChannel => self.update_task_channel(call),
            Operation::DeleteTaskChannel => self.delete_task_channel(call),

            Operation::ListTaskQueue => self.list_task_queues(call),
            Operation::CreateTaskQueue => self.create_task_queue(call),
            Operation::FetchTaskQueue => self.fetch_task_queue(call),
            Operation::UpdateTaskQueue => self.update_task_queue(call),
            Operation::DeleteTaskQueue => self.delete_task_queue(call),

            Operation::ListTask => self.list_tasks(call),
            Operation::CreateTask => self.create_task(call),
            Operation::FetchTask => self.fetch_task(call),
            Operation::UpdateTask => self.update_task(call),
            Operation::DeleteTask => self.delete_task(call),
            Operation::ListTaskReservation => self.list_task_reservations(call),
            Operation::FetchTaskReservation => self.fetch_task_reservation(call),
            Operation::UpdateTaskReservation => self.update_task_reservation(call),

            Operation::ListWorker => self.list_workers(call),
            Operation::CreateWorker => self.create_worker(call),
            Operation::FetchWorker => self.fetch_worker(call),
            Operation::UpdateWorker => self.update_worker(call),
            Operation::DeleteWorker => self.delete_worker(call),
            Operation::ListWorkerChannel => self.list_worker_channels(call),
            Operation::FetchWorkerChannel => self.fetch_worker_channel(call),
            Operation::UpdateWorkerChannel => self.update_worker_channel(call),
            Operation::ListWorkerReservation => self.list_worker_reservations(call),
            Operation::FetchWorkerReservation => self.fetch_worker_reservation(call),
            Operation::UpdateWorkerReservation => self.update_worker_reservation(call),

            Operation::ListWorkflow => self.list_workflows(call),
            Operation::CreateWorkflow => self.create_workflow(call),
            Operation::FetchWorkflow => self.fetch_workflow(call),
            Operation::UpdateWorkflow => self.update_workflow(call),
            Operation::DeleteWorkflow => self.delete_workflow(call),

            Operation::ListEvent => self.list_events(call),
            Operation::FetchEvent => self.fetch_event(call),
            Operation::FetchWorkspaceStatistics => self.workspace_statistics(call, Kind::Both),
            Operation::FetchWorkspaceRealTimeStatistics => {
                self.workspace_statistics(call, Kind::RealTime)
            }
            Operation::FetchWorkspaceCumulativeStatistics => {
                self.workspace_statistics(call, Kind::Cumulative)
            }
            Operation::ListTaskQueuesStatistics => self.list_queue_statistics(call),
            Operation::CreateTaskQueueBulkRealTimeStatistics => self.bulk_queue_statistics(call),
            Operation::FetchTaskQueueStatistics => self.queue_statistics(call, Kind::Both),
            Operation::FetchTaskQueueRealTimeStatistics => {
                self.queue_statistics(call, Kind::RealTime)
            }
            Operation::FetchTaskQueueCumulativeStatistics => {
                self.queue_statistics(call, Kind::Cumulative)
            }
            Operation::FetchWorkerStatistics => self.workers_statistics(call, Kind::Both),
            Operation::FetchWorkersRealTimeStatistics => {
                self.workers_statistics(call, Kind::RealTime)
            }
            Operation::FetchWorkersCumulativeStatistics => {
                self.workers_statistics(call, Kind::Cumulative)
            }
            Operation::FetchWorkerInstanceStatistics => self.worker_statistics(call),
            Operation::FetchWorkflowStatistics => self.workflow_statistics(call, Kind::Both),
            Operation::FetchWorkflowRealTimeStatistics => {
                self.workflow_statistics(call, Kind::RealTime)
            }
            Operation::FetchWorkflowCumulativeStatistics => {
                self.workflow_statistics(call, Kind::Cumulative)
            }
        }
    }
}
