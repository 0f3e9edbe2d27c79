"""Many hosts at once: each answered once, one that fails costs only itself."""

import threading

import pytest

from attt.collect.engine import SerialRunner, ThreadRunner, collect
from attt.model.inventory import Connect, Host, TransportKind
from attt.model.run import Failure, HostEvidence


class Quiet:
    """An observer that counts."""

    def __init__(self):
        self.done = []

    def host_started(self, host):
        pass

    def host_done(self, host, evidence):
        self.done.append(host.id)


class Echo:
    """A transport that gives an empty answer, and notes how many ran at once."""

    def __init__(self):
        self.now = self.most = 0
        self.lock = threading.Lock()
        self.gate = threading.Event()

    def gather(self, host, asks):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            if self.most == 3:
                self.gate.set()
        self.gate.wait(2)
        with self.lock:
            self.now -= 1
        return HostEvidence(host=host.id, address="", observed_at="")


def hosts(count, transport=TransportKind.LOCAL):
    """`count` hosts without anything special."""
    connect = Connect(transport=transport)
    return [
        (Host(id=str(n), name=str(n), addresses=(), zone=None, connect=connect), ())
        for n in range(count)
    ]


def run(jobs, transports, runner, *, cancelled=False, observer=None):
    """Collect everything into a list."""
    return list(
        collect(jobs, transports, runner=runner, observer=observer or Quiet(), now=lambda: "now",
                is_cancelled=lambda: cancelled)
    )  # fmt: skip


@pytest.mark.parametrize("runner", [SerialRunner(), ThreadRunner(3), ThreadRunner(50)])
def test_every_host_is_answered_once(runner):
    """Whatever the runner, every job gives its evidence exactly once."""
    transport = Echo()
    transport.gate.set()

    found = run(hosts(20), {TransportKind.LOCAL: transport}, runner)

    assert sorted(str(n) for n in range(20)) == sorted(e.host for e in found)


def test_no_more_than_the_width_run_at_once():
    """A width of three means three at once: not fewer, never more."""
    transport = Echo()

    run(hosts(12), {TransportKind.LOCAL: transport}, ThreadRunner(3))

    assert 3 == transport.most


def test_a_host_that_can_not_be_logged_into_says_so():
    """Transport none is a failure with the inventory's own reason, and nothing is sent."""
    found = run(hosts(1, TransportKind.NONE), {}, SerialRunner())

    assert Failure.NOT_SUPPORTED is found[0].failure


def test_a_bug_in_a_transport_surfaces():
    """An exception is a bug of ours: it is raised, not swallowed into a result."""

    class Broken:
        def gather(self, host, asks):
            raise KeyError("bug")

    with pytest.raises(KeyError):
        run(hosts(2), {TransportKind.LOCAL: Broken()}, ThreadRunner(2))


def test_after_a_stop_no_further_host_is_asked():
    """Once the user wants to stop, waiting hosts are marked interrupted and not contacted."""
    observer = Quiet()

    found = run(hosts(3), {TransportKind.LOCAL: Echo()}, SerialRunner(), cancelled=True,
                observer=observer)  # fmt: skip

    assert [Failure.INTERRUPTED] * 3 == [e.failure for e in found]
    assert [] == observer.done
