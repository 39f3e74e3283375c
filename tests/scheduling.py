"""Which of the processes that share the tests takes which file next."""

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

WALKS = ("tests/chaos/", "tests/e2e/")
"""They wait for other processes half of the time."""
ONE_LONG_FILE = ("tests/dashboard/", "tests/examples/")


def place(nodeid: str) -> int:
    """Where its file stands in the queue: in the middle are the short ones, for that is where the processes meet."""
    return 0 if nodeid.startswith(WALKS) else 2 if nodeid.startswith(ONE_LONG_FILE) else 1


class FromBothEnds(LoadFileScheduling):
    """The last process takes files from the end of the queue, the others from its front: while those wait in their walks,
    it has the processor, and it does not walk itself before nothing else is left."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        if len(self.nodes) > 1 and node is self.nodes[-1]:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)
