"""Every fact that attt knows, by id: a dict that you can read."""

from collections.abc import Mapping

from attt.facts import accounts, endpoint, files, firewall, sockets, sshd, timesync
from attt.facts.kind import FactKind

FACTS: Mapping[str, FactKind] = {
    "accounts.accounts": accounts.ACCOUNTS,
    "endpoint.ports": endpoint.ENDPOINT_PORTS,
    "file.attributes": files.ATTRIBUTES,
    "files.account_database": files.ACCOUNT_DATABASE,
    "files.cron": files.CRON,
    "files.sshd": files.SSHD,
    "firewall.host": firewall.HOST,
    "sockets.listening": sockets.LISTENING,
    "sshd.settings": sshd.SETTINGS,
    "time.sync": timesync.SYNC,
}
